"""Build Orca-Sum: draw documents, drop those that are known, have prompts written, give each document one of them.

Everything but the model's words is a function of the documents, the seed and the numbers asked for. What was drawn and
what a model said is on disk as it comes, so that a build that was killed goes on where it was.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.orca_sum.documents import Document, Sample, Unusable, sample
from eval.orca_sum.duplicates import against, among
from eval.orca_sum.prompts import SAMPLES, Written, packaged, write
from eval.orca_sum.sets import DataSet
from eval.records import Speaker
from eval.store import Store, digest

FILE = "orca_sum.jsonl"
TOTAL, MOST, PROMPTS, SEED = 458, 1000, 40, 20240703


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    sets: Sequence[DataSet]
    out: Path
    total: int = TOTAL
    most: int = MOST
    """Documents drawn of a set."""
    prompts: int = PROMPTS
    """Of a set, where a model writes them."""
    seed: int = SEED
    against: Sequence[Path] = ()
    """Training data."""


@dataclass
class SetReport:
    """What became of one set."""

    set: DataSet
    read: int = 0
    drawn: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    """Rows and documents that fell out, by reason; `not drawn` and `not needed` were sound."""
    used: int = 0
    left_out: str = ""
    """Why it gave nothing at all."""
    written: Written | None = None


@dataclass
class Report:
    """What was built, and what of it is lacking."""

    plan: Plan
    sets: list[SetReport]
    items: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    training_texts: int = 0
    """That documents were held against."""
    writer: str = ""

    @property
    def missing(self) -> int:
        """Items asked for that could not be had."""
        return self.plan.total - self.items


async def build(
    plan: Plan, store: Store, writer: Speaker | None, tell: Callable[[str], None] = lambda line: None
) -> Report:
    """Write `orca_sum.jsonl` and its card into the plan's folder; return what became of what was asked.

    Without a `writer` the packaged prompts are used. Raise `UsageError` where nothing can be built.
    """
    report = Report(plan, [SetReport(one) for one in plan.sets], writer=writer.name if writer else "packaged")
    drawn = _drawn(report, tell)
    if not drawn:
        why = next((one.left_out for one in report.sets if one.left_out), "they hold no document of a fit length")
        raise UsageError(f"no set gives a document: {why}")
    left = _without_known(report, drawn, tell)
    for one in report.sets:
        if one.set.name in drawn and one.set.name not in left:
            one.left_out = f"each of its {one.drawn} documents fell out"
    quotas = split_evenly(plan.total, {name: len(documents) for name, documents in left.items()})
    for one in report.sets:
        one.used = quotas.get(one.set.name, 0)
        one.dropped["not needed"] = len(left.get(one.set.name, [])) - one.used
    used = [one for one in report.sets if one.used]
    await _have_written(used, left, plan, store, writer, tell)
    rows = [_row(one, document, plan.seed) for one in used for document in left[one.set.name][: one.used]]
    report.items, report.kinds = len(rows), Counter(row["kind"] for row in rows)
    from eval.orca_sum.card import card

    _write(plan.out / FILE, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    _write(plan.out / "README.md", card(report))
    return report


def _drawn(report: Report, tell: Callable[[str], None]) -> dict[str, Sample]:
    found: dict[str, Sample] = {}
    for one in report.sets:
        try:
            drawn = sample(one.set, report.plan.most, report.plan.seed, report.plan.out / "documents")
        except Unusable as error:
            one.left_out = str(error)
            tell(f"{one.set.name} is left out: {error}")
            continue
        one.read, one.drawn = drawn.read, len(drawn.documents)
        one.dropped.update(drawn.dropped)
        tell(f"{one.set.name}: {one.read:,} rows read, {one.drawn:,} documents drawn")
        if drawn.documents:
            found[one.set.name] = drawn
        else:
            one.left_out = "no document of a fit length"
    return found


def _without_known(
    report: Report, drawn: Mapping[str, Sample], tell: Callable[[str], None]
) -> dict[str, list[Document]]:
    """Return what is left of each set; the reasons of what is not are counted."""
    documents = [document for one in drawn.values() for document in one.documents]
    reasons = among(documents)
    known, report.training_texts = against([one for one in documents if one.id not in reasons], report.plan.against)
    reasons |= known
    if report.plan.against:
        tell(
            f"{len(known):,} of {len(documents):,} documents are in the training data ({report.training_texts:,} texts)"
        )
    left: dict[str, list[Document]] = defaultdict(list)
    counts = {one.set.name: one.dropped for one in report.sets}
    for document in documents:
        if (why := reasons.get(document.id)) is None:
            left[document.set].append(document)
        else:
            counts[document.set][why] += 1
    return left


def split_evenly(total: int, available: Mapping[str, int]) -> dict[str, int]:
    """Return how many each takes of `total`: as many as the others, or all it has. What one lacks the others give."""
    shares = dict.fromkeys(available, 0)
    remaining = min(total, sum(available.values()))
    while remaining:
        open_ones = [name for name in shares if shares[name] < available[name]]
        each = max(1, min(remaining // len(open_ones), *(available[name] - shares[name] for name in open_ones)))
        for name in open_ones[: remaining if each == 1 else None]:
            shares[name] += each
            remaining -= each
    return shares


async def _have_written(
    used: Sequence[SetReport],
    left: Mapping[str, list[Document]],
    plan: Plan,
    store: Store,
    writer: Speaker | None,
    tell: Callable[[str], None],
) -> None:
    """Have the prompts of each set written, of as many sets at once as the writer takes."""
    gate = asyncio.Semaphore(writer.at_once if writer else 1)

    async def one_set(one: SetReport) -> None:
        documents = left[one.set.name]
        # Read by the writer: documents that are not asked about, as long as there are any.
        specimens = [document.text for document in [*documents[one.used :], *documents[: one.used]][:SAMPLES]]
        async with gate:
            one.written = await write(one.set, specimens, plan.prompts, writer, store) if writer else packaged(one.set)
        tell(f"{one.set.name}: {one.used} documents, {len(one.written.prompts)} prompts by {one.written.by}")

    try:
        async with asyncio.TaskGroup() as group:
            for one in used:
                group.create_task(one_set(one))
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


def _row(one: SetReport, document: Document, seed: int) -> dict[str, Any]:
    assert one.written
    prompts = one.written.prompts
    prompt = prompts[int(digest([seed, document.id]), 16) % len(prompts)]
    return {
        "id": document.id,
        "set": one.set.name,
        "domain": one.set.domain,
        "from": one.set.place,
        "licence": one.set.licence,
        "kind": prompt.kind,
        "prompt": prompt.text,
        "prompt_by": one.written.by,
        "document": document.text,
    }


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole: a build that is killed leaves the older one."""
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8", errors="replace")
    os.replace(part, path)
