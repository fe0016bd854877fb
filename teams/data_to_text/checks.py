"""What an answer about data has to pass: programs first, then what is carried out, then those who read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sandbox import Sandbox
from teams.data_to_text.data.model import Data, Unsound, plain_number
from teams.data_to_text.data.plan import compared, rows_of
from teams.data_to_text.forms.base import DataForm, data_of, tag_for
from teams.data_to_text.forms.executed import Executed
from teams.data_to_text.forms.query import Query
from teams.data_to_text.forms.rows import RowsForm, key_of, row_faults
from teams.data_to_text.forms.told import grounds_of, unnoted, untold
from teams.data_to_text.forms.value import truth
from teams.data_to_text.kinds import BY_NAME
from teams.data_to_text.sandboxed import NoLibrary, QueryFailed, ran
from teams.data_to_text.ungrounded import ungrounded
from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged, short
from teams.engine.checks.figures import names_grounded
from teams.engine.checks.language import in_language
from teams.engine.checks.prose import no_text_loops
from teams.engine.checks.text import no_control_tokens, text_plausible
from teams.engine.checks.turns import turns_well_formed
from teams.engine.flow import Flow, Kind, Scene, Staging
from teams.engine.records import Pair, Record
from teams.engine.stages.checks import answers_of, format_kept
from teams.engine.stages.examine import examination
from teams.engine.talk import Talk
from teams.engine.verdict import Check, Finding
from tools.markup import unfenced

_IN_WORDS = ("told", "described", "anomalies", "figure", "statement", "absent", "query", "formula", "defined")
"""Forms whose answers are words, or have words beside the code."""
_RESTING = ("told", "anomalies", "figure", "statement", "absent", "described")
"""Forms whose figures have to follow from the data."""


def form_of(pair: Pair) -> DataForm:
    form = BY_NAME[pair.kind].form
    assert isinstance(form, DataForm)
    return form


def in_words(check: Check) -> Check:
    """Hold a check only over answers in words: rows of data end in no full stop and hold no talk."""

    def held(pair: Pair) -> Iterable[Finding]:
        return check(pair) if not isinstance(form_of(pair), RowsForm) else ()

    held.__name__, held.__doc__ = check.__name__, check.__doc__
    return held


def _tag(pair: Pair) -> str:
    return tag_for(str(pair.instruction.facts.get("language") or ""))


def spoken(answer: str) -> str:
    """Return the words of an answer without its blocks."""
    return "\n".join(unfenced(answer))


def data_sound(pair: Pair) -> Iterable[Finding]:
    """The data hold together, and the user's message shows them."""
    facts = pair.instruction.facts
    faults: list[str] = []
    seen = ""
    try:
        data = data_of(facts)
        seen = ", ".join(f"{t.name}: {len(t.rows)} rows of {len(t.columns)} cells" for t in data.tables)
    except Unsound as error:
        faults.append(str(error))
    if str(facts["shown"]) not in pair.instruction.text:
        faults.append("the message does not show the data")
    yield judged("data_sound", faults, f"{seen}, shown as {facts['dress']}")


def key_follows(pair: Pair) -> Iterable[Finding]:
    """The plan is carried out again on the data, and comes to the key."""
    facts = pair.instruction.facts
    if "plan" not in facts:
        return
    data = data_of(facts)
    try:
        said = _again(facts, data)
    except Unsound as error:
        said = f"nothing: {error}"
    wanted = facts["key"] if facts["form"] in ("figure", "statement") else str(key_of(facts).rows)
    faults = [] if said == wanted else [f"the plan comes to {short(said)}, the key is {short(wanted)}"]
    yield judged("key_follows", faults, f"the plan comes to {short(wanted)}")


def _again(facts: Mapping[str, Any], data: Data) -> str:
    if facts["form"] == "figure":
        value = compared(data, facts["plan"])
        return value if isinstance(value, str) else plain_number(value)
    if facts["form"] == "statement":
        return str(facts["marks"]["if_true" if truth(facts, data)[0] else "if_false"])
    return str(rows_of(data, facts["plan"]).rows)


def figures_follow(pair: Pair) -> Iterable[Finding]:
    """Every figure of the answer is a cell, or follows from cells; no row is told what another holds."""
    facts = pair.instruction.facts
    if facts["form"] not in _RESTING:
        return
    grounds = grounds_of(facts, data_of(facts), _tag(pair))
    faults = [fault for answer in answers_of(pair) for fault in ungrounded(answer, grounds)]
    yield judged("figures_follow", faults, f"all figures follow from {len(grounds.cells)} cells")


def names_in_data(pair: Pair) -> Iterable[Finding]:
    """Every name in a text about data stands in the data or the request."""
    facts = pair.instruction.facts
    if facts["form"] not in ("told", "anomalies", "absent", "figure"):
        return
    said = [pair.instruction.text, str(facts["sheet"]).replace("_", " ")]
    found = [name for answer in answers_of(pair) for name in names_grounded(answer, said, tag=_tag(pair))]
    faults = [f"{name!r} stands neither in the data nor in the request" for name in found]
    yield judged("names_in_data", faults, "all names are from the data")


def cells_told(pair: Pair) -> Iterable[Finding]:
    """The cells the text can't do without are told, and the figures it had to work out."""
    facts = pair.instruction.facts
    if facts["form"] == "told":
        faults = untold("\n".join(answers_of(pair)), facts, data_of(facts), _tag(pair))
        seen = f"{len(facts['must'])} cells and {len(facts['worked'])} figures worked out are told"
        yield judged("cells_told", faults, seen)


