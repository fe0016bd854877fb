// What every view may want to know of the run: its folder's name, its models, whether it goes on.

import { get, Trouble } from "./api.js";
import { refill } from "./elements.js";
import { inline } from "./foreign.js";
import { follow } from "./live.js";
import { whole } from "./figures.js";

export const run = { folder: "", models: [], figures: null };
const listeners = new Set();
let asked = null;

const STATES = { running: "running", ended: "ended", lost: "lost", unknown: "not running" };

/** Ask for the figures of the whole run; who asks meanwhile gets the same answer. Throws `Trouble`. */
export function figures() {
  asked ??= get("overview")
    .then(take)
    .finally(() => {
      asked = null;
    });
  return asked;
}

/** Call `known(figures)` after every answer until `signal` says that nobody listens any more. */
export function heard(known, signal) {
  listeners.add(known);
  signal?.addEventListener("abort", () => listeners.delete(known));
}

/** Keep the figures fresh while the page is open. */
export function keepFresh() {
  const ask = async () => {
    await asked?.catch(() => null); // an answer that is on its way may be older than the news
    await figures().catch((error) => {
      if (!(error instanceof Trouble)) throw error;
    });
  };
  ask();
  follow(ask);
}

function take(said) {
  run.figures = said;
  run.folder = said.run.folder;
  run.models = said.run.models ?? [];
  refill(document.getElementById("run"), inline(run.folder));
  const live = document.getElementById("live");
  const flight = said.run.live === "running" && said.pulse ? `, ${whole(said.pulse.in_flight)} in flight` : "";
  live.dataset.state = said.run.live;
  refill(live, `${STATES[said.run.live] ?? "not running"}${flight}`);
  for (const known of listeners) known(said);
  return said;
}
