// Addresses inside the page: `#/pairs?verdict=rejected`, `#/pair/<id>/chat/<chat>#4`. Ids are escaped whole, so that
// whatever stands in one (`/`, `?`, `#`, `%`, `..`) never changes where a link leads.

const escaped = (text) =>
  encodeURIComponent(String(text).toWellFormed()).replace(/%(3A|40|2C|2B)/g, (all) => decodeURIComponent(all));

export const overview = () => "#/";
export const help = () => "#/help";
export const pair = (id) => `#/pair/${escaped(id)}`;
export const chat = (id, chat, turn) =>
  `#/pair/${escaped(id)}/chat/${escaped(chat)}${turn === undefined ? "" : `#${turn}`}`;
/** A message of a pair, by its number, which counts from 1 as in verdicts. */
export const message = (id, n) => `${pair(id)}#${Number(n)}`;
export const siblings = (id) => `#/pair/${escaped(id)}/siblings`;
export const branch = (n) => `#/branch/${Number(n)}`;

/** The list as filtered. `given`: pairs of name and value, or a URLSearchParams. */
export function pairs(given = []) {
  const query = new URLSearchParams(given instanceof URLSearchParams ? given : Object.entries(given)).toString();
  return query ? `#/pairs?${query}` : "#/pairs";
}

/** Read an address: `{view, …}`; view is "nowhere" for what is none of ours. */
export function read(hash) {
  const [, path = "", turn] = String(hash).split("#");
  const [place, query = ""] = cutAt(path, "?");
  const steps = place.split("/").filter(Boolean);
  try {
    return known(steps.map(decodeURIComponent), query, turn) ?? { view: "nowhere" };
  } catch {
    return { view: "nowhere" };
  }
}

function known(steps, query, turn) {
  const [view, id, part, chat] = steps;
  if (view === undefined) return { view: "overview" };
  if (steps.length === 1 && view === "help") return { view };
  if (steps.length === 1 && view === "pairs") return { view, query: new URLSearchParams(query) };
  if (view === "branch" && steps.length === 2 && /^[1-9]\d*$/.test(id)) return { view, n: Number(id) };
  if (view !== "pair" || id === undefined) return null;
  const number = /^\d+$/.test(turn ?? "") ? Number(turn) : null;
  if (steps.length === 2) return number === null ? { view, id } : { view, id, turn: number };
  if (steps.length === 3 && part === "siblings") return { view: "siblings", id };
  if (steps.length === 4 && part === "chat") return { view: "chat", id, chat, turn: number };
  return null;
}

function cutAt(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
