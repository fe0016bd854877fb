// Texts that models and documents wrote, shown as what they are.
//
// A character that would change how its neighbours are read, or not be seen at all, becomes a mark with its number:
// escape codes, null bytes, bidi overrides, zero-width characters, tags. Every text stands isolated from what is
// around it, wraps inside its own box, and of a huge one the beginning is shown and the rest on demand.

import { h, add } from "./elements.js";

export const FIRST = 20_000;
const PIECE = 200_000;
const HIDDEN = new RegExp(
  "[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180E"
    + "\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u3164\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\\u{E0000}-\\u{E0FFF}]"
    + "|\\p{Cs}"
    // Joiners are wanted within emoji and within the scripts that have them; elsewhere they only hide.
    + "|(?<![\\p{L}\\p{M}\\p{Extended_Pictographic}\\uFE0F\\u{1F3FB}-\\u{1F3FF}])[\\u200C\\u200D]"
    + "|(?<=[a-zA-Z])[\\u200C\\u200D]"
    + "|(?<=[\\uFE00-\\uFE0F])[\\uFE00-\\uFE0F]"
    // More marks on one letter than any script has grow out of their line.
    + "|(?<=\\p{M}{4})\\p{M}{5,}",
  "gu",
);
const NAMES = new Map([
  [0, "NUL"],
  [7, "BEL"],
  [8, "BS"],
  [0x0d, "CR"],
  [0x1b, "ESC"],
  [0x7f, "DEL"],
  [0xad, "SHY"],
  [0x200b, "ZWSP"],
  [0x200c, "ZWNJ"],
  [0x200d, "ZWJ"],
  [0x200e, "LRM"],
  [0x200f, "RLM"],
  [0x202a, "LRE"],
  [0x202b, "RLE"],
  [0x202c, "PDF"],
  [0x202d, "LRO"],
  [0x202e, "RLO"],
  [0x2060, "WJ"],
  [0x2066, "LRI"],
  [0x2067, "RLI"],
  [0x2068, "FSI"],
  [0x2069, "PDI"],
  [0xfeff, "BOM"],
]);

/** Say how a hidden character is shown: `ESC`, `U+E0041`. */
export function nameOf(character) {
  if (character.length > 2) return `${[...character].length} more marks`;
  const code = character.codePointAt(0);
  return NAMES.get(code) ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Cut a text into `[text, null]` and `[character, times]` parts, hidden ones named and runs of one counted. */
export function parts(text) {
  const found = [];
  let from = 0;
  for (const match of text.replaceAll("\r\n", "\n").matchAll(HIDDEN)) {
    const source = match.input;
    if (match.index > from) found.push([source.slice(from, match.index), null]);
    const last = found.at(-1);
    if (last && last[1] !== null && last[0] === match[0]) last[1] += 1;
    else found.push([match[0], 1]);
    from = match.index + match[0].length;
  }
  const rest = text.replaceAll("\r\n", "\n").slice(from);
  if (rest) found.push([rest, null]);
  return found;
}

/** Return nodes for a text, hidden characters as marks. */
export function marked(text) {
  return parts(text).map(([part, times]) => {
    if (times === null) return document.createTextNode(part);
    const name = nameOf(part) + (times > 1 ? ` ×${times}` : "");
    return h("span", { class: "hidden-character", title: `hidden character ${name}` }, name);
  });
}

/** Return a short text as one line, for titles and labels: hidden characters named, at most `length` characters. */
export function plain(text, length = 160) {
  const short = cut(String(text ?? ""), length);
  const line = parts(short)
    .map(([part, times]) => (times === null ? part : `[${nameOf(part)}]`))
    .join("");
  return line.replace(/\s+/g, " ").trim() + (short.length < String(text ?? "").length ? "…" : "");
}

/** What a box that scrolls by itself needs, for who has no mouse. */
export const scrolling = (name) => ({ tabindex: "0", role: "group", "aria-label": name });

/** Show a text within a line. */
export function inline(text, given = {}) {
  return h("bdi", given, marked(String(text ?? "")));
}

/** Show a text in a box of its own: lines kept, long words wrapped, at first only its beginning. */
export function block(text, given = {}, first = FIRST) {
  const whole = String(text ?? "");
  const box = h("div", { dir: "auto", ...given, class: `foreign ${given.class ?? ""}` });
  let shown = cut(whole, first).length;
  add(box, marked(whole.slice(0, shown)));
  if (shown === whole.length) return box;
  const more = h("button", {
    type: "button",
    class: "more",
    onclick: () => {
      const piece = cut(whole.slice(shown), PIECE);
      more.before(h("div", { class: "piece", dir: "auto" }, marked(piece)));
      shown += piece.length;
      say();
    },
  });
  const say = () => {
    if (shown === whole.length) more.remove();
    else
      more.textContent = `Show more: ${shown.toLocaleString("en")} of ${whole.length.toLocaleString("en")} characters`;
  };
  say();
  box.append(more);
  return box;
}

/** Cut without parting the two halves of a character. */
export function cut(text, length) {
  if (text.length <= length) return text;
  const half = text.charCodeAt(length - 1);
  return text.slice(0, half >= 0xd800 && half < 0xdc00 ? length - 1 : length);
}

/** Lay JSON out; what is none, or nested beyond reading, stays as it stands. */
export function laidOut(value) {
  try {
    const read = typeof value === "string" ? JSON.parse(value) : value;
    return typeof value === "string" && (read === null || typeof read !== "object")
      ? value
      : JSON.stringify(read, null, 2);
  } catch {
    return String(value);
  }
}

/** Show JSON, or what was meant to be: laid out where it can be read, as it stands otherwise. */
export function json(value, given = {}) {
  return block(laidOut(value), { ...given, class: `code ${given.class ?? ""}` });
}
