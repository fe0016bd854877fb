"""What is wished of one label set beside its kind's brief: drawn, so that over a run no answer is more likely.

Where the designer can choose which label holds (the claim of an entailment, the target of a stance), the program draws
it; where the text decides, it draws how many labels there are, whether the case is a close one, and whether the label
for what nothing covers is to hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from teams.engine.flow import Scene
from teams.engine.records import Instruction
from teams.engine.stages.asking import Goal
from teams.engine.stages.forms import Asked, Draft
from teams.engine.tongue import is_english
from teams.text_classification.forms import Label
from teams.text_classification.kinds import BY_NAME, Labelling
from teams.text_classification.labels import tidy
from teams.text_classification.rows import Rows

CHANGED = 0.3
"""Most of a text's words that may be other ones in a contrast: the pair teaches by what stayed."""
_ORDINALS = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Wish:
    """What was drawn for one chat."""

    count: int = 0
    """Labels of the set; 0 leaves it open."""
    items: int = 0
    """Things to be labelled; 0 where there is one."""
    sense: int | None = None
    """Which of the labels that the brief names in order is to hold."""
    is_close: bool = False
    none_holds: bool | None = None


def wished(scene: Scene, kind: Labelling) -> Wish:
    """Draw for a chat."""
    random, form = scene.random, kind.form
    assert isinstance(form, Label)
    is_open = form.most > form.fewest and not form.is_tree
    return Wish(
        count=random.randint(form.fewest, form.most) if is_open else 0,
        items=random.randint(4, form.rows) if isinstance(form, Rows) else 0,
        sense=random.randrange(kind.senses) if kind.senses else None,
        is_close=random.random() < kind.close,
        none_holds=random.random() < kind.none_holds if kind.none_holds else None,
    )


LEANINGS: Mapping[str, tuple[str, ...]] = {
    "review": (
        "it comes out badly, with nothing to redeem it",
        "it comes out badly but for one thing",
        "good and bad weigh the same",
        "it comes out well, with one serious reservation",
        "the writer is content, and says so by halves",
        "it could hardly be better",
    ),
    "social_post": ("against something", "for something", "in two minds", "only telling", "not meant as it is said"),
    "support_ticket": (
        "nobody is harmed if it waits for months",
        "it should be seen to this week",
        "somebody can't go on until it is dealt with",
        "it sounds dire and isn't",
        "it sounds harmless and isn't",
    ),
    "email": ("stiff and by the book", "civil, between strangers", "easy, between people who know each other", "cool"),
    "dialogue_turn": (
        "the last turn gives way",
        "the last turn refuses without saying no",
        "the last turn asks for something",
        "the last turn agrees, and means it",
        "the last turn turns the talk to something else",
        "the last turn lets show what the speaker feels",
    ),
    "legal_clause": ("about an end", "about a loss", "about a payment", "about what may be known", "about a breach"),
}
"""How a text of a kind is to come out: left to themselves, writers make all reviews mixed and all tickets urgent."""


def lean(scene: Scene) -> str:
    """Return how the text is to come out, drawn; '' for kinds that lean nowhere."""
    ways = LEANINGS.get(scene.kind.name, ()) if not scene.small else ()
    return f"This time: {scene.random.choice(ways)}." if ways else ""


def wish(scene: Scene) -> str:
    """Return the wish in words, and keep it in the scene for `faults`."""
    kind = scene.kind
    if scene.small or not isinstance(kind, Labelling):
        return ""
    drawn = scene.notes["wish"] = wished(scene, kind)
    lines = []
    if drawn.count:
        lines.append(f"The set has {drawn.count} labels.")
    if drawn.items:
        lines.append(f"There are {drawn.items} items to label.")
    if drawn.sense is not None:
        lines.append(
            f"Hand in the labels in the order named above; the {_ORDINALS[drawn.sense]} of them is to be the one that"
            " holds. The program shuffles them later."
        )
    if drawn.none_holds is not None:
        lines.append(
            "The label for what no other covers is to be the one that holds, though one of the others tempts."
            if drawn.none_holds
            else "One of the other labels is to hold, though at first sight none seems to."
        )
    if drawn.is_close:
        lines.append(
            "Make it a close case: say in `borderline` why it is one and what in text or definitions settles it."
        )
    elif kind.close:
        lines.append("Make it a plain case; leave `borderline` empty.")
    return " ".join(["This time:", *lines]) if lines else ""


def faults(scene: Scene, draft: Draft, passage: str) -> Iterator[str]:
    """Yield what in a draft is not as wished, or not what the goal of its refinement is."""
    if isinstance(scene.kind, Goal):
        yield from _off_goal(scene, scene.kind, draft, passage)
    elif isinstance(drawn := scene.notes.get("wish"), Wish) and isinstance(scene.kind, Labelling):
        yield from _not_as_wished(drawn, scene.kind, draft)
    if not scene.small and _kind(scene).needs_rule and not draft.get("rule", "").strip():
        yield "the rule that decides between two labels that both hold is missing (`rule`)"


