// What people decided about a record, newest first; what was undone stays, struck through.

import { diffOf } from "./change.js";
import { difference } from "./diff.js";
import { h } from "./elements.js";
import { moment } from "./figures.js";
import { inline } from "./foreign.js";
import { leadingInline } from "./mentions.js";
import { textOf } from "./messages.js";

const WORDS = {
  accept: "accepted it",
  reject: "rejected it",
  edit: "edited it",
  keep: "chose between branch and original",
  undo: "took back",
};

export function versions(told) {
  const acts = told.hand?.acts ?? [];
  if (!acts.length) return null;
  return h(
    "section",
    { class: "versions" },
    h("h2", { tabindex: "-1" }, "By hand"),
    h(
      "ol",
      { reversed: undefined, class: "acts" },
      acts.toReversed().map((act) => actOf(act, told, acts)),
    ),
  );
}

/** One act in words: who, what, when; as an item of a list, or what `name` says. */
export function actOf(act, told, acts = [], name = "li") {
  const what = act.act === "undo" ? undone(act, acts) : (WORDS[act.act] ?? act.act);
  return h(
    name,
    { class: act.undone ? "undone" : "" },
    inline(act.who || "somebody", { class: "speaker" }),
    " ",
    h(act.undone ? "s" : "span", {}, what),
    act.value?.reason ? [": ", leadingInline(act.value.reason, told)] : null,
    h("span", { class: "quiet" }, ` · ${moment(act.at)}${act.undone ? " · taken back" : ""}`),
    act.act === "edit" && name === "li" ? edited(act, told) : null,
  );
}

function undone(act, acts) {
  const of = acts.find((other) => other.n === act.value?.act);
  if (!of) return "took something back";
  const why = of.value?.reason ? [": ", inline(of.value.reason)] : null;
  return ["took back that ", inline(of.who || "somebody"), ` ${WORDS[of.act] ?? of.act}`, why];
}

function edited(act, told) {
  const before = told.machine?.messages ?? [];
  const changes = (act.value?.messages ?? [])
    .map((message, n) => [n, asText(before[n]), asText(message)])
    .filter(([, was, is]) => was !== is);
  return h(
    "details",
    {},
    h("summary", {}, "Against what the machine wrote"),
    changes.length
      ? changes.map(([n, was, is]) =>
          h("div", {}, h("p", { class: "quiet" }, `Message ${n + 1}`), diffOf(difference(was, is))),
        )
      : h("p", { class: "quiet" }, "The same words."),
  );
}

const asText = (message) =>
  [
    textOf(message),
    ...(message?.tool_calls ?? []).map((call) => `${call.function?.name} ${call.function?.arguments}`),
  ].join("\n");
