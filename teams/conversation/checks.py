"""What a conversation has to pass before anybody is asked about it: all of its plan that a program can see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from teams.conversation.faults import mix_faults
from teams.conversation.kinds import BY_NAME
from teams.conversation.reading import (
    ASKS,
    ECHO,
    SAID_BEFORE,
    gives_away,
    speaks_as_assistant,
    speaks_for_other,
)
from teams.conversation.said import figures, folded, holds, rounds_to, same_figure, stands
from teams.conversation.turns import Turn, forms_at, turns_of
from teams.engine.checks import GENERAL_TEXT_CHECKS
from teams.engine.checks.chatter import cut_off
from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.checks.copying import copied_runs, copied_share
from teams.engine.checks.figures import figures_grounded
from teams.engine.checks.language import in_language
from teams.engine.checks.prose import text_finished
from teams.engine.checks.quotes import locate, quotations_in
from teams.engine.demands import Demand, content_of, faults_of
from teams.engine.records import Pair
from teams.engine.verdict import Check, Finding
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute
from tools.counting import word_count

FEWEST, MOST = 3, 6
"""Messages of the user in a conversation."""
_FEW_WORDS = 30
_ASKED_IN = 60
"""Words of a turn that asks back, at most."""


@dataclass(frozen=True)
class Exchange:
    """One turn of the user with its answer, and what had been said before the answer."""

    turn: Turn
    user: str
    answer: str
    """The assistant's own words, without the wrapping of a form that was asked for."""
    raw: str
    before: str
    """All that was said before this message."""
    forms: tuple[Demand, ...]


def exchanges(pair: Pair) -> list[Exchange]:
    """Return what was held of the plan, in order."""
    turns = turns_of(pair.instruction.facts)
    numbers = list(pair.facts.get("held", ()))
    was_held = [turn for turn in turns if turn.number in numbers]
    said = [message for message in pair.messages if message.get("role") in ("user", "assistant")]
    first = len(said) - 2 * len(numbers)
    before = [words_of(message) for message in said[: max(first, 0)]]
    found = []
    for number, at in zip(numbers, range(max(first, 0), len(said) - 1, 2), strict=False):
        user, raw = words_of(said[at]), words_of(said[at + 1])
        forms = tuple(forms_at(was_held, number))
        told = "\n".join(before)
        found.append(Exchange(turns[number - 1], user, content_of(raw, forms), raw, told, forms))
        before += [user, raw]
    return found


def _each(name: str, look: Callable[[Exchange], Iterator[str]], seen: str) -> Check:
    """Make a check of a look at each exchange; pairs in which it looks at nothing say so."""

    def check(pair: Pair) -> Iterable[Finding]:
        held = exchanges(pair)
        faults = [f"turn {one.turn.number} ({one.turn.sort}): {fault}" for one in held for fault in look(one)]
        yield judged(name, faults, f"{len(held)} turns: {seen}")

    check.__name__ = name
    check.__doc__ = look.__doc__
    return check


def turns_enough(pair: Pair) -> Iterable[Finding]:
    """Three to six messages of the user, with what makes the kind; turns that had lost their point may be missing."""
    held = exchanges(pair)
    asked = sum(message.get("role") == "user" for message in pair.messages)
    faults = [f"{asked} messages of the user"] * (not FEWEST <= len(held) <= MOST)
    faults += ["turns are not those that were planned"] * (len(held) != len(pair.facts.get("held", ())))
    if pair.instruction.facts["person"]:  # a small model's talk has one sort of turn
        faults += mix_faults(BY_NAME[pair.kind], [one.turn for one in held])
    yield judged("turns_enough", faults, f"{asked} messages of the user")


def finished(pair: Pair) -> Iterable[Finding]:
    """Answers end where they should; what is put into a form ends as the form wants it."""
    faults = [
        f"turn {one.turn.number}: {cut}" for one in exchanges(pair) if not one.forms and (cut := cut_off(one.answer))
    ]
    yield judged("text_finished", faults, f"{len(exchanges(pair))} answers read")


def _says(one: Exchange) -> Iterator[str]:
    """The user says what the plan needs said."""
    yield from (f"the user does not say {value!r}" for value in one.turn.says if not holds(value, one.user))
    if one.turn.piece and locate(one.turn.piece, one.user) is None:
        yield "the piece is not handed over"


def _unsaid(one: Exchange) -> Iterator[str]:
    """What the assistant has to know by itself stands in no message that needs it, and was said before."""
    own = one.user.replace(one.turn.piece, " ") if one.turn.piece else one.user
    yield from (f"the user says {value!r} again" for value in one.turn.uses if holds(value, own))
    yield from (f"{value!r} was said nowhere before" for value in one.turn.uses if not holds(value, one.before))
    if one.turn.leans and (runs := copied_runs(own, one.before, run=ECHO)):
        yield f"the user repeats {short(runs[0].text)!r}"
    if one.turn.number > 1 and gives_away(own, one.turn, one.before):
        yield f"the user says the answer: {one.turn.key!r}"


