"""BIG-Bench Hard: 23 tasks on which language models once did worse than people, in 27 files (Suzgun and others, 2022).

What an answer looks like differs by task: a letter, yes or no, a truth value, a number, sorted words, brackets. The
mean is over the 23 tasks; the three sizes of logical deduction, and of shuffled objects, are one task each.

Three rows of the original have a title as their key where a letter should be, since options were split at the commas
of the title. They are asked as they are and nobody gets them right, here as elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from agents.errors import UsageError
from agents.script import Script
from eval.extract import choice, free, number, yes_no
from eval.published import published
from eval.records import Extracted, Item, Turn, Values
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._rows import refusal, text

Looks: TypeAlias = Literal["choice", "yes_no", "truth", "validity", "number", "words", "brackets"]

_SIZES = re.compile(r"_(?:three|five|seven)_objects$")
LOOKS: dict[str, Looks] = {
    "boolean_expressions": "truth",
    "causal_judgement": "yes_no",
    "date_understanding": "choice",
    "disambiguation_qa": "choice",
    "dyck_languages": "brackets",
    "formal_fallacies": "validity",
    "geometric_shapes": "choice",
    "hyperbaton": "choice",
    "logical_deduction_five_objects": "choice",
    "logical_deduction_seven_objects": "choice",
    "logical_deduction_three_objects": "choice",
    "movie_recommendation": "choice",
    "multistep_arithmetic_two": "number",
    "navigate": "yes_no",
    "object_counting": "number",
    "penguins_in_a_table": "choice",
    "reasoning_about_colored_objects": "choice",
    "ruin_names": "choice",
    "salient_translation_error_detection": "choice",
    "snarks": "choice",
    "sports_understanding": "yes_no",
    "temporal_sequences": "choice",
    "tracking_shuffled_objects_five_objects": "choice",
    "tracking_shuffled_objects_seven_objects": "choice",
    "tracking_shuffled_objects_three_objects": "choice",
    "web_of_lies": "yes_no",
    "word_sorting": "words",
}
"""By file: what an answer looks like."""
KINDS = ("choice", "yes_no", "number")
"""Looks that a model extractor is told as what they are."""
EITHER = {"truth": ("True", "False"), "validity": ("valid", "invalid")}
_OPTION = re.compile(r"^\(([A-Z])\) ?(.*)$", re.MULTILINE)
_WORDS = Script.beside(__file__)


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Make items. Raise `UsageError` for a row that is none, and where some of the 27 files are missing."""
    seen = set()
    for row in rows:
        seen.add(row.config)
        yield _item(row)
    # One file by itself is meant; of several, those that lack would be missed by nobody in a mean.
    if 1 < len(seen) < len(LOOKS):
        lacking = sorted(set(LOOKS) - seen)
        raise UsageError(
            f"bbh: {len(seen)} of its 27 files are there; missing: {', '.join(lacking)} (or give one file)"
        )


def group_of(subset: str) -> str:
    """Return which of the 23 tasks a file belongs to."""
    return _SIZES.sub("", subset)


def _item(row: Row) -> Item:
    looks = LOOKS.get(row.config)
    if looks is None:
        raise refusal(row, f"bbh has no file {row.config!r}; it has: {', '.join(LOOKS)}")
    question, target = text(row, "input"), text(row, "target")
    options = _options(row, question) if looks == "choice" else EITHER.get(looks, ())
    if not _can_be(looks, target):
        raise refusal(row, f"'target' is {target!r}, which is no answer of the kind {looks}")
    letters = [chr(ord("A") + place) for place in range(len(options))]
    asked = _WORDS.role(looks).prompt.render(
        about=_WORDS.brief(group_of(row.config)),
        question=question,
        letters=" or ".join(filter(None, [", ".join(letters[:-1]), *letters[-1:]])),
    )
    return Item(
        f"{row.config}/{row.number + 1}",
        (Turn(asked.strip()),),
        target=target,
        options=options,
        group=group_of(row.config),
        facts={"looks": looks, "question": question, "kind": looks if looks in KINDS else "free"},
    )


def _options(row: Row, question: str) -> tuple[str, ...]:
    found = _OPTION.findall(question.rpartition("Options:")[2])
    # One row of the original (snarks 89) has but one option left.
    if not found or [letter for letter, _ in found] != [chr(ord("A") + n) for n in range(len(found))]:
        raise refusal(row, "'input' must end in lines of options, (A), (B) and so on, after 'Options:'")
    return tuple(words.strip() for _, words in found)


def _can_be(looks: Looks, target: str) -> bool:
    if looks == "number":
        return re.fullmatch(r"-?\d+", target) is not None
    if looks == "brackets":
        return _brackets_only(target) != "" and _brackets_only(target) == re.sub(r"\s", "", target)
    allowed = {"yes_no": ("yes", "no"), "truth": ("true", "false"), "validity": ("valid", "invalid")}
    return looks not in allowed or target.lower() in allowed[looks]


def read(item: Item, answer: str) -> Extracted:
    """Read the answer as its task has it."""
    looks: Looks = item.facts["looks"]
    if looks == "choice":
        return choice(answer, item.options)
    if looks == "yes_no":
        return yes_no(answer)
    if looks == "number":
        return number(answer)
    return free(answer, item.options)


def mark(item: Item, value: Any) -> Values:
    """Give 1 for the right answer, however it is written."""
    return {"accuracy": (float(value is not None and _is_right(item, str(value))), 1)}


def _is_right(item: Item, value: str) -> bool:
    looks, target = item.facts["looks"], str(item.target)
    if looks == "choice":
        return f"({value.strip().strip('().').upper()})" == target
    if looks == "number":
        try:
            return Fraction(value) == int(target)
        except (ValueError, ZeroDivisionError):
            return False
    if looks == "words":
        return _words(value) == _words(target)
    if looks == "brackets":
        # The whole sequence, closed, says the same as what was missing.
        start = _brackets_only(item.facts["question"].rpartition("Input:")[2])
        return _brackets_only(value) in (_brackets_only(target), start + _brackets_only(target))
    return value.strip().strip(".").lower() == target.lower()


def _words(said: str) -> list[str]:
    """The words of a list, however they are separated and numbered. Words such as `it&t` keep what is in them."""
    bare = re.sub(r"^\s*(?:\d+[.)]|[-*•])\s+", " ", said.lower(), flags=re.MULTILINE)
    return [word.strip("\"'`.*[]()") for word in re.split(r"[\s,;]+", bare) if word.strip("\"'`.*[]()")]


def _brackets_only(said: str) -> str:
    return re.sub(r"[^()\[\]{}<>]", "", said)


task = Task(
    name="bbh",
    title="BBH",
    about="23 tasks of many kinds that take several steps: logic, counting, tables, dates, sarcasm, brackets.",
    source=Source(
        hub="SaylorTwift/bbh",
        configs=tuple(LOOKS),
        licence="MIT",
        size=6511,
        home="https://github.com/suzgunmirac/BIG-Bench-Hard",
    ),
    items=items,
    kind="free",
    extract=read,
    mark=mark,
    max_tokens=1536,
    mean="macro",
    lm_eval=("bbh_cot_zeroshot", "bbh_zeroshot"),
    tables=("3", "5"),
    published=published("bbh"),
)
