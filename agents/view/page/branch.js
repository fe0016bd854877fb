// A branch: what was changed, how far it is, the original and it side by side turn by turn with the differences marked,
// where it leads, and the choice between them.

import { get, Trouble } from "./api.js";
import { besides } from "./beside.js";
import { diffOf } from "./change.js";
import { difference } from "./diff.js";
import { h, refill } from "./elements.js";
import { moment } from "./figures.js";
import { block, inline, plain, scrolling } from "./foreign.js";
import { choice, leads } from "./keep.js";
import { keysFor, PAIR_KEYS } from "./key_names.js";
import { asJudged } from "./pair.js";
import { prose } from "./prose.js";
import * as route from "./route.js";

const SOON = 1500;
const SHORT = 600;
const CARRY = `A branch changes no file: carry the words over by hand. Where the file has {{ … }}, this chat's own words
stand here.`;

export async function show({ to, main, signal, say, keys }) {
  const told = await get("branch", { n: to.n }, signal);
  const parts = { state: h("div", {}), choice: h("div", {}), beside: h("div", {}), leads: h("div", {}) };
  refill(
    main,
    h(
      "article",
      { class: "branch" },
      h("h1", { tabindex: "-1" }, `Branch ${to.n}`),
      parts.state,
      parts.choice,
      parts.beside,
      parts.leads,
    ),
  );
  await draw(parts, told, to, signal, say);
  if (told.state === "going") later(parts, to, signal, say);
  keys(
    keysFor(PAIR_KEYS, {
      u: () => {
        const back = parts.choice.querySelector("button.back:not(:disabled)");
        if (back) back.click();
        else say("There is nothing to take back: the branch is not kept.");
      },
    }),
  );
}

async function draw(parts, said, to, signal, say) {
  const told = { ...said, story: said.story ? asJudged(said.story) : null };
  const [before, after] = await Promise.all([whole(told.of, undefined, signal), whole(chatOf(told), to.n, signal)]);
  // A branch counts model calls; a chat's turns count all that was said.
  const parted = before?.turns.find((turn) => turn.call?.turn === told.turn);
  const hash = parted?.call.prompt;
  const prompt = hash ? await get("prompt", { hash }, signal).catch(() => null) : null;
  const original = await get("story", { id: told.record }, signal).catch(() => null);
  if (signal.aborted) return;
  refill(parts.state, about(told, { n: parted?.n, prompt: prompt?.text, place: before?.words?.[told.role] }));
  refill(parts.beside, chats(before, after, told));
  if (told.state === "going") return;
  const again = async () => draw(parts, await get("branch", { n: to.n }, signal), to, signal, say);
  refill(parts.choice, choice(told, original, say, again));
  refill(parts.leads, leads(told, original, chatOf(told)));
}

function chats(before, after, told) {
  const title = h("h2", {}, "Side by side");
  if (!before) return [title, h("p", { class: "quiet" }, "The chat it was made from is no longer in this run.")];
  const names = ["Original", `Branch${told.state === "going" ? ", so far" : ""}`];
  return h("section", { class: "side-by-side" }, title, besides(before.turns, after?.turns ?? [], names));
}

function later(parts, to, signal, say) {
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const told = await get("branch", { n: to.n }, signal).catch((error) => {
      if (!(error instanceof Trouble) && error.name !== "AbortError") throw error;
      return null;
    });
    if (!told || signal.aborted) return;
    if (told.state !== "going") {
      clearInterval(timer);
      say(told.state === "done" ? "The branch is done." : "The branch failed.");
    }
    await draw(parts, told, to, signal, say);
  }, SOON);
  signal.addEventListener("abort", () => clearInterval(timer));
}

// The chat that was run again keeps its name in the branch, or has the branch's number after it.
function chatOf(told) {
  const chats = told.chats ?? [];
  return chats.find((id) => id === told.of) ?? chats.find((id) => id.startsWith(told.of)) ?? chats[0];
}

async function whole(id, branch, signal) {
  if (!id) return null;
  return get("chat", { id, branch }, signal).catch((error) => {
    if (error instanceof Trouble) return null;
    throw error;
  });
}

function about(told, { n, prompt, place }) {
  const state = { going: "Going on…", done: "Done.", failed: "Failed." }[told.state] ?? plain(told.state, 40);
  const changed = Object.entries(told.changes ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return [
    h(
      "p",
      { class: "lead" },
      h("strong", { class: told.state === "failed" ? "rejected" : "" }, state),
      told.error ? [" ", inline(told.error)] : null,
      h(
        "span",
        { class: "quiet" },
        " From ",
        n === undefined ? `call ${told.turn}` : h("a", { href: route.chat(told.record, told.of, n) }, `turn ${n}`),
        " on, by ",
        inline(told.who || "somebody"),
        `, ${moment(told.at)}.`,
      ),
    ),
    h("p", { class: "id" }, h("a", { href: route.chat(told.record, told.of) }, inline(told.of))),
    told.state === "going" ? h("progress", { "aria-label": "The branch is going on" }) : null,
    h(
      "section",
      { class: "changed" },
      h("h2", {}, "What was changed"),
      changed.length
        ? changed.map(([name, value]) =>
            name === "prompt" ? promptOf(value, told, prompt, place) : changeOf(name, value),
          )
        : h("p", { class: "quiet" }, "Nothing: the same was asked again."),
    ),
  ];
}

// What a change of a prompt is worth is seen here; it counts for later runs once it stands in the role's file.
function promptOf(value, told, before, place) {
  const box = { class: "said-text prompt", ...scrolling("The prompt") };
  return [
    h("h3", {}, "The prompt of ", inline(told.role ?? "its role")),
    h(
      "p",
      { class: "place" },
      place
        ? ["It stands in ", inline(place, { class: "file-name" }), ". "]
        : "The journal doesn't say in which file it stands. ",
      h("span", { class: "quiet" }, CARRY),
    ),
    before === undefined
      ? [h("p", { class: "quiet" }, "What it was before is not in the journal. It is now:"), block(value, box)]
      : [
          diffOf(difference(before, value), box, true),
          h("details", {}, h("summary", {}, "The new prompt, whole"), prose(value, box)),
        ],
  ];
}

function changeOf(name, value) {
  const names = { model: "The model", answer: "The answer" };
  return h(
    "details",
    { open: name === "model" || value.length < SHORT },
    h("summary", {}, names[name] ?? plain(name, 40)),
    block(value, { class: "said-text", ...scrolling("What it was changed to") }),
  );
}
