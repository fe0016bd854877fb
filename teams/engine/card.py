"""The dataset card of a run: what it holds, how it came about, what was thrown away, and what it can't promise."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from teams.engine.export import Row, atomic, outcome_of
from teams.engine.mix_coverage import Coverage, skill_rows, table_rows
from teams.engine.mix_shares import Cell
from teams.engine.records import WITHOUT
from teams.engine.said_by import FACT
from teams.engine.verdict import NOBODY

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
_MOST_REASONS = 20
BY_HAND = {"accept": "accepted", "edit": "edited", "keep": "kept from a branch", "reject": "rejected before"}
"""What people did to pairs that are in the data, as a card calls it."""
UNREAD = "not examined: programs alone looked at it"
"""How a card calls pairs whose open answers neither a model read nor anything executed."""


@dataclass
class Counts:
    """What a card tells of the rows: counted one row at a time, so that no row has to be kept."""

    rows: int = 0
    skills: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    transforms: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    demands: Counter[str] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)
    """What a chat that failed would have added."""
    outcomes: Counter[str] = field(default_factory=Counter)
    executed: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    models: Counter[tuple[str, str]] = field(default_factory=Counter)
    judges: Counter[str] = field(default_factory=Counter)
    hand: Counter[str] = field(default_factory=Counter)
    """What people did to them, by act, and which roles they spoke for."""
    turns: int = 0
    calls: int = 0
    rejected: int = 0
    rejected_at: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    coverage: Coverage = field(default_factory=Coverage)
    quotas: Mapping[str, int] = field(default_factory=dict)
    """Pairs asked of each skill; none where there was no number to reach."""

    def accept(self, row: Row) -> None:
        """Count an accepted row."""
        kinds, facts = row.get("kinds") or {}, row.get("facts") or {}
        self.rows += 1
        self.skills[str(row.get("skill"))] += 1
        self.kinds[str(kinds.get("instruct"))] += 1
        self.transforms[str(kinds.get("transform"))] += 1
        self.stages[" + ".join([str(row.get("stage")), *map(str, kinds.get("refine") or ())])] += 1
        self.demands.update(map(str, kinds.get("demand") or ()))
        self.lacking.update(map(str, facts.get(WITHOUT) or ()))
        self.coverage.accept(row)
        self.outcomes[outcome_of(row)] += 1
        self.executed[str(row.get("executed") or facts.get("executed") or "no tools")] += 1
        self.splits[str(row.get("split") or "train")] += 1
        self.models.update((row.get("models") or {}).items())
        judges = (row.get("verdict") or {}).get("judged_by") or ["nobody: no check suits it"]
        self.judges.update(UNREAD if judge == NOBODY else judge for judge in judges)
        self.hand.update({BY_HAND.get(act["act"], act["act"]) for act in row.get("hand") or ()})
        self.hand.update(f"{role} spoken by a person" for role in (row.get("facts") or {}).get(FACT, ()))
        self.turns += len(row["messages"])
        self.calls += sum(len(m.get("tool_calls") or ()) for m in row["messages"])

    def reject(self, row: Row) -> None:
        """Count what fell out, from a row of `rejected.jsonl`: by the stage, and by the name of each failed check."""
        self.rejected += 1
        self.coverage.reject(row)
        self.rejected_at[str(row.get("stage"))] += 1
        # Only the check's name: the rest quotes texts nobody has vetted.
        self.reasons.update({str(reason).partition(":")[0][:60] for reason in row.get("reasons") or ()})


def write_card(
    path: Path,
    rows: Iterable[Row],
    rejected: Iterable[Row] = (),
    *,
    title: str,
    command: str = "",
    language: str = "en",
    data_files: Mapping[str, str] = MappingProxyType({"train": "pairs.jsonl"}),
    quotas: Mapping[str, int] = MappingProxyType({}),
    asked: Mapping[str, Mapping[Cell, int]] = MappingProxyType({}),
) -> Counts:
    """Write the card to `path` (a README.md beside the data) and return what was counted.

    `data_files`: the file of each split, by the split's name. `quotas`, `asked`: pairs asked of each skill, and of each
    of its cells.
    """
    counts = Counts(quotas=quotas, coverage=Coverage(asked=asked))
    for row in rows:
        counts.accept(row)
    for row in rejected:
        counts.reject(row)
    with atomic(path) as file:
        text = front_matter(counts, title, language, data_files) + _body(counts, title, command, data_files)
        file.write(text.encode("utf-8", "replace"))
    return counts


def front_matter(counts: Counts, title: str, language: str, data_files: Mapping[str, str]) -> str:
    """Return the YAML head that dataset hubs and `datasets` read. Values are JSON, which YAML includes."""
    size = next((name for limit, name in _SIZES if counts.rows < limit), "n>10M")
    files = [{"split": split, "path": name} for split, name in data_files.items()]
    head: Mapping[str, Any] = {
        "pretty_name": title,
        "license": "unknown",
        "language": [language],
        "task_categories": ["text-generation"],
        "size_categories": [size],
        "tags": ["synthetic", "agentinstruct", *sorted(counts.skills)],
        "configs": [{"config_name": "default", "data_files": files}],
    }
    return "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in head.items()) + "---\n\n"


def _body(counts: Counts, title: str, command: str, data_files: Mapping[str, str]) -> str:
    held_out = " `pairs.jsonl` has the rows of all splits together." if len(data_files) > 1 else ""
    parts = [
        f"# {_line(title)}\n\n{_what(counts)}\n",
        "## How to load\n\n```python\nfrom datasets import load_dataset\n\n"
        f'splits = load_dataset("json", data_files={json.dumps(dict(data_files))})\n```\n\n'
        "Each row holds `messages` (lists, in the form chat templates read), `tools`, where it came from (`seed`, "
        "`kinds`, `stage`, `models`) and what was checked (`verdict`). "
        "The column `split` says which rows are held out; rows of one seed are always in the same split."
        f"{held_out}\n\n"
        "Where the run's journal `run.db` lies beside this file, `python -m agents.view FOLDER` opens a page on how "
        "each row came about: every chat, prompt and check.\n",
        _counted(counts),
        _covered(counts),
        _fell_out(counts),
        _origins(counts, command),
        _LIMITS,
    ]
    return "\n".join(filter(None, parts))


def _what(counts: Counts) -> str:
    if not counts.rows:
        return "This run accepted no pair."
    return (
        f"{counts.rows:,} conversations written by language models from seed documents and kept by program checks; "
        f"{counts.turns / counts.rows:.1f} messages and {counts.calls / counts.rows:.1f} calls each on average."
        + (f" {unread(counts.judges[UNREAD])}" if counts.judges[UNREAD] else "")
    )


def unread(count: int) -> str:
    """Say that so many pairs were read by nobody."""
    whose = "1 answer was" if count == 1 else f"{count:,} answers were"
    return f"{whose} examined by nobody: programs looked at what programs can, and no model read or executed anything."


def _counted(counts: Counts) -> str:
    tables = (
        ("Skill", counts.skills if len(counts.skills) > 1 else Counter[str]()),
        # Kinds of two skills may have one name: then the table of what is covered has them.
        ("Kind of instruction", counts.kinds if len(counts.skills) == 1 else Counter[str]()),
        ("Stage", counts.stages),
        ("Content transformation", counts.transforms),
        ("Output format asked for", counts.demands),
        ("Went without, as its chat failed", counts.lacking),
        ("Outcome", counts.outcomes),
        ("Calls executed", counts.executed),
        ("Split", counts.splits),
        ("Judged by", counts.judges),
        ("By hand", counts.hand),
    )
    return "## What it holds\n\n" + "\n".join(
        _table((name, "pairs"), _rows(counter)) for name, counter in tables if counter
    )


def _covered(counts: Counts) -> str:
    coverage = counts.coverage
    if not coverage.skills:
        return ""
    skills = _table(*skill_rows(coverage, counts.quotas))
    return f"## What is covered\n\n{skills}\n{_table(*table_rows(coverage))}"


def _fell_out(counts: Counts) -> str:
    if not counts.rejected:
        return "## What was rejected\n\nNothing.\n"
    tried = counts.rows + counts.rejected
    where = _table(("stage", "rejected"), _rows(counts.rejected_at))
    why = _table(("reason", "times"), _rows(counts.reasons, _MOST_REASONS))
    return (
        f"## What was rejected\n\n{counts.rejected:,} of {tried:,} fell out on the way; `rejected.jsonl` has each with "
        f"its reasons. One may have several.\n\n{where}\n{why}"
    )


def _origins(counts: Counts, command: str) -> str:
    models = _table(("role", "model"), [(role, model) for role, model in sorted(counts.models)])
    ran = f"Made with:\n\n```sh\n{_line(command)}\n```\n\n" if command else ""
    return (
        f"## Where it comes from\n\n{ran}{models}\n"
        "**Licence.** The program does not know under which licence the seeds stand, nor what the makers of the models "
        "allow to be done with their output. Whoever publishes this must know both and fill in `license` above.\n"
    )


_LIMITS = """\
## Limits

- All of it is synthetic. Checks by program catch what can be told by program: calls that fit their schemas, values \
and figures with a source, the number of calls, placeholders, refusals. They read English best, do not judge taste, \
and pass a pair whose fault they do not look for. The evidence of every check is in `verdict`.
- Where calls are `simulated`, a language model played the functions; where `sandbox`, an implementation written by \
a language model ran, with invented data. Facts in results are not facts about the world.
- Where a person edited a row, `edited_from` has what was there before, and the checks and judges in `verdict` looked \
at that: `verdict.of_edited_from` is true then.
- Biases and errors of the seeds and of the models are in here too, and personal data if the seeds held any.
- Overlap with benchmarks was looked for only in the files that were named at the run.
"""


def _rows(counter: Counter[str], most: int | None = None) -> list[tuple[str, str]]:
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return [(name, f"{count:,}") for name, count in ranked[:most]]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(_line(cell) for cell in line) + " |\n" for line in lines)


def _line(text: str) -> str:
    """Return text that can't break out of its table cell or line, nor be read as HTML."""
    flat = " ".join(str(text).replace("`", "'").split())
    return flat.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")
