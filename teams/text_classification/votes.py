"""What blind votes say beside the key: is every single label carried, and could another have been defended as well?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from teams.engine.flow import Scene
from teams.engine.records import Pair
from teams.engine.stages.invigilate import Invigilator
from teams.engine.verdict import Finding
from teams.text_classification.forms import named


async def weighed(scene: Scene, pair: Pair, desk: Invigilator) -> list[Finding]:
    """Return the findings on the votes of those who labelled a pair blind; see `teams.engine.stages.invigilate`."""
    facts = pair.instruction.facts
    answers = [named(given["answer"], facts) for given in desk.given]
    doubts = [_doubted(given.get("also", ""), facts) for given in desk.given]
    findings = [_carried(answers, facts["key"])] if not isinstance(facts["key"], str) else []
    return [*findings, _one_holds(doubts, facts)]


def _carried(answers: Sequence[Any], key: Any) -> Finding:
    """Each label of several, or each row, is carried by more than half of the votes."""
    outvoted = []
    if isinstance(key, list):
        for name in sorted({*key, *(name for answer in answers for name in answer)}):
            agree = sum((name in answer) == (name in key) for answer in answers)
            outvoted += [f"{name!r} ({agree} of {len(answers)})"] * (2 * agree <= len(answers))
    else:
        for row, gold in key.items():
            agree = sum(answer.get(row) == gold for answer in answers)
            outvoted += [f"{row[:40]}: {gold!r} ({agree} of {len(answers)})"] * (2 * agree <= len(answers))
    said = f"not carried: {'; '.join(outvoted[:4])}" if outvoted else f"every label is carried by {len(answers)} votes"
    return Finding("labels_carried", not outvoted, said, "model")


def _doubted(also: Any, facts: Any) -> list[str]:
    if isinstance(also, list):
        return [str(one) for one in dict.fromkeys(named(also, facts))]
    return [str(named(also, facts))] if also else []


def _one_holds(doubts: Sequence[Sequence[str]], facts: Any) -> Finding:
    """Most who labelled it blind could not have defended another label.

    A rule that decides between two labels is there because both hold: then they may say so. Where the label for what
    nothing else covers is right, one who finds another that covers it is one too many.
    """
    rivals = Counter(name for doubt in doubts for name in doubt)
    doubting = sum(map(bool, doubts))
    seen = ", ".join(f"{name} ({count})" for name, count in rivals.most_common(4)) or "none"
    if facts["none"] and facts["key"] == facts["none"]:
        return Finding("none_fits_indeed", not doubting, f"labels that could hold after all: {seen}", "model")
    agreed = rivals.most_common(1)[0][1] if rivals else 0
    is_split = 2 * agreed > len(doubts) and not facts["rule"]
    note = "; a rule decides between them" * bool(facts["rule"] and rivals)
    return Finding("one_label_holds", not is_split, f"could be defended as well: {seen}{note}", "model")
