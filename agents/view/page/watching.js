// A pair that is open while others act: what they decided is shown where it stands, and what is being typed, opened or
// looked at stays as it is.

import { get, Trouble } from "./api.js";
import { follow, known } from "./live.js";

const OFTEN = 2500;

/**
 * Read a pair's story again whenever something is new after `seen`, which was known when `told` was asked for.
 * `drawn(newer, before, seen)` is called where people or the run changed it.
 */
export class Watching {
  constructor(told, { seen, signal, asJudged, drawn }) {
    [this.told, this.signal, this.asJudged, this.drawn] = [told, signal, asJudged, drawn];
    this.hasEnded = false;
    this.read = 0;
    this.late = 0;
    this.asked = 0;
    this.taken = 0;
    this.stop = follow(() => this.soon(), seen);
    signal.addEventListener("abort", () => this.end());
  }

  end() {
    this.hasEnded = true;
    this.stop();
    clearTimeout(this.late);
  }

  // A run that goes on has news all the time: what changed last is read in the end, but not everything between.
  soon() {
    clearTimeout(this.late);
    this.late = setTimeout(() => this.look(), Math.max(0, this.read + OFTEN - Date.now()));
  }

  /** Read it now; return the story, or null where nobody answers. */
  async look() {
    this.read = Date.now();
    const seen = known();
    this.asked += 1;
    const asked = this.asked;
    try {
      const newer = this.asJudged(await get("story", { id: this.told.id }, this.signal));
      if (this.signal.aborted || this.hasEnded) return null;
      if (asked < this.taken) return this.told; // what was asked for later came before
      this.taken = asked;
      const before = this.told;
      this.told = newer;
      if (mark(newer) !== mark(before)) this.drawn(newer, before, seen);
      return newer;
    } catch (error) {
      if (!(error instanceof Trouble) && error.name !== "AbortError") throw error;
      return null;
    }
  }
}

const mark = ({ hand, row, drop, branches }) => JSON.stringify([hand?.version, row?.verdict, drop, branches]);
