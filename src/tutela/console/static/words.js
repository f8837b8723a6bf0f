// A list of words is previewed without leaving the page: the server shows no list again. Without a script, it is pasted twice.

const list = document.querySelector("#take-list");

list?.addEventListener("submit", async (event) => {
  if (event.submitter?.hasAttribute("formaction")) return;  // the import itself
  event.preventDefault();
  const told = document.querySelector("#list-told");
  let answer;
  try {
    answer = await fetch(list.action, { method: "POST", body: new URLSearchParams(new FormData(list)) });
  } catch {
    return void (told.textContent = told.dataset.unreached);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#list-told"), wrong = page.querySelector("#error");
  if (answer.redirected || !fresh) return void (told.textContent = told.dataset.ended);
  told.replaceChildren(...(wrong ? [wrong] : []), ...fresh.childNodes);
});
