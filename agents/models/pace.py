"""How fast requests may leave for one endpoint whose rate limit nobody told us.

The pace starts brisk and doubles while nothing is refused. A refusal (429) is evidence only about the pace at
which its request was sent, so requests are counted in cohorts sent at one pace. Now and then a refusal is stray and
changes nothing; when their share rises within a cohort, the pace falls to what was accepted of it, a little under
the limit so learned, and from there probes upward: slowly near the limit, faster the longer nothing is refused. The
more often the same limit is found, the longer until the next probe. A share of refusals that does not fall when the
pace does is stray after all, and the pace is given back.

Pure arithmetic: no clock, no sleeping, no tasks. Times are seconds on any one clock.
"""

import math
from dataclasses import dataclass

START = 50.0
"""Requests a second at first: a herd of hundreds at once is how most limits are first overrun."""
FASTEST = 20_000.0
SLOWEST = 0.1
_RAMP_SECONDS = 0.25
_WINDOW_SECONDS = 1.0
_ENOUGH = 20
"""Requests from which a share means something."""
_LATE = 0.02
"""Seconds of delay made up for: an event loop wakes late, and what it missed may leave at once, but no more."""
_LOW, _CALM, _PROBE = 0.96, 0.985, 0.025
"""Shares of a learned limit: the pace falls to the first, settles at the second, and leaves it by the third."""
_BREATH = 0.15
"""Seconds of silence after a refusal for cause: an empty bucket refuses whoever comes a moment early."""
_LONGEST_STOP = 60.0
"""Seconds all wait, at most, where nobody gets through."""
_GENTLE = 10.0
"""Requests a second with which an endpoint is tried again that let nobody through."""
# A cumulative test of "5 % are refused" against "30 % are refused": ln(.30/.05) and ln(.95/.70). Its score sinks while
# less than one in seven is refused, and seven refusals in a row raise the alarm.
_WORSE, _BETTER, _ALARM = 1.79, 0.305, 12.0
_STRAY_AT_MOST = 0.14
_MEMORY = 0.8
"""What is left of a cohort's weight when the next one is judged with it."""
_SLOWER = 0.85
"""A pace lower by this much, and refused as often, was not refused for its speed."""


@dataclass(slots=True, eq=False)
class Cohort:
    """Requests that were sent at one pace."""

    began: float
    rate: float
    sent: int = 0
    refused: int = 0
    score: float = 0.0
    retry_after: float | None = None
    held: bool = False
    """Whether the pace made anybody wait: where it did not, it says nothing of a faster one."""

    @property
    def share(self) -> float:
        """Return the refused share. Requests still on their way count as accepted: refusals are quick."""
        return self.refused / self.sent if self.sent else 0.0


