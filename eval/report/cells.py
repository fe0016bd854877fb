"""The cells of the report's tables: what was measured and what was published, each with all that qualifies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.errors import UsageError
from eval.folder import Evaluation, is_miniature, leaked, marks, read_results
from eval.published import PublishedRow
from eval.results import Figure, Result


@dataclass(frozen=True)
class Shown:
    """One cell. `value` None: a dash."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    scored: int | None = None
    unparsed: int | None = None
    excluded: int | None = None
    relative: float | None = None
    """Per cent of the baseline's figure."""
    sure: str = ""
    """Of a published figure: `H`, `M` or `L`."""
    is_miniature: bool = False
    marks: tuple[str, ...] = ()
    """What keeps it from standing beside other figures without a mark, the miniature's own among them."""
    notes: tuple[str, ...] = ()
    """Footnotes."""
    remarks: tuple[str, ...] = ()
    """What stands under the figure itself."""


@dataclass(frozen=True)
class Column:
    """One model: the user's, or one of the paper's."""

    name: str
    evaluation: Evaluation | None = None
    """None: published."""

    @property
    def is_published(self) -> bool:
        """Whether it is one of the paper's."""
        return self.evaluation is None


def columns_of(folders: Sequence[Path]) -> list[Column]:
    """Read the user's evaluations. Raise `UsageError` where one can't be read or is named twice."""
    seen: dict[Path, Path] = {}
    read = []
    for folder in folders:
        if folder.resolve() in seen:
            raise UsageError(f"{folder} is named twice; name each folder once")
        seen[folder.resolve()] = folder
        evaluation = read_results(folder)
        if not evaluation.results:
            raise UsageError(f"{folder} holds no results yet; python -m eval bench … --out {folder} makes some")
        read.append(evaluation)
    models = [evaluation.model for evaluation in read]
    made = []
    for evaluation in read:
        twice = models.count(evaluation.model) > 1
        made.append(Column(f"{evaluation.model} ({evaluation.folder})" if twice else evaluation.model, evaluation))
    return made


def measured(evaluation: Evaluation, row: PublishedRow) -> Shown:
    """Return what an evaluation has for a row of the paper, of its task or of one group of it."""
    task, _, group = row.key.partition(":")
    result = evaluation.results.get(task)
    if result is None:
        return Shown()
    figures = result.groups.get(group, {}) if group else result.figures
    return shown(result, pick(figures, row.metric), whole=not group)


def pick(figures: Mapping[str, Figure], metric: str) -> Figure | None:
    """Return a metric's figure, or of no metric the first."""
    return figures.get(metric) if metric else next(iter(figures.values()), None)


def shown(result: Result, figure: Figure | None, *, whole: bool = True) -> Shown:
    """Return a figure of a result as a cell, with what qualifies it."""
    if figure is None or figure.value is None:
        if figure is None and not result.excluded:
            return Shown()
        why = f"{result.title}: no figure, {sum(result.excluded.values())} of {result.items} items excluded"
        return Shown(
            notes=(why,), is_miniature=is_miniature(result), marks=marks(result), excluded=sum(result.excluded.values())
        )
    return Shown(
        figure.value, figure.low, figure.high, figure.n,
        result.scored if whole else None,
        result.unparsed if whole else None,
        sum(result.excluded.values()) if whole else None,
        is_miniature=is_miniature(result),
        marks=marks(result),
        notes=tuple(_qualified(result)),
    )  # fmt: skip


def _qualified(result: Result) -> list[str]:
    """What a reader must know of a figure, in words; nothing where all is well."""
    told = []
    if result.unparsed:
        told.append(f"{result.unparsed} of {result.scored} answers unparsed, counted as wrong")
    if result.unanswered:
        told.append(f"{result.unanswered} of {result.scored} items without any answer")
    told += [f"{number} of {result.items} items excluded: {why}" for why, number in result.excluded.items()]
    if result.cut:
        told.append(f"{result.cut} of {result.items} items cut at the most tokens")
    if ids := leaked(result):
        without = _without(result)
        clean = f"; without them {without:.2f}" if without is not None else ""
        told.append(f"{len(ids)} of {result.items} items stand in the training data{clean}")
    if result.about.get("clip"):
        told.append("no set above the teacher's 10 (--clip)")
    if result.about.get("incomplete"):
        told.append(f"incomplete: {result.about['incomplete']}")
    if result.about.get("fewer"):
        told.append(str(result.about["fewer"]))
    if result.about.get("held_out") is False:
        told.append("items of seeds that were not held out: the model may have been trained on them")
    return [f"{result.title}: {'; '.join(told)}"] if told else []


def _without(result: Result) -> float | None:
    """The first figure without the items that leaked."""
    figures = result.about["leaked"].get("without")
    first = next(iter(result.figures), "")
    value = figures.get(first, {}).get("value") if isinstance(figures, dict) else None
    return float(value) if isinstance(value, (int, float)) else None


def cell_published(row: PublishedRow, model: str) -> Shown:
    """Return what the paper prints of a model in a row, with the gains it prints beside Orca-3's figures."""
    from eval.published import MISTRAL, ORCA_3

    cell = row.cells.get(model)
    gains = [(other, gain) for other, gain in row.gains.items() if model == ORCA_3]
    remarks = tuple(
        f"printed {gain.value:+g} %{'' if other == MISTRAL else f' over {other}'} {gain.sure}" for other, gain in gains
    )
    notes = tuple(f"{row.title}, {other}: {gain.note}" for other, gain in gains if gain.note)
    if cell is None:
        return Shown(remarks=remarks, notes=notes)
    if cell.note:
        notes = (*notes, f"{row.title}, {model}: {cell.note}")
    return Shown(cell.value, sure=cell.sure, remarks=remarks, notes=notes)
