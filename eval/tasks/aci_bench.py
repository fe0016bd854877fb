"""ACI-Bench: from what was said in a visit to the doctor's note, the three test sets together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eval.records import Item, Turn
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._rows import text
from eval.tasks._summaries import JUDGE_CALLS, JUDGE_SAYS, asked, metrics, score

_TESTS = ("clinicalnlp_taskB_test1", "clinicalnlp_taskC_test2", "clef_taskC_test3")


def _items(rows: Iterable[Row]) -> Iterator[Item]:
    instruction = asked("note", source="(the transcript, which is the source)")
    for row in rows:
        dialogue = text(row, "dialogue")
        yield Item(
            id=text(row, "encounter_id"),
            turns=(Turn(asked("note", source=dialogue)),),
            group=row.config,
            facts={"source": dialogue, "instruction": instruction, "reference": text(row, "note", may_lack=True)},
        )


task = Task(
    name="aci_bench",
    title="ACI-Bench",
    about="Clinical notes from the talk between doctor and patient: what is made up, and how good is the note?",
    source=Source(
        url="https://raw.githubusercontent.com/wyim/aci-bench/main",
        files=tuple(f"data/challenge_data/{name}.csv" for name in _TESTS),
        licence="CC-BY-4.0",
        size=120,
        home="https://github.com/wyim/aci-bench",
    ),
    items=_items,
    metrics=metrics,
    score=score,
    judged=True,
    judge_calls=JUDGE_CALLS,
    judge_says=JUDGE_SAYS,
    max_tokens=2048,
    tables=("7",),
)
