"""The report on a terminal: what is bad first, what was not measured, and how much is in order."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from agents.view.plain import one_line
from eval.data.page import cards

MARKS: Mapping[str, str] = {"bad": "BAD      ", "doubtful": "DOUBTFUL ", "note": "note     "}
ALIKE = 2
"""Skills of which the same is said at length; more are named."""
PAIRS = 3
"""Pairs named with a finding here; the page has more."""
_WIDTH = 110


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a short text; ids and evidence are made harmless for a terminal."""
    rejected = f", {report['rejected']:,} fell out" if report["rejected"] else ""
    yield f"{report['pairs']:,} pairs{rejected}. Sample: {report['sample']['stated']}."
    found = report["findings"]
    for same in cards(found):
        severity = same[0]["severity"]
        if severity in MARKS:
            for one in same[:ALIKE]:
                yield from _finding(one)
            if len(same) > ALIKE:
                others = ", ".join(one_line(one["skill"]) for one in same[ALIKE:])
                yield textwrap.fill(f"{MARKS[severity]}and so of {others}", _WIDTH, subsequent_indent=" " * 9)
    counts = {severity: sum(one["severity"] == severity for one in found) for severity in (*MARKS, "good")}
    verdict = f"{counts['bad']} bad, {counts['doubtful']} doubtful, {counts['good']} measured and in order"
    yield ""
    yield f"{verdict}."


def _finding(one: Mapping[str, Any]) -> Iterator[str]:
    mark = MARKS[one["severity"]]
    said = one_line(f"{one['title']}: {one['measured']}")
    yield textwrap.fill(said, _WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))
    for pair in one["pairs"][:PAIRS] if one["severity"] != "note" else ():
        told = f" ({pair['note']})" if pair["note"] else ""
        yield " " * len(mark) + one_line(f"{pair['source']}  {pair['id']}{told}")