def _carried(one: Exchange) -> Iterator[str]:
    """What was said before comes back in the answer that needs it."""
    yield from (f"the answer lacks {value!r}" for value in one.turn.uses if not holds(value, one.answer))


def _gone(one: Exchange) -> Iterator[str]:
    """What was cut or changed does not come back."""
    yield from (f"the answer still has {value!r}" for value in one.turn.gone if stands(value, one.answer))


def _keyed(one: Exchange) -> Iterator[str]:
    """Figures asked for are right; keys in words are read by somebody."""
    if one.turn.expression:
        try:
            worth = figures(compute(one.turn.expression))
        except CannotCompute as error:
            yield f"the calculation can't be carried out: {error}"
            return
        if not worth or not any(rounds_to(worth[-1], figure) for figure in figures(one.turn.key)):
            yield f"the key {one.turn.key!r} is not {one.turn.expression} = {worth[-1] if worth else '?'}"
        elif not any(rounds_to(worth[-1], figure) for figure in figures(one.answer)):
            yield f"the answer does not give {one.turn.expression} = {worth[-1]}"
    elif is_figure(one.turn.key) and not holds(one.turn.key, one.answer):
        yield f"the answer does not give {one.turn.key!r}"


def is_figure(key: str) -> bool:
    """Say whether a key is a figure, which a program can find."""
    return bool(figures(key)) and len(key.split()) <= 3


def _formed(one: Exchange) -> Iterator[str]:
    """A form asked for is kept, in its turn or from there on."""
    yield from (f"{form.rule}: {fault}" for form in one.forms for fault in faults_of(one.raw, form))


def _in_part(one: Exchange) -> Iterator[str]:
    """No side says the other's lines; the user doesn't speak like one who helps."""
    for who, words in (("user", one.user), ("assistant", one.raw)):
        if label := speaks_for_other(words.replace(one.turn.piece, " ") if one.turn.piece else words):
            yield f"the {who} writes {label!r}"
    if one.turn.number > 1 and (served := speaks_as_assistant(one.user)):
        yield f"the user says {served!r}"


def challenges_met(pair: Pair) -> Iterable[Finding]:
    """Where the user is right, the result of before was given and is replaced; where they are wrong, it stays."""
    held = {one.turn.number: one for one in exchanges(pair)}
    challenged = [one for one in held.values() if one.turn.sort in ("correct", "doubt")]
    if not challenged:
        return
    faults = []
    for one in challenged:
        earlier = held.get(one.turn.leans_on)
        if earlier is None:
            faults.append(f"turn {one.turn.number} challenges a turn that was not held")
            continue
        where = f"turn {one.turn.number} ({one.turn.sort})"
        if one.turn.sort == "correct":
            faults += [f"{where}: {fault}" for fault in _overturned(one, earlier)]
        elif all(not holds(value, earlier.answer) for value in one.turn.uses) and earlier.turn.sort != "doubt":
            faults.append(f"{where}: what is challenged was never answered: {', '.join(one.turn.uses)}")
    yield judged("challenges_met", faults, f"{len(challenged)} challenges met")


def _overturned(one: Exchange, earlier: Exchange) -> Iterator[str]:
    was, now = earlier.turn.key, one.turn.key
    if was == now or (is_figure(was) and is_figure(now) and same_figure(figures(was)[-1], figures(now)[-1])):
        yield f"nothing changes: {now!r}"
    if is_figure(was) and not holds(was, earlier.answer):
        yield f"the earlier answer did not give {was!r}"
    if folded(one.answer) == folded(earlier.answer):
        yield "the answer is the one that was challenged"


def asked_first(pair: Pair) -> Iterable[Finding]:
    """Where something is missing, the assistant asks one question before it answers, and none after."""
    held = exchanges(pair)
    if pair.kind != "clarify" or not held:
        return
    first, later = held[0].answer, [one.answer for one in held[1:]]
    marks = len(ASKS.findall(first))
    faults = [f"the first answer has {marks} questions; one is to be asked"] * (marks != 1)
    faults += [f"it does not only ask: {word_count(first)} words"] * (word_count(first) > _ASKED_IN)
    again = [n for n, answer in enumerate(later, 2) if ASKS.search(answer[-200:])]
    faults += [f"it asks again in answer {number}" for number in again[:1]]
    yield judged("asked_first", faults, f"asked first: {short(first)!r}")


