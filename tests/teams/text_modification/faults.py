"""Print which planted faults are caught by which check, and which good pairs are rejected all the same.

python -m tests.teams.text_modification.faults
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from teams.engine.verdict import run_checks
from teams.text_modification.checks import CHECKS
from tests.teams.text_modification.pairs import BAD, DRAFTS, GOOD


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield for every case what it is, what should catch it, what does, and whether that is right."""
    for case in GOOD:
        failed = sorted({f.check for f in run_checks(case.pair(), CHECKS).findings if not f.passed})
        yield f"good: {case.name}", "-", ", ".join(failed) or "-", "false alarm" if failed else "right"
    for case in BAD:
        failed = sorted({f.check for f in run_checks(case.pair(), CHECKS).findings if not f.passed})
        yield case.name, case.caught_by, ", ".join(failed) or "-", "caught" if case.caught_by in failed else "MISSED"
    for case in DRAFTS:
        said = "; ".join(case.complaints())
        yield f"draft: {case.name}", "desk", said[:60] or "-", "caught" if case.caught_by in said else "MISSED"


if __name__ == "__main__":
    for what, wanted, found, verdict in rows():
        sys.stdout.write(f"{what:<48} {wanted:<18} {found:<62} {verdict}\n")
