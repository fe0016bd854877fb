// The pair itself: its verdict, its messages as people read them or as the trainer does, what refinement changed, the
// seed with the used span lit, its versions by hand, and the raw row.

import { h, refill } from "./elements.js";
import { change } from "./change.js";
import { evidence } from "./evidence.js";
import { block, inline, json, scrolling } from "./foreign.js";
import { messagesOf } from "./messages.js";
import { seedOf } from "./seed.js";
import { trainedOf } from "./trained.js";
import { versions } from "./versions.js";

export function pairPane(pane, told, hand) {
  refill(
    pane,
    evidence(told),
    told.row ? pair(told, hand) : born(told),
    told.refinement ? change(told.refinement) : null,
    seedOf(told.seed),
    versions(told),
    raw(told),
  );
  return null;
}

function pair(told, hand) {
  const box = h("div", {});
  const ways = told.trained?.segments?.length
    ? [
        ["messages", "As a conversation"],
        ["trained", "As the trainer sees it"],
      ]
    : [];
  const choose = (way) => {
    refill(
      box,
      way === "trained" ? trainedOf(told.trained) : messagesOf(told.row, told.isInData ? (n) => hand.edit(n) : null),
    );
    for (const button of tabs.children) button.setAttribute("aria-pressed", String(button.dataset.way === way));
  };
  const tabs = h(
    "div",
    { class: "ways", role: "group", "aria-label": "How the pair is shown" },
    ways.map(([way, name]) => h("button", { type: "button", data: { way }, onclick: () => choose(way) }, name)),
  );
  choose("messages");
  return h(
    "section",
    { class: "the-pair" },
    h("div", { class: "title-line" }, h("h2", { tabindex: "-1" }, "The pair"), tabs),
    tools(told.row.tools),
    box,
  );
}

function tools(list) {
  if (!list?.length) return null;
  const name = (tool) => tool?.function?.name ?? tool?.name ?? "unnamed";
  return h(
    "details",
    { class: "tools" },
    h(
      "summary",
      {},
      `${list.length} ${list.length === 1 ? "tool" : "tools"}: `,
      list.map((tool, n) => [n ? ", " : "", inline(name(tool))]),
    ),
    list.map((tool) =>
      h(
        "div",
        {},
        h("h3", {}, inline(name(tool))),
        block(tool?.function?.description ?? tool?.description ?? ""),
        json(tool?.function?.parameters ?? tool?.parameters ?? {}, scrolling("What it is called with")),
      ),
    ),
  );
}

function born(told) {
  const birth = told.births.at(-1);
  if (!birth?.text) return null;
  return h(
    "section",
    {},
    h("h2", { tabindex: "-1" }, "What there is of it"),
    h("p", { class: "quiet" }, inline(birth.type), " ", inline(birth.kind)),
    block(birth.text, { class: "said-text" }),
  );
}

function raw(told) {
  const box = h(
    "details",
    {
      class: "raw",
      ontoggle: () => {
        if (box.open && box.children.length === 1)
          box.append(
            json(
              { row: told.isInData ? told.row : null, machine: told.machine, drop: told.drop },
              scrolling("Raw JSON"),
            ),
          );
      },
    },
    h("summary", {}, "Raw JSON"),
  );
  return h("section", {}, box);
}
