"""A record made again of its row in the journal and the record it was born from."""

from __future__ import annotations

import json
from typing import Any

from teams.engine.again.kept import Row
from teams.engine.records import Instruction, Pair, Passage, Record, Seed

_TUPLES = ("span", "refinements", "demands", "messages", "tools")


def rebuilt(row: Row, parent: Record) -> Record:
    """Return the record of a row.

    What JSON does not tell apart stays as JSON has it: facts that were tuples are lists. A refined instruction whose
    passage was changed on the way gets its parent's passage: the journal has no other.
    """
    values: dict[str, Any] = json.loads(row.record)
    values |= {name: tuple(values[name]) for name in _TUPLES if name in values}
    if row.type == "passage":
        seed = parent if isinstance(parent, Seed) else parent.seed if isinstance(parent, Passage) else None
        assert seed, row.id
        return Passage(**values, seed=seed)
    if row.type == "instruction":
        passage = parent if isinstance(parent, Passage) else parent.passage if isinstance(parent, Instruction) else None
        assert passage, row.id
        return Instruction(**values, passage=passage)
    assert isinstance(parent, Instruction), row.id
    return Pair(**values, instruction=parent)
