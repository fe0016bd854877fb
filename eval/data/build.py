"""Put the report together: one pass over all pairs, then what is reckoned on a stated sample.

`build` returns a table that is written as `data.json`:

    format        1; a change of what stands below raises it
    sources       [{path, is_run, state, broken, named}]
    pairs         pairs read; `rejected` beside it, rows of what fell out
    findings      [{severity: bad|doubtful|note|good, key, skill, title, measured, n, threshold, why,
                    pairs: [{source, id, line, note, is_run}]}], the worst first
    coverage      {skills, cells}                          all pairs
    lengths       {measures, all, skills}                  all pairs; quantiles are exact (nearest rank)
    repeats       {method, exact, near, same_request, largest}
    openings      {openings, loops}                        all pairs
    wording       {trouble: {what, n, pairs, skills, told_by}}
    refinement    {method, skills}                         all pairs, a proxy
    contamination [{benchmark, items, items_found, pairs, boilerplate_runs, examples}]
    cost          {rows, skills} or {why_not}
    sample        {stated, size, seed}; on it alone:
    variety, languages, meaning, difficulty, agreement     or {why_not}
    models        {model, judge}: who they are, how they were asked, what they took
    thresholds    {key: {what, bad, doubtful, fewest, why}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from agents.errors import UsageError
from eval.data.batches import Places, batches
from eval.data.contamination import Contamination, Texts, contamination_findings
from eval.data.cost import cost, cost_findings
from eval.data.coverage import Coverage
from eval.data.embedding import Embed, NotHad, meaning, meaning_findings
from eval.data.findings import Finding, PairLink, finding, note, ordered
from eval.data.measures import Lengths
from eval.data.near import Repeats
from eval.data.near import findings as repeat_findings
from eval.data.openings import Openings
from eval.data.refinement import Refinement, refinement_findings
from eval.data.rows import Item, Row, item_of
from eval.data.sample import Sample
from eval.data.solving import Judge, Solver, agreement, agreement_findings, difficulty, difficulty_findings, solve
from eval.data.sources import Source
from eval.data.thresholds import TABLE
from eval.data.variety import language_findings, languages, variety, variety_findings
from eval.data.wording import Wording

FORMAT = 1
SAMPLE = 500
"""Pairs of the sample, unless another number is asked for."""
_PRIVATE = {"numbers", "of", "differing", "of_answers", "alike"}
"""Fields that only findings are made from: numbers of pairs within one reading."""


@dataclass(frozen=True)
class Asked:
    """What the report is to hold, beside what it always holds."""

    sample: int = SAMPLE
    seed: int = 0
    tries: int = 4
    benchmarks: Mapping[str, Iterable[Texts]] = field(default_factory=dict)
    embed: Callable[[], Embed] | None = None
    """Makes what embeds texts; may raise `NotHad`. None: variety of meaning is not measured."""
    solver: Solver | None = None
    judge: Judge | None = None
    at_once: int = 8
    not_had: Sequence[str] = ()
    """Why benchmarks that were asked for could not be looked for."""
    about_models: Callable[[], Mapping[str, Any]] = dict
    """Says, once they were asked, who solver and judge are and what they took."""


async def build(
    sources: Sequence[Source], asked: Asked, tell: Callable[[str], None] = lambda line: None
) -> dict[str, Any]:
    """Read the sources and return the report. Raises `UsageError` where no pair can be read."""
    places, sample = Places(sources), Sample(asked.sample, asked.seed)
    coverage, openings, wording = Coverage(sources), Openings(), Wording()
    lengths, repeats, refinement = Lengths(), Repeats(), Refinement()
    leaks = Contamination(asked.benchmarks)
    for batch in batches(sources, places):
        for part in (coverage, lengths, repeats, openings, wording, refinement, leaks):
            part.add(batch)
        for at, item in enumerate(batch.items):
            sample.add(batch.first + at, item)
        if batch.first and batch.first % 9984 == 0:
            tell(f"{batch.first:,} pairs read")
    fallen, bad_pairs = read_rejected(sources, asked.sample // 2 if asked.judge else 0, asked.seed, coverage.reject)
    if not len(places) and not fallen:
        raise UsageError(_nothing(sources))
    tell(f"{len(places):,} pairs read; the sample of {sample.size:,} is next")
    report: dict[str, Any] = {
        "format": FORMAT,
        "sources": [_source(source) for source in sources],
        "pairs": len(places),
        "rejected": fallen,
        "coverage": coverage.result(),
        "lengths": lengths.result(),
        "repeats": repeats.result(places),
        "openings": openings.result(),
        "wording": wording.result(),
        "refinement": refinement.result(),
        "contamination": leaks.result(places),
        "cost": cost(sources),
        "sample": {"stated": sample.stated(), "size": len(sample.pairs()), "seed": asked.seed},
        **await _on_sample(sample, bad_pairs, places, asked),
        "models": dict(asked.about_models()),
        "thresholds": {key: asdict(threshold) for key, threshold in TABLE.items()},
    }
    found = [
        *_of_reading(report),
        *coverage.findings(places), *repeat_findings(report["repeats"], places), *openings.findings(places),
        *wording.findings(places), *refinement_findings(report["refinement"], places),
        *contamination_findings(report["contamination"], places), *cost_findings(report["cost"]),
        *_sample_findings(report, sources, places),
    ]  # fmt: skip
    if not asked.benchmarks:
        found.append(note("contaminated", "No benchmark was looked for", "name some with --benchmarks"))
    found += [note("contaminated", "A benchmark was not looked for", why) for why in asked.not_had]
    report["findings"] = [one.as_json() for one in ordered(found)]
    return {key: _public(value) for key, value in report.items()}


def read_rejected(
    sources: Sequence[Source], most: int, seed: int, see: Callable[[Row, Source], None] = lambda row, source: None
) -> tuple[int, list[tuple[PairLink, Row]]]:
    """Return how many rows fell out, and of those that are pairs a sample of at most so many, for a judge."""
    held, count = Sample(most, seed), 0
    for number, source in enumerate(sources):
        for row in source.rejected():
            see(row, source)
            count += 1
            if most and isinstance(pair := row.get("pair"), Mapping) and (item := _item(pair, number, count)):
                held.add(count, item)
    drawn = [(sources[item.source], item) for _, item in held.pairs()]
    return count, [(PairLink(str(of.path), item.id, 0, "rejected", of.is_run), item.row) for of, item in drawn]


def _item(pair: Row, source: int, line: int) -> Item | None:
    try:
        return item_of(pair, source, line)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None


async def _on_sample(
    sample: Sample, rejected: Sequence[tuple[PairLink, Row]], places: Places, asked: Asked
) -> dict[str, Any]:
    pairs = sample.pairs()
    made: dict[str, Any] = {"variety": variety(pairs), "languages": languages(pairs)}
    try:
        if asked.embed is None:
            raise NotHad("it was not asked for")
        made["meaning"] = meaning(pairs, asked.embed())
    except NotHad as error:
        made["meaning"] = {"why_not": str(error)}
    if asked.solver:
        solved = await solve(pairs, asked.solver, asked.tries, asked.at_once)
        made["difficulty"] = difficulty(pairs, solved, asked.tries)
    else:
        made["difficulty"] = {"why_not": "no small model was named to solve the sample with"}
    if asked.judge:
        accepted = [(places.link(number), item.row) for number, item in pairs[::2]]
        made["agreement"] = await agreement(accepted, rejected, asked.judge, asked.at_once)
    else:
        made["agreement"] = {"why_not": "no judge was named"}
    return made


def _sample_findings(report: Mapping[str, Any], sources: Sequence[Source], places: Places) -> Iterable[Finding | None]:
    yield from variety_findings(report["variety"])
    wanted = {str(source.meta.get("language") or "")[:2].lower() for source in sources}
    yield from language_findings(report["languages"], wanted.pop() if len(wanted) == 1 else "", places)
    yield from meaning_findings(report["meaning"], places)
    yield from difficulty_findings(report["difficulty"], places)
    yield from agreement_findings(report["agreement"])


def _of_reading(report: Mapping[str, Any]) -> Iterable[Finding | None]:
    """Yield what must be known of how the rows were read."""
    broken = sum(source["broken"] for source in report["sources"])
    rows = report["pairs"] + report["rejected"] + broken
    named = "; ".join(line for source in report["sources"] for line in source["named"])
    measured = f"{broken:,} of {rows:,}" + (f": {named}" if named else "")
    title = "Rows that could not be read" if broken else "Every row could be read"
    yield finding("broken", title, broken / max(1, rows), rows, measured)
    for source in report["sources"]:
        if source["state"]:
            yield note("state", f"About {source['path']}", source["state"])
    if not report["pairs"]:
        yield Finding("none", "bad", "No pair was accepted", "0 pairs", report["rejected"], 9.0)


def _source(source: Source) -> dict[str, Any]:
    faults = source.faults
    return {
        "path": str(source.path),
        "is_run": source.is_run,
        "state": source.state,
        "broken": faults.count,
        "named": faults.named,
    }


def _nothing(sources: Sequence[Source]) -> str:
    names = ", ".join(str(source.path) for source in sources)
    broken = [line for source in sources for line in source.faults.named]
    why = f"no row could be read ({broken[0]})" if broken else "there are no rows"
    return f"{names}: {why}; rows of pairs.jsonl, or exported messages, are needed"


def _public(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _public(inner) for key, inner in value.items() if key not in _PRIVATE}
    return [_public(inner) for inner in value] if isinstance(value, list | tuple) else value
