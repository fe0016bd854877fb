"""What a run leaves beside its journal: `pairs.jsonl`, `rejected.jsonl` and the dataset card; made anew at every end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agents.journal import Journal
from teams.engine.atomic import write_lines


def accepted(journal: Journal) -> Iterator[dict[str, Any]]:
    """The accepted pairs as rows, in the order of their ids."""
    for (row,) in journal.stream("SELECT row FROM verdicts WHERE accepted=1 ORDER BY id"):
        yield json.loads(row)


def rejected(journal: Journal) -> Iterator[dict[str, Any]]:
    """Everything that fell out at any stage: `{"id", "stage", "kind", "reasons", …}`; pairs with their conversation."""
    for id_, stage, kind, reasons in journal.stream("SELECT id, stage, kind, reasons FROM drops ORDER BY id"):
        yield {"id": id_, "stage": stage, "kind": kind, "reasons": json.loads(reasons)}
    for id_, row in journal.stream("SELECT id, row FROM verdicts WHERE accepted=0 ORDER BY id"):
        whole = json.loads(row)
        failed = [check for check in whole["verdict"]["checks"] if not check["passed"]]
        reasons = [f"{check['check']}: {check['evidence']}" for check in failed]
        yield {"id": id_, "stage": "check", "kind": whole["kinds"]["instruct"], "reasons": reasons, "pair": whole}


def write_outputs(journal: Journal, folder: Path) -> None:
    """Write the two files from what is committed. Each appears whole or not at all."""
    write_lines(folder / "pairs.jsonl", accepted(journal))
    write_lines(folder / "rejected.jsonl", rejected(journal))
