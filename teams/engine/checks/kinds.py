"""Is the pair of the kind it says, and does it do what the requester had in mind?"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isclose
from typing import Any

from teams.engine.checks.conversation import Call, Conversation, judged, read_result, short
from teams.engine.checks.for_user import OWNS_UP
from teams.engine.checks.known import FREE_TEXT, Known, Source, plain, split_name, stems
from teams.engine.checks.moments import is_moment
from teams.engine.checks.spelling import figures
from teams.engine.records import Pair
from teams.engine.verdict import Finding

_ALIKE = 0.6
"""Free text (a note, a message) agrees with the plan's when so many of their words are the same."""
_READS = re.compile(
    r"(?:get|find|list|search|look|check|show|read|count|fetch|view|query|describe|see|retrieve|browse|quote|estimate"
    r"|calculate|compute|convert|preview|tell)s?|lookup",
    re.IGNORECASE,
)
"""How the name or the description of a function begins that changes nothing."""
_READ = re.compile(r"rates?|prices?|status|forecast|report|balance|history|details|info", re.IGNORECASE)
"""And how the name of one ends that is called by what it gives."""
_CHANGES = re.compile(
    r"(?:update|set|change|file|send|add|create|delete|remove|cancel|submit|write|edit|save|make|put|clear|reset|adjust"
    r"|mark|post|check (?:in|out))\b",
    re.IGNORECASE,
)
"""What outweighs both: `update_status`, `check_out`."""
_AGAIN = frozenset(stems("one say said says told tell mean again yes already repeat before above number"))


def kind_held(pair: Pair) -> Iterable[Finding]:
    """The conversation is of the kind that was asked for: as many calls, asking where something is missing, failing."""
    talk = Conversation(pair)
    look = _KINDS.get(pair.kind)
    faults = list(look(talk)) if look else [f"{pair.kind!r} is no kind of tool use: {', '.join(_KINDS)}"]
    yield judged("kind_held", faults, f"{pair.kind}: {len(talk.api_calls)} calls, {pair.facts.get('outcome')}")


def agrees_with_plan(pair: Pair) -> Iterable[Finding]:
    """The calls are those the requester had in mind, or leave the same state and results behind."""
    talk = Conversation(pair)
    if pair.facts.get("outcome") != "final_answer":
        yield judged("agrees_with_plan", (), "nothing to compare: the conversation ends failed")
        return
    faults = list(_disagreements(talk))
    yield judged("agrees_with_plan", faults, f"as planned: {', '.join(_planned(talk)) or 'no calls'}")


def _plan(talk: Conversation) -> list[Mapping[str, Any]]:
    return [step for step in talk.pair.facts.get("plan") or () if isinstance(step, Mapping)]


def _planned(talk: Conversation) -> list[str]:
    return [str(step.get("name")) for step in _plan(talk)]


def _worked(talk: Conversation) -> list[Call]:
    return [call for call in talk.api_calls if not call.failed and call.result is not None]


def _asks_idly(talk: Conversation) -> Iterator[str]:
    """A question whose answer leads to no call that works was none: everything was done before it."""
    last = max((call.turn for call in _worked(talk)), default=0)
    for words in talk.plain:
        if last < words.turn != talk.final.turn:
            yield f"message {words.turn} asks the user, and nothing that works comes of it"


def _one_call(talk: Conversation) -> Iterator[str]:
    yield from _ends(talk, "final_answer")
    yield from _asks_idly(talk)
    if not talk.pair.kind.endswith("fact_missing"):
        yield from _needless_question(talk)
    worked = _worked(talk)
    if len(worked) != 1:
        yield f"{len(worked)} successful calls ({', '.join(c.name for c in worked) or 'none'}) where one is wanted"
    elif _planned(talk) and worked[0].name != _planned(talk)[0]:
        yield f"calls {worked[0].name!r}, the plan is {_planned(talk)[0]!r}"


def _several_calls(talk: Conversation) -> Iterator[str]:
    yield from _ends(talk, "final_answer")
    yield from _asks_idly(talk)
    made = [call.name for call in _worked(talk)]
    if len(made) < 2:
        yield f"{len(made)} successful calls where several are wanted"
    if missing := [name for name in _planned(talk) if name not in made]:
        yield f"planned but never called: {', '.join(missing)}"


def _fact_missing(talk: Conversation) -> Iterator[str]:
    asked = [words for words in talk.plain if words.turn != talk.final.turn]
    failed = talk.pair.facts.get("outcome") == "failed"
    if not asked and not failed:
        yield "a fact is missing, but the assistant neither asks for it nor ends failed"
    # From here on the fact may be known: the user has answered a question.
    answered = next(
        (w.turn for w in talk.words("user")[1:] if asked and w.turn > asked[0].turn), len(talk.messages) + 1
    )
    for name, parameter in _withheld(talk):
        if fact := _already_told(talk, name, parameter):
            yield f"{parameter or name} was to be withheld, but the first message tells it: {fact}"
        for call in talk.api_calls:
            if call.turn < answered and call.name == name and (not parameter or parameter in (call.arguments or {})):
                yield f"message {call.turn} calls {name} before {parameter or 'the missing fact'} was given"
    if failed:
        yield from _gives_up_early(talk)
    else:
        yield from _asks_beside(talk)
    if failed and (told := [c for c in _worked(talk) if c.name in {n for n, _ in _withheld(talk)}]):
        yield f"ends failed although {told[0].name} worked"


