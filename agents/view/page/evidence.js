// The verdict with its evidence: what failed first, in full; what passed after it, folded.

import { h } from "./elements.js";
import { counted, moment } from "./figures.js";
import { block, inline } from "./foreign.js";

export function evidence(told) {
  if (told.drop) {
    return h(
      "section",
      { class: "evidence" },
      h("h2", { tabindex: "-1" }, "Why it fell out"),
      h(
        "p",
        { class: "quiet" },
        "In ",
        inline(told.drop.stage),
        told.drop.kind ? [", ", inline(told.drop.kind)] : null,
        "; it never became a pair.",
      ),
      h(
        "ul",
        { class: "failed" },
        (told.drop.reasons ?? []).map((reason) => h("li", {}, block(reason))),
      ),
    );
  }
  const verdict = told.row?.verdict;
  if (!verdict) return null;
  const failed = (verdict.checks ?? []).filter((check) => !check.passed);
  const passed = (verdict.checks ?? []).filter((check) => check.passed);
  return h(
    "section",
    { class: "evidence" },
    h("h2", { tabindex: "-1" }, "Verdict"),
    verdict.by_hand ? byHand(verdict.by_hand) : null,
    failed.length ? table("Failed", failed, "failed") : h("p", { class: "quiet" }, "No check failed."),
    h(
      "details",
      { class: "passed" },
      h("summary", {}, `${counted(passed.length, "check")} passed`),
      table("Passed", passed, ""),
    ),
  );
}

function byHand(hand) {
  return h(
    "p",
    { class: "by-person" },
    h("strong", { class: hand.accepted ? "accepted" : "rejected" }, hand.accepted ? "Accepted" : "Rejected"),
    " by ",
    inline(hand.who || "somebody"),
    h("span", { class: "quiet" }, `, ${moment(hand.at)}`),
    hand.reason ? [": ", inline(hand.reason)] : null,
  );
}

function table(title, checks, mood) {
  return h(
    "table",
    { class: `checks ${mood}` },
    h("caption", { class: "quiet" }, title),
    h(
      "tbody",
      {},
      checks.map((check) =>
        h(
          "tr",
          {},
          h(
            "th",
            { scope: "row" },
            h("span", { class: "sign", "aria-hidden": "true" }, check.passed ? "✓" : "✕"),
            " ",
            inline(check.check),
          ),
          h("td", {}, block(check.evidence)),
          h("td", { class: "quiet by" }, inline(check.by)),
        ),
      ),
    ),
  );
}
