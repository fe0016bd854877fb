// Editing one message in its place: its text, and the arguments of its calls. A draft outlives a reload.

import { h, refill } from "./elements.js";
import { inline } from "./foreign.js";
import { Draft } from "./kept.js";
import { textOf } from "./messages.js";

/** Is a draft to be opened again by itself? Not one that was put aside by Escape; `e` opens that too. */
export const isOpen = (draft) => {
  const kept = read(draft);
  return kept !== null && !kept.aside;
};

export function editForm(article, told, n, hand) {
  const message = told.row.messages[n];
  const draft = new Draft(told.id, `edit ${n}`);
  const kept = read(draft.text);
  const calls = message.tool_calls ?? [];
  const text = calls.length && !textOf(message) ? null : area(`edit-text-${n}`, kept?.text ?? textOf(message));
  const given = calls.map((call, at) =>
    area(`edit-call-${n}-${at}`, kept?.calls?.[at] ?? call.function?.arguments ?? "", "code"),
  );
  const said = h("div", { class: "hand-form" });
  const keep = (also = {}) => {
    draft.text = JSON.stringify({ text: text?.value, calls: given.map((box) => box.value), ...also });
  };
  const isChanged = () =>
    (text && text.value !== textOf(message))
    || given.some((box, at) => box.value !== (calls[at].function?.arguments ?? ""));
  const aside = () => {
    if (isChanged()) {
      keep({ aside: true });
      hand.say("Closed; what you typed is kept: e opens it again.");
    } else draft.forget();
    close();
  };
  const save = () => {
    const wrong = given.findIndex((box) => !isJson(box.value));
    if (wrong >= 0) {
      given[wrong].focus();
      return refill(
        said,
        h(
          "p",
          { class: "trouble", role: "alert" },
          "These arguments are no JSON object: ",
          inline(why(given[wrong].value)),
        ),
      );
    }
    return hand.act("edit", asked(), () => draft.forget(), hand.base, said);
  };
  // `changed` says which message it was, should somebody else have edited another.
  const asked = () => ({
    changed: n,
    messages: told.row.messages.map((other, at) =>
      at === n
        ? edited(
            message,
            text?.value,
            given.map((box) => box.value),
          )
        : other,
    ),
  });
  const form = h(
    "form",
    {
      class: "edit-form",
      oninput: () => keep(),
      onsubmit: (event) => {
        event.preventDefault();
        save();
      },
      onkeydown: (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          save();
        }
        if (event.key === "Escape") aside();
      },
    },
    kept ? h("p", { class: "quiet" }, "What you were typing before.") : null,
    text ? [h("label", { class: "quiet", for: text.id }, "Text"), text] : null,
    calls.map((call, at) => [
      h("label", { class: "quiet", for: given[at].id }, "Arguments of ", inline(call.function?.name)),
      given[at],
    ]),
    said,
    h(
      "p",
      {},
      hand.submit("Save"),
      " ",
      h(
        "button",
        {
          type: "button",
          class: "bare",
          onclick: () => {
            draft.forget();
            close();
          },
        },
        "Throw away",
      ),
    ),
  );
  const before = [...article.children].slice(1);
  const close = () => {
    refill(article, article.firstElementChild, before);
    article.classList.remove("editing");
    article.focus();
    hand.closed();
  };
  if (article.classList.contains("editing")) return;
  article.classList.add("editing");
  refill(article, article.firstElementChild, form);
  const first = text ?? given[0];
  for (const box of [text, ...given]) if (box) grow(box);
  first.focus();
  first.setSelectionRange(first.value.length, first.value.length);
}

function area(id, value, mood = "") {
  const box = h("textarea", { id, class: mood, spellcheck: "false", dir: "auto", oninput: () => grow(box) });
  box.value = value;
  return box;
}

function grow(box) {
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${Math.min(Math.max(box.scrollHeight + 4, 60), 640)}px`);
}

function edited(message, text, calls) {
  const next = { ...message };
  if (text !== undefined) next.content = text;
  if (calls.length)
    next.tool_calls = message.tool_calls.map((call, at) => ({
      ...call,
      function: { ...call.function, arguments: calls[at] },
    }));
  return next;
}

function read(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

const isJson = (text) => {
  const value = read(text);
  return value !== null && typeof value === "object" && !Array.isArray(value);
};
const why = (text) => {
  try {
    JSON.parse(text);
    return "it is JSON, but no object";
  } catch (error) {
    return error.message;
  }
};