def takes_the_lead(pair: Pair) -> Iterable[Finding]:
    """Where the user only tells, the assistant leads on now and then, and gives something of its own."""
    held = [one for one in exchanges(pair) if one.turn.number > 1 or pair.kind == "proactive"]
    if pair.kind != "proactive" or len(held) < FEWEST:
        return
    asked = [bool(ASKS.search(one.answer)) for one in held]
    faults = ["no answer leads on with a question"] * (not any(asked))
    faults += ["every answer ends in a question"] * (all(asked))
    bare = [one.turn.number for one in held if not ASKS.sub("", one.answer) or word_count(one.answer) < 8]
    faults += [f"answer {number} gives nothing" for number in bare[:1]]
    yield judged("takes_the_lead", faults, f"{sum(asked)} of {len(asked)} answers ask on")


def nothing_said_twice(pair: Pair) -> Iterable[Finding]:
    """An answer repeats an earlier one only where the same is wanted in another form or with one thing changed."""
    faults, earlier = [], list[str]()
    for one in exchanges(pair):
        repeats = one.turn.kind is not None and one.turn.kind.repeats
        share = max((copied_share(one.answer, said) for said in earlier), default=0.0)
        if any(folded(one.answer) == folded(said) for said in earlier):
            faults.append(f"answer {one.turn.number} was given before")
        elif not repeats and word_count(one.answer) > _FEW_WORDS and share > SAID_BEFORE:
            faults.append(f"answer {one.turn.number} is to {share:.0%} what was said before")
        earlier.append(one.answer)
    asked = [folded(message) for message in (one.user for one in exchanges(pair))]
    faults += ["the user says the same twice"] * (len(asked) != len(set(asked)))
    yield judged("nothing_said_twice", faults, f"{len(asked)} turns compared")


def said_anew(pair: Pair) -> Iterable[Finding]:
    """What is said in other words is said in other words."""
    held = {one.turn.number: one for one in exchanges(pair)}
    again = [one for one in held.values() if one.turn.sort == "rephrase"]
    faults = []
    for one in again:
        share = copied_share(one.answer, one.before, run=6)
        if share > _COPIED:
            faults.append(f"turn {one.turn.number}: {share:.0%} stands there as it was")
    if again:
        yield judged("said_anew", faults, f"{len(again)} answers in other words")


_COPIED = 0.4


def figures_from_talk(pair: Pair) -> Iterable[Finding]:
    """Where all is told, every figure of an answer was told before or follows."""
    if not BY_NAME[pair.kind].tells_figures:
        return
    faults = [f"turn {one.turn.number}: {fault}" for one, fault in figures_untold(pair)]
    seen = sum(len(figures(one.answer)) for one in exchanges(pair))
    yield judged("figures_from_talk", faults, f"{seen} figures were told or follow")


def figures_untold(pair: Pair) -> Iterator[tuple[Exchange, str]]:
    """Yield the figures of answers that a program finds neither told before nor worked out from what was."""
    tag = str(pair.instruction.facts.get("language") or "en")
    for one in exchanges(pair):
        worked = f"{one.turn.expression} {one.turn.key}"
        yield from ((one, fault) for fault in figures_grounded(one.answer, [one.before, one.user, worked], tag=tag))


def quotations_said(pair: Pair) -> Iterable[Finding]:
    """What an answer quotes of the talk was said; where all is told, nothing else is quoted."""
    if not BY_NAME[pair.kind].is_grounded:
        return
    faults = [
        f"turn {one.turn.number}: {short(quote)!r} was never said"
        for one in exchanges(pair)
        for quote in quotations_in(one.answer)
        if locate(quote.strip().rstrip(".,;:!?…"), f"{one.before}\n{one.user}", any_case=True) is None
    ]
    yield judged("quotations_said", faults, "quotations were said")


def in_the_language(pair: Pair) -> Iterable[Finding]:
    """Where a language was asked for, both sides speak it."""
    if not (tag := pair.instruction.facts.get("language")):
        return
    held: Mapping[str, list[str]] = {
        "the user": [one.user for one in exchanges(pair) if one.turn.number > 1 and not one.turn.forms],
        "the assistant": [one.answer for one in exchanges(pair)],
    }
    faults = [f"{who}: {fault}" for who, texts in held.items() for fault in in_language(texts, str(tag))]
    yield judged("in_the_language", faults, f"read as {tag}")


CHECKS: tuple[Check, ...] = (
    *(finished if check is text_finished else check for check in GENERAL_TEXT_CHECKS),
    turns_enough,
    _each("said_as_planned", _says, "what had to be said is said"),
    _each("leans_back", _unsaid, "what was said before is not said again"),
    _each("carried_right", _carried, "what was said before comes back"),
    _each("gone_for_good", _gone, "nothing comes back that was taken out"),
    _each("keys_met", _keyed, "figures are right"),
    _each("form_kept", _formed, "forms are kept"),
    _each("sides_apart", _in_part, "each side speaks for itself"),
    challenges_met,
    asked_first,
    takes_the_lead,
    nothing_said_twice,
    said_anew,
    figures_from_talk,
    quotations_said,
    in_the_language,
)
"""By program; what turns mean alone, and whether words are true, is found by examination."""
