// The editor of rules: what is written is checked by the server while one writes. Without a script, a button does it.

const PAUSE_MS = 350;  // after the last key: checking takes some milliseconds, and nobody reads faster
const field = document.querySelector("#text"), editor = document.querySelector("#editor");
let waits = 0, asked = 0;

// ------------------------------------------------------------------------------------------------- numbers of its lines

// Behind the field lies the same text, unseen and wrapped in the same places, each of its lines with a number.
const lines = document.createElement("pre");
lines.className = "numbered";
lines.setAttribute("aria-hidden", "true");
field.before(lines);
field.parentElement.classList.add("with-lines");

function numberLines() {
  const wrong = new Set([...document.querySelectorAll("#told-state [data-start]")].map((each) => lineAt(Number(each.dataset.start))));
  lines.replaceChildren(...field.value.split("\n").map((text, number) => {
    const line = Object.assign(document.createElement("span"), { textContent: text });
    if (wrong.has(number)) line.className = "wrong";
    return line;
  }));
  fit();
}

function fit() {
  lines.style.width = field.clientWidth + "px";
  lines.style.height = field.clientHeight + "px";
  lines.style.top = field.offsetTop + field.clientTop + "px";
  lines.style.left = field.offsetLeft + field.clientLeft + "px";
  lines.scrollTop = field.scrollTop;
}

const lineAt = (start) => field.value.slice(0, start).split("\n").length - 1;

new ResizeObserver(fit).observe(field);
field.addEventListener("input", numberLines);
field.addEventListener("scroll", () => (lines.scrollTop = field.scrollTop), { passive: true });

function show(page) {
  const told = page.querySelector("#told-state"), here = document.querySelector("#told-state");
  if (told.innerHTML !== here.innerHTML) here.replaceChildren(...told.childNodes);
  field.toggleAttribute("aria-invalid", page.querySelector("#text").hasAttribute("aria-invalid"));
  numberLines();
}

async function checkNow() {
  const number = ++asked;
  let answer;
  try {
    answer = await fetch("/console/write-rule/check", { method: "POST", body: new URLSearchParams(new FormData(editor)) });
  } catch {
    return void say("The server was not reached: what you wrote is not checked.");
  }
  if (number !== asked) return;  // something newer is on its way
  if (answer.redirected || answer.status === 401) return void say("Your session has ended. What you wrote is still here: sign in in another tab.");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (number === asked && page.querySelector("#told-state")) show(page);
}

function say(words) {
  document.querySelector("#told-state").textContent = words;
}

field.addEventListener("input", () => {
  clearTimeout(waits);
  waits = setTimeout(checkNow, PAUSE_MS);
});

// From where to where a place reaches: a mistake says it by characters, a test by its line.
function reach(place, text) {
  if (place.dataset.start) return [Number(place.dataset.start), Number(place.dataset.end)];
  const start = text.split("\n", Number(place.dataset.line) - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return [start, text.indexOf("\n", start) < 0 ? text.length : text.indexOf("\n", start)];
}

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-start], [data-line]");
  if (!place) return;
  event.preventDefault();
  const text = field.value, [start, end] = reach(place, text);
  field.focus();
  field.setSelectionRange(start, Math.max(end, start + 1));
  field.scrollTop = lines.children[Math.max(0, lineAt(start) - 3)].offsetTop;
});

// ---------------------------------------------------------------------- what is written, kept in the tab until it is saved

const KEPT = "tutela.written." + field.dataset.keepRule, SENT = "tutela.rule.sent";  // the second is read where it was saved
const from = editor.elements.made_from;

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify({ text: field.value, from: from.value }));
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function offer() {
  const found = kept(), box = document.querySelector("#unsaved");
  if (!found || found.text === field.value) return;
  const [putBack, forget] = box.querySelectorAll("button");
  box.hidden = false;
  putBack.addEventListener("click", () => {
    field.value = found.text;
    from.value = found.from;  // a version that somebody wrote meanwhile is shown before it is passed over
    box.hidden = true;
    numberLines();
    keep();
    field.focus();
    checkNow();
  });
  forget.addEventListener("click", () => {
    box.hidden = true;
    if (kept()?.text === found.text) sessionStorage.removeItem(KEPT);
  });
}

sessionStorage.removeItem(SENT);
field.addEventListener("input", keep);
editor.addEventListener("submit", (event) => event.submitter?.formAction.endsWith("/save") && sessionStorage.setItem(SENT, KEPT));
if ("unsaved" in field.dataset) keep(); else offer();

for (const button of editor.querySelectorAll("button[formaction]")) {
  button.addEventListener("click", () => clearTimeout(waits));
}
numberLines();
