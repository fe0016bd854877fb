"""Checks that hold for every pair made by these stages: they look at what the instruction knows of itself."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.checks.figures import figures_grounded
from teams.engine.checks.language import in_language
from teams.engine.checks.leaks import speaks_of_source, stands_alone
from teams.engine.checks.quotes import locate, quotations_in
from teams.engine.checks.unnamed import unnamed_works
from teams.engine.demands import content_of, faults_of
from teams.engine.records import Pair
from teams.engine.stages.message import demands_of
from teams.engine.tongue import tag_of
from teams.engine.verdict import Finding
from tools.calculator.arithmetic import partial_results


def answers_of(pair: Pair) -> list[str]:
    """The assistant's turns, without the wrapping of a format that was asked for."""
    demands = demands_of(pair.instruction.facts)
    return [content_of(words_of(m), demands) for m in pair.messages if m.get("role") == "assistant"]


def evidence_occurs(pair: Pair) -> Iterable[Finding]:
    """What the writer of a question gave as evidence stands in the text, word by word."""
    quotes = pair.instruction.facts.get("evidence") or ()
    passage = pair.instruction.passage.text
    faults = [f"{short(quote)!r} does not stand in the text" for quote in quotes if locate(quote, passage) is None]
    if quotes:
        yield judged("evidence_occurs", faults, f"{len(quotes)} quotations stand in the text")


_ENOUGH = 20
"""Faults after which an answer is not read on."""


def quotations_occur(pair: Pair) -> Iterable[Finding]:
    """What an answer puts between quotation marks was said: by the text, or by the user."""
    said = [pair.instruction.passage.text, *(words_of(m) for m in pair.messages if m.get("role") == "user")]
    quoted = [quote for answer in answers_of(pair) for quote in quotations_in(answer)]
    unsaid = (quote for quote in dict.fromkeys(quoted) if not any(_stands(quote, text) for text in said))
    faults = [f"{short(quote)!r} was never said" for quote in islice(unsaid, _ENOUGH)]
    yield judged("quotations_occur", faults, f"{len(quoted)} quotations were said")


def _stands(quote: str, text: str) -> bool:
    # A quotation takes its own comma or full stop along, and begins small or large as its sentence wants.
    bare = quote.strip().rstrip(".,;:!?…")
    return locate(bare, text, any_case=True) is not None


def source_named(pair: Pair) -> list[str]:
    """Return where answers speak of material that only those saw who made the question, and that it does not name."""
    asked = words_of(pair.messages[0]).casefold()
    hidden = pair.instruction.passage.text
    found = [fault for answer in answers_of(pair) for fault in speaks_of_source(answer, hidden)]
    return [fault for fault in found if fault.split()[-1].casefold() not in asked]


def source_unnamed(pair: Pair) -> Iterable[Finding]:
    """The answer speaks of no fact sheet and of nobody's notes that its reader never saw."""
    if not pair.instruction.facts.get("shows_text", True):
        yield judged("source_unnamed", [short(fault) for fault in source_named(pair)], "speaks of no hidden source")


def question_stands_alone(pair: Pair) -> Iterable[Finding]:
    """The question points at nothing that its reader can't see, and its words are not the seed's."""
    asked = str(pair.instruction.facts["ask"])
    found = [*stands_alone(asked, source=pair.instruction.passage.text), *unnamed_works(asked)]
    faults = [f"{short(fault)!r} points at what is not there" for fault in found]
    yield judged("question_stands_alone", faults, "points at nothing outside")


def answer_stands_alone(pair: Pair) -> Iterable[Finding]:
    """The answer speaks of no text either."""
    faults = [short(fault) for answer in answers_of(pair) for fault in stands_alone(answer, is_answer=True)]
    faults += [short(fault) for fault in source_named(pair) if short(fault) not in faults]
    yield judged("answer_stands_alone", faults, "speaks of no text")


def format_kept(pair: Pair) -> Iterable[Finding]:
    """Every format that was asked for is kept by every answer."""
    demands = demands_of(pair.instruction.facts)
    if not demands:
        return
    answers = [words_of(m) for m in pair.messages if m.get("role") == "assistant"]
    faults = [f"{demand.rule}: {fault}" for demand in demands for said in answers for fault in faults_of(said, demand)]
    yield judged("format_kept", faults, "; ".join(f"{d.rule} {dict(d.params)}" for d in demands))


def in_the_language(pair: Pair) -> Iterable[Finding]:
    """Where a language was asked for, question and answer are in it."""
    if not (tag := pair.instruction.facts.get("language")):
        return

    faults = [f"the question: {fault}" for fault in in_language([str(pair.instruction.facts["ask"])], tag)]
    faults += [f"the answer: {fault}" for fault in in_language(answers_of(pair), tag)]
    yield judged("in_the_language", faults, f"read as {tag}")


def figures_from_text(pair: Pair) -> Iterable[Finding]:
    """Every figure an answer tells stands in the text or the question, or is worked out from figures there."""
    facts, instruction = pair.instruction.facts, pair.instruction
    # The calculation behind a key was carried out from figures of the text; its result is as good as one of them.
    expression = str(facts.get("expression", ""))
    steps = " ".join(partial_results(expression))
    worked = f"{expression} {facts['key'] if expression else ''} {facts.get('unit', '')} {steps}"
    said = [instruction.passage.text, *(words_of(m) for m in pair.messages if m.get("role") == "user"), worked]
    tag = tag_of(str(facts.get("language") or "en"))
    faults = [fault for answer in answers_of(pair) for fault in figures_grounded(answer, said, tag=tag)]
    yield judged("figures_from_text", faults, "all figures are from the text")
