"""The JSON within an answer: the last complete object or array, fenced or bare.

Objects go before arrays of numbers, which in prose are citations ("[1]"). What was begun and cut off takes back what
stood before it: a model that starts anew does not mean its first try.
"""

from __future__ import annotations

import json
import re
from typing import Any

from eval.extract.visible import visible
from eval.records import Extracted

_OPENING = re.compile(r"[{\[]")
_TRIES, _NESTED = 400, 100


def json_value(answer: str) -> Extracted:
    """Return the object (`dict`) or array (`list`) that an answer gives. None: there is none, or it was cut off."""
    seen = visible(answer)
    words, at, tries = seen.words, 0, 0
    found: list[tuple[Any, int, int]] = []
    decoder = json.JSONDecoder(parse_constant=_refuse)
    end = len(words.rstrip().rstrip("`").rstrip())
    while (opening := _OPENING.search(words, at)) and tries < _TRIES:
        start, at, tries = opening.start(), opening.start() + 1, tries + 1
        if _too_deep(words, start):
            return Extracted(None, "too_deep")
        try:
            value, at = decoder.raw_decode(words, start)
        except json.JSONDecodeError as error:
            if error.pos >= end or (error.msg.startswith("Unterminated") and "\n" not in words[error.pos : end]):
                return Extracted(None, "cut")
        except ValueError:
            continue
        else:
            found.append((value, start, at))
    telling = [one for one in found if not _citation(one[0])] or found
    if not telling:
        return Extracted(None, "loop" if seen.loop else "")
    value, start, at = telling[-1]
    fenced = bool(re.search(r"```\w{0,8}\s{0,4}$", words[max(0, start - 20) : start]))
    return Extracted(value, "fenced" if fenced else "bare", seen.span(start, at))


def _citation(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, int | float) for one in value) and len(value) < 3


def _too_deep(words: str, start: int) -> bool:
    """A hundred brackets in a row are no data, and would take the decoder's stack."""
    run = words[start : start + _NESTED * 2]
    return len(re.sub(r"[^\[{]", "", run)) > _NESTED


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
