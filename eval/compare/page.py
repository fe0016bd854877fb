"""Two models compared, as one page: what is doubtful, the table, the differences drawn, both answers side by side."""

from __future__ import annotations

from collections.abc import Iterator

from eval.compare.models import Change, ModelsCompared, TaskCompared
from eval.compare.telling import HEADS, METHOD, SHOWN, count_of, groups, left_out, lines, summary
from eval.report.drawing import Bar, bars
from eval.report.page import loud, page, table, words


def html(found: ModelsCompared) -> str:
    """Return the whole page."""
    return page(f"{found.first} and {found.second} compared", _body(found))


def _body(found: ModelsCompared) -> Iterator[str]:
    yield "<h1>Two models compared</h1>"
    for side, model, folder in zip("AB", (found.first, found.second), found.folders, strict=True):
        yield f'<p><b>{side}</b>: {words(model)} <span class="quiet">{words(folder)}</span></p>'
    yield loud(found.warnings)
    yield f"<ul>{''.join(f'<li>{words(line)}</li>' for line in summary(found))}</ul>"
    rows = [[words(cell) for cell in row] for task in found.tasks for row in lines(task)]
    yield "<h2>Differences</h2>"
    yield f"<figure>{_drawn(found)}</figure>"
    yield table("All metrics; B less A, on the items that both answered", HEADS, rows, ["", *["n"] * 9])
    yield f'<p class="quiet">{METHOD}</p>'
    for task in found.tasks:
        yield from _task(task)


def _drawn(found: ModelsCompared) -> str:
    drawn = [
        Bar(task.title, metric.value, metric.low, metric.high)
        for task in found.tasks
        if task.metrics and (metric := task.metrics[0].difference)
    ]
    return bars("B less A in each task's first metric, with 95 % intervals", drawn)


def _task(task: TaskCompared) -> Iterator[str]:
    yield f"<h2>{words(task.title)}</h2>"
    if task.warnings:
        yield f'<p class="bad">{words("; ".join(task.warnings))}</p>'
    if told := left_out(task):
        yield f'<p class="quiet">{words(told)}</p>'
    if task.groups:
        rows = [[words(name), *map(words, row)] for name, row in groups(task)]
        heads = ("Group", "n", "A", "B", "B − A", "95 % interval")
        yield table(f"{task.title}, by group", heads, rows, ["", *["n"] * 5])
    for name, changes in (("Gained", task.gained), ("Lost", task.lost)):
        if changes:
            yield f"<h3>{name}: {count_of(changes)}</h3>"
            yield table(
                f"{task.title}: {name.lower()}", ("Item", "Asked", "Right", "A says", "B says"),
                map(_change, changes[:SHOWN]), ["", "said", "", "said", "said"],
            )  # fmt: skip


def _change(one: Change) -> list[str]:
    return [
        words(one.id),
        _long(one.asked, ""),
        words(one.target[:400]),
        _long(one.first, one.first_read),
        _long(one.second, one.second_read),
    ]


def _long(text: str, read: str) -> str:
    """A text, folded where it is long, and what was read out of it."""
    note = f'<span class="note">read: {words(read[:200])}</span>' if read else ""
    if len(text) <= 400:
        return f'<td class="said">{words(text)}{note}</td>'
    head, cut = text[:300], "" if len(text) <= 20_000 else " (cut here; changed.csv has all)"
    whole = f"<details><summary>whole{cut}</summary>{words(text[:20_000])}</details>"
    return f'<td class="said">{words(head)}…{whole}{note}</td>'
