"""IFEval: 541 prompts with instructions that a program can check, of 25 kinds (Zhou and others, 2023).

Four figures: prompts whose instructions were all followed, and instructions followed; `strict` looks at the answer as
it is, `loose` is content if it holds without its first line, its last line, both, or without asterisks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agents.errors import UsageError
from eval.published import published
from eval.records import Item, Score, Turn
from eval.sources import Row, Source
from eval.task import Metric, Task
from eval.tasks._instructions import INSTRUCTIONS, RELATIONS

if TYPE_CHECKING:
    from eval.judging import Judge

_LISTS = ("keywords", "forbidden_words")
_WORDS = (
    "keyword", "letter", "language", "first_word", "postscript_marker", "section_spliter", "prompt_to_repeat",
    "end_phrase", "relation", "let_relation", "capital_relation",
)  # fmt: skip


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Make items. Raise `UsageError` for a row whose instructions are not of the 25 kinds, or lack what they need."""
    for row in rows:
        place, data = f"ifeval: row {row.number + 1}", row.data
        prompt, ids = data.get("prompt"), _list(data.get("instruction_id_list"))
        given = [_object(one) for one in _list(data.get("kwargs"))]
        if not isinstance(prompt, str) or not prompt.strip():
            raise UsageError(f"{place} has no prompt; it needs key, prompt, instruction_id_list and kwargs")
        if not ids or len(ids) != len(given):
            raise UsageError(f"{place} has {len(ids)} instructions and {len(given)} kwargs; one of each, at least one")
        checks = [(name, _arguments(place, name, one)) for name, one in zip(ids, given, strict=True)]
        yield Item(
            str(data.get("key", row.number)),
            (Turn(prompt),),
            target=ids,
            facts={"instructions": [{"id": name, **arguments} for name, arguments in checks]},
        )


async def score(item: Item, answers: Sequence[str], judge: Judge | None = None) -> Score:
    """Check every instruction in the answer, strictly and loosely. An empty answer follows none."""
    from eval.tasks._language import means

    answer = answers[-1]
    strict = [_follows(one, [answer]) for one in item.facts["instructions"]]
    loose = [_follows(one, loosened(answer)) for one in item.facts["instructions"]]
    ids = [one["id"] for one in item.facts["instructions"]]
    return Score(
        {
            "prompt_level_strict": (float(all(strict)), 1),
            "inst_level_strict": (sum(strict), len(strict)),
            "prompt_level_loose": (float(all(loose)), 1),
            "inst_level_loose": (sum(loose), len(loose)),
        },
        unparsed=not answer.strip(),
        evidence={
            "instructions": [
                {"id": name, "strict": tight, "loose": wide}
                for name, tight, wide in zip(ids, strict, loose, strict=True)
            ],
            "means": means(),
        },
    )


def loosened(answer: str) -> list[str]:
    """Return the eight readings of an answer that the loose figures allow."""
    lines = answer.split("\n")
    cut = [answer, *("\n".join(some).strip() for some in (lines[1:], lines[:-1], lines[1:-1]))]
    return [*cut, *(text.replace("*", "") for text in cut)]


def _follows(instruction: Mapping[str, Any], readings: Sequence[str]) -> bool:
    follows = INSTRUCTIONS[instruction["id"]].follows
    return any(text.strip() and follows(text, instruction) for text in readings)


def _arguments(place: str, name: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    if name not in INSTRUCTIONS:
        raise UsageError(f"{place} has an instruction {name!r}, which is none of: {', '.join(INSTRUCTIONS)}")
    needs = INSTRUCTIONS[name].needs
    # On the hub each row has the columns of all kinds, null where they mean nothing.
    arguments = {key: _whole(given.get(key)) for key in needs}
    for key, value in arguments.items():
        if not _is_right(key, value):
            raise UsageError(f"{place}: {name} has {key} = {value!r}; it needs {_wanted(key)}")
    return arguments


def _is_right(key: str, value: Any) -> bool:
    if key in _LISTS:
        return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)
    if key.endswith("relation"):
        return value in RELATIONS
    if key in _WORDS:
        return isinstance(value, str) and bool(value.strip())
    return isinstance(value, int) and not isinstance(value, bool) and value >= (key == "nth_paragraph")


def _wanted(key: str) -> str:
    if key in _LISTS:
        return "a list of words"
    if key.endswith("relation"):
        return " or ".join(map(repr, RELATIONS))
    return "a text" if key in _WORDS else "a whole number"


def _whole(value: Any) -> Any:
    """A column of whole numbers with gaps comes as floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _object(value: Any) -> Mapping[str, Any]:
    """Some copies of the hub's data hold these as JSON texts."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


task = Task(
    name="ifeval",
    title="IFEval",
    about="Are instructions followed that a program can check: lengths, formats, keywords, cases, languages?",
    source=Source(
        hub="google/IFEval",
        split="train",
        licence="Apache-2.0",
        size=541,
        home="https://github.com/google-research/google-research/tree/master/instruction_following_eval",
    ),
    items=items,
    metrics=(
        Metric("prompt_level_strict", "Prompts, strict"),
        Metric("inst_level_strict", "Instructions, strict"),
        Metric("prompt_level_loose", "Prompts, loose"),
        Metric("inst_level_loose", "Instructions, loose"),
    ),
    score=score,
    max_tokens=1280,
    lm_eval=("ifeval",),
    tables=("3",),
    published=published("ifeval"),
)
