"""What a pair of question and answer from search results has to pass, all of it by program."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged
from teams.engine.checks.telling import telling
from teams.engine.records import Pair
from teams.engine.stages.checks import answers_of, figures_from_text, format_kept, in_the_language, quotations_occur
from teams.engine.stages.forms import Facts, Number
from teams.engine.verdict import Check, Finding
from teams.rag.abstaining import abstains_rightly
from teams.rag.citing import cited_exist, cited_hold, cited_needed, needed_cited, quotes_stand, statements_cited
from teams.rag.forms import Grounded, Sides
from teams.rag.kinds import BY_NAME
from teams.rag.parts import bare, documents_of, reply_of, reply_read
from teams.rag.reply import Unread
from teams.rag.result_checks import distractors_clean, documents_sound, origins_hold, support_occurs


def in_words(check: Check) -> Check:
    """Make a check that looks at what an answer says, not at the brackets and keys of its form."""

    def looked(pair: Pair) -> Iterable[Finding]:
        yield from check(bare(pair))

    looked.__name__, looked.__doc__ = check.__name__, check.__doc__
    return looked


def reply_in_form(pair: Pair) -> Iterable[Finding]:
    """The whole answer is in the form of reply that the message asks for."""
    faults = []
    try:
        reply_read(pair)
    except Unread as fault:
        faults = [str(fault)]
    yield judged("reply_in_form", faults, f"read as {pair.instruction.facts['reply']}")


def conflict_named(pair: Pair) -> Iterable[Finding]:
    """Where documents disagree the answer names every side, and of when each is."""
    form, facts, known = BY_NAME[pair.kind].form, pair.instruction.facts, documents_of(pair)
    if not isinstance(form, Sides):
        return
    answer = reply_of(pair).answer
    faults = [
        f"it does not name {side['says']!r}" for side in facts["support"] if not _names(side["says"], answer, facts)
    ]
    dates = [known[side["document"]].date for side in facts["support"] if side["document"] in known]
    faults += [
        f"it does not say that one is of {date}" for date in dates if date and not _says_when(date, answer, dates)
    ]
    yield judged("conflict_named", faults, f"both sides and their dates: {', '.join(filter(None, dates)) or 'undated'}")


def _names(says: str, answer: str, facts: Facts) -> bool:
    form = BY_NAME["conflicting_sources"].form
    if form.agrees(answer, {**facts, "key": [says]}):
        return True
    words = telling(says)
    return bool(words) and words <= telling(answer)


def _says_when(date: str, answer: str, dates: Iterable[str]) -> bool:
    """Is the year said, and the day where another document is of the same year?"""
    year, _, day = date.split("-")
    if year not in answer:
        return False
    alike = [other for other in dates if other.startswith(year)]
    return len(alike) < 2 or date in answer or re.search(rf"(?<!\d)0?{int(day)}(?!\d)", answer) is not None


def result_told(pair: Pair) -> Iterable[Finding]:
    """A figure that is worked out is carried out again from the author's calculation."""
    form, facts = BY_NAME[pair.kind].form, pair.instruction.facts
    if isinstance(form, Grounded) and isinstance(form.inner, Number) and facts.get("answerable", True):
        found = form.found(answers_of(pair)[-1] if answers_of(pair) else "", facts)
        held = found is not None and form.agrees(found, facts)
        seen = f"{facts['expression']} = {facts['key']}; the answer gives {found}"
        yield Finding("result_told", held, seen)


_WRITTEN: tuple[Callable[[Pair], Iterable[Finding]], ...] = (
    *general_text_checks(chatter=False),
    figures_from_text,
    quotations_occur,
    in_the_language,
)
CHECKS: tuple[Check, ...] = (
    reply_in_form,
    *(in_words(check) for check in _WRITTEN),
    documents_sound,
    origins_hold,
    support_occurs,
    distractors_clean,
    cited_exist,
    quotes_stand,
    cited_hold,
    statements_cited,
    cited_needed,
    needed_cited,
    abstains_rightly,
    conflict_named,
    result_told,
    format_kept,
)
"""By program; whether the answer is right, those find out who look for it blind."""
