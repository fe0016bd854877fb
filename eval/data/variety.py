"""On the sample: how varied the words are (distinct-n, compression), and in which languages they stand."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from eval.data.batches import Places
from eval.data.findings import Finding, finding
from eval.data.rows import Item
from eval.data.sample import by_skill
from tools.word_hashes import hash_words

Pairs = Sequence[tuple[int, Item]]
WORDS = 5000
"""Words of a skill's answers that distinct-n is reckoned over: it falls with every word more, so all get as many."""
BYTES = 30_000
"""Of a skill's answers that are compressed: within zlib's window, and as many for all."""
_PER_ANSWER = 3000
"""Characters of one answer that are compressed: a long table repeats itself, not the data."""
_SHORTEST = 40
"""Characters below which nobody can tell the language."""


def variety(pairs: Pairs) -> list[dict[str, Any]]:
    """Return for each skill of the sample distinct-1 to -3 and the compression of its answers.

    Distinct-n: different runs of n words through all, over the first 5,000 words of the answers one after another.
    """
    return [_of_skill(skill, of) for skill, of in by_skill(pairs).items()]


def _of_skill(skill: str, pairs: Pairs) -> dict[str, Any]:
    import numpy as np

    answers = [item.answer for _, item in pairs]
    hashed = hash_words(answers)
    words = hashed.words[:WORDS]
    cut = type(hashed)(words, np.minimum(hashed.bounds, len(words)), hashed.numbers[:WORDS])
    distinct = {str(n): len(np.unique(keys)) / len(keys) for n, keys, _ in cut.runs([1, 2, 3]) if len(keys)}
    data = "\n".join(answer[:_PER_ANSWER] for answer in answers).encode("utf-8", "replace")[:BYTES]
    ratio = len(data) / len(zlib.compress(data, 9)) if data else 0.0
    return {
        "skill": skill,
        "n": len(pairs),
        "words": len(words),
        "distinct": distinct,
        "bytes": len(data),
        "compression": ratio,
    }


def variety_findings(result: Sequence[Mapping[str, Any]]) -> Iterator[Finding | None]:
    """Yield the skills whose answers repeat each other's phrases."""
    for row in result:
        measured = f"{row['compression']:.1f} times smaller over {row['bytes']:,} bytes"
        title = f"{row['skill']}: how far its answers can be compressed"
        yield finding("compression", title, row["compression"], row["n"], measured, (), row["skill"])


def languages(pairs: Pairs) -> dict[str, Any]:
    """Return in how many languages requests and answers of the sample stand, and those that differ in a pair."""
    identifier = _identifier() if pairs else None
    told: dict[str, Counter[str]] = {"request": Counter(), "answer": Counter()}
    of_answers: dict[int, str] = {}
    differing: list[int] = []
    for number, item in pairs:
        found = [_language(identifier, text) for text in (item.asked or item.request, item.answer)]
        for part, language in zip(told, found, strict=True):
            told[part][language] += 1
        of_answers[number] = found[1]
        if "unsure" not in found and found[0] != found[1]:
            differing.append(number)
    return {
        "n": len(pairs),
        "request": told["request"].most_common(),
        "answer": told["answer"].most_common(),
        "differing": differing,
        "of_answers": of_answers,
    }


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _language(identifier: Any, text: str) -> str:
    if len(text) < _SHORTEST:
        return "unsure"
    language, sure = identifier.classify(text[:2000].encode("utf-8", "replace").decode("utf-8"))
    return str(language) if sure >= 0.9 else "unsure"


def language_findings(result: Mapping[str, Any], asked: str, places: Places) -> Iterator[Finding | None]:
    """Yield whether answers stand in the language that was asked for, where the run was asked for one."""
    sure = {number: language for number, language in result["of_answers"].items() if language != "unsure"}
    if not asked or not sure:
        return
    others = [number for number, language in sure.items() if language != asked]
    share = 1 - len(others) / len(sure)
    links = [places.link(number, sure[number]) for number in others]
    measured = f"{share:.0%} of {len(sure):,} answers are {asked}"
    yield finding("languages", f"Answers in {asked}, as asked for", share, len(sure), measured, links)
