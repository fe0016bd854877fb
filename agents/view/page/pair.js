// One pair's whole story: a head with its verdict and a person's hand, a rail of how it came about, and beside it the
// pair itself, one of its chats, or what else came of its seed.

import { get } from "./api.js";
import { chatPane } from "./chat.js";
import { h, refill } from "./elements.js";
import { unjudgedEdit } from "./evidence.js";
import { inline, plain } from "./foreign.js";
import { HandBar, who } from "./hand.js";
import { keysFor, PAIR_KEYS } from "./key_names.js";
import { neighbour } from "./listing.js";
import { known } from "./live.js";
import { pairPane, renewPane } from "./pair_pane.js";
import { rail } from "./rail.js";
import * as route from "./route.js";
import { verdict } from "./row.js";
import { siblingsPane } from "./siblings.js";
import { actOf } from "./versions.js";
import { Watching } from "./watching.js";

let last = null;
let watching = null;

/** A branch's pair that was not kept has no row of its own: it is shown as the machine made it. */
export function asJudged(story) {
  return { ...story, row: story.row ?? story.machine, isInData: story.row !== null };
}

/** Load a story, with what was known when it was asked for; the one that was shown last is at hand. */
async function load(id, signal, fresh = false) {
  if (fresh || last?.asked !== id) {
    const seen = known();
    last = { asked: id, seen, story: asJudged(await get("story", { id }, signal)) };
  }
  return last;
}

/** What was loaded of a pair is out of date. */
export function forget() {
  last = null;
}

export async function show(frame) {
  const { to, main, signal } = frame;
  const same = last?.asked === to.id && main.querySelector(".pair") !== null;
  const { story: told, seen } = await load(to.id, signal, !same);
  if (signal.aborted) return;
  const hand = new HandBar(told, {
    say: frame.say,
    changed: () => again(frame),
    look: () => watching?.look() ?? null,
    idle: () => renew(watching.told, frame, hand),
  });
  const pane = h("div", { class: "pane" });
  const box = h("article", { class: "pair" }, head(told, hand), h("div", { class: "pair-body" }, rail(told, to), pane));
  const focus = await drawPane(pane, told, frame, hand);
  if (signal.aborted) return;
  refill(main, box);
  hand.resume();
  keys(frame, told, hand);
  watching?.end();
  const drawn = (newer, before, asked) => news(newer, before, asked, frame, hand);
  watching = new Watching(told, { seen, signal, asJudged, drawn });
  if (to.view !== "pair" || focus) focusPane(pane, focus);
}

// Others acted. What they decided is drawn where it stands; a form that is open keeps what it began with, so that
// saving it is told of them.
function news(newer, before, seen, frame, hand) {
  const { main, to, say } = frame;
  last = { asked: to.id, seen, story: newer };
  const act = (newer.hand?.acts ?? []).findLast((one) => one.n > (before.hand?.version ?? 0));
  if (act && act.who !== who()) say(["Just now: ", actOf(act, newer, newer.hand.acts, "span")]);
  main.querySelector(".pair-head .facts")?.replaceWith(facts(newer));
  renew(newer, frame, hand);
}

function renew(newer, { main, to }, hand) {
  if (newer === hand.told) return;
  if (to.view === "pair") renewPane(main.querySelector(".pane"), newer, hand);
  if (!hand.busy) hand.renew(newer);
}

async function drawPane(pane, told, frame, hand) {
  if (frame.to.view === "chat") return chatPane(pane, told, frame);
  if (frame.to.view === "siblings") return siblingsPane(pane, told, frame);
  pairPane(pane, told, hand);
  const turn = frame.to.turn ?? null;
  return turn === null ? null : pane.querySelector(`article[data-message="${Number(turn) - 1}"]`);
}

function focusPane(pane, focus) {
  const target = focus ?? pane.querySelector("h2");
  target?.focus({ preventScroll: true });
  if (focus) focus.scrollIntoView({ block: "start" });
}

