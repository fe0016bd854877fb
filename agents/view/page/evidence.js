// The verdict with its evidence: what failed first, in full; what passed after it, folded.

import { h } from "./elements.js";
import { counted, moment } from "./figures.js";
import { inline } from "./foreign.js";
import { leading, leadingInline } from "./mentions.js";

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
        (told.drop.reasons ?? []).map((reason) => h("li", {}, leading(reason, told))),
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
    verdict.by_hand ? byHand(verdict.by_hand, told) : null,
    edited(told.row),
    failed.length ? table("Failed", failed, "failed", told) : h("p", { class: "quiet" }, "No check failed."),
    h(
      "details",
      { class: "passed" },
      h("summary", {}, `${counted(passed.length, "check")} passed`),
      table("Passed", passed, "", told),
    ),
  );
}

/** The standing edit that nobody gave a verdict on since; null where there is none. */
export function unjudgedEdit(row) {
  const acts = row?.hand ?? [];
  const edit = row?.edited_from ? acts.findLast((act) => act.act === "edit") : null;
  const isJudged = acts.some((act) => (act.act === "accept" || act.act === "reject") && act.n > edit?.n);
  return edit && !isJudged ? edit : null;
}

// The checks and the judge saw the machine's words.
function edited(row) {
  const edit = row.edited_from ? (row.hand ?? []).findLast((act) => act.act === "edit") : null;
  if (!edit) return null;
  return h(
    "p",
    { class: "before-edit" },
    h("strong", {}, "About the text before the edit"),
    " by ",
    inline(edit.who || "somebody"),
    h("span", { class: "quiet" }, `, ${moment(edit.at)}`),
    ": what is found below was found in the machine's words. The edited text was not judged again",
    unjudgedEdit(row) ? "." : "; the verdict by hand is newer than the edit.",
  );
}

function byHand(hand, told) {
  return h(
    "p",
    { class: "by-person" },
    h("strong", { class: hand.accepted ? "accepted" : "rejected" }, hand.accepted ? "Accepted" : "Rejected"),
    " by ",
    inline(hand.who || "somebody"),
    h("span", { class: "quiet" }, `, ${moment(hand.at)}`),
    hand.reason ? [": ", leadingInline(hand.reason, told)] : null,
  );
}

function table(title, checks, mood, told) {
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
          h("td", {}, leading(check.evidence, told)),
          h("td", { class: "quiet by" }, inline(check.by)),
        ),
      ),
    ),
  );
}
