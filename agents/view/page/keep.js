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

/** Draw the verdicts of both, and the buttons that keep one. `original`: its story, null where there is none. */
export function choice(told, original, say, again) {
  const [ours, theirs] = [told.story?.hand, original?.hand];
  const kept = (ours?.acts ?? []).some((act) => act.act === "keep" && !act.undone);
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
    say(which === "branch" ? "The branch is kept." : "The original is kept.");
    return again();
  };
  const button = (which, name, off, mood = "") =>
    h("button", { type: "button", class: mood, disabled: off, onclick: () => keep(which) }, name);
  const can = outcome(told.story) === "accepted";
  return h(
    "section",
    { class: "keep" },
    h("h2", {}, "Which is kept"),
    h(
      "p",
      { class: "facts" },
      h("span", {}, h("a", { href: route.pair(told.record) }, "Original"), " ", verdict(outcome(original))),
      h("span", {}, "Branch ", verdict(outcome(told.story))),
      h("span", { class: "quiet" }, standing(told, kept, can)),
    ),
    h(
      "p",
      { class: "buttons" },
      button("branch", "Keep the branch", kept || !can, kept || !can ? "" : "main"),
      button("original", "Keep the original", !kept),
    ),
    out,
  );
}

function standing(told, kept, can) {
  if (kept) return "Kept: exports hold the branch's pair in place of the original.";
  if (!told.story?.row) return "No pair came of the branch: there is nothing to keep.";
  return can
    ? "The original stands until the branch is kept."
    : "What was rejected can't be kept: run it again otherwise.";
}

/** Draw what came of the branch, and its other chats. */
export function leads(told, original, main) {
  const rest = (told.chats ?? []).filter((id) => id !== main);
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
