"""Read JSON out of what a model said: bare, in a fence, in the middle of prose, with a comma too many."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

_FENCE = re.compile(r"```[A-Za-z0-9_+-]*[ \t]*\r?\n(.*?)```", re.DOTALL)
# Possessive, and a string that is never closed reaches to the end: else many quotes take quadratic time.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[][{}]|,(?=\s*[]}])', re.DOTALL)
_BEGUN = re.compile(r'\{\s*["}]|\[\s*["{\[\]\d-]')
"""An opening that means JSON, and not a brace or bracket in prose."""
_ATTEMPTS = 8
"""How many openings are tried: a text of nothing but brackets must not take for ever."""
_LIMIT = 1_000_000


def read_json(text: str, expect: type = object) -> Any:
    """Return the first complete JSON value in `text` that is an `expect` (`dict`, `list`; `object` takes any).

    Bare numbers, strings and the like count only where they are all there is. Commas before a closing bracket are
    forgiven; lone surrogates, which no file could hold, become question marks.

    Raises:
        ValueError: there is none; says whether it is cut off or what breaks it, in words for the model.
    """
    text = text[:_LIMIT]
    problem = "there is no JSON in the reply"
    for candidate in _candidates(text):
        if candidate is None:  # what is complete inside of it is not what was meant
            raise ValueError("the JSON is cut off: it opens and never closes")
        try:
            value = _clean(_loads(candidate))
        except (ValueError, RecursionError) as error:
            problem = f"the JSON is malformed: {str(error) or 'too deep'}"[:200]
            continue
        if isinstance(value, expect):
            return value
        problem = f"the reply must be a JSON {'object' if expect is dict else 'array' if expect is list else 'value'}"
    raise ValueError(problem)


def _candidates(text: str) -> Iterator[str | None]:
    """What might be JSON, likeliest first; None where JSON opens and never closes."""
    bare = text.strip().removeprefix("\ufeff")
    if bare and (bare[0] not in "{[" or bare[-1] in "}]") and _looks_whole(bare):
        yield bare
    for fence in _FENCE.finditer(text):
        yield fence.group(1).strip()
    start, attempts = _opening(text, 0), 0
    while start >= 0 and attempts < _ATTEMPTS:
        attempts += 1
        end = _closing(text, start)
        if end is not None:
            yield text[start:end]
        elif _BEGUN.match(text, start):
            yield None
        start = _opening(text, start + 1 if end is None else end)


def _looks_whole(text: str) -> bool:
    """Prose is not worth a parser's error message."""
    return text[0] in '{["-0123456789' or text in ("true", "false", "null")


def _opening(text: str, start: int) -> int:
    found = [at for at in (text.find("{", start), text.find("[", start)) if at >= 0]
    return min(found, default=-1)


def _closing(text: str, start: int) -> int | None:
    """Where the bracket that opens at `start` is closed (the index after it), strings passed over; None if nowhere."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token.group() in ("{", "["):
            depth += 1
        elif token.group() in ("}", "]"):
            depth -= 1
            if depth == 0:
                return token.end()
    return None


def _loads(text: str) -> Any:
    try:
        return json.loads(text, strict=False, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError:
        lenient = _TOKEN.sub(lambda token: "" if token.group() == "," else token.group(), text)
        if lenient == text:
            raise
        return json.loads(lenient, strict=False, parse_constant=_no_constant, parse_float=_finite)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    if math.isinf(number := float(digits)):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _clean(value: Any) -> Any:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-8", "replace"))
    return value
