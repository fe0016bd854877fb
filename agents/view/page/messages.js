// A pair's messages, in the form chat templates read, as a conversation; a person may edit each.

import { h } from "./elements.js";
import { whole } from "./figures.js";
import { block, inline, json } from "./foreign.js";
import { startsOf } from "./mentions.js";
import { prose } from "./prose.js";

/** `edit(n)` edits one, null where nothing is to be edited; `address(number)` is where a link to one leads. */
export function messagesOf(row, edit, address) {
  const names = new Map();
  for (const message of row.messages ?? [])
    for (const call of message.tool_calls ?? []) names.set(call.id, call.function?.name);
  const turns = new Map([...startsOf(row)].map(([turn, n]) => [n, turn]));
  return h(
    "div",
    { class: "chat" },
    (row.messages ?? []).map((message, n) => messageOf(message, n, { names, row, edit, turns, address })),
  );
}

function messageOf(message, n, { names, row, edit, turns, address }) {
  const before = row.edited_from?.[n];
  const changed = before !== undefined && JSON.stringify(before) !== JSON.stringify(message);
  const calls = message.tool_calls ?? [];
  return h(
    "article",
    {
      class: `turn ${speakerClass(message.role)}`,
      tabindex: "-1",
      "aria-label": `Message ${n + 1}`,
      data: { message: String(n) },
    },
    h(
      "header",
      {},
      h("a", { class: "number quiet n", href: address(n + 1), "aria-label": `Message ${n + 1}` }, n + 1),
      h("span", { class: "speaker" }, inline(message.role)),
      turns.has(n + 1) ? h("span", { class: "quiet" }, ` turn ${turns.get(n + 1)}`) : null,
      message.tool_call_id && names.get(message.tool_call_id)
        ? h("span", { class: "quiet" }, " ", inline(names.get(message.tool_call_id)))
        : null,
      changed ? h("span", { class: "by-hand" }, "edited") : null,
      h(
        "span",
        { class: "meta" },
        textOf(message) ? h("span", { class: "n" }, `${whole(textOf(message).length)} ch.`) : null,
        edit
          ? h(
              "button",
              { type: "button", class: "bare edit", "aria-label": `Edit message ${n + 1}`, onclick: () => edit(n) },
              "Edit",
            )
          : null,
      ),
    ),
    message.reasoning_content
      ? h("details", { class: "thought" }, h("summary", {}, "Reasoning"), block(message.reasoning_content))
      : null,
    textOf(message) ? body(message) : null,
    calls.map((call) => callOf(call.function?.name, call.function?.arguments)),
    changed
      ? h(
          "details",
          { class: "before" },
          h("summary", {}, "What the machine wrote"),
          block(textOf(before)),
          (before.tool_calls ?? []).map((call) => callOf(call.function?.name, call.function?.arguments)),
        )
      : null,
  );
}

function body(message) {
  return message.role === "tool"
    ? json(textOf(message), { class: "result" })
    : prose(textOf(message), { class: "said-text" });
}

export const speakerClass = (role) =>
  ["user", "assistant", "system", "tool", "task"].includes(role) ? `by-${role}` : "by-other";

/** The text of a message; of one in parts, its texts, and what a part that is none is called. */
export function textOf(message) {
  const content = message?.content;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content ? JSON.stringify(content) : "";
  return content.map((part) => (typeof part?.text === "string" ? part.text : `[${part?.type ?? "part"}]`)).join("\n");
}

/** A call: the function's name, and its arguments laid out. */
export function callOf(name, given) {
  return h(
    "div",
    { class: "call" },
    h("p", { class: "call-name" }, inline(name ?? "unnamed"), h("span", { class: "quiet" }, " called with")),
    fieldsOf(given),
  );
}

/** A call's arguments, or a form that was filled in: each field with its value. */
export function fieldsOf(given) {
  let read = given;
  try {
    read = typeof given === "string" ? JSON.parse(given) : given;
  } catch {
    /* shown as it stands */
  }
  const entries = read && typeof read === "object" && !Array.isArray(read) ? Object.entries(read) : null;
  if (!entries || entries.length > 40) return json(given);
  if (!entries.length) return h("p", { class: "quiet" }, "nothing");
  return h(
    "dl",
    { class: "arguments" },
    entries.map(([key, value]) => [
      h("dt", {}, inline(key)),
      h("dd", {}, typeof value === "string" ? prose(value, { class: "string" }) : json(value)),
    ]),
  );
}
