"""What a labelled pair has to pass before it is labelled again blind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from teams.engine.checks import GENERAL_TEXT_CHECKS
from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.checks.figures import figures_grounded
from teams.engine.checks.quotes import locate, quotations_in
from teams.engine.demands import content_of
from teams.engine.records import Pair
from teams.engine.stages.checks import format_kept, in_the_language
from teams.engine.stages.message import demands_of
from teams.engine.verdict import Check, Finding
from teams.text_classification.accounts import beside_faults
from teams.text_classification.forms import Label, told_of
from teams.text_classification.grounds import labelled
from teams.text_classification.kinds import BY_NAME
from teams.text_classification.labels import PATH
from teams.text_classification.reading import as_shown
from teams.text_classification.sets import giveaway, label_faults
from teams.text_classification.wishes import CHANGED


def form_of(pair: Pair) -> Label:
    form = BY_NAME[pair.kind].form
    assert isinstance(form, Label)
    return form


def answer_of(pair: Pair) -> str:
    """The answer without the wrapping of a format rule."""
    return content_of(words_of(pair.messages[-1]), demands_of(pair.instruction.facts))


def text_of_pair(pair: Pair) -> str:
    """What there is to label."""
    return labelled(pair.instruction.facts, pair.instruction.passage.text)


def label_in_set(pair: Pair) -> Iterable[Finding]:
    """The reply has the form asked for, and every label in it is one of the set, spelt as it is shown."""
    facts, form, answer = pair.instruction.facts, form_of(pair), answer_of(pair)
    said = form.found(answer, facts)
    shown = ", ".join(one["shown"] for one in facts["labels"])
    faults = [f"{short(answer)!r} can't be read as asked ({form.how(facts)}) with labels of {shown}"] * (said is None)
    yield judged("label_in_set", faults, f"read as {as_shown(said)}")


def label_is_gold(pair: Pair) -> Iterable[Finding]:
    """The label given is the one the set's designer has for right."""
    facts, form = pair.instruction.facts, form_of(pair)
    said = form.found(answer_of(pair), facts)
    if said is not None:
        faults = [f"the answer says {as_shown(said)}, the key that the set's designer gave is {as_shown(facts['key'])}"]
        yield judged("label_is_gold", faults * (not form.agrees(said, facts)), f"it says {as_shown(facts['key'])}")


def account_holds(pair: Pair) -> Iterable[Finding]:
    """What stands beside the label is what was asked for: a reason with grounds in the text, a quotation from it, a
    confidence."""
    facts = pair.instruction.facts
    told = told_of(answer_of(pair), facts)
    if told is not None and told.beside:
        faults = list(beside_faults(told, facts, text_of_pair(pair)))
        yield judged("account_holds", faults, f"{', '.join(told.beside)} read")


def reason_from_text(pair: Pair) -> Iterable[Finding]:
    """Figures and quotations in a reason stand in the message, or are worked out from figures that do."""
    facts = pair.instruction.facts
    told = told_of(answer_of(pair), facts)
    if told is not None and isinstance(reason := told.beside.get("reason"), str):
        tag = str(facts.get("language") or "en")
        said = "\n".join(words_of(m) for m in pair.messages if m.get("role") == "user")
        faults = list(figures_grounded(reason, [said], tag=tag))
        # A quotation takes its own comma or full stop along, and begins small or large as its sentence wants.
        quoted = [quote.strip().rstrip(".,;:!?…") for quote in quotations_in(reason)]
        faults += [f"{short(quote)!r} was never said" for quote in quoted if locate(quote, said, any_case=True) is None]
        yield judged("reason_from_text", faults, "its figures and quotations are from the message")


