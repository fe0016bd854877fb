// What a verdict names is led to: "message 3" to that message of the pair, an id to its record or chat. A model may have
// written these words too, so a link leads to a view of this page whatever stands in it.

import { add, h } from "./elements.js";
import { block, FIRST, marked } from "./foreign.js";
import * as route from "./route.js";

const MESSAGE = String.raw`\bmessages? (?<message>\d{1,5})\b`;
const TURN = String.raw`\bturns? (?<turn>\d{1,5})\b`;

/** Show a text in a box of its own, as `block` does, with what it names as links. */
export function leading(text, told) {
  const whole = String(text ?? "");
  if (whole.length > FIRST) return block(whole);
  const box = h("div", { dir: "auto", class: "foreign" });
  add(box, led(whole, told));
  return box;
}

/** The same within a line. */
export const leadingInline = (text, told) => h("bdi", {}, led(String(text ?? ""), told));

function led(text, told) {
  if (text.length > FIRST) return marked(text);
  const found = [];
  const ids = idsOf(told);
  let from = 0;
  for (const match of text.matchAll(named(ids, told.skill))) {
    const { id } = match.groups;
    const said = id && !ids.has(id) ? id.replace(/[.:)]+$/, "") : match[0];
    const href = addressOf(said, match.groups, told);
    if (href === null) continue;
    found.push(marked(text.slice(from, match.index)), h("a", { href }, marked(said)));
    from = match.index + said.length;
  }
  found.push(marked(text.slice(from)));
  return found;
}

const idsOf = (told) =>
  new Set([...(told.births ?? []), ...(told.chats ?? [])].map((one) => one.id).filter((id) => id.includes("/")));

// Ids that are known may hold anything, blanks too; of others only those of this skill are told from words.
function named(ids, skill) {
  const known = [...ids].toSorted((a, b) => b.length - a.length).map((id) => `${literal(id)}(?![^\\s;,:.)'"])`);
  const other = skill ? [String.raw`(?<![^\s("'])${literal(skill)}/[^\s;,"']+:\d+-\d+/[^\s;,"']+`] : [];
  const id = known.length + other.length ? [`(?<id>${[...known, ...other].join("|")})`] : [];
  return new RegExp([...id, MESSAGE, TURN].join("|"), "gu");
}

const literal = (text) => String(text).replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

function addressOf(said, groups, told) {
  if (groups.id) {
    return (told.chats ?? []).some((chat) => chat.id === said) ? route.chat(told.id, said) : route.pair(said);
  }
  const messages = told.row?.messages ?? [];
  const n = groups.message ? Number(groups.message) : startOf(Number(groups.turn), told.row);
  return n >= 1 && n <= messages.length ? route.message(told.id, n) : null;
}

/** The number of the message that opens a turn of a conversation that was held by a plan; 0 where there is none. */
export function startOf(turn, row) {
  return startsOf(row).get(turn) ?? 0;
}

/** Messages by the turns of the plan that they open: `facts.held` are those that were held, at the pair's end. */
export function startsOf(row) {
  const held = row?.facts?.held;
  if (!Array.isArray(held)) return new Map();
  const said = (row.messages ?? []).flatMap(({ role }, n) => (role === "user" || role === "assistant" ? [n + 1] : []));
  const first = said.length - 2 * held.length;
  return first < 0 ? new Map() : new Map(held.map((turn, at) => [Number(turn), said[first + 2 * at]]));
}
