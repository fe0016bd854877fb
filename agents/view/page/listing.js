// The list of pairs as it is filtered now: what was loaded of it, page by page, and where one is in it. It outlives its
// view, so that coming back finds it as it was, and a pair knows its neighbours.

import { get } from "./api.js";
import { known } from "./live.js";
import * as route from "./route.js";
import { store, stored } from "./kept.js";

const PAGE = 60;

class Listing {
  constructor(query) {
    this.query = query;
    this.rows = [];
    this.seen = null; // what was known when its first page was asked for
    this.next = null;
    this.count = null;
    this.exact = true;
    this.done = false;
    this.under = null;
    this.loading = null;
  }

  /** Load the next page, unless there is none. Throws `Trouble`. */
  more(signal) {
    this.loading ??= this.load(signal).finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  async load(signal) {
    if (this.done) return [];
    const asked = new URLSearchParams(this.query);
    asked.set("limit", String(PAGE));
    if (this.next !== null) asked.set("after", this.next);
    const seen = known();
    const said = await get("pairs", asked, signal);
    this.seen ??= seen;
    this.rows.push(...said.rows);
    this.next = said.next ?? null;
    this.done = this.next === null;
    if (Number.isFinite(said.count)) [this.count, this.exact] = [said.count, said.exact !== false];
    return said.rows;
  }
}

let current = null;

/** Return the list of a query: the one that is loaded, or a new one. `fresh`: load it anew in any case. */
export function listing(query, fresh = false) {
  const same = current !== null && current.query.toString() === query.toString();
  if (!same || fresh) current = new Listing(query);
  store(sessionStorage, "list", route.pairs(query));
  return current;
}

/** What was loaded is out of date: the next look loads it anew. */
export function outdated() {
  current = null;
}

/** The list that somebody came from; after a reload, its first page. Throws `Trouble`. */
export async function asFiltered() {
  if (current === null) {
    const { query } = route.read(stored(sessionStorage, "list") ?? route.pairs());
    listing(query ?? new URLSearchParams());
  }
  if (!current.rows.length) await current.more();
  return current;
}

/** Return the id `step` rows after this one, loading more at the end; null where the list ends or lacks it. */
export async function neighbour(id, step) {
  const list = await asFiltered();
  const at = list.rows.findIndex((row) => row.id === id);
  if (at < 0) return null;
  if (at + step >= list.rows.length) await list.more();
  return list.rows[at + step]?.id ?? null;
}

/** Remember that a row was decided upon, so that the list shows it without being loaded again. */
export function decided(id, change) {
  const row = current?.rows.find((one) => one.id === id);
  if (row) Object.assign(row, change);
}