def anomalies_noted(pair: Pair) -> Iterable[Finding]:
    """Every fault that was put into the data is noted."""
    facts = pair.instruction.facts
    if facts["form"] == "anomalies":
        faults = unnoted("\n".join(answers_of(pair)), facts, _tag(pair))
        yield judged("anomalies_noted", faults, "; ".join(one["said"] for one in facts["planted"]))


def columns_described(pair: Pair) -> Iterable[Finding]:
    """A description of data names every column."""
    facts = pair.instruction.facts
    if facts["form"] == "described":
        said = " ".join(answers_of(pair)).casefold().replace("_", " ")
        lost = [name for name in facts["columns"] if name.casefold().replace("_", " ") not in said]
        yield judged("columns_described", [f"{name} is not described" for name in lost], ", ".join(facts["columns"]))


def rows_right(pair: Pair) -> Iterable[Finding]:
    """The rows of the answer can be read, and are those that are right, cell by cell."""
    facts = pair.instruction.facts
    if "reply" in facts:
        answers = answers_of(pair)
        faults = row_faults(answers[-1], facts) if answers else ["there is no answer"]
        key = key_of(facts)
        yield judged(
            "rows_right", faults, f"{len(key.rows)} rows of {len(key.columns)} cells, read as {facts['reply']}"
        )


def in_the_tongue(pair: Pair) -> Iterable[Finding]:
    """Where a language was asked for, request and words of the answer are in it."""
    facts = pair.instruction.facts
    if not (tag := facts.get("language")):
        return
    faults = [f"the request: {fault}" for fault in in_language([str(facts["question"])], tag)]
    if facts["form"] in _IN_WORDS:
        faults += [f"the answer: {fault}" for fault in in_language(map(spoken, answers_of(pair)), tag)]
    yield judged("in_the_tongue", faults, f"read as {tag}")


_ALWAYS: tuple[Check, ...] = (turns_well_formed, no_control_tokens, text_plausible, no_text_loops)
CHECKS: tuple[Check, ...] = (
    *_ALWAYS,
    *(in_words(check) for check in general_text_checks(chatter=False) if check not in _ALWAYS),
    data_sound,
    key_follows,
    figures_follow,
    names_in_data,
    cells_told,
    anomalies_noted,
    columns_described,
    rows_right,
    format_kept,
    in_the_tongue,
)


def not_yet(scene: Scene, answer: str, facts: Mapping[str, Any], form: DataForm) -> Iterator[str]:
    """Yield what whoever uses an answer would stumble over; nothing here knows the key."""
    data, tag = data_of(facts), tag_for(scene.language)
    if isinstance(form, RowsForm):
        if form.found(answer, facts) is None:
            yield next(iter(row_faults(answer, facts)), "")
    elif facts["form"] in ("told", "anomalies", "absent", "described"):
        # Not of a value that is asked for: which figures are let be would give it away.
        yield from ungrounded(answer, grounds_of(facts, data, tag))[:3]
    if facts["form"] == "told":
        yield from untold(answer, facts, data, tag, values=False)[:3]


# Carried out, and read


async def box_of(scene: Scene) -> Sandbox | None:
    return await scene.lease() if scene.has_sandbox else None


async def carried_out(scene: Scene, pair: Pair) -> list[Finding]:
    """Carry out what can be, before anybody is asked."""
    form, facts = form_of(pair), pair.instruction.facts
    answer = "\n\n".join(answers_of(pair))
    try:
        if isinstance(form, Executed):
            return await form.carried_out(await box_of(scene), facts, answer)
        if facts["form"] == "returned" and scene.has_sandbox:
            return [await _returned(await scene.lease(), facts)]
    except (QueryFailed, NoLibrary) as failure:
        return [Finding("query_gives_rows", False, f"it can't be carried out: {failure}", "sandbox")]
    return []


async def _returned(box: Sandbox, facts: Mapping[str, Any]) -> Finding:
    """Run the query that is asked about: it has to give what the plan behind it came to."""
    form = Query()
    data, key = data_of(facts), key_of(facts)
    found = (await ran(box, "sql", str(facts["query"]), [form.made(data)]))[0]
    from teams.data_to_text.data.replies import native_rows
    from teams.data_to_text.sandboxed import Ran, same_rows

    wanted = Ran(tuple(map(tuple, native_rows(key))))
    same = same_rows(wanted, found, ordered=bool(facts["ordered"]))
    seen = found.error or f"SQLite gives {str(found.rows[:3])[:160]}"
    return Finding(
        "query_gives_rows", same, seen if same else f"{seen}; the key is {str(wanted.rows[:3])[:160]}", "sandbox"
    )


def _is_key(form: DataForm, pair: Pair) -> Finding:
    facts = pair.instruction.facts
    found = form.found("\n".join(answers_of(pair)), facts)
    return Finding(
        "answer_is_key", form.agrees(found, facts), f"the answer gives {found}, the key is {facts.get('key')}"
    )


def judge() -> Flow:
    """Return the judge: what programs settle is carried out; the rest is sat blind or read."""
    read = examination(BY_NAME, first=carried_out)

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        form = form_of(pair)
        if form.is_settled or scene.small:
            # With a small model the program worded the question: whether key and question agree is not open.
            found = [] if form.is_settled else [_is_key(form, pair)]
            scene.notes["findings"] = [*found, *await carried_out(scene, pair)]
            return []
        return await read.direct(scene)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        return await read.harvest(scene, talk)

    return Flow("check", direct, harvest, (Kind("examination", ""),))
