"""What refinement added, on all pairs and without a model: refined requests against the first-stage ones of one root.

A stated proxy of difficulty: words, and demands (words that bind, numbers, items of lists). The solve rate of a small
model says more, where there is one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

from eval.data.batches import Batch, Places
from eval.data.findings import Finding, finding

_WORDS = """
must only exactly least most more fewer less without unless except instead if each every never always muss
müssen nur genau mindestens höchstens ohne außer wenn jede jeder nie doit seulement exactement moins plus sans
sauf si chaque debe solo exactamente menos más sin salvo cada deve soltanto almeno senza ogni - * •
"""
_BINDING = frozenset(_WORDS.split())
"""Words that bind the answer, and the marks of a list."""
_READ = 20_000
"""Characters of a request that are read for demands."""


class Refinement:
    """Remembers of each pair its root, its stage and two counts: 17 bytes."""

    def __init__(self) -> None:
        self._roots, self._words, self._demands, self._refined = array("Q"), array("I"), array("I"), array("B")
        self.skills: dict[str, int] = {}
        self._skill = array("H")

    def add(self, batch: Batch) -> None:
        """Count the demands of pairs."""
        for item, words in zip(batch.items, batch.lengths()[0], strict=True):
            digest = blake2b(item.root.encode("utf-8", "replace"), digest_size=8).digest()
            self._roots.append(int.from_bytes(digest, "little"))
            self._words.append(words)
            said = item.request[:_READ].casefold().split()
            self._demands.append(sum(word in _BINDING or word[0].isdecimal() for word in said))
            self._refined.append(item.stage == "refine")
            self._skill.append(min(65_535, self.skills.setdefault(item.skill, len(self.skills))))

    def result(self) -> dict[str, Any]:
        """Return of each skill how refined requests differ from the first-stage one of their root."""
        import numpy as np

        refined = np.frombuffer(self._refined, np.uint8).astype(bool) if self._refined else np.zeros(0, bool)
        roots = np.frombuffer(self._roots, np.uint64) if self._roots else np.zeros(0, np.uint64)
        words, demands = (np.array(one, np.int64) for one in (self._words, self._demands))
        skill = np.array(self._skill, np.int64)
        firsts = np.flatnonzero(~refined)
        _, kept = np.unique(roots[firsts], return_index=True)
        firsts = firsts[kept]
        later = np.flatnonzero(refined)
        at = np.searchsorted(roots[firsts], roots[later])
        has = (
            (at < len(firsts)) & (roots[firsts][np.minimum(at, max(0, len(firsts) - 1))] == roots[later])
            if len(firsts)
            else np.zeros(len(later), bool)
        )
        later, first = later[has], firsts[at[has]]
        more_words, more_demands = words[later] - words[first], demands[later] - demands[first]
        rows = []
        for name, number in sorted(self.skills.items()):
            own = skill[later] == number
            refined_here = int((refined & (skill == number)).sum())
            if refined_here:
                rows.append(_row(name, refined_here, later[own], more_words[own], more_demands[own]))
        return {
            "method": "words, and demands told by binding words, numbers and items of lists: a proxy, not difficulty",
            "skills": rows,
        }


def _row(skill: str, refined: int, numbers: Any, words: Any, demands: Any) -> dict[str, Any]:
    import numpy as np

    no_more = (words <= 0) & (demands <= 0)
    n = len(numbers)
    return {
        "skill": skill,
        "refined": refined,
        "n": n,
        "median_more_words": float(np.median(words)) if n else None,
        "median_more_demands": float(np.median(demands)) if n else None,
        "asks_no_more": int(no_more.sum()),
        "numbers": numbers[no_more][:10].tolist(),
    }


def refinement_findings(result: Mapping[str, Any], places: Places) -> Iterator[Finding | None]:
    """Yield the skills whose refined requests ask for no more than what they came from."""
    for row in result["skills"]:
        if row["n"]:
            share = row["asks_no_more"] / row["n"]
            measured = f"{row['asks_no_more']:,} of {row['n']:,} have neither more words nor more demands (a proxy)"
            title = f"{row['skill']}: refined requests that ask for no more"
            yield finding("no_harder", title, share, row["n"], measured, places.links(row["numbers"]), row["skill"])
