// "Run again from here": the same chat from one turn on, with another prompt, another model, or an answer given by hand.
// It makes a branch; the run itself stays as it is.

import { get, post, Trouble } from "./api.js";
import { h, refill } from "./elements.js";
import { inline } from "./foreign.js";
import { who } from "./hand.js";
import { Draft } from "./kept.js";
import * as route from "./route.js";
import { run } from "./run.js";

export async function againForm(place, turn, chat, given) {
  const there = place.querySelector("#again-prompt");
  if (there) return lookAt(there);
  const before = document.activeElement;
  refill(place, h("p", { class: "quiet" }, "Reading the prompt…"));
  const prompt = await told(turn);
  const draft = new Draft(`${chat.id} ${turn.n}`, "again");
  const kept = read(draft.text);
  const area = (id, value) => {
    const box = h("textarea", { id, rows: "9", spellcheck: "false", dir: "auto" });
    box.value = value ?? "";
    return box;
  };
  const boxes = {
    prompt: area("again-prompt", kept?.prompt ?? prompt),
    answer: area("again-answer", kept?.answer ?? answerOf(turn)),
  };
  boxes.model = h("input", { id: "again-model", list: "again-models", spellcheck: "false", autocomplete: "off" });
  boxes.model.value = kept?.model ?? turn.call.model;
  const asked = { prompt, answer: answerOf(turn), model: turn.call.model };
  const changes = () =>
    Object.fromEntries(
      ["prompt", "model", "answer"].map((name) => [
        name,
        boxes[name].value === asked[name] ? null : boxes[name].value,
      ]),
    );
  const out = h("p", { class: "out", id: "again-out", role: "status" });
  const say = () => {
    const changed = Object.entries(changes())
      .filter(([, value]) => value !== null)
      .map(([name]) => name);
    button.setAttribute("aria-disabled", String(!changed.length));
    refill(
      out,
      changed.length ? `Changed: ${changed.join(", ")}.` : "Nothing is changed yet: the same would be asked again.",
    );
    return changed.length > 0;
  };
  const button = h(
    "button",
    { type: "submit", class: "main", "aria-describedby": "again-out" },
    "Run again",
    h("kbd", { "aria-hidden": "true" }, "Ctrl ↵"),
  );
  const go = async () => {
    if (button.disabled || !say()) return;
    button.disabled = true; // a branch is paid for: two clicks must not make two
    refill(out, "Beginning…");
    try {
      const { n } = await post("branch", {
        record: given.record,
        chat: chat.id,
        turn: turn.call.turn,
        changes: changes(),
        who: who(),
      });
      draft.forget();
      location.hash = route.branch(n);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      refill(out, h("span", { class: "rejected" }, inline(error.message)));
    } finally {
      button.disabled = false;
    }
  };
  const close = () => {
    refill(place);
    place.closest("article").focus();
  };
  refill(
    place,
    h(
      "form",
      {
        class: "again-form",
        onsubmit: (event) => {
          event.preventDefault();
          go();
        },
        oninput: () => {
          const isChanged = Object.values(changes()).some((value) => value !== null);
          const typed = Object.fromEntries(Object.entries(boxes).map(([name, box]) => [name, box.value]));
          draft.text = isChanged ? JSON.stringify(typed) : null;
          say();
        },
        onkeydown: (event) => {
          if (event.key === "Escape") close();
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          go();
        },
      },
      h("h3", {}, `Run again from turn ${turn.n}`),
      h(
        "p",
        { class: "quiet" },
        "Change the prompt or the model and it is asked anew; change the answer and it counts as said. What follows is run again in a branch; the run stays as it is.",
      ),
      h("label", { for: "again-model" }, "Model"),
      boxes.model,
      h(
        "datalist",
        { id: "again-models" },
        run.models.map((name) => h("option", { value: name })),
      ),
      h("label", { for: "again-prompt" }, "Prompt of ", inline(turn.source)),
      boxes.prompt,
      h("label", { for: "again-answer" }, "Answer"),
      boxes.answer,
      h(
        "p",
        {},
        button,
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
          "Cancel",
        ),
      ),
      out,
    ),
  );
  say();
  boxes.prompt.setSelectionRange(0, 0);
  boxes.prompt.scrollTop = 0;
  // Who went on while the prompt was read must not find the next key typed into it.
  const now = document.activeElement;
  if (now === before || now === document.body) lookAt(boxes.prompt);
}

function lookAt(prompt) {
  prompt.focus();
  prompt.closest("form").querySelector("h3").scrollIntoView({ block: "nearest" });
}

async function told(turn) {
  if (!turn.call.prompt) return "";
  return get("prompt", { hash: turn.call.prompt }).then(
    (said) => said.text,
    () => "",
  );
}

// What a model said, in the form in which another can be given: words, or one call.
function answerOf(turn) {
  if (!turn.calls?.length) return turn.text ?? "";
  const calls = turn.calls.map((call) => ({ name: call.name, arguments: read(call.arguments) ?? call.arguments }));
  return JSON.stringify(calls.length === 1 ? calls[0] : calls, null, 2);
}

function read(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
