// A branch: what was changed, how far it is, the original and it side by side turn by turn with the differences marked,
// where it leads, and the choice between them.

import { get, Trouble } from "./api.js";
import { diffOf } from "./change.js";
import { difference } from "./diff.js";
import { h, refill } from "./elements.js";
import { moment } from "./figures.js";
import { block, inline, plain } from "./foreign.js";
import { choice, leads } from "./keep.js";
import { callOf } from "./messages.js";
import { asJudged } from "./pair.js";
import * as route from "./route.js";

const SOON = 1500;

export async function show({ to, main, signal, say }) {
  const told = await get("branch", { n: to.n }, signal);
  const parts = { state: h("div", {}), choice: h("div", {}), beside: h("div", {}), leads: h("div", {}) };
  refill(
    main,
    h(
      "article",
      { class: "branch" },
      h("h1", { tabindex: "-1" }, `Branch ${to.n}`),
      parts.state,
      parts.choice,
      parts.beside,
      parts.leads,
    ),
  );
  await draw(parts, told, to, signal, say);
  if (told.state === "going") later(parts, to, signal, say);
}

async function draw(parts, said, to, signal, say) {
  const told = { ...said, story: said.story ? asJudged(said.story) : null };
  refill(parts.state, about(told));
  const [before, after] = await Promise.all([whole(told.of, undefined, signal), whole(chatOf(told), to.n, signal)]);
  if (signal.aborted) return;
  refill(parts.beside, sideBySide(before, after, told));
  if (told.state !== "going") {
    const again = async () => draw(parts, await get("branch", { n: to.n }, signal), to, signal, say);
    const original = await get("story", { id: told.record }, signal).catch(() => null);
    if (signal.aborted) return;
    refill(parts.choice, choice(told, original, say, again));
    refill(parts.leads, leads(told, chatOf(told)));
  }
}

function later(parts, to, signal, say) {
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const told = await get("branch", { n: to.n }, signal).catch((error) => {
      if (!(error instanceof Trouble) && error.name !== "AbortError") throw error;
      return null;
    });
    if (!told || signal.aborted) return;
    if (told.state !== "going") {
      clearInterval(timer);
      say(told.state === "done" ? "The branch is done." : "The branch failed.");
    }
    await draw(parts, told, to, signal, say);
  }, SOON);
  signal.addEventListener("abort", () => clearInterval(timer));
}

// The chat that was run again keeps its name in the branch, or has the branch's number after it.
function chatOf(told) {
  const chats = told.chats ?? [];
  return chats.find((id) => id === told.of) ?? chats.find((id) => id.startsWith(told.of)) ?? chats[0];
}

async function whole(id, branch, signal) {
  if (!id) return null;
  return get("chat", { id, branch }, signal).catch((error) => {
    if (error instanceof Trouble) return null;
    throw error;
  });
}

function about(told) {
  const state = { going: "Going on…", done: "Done.", failed: "Failed." }[told.state] ?? plain(told.state, 40);
  const changed = Object.entries(told.changes ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return [
    h(
      "p",
      { class: "lead" },
      h("strong", { class: told.state === "failed" ? "rejected" : "" }, state),
      told.error ? [" ", inline(told.error)] : null,
      " ",
      h(
        "span",
        { class: "quiet" },
        inline(told.who || "somebody"),
        `, ${moment(told.at)}, from turn ${told.turn} of `,
        h("a", { href: route.chat(told.record, told.of) }, inline(told.of)),
        " on",
      ),
    ),
    told.state === "going" ? h("progress", { "aria-label": "The branch is going on" }) : null,
    h(
      "section",
      { class: "changed" },
      h("h2", {}, "What was changed"),
      changed.length
        ? changed.map(([name, value]) =>
            h(
              "details",
              { open: name === "model" },
              h(
                "summary",
                {},
                {
                  prompt: ["The prompt of ", inline(told.role ?? "its role")],
                  model: "The model",
                  answer: "The answer",
                }[name] ?? plain(name, 40),
              ),
              block(value, { class: "said-text" }),
            ),
          )
        : h("p", { class: "quiet" }, "Nothing: the same was asked again."),
    ),
  ];
}

// -- side by side

function sideBySide(before, after, told) {
  if (!before) return h("p", { class: "quiet" }, "The chat it was made from is no longer in this run.");
  const one = before.turns,
    other = after?.turns ?? [];
  const same = one.findIndex((turn, n) => !other[n] || asText(turn) !== asText(other[n]));
  const equal = same < 0 ? one.length : same;
  const rows = Array.from({ length: Math.max(one.length, other.length) - equal }, (_, n) => [
    one[equal + n],
    other[equal + n],
  ]);
  return h(
    "section",
    { class: "side-by-side" },
    h("h2", {}, "Side by side"),
    equal
      ? h(
          "p",
          { class: "quiet" },
          equal === one.length && equal === other.length
            ? "All turns are the same."
            : `The first ${equal === 1 ? "turn is" : `${equal} turns are`} the same.`,
        )
      : null,
    h(
      "div",
      { class: "two" },
      h("h3", {}, "Original"),
      h("h3", {}, `Branch${told.state === "going" ? ", so far" : ""}`),
      rows.map(([left, right]) => [half(left, right, "-"), half(right, left, "+")]),
    ),
  );
}

function half(turn, other, sign) {
  if (!turn) return h("div", { class: "half none" }, h("p", { class: "quiet" }, "–"));
  const comparable = other && other.source === turn.source;
  const [was, is] = sign === "-" ? [turn, other] : [other, turn];
  const words = comparable ? difference(was.text, is.text).filter(([mark]) => mark === "=" || mark === sign) : null;
  return h(
    "div",
    { class: "half" },
    h(
      "p",
      {},
      h("span", { class: "speaker" }, inline(turn.source)),
      h("span", { class: "quiet" }, ` ${turn.type === "text" ? "" : turn.type}`),
    ),
    turn.text ? (words ? diffOf(words) : block(turn.text)) : null,
    (turn.calls ?? []).map((call, n) =>
      h("div", { class: same(call, other?.calls?.[n]) ? "" : "differs" }, callOf(call.name, call.arguments)),
    ),
  );
}

const same = (one, other) => other !== undefined && one.name === other.name && one.arguments === other.arguments;
const asText = (turn) =>
  JSON.stringify([turn.source, turn.type, turn.text, (turn.calls ?? []).map((call) => [call.name, call.arguments])]);
