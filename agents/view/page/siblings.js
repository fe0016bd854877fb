// What else came of the same seed: what was first asked on the left, what it was refined to on the right.

import { get } from "./api.js";
import { difference } from "./diff.js";
import { diffOf } from "./change.js";
import { h, refill } from "./elements.js";
import { counted } from "./figures.js";
import { block, inline } from "./foreign.js";
import { leadingInline } from "./mentions.js";
import * as route from "./route.js";
import { verdict } from "./row.js";

const CUT = 300;

export async function siblingsPane(pane, told, { to, signal }) {
  const { records } = await get("siblings", { id: to.id }, signal);
  const families = grouped(records);
  refill(
    pane,
    h("h2", { tabindex: "-1" }, "Siblings"),
    h(
      "p",
      { class: "quiet" },
      `${counted(records.length, "record")} of the seed `,
      inline(told.seed?.path || told.seed?.id || ""),
      ". Left what was first asked, right what it was refined to.",
    ),
    records.length
      ? families.map((family) => familyOf(family, to.id, told))
      : h("p", { class: "quiet" }, "Nothing else came of this seed."),
  );
  return null;
}

/** Group records, which come in the order of their ids: each original with what was refined from it. */
export function grouped(records) {
  const roots = [];
  for (const record of records) {
    const parent = roots.findLast((root) => root.record.type !== "drop" && record.id.startsWith(`${root.record.id}/`));
    if (parent) parent.refined.push(record);
    else roots.push({ record, refined: [] });
  }
  return roots;
}

function familyOf({ record, refined }, here, told) {
  if (!refined.length) return h("section", { class: "family alone" }, recordOf(record, here, told));
  return h(
    "section",
    { class: "family" },
    recordOf(record, here, told),
    h(
      "div",
      { class: "refined" },
      refined.map((one) => recordOf(one, here, told, record)),
    ),
  );
}

// The original stands beside it: only what came is marked.
function added(before, after) {
  return difference(shown(before), shown(after)).filter(([sign]) => sign !== "-");
}

// Texts come cut; the last word may be half of one.
function shown(text) {
  return text.length < CUT ? text : `${text.replace(/\s*\S*$/, "")} …`;
}

function recordOf(record, here, told, original) {
  const name = [
    inline(record.type === "drop" ? record.stage : record.type),
    " ",
    inline(record.kind, { class: "kind" }),
  ];
  const title = record.id === here ? h("strong", {}, name) : h("a", { href: route.pair(record.id) }, name);
  return h(
    "div",
    { class: `sibling ${record.id === here ? "here" : ""}` },
    h(
      "p",
      { class: "facts" },
      verdict(record.verdict),
      " ",
      title,
      record.id === here ? h("span", { class: "quiet" }, " this one") : null,
    ),
    original
      ? diffOf(added(original.text, record.text), { class: "said-text" })
      : block(shown(record.text), { class: "said-text" }),
    record.reason ? h("p", { class: "reason" }, leadingInline(record.reason, { ...told, row: null })) : null,
  );
}
