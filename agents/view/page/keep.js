// Where a branch leads, and the choice between it and the original.

import { post, Trouble } from "./api.js";
import { asTurns, besides } from "./beside.js";
import { aside } from "./chat.js";
import { h, refill } from "./elements.js";
import { evidence } from "./evidence.js";
import { inline } from "./foreign.js";
import { who } from "./hand.js";
import { outdated } from "./listing.js";
import * as route from "./route.js";
import { verdict } from "./row.js";

const outcome = (story) => (story?.row ? (story.row.verdict?.accepted ? "accepted" : "rejected") : "dropped");

// Keeping a branch rejects its original with this reason: without that, would it be in the data?
function isAcceptedBut(original, reason) {
  const acts = original?.hand?.acts ?? [];
  const words = (act) => (act.act === "accept" || act.act === "reject") && !act.undone && act.value?.reason !== reason;
  const last = acts.findLast(words);
  return last ? last.act === "accept" : original?.machine?.verdict?.accepted === true;
}

/** Draw the verdicts of both, and the buttons that keep one. `original`: its story, null where there is none. */
export function choice(told, original, say, again) {
  const [ours, theirs] = [told.story?.hand, original?.hand];
  const kept = (ours?.acts ?? []).some((act) => act.act === "keep" && !act.undone);
  const can = outcome(told.story) === "accepted";
  const wasAccepted = isAcceptedBut(original, `replaced by ${told.pair}`);
  const out = h("p", { role: "status" });
  const keep = async (which) => {
    try {
      const base = Math.max(ours?.version ?? 0, theirs?.version ?? 0);
      await post("keep", { n: told.n, which, base, who: who() });
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      const first = error.status === 409 ? "Somebody decided meanwhile; what stands here is how it is now. " : null;
      if (first) await again();
      say(first ?? "Nothing was written.");
      return refill(out, h("span", { class: "rejected" }, first, inline(error.message)));
    }
    outdated();
    say(which === "branch" ? "The branch is kept." : `${wasAccepted ? "The original" : "Neither"} is kept.`);
    return again();
  };
  const button = (which, name, off, mood = "", press = null) =>
    h(
      "button",
      { type: "button", class: mood, disabled: off, onclick: () => keep(which), "aria-keyshortcuts": press },
      name,
      press ? h("kbd", { "aria-hidden": "true" }, press) : null,
    );
  return h(
    "section",
    { class: "keep" },
    h("h2", {}, "Which is kept"),
    h(
      "p",
      { class: "facts" },
      h("span", {}, h("a", { href: route.pair(told.record) }, "Original"), " ", verdict(outcome(original))),
      h("span", {}, "Branch ", verdict(outcome(told.story))),
      h("span", { class: "quiet" }, standing(told, { kept, can, wasAccepted })),
    ),
    h(
      "p",
      { class: "buttons" },
      button("branch", "Keep the branch", kept || !can, kept || !can ? "" : "main"),
      button("original", wasAccepted ? "Keep the original" : "Take the branch out again", !kept, "back", "u"),
    ),
    out,
  );
}

function standing(told, { kept, can, wasAccepted }) {
  if (kept) return `Kept: exports hold the branch's pair${wasAccepted ? " in place of the original" : ""}.`;
  if (!told.story?.row) return "No pair came of the branch: there is nothing to keep.";
  if (!can) return "What was rejected can't be kept: run it again otherwise.";
  return wasAccepted
    ? "The original stands until the branch is kept."
    : "The original is not in the data; the branch's pair gets into it when it is kept.";
}

/** Draw what came of the branch, and its other chats. */
export function leads(told, original, main) {
  // Those that were held in the branch carry its number; the others are the original's, as far as they were needed.
  const isOwn = (id) => id.includes(`!${told.n}`);
  const rest = (told.chats ?? [])
    .filter((id) => id !== main)
    .toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
  const given = { branch: told.n, record: told.record };
  return h(
    "section",
    { class: "leads" },
    h("h2", {}, "Where it leads"),
    told.story?.row
      ? [
          h("p", { class: "id" }, h("a", { href: route.pair(told.story.id) }, inline(told.story.id))),
          evidence(told.story),
          h("h2", {}, "Both pairs"),
          besides(asTurns(original?.row), asTurns(told.story.row), ["Original", "Branch"]),
        ]
      : h("p", { class: "quiet" }, "No pair came of it."),
    rest.length ? [h("h3", {}, "Its chats"), rest.map((id) => aside(id, inline(id), given))] : null,
  );
}
