"""How many calls may be in flight at one endpoint: fewer, where more of them only wait for each other.

A server that queues never says 429; it answers later. Slower alone proves nothing, since a batching server is slower
and does more. So where calls take over twice the time they took at best, a fifth of them is held back on trial; it
stays so if as much gets done, and is undone if not, and the next trial then waits longer.

Pure arithmetic: no clock, no sleeping, no tasks. Times are seconds on any one clock.
"""

_ENOUGH = 50
"""Ends of calls from which a mean means something."""
_LEAST_SECONDS = 0.5
_STEP = 0.8
_SAME = 0.95
"""As much gets done: this share of the best throughput of late."""
_RARELY = 64
"""Windows between trials, at most."""


class Crowd:
    """The number of calls allowed in flight, `size`, never above `most`."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = float(most)
        self._quickest = 0.0
        self._best = 0.0
        self._trial: float | None = None
        self._rest, self._patience = 0, 1
        self._from = self._began = 0.0
        self._count = self._done = self._full = 0
        self._sum = 0.0

    def ended(self, now: float, seconds: float, *, is_full: bool, is_done: bool = True) -> None:
        """Note the end of a call that took `seconds`.

        `is_full` says that others had to wait for it; `is_done` is False for one that timed out.
        """
        if now < self._from:
            return
        if not self._count:
            self._began = self._began or now
        self._count += 1
        self._done += is_done
        self._full += is_full
        self._sum += seconds
        if self._count >= _ENOUGH and now - self._began >= max(_LEAST_SECONDS, self._sum / self._count):
            self._turn(now)

    def _turn(self, now: float) -> None:
        mean = self._sum / self._count
        done = self._done / (now - self._began)
        is_full = self._full > 0.8 * self._count
        self._quickest = min(self._quickest * 1.002 or mean, mean)
        size = self._judged(done) if self._trial is not None else self._tried(mean, done, is_full=is_full)
        if is_full or self._trial is not None:
            self._best = max(self._best * 0.99, done)
        # After a change, those in flight were let in under the old size: not counted.
        self._clear(now + mean if size != self.size else now)
        self.size = size

    def _judged(self, done: float) -> float:
        """Keep a smaller size if as much got done, else go back."""
        before, self._trial = self._trial, None
        if before is None or done >= _SAME * self._best:
            self._patience = 1
            return self.size
        self._patience = min(_RARELY, self._patience * 2)
        self._rest = self._patience
        return before

    def _tried(self, mean: float, done: float, *, is_full: bool) -> float:
        if not is_full:
            return self.size
        if self.size < self.most and (mean < 1.5 * self._quickest or done < 0.9 * self._best):
            return min(float(self.most), self.size / _STEP)
        if self._rest > 0:
            self._rest -= 1
        elif mean > 2 * self._quickest and self.size > 1:
            self._trial = self.size
            return max(1.0, self.size * _STEP)
        return self.size

    def _clear(self, begin: float) -> None:
        self._from = self._began = begin
        self._count = self._done = self._full = 0
        self._sum = 0.0