def _kind(scene: Scene) -> Labelling:
    return scene.kind if isinstance(scene.kind, Labelling) else BY_NAME[scene.record.kind]


def _not_as_wished(drawn: Wish, kind: Labelling, draft: Draft) -> Iterator[str]:
    form = kind.form
    assert isinstance(form, Label)
    names = [one["name"] for one in form.labels_of(draft)]
    if drawn.count and len(names) != drawn.count:
        yield f"the set was to have {drawn.count} labels; it has {len(names)}"
    if drawn.items and len(draft["items"]) != drawn.items:
        yield f"there were to be {drawn.items} items; there are {len(draft['items'])}"
    if drawn.sense is not None and names[drawn.sense : drawn.sense + 1] != [form.key_of(draft)]:
        yield f"the {_ORDINALS[drawn.sense]} label of the set was to be the one that holds; yours is {draft['gold']!r}"
    if drawn.none_holds is not None and drawn.none_holds != (form.key_of(draft) == tidy(draft["none"])):
        yield f"the label for what no other covers was {'' if drawn.none_holds else 'not '}to hold"
    if drawn.is_close and not draft["borderline"].strip():
        yield "it was to be a close case, with the reason in `borderline`"


def _off_goal(scene: Scene, goal: Goal, draft: Draft, passage: str) -> Iterator[str]:
    record = scene.record
    assert isinstance(record, Instruction)
    form, facts = BY_NAME[record.kind].form, record.facts
    assert isinstance(form, Label)
    before = {one["name"]: one["means"] for one in facts["labels"]}
    now = {one["name"]: one["means"] for one in form.labels_of(draft)}
    if goal.name in _SAME_NAMES and now.keys() != before.keys():
        yield f"the labels have to keep their names: {', '.join(before)}"
    if goal.name in _SAME_KEY and _words(form, draft) != form.said(facts):
        yield f"the right label has to stay {form.said(facts)!r}"
    if goal.name == "closer_labels" and len(now.keys() - before.keys()) < 2:
        yield "at least two labels have to be new, each nearer to the right one than what it replaces"
    if goal.name == "against_intuition" and not all(now.values()):
        yield "every label needs a definition, since its name no longer says what it covers"
    if goal.name == "against_intuition" and now == before:
        yield "the definitions are as before"
    if goal.name == "none_fits" and tidy(draft.get("none", "")) != form.key_of(draft):
        yield "the label that holds has to be the one named in `none`"
    if goal.name == "none_fits" and facts["key"] in now:
        yield f"the label that used to hold, {facts['key']!r}, has to go"
    if goal.name == "rule_of_precedence" and not draft["rule"].strip():
        yield "the rule of precedence is missing (`rule`)"
    if goal.name == "contrast" and changed_share(record.passage.text, passage) > CHANGED:
        yield "too much of the text was changed: turn the label by a few words, and leave the rest as it is"


_SAME_NAMES = ("mixed_signals", "contrast", "against_intuition", "accountable")
_SAME_KEY = ("mixed_signals", "accountable")


def _words(form: Label, draft: Draft) -> Any:
    key = form.key_of(draft)
    return sorted(key) if isinstance(key, list) else key


def pose(scene: Scene, kind: Any, draft: Draft, passage: str) -> Asked:
    """Make the question of a draft, with what the goal of a refinement asks of its answer."""
    goal = scene.kind.name if isinstance(scene.kind, Goal) else ""
    # A contrast in the same words as its counterpart would be taken for a copy of it.
    asked = kind.form.posed(
        draft, scene.random, english=is_english(scene.language), reasons=goal in ("accountable", "contrast")
    )
    facts: dict[str, Any] = dict(asked.facts)
    names = [one["name"] for one in facts["labels"]]
    if senses := _senses(scene, kind, draft):
        facts["senses"] = senses
        facts["sense"] = senses.index(facts["key"]) if set(senses) == set(names) else None
    if isinstance(scene.record, Instruction) and scene.record.passage.text.strip() != passage:
        facts["changed"] = changes(scene.record.passage.text, passage)
    return Asked(asked.text, facts)


def _senses(scene: Scene, kind: Any, draft: Draft) -> list[str]:
    """The labels in the order their kind's brief names them in; a refined set keeps the order of the first."""
    if isinstance(scene.record, Instruction):
        return list(scene.record.facts.get("senses", ()))
    return [one["name"] for one in kind.form.labels_of(draft)] if getattr(kind, "senses", 0) else []


def changes(before: str, after: str) -> list[Mapping[str, str]]:
    """Return the words that differ between two texts, as `{"was", "is"}`."""
    one, other = before.split(), after.split()
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [{"was": " ".join(one[a:b]), "is": " ".join(other[c:d])} for tag, a, b, c, d in blocks if tag != "equal"]


def changed_share(before: str, after: str) -> float:
    """Return which share of the words of the longer text is not in the other, in order."""
    one, other = before.split(), after.split()
    kept = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    return 1 - kept / longest if (longest := max(len(one), len(other))) else 0.0
