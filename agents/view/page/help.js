// All keys, and what the marks of this page mean.

import { h, refill } from "./elements.js";
import { all, bindHere } from "./keys.js";
import { LIST_KEYS, PAIR_KEYS } from "./key_names.js";

function table(title, keys) {
  return h(
    "section",
    {},
    h("h2", {}, title),
    h(
      "table",
      { class: "keys" },
      h(
        "tbody",
        {},
        keys.map((key) =>
          h(
            "tr",
            {},
            h(
              "th",
              { scope: "row" },
              key.press.split(" ").map((one) => [h("kbd", {}, one), " "]),
            ),
            h("td", {}, key.does),
          ),
        ),
      ),
    ),
  );
}

export async function show({ main }) {
  bindHere([]);
  refill(
    main,
    h("h1", { tabindex: "-1" }, "Keys"),
    h("p", { class: "lead" }, "Everything can also be reached by Tab. No key works while you type."),
    h(
      "div",
      { class: "columns" },
      table("Everywhere", all().always),
      table("In the list of pairs", LIST_KEYS),
      table("At one pair", PAIR_KEYS),
      h(
        "section",
        {},
        h("h2", {}, "Marks"),
        h(
          "dl",
          { class: "marks" },
          h("dt", {}, h("span", { class: "verdict accepted" }, "accepted")),
          h("dd", {}, "every check passed, or a person said so"),
          h("dt", {}, h("span", { class: "verdict rejected" }, "rejected")),
          h("dd", {}, "a check failed, or a person said so"),
          h("dt", {}, h("span", { class: "verdict dropped" }, "fell out")),
          h("dd", {}, "never became a pair: the seed was declined, or a chat failed"),
          h("dt", {}, h("span", { class: "by-hand" }, "hand")),
          h("dd", {}, "a person accepted, rejected or edited it"),
          h("dt", {}, h("span", { class: "hidden-character" }, "RLO")),
          h("dd", {}, "a character that can't be seen, by its name"),
          h("dt", {}, h("mark", { class: "trained" }, "trained")),
          h("dd", {}, "what the model learns to say; the rest it only reads"),
          h("dt", {}, h("mark", { class: "lit" }, "lit")),
          h("dd", {}, "words of the seed that come back in the pair"),
        ),
      ),
    ),
  );
}
