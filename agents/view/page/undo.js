// Taking back what another person decided is asked about first, and what was taken back is named with whose it was.

import { h } from "./elements.js";
import { inline, plain } from "./foreign.js";

const NAMES = { accept: "acceptance", reject: "rejection", edit: "edit", keep: "choice between branch and original" };

/** Name an act by whose it is: "your rejection", "anna's edit". */
export function whose(act, me) {
  return `${act.who === me ? "your" : `${plain(act.who || "somebody", 60)}'s`} ${NAMES[act.act] ?? act.act}`;
}

/** Ask before another's act is taken back. `go()` takes it back, `away()` leaves it. */
export function undoForm(act, { go, away }) {
  return h(
    "form",
    {
      class: "undo-form",
      role: "alertdialog",
      "aria-label": "Take back what another decided?",
      onsubmit: (event) => {
        event.preventDefault();
        go();
      },
      onkeydown: (event) => {
        if (event.key === "Escape") away();
      },
    },
    h(
      "p",
      {},
      "This is ",
      h("strong", {}, inline(whose(act))),
      act.value?.reason ? [" (", inline(act.value.reason), ")"] : null,
      ": take it back? ",
      h("button", { type: "submit" }, "Take it back"),
      " ",
      h("button", { type: "button", class: "bare", onclick: away }, "Leave it"),
    ),
  );
}
