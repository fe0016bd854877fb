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
  if (place.querySelector(".again-form")) return;
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
  const before = { prompt, answer: answerOf(turn), model: turn.call.model };
  const changes = () =>
    Object.fromEntries(
      ["prompt", "model", "answer"].map((name) => [
        name,
        boxes[name].value === before[name] ? null : boxes[name].value,
      ]),
    );
  const out = h("p", { class: "out", role: "status" });
  const say = () => {
    const changed = Object.entries(changes())
      .filter(([, value]) => value !== null)
      .map(([name]) => name);
    refill(
      out,
      changed.length ? `Changed: ${changed.join(", ")}.` : "Nothing is changed yet: the same would be asked again.",
    );
  };
  const go = async () => {
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
          draft.text = JSON.stringify(
            Object.fromEntries(Object.entries(boxes).map(([name, box]) => [name, box.value])),
          );
          say();
        },
        onkeydown: (event) => {
          if (event.key === "Escape") close();
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
        h("button", { type: "submit", class: "main" }, "Run again"),
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
  boxes.prompt.focus();
  boxes.prompt.setSelectionRange(0, 0);
  boxes.prompt.scrollTop = 0;
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
