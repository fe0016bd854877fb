// What this browser keeps: a person's name and colours for good, drafts and places for this tab. Where storage is off
// or full, the page works without.

export function stored(where, key) {
  try {
    return where.getItem(key);
  } catch {
    return null;
  }
}

export function store(where, key, value) {
  try {
    if (value === null || value === "") where.removeItem(key);
    else where.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

/** What somebody was typing about a record: kept until it is saved or thrown away, also over a reload. */
export class Draft {
  constructor(record, what) {
    this.key = `draft ${what} ${record}`;
  }
  get text() {
    return stored(sessionStorage, this.key);
  }
  set text(value) {
    store(sessionStorage, this.key, value);
  }
  forget() {
    store(sessionStorage, this.key, null);
  }
}
