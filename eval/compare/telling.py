"""Two models compared, as text for a terminal, Markdown, and rows for a spreadsheet. What is doubtful comes first."""

from __future__ import annotations

from collections.abc import Iterator

from agents.view.plain import one_line
from eval.compare.models import Change, Compared, ModelsCompared, TaskCompared
from eval.report.numerals import chance, csv_of, interval, markdown, markdown_table, number, percent

SHOWN = 20
"""Changed items a task, on the page and in Markdown; the CSV holds all."""
SURE = 0.05
HEADS = ("Task", "n", "A", "B", "B − A", "95 % interval", "relative", "p", "p (Holm)", "won / tied / lost")


def verdict(metric: Compared) -> str:
    """Say in a word what a headline shows."""
    alone, value = metric.difference.p, metric.difference.value
    if value is None or alone is None:
        return "nothing to compare"
    if alone >= SURE or not value:
        return "no difference shown"
    told = "B is better" if (value > 0) == metric.higher else "B is worse"
    if metric.corrected is not None and metric.corrected >= SURE:
        return f"{told} taken alone, not shown as one of several tests"
    return told


def cells(task: TaskCompared, metric: Compared, *, named: bool = False) -> list[str]:
    """Return one metric as the cells under `HEADS`, all but the first plain."""
    found = metric.difference
    less = "" if metric.higher else " (less is better)"
    return [
        f"{task.title}: {metric.title}{less}" if named or less else task.title,
        str(found.n),
        number(found.first),
        number(found.second),
        number(found.value, signed=True),
        interval(found.low, found.high, signed=True),
        percent(found.relative),
        chance(found.p),
        chance(metric.corrected),
        f"{metric.wins} / {metric.ties} / {metric.losses}",
    ]


def lines(task: TaskCompared) -> Iterator[list[str]]:
    """Yield a task's rows: the headline, then its other metrics."""
    for place, metric in enumerate(task.metrics):
        yield cells(task, metric, named=place > 0)


def left_out(task: TaskCompared) -> str:
    """Say which items are not in the comparison, or nothing."""
    said = [f"{number} {why}" for why, number in task.left_out.items()]
    unparsed = f"unparsed: {task.unparsed[0]} in A, {task.unparsed[1]} in B" if any(task.unparsed) else ""
    return "; ".join(filter(None, [f"left out: {', '.join(said)}" if said else "", unparsed]))


def summary(found: ModelsCompared) -> Iterator[str]:
    """Yield what there is to say in one line each."""
    for task in found.tasks:
        if task.metrics:
            head = task.metrics[0]
            test = f" ({head.difference.test})" if head.difference.test else ""
            yield f"{task.title}: {verdict(head)}, {number(head.difference.value, signed=True)}{test}"
        else:
            yield f"{task.title}: no item is in both"
    for side, only in (("A", found.only_first), ("B", found.only_second)):
        if only:
            yield f"only in {side}, not compared: {', '.join(only)}"


def text(found: ModelsCompared) -> str:
    """Return the comparison for a terminal."""
    rows = [list(HEADS), *(row for task in found.tasks for row in lines(task))]
    rows = [[one_line(cell, 40) for cell in row] for row in rows]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADS))]
    made = [f"! {one_line(warning)}" for warning in found.warnings]
    made += ["", f"A: {one_line(found.first)}", f"B: {one_line(found.second)}", ""]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(widths[n]) for n, cell in enumerate(row[1:], 1))]
        made.append("  ".join(cells).rstrip())
    made += ["", *(one_line(line) for line in summary(found))]
    made += [f"{one_line(task.title)}: {left_out(task)}" for task in found.tasks if left_out(task)]
    return "\n".join(made).strip("\n") + "\n"


METHOD = (
    "Only items that both answered are compared; intervals are the 2.5 and 97.5 percentiles of the paired difference "
    "over 2,000 draws of items. p is two-sided: McNemar's exact test where items are right or wrong and count alike, "
    "else whole items change sides at random. Holm's correction is over the first metrics of all tasks."
)


def as_markdown(found: ModelsCompared) -> str:
    """Return the comparison as Markdown."""
    made = [f"# {markdown(found.first)} (A) and {markdown(found.second)} (B)", ""]
    made += [f"> **{markdown(warning)}**" for warning in found.warnings] + [""] * bool(found.warnings)
    made += [f"- {markdown(line)}" for line in summary(found)] + [""]
    rows = [row for task in found.tasks for row in lines(task)]
    made += [markdown_table(HEADS, [[markdown(row[0]), *row[1:]] for row in rows]), "", METHOD, ""]
    for task in found.tasks:
        made += [f"## {markdown(task.title)}", ""]
        if told := left_out(task):
            made += [f"{markdown(told)}.", ""]
        if task.groups:
            heads = ("Group", "n", "A", "B", "B − A", "95 % interval")
            made += [markdown_table(heads, [[markdown(name), *row] for name, row in groups(task)]), ""]
        for name, changes in (("Gained", task.gained), ("Lost", task.lost)):
            made += list(_changed(name, changes))
    return "\n".join(made).rstrip() + "\n"


def groups(task: TaskCompared) -> Iterator[tuple[str, list[str]]]:
    """Yield each group's name and cells."""
    for name, one in task.groups.items():
        yield (
            name or "(no group)",
            [
                str(one.n), number(one.first), number(one.second), number(one.value, signed=True),
                interval(one.low, one.high, signed=True),
            ],
        )  # fmt: skip


def _changed(name: str, changes: tuple[Change, ...]) -> Iterator[str]:
    if not changes:
        return
    yield f"### {name}: {count_of(changes)}"
    yield ""
    yield markdown_table(
        ("Item", "Right", "A", "B"),
        [
            [markdown(one.id, 60), markdown(one.target, 60), markdown(one.first, 160), markdown(one.second, 160)]
            for one in changes[:SHOWN]
        ],
    )
    yield ""


def count_of(changes: tuple[Change, ...]) -> str:
    """Say how many items there are and how many of them are shown."""
    items = f"{len(changes)} item{'s' * (len(changes) != 1)}"
    return items if len(changes) <= SHOWN else f"{items}, of which {SHOWN} are shown; changed.csv has all"


def changed_csv(found: ModelsCompared) -> str:
    """Return every changed item, with both answers whole."""
    heads = (
        "task", "change", "id", "group", "asked", "target", "a_answer", "b_answer", "a_read", "b_read",
        "a_earned", "a_possible", "b_earned", "b_possible",
    )  # fmt: skip
    return csv_of(
        heads,
        (
            (
                task.task, change, one.id, one.group, one.asked, one.target, one.first, one.second, one.first_read,
                one.second_read, *one.first_earned, *one.second_earned,
            )
            for task in found.tasks
            for change, ones in (("gained", task.gained), ("lost", task.lost))
            for one in ones
        ),
    )  # fmt: skip
