"""What a piece has to pass before it is read; each check looks at what its request knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from teams.creative_content import piece as look
from teams.creative_content.forms import points_outside
from teams.creative_content.kinds import TAKES_FACTS
from teams.creative_content.rules import misread
from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged, words_of
from teams.engine.checks.figures import figures_grounded
from teams.engine.demands import content_of
from teams.engine.records import Pair
from teams.engine.stages.checks import format_kept, in_the_language
from teams.engine.stages.message import demands_of
from teams.engine.tongue import tongue
from teams.engine.verdict import Check, Finding


def piece_of(pair: Pair) -> str:
    """The piece without the wrapping of a format that was asked for."""
    return content_of(words_of(pair.messages[-1]), demands_of(pair.instruction.facts))


def _check(
    name: str, faults: Callable[[str, Mapping[str, Any], Pair], Iterator[str]], seen: str, asks: Callable[[Any], Any]
) -> Check:
    """Make a check of a look at the piece; `asks` says of which requests it judges anything."""

    def check(pair: Pair) -> Iterable[Finding]:
        if asks(pair.instruction.facts):
            yield judged(name, faults(piece_of(pair), pair.instruction.facts, pair), seen)

    check.__name__ = name
    check.__doc__ = f"{seen[0].upper()}{seen[1:]}."
    return check


def request_says_it(pair: Pair) -> Iterable[Finding]:
    """What is checked was asked for: every requirement stands in the request in words that say it."""
    facts = pair.instruction.facts
    needs = [need for need in facts.get("requirements", ()) if need["rule"] != "labels"]
    tag = str(facts.get("language") or tongue(facts["question"]) or "en")
    faults = [fault for need in needs for fault in misread(need, facts["question"], tag)]
    if needs:
        yield judged("request_says_it", faults, f"{len(needs)} requirements are worded in the request")


def request_stands_alone(pair: Pair) -> Iterable[Finding]:
    """The request can be understood by somebody who never saw the sheet it was made from."""
    faults = [repr(fault) for fault in points_outside(str(pair.instruction.facts["question"]))]
    yield judged("request_stands_alone", faults, "the request points at nothing but itself")


def pack_grounded(pair: Pair) -> Iterable[Finding]:
    """Figures given as facts of the text are the text's."""
    facts = pair.instruction.facts
    if facts.get("pack") and pair.instruction.passage.kind in TAKES_FACTS:
        sources = [pair.instruction.passage.text, pair.seed.text]
        told = "\n".join(fact["fact"] for fact in facts["pack"])
        faults = figures_grounded(told, sources, tag=str(facts.get("language") or "en"))
        yield judged("pack_grounded", faults, "the figures of the facts are the text's")


def _always(facts: Any) -> bool:
    return True


CHECKS: tuple[Check, ...] = (
    *general_text_checks(chatter=False),
    _check("requirements_met", lambda p, f, pair: look.wishes_broken(p, f), "all that can be counted is kept",
           lambda facts: facts.get("requirements")),
    _check("verse_form_kept", lambda p, f, pair: look.form_broken(p, f), "lines, rhymes and returns are there",
           lambda facts: facts.get("verse_form")),
    _check("pack_kept", lambda p, f, pair: look.facts_lost(p, f), "every fact that had to be kept is there",
           lambda facts: facts.get("pack")),
    _check("figures_given", lambda p, f, pair: look.figures_invented(p, f, pair.instruction.text),
           "no figure but those given", lambda facts: facts.get("pack")),
    _check("answer_is_a_number", lambda p, f, pair: look.parts_missing(p, f), "problem, solution and answer part",
           lambda facts: facts.get("labels")),
    _check("long_enough", lambda p, f, pair: look.thin(p, f), "it is long enough to be a piece", _always),
    _check("words_not_data", lambda p, f, pair: look.is_data(p), "it is written in words", _always),
    _check("not_the_request_again", lambda p, f, pair: look.echoed(p, f),
           "the request is not said back", _always),
    _check("sums_come_out", lambda p, f, pair: look.sums_wrong(p), "the sums written out come out", _always),
    _check("not_worn", lambda p, f, pair: look.worn_places(p, f, pair.instruction.text), "hardly a worn place",
           _always),
    _check("no_self_repetition", lambda p, f, pair: look.repeats(p, f), "nothing is said again and again", _always),
    _check("not_the_seeds_words", lambda p, f, pair: look.copied(p, f, pair.seed.text, pair.instruction.text),
           "not copied from the source", _always),
    request_stands_alone,
    request_says_it,
    pack_grounded,
    format_kept,
    in_the_language,
)  # fmt: skip
"""By program; what only a reader can judge is found by examination."""
