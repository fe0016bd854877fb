"""What a request asks beside its change and a program can see: lengths, words that stand in the result or don't."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from teams.engine.stages.forms import closed, several, text
from teams.text_modification.exact.marks import one_way
from teams.text_modification.exact.places import occurrences
from tools.counting import paragraphs, sentence_count, sentences, word_count
from tools.markup import bullets, numbered

Condition = Mapping[str, Any]
COUNTED = (
    "words_at_most", "words_at_least", "characters_at_most", "sentences_exactly", "paragraphs_exactly", "lines_exactly",
    "items_exactly", "no_sentence_longer_than", "no_line_longer_than",
)  # fmt: skip
WORDED = ("holds", "lacks", "begins_with", "ends_with", "in_bold", "in_capitals")
CONDITIONS = several(
    closed(
        {
            "rule": {"enum": [*COUNTED, *WORDED]},
            "n": {"type": "integer", "minimum": 0, "maximum": 3000, "description": "the figure; else 0"},
            "words": several(text(1, 200, ""), 0, 10, "the words or phrases meant; else none"),
        }
    ),
    0,
    3,
    "what the request asks beside its change, and only what its wording says; none if it asks for the change alone",
)


def is_counted(condition: Condition) -> bool:
    return condition["rule"] in COUNTED


def condition_complaints(conditions: Sequence[Condition], wording: str, passage: str) -> Iterator[str]:
    """Yield what of the conditions the wording does not say: nobody could keep it then."""
    for one in conditions:
        rule, n = one["rule"], one["n"]
        if rule in COUNTED:
            if n < 1:
                yield f"{rule} needs its figure"
            elif not re.search(rf"(?<!\d){n}(?!\d)", wording):
                yield f"the wording has to say the figure of {rule} in digits: {n}"
            continue
        if not one["words"]:
            yield f"{rule} needs its words"
        for words in one["words"]:
            is_said = words.casefold() in wording.casefold()
            if not is_said and (rule in ("begins_with", "ends_with") or not occurrences(passage, words, any_case=True)):
                yield f"the wording has to say {words!r}, as {rule} asks for it"
    rules = [one["rule"] for one in conditions if one["rule"] in COUNTED]
    yield from (f"{rule} is asked for twice" for rule in sorted({r for r in rules if rules.count(r) > 1}))


def condition_faults(result: str, conditions: Sequence[Condition]) -> Iterator[str]:
    """Yield which conditions a result does not keep, with what was counted."""
    for one in conditions:
        yield from _counted(result, one) if one["rule"] in COUNTED else _worded(result, one)


_COUNTS: Mapping[str, tuple[Callable[[str], int], str]] = {
    "words_at_most": (word_count, "words"),
    "words_at_least": (word_count, "words"),
    "characters_at_most": (lambda result: len(result.strip()), "characters"),
    "paragraphs_exactly": (lambda result: len(paragraphs(result)), "paragraphs"),
    "lines_exactly": (lambda result: sum(bool(line.strip()) for line in result.splitlines()), "lines"),
    "items_exactly": (lambda result: len(bullets(result)) + len(numbered(result)), "list items"),
}


def _counted(result: str, one: Condition) -> Iterator[str]:
    rule, n = one["rule"], one["n"]
    if rule == "sentences_exactly":
        if n not in (counted := sentence_count(result)):
            yield f"it has {counted} sentences; {n} were asked for"
        return
    if rule in _COUNTS:
        count, what = _COUNTS[rule][0](result), _COUNTS[rule][1]
        asked = rule.partition("_")[2].replace("_", " ").replace("exactly", "")
        if not (count <= n if "most" in rule else count >= n if "least" in rule else count == n):
            yield f"it has {count} {what}; {asked} {n} were asked for".replace("  ", " ").replace("; ;", ";")
        return
    what = "sentence" if "sentence" in rule else "line"
    for part in sentences(result) if what == "sentence" else result.splitlines():
        if (count := word_count(part)) > n:
            yield f"a {what} has {count} words; at most {n} were asked for: {part[:60]!r}"


def _worded(result: str, one: Condition) -> Iterator[str]:
    bare = result.strip().strip("\"'“”*_ ")
    for words in one["words"]:
        there = occurrences(result, words, any_case=True)
        match one["rule"]:
            case "holds" if not there:
                yield f"{words!r} is not in it"
            case "lacks" if there:
                yield f"{words!r} stands in it"
            case "begins_with" if not bare.casefold().startswith(words.strip("\"'“”*_ ").casefold()):
                yield f"it does not begin with {words!r}"
            case "ends_with" if not bare.rstrip(".!?").casefold().endswith(words.strip("\"'“”*_ .!?").casefold()):
                yield f"it does not end with {words!r}"
            case "in_bold" if not any(words.casefold() in bold.casefold() for bold in _bold(result)):
                yield f"{words!r} is not in bold"
            case "in_capitals" if not occurrences(result, words.upper()):
                yield f"{words.upper()!r} is not in it in capitals"


def _bold(result: str) -> list[str]:
    return re.findall(r"\*\*(.+?)\*\*", one_way(result), re.DOTALL)
