"""Is what stands beside a label what was asked for: a reason with grounds in the text, a quotation, a confidence?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from teams.text_classification.grounds import frame, is_grounded, quote_faults, row_faults
from teams.text_classification.replies import REPLIES, Told
from tools.counting import word_count

_BARE = 6
"""Words of an answer that only names its label ("I would file it under …"), where no reason was asked for."""


def beside_faults(told: Told, facts: Mapping[str, Any], text: str) -> Iterator[str]:
    """Yield what is wrong with what stands beside a label, in words that tell what would be right."""
    if "reason" in told.beside:
        yield from _reason_faults(told, facts, text)
    if "evidence" in told.beside:
        yield from quote_faults(told.beside["evidence"], text)
    if "confidence" in told.beside:
        sure = told.beside["confidence"]
        if not isinstance(sure, int | float) or isinstance(sure, bool) or not 0 <= sure <= 1:
            yield f"the confidence {sure!r} is no number from 0 to 1"


def _reason_faults(told: Told, facts: Mapping[str, Any], text: str) -> Iterator[str]:
    reason = told.beside["reason"]
    if not isinstance(reason, str) or not reason.strip():
        yield "it gives no reason"
        return
    if isinstance(told.payload, Mapping):
        yield from row_faults(reason.split("\n"), [str(label) for label in told.payload.values()], facts)
    if not (_is_bare(reason, facts) or is_grounded(reason, text, frame(facts))):
        yield "its reason would fit any text with this label: name what in this one decides it"


def _is_bare(answer: str, facts: Mapping[str, Any]) -> bool:
    """Say whether an answer in no certain form gives a label and no reason, and none was asked for."""
    if facts["reply"] != "open" or any(ask and ask in str(facts.get("ask", "")) for ask in REPLIES["open"].wordings):
        return False
    label = sum(word_count(one["shown"]) for one in facts["labels"] if one["shown"] in answer)
    return word_count(answer) <= label + _BARE
