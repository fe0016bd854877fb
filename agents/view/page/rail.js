// How a pair came about, as a rail: seed, chat, passage, chat, instruction … pair, in the order of their births; and the
// way to its siblings and branches.

import { h } from "./elements.js";
import { seconds, short } from "./figures.js";
import { inline, plain } from "./foreign.js";
import * as route from "./route.js";

/** Order births and chats: each chat before what it bore, chats that bore nothing where they were held. */
export function stations(told) {
  const left = [...told.births];
  const found = [];
  const pass = (until) => {
    while (left.length && !until(left[0])) found.push({ birth: left.shift() });
  };
  const held = new Set(told.chats.map((chat) => chat.id));
  pass((birth) => birth.chat !== null && held.has(birth.chat));
  for (const chat of told.chats) {
    found.push({ chat });
    while (left.length && (left[0].chat === chat.id || left[0].chat === null || !held.has(left[0].chat)))
      found.push({ birth: left.shift() });
  }
  found.push(...left.map((birth) => ({ birth })));
  return found;
}

export function rail(told, to) {
  const here = (yes) => (yes ? "page" : undefined);
  const list = stations(told).map(({ birth, chat }) =>
    birth
      ? bornHere(birth, told, to)
      : h(
          "li",
          { class: `held ${chat.state}` },
          h(
            "a",
            { href: route.chat(to.id, chat.id), "aria-current": here(to.view === "chat" && to.chat === chat.id) },
            h("span", { class: "stage" }, inline(chat.stage), " ", inline(chat.kind, { class: "kind" })),
            chat.state === "failed" ? h("span", { class: "rejected" }, " failed") : null,
            chat.state === "open" ? h("span", { class: "quiet" }, " going on") : null,
            h("span", { class: "note" }, tookOf(chat)),
          ),
        ),
  );
  const whole = h(
    "a",
    { class: "all", href: route.pair(to.id), "aria-current": here(to.view === "pair") },
    told.type === "pair" ? "The pair" : "The record",
  );
  const others = h(
    "a",
    { class: "all", href: route.siblings(to.id), "aria-current": here(to.view === "siblings") },
    "Siblings",
  );
  const branches = (told.branches ?? []).length
    ? h(
        "div",
        {},
        h("h2", {}, "Branches"),
        h(
          "ul",
          { class: "branches" },
          told.branches.map((one) =>
            h(
              "li",
              {},
              h("a", { href: route.branch(one.n) }, `Branch ${one.n}`),
              h(
                "span",
                { class: "note" },
                one.state === "done" ? ({ true: "accepted", false: "rejected" }[one.accepted] ?? "no pair") : one.state,
                one.kept ? ", kept" : null,
              ),
            ),
          ),
        ),
      )
    : null;
  const inside = [whole, h("h2", {}, "How it came about"), h("ol", { class: "stations" }, list), others, branches];
  const folded = h(
    "details",
    { class: "rail-fold", open: matchMedia("(min-width: 60rem)").matches },
    h("summary", {}, "How it came about"),
    h("nav", { class: "rail", "aria-label": "How it came about" }, inside),
  );
  return folded;
}

function bornHere(birth, told, to) {
  const words = birth.type === "seed" ? told.seed?.path || birth.kind : plain(birth.text, 90);
  const body = [
    h("span", { class: "type" }, inline(birth.type), birth.kind ? [" ", inline(birth.kind, { class: "kind" })] : null),
    h("span", { class: "note" }, inline(words)),
  ];
  return h("li", { class: `born ${birth.type}` }, h("a", { href: bornAt(birth, told, to) }, body));
}

// A pair has its instruction's id: the instruction is found in the chat it was written in.
function bornAt(birth, told, to) {
  const isOwn = birth.id === to.id && birth !== told.births.at(-1);
  return isOwn && birth.chat ? route.chat(to.id, birth.chat) : route.pair(birth.id);
}

function tookOf({ tokens, seconds: time }) {
  const read = tokens ? tokens.prompt + tokens.completion : NaN;
  return read || time ? `${short(read)} tokens, ${seconds(time)}` : "no model call is kept";
}
