// What else came of the same seed: what was first asked on the left, what it was refined to on the right.

import { get } from "./api.js";
import { difference } from "./diff.js";
import { diffOf } from "./change.js";
import { h, refill } from "./elements.js";
import { counted } from "./figures.js";
import { block, inline } from "./foreign.js";
import * as route from "./route.js";
import { verdict } from "./row.js";

export async function siblingsPane(pane, told, { to, signal }) {
  const { records } = await get("siblings", { id: to.id }, signal);
  const families = grouped(records);
  refill(pane, h("h2", { tabindex: "-1" }, "Siblings"), h("p", { class: "quiet" }, `${counted(records.length, "record")} of the seed `, inline(told.seed?.path || told.seed?.id || ""), ". Left what was first asked, right what it was refined to."),
    records.length ? families.map((family) => familyOf(family, to.id)) : h("p", { class: "quiet" }, "Nothing else came of this seed."));
  return null;
}

/** Group records: passages and what fell out by themselves, instructions with those refined from them. */
export function grouped(records) {
  const last = new Map(records.map((record) => [record.id, record]));  // an instruction and its pair carry one id
  const ids = [...last.keys()].sort();
  const roots = [];
  for (const id of ids) {
    const record = last.get(id);
    const parent = record.stage === "refine" || record.type === "pair" ? roots.findLast((root) => root.asks && id.startsWith(`${root.record.id}/`)) : undefined;
    if (parent) parent.refined.push(record);
    else roots.push({ record, refined: [], asks: ["instruction", "pair", "drop"].includes(record.type) && record.type !== "passage" });
  }
  return roots;
}

function familyOf({ record, refined, asks }, here) {
  if (!asks || !refined.length) return h("section", { class: "family alone" }, recordOf(record, here));
  return h("section", { class: "family" }, recordOf(record, here), h("div", { class: "refined" }, refined.map((one) => recordOf(one, here, record))));
}

function recordOf(record, here, original) {
  const name = [inline(record.type === "drop" ? record.stage : record.type), " ", inline(record.kind, { class: "kind" })];
  const title = record.id === here ? h("strong", {}, name) : h("a", { href: route.pair(record.id) }, name);
  return h("div", { class: `sibling ${record.id === here ? "here" : ""}` }, h("p", { class: "facts" }, record.verdict === "open" && record.type === "passage" ? null : verdict(record.verdict), " ", title, record.id === here ? h("span", { class: "quiet" }, " this one") : null),
    original ? diffOf(difference(original.text, record.text), { class: "said-text" }) : block(record.text, { class: "said-text" }, 2000),
    record.reason ? h("p", { class: "reason" }, inline(record.reason)) : null);
}
