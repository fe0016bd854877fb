// All keys, and what the marks of this page mean.

import { h, refill } from "./elements.js";
import { all, bindHere } from "./keys.js";
import * as route from "./route.js";
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

const MARKS = [
  [["span", "verdict accepted"], "accepted", "every check passed, or a person said so"],
  [["span", "verdict rejected"], "rejected", "a check failed, or a person said so"],
  [["span", "verdict dropped"], "fell out", "never became a pair: the seed was declined, or a chat failed"],
  [["span", "by-hand"], "hand", "a person accepted, rejected or edited it"],
  [["span", "hidden-character"], "RLO", "a character that can't be seen, by its name"],
  [["mark", "trained"], "trained", "what the model learns to say; the rest it only reads"],
  [["mark", "lit"], "lit", "words of the seed that come back in the pair"],
];

function marks() {
  const list = MARKS.map(([[name, kind], word, meaning]) => [
    h("dt", {}, h(name, { class: kind }, word)),
    h("dd", {}, meaning),
  ]);
  return h("section", {}, h("h2", {}, "Marks"), h("dl", { class: "marks" }, list));
}

export async function show({ main }) {
  bindHere([
    {
      press: "Escape",
      does: "back from the keys",
      run: () => {
        if (history.length > 1) history.back();
        else location.hash = route.overview();
      },
    },
  ]);
  refill(
    main,
    h("h1", { tabindex: "-1" }, "Keys"),
    h("p", { class: "lead" }, "Everything can also be reached by Tab. No key works while you type."),
    h(
      "div",
      { class: "columns" },
      table("At one pair", PAIR_KEYS),
      h("div", {}, table("Everywhere", all().always), h("div", { class: "part" }, table("In the list", LIST_KEYS))),
      marks(),
    ),
  );
}
