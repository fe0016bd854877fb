// The pair itself: its verdict, its messages as people read them or as the trainer does, what refinement changed, the
// seed with the used span lit, its versions by hand, and the raw row.

import { h, refill } from "./elements.js";
import { change } from "./change.js";
import { evidence } from "./evidence.js";
import { block, inline, json, scrolling } from "./foreign.js";
import { messagesOf } from "./messages.js";
import { prose } from "./prose.js";
import * as route from "./route.js";
import { seedOf } from "./seed.js";
import { trainedOf } from "./trained.js";
import { versions } from "./versions.js";

export function pairPane(pane, told, hand) {
  refill(
    pane,
    h("div", { data: { part: "evidence" } }, evidence(told)),
    told.row ? pair(told, hand) : born(told),
    told.refinement ? change(told.refinement) : null,
    seedOf(told.seed, told.type !== "seed"),
    h("div", { data: { part: "versions" } }, versions(told)),
    raw(told),
  );
}

/** Draw again what others may have changed. Messages only where they are others and nobody is at one of them. */
export function renewPane(pane, told, hand) {
  const part = (name) => pane.querySelector(`[data-part="${name}"]`);
  const open = part("evidence").querySelector("details.passed")?.open;
  refill(part("evidence"), evidence(told));
  const passed = part("evidence").querySelector("details.passed");
  if (passed && open) passed.open = true;
  refill(part("versions"), versions(told));
  const old = pane.querySelector(".the-pair, .as-born");
  if (!old || hand.busy || JSON.stringify(hand.told.row?.messages) === JSON.stringify(told.row?.messages)) return;
  const at = document.activeElement?.closest("article[data-message]")?.dataset.message;
  const way = old.querySelector('[data-way][aria-pressed="true"]')?.dataset.way;
  old.replaceWith(told.row ? pair(told, hand, way) : (born(told) ?? ""));
  if (at !== undefined) pane.querySelector(`article[data-message="${Number(at)}"]`)?.focus({ preventScroll: true });
}

function pair(told, hand, first = "messages") {
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
      way === "trained"
        ? trainedOf(told.trained)
        : messagesOf(told.row, told.isInData ? (n) => hand.edit(n) : null, (n) => route.message(told.id, n)),
    );
    for (const button of tabs.children) button.setAttribute("aria-pressed", String(button.dataset.way === way));
  };
  const tabs = h(
    "div",
    { class: "ways", role: "group", "aria-label": "How the pair is shown" },
    ways.map(([way, name]) => h("button", { type: "button", data: { way }, onclick: () => choose(way) }, name)),
  );
  choose(first);
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
    { class: "as-born" },
    h("h2", { tabindex: "-1" }, "What there is of it"),
    h("p", { class: "quiet" }, inline(birth.type), " ", inline(birth.kind)),
    prose(birth.text, { class: "said-text" }),
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
