"""Is an answer right, by the key that its row holds: a letter, a number, a short answer; if a program can tell."""

from __future__ import annotations

import re
from typing import Any

from eval.data.rows import Row, facts_of
from tools.word_hashes import words_in

_OPTION = re.compile(r"(?<![\w'’])\(?\*{0,2}([A-Ja-j1-9])\*{0,2}\)?(?![\w'’])")
_SAYS = re.compile(r"(?:answer|result|antwort|ergebnis|réponse|respuesta|risposta|resultado|résultat)\W{1,12}", re.I)
_NUMBER = re.compile(r"-?\d[\d,.  ]*(?:/\d+)?")
_LETTER_KEY = re.compile(r"\(?([A-Ja-j])\)?")
_PLAIN_NUMBER = re.compile(r"[≈~]?\s*-?\d+(?:[.,]\d+)?(?:/\d+)?(?:\s*\(.*\))?")
_LONGEST = 6
"""Words of a key above which it can be said in other words."""
_CLOSE = 0.005
"""Relative: figures are rounded in answers."""


def check(row: Row, answer: str) -> bool | None:
    """Return whether an answer gives the row's key; None where there is none, or only a reader could tell."""
    key = key_of(row)
    if key is None:
        return None
    end = _end(answer)
    if match := _LETTER_KEY.fullmatch(key):
        chosen = [found[1] for found in _OPTION.finditer(end) if found[1].isalpha() and (found[1] not in "aI")]
        return bool(chosen) and chosen[-1].casefold() == match[1].casefold()
    if (wanted := _value(key)) is not None:
        return any(abs(found - wanted) <= _CLOSE * max(1e-9, abs(wanted)) for found in _values(end))
    words, said = words_in(key), words_in(end)
    return any(said[i : i + len(words)] == words for i in range(len(said) - len(words) + 1))


def key_of(row: Row) -> str | None:
    """Return the key that an answer can be held against by a program, or None."""
    facts = facts_of(row)
    key: Any = row.get("key", facts.get("key", row.get("gold")))
    if isinstance(key, bool) or not isinstance(key, str | int | float):
        return None
    text = str(key).strip()
    if _LETTER_KEY.fullmatch(text) or _value(text) is not None:
        return text
    is_short = 0 < len(words_in(text)) <= _LONGEST
    return text if is_short and not re.search(r"[{}\[\]|=\n]|\babout\b|\bto\b", text) and _is_given(row, text) else None


def _is_given(row: Row, key: str) -> bool:
    """The row's own answer must hold its key by the same rule: else a right answer would count as wrong."""
    said: Any = row.get("messages")
    last = said[-1].get("content") if isinstance(said, list) and said and isinstance(said[-1], dict) else None
    return isinstance(last, str) and " ".join(words_in(key)) in " ".join(words_in(_end(last)))


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