class Pace:
    """The pace of one endpoint: ask `wait`, say `leave`, and tell what became of it."""

    def __init__(self, now: float, start: float = START) -> None:
        self.limit: float | None = None
        """Requests a second the endpoint was found to accept; None while no limit is known."""
        self.stray = 0.0
        """The share refused for no cause."""
        self._next = now
        self._cohort = Cohort(now, start)
        self._steps, self._calm = 0, 1
        self._served = self._stops = 0
        self._sent = self._refused = 0.0
        self._origin: Cohort | None = None
        """The cohort that made the pace fall first, while it has not stopped falling since."""

    @property
    def rate(self) -> float:
        """Return requests a second, now."""
        return self._cohort.rate

    def wait(self, now: float) -> float:
        """Return seconds until the next request may leave, 0 for at once."""
        self._turn(now)
        if self._next <= now:
            return 0.0
        self._cohort.held = True
        return self._next - now

    def leave(self, now: float, cost: float = 1.0) -> Cohort:
        """Note that a request leaves; a large one may cost more than 1. Return its cohort, to be told the outcome."""
        cohort = self._cohort
        cohort.sent += 1
        cohort.score = max(0.0, cohort.score - _BETTER)
        self._next = max(self._next, now - _LATE) + cost / cohort.rate
        return cohort

    def served(self, cohort: Cohort) -> None:
        """Note that the endpoint took a request."""
        self._served += 1
        self._stops = 0

    def refused(self, cohort: Cohort, now: float, retry_after: float | None = None) -> None:
        """Note that the endpoint refused a request; `retry_after` is in seconds."""
        cohort.refused += 1
        if retry_after is not None:
            cohort.retry_after = min(retry_after, cohort.retry_after or retry_after)
        if cohort is self._cohort:
            cohort.score += _WORSE + _BETTER
            if cohort.score > _ALARM:
                self._fall(cohort, now)

    def _turn(self, now: float) -> None:
        """Close the cohort when it is old and large enough to be judged."""
        cohort = self._cohort
        age = now - cohort.began
        if age < (_RAMP_SECONDS if self.limit is None else _WINDOW_SECONDS):
            return
        if cohort.sent < _ENOUGH and (age < 10 * _WINDOW_SECONDS or not cohort.sent):
            return
        is_too_fast = self.limit is not None and self._is_too_fast(cohort)
        # Also from cohorts that look too fast: without them, only the lucky ones would be counted.
        if self.limit is None or cohort.rate < self.limit * _CALM:
            self._learn_stray(cohort)
        if is_too_fast:
            origin = self._origin or cohort
            if cohort.rate < _SLOWER * origin.rate and 0.6 * origin.share < cohort.share < _STRAY_AT_MOST:
                self._forgive(cohort, origin.rate, now)
            else:
                self._fall(cohort, now)
                self._origin = origin
            return
        if self._steps > 0:
            self._origin = None
        self._cohort = Cohort(now, self._next_rate(cohort))

    def _is_too_fast(self, cohort: Cohort) -> bool:
        """Say whether more were refused than stray ones explain: in this cohort, or trickling in the last few."""
        self._sent = self._sent * _MEMORY + cohort.sent
        self._refused = self._refused * _MEMORY + cohort.refused
        return _is_more(cohort.refused, self.stray * cohort.sent, 1) or _is_more(
            self._refused, self.stray * self._sent, 2
        )

    def _learn_stray(self, cohort: Cohort) -> None:
        # Down fast, up slowly: a pace a little too high must not pass for bad weather.
        weight = 0.1 if cohort.share > self.stray else 0.3
        self.stray = min(_STRAY_AT_MOST, self.stray + weight * (cohort.share - self.stray))

    def _next_rate(self, cohort: Cohort) -> float:
        if not cohort.held:
            return cohort.rate
        if self.limit is None:
            return min(cohort.rate * 2, FASTEST)
        self._steps += 1
        distance = (self._steps - self._calm) / self._calm
        wished = self.limit * (_CALM + _PROBE * distance**3)
        return min(wished, cohort.rate * (1.04 + 0.01 * self._steps), FASTEST)

    def _fall(self, cohort: Cohort, now: float) -> None:
        """Set the pace by what was accepted of the cohort."""
        if not self._served and cohort.refused > 0.9 * cohort.sent:
            self._stop(cohort, now)
            return
        self._served = 0
        self._sent = self._refused = 0.0
        offered = min(cohort.rate, (cohort.sent + 1) / max(now - cohort.began, 0.01))
        accepted = (cohort.sent - cohort.refused + 1) / (cohort.sent + 1)
        limit = max(SLOWEST, offered * min(1.0, accepted / (1 - self.stray)))
        is_known = self.limit is not None and abs(limit / self.limit - 1) < 0.15
        if self._steps < self._calm or not is_known:
            self._calm = max(1, self._calm // 2)
        else:
            self._calm = min(16, self._calm * 2)
        self.limit, self._steps, self._origin = limit, 0, None
        self._next = max(self._next, now + _BREATH)
        self._cohort = Cohort(self._next, max(SLOWEST, limit * _LOW))  # counted from the end of the silence

    def _stop(self, cohort: Cohort, now: float) -> None:
        """Let all wait, since nobody gets through: as long as asked, or longer each time. It teaches no limit."""
        pause = cohort.retry_after or min(_LONGEST_STOP / 6, 2.0**self._stops)
        self._stops += 1
        self._next = now + min(_LONGEST_STOP, pause)
        self._cohort = Cohort(self._next, max(min(cohort.rate, _GENTLE), cohort.rate / 4))

    def _forgive(self, cohort: Cohort, rate: float, now: float) -> None:
        """Go back to `rate`: a real limit stops refusing once we are under it, and this did not."""
        self.stray = min(_STRAY_AT_MOST, cohort.share)
        self.limit = self._origin = None
        self._cohort = Cohort(now, rate)


def _is_more(refused: float, expected: float, slack: float) -> bool:
    return refused > expected + 3 * math.sqrt(expected) + slack
