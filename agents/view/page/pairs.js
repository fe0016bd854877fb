// The list: every pair of the run and everything that fell out, filtered and searched by the viewer's index, one page
// after another.

import { get, Trouble } from "./api.js";
import { h, keepingFocus, refill } from "./elements.js";
import { whole } from "./figures.js";
import { chips, menus } from "./filters.js";
import { plain } from "./foreign.js";
import { keysFor, LIST_KEYS } from "./key_names.js";
import { store, stored } from "./kept.js";
import { listing } from "./listing.js";
import { follow } from "./live.js";
import * as route from "./route.js";
import { rowOf } from "./row.js";
import { heard, run } from "./run.js";

const SORTS = [
  ["new", "newest first"],
  ["old", "oldest first"],
  ["long", "longest first"],
  ["short", "shortest first"],
];
const PATIENCE = 220;
const OFFER = "Show the new ones";

export async function show({ to, main, signal, keys }) {
  const view = new List(to.query, signal);
  refill(
    main,
    h("h1", { tabindex: "-1" }, "Pairs"),
    view.search,
    view.menus,
    view.chips,
    view.told,
    view.rows,
    view.end,
  );
  keys(keysFor(LIST_KEYS, view.keys()));
  if (stored(sessionStorage, "search next")) {
    store(sessionStorage, "search next", null);
    view.box.focus();
  }
  await view.start();
}

class List {
  constructor(query, signal) {
    [this.query, this.signal] = [query, signal];
    this.list = listing(query);
    this.come = null; // the program's answer that told of rows which are not listed here yet
    this.box = h("input", {
      id: "search",
      type: "search",
      placeholder: "Search all words of seeds, conversations and reasons",
      "aria-label": "Search",
      autocomplete: "off",
      spellcheck: "false",
      value: query.get("q") ?? "",
      oninput: () => this.typed(),
      onkeydown: (event) => this.fromBox(event),
    });
    const sort = h(
      "select",
      { "aria-label": "Order", onchange: () => this.ask("sort", sort.value === "new" ? "" : sort.value) },
      SORTS.map(([value, name]) => h("option", { value, selected: (query.get("sort") ?? "new") === value }, name)),
    );
    this.search = h("search", { class: "search" }, this.box, sort);
    this.menus = h("div", { class: "menus", role: "group", "aria-label": "Filters" });
    this.chips = h(
      "div",
      {},
      chips(query, (asked) => this.change(asked)),
    );
    this.told = h("p", { class: "count quiet", role: "status" }, "Looking…");
    this.rows = h("ol", { class: "rows" });
    this.end = h("p", { class: "list-end" });
  }

  async start() {
    this.facets().catch((error) => {
      if (!(error instanceof Trouble) && error.name !== "AbortError") throw error;
    });
    // Heard from the first: rows that come while the first page is on its way would be missed for good.
    // And those that came while somebody was elsewhere, since the list was loaded.
    const stop = follow(() => this.news(), this.list.seen ?? undefined);
    this.signal.addEventListener("abort", stop);
    if (!this.list.rows.length && !this.list.done) await this.list.more();
    if (this.signal.aborted) return;
    this.draw(this.list.rows);
    const near = new IntersectionObserver(
      (seen) => {
        if (seen.some((one) => one.isIntersecting)) this.more();
      },
      { rootMargin: "600px" },
    );
    near.observe(this.end);
    heard(() => this.counted(), this.signal);
    this.signal.addEventListener("abort", () => {
      near.disconnect();
      clearTimeout(this.waiting);
    });
    if (this.list.under)
      this.rows.querySelector(`[data-at="${CSS.escape(String(this.list.under))}"]`)?.focus({ preventScroll: true });
  }

  async facets() {
    const facets = await get("facets", {}, this.signal);
    keepingFocus(this.menus, () =>
      refill(
        this.menus,
        menus(facets, this.query, (asked) => this.change(asked)),
      ),
    );
    const was = stored(sessionStorage, "choice");
    const choice = was && [...this.menus.querySelectorAll("[data-key]")].find((one) => one.dataset.key === was);
    if (!choice) return;
    store(sessionStorage, "choice", null);
    const menu = choice.closest("details.menu");
    if (menu) menu.open = true;
    choice.focus({ preventScroll: true });
  }

  draw(rows) {
    const from = this.rows.children.length;
    this.rows.append(
      ...rows.map((row, n) =>
        h(
          "li",
          {},
          rowOf(row, from + n, (at) => {
            this.list.under = at;
          }),
        ),
      ),
    );
    this.counted();
    refill(
      this.end,
      this.list.done
        ? this.list.rows.length > 20
          ? h("span", { class: "quiet" }, "That is all.")
          : null
        : h("button", { type: "button", onclick: () => this.more() }, "More"),
    );
  }

