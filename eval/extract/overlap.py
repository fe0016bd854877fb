"""How far a short answer agrees with the golds of a reading set: exact match and F1, as DROP and SQuAD define them.

DROP (`drop_eval.py` of AllenNLP, which lm-evaluation-harness follows): an answer is one or more spans, each a bag of
normalised words; bags are aligned one to one so that F1 is the most, and a gold bag that holds numbers scores nothing
where the answer's bag shares none of them. SQuAD (`evaluate-v2.0.py`): F1 over words with their counts.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_PUNCTUATION = frozenset(string.punctuation)
Spans = str | Sequence[str]


def drop_score(given: Spans | None, golds: Sequence[Spans]) -> tuple[float, float]:
    """Return exact match and F1, 0 to 1 each, the best over all gold answers; F1 is rounded to two digits, as there.

    Each gold is a `str` or several. None (unparsed) earns nothing; blank golds are passed over.
    """
    if given is None:
        return 0.0, 0.0
    scores = [_drop(given, gold) for gold in golds if _spans(gold) and _spans(gold)[0].strip()]
    return max((exact for exact, _ in scores), default=0.0), max((f1 for _, f1 in scores), default=0.0)


def squad_score(given: Spans | None, golds: Sequence[str]) -> tuple[float, float]:
    """Return exact match and F1, 0 to 1 each, the best over all golds; no golds at all means: unanswerable, which
    None or "" answers."""
    said = "" if given is None else ", ".join(_spans(given))
    golds = [gold for gold in golds if _squad_words(gold)] or [""]
    scores = [_squad(_squad_words(said), _squad_words(gold)) for gold in golds]
    return max(exact for exact, _ in scores), max(f1 for _, f1 in scores)


def _spans(answer: Spans) -> Sequence[str]:
    return [answer] if isinstance(answer, str) else answer


def _drop(given: Spans, gold: Spans) -> tuple[float, float]:
    ours, theirs = [_normal(one) for one in _spans(given)], [_normal(one) for one in _spans(gold)]
    if not ours:
        return 0.0, 0.0
    exact = float(set(ours) == set(theirs) and len(ours) == len(theirs))
    return exact, round(_aligned([set(one.split()) for one in ours], [set(one.split()) for one in theirs]), 2)


def _aligned(ours: list[set[str]], theirs: list[set[str]]) -> float:
    """Return the mean F1 of the best one-to-one alignment; bags left over count as 0."""
    from scipy.optimize import linear_sum_assignment  # lazy: takes a second to load

    scores = [[_bag_f1(mine, gold) if _numbers_agree(mine, gold) else 0.0 for mine in ours] for gold in theirs]
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return float(sum(scores[row][column] for row, column in zip(rows, columns, strict=True))) / max(
        len(ours), len(theirs)
    )


def _bag_f1(ours: set[str], gold: set[str]) -> float:
    shared = len(ours & gold)
    precision = shared / len(ours) if ours else 1.0
    recall = shared / len(gold) if gold else 1.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _numbers_agree(ours: set[str], gold: set[str]) -> bool:
    numbers = {word for word in gold if _is_number(word)}
    return not numbers or bool(numbers & ours)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _normal(span: str) -> str:
    """Normalise as DROP does: lower case, no punctuation but in numbers, numbers as floats, no articles."""
    words = []
    for word in re.split(r" |-", span):
        word = word.lower()
        if not _is_number(word):
            word = "".join(char for char in word if char not in _PUNCTUATION)
        word = str(float(word)) if _is_number(word) else word
        words.append(" ".join(re.sub(r"\b(?:a|an|the)\b", " ", word).split()))
    return " ".join(word for word in words if word)


def _squad_words(text: str) -> list[str]:
    text = "".join(char for char in text.lower() if char not in _PUNCTUATION)
    return re.sub(r"\b(?:a|an|the)\b", " ", text).split()


def _squad(ours: list[str], gold: list[str]) -> tuple[float, float]:
    if not ours or not gold:
        return float(ours == gold), float(ours == gold)
    shared = sum((Counter(ours) & Counter(gold)).values())
    precision, recall = shared / len(ours), shared / len(gold)
    return float(ours == gold), 2 * precision * recall / (precision + recall) if shared else 0.0
