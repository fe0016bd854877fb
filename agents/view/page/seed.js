// The seed: its place, its words, and lit up what of them comes back in the pair.

import { h } from "./elements.js";
import { whole } from "./figures.js";
import { block, inline, marked, scrolling } from "./foreign.js";

const AROUND = 60_000;

/** `comesBack`: what came of it is told with it, so that its words may be lit. */
export function seedOf(seed, comesBack = true) {
  if (!seed) return null;
  const place = seed.span?.length === 2 ? `lines ${whole(seed.span[0])}–${whole(seed.span[1])}` : "";
  const lit = inUnits(seed.text ?? "", seed.lit ?? []);
  return h(
    "section",
    { class: "seed" },
    h("h2", { tabindex: "-1" }, "Seed"),
    h(
      "p",
      { class: "quiet" },
      inline(seed.path || seed.id),
      place ? `, ${place}` : "",
      seed.language ? [", ", inline(seed.language)] : null,
      seed.text && comesBack
        ? lit.length
          ? `; lit: what comes back in the pair word for word`
          : "; nothing of it comes back word for word"
        : "",
    ),
    seed.text
      ? litUp(seed.text, lit)
      : h("p", { class: "quiet" }, "Its text is not in this journal, and its file is not where it was."),
    file(seed),
  );
}

// Offsets count characters; a string here counts halves of those beyond the first 65,536.
function inUnits(text, spans) {
  if (!/[\ud800-\udbff]/.test(text)) return spans;
  const places = [0];
  for (const character of text) places.push(places.at(-1) + character.length);
  return spans.map((span) => span.map((at) => places[at] ?? text.length));
}

function litUp(text, lit) {
  const end = lit.at(-1)?.[1] ?? 0;
  if (!lit.length || text.length > AROUND || end > AROUND)
    return block(text, { class: "code seed-text", ...scrolling("Seed") });
  const box = h("div", { class: "foreign code seed-text", dir: "auto", ...scrolling("Seed") });
  let at = 0;
  for (const [from, to] of lit) {
    box.append(...marked(text.slice(at, from)), h("mark", { class: "lit" }, marked(text.slice(from, to))));
    at = to;
  }
  box.append(...marked(text.slice(at)));
  return box;
}

function file(seed) {
  if (!seed.file?.text) return null;
  const box = h(
    "details",
    {
      class: "file",
      ontoggle: () => {
        if (box.open && box.children.length === 1) box.append(fileOf(seed.file));
      },
    },
    h("summary", {}, "The whole file, the seed's lines marked"),
  );
  return box;
}

function fileOf({ text, first, last }) {
  const lines = text.split("\n");
  const part = (from, to) => lines.slice(from, to).join("\n");
  return h(
    "div",
    { class: "whole-file", ...scrolling("The whole file") },
    first > 1 ? block(part(0, first - 1), { class: "code quiet" }) : null,
    h("div", { class: "of-seed" }, block(part(first - 1, last), { class: "code" })),
    last < lines.length ? block(part(last), { class: "code quiet" }) : null,
  );
}
