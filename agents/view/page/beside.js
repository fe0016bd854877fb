// Two conversations side by side, turn by turn, with what differs marked in each.

import { diffOf } from "./change.js";
import { difference } from "./diff.js";
import { h } from "./elements.js";
import { block, inline, laidOut } from "./foreign.js";
import { callOf, textOf } from "./messages.js";

/** Draw two lists of turns. What both begin with is folded. */
export function besides(one, other, [left, right]) {
  const differs = one.findIndex((turn, n) => !other[n] || asText(turn) !== asText(other[n]));
  const equal = differs < 0 ? one.length : differs;
  const rows = Array.from({ length: Math.max(one.length, other.length) - equal }, (_, n) =>
    [one, other].map((turns) => turns[equal + n]),
  );
  const same = equal === 1 ? "The first turn is the same." : `The first ${equal} turns are the same.`;
  return [
    equal ? h("p", { class: "quiet" }, rows.length ? same : "All turns are the same.") : null,
    rows.length
      ? h(
          "div",
          { class: "two" },
          h("h3", {}, left),
          h("h3", {}, right),
          rows.map(([was, is]) => [half(was, is, "-"), half(is, was, "+")]),
        )
      : null,
  ];
}

/** The messages of a pair as turns. */
export function asTurns(row) {
  return (row?.messages ?? []).map((message) => ({
    source: message.role,
    type: "text",
    text: textOf(message),
    calls: (message.tool_calls ?? []).map((call) => ({
      name: call.function?.name,
      arguments: call.function?.arguments,
    })),
  }));
}

function half(turn, other, sign) {
  if (!turn) return h("div", { class: "half none" }, h("p", { class: "quiet" }, "–"));
  const [was, is] = (sign === "-" ? [turn, other] : [other, turn]).map((one) => laidOut(one?.text ?? ""));
  const comparable = other && other.source === turn.source;
  const words = comparable ? difference(was, is).filter(([mark]) => mark === "=" || mark === sign) : null;
  return h(
    "div",
    { class: "half" },
    h(
      "p",
      {},
      h("span", { class: "speaker" }, inline(turn.source)),
      turn.type === "text" ? null : h("span", { class: "quiet" }, ` ${turn.type}`),
    ),
    turn.text ? (words ? diffOf(words) : block(laidOut(turn.text))) : null,
    (turn.calls ?? []).map((call, n) =>
      h("div", { class: isSame(call, other?.calls?.[n]) ? "" : "differs" }, callOf(call.name, call.arguments)),
    ),
  );
}

const isSame = (one, other) => other !== undefined && one.name === other.name && one.arguments === other.arguments;
const asText = (turn) =>
  JSON.stringify([turn.source, turn.type, turn.text, (turn.calls ?? []).map((call) => [call.name, call.arguments])]);
