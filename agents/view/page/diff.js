// Where two texts differ, word by word: the longest common run of words, after what both begin and end with. Texts too
// long for that are compared by lines, and beyond that taken as wholly changed.

const WORDS = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;
const LINES = /[^\n]*\n|[^\n]+/g;
const MOST = 1_500_000;
const FEW = 12;
const LONGEST = 1_000_000;

/** Return `[["=" | "-" | "+", text], …]`. */
export function difference(before, after) {
  if (before === after) return before ? [["=", before]] : [];
  for (const cutting of before.length + after.length > LONGEST ? [] : [WORDS, LINES]) {
    const found = compared(before.match(cutting) ?? [], after.match(cutting) ?? []);
    if (found) return calm(found);
  }
  return [
    ["-", before],
    ["+", after],
  ].filter(([, text]) => text);
}

function compared(one, other) {
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const [a, b] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  if (a.length * b.length > MOST) return null;
  return joined([
    ...one.slice(0, start).map((word) => ["=", word]),
    ...middle(a, b),
    ...one.slice(one.length - end).map((word) => ["=", word]),
  ]);
}

function middle(a, b) {
  const wide = b.length + 1;
  const best = new Uint32Array((a.length + 1) * wide);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      best[i * wide + j] =
        a[i] === b[j] ? best[(i + 1) * wide + j + 1] + 1 : Math.max(best[(i + 1) * wide + j], best[i * wide + j + 1]);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push(["=", a[i]]);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && best[(i + 1) * wide + j] >= best[i * wide + j + 1])) {
      found.push(["-", a[i]]);
      i += 1;
    } else {
      found.push(["+", b[j]]);
      j += 1;
    }
  }
  return found;
}

/** Join changes that only a few letters stand between: words told apart one by one can't be read. */
export function calm(pieces) {
  const between = (n) => n > 0 && n < pieces.length - 1;
  const slight = ([sign, text], n) => sign === "=" && between(n) && text.length < FEW && !text.includes("\n");
  return joined(
    pieces.flatMap((piece, n) =>
      slight(piece, n)
        ? [
            ["-", piece[1]],
            ["+", piece[1]],
          ]
        : [piece],
    ),
  );
}

// Pieces of one sort that follow each other become one; of a change, what went stands before what came.
function joined(pieces) {
  const found = [];
  let [gone, come] = ["", ""];
  const flush = () => {
    if (gone) found.push(["-", gone]);
    if (come) found.push(["+", come]);
    [gone, come] = ["", ""];
  };
  for (const [sign, text] of pieces) {
    if (sign === "-") gone += text;
    else if (sign === "+") come += text;
    else {
      flush();
      if (found.at(-1)?.[0] === "=") found.at(-1)[1] += text;
      else found.push(["=", text]);
    }
  }
  flush();
  return found;
}
