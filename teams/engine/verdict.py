"""What the checks said of a pair: findings with their evidence, and the verdict they add up to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from teams.engine.aside import aside
from teams.engine.records import Pair


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: str
    """Name of the check, snake_case: `arguments_legal`."""
    passed: bool
    evidence: str
    """What was seen, short enough for a table: the offending value and where, or what was compared."""
    by: str = "program"
    """Who judged: `program`, `sandbox` (something was executed), `model`, or `nobody` (it was not)."""


NOBODY = "nobody"
NOT_EXAMINED = "not examined"


def examined(findings: Sequence[Finding], small: bool) -> tuple[Finding, ...]:
    """Return what a judge found; where it neither read nor executed anything, with a finding that says so.

    `small`: the model is too small to be a judge of open answers.
    """
    if any(finding.by in ("model", "sandbox") for finding in findings):
        return tuple(findings)
    why = "a small model is no judge of it" if small else "there was nothing in it that a reader was to judge"
    said = f"{NOT_EXAMINED}: {why}; programs alone looked at it"
    return (*findings, Finding("examined", True, said, NOBODY))


@dataclass(frozen=True)
class Verdict:
    """All findings on one pair. Accepted when something was judged and nothing failed."""

    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        is_judged = any(finding.by != NOBODY for finding in self.findings)
        return is_judged and all(finding.passed for finding in self.findings)

    @property
    def reasons(self) -> list[str]:
        """Why it was rejected, one line a failed check: `check: evidence`."""
        return [f"{f.check}: {f.evidence}" for f in self.findings if not f.passed]

    def as_dict(self) -> dict[str, Any]:
        return {
            "accepted": self.accepted,
            "judged_by": sorted({f.by for f in self.findings}),
            "checks": [dict(vars(finding)) for finding in self.findings],
        }


Check = Callable[[Pair], Iterable[Finding]]
"""A check looks at one pair and reports what it found; pure, quick, no model."""


async def verdict_of(pair: Pair, checks: Sequence[Check], module: str = "") -> Verdict:
    """Run every check as `run_checks` does; in a child process where they are the `CHECKS` of the module named."""
    if module and checks is import_module(module).CHECKS:
        return await aside(_run_named, pair, module)
    return run_checks(pair, checks)


def _run_named(pair: Pair, module: str) -> Verdict:
    return run_checks(pair, import_module(module).CHECKS)


def run_checks(pair: Pair, checks: Sequence[Check]) -> Verdict:
    """Run every check, so that a rejected pair shows all that is wrong with it, not only the first thing."""
    return Verdict(tuple(finding for check in checks for finding in check(pair)))
