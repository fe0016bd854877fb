"""What an extraction has to pass before others draw out the same: its form, its words, its key, by program.

Words that stand in the text are nobody's talk: a refusal, a placeholder or a closing that is quoted is let be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from teams.engine.checks.chatter import chatter, holes, refusals
from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.checks.language import in_language
from teams.engine.checks.leaks import points_inside
from teams.engine.checks.prose import no_text_loops
from teams.engine.checks.quotes import locate
from teams.engine.checks.text import no_control_tokens, text_plausible
from teams.engine.checks.turns import turns_well_formed
from teams.engine.records import Pair
from teams.engine.stages.checks import answers_of, format_kept
from teams.engine.tongue import tongue
from teams.engine.verdict import Check, Finding
from teams.text_extraction.drafting import draft_faults
from teams.text_extraction.form import Extraction
from teams.text_extraction.record import Shape, Unread, compare, read, shape_of_facts
from teams.text_extraction.record.compare import Cell, cells_of, order_faults
from teams.text_extraction.record.copied import is_cut
from teams.text_extraction.record.derived import underived
from teams.text_extraction.record.fields import COPIED

OPEN_SHARE = 0.6
"""Precision and recall of an answer to a request of judgement (keyphrases, opinions) against the key, at least."""
Facts = Mapping[str, Any]


def answer_value(pair: Pair) -> tuple[Any, str]:
    """Return what the answer says, or None and what is wrong with its form."""
    facts = pair.instruction.facts
    try:
        return read(facts["dress"], answers_of(pair)[-1], shape_of_facts(facts)), ""
    except (Unread, IndexError) as error:
        return None, str(error) or "there is no answer"


def valid_by_schema(pair: Pair) -> Iterable[Finding]:
    """The whole answer is in the form asked for, and valid by its schema."""
    _, fault = answer_value(pair)
    form = pair.instruction.facts["dress"]
    yield judged("valid_by_schema", [fault] * bool(fault), f"read as {form}, valid by the schema")


def words_occur(pair: Pair) -> Iterable[Finding]:
    """Every value that is copied stands in the text, letter by letter but for case and printing."""
    value, fault = answer_value(pair)
    if fault:
        return
    shape, passage = shape_of_facts(pair.instruction.facts), pair.instruction.passage.text
    cells = cells_of(value, shape)
    faults = [f"{cell.shown()} does not stand in the text" for cell in strange_words(cells, passage)]
    yield judged("words_occur", faults, f"{sum(c.field.type in COPIED for c in cells)} copied values stand in the text")


def strange_words(cells: Iterable[Cell], passage: str) -> Iterator[Cell]:
    """Yield the values that should have been copied from the text and were not."""
    for cell in cells:
        said = cell.value["text"] if isinstance(cell.value, Mapping) else cell.value
        if cell.field.type not in COPIED and not isinstance(cell.value, Mapping):
            continue
        if locate(str(said), passage, any_case=True) is None or is_cut(str(said), passage):
            yield cell


def values_follow(pair: Pair) -> Iterable[Finding]:
    """A derived value that comes with its words follows from them."""
    value, fault = answer_value(pair)
    shape = shape_of_facts(pair.instruction.facts)
    if fault or not any(shape.is_paired(field) for field in shape.fields):
        return
    faults = list(unfollowed(cells_of(value, shape), pair.instruction.passage.text))
    yield judged("values_follow", faults, "derived values follow from the words beside them")


def unfollowed(cells: Iterable[Cell], passage: str) -> Iterator[str]:
    """Yield where a value is told beside words from which it does not follow."""
    tag = tongue(passage)
    for cell in cells:
        if isinstance(cell.value, Mapping):
            told = cell.value["value"], cell.value["text"]
            yield from (f"{cell.place}: {why}" for why in underived(cell.field, str(told[0]), told[1], passage, tag))


def key_in_order(pair: Pair) -> Iterable[Finding]:
    """The key itself holds: quotations stand in the text, derived values follow from their words, none is double."""
    facts, passage = pair.instruction.facts, pair.instruction.passage.text
    draft = {
        name: facts[name] for name in ("container", "fields", "rows", "left_out", "question", "with_words", "sort")
    }
    faults = list(draft_faults(draft, passage, tongue(passage)))
    values = sum(len(row["values"]) for row in facts["rows"])
    yield judged("key_in_order", faults, f"{values} values in {len(facts['rows'])} rows, held against the text")


def open_fields_null(pair: Pair) -> Iterable[Finding]:
    """What the text does not say is null, and an empty list where there is nothing."""
    value, fault = answer_value(pair)
    facts = pair.instruction.facts
    shape = shape_of_facts(facts)
    held = None if fault else compare(value, facts["key"], shape)
    if held is None or not (facts["rows"] == [] or _open_fields(shape, facts)):
        return
    filled = {cell.place for cell in held.missing}
    faults = [f"{cell.shown()}, where the text says nothing" for cell in held.extra if cell.place not in filled]
    yield judged("open_fields_null", faults, "what the text does not say is left open")


def answer_is_key(pair: Pair) -> Iterable[Finding]:
    """The answer holds what the key holds and no more; where judgement decides, most of it."""
    value, fault = answer_value(pair)
    if fault:
        return
    facts = pair.instruction.facts
    shape = shape_of_facts(facts)
    held = compare(value, facts["key"], shape)
    seen = f"precision {held.precision:.2f}, recall {held.recall:.2f} over {len(held.right) + len(held.missing)} values"
    if not form_of(pair).is_closed:
        enough = min(held.precision, held.recall) >= OPEN_SHARE
        yield Finding("answer_is_key", enough, f"{seen}{_differences(held.missing, held.extra)}")
        return
    faults = [f"missing {cell.shown()}" for cell in held.missing] + [f"added {cell.shown()}" for cell in held.extra]
    faults += list(order_faults(value, shape))
    yield judged("answer_is_key", [f"{seen}: {'; '.join(faults[:5])}"] * bool(faults), seen)


def left_out_stays_out(pair: Pair) -> Iterable[Finding]:
    """What a hasty reader would take is not in the answer."""
    facts = pair.instruction.facts
    value, fault = answer_value(pair)
    if fault or not facts["left_out"]:
        return
    shape = shape_of_facts(facts)
    own = {str(cell.value).casefold() for cell in cells_of(facts["key"], shape)}
    given = {str(cell.value).casefold() for cell in cells_of(value, shape)} - own
    faults = [f"{left['said']!r}: {left['because']}" for left in facts["left_out"] if left["said"].casefold() in given]
    yield judged("left_out_stays_out", faults, f"{len(facts['left_out'])} near things left out")


def form_of(pair: Pair) -> Extraction:
    from teams.text_extraction.kinds import KINDS

    form = next(kind.form for kind in KINDS if kind.name == pair.kind)
    assert isinstance(form, Extraction)
    return form


def _differences(missing: Iterable[Cell], extra: Iterable[Cell]) -> str:
    said = [f"missing {cell.shown()}" for cell in missing] + [f"added {cell.shown()}" for cell in extra]
    return f"; {'; '.join(said[:4])}" if said else ""


def _open_fields(shape: Shape, facts: Facts) -> bool:
    return any(
        all(value["field"] != field.name for value in row["values"])
        for row in facts["rows"] for field in shape.fields
    )  # fmt: skip


def request_in_language(pair: Pair) -> Iterable[Finding]:
    """Where a language was asked for, the request is in it; the answer speaks as the text does."""
    if tag := pair.instruction.facts.get("language"):
        faults = in_language([str(pair.instruction.facts["question"])], tag)
        yield judged("request_in_language", faults, f"read as {tag}")


def request_is_a_users(pair: Pair) -> Iterable[Finding]:
    """The request does not speak of how the data is made."""
    faults = [repr(said) for said in points_inside(str(pair.instruction.facts["ask"]))]
    yield judged("request_is_a_users", faults, "nothing of the workshop in it")


def _of_answers(name: str, look: Callable[[str], Iterable[str]], says: str) -> Check:
    """Make a check of what an answer says beside what stands in the text."""

    def check(pair: Pair) -> Iterable[Finding]:
        passage = pair.instruction.passage.text
        faults = [f for m in pair.messages if m.get("role") == "assistant" for f in look(words_of(m))]
        own = set(look(passage))
        yield judged(name, [short(f) for f in faults if f not in own and locate(f, passage) is None], says)

    check.__name__ = name
    check.__doc__ = f"{says[0].upper()}{says[1:]} beside what stands in the text."
    return check


answers_at_all = _of_answers("answers_at_all", refusals, "no refusal")
nothing_beside = _of_answers("nothing_beside", chatter, "nothing around the answer")
nothing_left_open = _of_answers("nothing_left_open", holes, "nothing left to fill")

CHECKS: tuple[Check, ...] = (
    turns_well_formed,
    no_control_tokens,
    text_plausible,
    answers_at_all,
    nothing_beside,
    nothing_left_open,
    no_text_loops,
    request_is_a_users,
    request_in_language,
    key_in_order,
    valid_by_schema,
    words_occur,
    values_follow,
    open_fields_null,
    left_out_stays_out,
    answer_is_key,
    format_kept,
)
"""By program; whether the key is all there is, blind readers find out."""
