// The overview's tables: why pairs fell, and what each role cost.

import { h } from "./elements.js";
import { cost, seconds, short, whole } from "./figures.js";
import { inline } from "./foreign.js";
import * as route from "./route.js";

export function reasons(rows) {
  if (!rows.length) return h("p", { class: "quiet" }, "Nothing was rejected.");
  const most = Math.max(...rows.map((row) => row.count));
  return h(
    "table",
    { class: "reasons" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Reason"),
        h("th", { scope: "col" }, "Stage"),
        h("th", { scope: "col", class: "n" }, "Count"),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((row) =>
        h(
          "tr",
          {},
          h(
            "td",
            {},
            h("a", { href: fallen(row), data: { key: `reason ${row.stage} ${row.reason}` } }, inline(row.reason)),
            h("span", { class: "bar", style: { "--share": String(row.count / most) } }),
          ),
          h("td", { class: "quiet" }, inline(row.stage)),
          h("td", { class: "n" }, whole(row.count)),
        ),
      ),
    ),
  );
}

// A failed check has a filter of its own; what fell out earlier is found by its words.
function fallen({ stage, reason }) {
  if (stage !== "check") return route.pairs({ verdict: "dropped", stage, q: reason });
  if (/^\w+$/.test(reason)) return route.pairs({ verdict: "rejected", check: reason });
  return route.pairs(reason === "by hand" ? { verdict: "rejected", hand: "1" } : { verdict: "rejected" });
}

const COLUMNS = [
  ["calls", "Calls", short],
  ["prompt_tokens", "Read", short],
  ["completion_tokens", "Written", short],
  ["seconds", "Time", seconds],
  ["cost", "Cost", cost],
];

export function usage(rows, isOver) {
  if (!rows.length) return h("p", { class: "quiet" }, isOver ? "Not known." : "No model was called yet.");
  const skills = new Set(rows.map((row) => row.skill)).size > 1;
  const sorted = rows.toSorted((a, b) => b.prompt_tokens + b.completion_tokens - a.prompt_tokens - a.completion_tokens);
  return h(
    "div",
    { class: "scrolls", tabindex: "0", role: "region", "aria-label": "Tokens and cost by role" },
    h(
      "table",
      { class: "usage" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          [skills ? "Skill" : null, "Role", "Model"].filter(Boolean).map((name) => h("th", { scope: "col" }, name)),
          COLUMNS.map(([, name]) => h("th", { scope: "col", class: "n" }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        sorted.map((row) =>
          h(
            "tr",
            {},
            skills ? h("td", {}, inline(row.skill)) : null,
            h("td", {}, inline(row.role)),
            h("td", { class: "quiet" }, inline(row.model)),
            COLUMNS.map(([key, , as]) => h("td", { class: "n" }, as(row[key]))),
          ),
        ),
      ),
      h(
        "tfoot",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "row", colspan: skills ? 3 : 2 }, "All"),
          COLUMNS.map(([key, , as]) => h("td", { class: "n" }, as(total(rows, key)))),
        ),
      ),
    ),
  );
}

/** Add up one column; NaN where it isn't known of all. */
export function total(rows, key) {
  return rows.every((row) => Number.isFinite(row[key])) ? rows.reduce((sum, row) => sum + row[key], 0) : NaN;
}
