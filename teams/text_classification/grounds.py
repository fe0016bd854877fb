"""Does what stands beside a label rest on the text that was labelled, or only on what the label is said to mean?

An account that repeats the definition ("it is a complaint, since it complains") would stand under any text. What counts
are words of the text that neither the labels nor the question bring along; whether they carry the label is for a
reader to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from teams.engine.checks.known import stem
from teams.engine.checks.quotes import locate, quotations_in
from teams.engine.checks.telling import telling
from tools.counting import word_count

WORDS = 2
"""Words of the text's own that an account has to show; a name, a figure or a quotation is enough by itself."""
_MANY_CAPITALS = 0.2
"""Share of words with a capital within sentences above which it marks nouns, not names."""
LONGEST_QUOTE = 60
"""Words of a quotation that still points at something."""


def labelled(facts: Mapping[str, Any], passage: str) -> str:
    """Return what there is to label: the passage, or the texts that the message lists."""
    return passage if facts["shows_text"] else "\n".join(row["text"] for row in facts.get("rows", ()))


def frame(facts: Mapping[str, Any]) -> str:
    """Return what a message brings along beside its text: labels, definitions, question, rule."""
    labels = "\n".join(f"{one['name']} {one['shown']} {one['means']}" for one in facts["labels"])
    return "\n".join((labels, str(facts.get("question", "")), str(facts.get("rule", "")))).replace("_", " ")


def own_words(reason: str, text: str, frame_: str) -> set[str]:
    """Return the words, by their stems, that an account has from the text and not from what is around it.

    In scripts without spaces two characters that stand together are a word.
    """
    return (telling(reason) & telling(text)) - telling(frame_)


def is_grounded(reason: str, text: str, frame_: str) -> bool:
    """Say whether an account shows that its writer looked at the text."""
    quoted = [quote for quote in quotations_in(reason, words=2) if telling(quote)]
    if any(locate(quote, text, any_case=True) is not None for quote in quoted):
        return True
    shared = own_words(reason, text, frame_)
    return len(shared) >= WORDS or any(map(str.isdigit, "".join(shared))) or bool(shared & _names(text))


def quote_faults(quote: Any, text: str) -> Iterator[str]:
    """Yield what is wrong with a quotation that is to decide a label: not there, too little, too much."""
    if not isinstance(quote, str) or locate(quote, text) is None:
        yield f"the evidence {str(quote)[:80]!r} does not stand in the text"
    elif word_count(quote) < 3 and not telling(quote):
        yield f"the evidence {quote[:80]!r} says nothing: quote the words that decide it"
    elif word_count(quote) > min(LONGEST_QUOTE, max(20, word_count(text) // 2)):
        yield f"the evidence has {word_count(quote)} words: quote only those that decide it"


def row_faults(reasons: Sequence[str], labels: Sequence[str], facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the reasons of several rows: one missing, one for two labels, one that only defines."""
    means = {one["shown"]: f"{one['shown']} {one['means']}".replace("_", " ") for one in facts["labels"]}
    given: dict[str, str] = {}
    for reason, label in zip(reasons, labels, strict=True):
        if not telling(reason):
            yield f"a row has no reason: {reason!r}"
        elif not telling(reason) - telling(means.get(label, "")):
            yield f"the reason {reason[:60]!r} only says what {label!r} means: say what of this row decides"
        elif given.setdefault(" ".join(reason.casefold().split()), label) != label:
            yield f"two labels have the same reason: {reason[:60]!r}"


def _names(text: str) -> set[str]:
    """The stems of words with a capital in the midst of a sentence; none where every noun has one."""
    within = re.findall(r"(?<=[a-zß-ÿ,] )\w{3,}", text)
    names = [word for word in within if word[0].isupper()]
    return {stem(word) for word in names} if len(names) < _MANY_CAPITALS * len(within) else set()
