"""Where good ends and bad begins, in one table, each line with its reason: by this it is decided what is said first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["bad", "doubtful", "note", "good"]
ORDER: tuple[Severity, ...] = ("bad", "doubtful", "note", "good")


@dataclass(frozen=True)
class Threshold:
    """A figure is bad beyond one value and doubtful beyond another; below so many items nothing is said of it."""

    what: str
    bad: float
    doubtful: float
    fewest: int
    """Items below which the figure is noise and no finding."""
    why: str
    """Why it matters."""
    low_is_bad: bool = False
    weight: float = 1.0
    """Of two bad findings the weightier is said first, where they are as far beyond their thresholds."""

    def judge(self, value: float, n: int) -> Severity | None:
        """Return how bad a value over `n` items is, or None where there are too few to tell."""
        if n < self.fewest:
            return None
        return "bad" if self._beyond(self.bad, value) else "doubtful" if self._beyond(self.doubtful, value) else "good"

    def _beyond(self, limit: float, value: float) -> bool:
        return value < limit if self.low_is_bad else value > limit

    def excess(self, value: float) -> float:
        """Return how far beyond the limit a value is, from 0 to 1, times the weight: by this findings are sorted."""
        if self.low_is_bad:
            share = (self.doubtful - value) / self.doubtful if self.doubtful else 0.0
        else:
            share = (value - self.doubtful) / (1 - self.doubtful) if self.doubtful < 1 else value
        return self.weight * (0.5 + 0.5 * min(1.0, max(0.0, share)))

    def limit(self) -> str:
        """Return both limits, as they are told."""
        sign = "under" if self.low_is_bad else "over"
        return f"bad {sign} {self.bad:.4g}, doubtful {sign} {self.doubtful:.4g}, from {self.fewest} items on"


TABLE: dict[str, Threshold] = {
    "contaminated": Threshold(
        "share of a benchmark's items found in the data",
        0.0, 0.0, 1,
        "One item is too many: a score on a benchmark whose items were trained on says nothing, and which of them "
        "were is seldom known later.",
        weight=4.0,
    ),
    "exact": Threshold(
        "share of pairs that repeat another word by word",
        0.005, 0.0, 1,
        "The engine rejects twins, so that any exact copy tells of two runs joined or a file written twice. Repeated "
        "rows are learned by heart first.",
        weight=2.0,
    ),
    "near": Threshold(
        "share of pairs nearly the same as another (word triples agree by 0.8)",
        0.03, 0.005, 50,
        "Near-copies cost compute and teach one wording; de-duplicated sets train as well with less (Lee et al., "
        "2022). A few among siblings of one seed are normal.",
        weight=2.0,
    ),
    "cluster": Threshold(
        "pairs in the largest cluster of near-duplicates",
        9, 4, 1,
        "Ten of one wording are a template that a generator fell into.",
        weight=1.5,
    ),
    "same_request": Threshold(
        "share of requests that stand under several different answers",
        0.05, 0.01, 20,
        "One request with different answers teaches to guess between them.",
    ),
    "short_of_quota": Threshold(
        "share of the pairs asked for that there are, by skill",
        0.5, 0.9, 1,
        "A skill that fell short is learned less than was planned, and the mixture is another than was asked for.",
        low_is_bad=True, weight=2.0,
    ),
    "empty_skill": Threshold(
        "a skill that was tried or asked for, without any pair",
        0.0, 0.0, 1,
        "What has no example is not taught. The reasons say whether the seeds did not suit it, a model could not do "
        "it, or a check is wrong.",
        weight=2.2,
    ),
    "empty_kinds": Threshold(
        "share of a skill's kinds without any pair, of those asked for or tried",
        0.34, 0.0, 2,
        "What has no example is not taught; the taxonomy is there so that nothing is left out.",
        weight=1.8,
    ),
    "acceptance": Threshold(
        "share of a skill's finished pairs that its checks accepted",
        0.4, 0.6, 20,
        "Where most is rejected, what passed is what the checks could not see, and most of the cost is wasted. "
        "Read the reasons: a check may be wrong.",
        low_is_bad=True, weight=1.6,
    ),
    "one_kind": Threshold(
        "share of a skill's pairs that are of one kind (where it has four or more)",
        0.7, 0.5, 40,
        "One kind that crowds out the others narrows the skill.",
    ),
    "refusals": Threshold(
        "share of a skill's answers that refuse as an assistant out of habit",
        0.02, 0.0, 1,
        "A refused request is a wasted one, and refusals are learned quickly: a few hundred change a model.",
        weight=2.5,
    ),
    "boilerplate": Threshold(
        "share of a skill's answers with an assistant's boilerplate",
        0.05, 0.01, 1,
        "\"Certainly! Here is …\" and \"I hope this helps\" carry nothing and are learned as a manner.",
    ),
    "leftovers": Threshold(
        "share of pairs with unfilled {placeholders}, [your name] or workshop talk",
        0.01, 0.0, 1,
        "What a template left open can't be answered, and is learned as text.",
        weight=2.0,
    ),
    "pointing": Threshold(
        "share of requests that point to a text which is not there",
        0.01, 0.0, 1,
        "Without the text nobody can answer; with an answer beside it, it teaches to make things up.",
        weight=2.0,
    ),
    "empty": Threshold(
        "share of empty answers or requests",
        0.0, 0.0, 1,
        "An empty answer teaches silence.",
        weight=2.5,
    ),
    "cut": Threshold(
        "share of answers that look cut off",
        0.03, 0.01, 1,
        "Answers that hit a token limit teach to stop in the middle. Told by the end of the text: some are lists.",
        weight=1.5,
    ),
    "loops": Threshold(
        "share of answers in which half of the six-word runs repeat earlier ones",
        0.01, 0.0, 1,
        "A loop is how a model fails at length; trained on, it is what it learns to do at length. Tables may look so.",
        weight=1.5,
    ),
    "opening_request": Threshold(
        "share of a skill's requests that begin with the same four words",
        0.3, 0.15, 40,
        "Requests that all begin alike come of one prompt's habit; users do not ask so.",
    ),
    "opening_answer": Threshold(
        "share of a skill's answers that begin with the same four words",
        0.3, 0.15, 40,
        "An opening that stands everywhere is learned as the way to begin.",
    ),
    "compression": Threshold(
        "how many times smaller the sample's answers get by compression (zlib), by skill",
        6.0, 4.5, 30,
        "English prose of different hands shrinks to a third; much more means the same phrases again and again.",
    ),
    "languages": Threshold(
        "share of the sample's answers in the language the run was asked for",
        0.8, 0.95, 30,
        "Another language than was asked for, unless the task is translation.",
        low_is_bad=True,
    ),
    "alike": Threshold(
        "share of the sample whose nearest neighbour of another root is alike in meaning (cosine over 0.95)",
        0.2, 0.08, 30,
        "The same thing said in other words, which MinHash can't see.",
        weight=1.2,
    ),
    "too_easy": Threshold(
        "share of tries at which a small model gives the key",
        0.95, 0.85, 20,
        "What a small model can do already teaches nothing new.",
    ),
    "never_solved": Threshold(
        "share of pairs that a small model never solved at all its tries",
        0.9, 0.75, 20,
        "All unsolved means too hard, or keys that are wrong: read some.",
    ),
    "no_harder": Threshold(
        "share of refined requests that ask for no more than the one they came from",
        0.6, 0.4, 20,
        "Refinement is to add difficulty; what only rewords costs calls and brings twins.",
    ),
    "kappa": Threshold(
        "agreement of the checks with a judge (Cohen's kappa)",
        0.2, 0.4, 30,
        "Checks that a careful reader does not agree with reject the wrong pairs.",
        low_is_bad=True,
    ),
    "judged_bad": Threshold(
        "share of accepted pairs that a judge finds bad",
        0.15, 0.05, 20,
        "What the checks let through and a reader would not is what the model will be trained on.",
        weight=2.0,
    ),
    "wasted": Threshold(
        "share of tokens spent on what led to no accepted pair",
        0.7, 0.5, 20,
        "Money and hours; above a half, repair the prompts before making more.",
        weight=0.6,
    ),
    "broken": Threshold(
        "share of rows that could not be read",
        0.01, 0.0, 1,
        "What can't be read is not in any figure here, and may stop a training.",
        weight=3.0,
    ),
}  # fmt: skip
