// Read a part of a page again while something goes on. Without a script, a link does it.

async function readAgain(part) {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return void setTimeout(readAgain, Number(part.dataset.poll) * 5, part);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), fresh = page.getElementById(part.id);
  if (!page.querySelector("script[src$='/poll.js']")) return void location.reload();
  if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  setTimeout(readAgain, Number(part.dataset.poll), part);
}

document.querySelectorAll("[data-poll]").forEach((part) => setTimeout(readAgain, Number(part.dataset.poll), part));
