// The keyboard: one table of keys, of which the page of help is made. No key works while somebody is typing.

const always = [];
let here = [];
let first = null;
let forget = 0;

/** A key: what is pressed (`j`, `g o`), what it does in words, and the function. */
export function bind(keys) {
  always.push(...keys);
}

/** The keys of the view that is shown; those of the one before are gone. */
export function bindHere(keys) {
  here = keys;
}

export const all = () => ({ always, here });

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const pressed = first ? `${first} ${event.key}` : event.key;
  clearTimeout(forget);
  const known = [...here, ...always];
  const found = known.find((key) => key.press === pressed);
  // Enter on a link or a button is theirs.
  if (found && !(event.key === "Enter" && event.target.closest?.("a, button, summary"))) {
    event.preventDefault();
    first = null;
    found.run(event);
    return;
  }
  first = first === null && known.some((key) => key.press.startsWith(`${event.key} `)) ? event.key : null;
  if (first)
    forget = setTimeout(() => {
      first = null;
    }, 1500);
});
