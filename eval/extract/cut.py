"""Answers that were cut at the most tokens: what may be read out of half of one.

Most patterns take what an answer ends at, and the end of half an answer is a step on the way. Measured on the answers
of `tests/eval/answers.jsonl`, each cut at every word behind its first fifth (5,278 halves): all patterns together read
something out of 56 %, and of that 42 % was not what the whole answer says. What is kept here reads 19 %, a fifth of
it otherwise than the whole answer, whose writer thinks better of it later; the rest is told as cut.
"""

from __future__ import annotations

import re

from eval.records import Extracted

FIRM = frozenset({
    "boxed", "tag", "hashes", "judged", "key", "form", "answer_is", "chosen", "is_correct", "first_word", "per_option",
    "quoted", "subject", "answer_choice", "answer_choice_text",
})  # fmt: skip
"""Patterns of a verdict that was given in so many words, before the answer broke off."""
LOOSE = frozenset({
    "bold", "lone_letter", "lone_line", "lone_number", "concluded", "option_text", "last_letter", "equation", "only",
    "whole", "sentence", "label", "list", "ticked", "letters", "right", "texts", "dollars", "code", "bare", "fenced",
    "not_given",
})  # fmt: skip
"""Patterns that need an answer's end (a lone letter: unless the answer begins with it). A pattern that is in neither
set is a user's own, who may know better."""
_CLOSES = ("}", ")", "]", ">", "*", "`", '"')


def of_cut(found: Extracted, answer: str) -> Extracted:
    """Return what was read out of an answer that was cut off, if it is settled; else nothing, `how` being "cut".

    A value that stands at the cut itself is not settled: `18` may have become `180`, and `3.` 3.5.
    """
    begins = found.how == "lone_letter" and found.span is not None and not answer[: found.span[0]].strip(" \n*_([#>")
    if found.value is None or (found.how in LOOSE and not begins):
        return Extracted(None, "cut")
    if found.how in FIRM and found.span is not None and not _ended(found.span[1], answer):
        return Extracted(None, "cut")
    return found


def _ended(end: int, answer: str) -> bool:
    """Say whether more follows a value than the full stop or comma that may be a part of it."""
    return bool(re.search(r"[^.,]", answer[end:])) or answer[:end].endswith(_CLOSES)
