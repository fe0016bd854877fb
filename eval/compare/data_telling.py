"""Two data sets compared, as text for a terminal, Markdown and one page. What is doubtful comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.view.plain import one_line
from eval.compare.data import CellCompared, DataCompared, Rate
from eval.compare.teaching import WinRate
from eval.report.drawing import Bar, bars
from eval.report.numerals import chance, interval, markdown, markdown_table, number
from eval.report.page import loud, page, table, words

Rows = list[list[str]]
Block = tuple[str, Sequence[str], Rows]
"""Title, heads, and rows of plain words."""
SURE = 0.05


METHOD = (
    "The acceptance of all is tested over seeds, each with all its pairs: pairs of one seed hang together. The tables' "
    "tests (Fisher's, Mann-Whitney's) take pairs as independent, and are surer than they ought to be where a seed has "
    "many; Holm's correction is over one table."
)


def summary(found: DataCompared, won: WinRate | None) -> Iterator[str]:
    """Yield what there is to say, in one line each."""
    yield f"A: {found.paths[0]}, {found.pairs[0]} pairs; B: {found.paths[1]}, {found.pairs[1]} pairs"
    in_one, in_other, both = found.seeds
    if in_one == in_other == both and both:
        yield f"the same {both} seeds in both"
    if found.teachers[0] and found.teachers[0] == found.teachers[1]:
        yield f"the same teacher in both: {', '.join(found.teachers[0])}"
    if found.acceptance and found.acceptance.value is not None:
        rate = found.acceptance
        sure = "" if rate.p is not None and rate.p < SURE else ", which chance may explain"
        yield (
            f"accepted of what came to the checks: {number(rate.first, 1)} % in A, {number(rate.second, 1)} % in B, "
            f"{number(rate.value, 1, signed=True)} {interval(rate.low, rate.high, 1, signed=True)}, "
            f"p {chance(rate.p)} over {rate.n} seeds{sure}"
        )
    yield f"{found.same} pairs of B stand word by word in A; {found.near} clusters of near-duplicates span both"
    if won is not None:
        yield from _won(won)
    for side, kinds in zip("AB", found.only, strict=True):
        if kinds:
            yield f"only in {side}: {', '.join(kinds)}"


def _won(won: WinRate) -> Iterator[str]:
    if won.value is None:
        yield f"the judge gave no verdict on any of {len(won.judged)} matches"
        return
    yield (
        f"the judge {won.judge.get('model')} prefers B in {number(won.value, 1)} % "
        f"{interval(won.low, won.high, 1)} of {len(won.judged) - won.no_verdict} matches of one seed and kind "
        f"({won.wins} won, {won.ties} even, {won.losses} lost, p {chance(won.p)}); {won.no_verdict} without a verdict, "
        f"{sum(one.torn for one in won.judged)} decided by the order alone; {won.matched} could be matched"
    )


def blocks(found: DataCompared, won: WinRate | None) -> Iterator[Block]:
    """Yield all tables."""
    heads = ("Kind", "accepted in A", "in B", "change", "p", "p (Holm)")
    if found.cells:
        yield "Accepted, by skill and kind", heads, [_cell(cell) for cell in found.cells]
    if found.reasons:
        heads = ("Check", "rejected in A", "in B", "change", "p", "p (Holm)")
        yield "Why pairs fell, the clearest changes first", heads, [_cell(cell) for cell in found.reasons]
    lengths = [
        [one.name, number(one.first, 0), number(one.second, 0),
         "–" if one.longer is None else f"{number(one.longer, 0)} %", chance(one.p)]
        for one in found.lengths
    ]  # fmt: skip
    yield "Lengths in words, medians", ("Part", "A", "B", "B is the longer of two", "p (Mann-Whitney)"), lengths
    if won is not None and won.judged:
        shown = sorted((one for one in won.judged if one.share is not None), key=lambda one: one.share or 0.0)
        rows = [[one.first, one.second, one.kind, f"{number(100 * (one.share or 0.0), 0)} %"] for one in shown]
        yield "Judged matches, those that A won first", ("Pair of A", "Pair of B", "Kind", "for B"), rows
    if found.changed:
        rows = [[place, str(before), str(after)] for place, before, after in found.changed]
        yield "Seeds that changed most", ("Seed", "accepted in A", "in B"), rows
    if found.findings:
        yield "What the data's own reports say otherwise", ("Finding", "A", "B"), [list(row) for row in found.findings]


def _cell(cell: CellCompared) -> list[str]:
    one, other = cell.first.value, cell.second.value
    change = "–" if one is None or other is None else f"{number(other - one, 1, signed=True)} points"
    return [cell.name, _rate(cell.first), _rate(cell.second), change, chance(cell.p), chance(cell.corrected)]


def _rate(rate: Rate) -> str:
    if rate.value is None:
        return "–"
    return f"{rate.accepted} of {rate.of}: {number(rate.value, 0)} % {interval(rate.low, rate.high, 0)}"


def text(found: DataCompared, won: WinRate | None) -> str:
    """Return the comparison for a terminal."""
    made = [f"! {one_line(line)}" for line in found.warnings]
    made += ["", *(one_line(line) for line in summary(found, won))]
    for title, heads, rows in blocks(found, won):
        shown = [[one_line(cell, 60) for cell in row] for row in (list(heads), *rows[:30])]
        widths = [max(len(row[n]) for row in shown) for n in range(len(heads))]
        lines = ("  ".join(cell.ljust(widths[n]) for n, cell in enumerate(row)).rstrip() for row in shown)
        made += ["", title, *lines, *([f"… {len(rows) - 30} more: --out writes all"] if len(rows) > 30 else [])]
    return "\n".join(made).strip("\n") + "\n"


def as_markdown(found: DataCompared, won: WinRate | None) -> str:
    """Return the comparison as Markdown."""
    made = ["# Two data sets compared", ""]
    made += [f"> **{markdown(line)}**" for line in found.warnings] + [""] * bool(found.warnings)
    made += [f"- {markdown(line)}" for line in summary(found, won)]
    for title, heads, rows in blocks(found, won):
        made += ["", f"## {title}", "", markdown_table(heads, [[markdown(cell) for cell in row] for row in rows])]
    return "\n".join([*made, "", METHOD]) + "\n"


def html(found: DataCompared, won: WinRate | None) -> str:
    """Return the comparison as one page."""
    return page("Two data sets compared", _body(found, won))


def _body(found: DataCompared, won: WinRate | None) -> Iterator[str]:
    yield "<h1>Two data sets compared</h1>"
    yield loud(found.warnings)
    yield f"<ul>{''.join(f'<li>{words(line)}</li>' for line in summary(found, won))}</ul>"
    if drawn := _drawn(found):
        yield f"<figure>{drawn}</figure>"
    for title, heads, rows in blocks(found, won):
        yield f"<h2>{title}</h2>"
        cells: Iterator[list[str]] = ([words(cell) for cell in row] for row in rows)
        yield table(title, heads, cells, is_headed=True)
    yield f'<p class="quiet">{METHOD}</p>'


def _drawn(found: DataCompared) -> str:
    moved = [
        Bar(cell.name, cell.second.value - cell.first.value)
        for cell in found.cells
        if cell.first.value is not None and cell.second.value is not None
    ]
    drawn = sorted(moved, key=lambda bar: -abs(bar.value or 0.0))[:12]
    return bars("Accepted in B less A, in points of a hundred: the largest changes", drawn) if drawn else ""
