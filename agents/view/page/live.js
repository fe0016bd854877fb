// News of the run: one question that waits at the program until something is new. Not while the page is hidden; when
// nobody answers, ever more seldom, and the page says so.

import { get, Trouble } from "./api.js";

const LONGEST = 30_000;
const LEAST = 1_500;
const listeners = new Set();
let since = 0;
let pause = 1000;

/** What was known when this was asked: for `follow`, by who reads something first and listens then. */
export const known = () => since;

/**
 * Call `told` whenever something is new after `seen`; at once where it has become so already. While one call goes on no
 * other begins: news of that time are one more call after it, so that what came last is read last. Returns how to stop.
 */
export function follow(told, seen = since) {
  let going = false;
  let missed = false;
  async function hear() {
    missed = true;
    if (going) return;
    going = true;
    while (missed && listeners.has(hear)) {
      missed = false;
      try {
        await told();
      } catch (error) {
        Promise.reject(error); // told as any that nobody caught is; it ends nothing
      }
    }
    going = false;
  }
  listeners.add(hear);
  if (seen !== since) hear();
  return () => listeners.delete(hear);
}

/** Begin to listen. `trouble(line | null)`: what to say on top of the page. */
export async function listen(trouble) {
  for (;;) {
    await visible();
    try {
      const { changed } = await get("changes", { since });
      trouble(null);
      pause = 1000;
      if (changed !== since) {
        since = changed;
        for (const told of listeners) told();
      }
      await wait(LEAST);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      trouble(error.status === 0 ? `${error.message} (Next try in ${Math.round(pause / 1000)} s.)` : error.message);
      await wait(pause);
      pause = Math.min(pause * 2, LONGEST);
    }
  }
}

const wait = (ms) =>
  new Promise((go) => {
    setTimeout(go, ms);
  });

function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((go) => {
    document.addEventListener("visibilitychange", function seen() {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", seen);
      go();
    });
  });
}
