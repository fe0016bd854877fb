// Coverage of skill × kind. A skill has kinds of its own, up to 445 in all, so that a table of both would be empty nearly
// everywhere: each skill is a row of squares, one a kind, darker the more was accepted; opened, each has its name and
// its numbers.

import { h } from "./elements.js";
import { counted, whole } from "./figures.js";
import { inline, plain } from "./foreign.js";
import * as route from "./route.js";

const STAGES = [
  ["instruct", "asked"],
  ["refine", "refined"],
];
const opened = new Map();

export function coverage(cells) {
  if (!cells.length) return h("p", { class: "quiet" }, "No kind was tried yet.");
  const skills = Map.groupBy(cells, (cell) => cell.skill);
  const most = { instruct: 1, refine: 1 };
  for (const cell of cells) most[cell.stage] = Math.max(most[cell.stage] ?? 1, cell.accepted);
  return h(
    "div",
    { class: "coverage" },
    legend(),
    [...skills].map(([skill, of]) => row(skill, of, most, skills.size < 3)),
  );
}

function legend() {
  const square = (level, mood = "") => h("span", { class: `square ${mood}`, data: { level } });
  return h(
    "p",
    { class: "legend" },
    square(0, "none"),
    " none tried ",
    square(0),
    " none accepted ",
    square(0, "bad"),
    " only rejected ",
    [1, 2, 3, 4].map((level) => square(level)),
    " more accepted, relative to what was asked for, else to the kind with most",
  );
}

function row(skill, cells, most, open) {
  const sum = (name) => cells.reduce((all, cell) => all + (cell[name] ?? 0), 0);
  const [accepted, rejected] = [sum("accepted"), sum("rejected")];
  const box = h(
    "details",
    { open: opened.get(skill) ?? open, ontoggle: () => opened.set(skill, box.open) },
    h(
      "summary",
      { data: { key: `skill ${skill}` } },
      h("span", { class: "skill" }, inline(skill)),
      h("span", { class: "quiet" }, `${whole(accepted)} accepted, ${whole(rejected)} rejected`),
      STAGES.map(([stage]) =>
        strip(
          cells.filter((cell) => cell.stage === stage),
          stage,
          most,
        ),
      ),
    ),
    STAGES.map(([stage, word]) =>
      tiles(
        cells.filter((cell) => cell.stage === stage),
        word,
        most,
      ),
    ),
  );
  return box;
}

function strip(cells, stage, most) {
  if (!cells.length) return null;
  return h(
    "span",
    { class: "strip", role: "img", "aria-label": `${stage}: ${counted(cells.length, "kind")}` },
    cells.map((cell) =>
      h("span", { class: `square ${mood(cell)}`, data: { level: level(cell, most) }, title: said(cell) }),
    ),
  );
}

function tiles(cells, word, most) {
  if (!cells.length) return null;
  return h(
    "div",
    { class: "stage" },
    h("h3", {}, word === "asked" ? "What is asked" : "How it is refined"),
    h(
      "ul",
      { class: "tiles" },
      cells.map((cell) =>
        h(
          "li",
          {},
          h(
            "a",
            {
              href: route.pairs({ skill: cell.skill, kind: cell.kind }),
              data: { key: `${cell.skill} ${cell.stage} ${cell.kind}` },
              "aria-label": said(cell),
            },
            h("span", { class: `square ${mood(cell)}`, data: { level: level(cell, most) } }),
            inline(cell.kind, { class: "kind" }),
            h(
              "span",
              { class: "n" },
              whole(cell.accepted),
              Number.isFinite(cell.asked) ? h("span", { class: "quiet" }, ` / ${whole(cell.asked)}`) : null,
              cell.rejected ? h("span", { class: "rejected" }, ` −${whole(cell.rejected)}`) : null,
            ),
          ),
        ),
      ),
    ),
  );
}

function level(cell, most) {
  if (!cell.accepted) return 0;
  const part = cell.accepted / (cell.asked || most[cell.stage]);
  return Math.max(1, Math.min(4, Math.ceil(part * 4)));
}

function mood(cell) {
  if (cell.accepted) return "";
  return cell.rejected ? "bad" : "none";
}

function said(cell) {
  const asked = Number.isFinite(cell.asked) ? `, ${whole(cell.asked)} asked for` : "";
  return `${plain(cell.kind, 60)}: ${whole(cell.accepted)} accepted, ${whole(cell.rejected)} rejected${asked}`;
}
