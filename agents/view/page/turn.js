// One turn of a chat: who spoke and what, and on demand the prompt, the stored call, what could not be used before, and
// the way to run the chat again from here.

import { againForm } from "./again.js";
import { get, Trouble } from "./api.js";
import { aside } from "./chat.js";
import { h, refill } from "./elements.js";
import { counted, seconds, short } from "./figures.js";
import { block, inline, json, plain, scrolling } from "./foreign.js";
import { callOf, fieldsOf, speakerClass } from "./messages.js";
import { prose } from "./prose.js";

const TALL = 1800;

export function turnOf(turn, chat, given) {
  const extra = h("div", { class: "extra" });
  const link = given.address
    ? h("a", { class: "number quiet n", href: given.address(turn.n), "aria-label": `Turn ${turn.n}` }, turn.n)
    : h("span", { class: "number quiet n" }, turn.n);
  return h(
    "article",
    {
      class: `turn type-${turn.type} ${speakerClass(turn.source)}`,
      tabindex: "-1",
      data: { turn: String(turn.n) },
      "aria-label": `Turn ${turn.n}, ${plain(turn.source, 60)}`,
    },
    h(
      "header",
      {},
      link,
      h("span", { class: "speaker" }, inline(turn.source)),
      kindOf(turn),
      h("span", { class: "meta" }, figuresOf(turn), tools(turn, chat, given, extra)),
    ),
    retries(turn),
    said(turn),
    extra,
    (turn.asides ?? []).map((id) => aside(id, purpose(id, chat.beside?.[id]), given)),
  );
}

// What a chat beside this one was for.
function purpose(id, told) {
  const name = ["Aside: ", inline(id.slice(id.lastIndexOf("/") + 1))];
  if (!told) return name;
  const words = told.answers ? [" answers ", inline(told.answers)] : [" is asked “", inline(told.asked), "”"];
  return [name, h("span", { class: "quiet" }, " · ", inline(told.role), words)];
}

function kindOf(turn) {
  if (turn.type === "result")
    return h(
      "span",
      { class: turn.result?.error ? "rejected" : "quiet" },
      turn.result?.error ? " error of " : " result of ",
      inline(turn.result?.name ?? "a call"),
    );
  if (turn.type === "thought") return h("span", { class: "quiet" }, " thinking");
  if (turn.type === "task") return h("span", { class: "quiet" }, " opens the chat");
  return null;
}

function figuresOf(turn) {
  if (turn.call)
    return h(
      "span",
      { class: "n quiet", title: plain(turn.call.model, 80) },
      `${short(turn.call.prompt_tokens)} + ${short(turn.call.completion_tokens)} tokens, ${seconds(turn.call.seconds)}`,
    );
  return turn.tool ? h("span", { class: "n quiet" }, seconds(turn.tool.seconds)) : null;
}

function said(turn) {
  const calls = (turn.calls ?? []).map((call) => callOf(call.name, call.arguments));
  if (turn.type === "result") return folded(turn.text, "result", /^\s*[[{]/.test(turn.text));
  if (turn.type === "thought")
    return h("details", { class: "thought" }, h("summary", {}, "What was thought"), block(turn.text));
  const words = turn.text
    ? /^\s*[[{]/.test(turn.text)
      ? fieldsOf(turn.text)
      : folded(turn.text, "said-text", false)
    : null;
  return [words, calls];
}

// A long text stands in a box one can scroll in, so that the conversation stays one.
function folded(text, mood, isJson) {
  const box = isJson ? json(text, { class: mood }) : prose(text, { class: mood });
  if (text.length < TALL && (text.match(/\n/g) ?? []).length < 24) return box;
  const frame = h("div", { class: "tall", ...scrolling("Long text") }, box);
  const all = h(
    "button",
    {
      type: "button",
      class: "bare",
      onclick: () => {
        frame.classList.toggle("whole");
        all.textContent = frame.classList.contains("whole") ? "Fold" : "Unfold";
      },
    },
    "Unfold",
  );
  return h("div", {}, frame, all);
}

function retries(turn) {
  if (!turn.retries?.length) return null;
  return h(
    "details",
    { class: "retries" },
    h("summary", {}, `${counted(turn.retries.length, "reply", "replies")} before it could not be used`),
    turn.retries.map((one) =>
      h(
        "div",
        { class: "retry" },
        h("p", { class: "quiet n" }, `${short(one.tokens)} tokens, ${seconds(one.seconds)}`),
        block(one.said),
      ),
    ),
  );
}

function tools(turn, chat, given, extra) {
  const show = (name, load) => {
    const button = h(
      "button",
      {
        type: "button",
        class: "bare",
        "aria-expanded": "false",
        onclick: async () => {
          const open = button.getAttribute("aria-expanded") === "true";
          for (const other of extra.parentElement.querySelectorAll(":scope > header [aria-expanded]"))
            other.setAttribute("aria-expanded", "false");
          if (open) return refill(extra);
          button.setAttribute("aria-expanded", "true");
          try {
            return refill(extra, await load());
          } catch (error) {
            if (!(error instanceof Trouble)) throw error;
            return refill(extra, h("p", { class: "trouble" }, inline(error.message)));
          }
        },
      },
      name,
    );
    return button;
  };
  const stored = turn.call?.turn ?? turn.tool?.turn;
  const again = turn.call && given.again !== false;
  return [
    turn.call?.prompt
      ? show("prompt", async () => [
          h("h3", {}, "What ", inline(turn.source), " was told"),
          chat.words?.[turn.source] ? h("p", { class: "quiet" }, "From ", inline(chat.words[turn.source])) : null,
          prose((await get("prompt", { hash: turn.call.prompt, branch: given.branch })).text, {
            class: "said-text prompt",
          }),
        ])
      : null,
    stored === undefined
      ? null
      : show("raw", async () => [
          h("h3", {}, "As it is stored"),
          json(await get("raw", { chat: chat.id, turn: stored, branch: given.branch }), scrolling("As it is stored")),
        ]),
    again
      ? h(
          "button",
          { type: "button", class: "bare again", onclick: () => againForm(extra, turn, chat, given) },
          "run again",
        )
      : null,
  ];
}
