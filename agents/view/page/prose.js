// Words as they were laid out: fenced code in letters of one width, and lines that were broken by hand not broken again.

import { add, h } from "./elements.js";
import { block, FIRST, marked } from "./foreign.js";

const [SHORTEST, LONGEST, LEAST] = [55, 132, 3];

/** Show a text in a box of its own, as `block` does. */
export function prose(text, given = {}) {
  const whole = String(text ?? "");
  const mood = isWrapped(whole) ? "wrapped" : "";
  const classes = `${given.class ?? ""} ${mood}`;
  if (whole.length > FIRST || !/```|~~~/.test(whole)) return block(whole, { ...given, class: classes });
  const box = h("div", { dir: "auto", ...given, class: `foreign ${classes}` });
  for (const [isCode, part] of fenced(whole)) {
    add(box, [isCode ? h("span", { class: "fenced", dir: "ltr" }, marked(part)) : marked(part)]);
  }
  return box;
}

/** Cut a text into `[is code, text]` parts; the fences go with their code. One that is never closed is none. */
export function fenced(text) {
  const parts = [];
  let [open, kept] = [null, ""];
  const flush = (isCode) => {
    if (kept) parts.push([isCode, kept]);
    kept = "";
  };
  for (const line of text.split(/(?<=\n)/)) {
    const mark = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(line.trimEnd());
    if (open === null && mark) {
      flush(false);
      [open, kept] = [mark[1], line];
    } else {
      kept += line;
      if (open !== null && mark && mark[1].startsWith(open) && !mark[2]) {
        flush(true);
        open = null;
      }
    }
  }
  flush(false);
  return parts;
}

/** Was this text broken into lines by hand: several lines in a row of about a page's width, and none far beyond. */
export function isWrapped(text) {
  const lines = text.slice(0, FIRST).split("\n");
  if (lines.some((line) => line.length > LONGEST)) return false;
  return lines.filter((line, n) => line.length >= SHORTEST && lines[n + 1]?.trim()).length >= LEAST;
}
