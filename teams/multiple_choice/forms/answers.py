"""What an answer chooses: one label in its words or in a field of its JSON, or several labels together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from teams.engine.checks.choices import as_printed, choice_in, named_in, sentences_of
from teams.engine.checks.reversals import has_second_thoughts
from teams.engine.checks.structure import json_in

_JOINED = r"(?:\s*[,;&+/、，]\s*(?:[^\W\d_]{1,3}\s+)?|\s+[^\W\d_]{1,3}\s+|\s+)"
"""What stands between labels: a comma, a short word of any language, both."""


def label_in(answer: str, labels: Sequence[str], options: Sequence[str]) -> str | None:
    """Return the label of the one option an answer chooses, None where it names none, or two, as its choice."""
    texts = dict(zip((label.upper() for label in labels), options, strict=True))
    fields = list(fields_in(answer))
    alone = {said for field in fields if (said := _alone(field, texts))}
    said = alone.pop() if len(alone) == 1 else None if fields else choice_in(answer, "".join(texts), texts)
    return next((label for label in labels if said and label.upper() == said), None)


def _alone(field: str, texts: Mapping[str, str]) -> str | None:
    """The option a field of an answer is, by its label or its words or both."""
    bare = field.strip(" .*")
    for label, text in texts.items():
        if bare.upper().strip("() ") == label or bare.casefold() == text.strip(" .*").casefold():
            return label
        if re.fullmatch(rf"\(?{re.escape(label)}[).:]*\s+{re.escape(text.strip(' .'))}", bare, re.IGNORECASE):
            return label
    return None


def fields_in(answer: str) -> Iterator[str]:
    """Yield the texts an answer in JSON holds; nothing where it is none."""
    try:
        value = json_in(answer) if answer.lstrip()[:1] in ("{", "[", "`") else None
    except ValueError:
        return
    yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        if all(isinstance(one, str) for one in value):
            yield ", ".join(value)
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)


def labels_in(answer: str, labels: Sequence[str]) -> list[str] | None:
    """Return the labels an answer chooses, None where it names no set of them, or two different ones.

    Read are, the first that is found: a set in bold, a set that is a whole line, a set that ends a line after a colon.
    A label that begins a line with words behind it is discussed, not chosen. A set with second thoughts is none.
    """
    answer = as_printed(answer)
    if has_second_thoughts(sentences_of(answer), lambda piece: named_in(piece, "".join(labels))):
        return None
    for field in fields_in(answer):
        if named := labels_in(f"**{field.strip()}**", labels):
            return named
    label = rf"\(?(?:{'|'.join(map(re.escape, labels))})\)?"
    run = rf"{label}(?:{_JOINED}{label})*"
    looks = (
        rf"(?:\*\*|__|boxed\{{)\s*(?:[^*_\n:]{{1,60}}[:：]\s*)?({run})[.:]?\s*(?:\*\*|__|\}})",
        rf"^[\s>#*_-]*({run})[.:\s*_]*$",
        rf"[:：][\s*_]*({run})[.\s*_]*$",
    )
    for look in looks:
        found = [
            sorted(set(re.findall(rf"(?<!\w)(?:{'|'.join(map(re.escape, labels))})(?!\w)", match[1])))
            for match in re.finditer(look, answer, re.MULTILINE)
        ]
        # Single letters in bold set off what is discussed; the set is the longest that is named.
        wanted = [some for some in found if len(some) == max(map(len, found))] if found else []
        if wanted:
            return wanted[0] if all(some == wanted[0] for some in wanted) else None
    return None