async function again(frame) {
  const { to, main, signal } = frame;
  last = null;
  const y = scrollY;
  await show({ ...frame, to: { ...to, turn: null } });
  if (!signal.aborted) {
    scrollTo(0, y);
    (main.querySelector("h1") ?? main).focus({ preventScroll: true });
  }
}

/** Say in a word what became of a record. */
export function outcome(told) {
  if (told.row) return told.row.verdict?.accepted ? "accepted" : "rejected";
  return told.drop ? "dropped" : "open";
}

function firstWords(told) {
  const asked = told.row?.messages?.find((message) => message.role === "user")?.content;
  const born = told.births.findLast((birth) => birth.text)?.text;
  return plain(typeof asked === "string" ? asked : (born ?? told.id), 150);
}

function facts(told) {
  const kinds = told.row?.kinds ?? {};
  const chain = [kinds.transform, kinds.instruct, ...(kinds.refine ?? []), ...(kinds.demand ?? [])].filter(Boolean);
  return h(
    "p",
    { class: "facts" },
    // What others came of is judged in them.
    ["seed", "passage"].includes(told.type) ? h("span", { class: "quiet" }, told.type) : verdict(outcome(told)),
    unjudgedEdit(told.row) ? h("span", { class: "quiet" }, "about the text before the edit") : null,
    told.row?.hand?.length ? h("span", { class: "by-hand" }, "hand") : null,
    h(
      "span",
      { class: "chain" },
      inline(told.skill),
      chain.map((kind) => [h("span", { class: "quiet", "aria-hidden": "true" }, "›"), inline(kind)]),
    ),
  );
}

function head(told, hand) {
  return h(
    "header",
    { class: "pair-head" },
    facts(told),
    h("h1", { tabindex: "-1" }, inline(firstWords(told))),
    h("p", { class: "id quiet" }, inline(told.id)),
    hand.bar,
  );
}

function keys(frame, told, hand) {
  const { to, say } = frame;
  const next = (step) => async () => {
    const id = await neighbour(to.id, step).catch(() => null);
    if (id === null)
      say(
        step > 0
          ? "No pair after this one in the list as filtered."
          : "No pair before this one in the list as filtered.",
      );
    else location.hash = route.pair(id);
  };
  const chat = (step) => () => {
    const ids = told.chats.map((one) => one.id);
    const at = to.view === "chat" ? ids.indexOf(to.chat) + step : step > 0 ? 0 : ids.length - 1;
    if (ids[at] !== undefined) location.hash = route.chat(to.id, ids[at]);
    else if (to.view === "chat") location.hash = route.pair(to.id);
  };
  const turn = (step) => () => {
    const turns = [...document.querySelectorAll(".pane article.turn")];
    const at = turns.findIndex((one) => one.contains(document.activeElement));
    const goal = turns[at < 0 ? (step > 0 ? 0 : turns.length - 1) : at + step];
    goal?.focus({ preventScroll: true });
    goal?.scrollIntoView({ block: "nearest" });
  };
  frame.keys(
    keysFor(PAIR_KEYS, {
      ...hand.keys(),
      n: next(1),
      p: next(-1),
      "]": chat(1),
      "[": chat(-1),
      j: turn(1),
      k: turn(-1),
      s: () => {
        location.hash = route.siblings(to.id);
      },
      b: () => runAgain(say),
    }),
  );
}

// From the turn at hand, or from the next at which a model was asked.
function runAgain(say) {
  const turns = [...document.querySelectorAll(".pane .chat:not(.inner) > article.turn")];
  const at = turns.findIndex((one) => one.contains(document.activeElement));
  const asked = (one) => one.querySelector(":scope > header button.again");
  const button = turns.slice(Math.max(at, 0)).map(asked).find(Boolean);
  if (button) return button.click();
  if (turns.some(asked)) return say("No model was asked from this turn on; k goes to those before it.");
  return say(document.querySelector(".pane .hindrance")?.textContent ?? "Open a chat first: b runs it again.");
}
