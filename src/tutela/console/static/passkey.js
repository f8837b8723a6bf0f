// The one thing that a page cannot do without a script: ask the browser for a passkey, and put the answer in the form.

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (list) => (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));

function toOptions(options) {
  const made = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) made.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) made.excludeCredentials = described(options.excludeCredentials);
  if (options.allowCredentials) made.allowCredentials = described(options.allowCredentials);
  return { publicKey: made };
}

function toAnswer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
}

async function ask(form) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value });
  const asked = await fetch(form.dataset.options, { method: "POST", body });
  if (asked.redirected) return location.assign(asked.url);
  const told = await asked.json();
  if (!asked.ok) throw new Error(told.error);
  const options = toOptions(JSON.parse(told.options));
  const credential = await navigator.credentials[form.dataset.passkey](options);
  form.elements.ceremony.value = told.ceremony;
  form.elements.answer.value = toAnswer(credential);
  form.submit();
}

const UNSAID = "The browser gave no passkey: it was cancelled, took too long, or there is none for this address here.";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const told = form.querySelector("[data-passkey-error]");
    told.hidden = true;
    ask(form).catch((error) => {
      told.textContent = error instanceof DOMException ? UNSAID : error.message;
      told.hidden = false;
    });
  });
}
