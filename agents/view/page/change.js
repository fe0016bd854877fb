// What refinement did: the suggester's ideas beside the editor's change.

import { h } from "./elements.js";
import { block, inline, marked } from "./foreign.js";
import { fieldsOf } from "./messages.js";
import * as route from "./route.js";

/** Characters beyond which differences are not drawn: nobody reads them, and the page must not wait for them. */
const LONGEST = 100_000;

export function change({ from, diff, ideas, after }) {
  return h(
    "section",
    { class: "change" },
    h("h2", { tabindex: "-1" }, "What refinement changed"),
    h("p", { class: "quiet" }, "From ", h("a", { href: route.pair(from) }, inline(from))),
    h(
      "div",
      { class: "beside" },
      h(
        "div",
        {},
        h("h3", {}, "Ideas"),
        ideas?.length
          ? h(
              "ul",
              { class: "ideas" },
              ideas.map((idea) =>
                h(
                  "li",
                  {},
                  h("span", { class: "speaker" }, inline(idea.source)),
                  /^\s*\{/.test(idea.text) ? fieldsOf(idea.text) : block(idea.text),
                ),
              ),
            )
          : h("p", { class: "quiet" }, "No idea was written down."),
      ),
      h("div", {}, h("h3", {}, "Change"), diff?.length ? diffOf(diff) : block(after)),
    ),
  );
}

/** Draw a diff: `[["=", text], ["-", text], ["+", text]]`. What went is struck, what came is underlined. */
export function diffOf(diff, given = {}) {
  if (diff.reduce((all, [, text]) => all + text.length, 0) > LONGEST) {
    return block(diff.map(([sign, text]) => (sign === "-" ? "" : text)).join(""), given);
  }
  return h(
    "div",
    { dir: "auto", ...given, class: `foreign diff ${given.class ?? ""}` },
    diff.map(([sign, text]) => {
      if (sign === "-") return h("del", {}, marked(text));
      return sign === "+" ? h("ins", {}, marked(text)) : marked(text);
    }),
  );
}
