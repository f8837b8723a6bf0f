// What a page of the review journey cannot do without a script: single keys, a look while a key is held, countdowns, a
// plan without a new page, and a blank screen at once. It decides nothing: every form works without it.

const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const one = (selector, from = document) => from.querySelector(selector);
const csrf = () => one("input[name=csrf]")?.value ?? "";
const writes = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=hidden])");

// ------------------------------------------------------------------------------------------------------------- keys

const KEYS_OFF = "tutela.keys.off";
let areKeysOff = localStorage.getItem(KEYS_OFF) === "yes";

function act(element) {
  if (element.matches("input[type=radio]")) {
    element.checked = true;
    showPlan(element.form);
  } else if (element.matches("textarea, select, input")) {
    element.focus();
  } else {
    if (element.matches("summary")) element.focus();
    element.click();
  }
}

function onKey(event) {
  if (event.key === "Escape") {
    all("dialog[open]").forEach((each) => each.close()); // whoever needs a blank screen needs it whatever is open
    return void blank(event);
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !isBlank()) {
    event.preventDefault();
    return void one("#find")?.focus();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || areKeysOff || isBlank()) return;
  if (writes(event.target) || one("dialog[open]")) return;
  if (event.key === "?") return void showKeys(event);
  const held = one("[data-hold][aria-keyshortcuts='" + CSS.escape(event.key) + "']");
  if (held) return void (event.preventDefault(), event.repeat || begin(held));
  const found = all("[aria-keyshortcuts='" + CSS.escape(event.key) + "']").find((each) => !each.matches(":disabled"));
  if (!found || event.repeat || event.key === "Enter") return;
  event.preventDefault();
  act(found);
}

function words(element) {
  const label = element.labels?.[0] ?? element;
  const copy = label.cloneNode(true);
  all("kbd, .hint, .hidden", copy).forEach((each) => each.remove());
  return copy.textContent.trim();
}

function showKeys(event) {
  event.preventDefault();
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "keys-title");
  const title = Object.assign(document.createElement("h2"), { id: "keys-title", textContent: "Keys on this page" });
  const list = document.createElement("dl");
  const line = (key, what) => {
    const name = document.createElement("dt");
    name.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    list.append(name, Object.assign(document.createElement("dd"), { textContent: what }));
  };
  all("[aria-keyshortcuts]").forEach((each) => line(each.getAttribute("aria-keyshortcuts"), words(each)));
  line("Ctrl-K", "Find an identifier, a link, a hash or a picture");
  line("Esc", "Blank the screen, and show it again");
  line("?", "This list");
  const off = Object.assign(document.createElement("button"), { type: "button", className: "second" });
  off.textContent = "Switch single keys off in this browser";
  off.addEventListener("click", () => { areKeysOff = true; localStorage.setItem(KEYS_OFF, "yes"); dialog.close(); offerKeys(); });
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close", autofocus: true });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(title, list, close, off);
  document.body.append(dialog);
  dialog.showModal();
}

function offerKeys() {
  const foot = one("#keys-foot") ?? document.body.appendChild(Object.assign(document.createElement("footer"), { id: "keys-foot" }));
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet" });
  button.textContent = areKeysOff ? "Switch single keys on" : "Keys (?)";
  button.addEventListener("click", (event) => {
    if (!areKeysOff) return showKeys(event);
    areKeysOff = false;
    localStorage.removeItem(KEYS_OFF);
    offerKeys();
  });
  const blankButton = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "Blank the screen (Esc)" });
  blankButton.addEventListener("click", blank);
  foot.replaceChildren(button, blankButton);
}

// ----------------------------------------------------------------------------------------------------- a blank screen

const isBlank = () => document.documentElement.classList.contains("blank");

function blank(event) {
  event.preventDefault();
  end();
  const wasBlank = document.documentElement.classList.toggle("blank") === false;
  one("#blank")?.remove();
  if (wasBlank) return;
  const cover = Object.assign(document.createElement("div"), { id: "blank", tabIndex: -1 });
  cover.setAttribute("role", "status");
  cover.textContent = "Blank. Nothing was lost, and your case stays yours while its time runs. Esc shows it again.";
  document.documentElement.append(cover);
  cover.focus();
}

// ---------------------------------------------------------------------------------------- a look while a key is held

let looking = null;

async function begin(button) {
  if (looking) return;
  const look = (looking = { button, token: "", isOver: false });
  const form = button.form, told = one("[data-look-told]", form);
  told.textContent = "";
  button.closest("li").scrollIntoView({ block: "nearest" }); // the key is pressed wherever the page stands
  const body = JSON.stringify({ media: button.dataset.hold, purpose: "look", reason: button.dataset.reason });
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf() };
  try {
    const asked = await fetch("/v1/cases/" + one("[data-case]").dataset.case + "/views", { method: "POST", headers, body });
    const answer = await asked.json();
    if (!asked.ok) {
      if (String(answer.type).endsWith(":must-prove")) return location.assign("/console/prove?next=" + location.pathname);
      told.textContent = [answer.detail, answer.remedy].filter(Boolean).join(" ");
      return;
    }
    look.token = answer.token;
    if (look.isOver) return void giveBack(look.token);
    const pane = one("[data-window]", form), picture = one("img", pane);
    picture.src = answer.url;
    picture.hidden = pane.hidden = false;
    one("span", pane).hidden = true;
  } catch {
    told.textContent = "The server was not reached. Try again.";
  } finally {
    if (!look.token && looking === look) looking = null;
  }
}

function end() {
  if (!looking) return;
  const { button, token } = looking;
  looking.isOver = true;
  looking = null;
  const pane = one("[data-window]", button.form), picture = one("img", pane);
  picture.hidden = true;
  picture.removeAttribute("src");
  one("span", pane).hidden = false;
  if (token) giveBack(token);
}

