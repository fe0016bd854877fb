// The whole run at a glance: what came of it, over time, why pairs fell, which kinds there are, what it cost.

import { h, keepingFocus, refill } from "./elements.js";
import { counted, cost, rate, share, short, whole } from "./figures.js";
import { inline, plain } from "./foreign.js";
import { coverage } from "./coverage.js";
import { overTime } from "./plot.js";
import { exporting } from "./exporting.js";
import * as route from "./route.js";
import { figures, heard, run } from "./run.js";
import { reasons, total, usage } from "./tables.js";

export async function show({ main, signal, say }) {
  const first = run.figures ?? (await figures());
  if (signal.aborted) return;
  const heading = h("h1", { tabindex: "-1" }, "Overview");
  const parts = {};
  for (const name of ["state", "numbers", "time", "why", "kinds", "spent"])
    parts[name] = h("div", { class: `part ${name}` });
  const draw = (said) => {
    for (const [name, drawn] of Object.entries(PARTS)) {
      keepingFocus(parts[name], () => refill(parts[name], drawn(said)));
    }
  };
  draw(first);
  refill(
    main,
    heading,
    parts.state,
    parts.numbers,
    h("div", { class: "columns wide" }, parts.time, parts.why),
    parts.kinds,
    parts.spent,
    exporting(say),
  );
  heard(draw, signal);
}

const OLDER = "When they came is not known: the journal is of an older version, which didn't keep that.";
const judgedOf = (counts) => counts.accepted + counts.rejected;

const PARTS = {
  state: (said) => [
    h(
      "p",
      { class: "lead" },
      h("strong", { class: `state ${said.run.live}` }, sentence(said)),
      " ",
      h("span", { class: "quiet" }, about(said.run)),
    ),
    reading(said.index),
  ],
  numbers: (said) => numbers(said),
  time: (said) => [
    h("h2", {}, "Over time"),
    said.over_time?.length || !judgedOf(said.counts) ? overTime(said.over_time ?? []) : h("p", { class: "quiet" }, OLDER),
  ],
  why: (said) => [h("h2", {}, "Why pairs fell"), reasons(said.reasons ?? [])],
  kinds: (said) => [h("h2", {}, "Kinds"), coverage(said.coverage ?? [])],
  spent: (said) => [h("h2", {}, "Tokens and cost by role"), usage(said.usage ?? [], judgedOf(said.counts) > 0)],
};

function sentence({ run, pulse, rate: speed }) {
  if (run.live === "running") {
    const going = speed ? `, ${rate(speed.calls_a_second)} calls a second` : "";
    const stopping = run.stopping ? ` It is stopping: ${plain(run.stopping, 200)}.` : "";
    return `Running: ${counted(pulse?.in_flight ?? 0, "call")} in flight${going}.${stopping}`;
  }
  if (run.live === "ended") return run.stopping ? `Ended: ${plain(run.stopping, 200)}.` : "Ended.";
  if (run.live === "lost")
    return "Lost: it was killed, or hangs. The same command with the same folder goes on where it was.";
  return "Not running.";
}

function about(run) {
  const skills = run.skills ?? [];
  const named = skills.length > 3 ? counted(skills.length, "skill") : skills.map((name) => plain(name, 40)).join(", ");
  return [named, run.language, (run.models ?? []).map((name) => plain(name, 60)).join(", ")]
    .filter(Boolean)
    .map((part, n) => [n ? " · " : "", inline(part)]);
}

function reading(index) {
  if (index?.note) return h("p", { class: "reading" }, inline(index.note));
  if (!index || index.done >= index.all) return null;
  return h(
    "p",
    { class: "reading" },
    `Reading the journal: ${whole(index.done)} of ${whole(index.all)}. Figures and lists grow meanwhile. `,
    h("progress", { max: String(index.all), value: String(index.done), "aria-label": "Reading the journal" }),
  );
}

function numbers({ run, counts, pulse, rate: speed, usage: roles = [] }) {
  const judged = judgedOf(counts);
  // Pairs come of calls: where there are pairs and no calls, nobody counted them.
  const isCounted = roles.length > 0 || !judged;
  const [prompts, replies, calls] = ["prompt_tokens", "completion_tokens", "calls"].map((key) =>
    isCounted ? total(roles, key) : (pulse?.[key] ?? NaN),
  );
  const known = roles.filter((row) => Number.isFinite(row.cost));
  const spent = known.length ? known.reduce((sum, row) => sum + row.cost, 0) : pulse?.cost || NaN;
  const lacking = known.length ? roles.length - known.length : 0;
  const each = counts.accepted && Number.isFinite(spent) ? `${cost(spent / counts.accepted)} a pair` : "no price known";
  const wanted = Number.isFinite(run.pairs)
    ? `of ${whole(run.pairs)} asked for`
    : `${share(counts.accepted, judged)} of pairs judged`;
  return h(
    "dl",
    { class: "figures" },
    figure("Accepted", whole(counts.accepted), wanted, route.pairs({ verdict: "accepted" }), "accepted"),
    figure(
      "Rejected",
      whole(counts.rejected),
      `${share(counts.rejected, judged)} of pairs judged`,
      route.pairs({ verdict: "rejected" }),
      "rejected",
    ),
    figure(
      "Fell out before",
      whole(counts.dropped),
      "seeds declined, chats failed",
      route.pairs({ verdict: "dropped" }),
    ),
    figure(
      "Seeds",
      whole(counts.seeds),
      Number.isFinite(counts.seeds_ended) ? `${whole(counts.seeds_ended)} gone through` : "not known how many are done",
    ),
    figure("Calls", short(calls), isCounted ? (speed ? `${rate(speed.calls_a_second)} a second` : "") : "not known"),
    figure(
      "Tokens",
      short(prompts + replies),
      Number.isFinite(prompts + replies) ? `${short(prompts)} read, ${short(replies)} written` : "not known",
    ),
    figure(
      "Cost",
      `${lacking ? "≥ " : ""}${cost(spent)}`,
      lacking ? `no price known for ${lacking} of ${counted(roles.length, "role")}` : each,
    ),
    speed ? figure("Rate", rate(speed.pairs_an_hour), "pairs an hour") : null,
  );
}

function figure(name, value, note, href, mood = "") {
  const number = h("span", { class: `number ${mood}` }, value);
  return h(
    "div",
    {},
    h("dt", {}, name),
    h("dd", {}, href ? h("a", { href, data: { key: name } }, number) : number, h("span", { class: "note" }, note)),
  );
}
