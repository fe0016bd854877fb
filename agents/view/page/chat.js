// One chat as a conversation: who spoke, with which prompt, which tools were called with what and said what, what had
// to be said again, what it took.

import { get, Trouble } from "./api.js";
import { h, refill } from "./elements.js";
import { counted, seconds, whole } from "./figures.js";
import { block, inline, plain } from "./foreign.js";
import { follow, known } from "./live.js";
import * as route from "./route.js";
import { turnOf } from "./turn.js";

const MANY = 200;

export async function chatPane(pane, told, { to, signal }) {
  const branch = told.chats.find((one) => one.id === to.chat)?.branch ?? undefined;
  const seen = known();
  const chat = await get("chat", { id: to.chat, branch }, signal);
  const turns = h("div", { class: "chat" });
  refill(
    pane,
    head(chat, told, to),
    turns,
    chat.error ? h("p", { class: "chat-error" }, h("strong", {}, "It failed: "), inline(chat.error)) : null,
  );
  const drawn = conversation(turns, chat, {
    record: told.id,
    branch,
    address: (n) => route.chat(told.id, chat.id, n),
    again: hindered(chat, told) === "",
  });
  if (chat.state === "open") goOn(pane, { id: to.chat, branch }, signal, drawn, seen);
  if (to.turn === null) return null;
  drawn.until(to.turn);
  return turns.querySelector(`[data-turn="${Number(to.turn)}"]`);
}

/** Draw turns into a box, the first of very many; `until(n)` draws as far as one, `take(chat)` what was said since. */
export function conversation(box, chat, given) {
  let turns = chat.turns;
  let shown = 0;
  const more = h("button", { type: "button", class: "more", onclick: () => drawTo(shown + MANY) });
  const drawTo = (end) => {
    more.remove();
    const next = turns.slice(shown, end);
    box.append(...next.map((turn) => turnOf(turn, chat, given)));
    shown += next.length;
    if (shown < turns.length) {
      refill(more, `Show more: ${whole(shown)} of ${whole(turns.length)} turns`);
      box.append(more);
    }
  };
  drawTo(MANY);
  if (!turns.length) box.append(h("p", { class: "quiet" }, "Nothing was said yet."));
  return {
    until: (n) => {
      const at = turns.findIndex((turn) => turn.n === n);
      if (at >= shown) drawTo(at + 20);
    },
    // What was drawn of a turn may have been its beginning: a call that was made, and nothing said yet.
    take: (newer) => {
      const differs = turns
        .slice(0, shown)
        .findIndex((turn, n) => JSON.stringify(turn) !== JSON.stringify(newer.turns[n]));
      if (differs >= 0) shown = differs;
      for (const late of [...box.children].slice(shown)) late.remove();
      turns = newer.turns;
      drawTo(shown + MANY);
    },
  };
}

function head(chat, told, to) {
  const ids = told.chats.map((one) => one.id);
  const at = ids.indexOf(chat.id);
  const step = (by, name, key) =>
    at >= 0 && ids[at + by] !== undefined
      ? h("a", { href: route.chat(to.id, ids[at + by]) }, name, h("kbd", { "aria-hidden": "true" }, key))
      : null;
  const cast = (chat.cast ?? []).map((name, n) => [n ? ", " : "", inline(name)]);
  return h(
    "header",
    { class: "chat-head" },
    h(
      "div",
      { class: "title-line" },
      h("h2", { tabindex: "-1" }, inline(chat.stage ?? "chat"), " ", inline(chat.kind ?? "", { class: "kind" })),
      h("p", { class: "steps" }, step(-1, "Before ", "["), step(1, "Next ", "]")),
    ),
    h(
      "p",
      { class: "quiet" },
      { open: "Going on. ", failed: "Failed. ", done: "", aside: "Beside the chat. " }[chat.state] ?? "",
      cast.length ? ["With ", cast, ". "] : null,
      `${counted(chat.turns.length, "turn")}, ${took(chat)}.`,
    ),
    h("p", { class: "id quiet" }, inline(plain(chat.id, 400))),
    hindered(chat, told)
      ? h("p", { class: "quiet hindrance" }, `It can't be run again: ${hindered(chat, told)}.`)
      : null,
  );
}

// Nothing is offered that is known not to go.
function hindered(chat, told) {
  if (chat.hindrance) return chat.hindrance;
  return told.seed?.text ? "" : "the text of its seed is not in the journal, and the file is not where it was";
}

function took({ tokens, seconds: time }) {
  if (!tokens?.prompt && !tokens?.completion && !time) return "no model call is kept";
  return `${whole(tokens?.prompt)} tokens read, ${whole(tokens?.completion)} written, ${seconds(time)}`;
}

// A chat that is being held is read again whenever something is new, and grows at its end.
function goOn(pane, asked, signal, drawn, seen) {
  const stop = follow(async () => {
    try {
      const newer = await get("chat", asked, signal);
      drawn.take(newer);
      if (newer.state !== "open") {
        stop();
        pane.append(
          h(
            "p",
            { class: "quiet" },
            newer.state === "failed" ? ["It failed: ", inline(newer.error)] : "The chat is over.",
          ),
        );
      }
    } catch (error) {
      if (!(error instanceof Trouble) && error.name !== "AbortError") throw error;
    }
  }, seen);
  signal.addEventListener("abort", stop);
}

/** A chat beside a chat, or of a branch: read when it is opened. */
export function aside(id, title, given) {
  const body = h("div", { class: "chat inner" });
  let asked = false;
  const box = h(
    "details",
    {
      class: "aside",
      ontoggle: async () => {
        if (!box.open || asked) return;
        asked = true;
        refill(body, h("p", { class: "quiet" }, "Reading…"));
        try {
          const chat = await get("chat", { id, branch: given.branch });
          refill(body);
          conversation(body, chat, { ...given, address: undefined, again: false });
          if (chat.error) body.append(h("p", { class: "chat-error" }, inline(chat.error)));
        } catch (error) {
          if (!(error instanceof Trouble)) throw error;
          asked = false;
          refill(body, block(error.message, { class: "trouble" }));
        }
      },
    },
    h("summary", {}, title),
    body,
  );
  return box;
}
