"""Why things fell out of a run: reasons, how often, and one example of each to open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from agents.view.conversation import read
from agents.view.lineage import STAYED_OUT
from agents.view.run import Run


@dataclass(frozen=True)
class Reason:
    """One way of falling out."""

    stage: str
    """`check` for a pair that failed one."""
    name: str
    """The check, or how the reason begins."""
    count: int
    example: str
    """Id of one that fell out so."""


def failures(run: Run) -> list[Reason]:
    """Return the reasons of a run, commonest first. Reads all that fell out."""
    counted, examples = Counter[tuple[str, str]](), dict[tuple[str, str], str]()
    for stage, name, id in _failures(run):
        counted[stage, name] += 1
        examples.setdefault((stage, name), id)
    return [Reason(*key, number, examples[key]) for key, number in counted.most_common()]


def _failures(run: Run) -> Iterator[tuple[str, str, str]]:
    failed = (
        "SELECT v.id, json_extract(c.value, '$.check') FROM verdicts v, json_each(v.verdict, '$.checks') c "
        "WHERE NOT v.accepted AND NOT json_extract(c.value, '$.passed')"
    )
    dropped = f"SELECT d.id, d.stage, d.reasons FROM drops d LEFT JOIN chats c ON c.id=d.id WHERE {STAYED_OUT}"
    with run.reading() as db:
        for id, check in db.execute(failed):
            yield "check", str(check), id
        for id, stage, reasons in db.execute(dropped):
            for reason in read(reasons, list)[:1]:
                yield stage, begin_of(str(reason)), id


def begin_of(reason: str) -> str:
    """How a reason begins: what comes after a colon differs from case to case."""
    kind, _, rest = reason.partition(":")
    # "Refused: editor gave no usable reply" says more than "Refused".
    return f"{kind}:{rest.partition(' in ')[0]}"[:80] if kind == "Refused" else kind[:80]
