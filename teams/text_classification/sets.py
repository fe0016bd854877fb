"""What is wrong with a label set as such, and with a text that gives its label away; complaints to its designer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from teams.text_classification.labels import PATH, UNFIT, is_unspaced, stands_in


def told_by_name(labels: Sequence[Mapping[str, str]], question: str) -> Iterator[str]:
    """Names that are taken away may not be spoken of. One plain word ("asks") may stand there for what it is."""
    for one in labels:
        texts = (question, *(other["means"] for other in labels))
        if re.search(r"[\s_-]", one["name"]) and any(stands_in(one["name"], text) for text in texts):
            yield f"{one['name']!r} will be called otherwise: neither question nor definitions may use the name"


def label_faults(labels: Sequence[Mapping[str, str]], means: str) -> Iterator[str]:
    """Yield what is wrong with a label set as such: names twice or unfit, definitions missing or the same."""
    names = [one["name"] for one in labels]
    folded = [name.casefold() for name in names]
    yield from (f"two labels are called {name!r}" for name in {n for n in names if folded.count(n.casefold()) > 1})
    for name in names:
        if any(UNFIT.search(part) or not _is_name(part) for part in name.split(PATH)):
            yield f"a label's name begins and ends with a letter or figure and holds no commas, colons, marks: {name!r}"
    defined = [one["means"].casefold() for one in labels if one["means"]]
    if means == "must" and len(defined) < len(labels):
        yield "every label needs its definition"
    # "Speaks for it" and "speaks against it" share all words but one: whether two overlap, blind readers say.
    yield from (f"two labels are defined alike: {means!r}" for means in set(defined) if defined.count(means) > 1)


def _is_name(part: str) -> bool:
    return part[:1].isalnum() and (part[-1:].isalnum() or part.endswith(")"))


def giveaway(gold: str, names: Sequence[str], *texts: str) -> str:
    """Say whether one of `texts` names the right label in so many words and none of the others; '' if not.

    Let be: names of one or two letters, and texts that name a wrong label too.
    """
    if len(gold) < (2 if is_unspaced(gold) else 3):
        return ""
    for one in texts:
        others = [name for name in names if name != gold and stands_in(name, one)]
        if stands_in(gold, one) and not others:
            return f"the label {gold!r} stands in so many words in {one[:40]!r}…: call it something else"
    return ""
