// One row of the list: what was asked, what came of it, and where it is from. The whole row is one link.

import { h } from "./elements.js";
import { moment, short, whole } from "./figures.js";
import { inline, plain } from "./foreign.js";
import * as route from "./route.js";

const WORDS = { accepted: "accepted", rejected: "rejected", dropped: "fell out", open: "open" };

/** The verdict in words and a sign of its own; never by colour alone. */
export function verdict(name) {
  return h("span", { class: `verdict ${name in WORDS ? name : "open"}` }, WORDS[name] ?? "open");
}

export function rowOf(row, at, under) {
  return h(
    "a",
    {
      class: "row",
      href: route.pair(row.id),
      data: { at: String(at) },
      onfocus: () => under(at),
      onclick: () => under(at),
    },
    h("span", { class: "what" }, verdict(row.verdict), row.hand ? h("span", { class: "by-hand" }, "hand") : null),
    h(
      "span",
      { class: "words" },
      inline(row.first || row.id, { class: "first" }),
      row.snippet ? inline(row.snippet, { class: "snippet" }) : null,
      row.reason ? inline(row.reason, { class: "reason", title: plain(row.reason, 1000) }) : null,
    ),
    h(
      "span",
      { class: "of" },
      inline(row.kind ?? "", { class: "kind" }),
      inline(row.skill ?? "", { class: "skill quiet" }),
    ),
    h(
      "span",
      { class: "size n quiet" },
      row.turns ? `${whole(row.turns)} turns · ${short(row.characters ?? 0)} ch.` : null,
    ),
    h("span", { class: "at n quiet" }, moment(row.at)),
  );
}