const giveBack = (token) =>
  fetch("/v1/views/" + token, { method: "DELETE", keepalive: true, headers: { "X-CSRF-Token": csrf() } }).catch(() => {});

function holdable(button) {
  one("[data-window]", button.form).hidden = false;
  button.addEventListener("click", (event) => event.preventDefault());
  button.addEventListener("pointerdown", () => begin(button));
  button.addEventListener("keydown", (event) => {
    if ((event.key === " " || event.key === "Enter") && !event.repeat) begin(button);
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}

// ------------------------------------------------------------------------------------------------------- the plan

async function showPlan(form) {
  const plan = one("#plan");
  plan.replaceChildren(Object.assign(document.createElement("p"), { className: "hint", textContent: "Asking what it leads to …" }));
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  } catch {
    plan.textContent = "The server was not reached. Nothing was sent; try again.";
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const told = one("#plan", page);
  if (answer.redirected || !told) return form.submit();
  all("[autofocus]", told).forEach((each) => each.removeAttribute("autofocus"));
  plan.replaceChildren(...told.childNodes);
  const error = one("#error", page);
  if (error && !one(".alarm", plan)) plan.prepend(error);
  one("#commit-button")?.focus();
}

function plannable(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    showPlan(form);
  });
  form.addEventListener("input", () => one("#plan").replaceChildren());  // a plan is of what stands in the form
}

// ---------------------------------------------------------------------------------- clocks, the lease, what is written

function left(until) {
  const seconds = Math.round((new Date(until) - Date.now()) / 1000), size = Math.abs(seconds);
  const said = size < 60 ? size + " s" : size < 3600 ? Math.floor(size / 60) + " min " + (size % 60 ? (size % 60) + " s" : "")
    : size < 172800 ? Math.floor(size / 3600) + " h " + Math.floor((size % 3600) / 60) + " min" : Math.floor(size / 86400) + " days";
  return seconds < 0 ? said.trim() + " ago" : "in " + said.trim();
}

function tick() {
  all("time[data-until]").forEach((each) => {
    each.title ||= each.textContent;
    const told = left(each.dataset.until);
    each.textContent = "for" in each.dataset ? told.replace(/^in /, "for ") : told;
  });
  all("[data-bar]").forEach((each) => new Date(each.dataset.bar) < Date.now() && each.remove());
}

async function keepLease(box) {
  const answer = await fetch("/v1/cases/" + box.dataset.case + "/renew", { method: "POST", headers: { "X-CSRF-Token": csrf() } }).catch(() => null);
  const lease = one("#lease");
  if (!answer || !lease) return;
  if (answer.ok) return void (lease.dataset.until = (await answer.json()).until);
  delete lease.dataset.until;
  lease.textContent = "no more: it is in the queue again. Open the page anew; what you wrote is kept.";
  lease.className = "late";
}

function keepWritten(field) {
  const isBox = field.type === "checkbox";
  const name = "tutela.written." + field.dataset.keep + "." + field.name + (isBox ? "." + field.value : "");
  const before = sessionStorage.getItem(name);
  if (before && isBox) field.checked = before === "yes";
  else if (before && !field.value) field.value = before;
  field.addEventListener("input", () => sessionStorage.setItem(name, isBox ? (field.checked ? "yes" : "no") : field.value));
  // What was taken shows on the page that comes next; what was not is put back from here.
  field.form.addEventListener("submit", () => sessionStorage.setItem(SENT, JSON.stringify([...sent(), name])));
}

const SENT = "tutela.sent";
const sent = () => JSON.parse(sessionStorage.getItem(SENT) ?? "[]");

function forgetSent() {
  const names = sent();
  sessionStorage.removeItem(SENT);
  if (!one("#error") && !one("#kept")) names.forEach((name) => sessionStorage.removeItem(name));
}

// A rule that was saved is kept by the server now: see rules.js, which says under what name it was written.
function forgetSaved() {
  const name = one("[data-saved]") && sessionStorage.getItem("tutela.rule.sent");
  if (name) sessionStorage.removeItem(name);
}

const SNOOZED = "tutela.snoozed", SNOOZE_MS = 20 * 60 * 1000;

function snoozable(bar) {
  if (Date.now() - Number(sessionStorage.getItem(SNOOZED)) < SNOOZE_MS) return bar.remove();
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "Not now" });
  button.addEventListener("click", () => { sessionStorage.setItem(SNOOZED, Date.now()); bar.remove(); });
  bar.append(button);
}

// ------------------------------------------------------------------------------------------------------------ begin

const RENEW_MS = 4 * 60 * 1000;  // a lease is fifteen minutes: two renewals may fail
const STILL_HERE_MS = 10 * 60 * 1000;
let lastSeen = Date.now();

document.documentElement.classList.add("scripted");
document.addEventListener("keydown", onKey);
for (const kind of ["keydown", "pointerdown", "scroll"]) document.addEventListener(kind, () => (lastSeen = Date.now()), { passive: true });
for (const kind of ["keyup", "pointerup", "pointercancel", "visibilitychange"]) document.addEventListener(kind, end);
addEventListener("blur", end);
addEventListener("pagehide", end);
all("[data-hold]").forEach(holdable);
all("form#finding").forEach(plannable);
all("[data-snooze]").forEach(snoozable);
forgetSent();
forgetSaved();
all("[data-keep]").forEach(keepWritten);
all("[data-lease]").forEach((box) => setInterval(() => Date.now() - lastSeen < STILL_HERE_MS && keepLease(box), RENEW_MS));
tick();
setInterval(tick, 1000);
offerKeys();
