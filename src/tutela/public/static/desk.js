// The way out, copying and printing. Every page works without it.
"use strict";
const leave = (event) => {
  event?.preventDefault();
  const way = document.getElementById("exit").href;
  document.title = " ";
  document.body.hidden = true;
  // Replaced, so that going back does not lead here.
  location.replace(way);
};
document.getElementById("exit").addEventListener("click", leave);

let pressed = [];
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    pressed = [];
    return;
  }
  pressed = [...pressed, event.timeStamp].slice(-3);
  if (pressed.length === 3 && pressed[2] - pressed[0] < 5000) leave();
});

// What came out of the browser's own memory after somebody left is not shown again.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.body.hidden) location.replace(document.getElementById("exit").href);
});

const copy = document.getElementById("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById("code").textContent.trim());
      document.getElementById("copied").textContent = copy.dataset.done;
    } catch {
      getSelection().selectAllChildren(document.getElementById("code"));
    }
  });
}
const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
