// The filters of the list: a menu for each, with how many rows each choice has; what is chosen stands as chips.

import { h } from "./elements.js";
import { whole } from "./figures.js";
import { inline, plain } from "./foreign.js";

const MENUS = [
  ["skill", "Skill"],
  ["kind", "Kind"],
  ["stage", "Stage"],
  ["verdict", "Verdict"],
  ["check", "Failed check"],
  ["seed", "Seed"],
  ["model", "Model"],
  ["tool", "Tool"],
];
const NAMES = new Map([...MENUS, ["hand", "By hand"], ["min", "At least"], ["max", "At most"], ["q", "Search"]]);
const MANY = 10;

/** Draw menus. `change(query)` is called with what is asked for now. */
export function menus(facets, query, change) {
  const offered = MENUS.filter(([name]) => (facets[name] ?? []).length > 1 || query.has(name));
  return [
    ...offered.map(([name, title]) => menu(name, title, facets[name] ?? [], query, change)),
    lengths(query, change),
    byHand(query, change),
  ];
}

function menu(name, title, values, query, change) {
  const chosen = new Set(query.getAll(name));
  const choices = values.map(([value, count]) => choice(name, value, count, chosen.has(value), query, change));
  const list = h("ul", {}, choices);
  const narrow =
    values.length > MANY
      ? h("input", {
          type: "search",
          class: "narrow",
          placeholder: `Find a ${title.toLowerCase()}`,
          "aria-label": `Find a ${title.toLowerCase()}`,
          oninput: () => {
            const words = narrow.value.toLowerCase();
            values.forEach(([value], n) => {
              choices[n].hidden = !String(value).toLowerCase().includes(words);
            });
          },
        })
      : null;
  return dropdown(name, title, chosen.size, narrow, list);
}

function choice(name, value, count, checked, query, change) {
  const box = h("input", {
    type: "checkbox",
    checked,
    data: { key: `choice ${name} ${value}` },
    onchange: () => {
      const asked = new URLSearchParams(query);
      if (box.checked) asked.append(name, value);
      else asked.delete(name, value);
      change(asked);
    },
  });
  return h(
    "li",
    {},
    h(
      "label",
      {},
      box,
      inline(value === "dropped" && name === "verdict" ? "fell out" : value),
      h("span", { class: "n quiet" }, whole(count)),
    ),
  );
}

function dropdown(name, title, chosen, ...inside) {
  const box = h(
    "details",
    {
      class: "menu",
      data: { menu: name },
      onkeydown: (event) => {
        if (event.key !== "Escape" || !box.open) return;
        box.open = false;
        box.querySelector("summary").focus();
        event.stopPropagation();
      },
      ontoggle: () => {
        if (!box.open) return;
        for (const other of document.querySelectorAll("details.menu[open]")) if (other !== box) other.open = false;
      },
    },
    h("summary", { data: { key: `menu ${name}` } }, title, chosen ? h("span", { class: "n" }, ` ${chosen}`) : null),
    h("div", { class: "sheet" }, inside),
  );
  return box;
}

function lengths(query, change) {
  const field = (name, title) =>
    h(
      "label",
      {},
      `${title} `,
      h("input", {
        type: "number",
        min: "0",
        step: "100",
        inputmode: "numeric",
        value: query.get(name) ?? "",
        data: { key: `choice ${name}` },
        onchange: (event) => {
          const asked = new URLSearchParams(query);
          if (event.target.value) asked.set(name, event.target.value);
          else asked.delete(name);
          change(asked);
        },
      }),
    );
  return dropdown(
    "length",
    "Length",
    Number(query.has("min")) + Number(query.has("max")),
    field("min", "At least"),
    field("max", "At most"),
    h("p", { class: "quiet" }, "characters"),
  );
}

function byHand(query, change) {
  const box = h("input", {
    type: "checkbox",
    checked: query.has("hand"),
    data: { key: "choice hand" },
    onchange: () => {
      const asked = new URLSearchParams(query);
      if (box.checked) asked.set("hand", "1");
      else asked.delete("hand");
      change(asked);
    },
  });
  return h("label", { class: "toggle" }, box, " By hand");
}

/** Draw what is chosen, each with a button that takes it away. */
export function chips(query, change) {
  const asked = [...query].filter(([name]) => NAMES.has(name) && name !== "q");
  if (!asked.length) return null;
  const chip = ([name, value]) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "chip",
          data: { key: `chip ${name} ${value}` },
          "aria-label": `Take away ${NAMES.get(name)} ${plain(value, 80)}`,
          onclick: () => {
            const rest = new URLSearchParams(query);
            rest.delete(name, value);
            change(rest);
          },
        },
        h("span", { class: "quiet" }, NAMES.get(name)),
        name === "hand" ? null : [" ", inline(value === "dropped" ? "fell out" : value)],
        h("span", { class: "away", "aria-hidden": "true" }, "×"),
      ),
    );
  const none = () => {
    const rest = new URLSearchParams();
    for (const name of ["q", "sort"]) if (query.has(name)) rest.set(name, query.get(name));
    change(rest);
  };
  return h(
    "ul",
    { class: "chips", "aria-label": "Chosen filters" },
    asked.map(chip),
    asked.length > 1 ? h("li", {}, h("button", { type: "button", class: "bare", onclick: none }, "Clear all")) : null,
  );
}
