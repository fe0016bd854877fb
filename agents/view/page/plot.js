// Accepted and rejected over time: two lines that tell themselves apart by their names, not by colour alone.

import { drawn, h } from "./elements.js";
import { moment, whole } from "./figures.js";

// A phone's plot is drawn narrower, so that its letters are as large as elsewhere.
const WIDTH = matchMedia("(max-width: 40rem)").matches ? 360 : 560;
const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [190, 40, 86, 10, 22];
const LINES = [
  ["accepted", "accepted"],
  ["rejected", "rejected"],
];

export function overTime(points) {
  if (!points.length) return h("p", { class: "quiet" }, "Nothing to draw yet.");
  if (points.length === 1) {
    const { at, accepted, rejected } = points[0];
    return h(
      "p",
      { class: "quiet" },
      `All at ${moment(at)}: ${whole(accepted)} accepted, ${whole(rejected)} rejected.`,
    );
  }
  const last = points.at(-1);
  const told = `Cumulative, from ${moment(points[0].at)} to ${moment(last.at)}: ${whole(last.accepted)} accepted, ${whole(last.rejected)} rejected.`;
  return h(
    "figure",
    { class: "plot" },
    plot(points, told),
    h("details", {}, h("summary", {}, "As a table"), table(points)),
  );
}

function plot(points, told) {
  const from = points[0].at,
    to = points.at(-1).at;
  const top = nice(Math.max(1, ...points.map((p) => Math.max(p.accepted, p.rejected))));
  const x = (at) => LEFT + ((at - from) / (to - from || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (n) => HEIGHT - BOTTOM - (n / top) * (HEIGHT - TOP - BOTTOM);
  const ends = apart(LINES.map(([name]) => y(points.at(-1)[name])));
  return drawn(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": told },
    [0, top / 2, top].map((n) => [
      drawn("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(n), y2: y(n) }),
      drawn(
        "text",
        { class: "tick", x: LEFT - 6, y: y(n) + 4, "text-anchor": "end" },
        Number.isInteger(n) ? whole(n) : "",
      ),
    ]),
    drawn("text", { class: "tick", x: LEFT, y: HEIGHT - 6 }, moment(from)),
    drawn("text", { class: "tick", x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, moment(to)),
    LINES.map(([name, mood], n) => [
      drawn("path", { class: `line ${mood}`, d: steps(points, name, x, y) }),
      drawn(
        "text",
        { class: `end ${mood}`, x: WIDTH - RIGHT + 6, y: ends[n] + 4 },
        `${whole(points.at(-1)[name])} ${name}`,
      ),
    ]),
  );
}

// What is counted jumps: between two moments the line stays where it was.
function steps(points, name, x, y) {
  return points
    .map((p, n) =>
      n ? `H${x(p.at).toFixed(1)}V${y(p[name]).toFixed(1)}` : `M${x(p.at).toFixed(1)} ${y(p[name]).toFixed(1)}`,
    )
    .join("");
}

function nice(n) {
  const unit = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 4, 5, 10].map((times) => times * unit).find((top) => top >= n);
}

// Two names at the ends of two lines must not lie on each other.
function apart([first, second]) {
  const gap = 14 - Math.abs(first - second);
  if (gap <= 0) return [first, second];
  const up = first <= second ? -gap / 2 : gap / 2;
  return [first + up, second - up];
}

function table(points) {
  const every = Math.max(1, Math.ceil(points.length / 12));
  const chosen = points.filter((_, n) => n % every === 0 || n === points.length - 1);
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["At", "Accepted", "Rejected", "Fell out"].map((name) => h("th", { scope: "col" }, name)),
      ),
    ),
    h(
      "tbody",
      {},
      chosen.map((p) =>
        h(
          "tr",
          {},
          h("td", {}, moment(p.at)),
          [p.accepted, p.rejected, p.dropped].map((n) => h("td", { class: "n" }, whole(n))),
        ),
      ),
    ),
  );
}
