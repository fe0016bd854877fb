"""Read the form an answer has: JSON, a table, a list, figures with units, pairs matched, an order."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from teams.engine.checks.known import plain

_FENCE = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```[ \t]*$", re.DOTALL | re.MULTILINE)
_TRIES = 20


def json_in(answer: str) -> Any:
    """Return the JSON of an answer: the whole of it, its only fenced block, or what stands among words.

    Raises ValueError, with what is wrong in one line, where there is none, it is broken, holds a key twice, or NaN.
    """
    blocks = [match[1] for match in _FENCE.finditer(answer)]
    text = blocks[0] if len(blocks) == 1 else answer
    try:
        return _parsed(text.strip())
    except ValueError as error:
        complaint = str(error)
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
    for match in list(re.finditer(r"(?:^|(?<=\s))[{\[](?=\s*[\"{\[\]}\d-])", text))[:_TRIES]:
        try:
            return decoder.raw_decode(text, match.start())[0]
        except (ValueError, RecursionError) as error:
            complaint = str(error)
    raise ValueError(f"no JSON in the answer: {complaint}")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


@dataclass(frozen=True)
class Table:
    """A Markdown table."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_even(self) -> bool:
        """Every row has as many cells as the header."""
        return all(len(row) == len(self.header) for row in self.rows)


_RULE = re.compile(r"^\s*\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*$")


def table_in(answer: str) -> Table | None:
    """Return the first Markdown table of an answer: a header, a rule of dashes, rows."""
    lines = answer.split("\n")
    for n in range(1, len(lines)):
        if (
            "|" in lines[n - 1]
            and "-" in lines[n]
            and len(lines[n]) < 2_000
            and _RULE.match(lines[n])
            and ("|" in lines[n])
        ):
            rows = []
            for line in lines[n + 1 :]:
                if "|" not in line:
                    break
                rows.append(_cells(line))
            return Table(_cells(lines[n - 1]), tuple(rows))
    return None


def _cells(line: str) -> tuple[str, ...]:
    line = line.strip().removeprefix("|")
    line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line))


_ITEM = re.compile(r"^([ \t]*)(?:[-*•–+]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(\S.*)$")


def list_in(answer: str) -> list[str]:
    """Return the items of an answer's bulleted or numbered list, inner ones left in their item's text; [] for none."""
    items: list[str] = []
    level = None
    for line in answer.split("\n"):
        match = _ITEM.match(line)
        level = len(match[1].expandtabs()) if match and level is None else level
        if match and level is not None and len(match[1].expandtabs()) <= level:
            items.append(match[2].strip())
        elif items and line.strip() and line[:1].isspace():
            items[-1] += f"\n{line.strip()}"
    return items


@dataclass(frozen=True)
class Quantity:
    """A figure with what stands by it."""

    value: float
    unit: str
    """As it is written: `kg`, `%`, `€`; '' for none."""


_QUANTITY = re.compile(
    r"(?P<currency>[$€£¥₹]\s?)?(?P<value>(?<![\w.,])[-−]?(?:\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?)(?![\d])"
    r"(?:\s?(?P<unit>%|°[CF]?|[€$£¥₹]|[a-zA-Zµμ]{1,14}(?:/[a-zA-Z]{1,6})?[²³]?))?"
)


def quantities_in(answer: str) -> list[Quantity]:
    """Return the figures of an answer with the unit or word behind them, or the currency before."""
    return [
        Quantity(
            float(re.sub(r"[,\u00a0\u202f]", "", match["value"]).replace("−", "-")),
            (match["currency"] or match["unit"] or "").strip(),
        )
        for match in _QUANTITY.finditer(answer)
    ]


def matching_in(answer: str, left: Iterable[str], right: Iterable[str]) -> dict[str, str] | None:
    """Return which label is matched with which: `1-c, 2-a`, `1 → C`, `(1): (c)`, a line each. None where one of the
    left ones is matched twice in different ways, or none is matched.
    """
    lefts, rights = _alternatives(left), _alternatives(right)
    found: dict[str, str] = {}
    names = {name.casefold(): name for name in (*left, *right)}
    for match in re.finditer(
        rf"(?<![\w-])[(\[*]{{0,3}}({lefts})[)\].*]{{0,3}}\s{{0,3}}(?:-+>?|–|—|→|=>?|:|\bis\b|\bwith\b|\bmatches\b|\bto\b)?\s{{0,3}}[(\[*]{{0,3}}({rights})[)\]*]{{0,3}}(?![\w-])",
        answer,
        re.IGNORECASE,
    ):
        one, other = names[match[1].casefold()], names[match[2].casefold()]
        if found.setdefault(one, other) != other:
            return None
    return found or None


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def order_in(answer: str, labels: Sequence[str]) -> list[str] | None:
    """Return the order an answer puts labels or sentences in: `B, A, D, C`, `B > A > C`, `2-1-3`, a line each.

    None unless each stands in it exactly once where the order is told: in one line, or one by one in lines.
    """
    for line in (*_told_last(answer), answer):
        found = _ordered(line, labels)
        if found is not None:
            return found
    return None


def _told_last(answer: str) -> Iterator[str]:
    """The lines of an answer, from the last on: the result stands below the reasons."""
    yield from reversed([line.partition(":")[2] or line for line in answer.split("\n") if line.strip()][-50:])


def _ordered(text: str, labels: Sequence[str]) -> list[str] | None:
    if max(map(len, labels), default=0) <= 3:
        # Short labels are read as they are written, so that "a" is no article where the label is A.
        text = (
            re.sub(r"^\s*\d{1,2}[.)]\s+(?=\S)", "", text, flags=re.MULTILINE)
            if not all(x.isdigit() for x in labels)
            else text
        )
        found = re.findall(rf"(?<!\w)(?:{_alternatives(labels)})(?!\w)", text)
        return found if sorted(found) == sorted(labels) else None
    read = f" {plain(text)} "
    places = [(read.find(f" {plain(label)} "), label) for label in labels]
    if any(at < 0 for at, _ in places) or any(read.count(f" {plain(label)} ") > 1 for label in labels):
        return None
    return [label for _, label in sorted(places)]