def labels_shown(pair: Pair) -> Iterable[Finding]:
    """The message shows every label under the name it has to be called by, with its definition where it has one."""
    facts = pair.instruction.facts
    message = _words(words_of(pair.messages[0]))
    wanted = [part for one in facts["labels"] for part in (*one["shown"].split(PATH), one["means"]) if part]
    wanted += [row["text"] for row in facts.get("rows", ())] + ([facts["rule"]] if facts["rule"] else [])
    faults = [f"the message does not show {short(part)!r}" for part in wanted if _words(part) not in message]
    yield judged("labels_shown", faults, f"{len(facts['labels'])} labels shown")


def _words(text: str) -> str:
    # Definitions stand in JSON too, where quotation marks are escaped; a table has no bars in its cells.
    return " ".join(text.replace("\\", "").replace("|", "/").split()).casefold()


def labels_apart(pair: Pair) -> Iterable[Finding]:
    """No two labels of the set are the same by name or definition."""
    labels = pair.instruction.facts["labels"]
    yield judged("labels_apart", list(label_faults(labels, "may")), f"{len(labels)} labels")


def label_not_given_away(pair: Pair) -> Iterable[Finding]:
    """The text does not name its own label in so many words, unless it names a wrong one too."""
    facts = pair.instruction.facts
    if facts["names"] != "own" or isinstance(facts["key"], list):
        return
    names = [one["name"].split(PATH)[-1] for one in facts["labels"]]
    if isinstance(facts["key"], str):
        faults = [giveaway(facts["key"].split(PATH)[-1], names, text_of_pair(pair), facts["question"])]
    elif facts["shows_text"]:
        return
    else:
        faults = [giveaway(facts["key"][row["key"]], names, row["text"]) for row in facts["rows"]]
    yield judged("label_not_given_away", [fault for fault in faults if fault], "the text does not name its label")


def evidence_shown(pair: Pair) -> Iterable[Finding]:
    """The words said to decide it stand in the text."""
    quotes: Sequence[Any] = pair.instruction.facts.get("evidence") or ()
    lost = [
        f"{short(quote)!r} does not stand in the text" for quote in quotes if locate(quote, text_of_pair(pair)) is None
    ]
    if quotes:
        yield judged("evidence_shown", lost, f"{len(quotes)} quotations stand in the text")


def none_is_offered(pair: Pair) -> Iterable[Finding]:
    """Where no label fits, the set says what to answer then."""
    facts = pair.instruction.facts
    if facts["none"]:
        names = [one["name"] for one in facts["labels"]]
        faults = [f"{facts['none']!r} is no label of the set"] * (facts["none"] not in names)
        yield judged("none_is_offered", faults, f"{facts['none']!r} stands for what no other label covers")


def contrast_is_small(pair: Pair) -> Iterable[Finding]:
    """A text changed to turn its label differs in few words, and the label did turn."""
    instruction = pair.instruction
    if "contrast" not in instruction.refinements[-1:]:
        return
    facts = instruction.facts
    changed = facts.get("changed", [])
    # The same reckoning as the one that its editor was held to, on the words that stayed.
    now = len(instruction.passage.text.split())
    kept = now - sum(len(one["is"].split()) for one in changed)
    before = kept + sum(len(one["was"].split()) for one in changed)
    share = 1 - kept / max(1, now, before)
    faults = [f"{share:.0%} of the text was changed"] * (share > CHANGED) + ["nothing was changed"] * (not changed)
    faults += ["the label is the same as before"] * (facts.get("before", {}).get("key") == facts["key"])
    shown = "; ".join(f"{one['was']!r} → {one['is']!r}" for one in changed[:3])
    yield judged("contrast_is_small", faults, short(f"{share:.0%} changed: {shown}", 200))


CHECKS: tuple[Check, ...] = (
    *GENERAL_TEXT_CHECKS,
    label_in_set,
    label_is_gold,
    account_holds,
    reason_from_text,
    labels_shown,
    labels_apart,
    label_not_given_away,
    evidence_shown,
    none_is_offered,
    contrast_is_small,
    format_kept,
    in_the_language,
)
"""By program; whether the label is right is found by blind votes."""
