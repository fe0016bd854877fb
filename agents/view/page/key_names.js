// What the keys of each view do, in words: the views give the functions.

export const LIST_KEYS = [
  { press: "j", does: "next row" },
  { press: "k", does: "row before" },
  { press: "Enter", does: "open the row" },
  { press: "/", does: "search" },
  { press: "f", does: "first filter" },
  { press: "x", does: "clear all filters" },
];
export const PAIR_KEYS = [
  { press: "a", does: "accept" },
  { press: "r", does: "reject, with a reason" },
  { press: "e", does: "edit a message" },
  { press: "u", does: "undo what was last decided" },
  { press: "n", does: "next pair of the list" },
  { press: "p", does: "pair before" },
  { press: "]", does: "next chat" },
  { press: "[", does: "chat before" },
  { press: "s", does: "siblings" },
  { press: "j", does: "next turn" },
  { press: "k", does: "turn before" },
  { press: "b", does: "run again from this turn, or the next that a model spoke at" },
];

/** Give functions to keys: `{j: …}`; a key without one does not work. */
export function keysFor(names, functions) {
  return names.filter((key) => functions[key.press]).map((key) => ({ ...key, run: functions[key.press] }));
}
