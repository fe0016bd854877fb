// The frame of the page: which view an address shows, the keys that work everywhere, colours, who is here, and how
// far somebody had scrolled when they come back.

import { Trouble } from "./api.js";
import { h, refill } from "./elements.js";
import { plain } from "./foreign.js";
import { bind, bindHere } from "./keys.js";
import { listen } from "./live.js";
import * as route from "./route.js";
import { stored, store } from "./kept.js";
import { show as help } from "./help.js";
import { show as overview } from "./overview.js";
import { show as pairs } from "./pairs.js";
import { show as pair } from "./pair.js";
import { show as branch } from "./branch.js";
import { heard, keepFresh, run } from "./run.js";

const VIEWS = { overview, pairs, pair, chat: pair, siblings: pair, branch, help };
const TITLES = {
  overview: "Overview",
  pairs: "Pairs",
  pair: "Pair",
  chat: "Chat",
  siblings: "Siblings",
  branch: "Branch",
  help: "Keys",
};
const main = document.getElementById("main");
let leaving = new AbortController();
let entry = 0;

/** Say something that changed, once, also to who can't see it. */
export function say(text) {
  const box = document.getElementById("said");
  refill(box, text);
  clearTimeout(say.timer);
  say.timer = setTimeout(() => refill(box), 6000);
}

async function turn() {
  leaving.abort();
  leaving = new AbortController();
  const signal = leaving.signal;
  entry = entryHere();
  const to = route.read(location.hash);
  bindHere([]);
  for (const link of document.querySelectorAll("nav a[data-view]")) {
    const belongs =
      link.dataset.view === to.view
      || (link.dataset.view === "pairs" && ["pair", "chat", "siblings", "branch"].includes(to.view));
    if (belongs) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  entitle(to.view);
  try {
    if (to.view === "nowhere") throw new Trouble(404, "This address leads nowhere in this run.");
    await VIEWS[to.view]({ to, main, signal, keys: bindHere, say });
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    if (!(error instanceof Trouble)) console.error(error);
    refill(main, failed(error));
  }
  if (signal.aborted) return;
  main.dataset.shown = location.hash;
  const heading = main.querySelector("h1");
  if (!main.contains(document.activeElement)) (heading ?? main).focus({ preventScroll: true });
  if (to.turn === undefined || to.turn === null) scrollTo(0, Number(stored(sessionStorage, `scroll ${entry}`) ?? 0));
}

function failed(error) {
  const line =
    error instanceof Trouble
      ? error.message
      : "The page itself failed here; reload it. What it said is in the browser's console.";
  const title = { 0: "Nobody answers", 403: "Not let in", 404: "Not found" }[error.status] ?? "This can't be shown";
  return h(
    "section",
    { class: "empty" },
    h("h1", { tabindex: "-1" }, title),
    h("p", {}, plain(line, 600)),
    h(
      "p",
      {},
      h("button", { type: "button", onclick: turn }, "Try again"),
      " ",
      h("a", { href: route.overview() }, "Overview"),
      " · ",
      h("a", { href: route.pairs() }, "All pairs"),
    ),
  );
}

function entitle(view) {
  const folder = run.folder ? ` · ${plain(run.folder, 60)}` : "";
  document.title = `${TITLES[view] ?? "Nowhere"}${folder}`;
}

// Every entry of the history has a number of its own, under which is kept how far one had scrolled.
function entryHere() {
  if (history.state?.entry) return history.state.entry;
  const number = Number(stored(sessionStorage, "entries") ?? 0) + 1;
  store(sessionStorage, "entries", String(number));
  history.replaceState({ entry: number }, "");
  return number;
}

let scrolled = 0;
addEventListener(
  "scroll",
  () => {
    clearTimeout(scrolled);
    const [of, y] = [entry, scrollY];
    scrolled = setTimeout(() => {
      if (of === entry) store(sessionStorage, `scroll ${of}`, String(Math.round(y)));
    }, 80);
  },
  { passive: true },
);

function settle() {
  history.scrollRestoration = "manual";
  addEventListener("hashchange", turn);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  const theme = document.getElementById("theme");
  theme.value = document.documentElement.dataset.theme ?? "";
  theme.addEventListener("change", () => {
    if (theme.value) document.documentElement.dataset.theme = theme.value;
    else delete document.documentElement.dataset.theme;
    store(localStorage, "theme", theme.value);
  });
  const who = document.getElementById("who");
  who.value = stored(localStorage, "who") ?? "";
  who.addEventListener("input", () => store(localStorage, "who", who.value.trim()));
}

const go = (to) => () => {
  location.hash = to;
};
bind([
  {
    press: "?",
    does: "all keys, or back from them",
    run: () => (route.read(location.hash).view === "help" ? history.back() : go(route.help())()),
  },
  { press: "g o", does: "overview", run: go(route.overview()) },
  { press: "g p", does: "pairs, as last filtered", run: () => go(stored(sessionStorage, "list") ?? route.pairs())() },
  {
    press: "/",
    does: "search",
    run: () => {
      const box = document.getElementById("search");
      if (box) return box.focus();
      store(sessionStorage, "search next", "1");
      return go(stored(sessionStorage, "list") ?? route.pairs())();
    },
  },
  {
    press: "t",
    does: "colours: light or dark",
    run: () => {
      const theme = document.getElementById("theme");
      const dark = theme.value ? theme.value === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      theme.value = dark ? "light" : "dark";
      theme.dispatchEvent(new Event("change"));
    },
  },
]);

// What was asked for a view that is left is given up: nothing failed.
addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name === "AbortError") event.preventDefault();
});
settle();
turn();
heard((said) => {
  entitle(route.read(location.hash).view);
  const box = document.getElementById("who");
  // The name this program was started with, unless this browser knows another.
  if (!box.value && stored(localStorage, "who") === null && said.run.who) {
    box.value = said.run.who;
    store(localStorage, "who", said.run.who);
  }
});
keepFresh();
listen((line) => {
  const box = document.getElementById("trouble");
  if (line !== null || !box.hidden) refill(box, line ?? "");
  box.hidden = line === null;
});
