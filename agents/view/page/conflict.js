// Two people at one pair: who comes second sees what the first did, and chooses. Nothing typed is lost.

import { add, h } from "./elements.js";
import { block, inline } from "./foreign.js";
import { textOf } from "./messages.js";
import { actOf } from "./versions.js";

/** Show others' acts. `ways`: `anyway(newest, mended value)`, `theirs()`, and the act that could not be written. */
export function conflict(place, acts, told, ways) {
  const newest = Math.max(0, ...acts.map((act) => act.n));
  const theirs = acts.findLast((act) => act.act === "edit" && !act.undone);
  place.querySelector(".conflict")?.remove();
  const box = h(
    "div",
    { class: "conflict", role: "alert" },
    h("p", {}, h("strong", {}, "Somebody was here before you. "), "Nothing of yours was written, and nothing is lost."),
    h(
      "ul",
      {},
      acts.map((act) => actOf(act, told, [...(told.hand?.acts ?? []), ...acts])),
    ),
    ways.act === "edit" && theirs ? beside(theirs, ways.value.changed) : null,
    h(
      "p",
      {},
      h(
        "button",
        {
          type: "button",
          onclick: () => {
            box.remove();
            ways.anyway(newest, theirs ? onTop(theirs, ways) : undefined);
          },
        },
        ways.act === "edit" ? "Save mine after theirs" : "Do it anyway",
      ),
      " ",
      h(
        "button",
        { type: "button", class: "bare", onclick: ways.theirs },
        ways.act === "edit" ? "Look at theirs; keep mine as a draft" : "Look at theirs",
      ),
    ),
  );
  add(place, [box]);
  box.querySelector("button").focus();
}

// Only the message that was edited here replaces theirs: their other edits stay.
function onTop(theirs, { act, value }) {
  if (act !== "edit") return undefined;
  const messages = theirs.value.messages.map((message, n) => (n === value.changed ? value.messages[n] : message));
  return { ...value, messages };
}

function beside(theirs, n) {
  return h(
    "div",
    {},
    h("p", { class: "quiet" }, `Message ${n + 1} as `, inline(theirs.who || "somebody"), " left it:"),
    block(textOf(theirs.value.messages?.[n]), { class: "said-text" }),
  );
}
