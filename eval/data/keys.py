"""Is an answer right, by the key that its row holds: a letter, a number, a short answer; if a program can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from eval.data.rows import Row, facts_of, messages_of
from eval.extract import choice, number
from tools.word_hashes import words_in

_LEADS = re.compile(r"\s*\*\*\W?([A-J])\W{0,2}\*\*")
"""A verdict before its reasons, which go through the other letters: `**B)** The claim is …`."""
_OPTION = re.compile(r"^[ \t*(-]*([A-J])[).:]\**[ \t]+(\S.*)$", re.MULTILINE)
_BOLD = re.compile(r"\*\*([^*\n]{1,200})\*\*")
_SAYS = re.compile(r"(?:answer|result|antwort|ergebnis|réponse|respuesta|risposta|resultado|résultat)\W{1,12}", re.I)
_NUMBER = re.compile(r"-?\d[\d,.  ]*(?:/\d+)?")
_LETTER_KEY = re.compile(r"\(?([A-Ja-j])\)?")
_PLAIN_NUMBER = re.compile(r"[≈~]?\s*-?\d+(?:[.,]\d+)*(?:/\d+)?(?:\s*\(.*\))?")
_WHOLE = re.compile(r"-?\d+")
_LONGEST = 6
"""Words of a key above which it can be said in other words."""
_CLOSE = 0.005
"""Relative: figures are rounded in answers. Whole numbers are not."""


def check(row: Row, answer: str) -> bool | None:
    """Return whether an answer gives the row's key; None where there is none, or only a reader could tell."""
    key = key_of(row)
    return None if key is None else _gives(answer, key, _options(row))


def key_of(row: Row) -> str | None:
    """Return the key that an answer can be held against by a program, or None.

    The row's own answer must give its key by the same rule: else right answers would count as wrong.
    """
    facts = facts_of(row)
    key: Any = row.get("key", facts.get("key", row.get("gold")))
    if isinstance(key, bool) or not isinstance(key, str | int | float):
        return None
    text = str(key).strip()
    if not (_LETTER_KEY.fullmatch(text) or _value(text) is not None):
        is_short = 0 < len(words_in(text)) <= _LONGEST
        if not is_short or re.search(r"[{}\[\]|=\n]|\babout\b|\bto\b", text):
            return None
    own = [words for role, words, _ in messages_of(row) if role == "assistant"]
    return text if not own or _gives(own[-1], text, _options(row)) else None


def _gives(answer: str, key: str, options: Sequence[str] = ()) -> bool:
    if match := _LETTER_KEY.fullmatch(key):
        return _letter(answer, options) == match[1].upper()
    if (wanted := _value(key)) is not None:
        room = 0.0 if _WHOLE.fullmatch(key) else _CLOSE * max(1e-9, abs(wanted))
        return any(abs(found - wanted) <= room for found in _settled(answer))
    words, said = words_in(key), words_in(_end(answer))
    return any(said[i : i + len(words)] == words for i in range(len(said) - len(words) + 1))


def _letter(answer: str, options: Sequence[str]) -> str:
    """Return the letter that an answer settles on, or nothing."""
    if isinstance(said := choice(answer, options).value, str):
        return said.upper()
    leads = _LEADS.match(answer)
    return leads[1] if leads else ""


def _options(row: Row) -> list[str]:
    """Return the options that the last request letters from A on, or none."""
    asked = [words for role, words, _ in messages_of(row) if role == "user"]
    found = [(letter, text.strip(" *")) for letter, text in _OPTION.findall(asked[-1])] if asked else []
    letters = "".join(letter for letter, _ in found)
    return [text for _, text in found] if len(found) > 1 and "ABCDEFGHIJ".startswith(letters) else []


def _settled(answer: str) -> Iterator[float]:
    """Yield the numbers that an answer may be said to settle on: the one that is read out of it, and what is bold."""
    if (said := number(answer).value) is not None:
        yield float(said)
    if bold := [values for found in _BOLD.findall(answer) if (values := _values(found))]:
        yield from bold[-1]
    elif values := _values(end := _end(answer).strip().rpartition("\n")[2]):
        # Of "45/64 ≈ 70.3 %" either is what it says.
        yield from values if "≈" in end or "=" in end else values[-1:]


def _end(answer: str) -> str:
    """Return where an answer gives its result: after the last "answer:", else its last two lines."""
    said = list(_SAYS.finditer(answer))
    if said and len(rest := answer[said[-1].end() :]) <= 300:
        return rest
    lines = [line for line in answer.splitlines() if line.strip()]
    return "\n".join(lines[-2:])[-400:]


def _value(text: str) -> float | None:
    if not _PLAIN_NUMBER.fullmatch(text):
        return None
    return next(iter(_values(text.partition("(")[0])), None)


def _values(text: str) -> list[float]:
    return [value for found in _NUMBER.findall(text) if (value := _read(found)) is not None]


def _read(text: str) -> float | None:
    """Read a number as people write it: 1,200 and 1.200,5 and 0,5 and 45/64."""
    text = re.sub(r"[  ]", "", text).rstrip(".,")
    if "/" in text:
        over, _, under = text.partition("/")
        one, other = _read(over), _read(under)
        return one / other if one is not None and other else None
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        text = re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1 :]
    elif re.fullmatch(r"-?\d{1,3}(?:,\d{3})+", text):
        text = text.replace(",", "")
    else:
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None
