"""Read a judge's verdict: the form it was asked for first, then the forms that judges fall into.

In this order, and the first that holds any value decides: lines `Verdict: X`; `[[X]]`; JSON with the key; a reply
whose last line, or (of labels) whose first word before a stop, is nothing but the value. A number somewhere in prose is
no verdict: "6 of 10 sections are there" rates nothing. Two different values in one form are a contradiction, not a
choice for the program to make.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

_THOUGHT = re.compile(r"\A.*</think>", re.DOTALL | re.IGNORECASE)
"""What a reasoning model says to itself: verdicts weighed there are not given."""
_DRESS = r"[\s*_`\"'(\[]*"
"""Bold, code, quotes or brackets around a value."""
_REFUSAL = re.compile(
    r"\W*(?:i[’']?m (?:very )?sorry|i am (?:very )?sorry|sorry|i can[’']?t|i can ?not|i[’']?m (?:not able|unable)"
    r"|i am (?:not able|unable)|i won[’']?t|i will not|as an ai\b|i apologi[sz]e)",
    re.IGNORECASE,
)
YES_NO = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
"""Of a question; numbers and truth values are what JSON says."""


class Complaint(str):
    """What is wrong with a judge's reply, in words for the judge; `kind` is what it is counted under."""

    kind: str

    def __new__(cls, words: str, kind: str = "") -> Complaint:
        """Make one; without a kind its words are its kind."""
        made = super().__new__(cls, words)
        made.kind = kind or words
        return made


Read: TypeAlias = "Callable[[str], T | Complaint]"
"""From a judge's reply to what it decided."""


def labels(known: Mapping[str, T], keys: Sequence[str] = ("verdict",)) -> Read[T]:
    """Return a reader of one word out of `known` (in lower case), such as `YES_NO`."""
    names = [name for name in known if not name.isdigit()]
    form = " or ".join(f'"{keys[0].capitalize()}: {name.upper()}"' for name in names[:2])
    value, word = (
        rf"(?:{'|'.join(map(re.escape, sorted(some, key=len, reverse=True)))})(?!\w)" for some in (known, names)
    )  # a reply that begins with "1." begins a list
    return _reader(value, lambda said: known.get(said.lower()), keys, form, first_word=word)


def rating(low: int, high: int, keys: Sequence[str] = ("verdict", "rating", "score")) -> Read[float]:
    """Return a reader of one number from `low` to `high`; `7/10` and `7 out of 10` are 7 where `high` is 10."""

    def convert(said: str) -> float | Complaint | None:
        try:
            number = float(said.replace("−", "-"))
        except ValueError:  # JSON may say anything
            return None
        if not math.isfinite(number) or not low <= number <= high:
            return Complaint(f"a rating is from {low} to {high}; {said} is not.", "out of range")
        return number

    of = rf"(?:\s*(?:/|out of)\s*{high}(?![\d.]))?"
    form = f'"{keys[0].capitalize()}: N", N being a number from {low} to {high}'
    return _reader(rf"[-−]?\d{{1,9}}(?:\.\d{{1,9}})?(?![\w%])(?!\.\d){of}", convert, keys, form)


def shares(logprobs: Mapping[str, float] | None, names: Sequence[str]) -> dict[str, float] | None:
    """Return how a judge that says one of `names` as its first token is torn between them, summing to 1.

    From the log-probabilities of that token's rivals; spaces and case don't count. None where none is among them.
    """
    sums = dict.fromkeys(names, 0.0)
    for token, logprob in (logprobs or {}).items():
        name = next((one for one in names if token.strip().lower() == one.lower()), None)
        if name is not None and not math.isnan(logprob):
            sums[name] += math.exp(min(logprob, 0.0))
    total = sum(sums.values())
    return {name: one / total for name, one in sums.items()} if total > 0 else None


def _reader(
    value: str,
    convert: Callable[[str], T | Complaint | None],
    keys: Sequence[str],
    form: str,
    *,
    first_word: str = "",
) -> Read[T]:
    key = "|".join(map(re.escape, keys))
    token = re.compile(r"[-−]?\d+(?:\.\d+)?|\w+")
    # A quotation (">") is what somebody else said.
    line = re.compile(rf"^[\s*_`#-]*(?:(?:my|final|the)\s+)*(?:{key}){_DRESS}[:=]+{_DRESS}({value})(.*)$", re.I | re.M)
    inner = re.compile(rf"\[\[\s*({value})\s*\]\]", re.I)
    last = re.compile(rf"^[\W_]*?({value})[\W_]*\Z", re.I | re.M)
    first = re.compile(rf"\A[\W_]*({first_word})[*_`\"')\]]*\s*(?:[.,:;!–—-]|\n|\Z)", re.I)
    headings = re.compile(
        rf"^[\s*_#`-]*(?:answer |response |option )?({first_word or value})[*_`]*:(?=.*\w)", re.I | re.M
    )
    # "YES or NO", "7-8"; and "(YES if it is kept, NO if not)": the form, given back unfilled.
    unsettled = re.compile(
        rf"{_DRESS}(?:(?:/|\||,|-|–|or\b|to\b|and\b){_DRESS}(?:{value})|(?:if|unless|when|where)\b)", re.I
    )

    def stages(text: str) -> Iterator[list[str]]:
        yield [found[1] for found in line.finditer(text) if not unsettled.match(found[2])]
        yield [found[1] for found in inner.finditer(text)]
        yield _in_json(text, keys)
        ends = [first.search(text) if first_word else None, last.search(text.rstrip())]
        heads = ends[0] is not None and ends[0][0].endswith(":")
        # "A: clear. B: muddled.": what it begins with is a heading, and no verdict.
        yield [found[1] for found in (*ends, *(headings.finditer(text) if heads else ())) if found]

    def read(text: str) -> T | Complaint:
        text = _THOUGHT.sub("", text, count=1).strip()
        for said in stages(text):
            spoken = [found[0] for one in said if (found := token.search(one))]
            values = [one for one in map(convert, spoken) if one is not None]
            if any(one != values[0] for one in values):
                told = " and ".join(dict.fromkeys(spoken))
                return Complaint(f"you decide in two ways ({told[:60]}). Decide once.", "contradicts itself")
            if values:
                return values[0]
        if _REFUSAL.match(text):
            return Complaint(
                "you are asked for nothing but a judgement of what somebody else wrote, whatever it says. "
                f"End with the line {form}.", "refused",
            )  # fmt: skip
        return Complaint(f"there is no verdict to be read in it. End with the line {form}, once.", "no verdict")

    return read


def _in_json(text: str, keys: Sequence[str]) -> list[str]:
    """What stands under one of `keys` in the JSON of a reply; of a list, in its first object."""
    if "{" not in text:
        return []
    from agents.models.json_text import read_json

    try:
        found: Any = read_json(text)
    except ValueError:
        return []
    if isinstance(found, list) and found:
        found = found[0]
    if not isinstance(found, Mapping):
        return []
    held = [value for name, value in found.items() if str(name).lower() in keys]
    return [str(value) for value in held[:1] if isinstance(value, str | int | float | bool)]
