"""Ask a model what an answer settles on, where patterns don't, and say how far the two agree.

The model must quote the words that its report rests on. A quotation that does not occur in the answer, a value of
another form, or prose around nothing is unparsed: a model's word alone is not enough.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from agents.errors import UsageError
from agents.script import Script
from eval.extract.equal import math_equal
from eval.extract.letters import LETTERS
from eval.extract.numerals import only_number
from eval.extract.objects import json_value
from eval.extract.visible import visible
from eval.records import Extracted, Message

MAX_TOKENS = 400
LONGEST = 24_000
"""Characters of the answer that are shown, from its end."""
SCRIPT = Script.beside(__file__)
"""Its `hash` is the prompt's version, for the record of a result."""


class _Said(Protocol):
    @property
    def text(self) -> str: ...


class _Speaker(Protocol):
    async def say(self, messages: Sequence[Message], *, max_tokens: int) -> _Said: ...


async def ask(speaker: _Speaker, question: str, answer: str, kind: str, options: Sequence[str] = ()) -> Extracted:
    """Return what the model says that the answer settles on; `how` is "quoted", or why there is no value.

    `kind` is one of `choice`, `choices`, `number`, `math`, `span`, `yes_no`, `free`, `json`; values are as the function
    for that kind gives them. Raise `UsageError` for another kind, and whatever the speaker raises.
    """
    if kind not in _READERS:
        raise UsageError(f"no answers of kind {kind!r} can be asked for; there are: {', '.join(_READERS)}")
    seen = visible(answer).words.strip()[-LONGEST:]
    if not seen:
        return Extracted(None, "empty")
    reply = await speaker.say(requests(question, seen, kind, options), max_tokens=MAX_TOKENS)
    return _checked(reply.text, answer, seen, kind, options)


def requests(question: str, answer: str, kind: str, options: Sequence[str] = ()) -> list[Message]:
    """Return the messages that are sent."""
    lettered = [f"{letter}. {option}" for letter, option in zip(LETTERS, options, strict=False)]
    facts = {
        "form": SCRIPT.brief(kind),
        "question": question,
        "answer": answer,
        "options": lettered if kind in ("choice", "choices") else list(options),
    }
    return [
        {"role": "system", "content": SCRIPT.role("system").prompt.render()},
        {"role": "user", "content": SCRIPT.role("user").prompt.render(**facts)},
    ]


def _checked(text: str, answer: str, seen: str, kind: str, options: Sequence[str]) -> Extracted:
    form = json_value(text).value
    if not isinstance(form, dict) or "value" not in form:
        return Extracted(None, "no_form")
    if form["value"] is None:
        return Extracted(None, "says_none")
    quote = form.get("quote")
    if not isinstance(quote, str) or not quote.strip() or quote not in seen:
        return Extracted(None, "no_such_words")
    value = _READERS[kind](form["value"], options)
    at = answer.rfind(quote)
    return Extracted(value, "quoted", (at, at + len(quote))) if value is not None else Extracted(None, "no_form")


def _letter(value: Any, options: Sequence[str]) -> str | None:
    letters = LETTERS[: len(options)] if options else LETTERS
    return value if isinstance(value, str) and len(value) == 1 and value in letters else None


def _letters(value: Any, options: Sequence[str]) -> tuple[str, ...] | None:
    told = [_letter(one, options) for one in value] if isinstance(value, list) else [None]
    return tuple(sorted({one for one in told if one})) if told and None not in told else None


def _number(value: Any, _: Sequence[str]) -> Fraction | None:
    return only_number(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _text(value: Any, _: Sequence[str]) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _spans(value: Any, options: Sequence[str]) -> str | tuple[str, ...] | None:
    if isinstance(value, list) and value and all(isinstance(one, str) and one.strip() for one in value):
        return tuple(value) if len(value) > 1 else str(value[0])
    return _text(value, options)


def _yes_no(value: Any, _: Sequence[str]) -> str | None:
    return value.lower() if isinstance(value, str) and value.lower() in ("yes", "no") else None


def _free(value: Any, options: Sequence[str]) -> str | None:
    told = _text(value, options)
    return next((one for one in options if told and one.lower() == told.lower()), None) if options else told


def _json(value: Any, _: Sequence[str]) -> Any:
    return value if isinstance(value, dict | list) else None


_READERS: Mapping[str, Callable[[Any, Sequence[str]], Any]] = {
    "choice": _letter, "choices": _letters, "number": _number, "math": _text, "span": _spans, "yes_no": _yes_no,
    "free": _free, "json": _json,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readings of the same answers agree."""

    n: int
    both: int
    """Answers that both read something from."""
    only_program: int
    only_model: int
    agree: int
    """Answers on which they say the same, "nothing" included."""
    kappa: float | None
    """Cohen's, "nothing" being a value of its own; None where chance alone would make them agree always."""
    disagreeing: tuple[int, ...]
    """Positions, from 0."""


def agreement(pairs: Iterable[tuple[Extracted, Extracted]]) -> Agreement:
    """Compare the program's reading, first of each pair, with the model's."""
    listed = [(_key(program.value), _key(model.value)) for program, model in pairs]
    listed = [(program, program if _alike(program, model) else model) for program, model in listed]
    differing = tuple(at for at, (program, model) in enumerate(listed) if program != model)
    n, agree = len(listed), len(listed) - len(differing)
    return Agreement(
        n,
        sum(program != "null" and model != "null" for program, model in listed),
        sum(program != "null" and model == "null" for program, model in listed),
        sum(program == "null" and model != "null" for program, model in listed),
        agree,
        _kappa(listed, agree),
        differing,
    )


def _kappa(listed: Sequence[tuple[str, str]], agree: int) -> float | None:
    n = len(listed)
    ours, theirs = Counter(one for one, _ in listed), Counter(one for _, one in listed)
    chance = sum(count * theirs[value] for value, count in ours.items())
    return (agree * n - chance) / (n * n - chance) if n * n != chance else None


def _key(value: Any) -> str:
    """Return a value as JSON, for comparing: numbers as exact fractions, tuples as lists."""
    return json.dumps(value, default=str, sort_keys=True, ensure_ascii=False)


def _alike(program: str, model: str) -> bool:
    """Say whether two texts are the same but for case, white space and LaTeX dress."""
    if "null" in (program, model) or program == model:
        return program == model
    left, right = program.strip('"').replace("\\\\", "\\"), model.strip('"').replace("\\\\", "\\")
    return " ".join(left.lower().split()) == " ".join(right.lower().split()) or (
        "\\" in left + right and math_equal(left, right)
    )
