// What refinement did: the suggester's ideas beside the editor's change.

import { h } from "./elements.js";
import { whole } from "./figures.js";
import { block, cut, inline, marked } from "./foreign.js";
import { fieldsOf } from "./messages.js";
import * as route from "./route.js";

/** Characters beyond which differences are not drawn: nobody reads them, and the page must not wait for them. */
const LONGEST = 100_000;
/** Characters of what stayed that are shown on each side of a change, and of what is left out at least. */
const [AROUND, LEFT_OUT] = [240, 400];

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

/** Draw a diff: `[["=", text], ["-", text], ["+", text]]`. What went is struck, what came is underlined. `folded`: of
 * long stretches that stayed only what is next to a change is shown, the rest on demand. */
export function diffOf(diff, given = {}, folded = false) {
  if (diff.reduce((all, [, text]) => all + text.length, 0) > LONGEST) {
    return block(diff.map(([sign, text]) => (sign === "-" ? "" : text)).join(""), given);
  }
  return h(
    "div",
    { dir: "auto", ...given, class: `foreign diff ${given.class ?? ""}` },
    diff.map(([sign, text], n) => {
      if (sign === "-") return h("del", {}, marked(text));
      if (sign === "+") return h("ins", {}, marked(text));
      return folded ? stayed(text, n > 0, n < diff.length - 1) : marked(text);
    }),
  );
}

function stayed(text, isAfter, isBefore) {
  const from = isAfter ? cut(text, AROUND).length : 0;
  const to = isBefore ? cut(text, text.length - AROUND).length : text.length;
  if (to - from < LEFT_OUT) return marked(text);
  const middle = text.slice(from, to);
  const all = h(
    "button",
    { type: "button", class: "bare", onclick: () => all.replaceWith(...marked(middle)) },
    `⋯ ${whole(middle.length)} characters as they were`,
  );
  return [marked(text.slice(0, from)), all, marked(text.slice(to))];
}