def _gives_up_early(talk: Conversation) -> Iterator[str]:
    """Failing is fair where a fact is not to be had; one that the user told has to be used."""
    later = Known([Source("user", words.text) for words in talk.words("user")[1:]])
    knows = talk.pair.facts.get("knows")
    for parameter, value in (knows if isinstance(knows, Mapping) else {}).items():
        told = later.number(value) if _is_number(value) else later.verbatim(str(value)) or later.token(str(value))
        if told and not any(parameter in (call.arguments or {}) for call in talk.api_calls):
            yield f"the user told {parameter} ({short(value)!r}) when asked, and it was not used"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _asks_beside(talk: Conversation) -> Iterator[str]:
    """What was withheld is used in the end, or has at least been asked for."""
    questions = set(stems(" ".join(words.text for words in talk.plain if words.turn != talk.final.turn)))
    for name, parameter in _withheld(talk):
        if not parameter or any(parameter in (call.arguments or {}) for call in talk.api_calls):
            continue
        schema = ((talk.functions.get(name, {}).get("parameters") or {}).get("properties") or {}).get(parameter) or {}
        if not questions & set(stems(f"{split_name(parameter)} {schema.get('description', '')}")):
            yield f"{parameter} was missing, and was neither asked for nor used"


def _one_call_fact_missing(talk: Conversation) -> Iterator[str]:
    yield from _fact_missing(talk)
    if talk.pair.facts.get("outcome") != "failed":
        yield from _one_call(talk)


def _several_calls_fact_missing(talk: Conversation) -> Iterator[str]:
    yield from _fact_missing(talk)
    if talk.pair.facts.get("outcome") == "failed":
        held, made = _withheld(talk), {call.name for call in talk.api_calls}
        for step in _doable(talk, {name for name, _ in held}, {parameter for _, parameter in held}):
            if step not in made:
                yield f"{step} needs nothing that is missing, and was left out"
    if talk.pair.facts.get("outcome") != "failed":
        yield from _several_calls(talk)


def _doable(talk: Conversation, held: set[str], parameters: set[str]) -> Iterator[str]:
    """Yield the steps planned before the first that lacks something. To look up what only serves that one is idle."""
    for step in _plan(talk):
        name = str(step.get("name"))
        if name in held or parameters & set(step.get("arguments") or {}):
            return
        if not _looks_up(talk, name):
            yield name


def _looks_up(talk: Conversation, name: str) -> bool:
    """Say whether a function by its name or its description only reads."""
    first, last = ((split_name(name).split() or [""])[at] for at in (0, -1))
    described = re.match(r"\W*(\w+)", str(talk.functions.get(name, {}).get("description", "")))
    if _CHANGES.match(split_name(name)):
        return False
    reads = any(_READS.fullmatch(word) for word in (first, described[1] if described else ""))
    return reads or bool(_READ.fullmatch(last))


def _needless_question(talk: Conversation) -> Iterator[str]:
    """A question in reply to which the user only says again what the request said was none that was needed."""
    said = set(stems(talk.request))
    for words, answer in zip(talk.words("user")[:-1], talk.words("user")[1:], strict=True):
        told = set(stems(answer.text)) - _AGAIN
        if told and told <= said and any(c.isdigit() for stem in told for c in stem):
            yield f"message {answer.turn} only says again what message {words.turn} said: nothing was left to ask"


def _no_such_function(talk: Conversation) -> Iterator[str]:
    yield from _ends(talk, "failed")
    # Looking things up before saying so is fair; what was changed on the way stood in for the missing function.
    changes = [call.name for call in _worked(talk) if not _looks_up(talk, call.name)]
    if talk.pair.facts.get("executed") == "simulated" and changes and not _planned(talk):
        yield f"calls {', '.join(changes)} although no function suits"
    if not _planned(talk) and talk.pair.facts.get("state_agrees") is False:
        yield f"changes something ({', '.join(call.name for call in _worked(talk))}) although no function suits"
    yield from _owns_up(talk)


def _not_all_functions(talk: Conversation) -> Iterator[str]:
    yield from _owns_up(talk)
    made = [call.name for call in _worked(talk)]
    # Whoever can't go through with it need not look anything up; what changes something was asked for by itself.
    if missing := [name for name in _planned(talk) if name not in made and not _looks_up(talk, name)]:
        yield f"could have been done and was not: {', '.join(missing)}"
    if talk.pair.facts.get("state_agrees") is False:
        yield _left_behind(talk)
    if other := [call.name for call in _worked(talk) if _planned(talk) and call.name not in _planned(talk)]:
        yield f"calls {', '.join(other)}, which is not in the plan"