  counted() {
    this.rows.classList.toggle("one-skill", run.figures?.run.skills?.length === 1);
    const index = run.figures?.index;
    const growing =
      index && index.done < index.all
        ? ` · still reading the journal: ${whole(index.done)} of ${whole(index.all)}`
        : "";
    const { count, exact, rows } = this.list;
    if (this.come) return this.offer(growing);
    if (!rows.length) {
      if (this.rows.children.length) return null; // rows of before, and a line that says why there are no others
      const filtered = [...this.query.keys()].some((key) => key !== "sort");
      return refill(
        this.told,
        filtered
          ? "Nothing fits. Take a filter away, or search for fewer words."
          : "Nothing yet: no pair was judged, nothing fell out.",
        growing,
      );
    }
    return refill(
      this.told,
      count === null ? "" : `${exact ? "" : "more than "}${whole(count)} ${count === 1 ? "row" : "rows"}`,
      growing,
    );
  }

  offer(growing) {
    const { count, exact } = this.come;
    const line = `${exact === false ? "more than " : ""}${whole(count)} rows `;
    // Somebody may be about to click it: it is drawn anew only where it says something else.
    if (this.told.textContent === `${line}${OFFER}${growing}`) return;
    keepingFocus(this.told, () =>
      refill(
        this.told,
        line,
        h("button", { type: "button", class: "bare", data: { key: "offer" }, onclick: () => this.renew() }, OFFER),
        growing,
      ),
    );
  }

  async more() {
    if (this.list.done || this.list.loading) return;
    if (!this.list.rows.length && this.rows.children.length) return this.renew(); // what could not be loaded anew
    try {
      const rows = await this.list.more();
      if (!this.signal.aborted) this.draw(rows);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (!this.signal.aborted)
        refill(
          this.end,
          plain(error.message),
          " ",
          h("button", { type: "button", onclick: () => this.more() }, "Again"),
        );
    }
  }

  // Rows that came meanwhile are not pushed in under somebody's eyes: one click brings them. Where there were none yet,
  // nobody reads any: they come by themselves, in whichever order.
  async news() {
    await this.list.loading?.catch(() => null);
    if (this.signal.aborted) return;
    if (!this.rows.children.length) return this.renew();
    if (this.query.get("sort") && this.query.get("sort") !== "new") return;
    const { list } = this;
    const asked = new URLSearchParams(this.query);
    asked.set("limit", "1");
    const said = await get("pairs", asked, this.signal).catch(() => null);
    // A list that was loaded anew meanwhile knows more than this answer.
    if (!said || this.signal.aborted || this.list !== list) return;
    const isNew = said.rows[0]?.id !== list.rows[0]?.id;
    if (!isNew && !this.come) return;
    this.come = isNew ? said : null;
    this.counted();
  }

  renew() {
    return this.anew().catch((error) => {
      if (!(error instanceof Trouble)) throw error;
      // Of a search that another one took the place of nobody wants to hear.
      if (!this.signal.aborted && !this.list.rows.length) refill(this.told, plain(error.message));
    });
  }

  async anew() {
    const list = listing(this.query, true);
    this.list = list;
    await list.more();
    if (this.signal.aborted || this.list !== list) return;
    this.come = null;
    refill(this.rows);
    this.draw(this.list.rows);
    scrollTo(0, 0);
  }

  // -- what is asked for

  typed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask("q", this.box.value.trim(), true), PATIENCE);
  }

  ask(name, value, typing = false) {
    const asked = new URLSearchParams(this.query);
    if (value) asked.set(name, value);
    else asked.delete(name);
    if (asked.toString() !== this.query.toString()) this.change(asked, typing);
  }

  change(asked, typing = false) {
    if (this.menus.contains(document.activeElement))
      store(sessionStorage, "choice", document.activeElement.dataset.key ?? null);
    if (!typing) {
      location.hash = route.pairs(asked);
      return;
    }
    // Letters of one search are not each a step to go back to.
    history.replaceState(history.state, "", route.pairs(asked));
    this.query = asked;
    this.list = listing(asked);
    this.renew();
    refill(
      this.chips,
      chips(asked, (next) => this.change(next)),
    );
    this.facets().catch(() => null);
  }

  // -- the keyboard

  fromBox(event) {
    if (event.key === "Escape") this.box.blur();
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    this.rows.querySelector("a")?.focus();
  }

  step(by) {
    const rows = [...this.rows.querySelectorAll("a.row")];
    const at = rows.indexOf(document.activeElement);
    const to = rows[at < 0 ? (by > 0 ? (this.list.under ?? -1) + 1 : 0) : at + by];
    if (!to) return this.more();
    to.focus();
    return to.scrollIntoView({ block: "nearest" });
  }

  keys() {
    return {
      j: () => this.step(1),
      k: () => this.step(-1),
      Enter: () => this.rows.querySelector("a.row")?.click(),
      "/": () => this.box.focus(),
      f: () => this.menus.querySelector("summary")?.click() ?? null,
      x: () => {
        location.hash = route.pairs();
      },
    };
  }
}