def _left_behind(talk: Conversation) -> str:
    """Say that the plan leaves another state behind, and by which calls the two differ first."""
    planned = [(str(step.get("name")), step.get("arguments") or {}) for step in _plan(talk)]
    made = [(call.name, call.arguments or {}) for call in _worked(talk)]
    apart = [
        f"{whose} {name} {short(arguments, 120)}"
        for whose, calls, others in (("planned", planned, made), ("called", made, planned))
        for name, arguments in [call for call in calls if call not in others][:1]
    ]
    line = "what the conversation left behind is not what the plan leaves behind"
    return f"{line}: {', '.join(apart)}" if apart else line


_KINDS = {
    "one_call": _one_call,
    "one_call_with_noise": _one_call,
    "one_call_fact_missing": _one_call_fact_missing,
    "several_calls": _several_calls,
    "several_calls_with_noise": _several_calls,
    "several_calls_fact_missing": _several_calls_fact_missing,
    "no_such_function": _no_such_function,
    "not_all_functions": _not_all_functions,
}


def _ends(talk: Conversation, outcome: str) -> Iterator[str]:
    if talk.pair.facts.get("outcome") != outcome:
        yield f"ends as {talk.pair.facts.get('outcome')!r}, not as {outcome!r}"


def _owns_up(talk: Conversation) -> Iterator[str]:
    if not OWNS_UP.search(talk.final.text):
        yield "the last message does not say what can't be done"


def _withheld(talk: Conversation) -> list[tuple[str, str]]:
    """Return (function, parameter) of each fact held back; a bare parameter belongs to the calls planned with it."""
    found = []
    for entry in talk.pair.facts.get("withheld") or ():
        if isinstance(entry, Mapping):
            found.append((str(entry.get("name", "")), str(entry.get("parameter", ""))))
            continue
        owners = [str(s.get("name")) for s in _plan(talk) if entry in (s.get("arguments") or {})]
        owners = owners or [
            n for n, f in talk.functions.items() if entry in ((f.get("parameters") or {}).get("properties") or {})
        ]
        found += [(name, str(entry)) for name in owners]
    return found


def _already_told(talk: Conversation, name: str, parameter: str) -> str | None:
    """Return the withheld value if the request holds it; values too common to tell (3, yes) say nothing."""
    value = next((s.get("arguments", {}).get(parameter) for s in _plan(talk) if s.get("name") == name), None)
    known = Known([Source("user", talk.request)])
    if isinstance(value, str) and len(value) > 2:
        return value if known.verbatim(value) or (is_moment(value) and _same_moment(value, talk.request)) else None
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) <= 12:
        return None
    return str(value) if known.number(value) else None


def _disagreements(talk: Conversation) -> Iterator[str]:
    state = talk.pair.facts.get("state_agrees")
    if state is False and talk.pair.kind != "not_all_functions":
        yield _left_behind(talk)
    if not talk.pair.kind.startswith("one_call") or not _plan(talk):
        return
    worked = _worked(talk)
    if len(worked) != 1 or worked[0].name != _planned(talk)[0]:
        return  # the kind is not held, and `kind_held` says so
    if state is True and _same_results(worked, talk.pair.facts.get("plan_results")):
        return
    schema = (talk.functions.get(worked[0].name, {}).get("parameters") or {}).get("properties") or {}
    wanted = _plan(talk)[0].get("arguments") or {}
    given = worked[0].arguments or {}
    for name in sorted({*wanted, *given}):
        default = (schema.get(name) or {}).get("default")
        planned, used = wanted.get(name, default), given.get(name, default)
        if not equivalent(planned, used):
            yield f"{name} is {short(used)!r}, the plan says {short(planned)!r}"


def _same_results(calls: Sequence[Call], results: Any) -> bool:
    if not isinstance(results, Sequence) or isinstance(results, str) or len(results) != len(calls):
        return False
    read = [read_result(result) if isinstance(result, str) else result for result in results]
    return [read_result(call.result or "") for call in calls] == read


def equivalent(one: Any, other: Any) -> bool:
    """Say whether two argument values mean the same, spelling aside."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(equivalent(one.get(key), other.get(key)) for key in {*one, *other})
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            return False
        by_text = [
            sorted(side, key=lambda x: json.dumps(x, sort_keys=True, default=str).lower()) for side in (one, other)
        ]
        return all(map(equivalent, one, other)) or all(map(equivalent, *by_text))
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=1e-9)
    return _same_text(str(one), str(other))


def _same_text(one: str, other: str) -> bool:
    if plain(one) == plain(other) or (is_moment(one) and is_moment(other) and _same_moment(one, other)):
        return True
    a, b = set(stems(one)), set(stems(other))
    return bool(a and a == b) or (len(a) >= FREE_TEXT and bool(b) and len(a & b) >= _ALIKE * len(a | b))


def _same_moment(one: str, other: str) -> bool:
    a, b = figures(one), figures(other)
    return all(bool(x & y) or not x for x, y in ((a.days, b.days), (a.times, b.times)))
