"""What conversation is made of: eight transformations, twenty kinds of talk, five goals of refinement.

Thirteen kinds follow the tasks of MT-Bench-101, two those of MT-Eval; the others are sharded requests ("LLMs get lost
in multi-turn conversation"), chains of questions on a text (QuAC, CoQA), the follow-ups of the released follow_up rows,
and two of ours. Which kinds suit which material is ours too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from teams.conversation.looks import has_facts, has_parts, has_pieces, is_a_message
from teams.conversation.sorts import MT101, MT_EVAL, RELEASED, SORTS, Sort
from teams.conversation.words import script
from teams.engine.flow import Kind
from teams.engine.stages.asking import Goal, Transformation

Opens = Literal["written", "given", "with_text", "answered"]
"""Where the first message comes from: the planner writes it; the material is the message; the planner writes what is
asked of the material, which is brought along; the material is a talk already begun."""


def _made(
    name: str, words: tuple[int, int], looks: Callable[[str], Iterator[str]] | None = None, source: str = "ours"
) -> Transformation:
    how = {} if looks is None else {"looks": looks}
    return Transformation(name, script.brief(name), source, words, **how)  # type: ignore[arg-type]


TRANSFORMATIONS = (
    _made("persona", (150, 420)),
    _made("fact_pack", (110, 360), has_facts),
    _made("pieces", (130, 420), has_pieces),
    _made("first_task", (90, 600), is_a_message, RELEASED),
    _made("shards", (70, 260), has_parts, "Lost in Conversation"),
    _made("draft", (120, 380)),
    Transformation("identity", script.brief("identity"), "paper", (0, 0), is_seed=True),
    Transformation("earlier_pair", script.brief("earlier_pair"), RELEASED, (0, 0), is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity", "earlier_pair")
"""A small model writes no material worth a talk."""
OPENS: dict[str, Opens] = {
    "persona": "written",
    "fact_pack": "written",
    "pieces": "written",
    "shards": "written",
    "first_task": "given",
    "draft": "with_text",
    "identity": "with_text",
    "earlier_pair": "answered",
}


@dataclass(frozen=True)
class Talking(Kind):
    """A kind of conversation."""

    main: tuple[str, ...] = ()
    """Sorts of turn that make it what it is."""
    least: int = 1
    """Turns of the main sorts, at least."""
    beside: tuple[str, ...] = ()
    """Other sorts that may stand between."""
    turns: tuple[int, int] = (3, 4)
    """Fewest and most turns after the first."""
    first: tuple[str, ...] = ()
    """What the first turn has to bring: a `key`, a `form`."""
    tools: tuple[str, ...] = ()
    is_grounded: bool = False
    """Every figure of an answer was told or follows: nothing is to come from general knowledge."""
    is_small: bool = False
    """A model of a few billion parameters can plan and hold it."""
    goals: tuple[str, ...] = ()

    @property
    def tells_figures(self) -> bool:
        """Where figures come from a program can see. What is concluded from several turns (the hour of a tide, three
        days on) it can't follow: an auditor is given those to work out."""
        return self.is_grounded and self.main[0] != "infer"

    @property
    def sorts(self) -> list[Sort]:
        """The sorts of turn a plan may use, the main ones first."""
        return [SORTS[name] for name in (*self.main, *self.beside)]


_ANY = ("further_back", "contradiction", "changed_requirement", "false_challenge", "longer")
_TEXTUAL = ("further_back", "changed_requirement", "longer")
_KEYED = ("further_back", "contradiction", "false_challenge", "longer")


def _talk(
    name: str,
    source: str,
    main: str,
    beside: str,
    goals: tuple[str, ...] = _ANY,
    *,
    least: int = 1,
    turns: tuple[int, int] = (3, 4),
    first: str = "",
    tools: str = "",
    grounded: bool = False,
    small: bool = False,
) -> Talking:
    return Talking(
        name, script.brief(name), source, tuple(main.split()), least, tuple(beside.split()), turns,
        tuple(first.split()), tuple(tools.split()), grounded, small, goals,
    )  # fmt: skip


KINDS = (
    _talk("context_memory", MT101, "recall", "tell ask infer shift", least=2, turns=(4, 5), tools="calculator"),
    _talk("anaphora", MT101, "refer", "ask expand infer", ("further_back", "longer"), least=3),
    _talk("separate_input", MT101, "deliver", "ask recall refer check", ("contradiction", "longer"), least=2),
    _talk("topic_shift", MT101, "shift", "ask refer recall expand", ("further_back", "contradiction", "longer")),
    _talk("content_confusion", MT101, "similar", "ask check refer", _KEYED, least=2, first="key", tools="calculator"),
    _talk("content_rephrase", MT101, "rephrase", "check shorten ask", ("changed_requirement", "longer"), least=2),
    _talk(
        "format_rephrase", MT101, "reformat", "ask check refer", ("further_back", "longer"), least=2,
        tools="measure_text",
    ),
    _talk(
        "self_correction", MT101, "correct", "ask reckon refer check recall",
        ("further_back", "contradiction", "longer"), turns=(2, 4), first="key", tools="calculator",
    ),
    _talk("self_affirmation", MT101, "doubt", "ask refer check recall", ("further_back", "longer"), least=2),
    _talk(
        "maths_in_turns", MT101, "reckon", "change check tell", _ANY, least=3, first="key", tools="calculator",
        grounded=True,
    ),
    _talk("reasoning_in_turns", MT101, "infer", "tell change refer", _KEYED, least=2, grounded=True),
    _talk(
        "clarify", MT101, "settle", "refer amend expand check ask", ("contradiction", "changed_requirement", "longer"),
        turns=(2, 4), first="key",
    ),
    _talk("proactive", MT101, "tell", "opinion ask refer settle check", ("contradiction", "longer"), least=2),
    _talk("expansion", MT_EVAL, "expand", "refer more ask", ("false_challenge", "longer"), least=2, small=True),
    _talk(
        "stepwise_refinement", MT_EVAL, "amend", "shorten add check", _TEXTUAL, least=3, tools="measure_text"
    ),
    _talk("sharded", "Lost in Conversation", "add", "settle change", _TEXTUAL, least=3, turns=(3, 5)),
    _talk(
        "follow_ups", RELEASED, "check opinion more shorten reformat", "doubt refer ask", ("false_challenge", "longer"),
        least=3, tools="measure_text",
    ),
    _talk(
        "question_chain", "QuAC", "refer infer", "gap recall", ("further_back", "longer"), least=2, grounded=True,
        small=True,
    ),
    _talk("changed_mind", "ours", "change", "ask refer recall reckon amend", ("further_back", "longer"),
          tools="calculator"),
    _talk("standing_rule", MT_EVAL, "ask refer shift", "recall deliver expand", ("false_challenge", "longer"),
          least=2, first="form", tools="measure_text"),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}
_SUITED = {
    "persona": """
        context_memory topic_shift content_confusion self_correction self_affirmation maths_in_turns reasoning_in_turns
        clarify proactive expansion changed_mind standing_rule
        """,
    "fact_pack": """
        context_memory maths_in_turns reasoning_in_turns self_correction content_confusion changed_mind proactive
        anaphora topic_shift
        """,
    "pieces": "separate_input standing_rule",
    "first_task": """
        follow_ups content_rephrase format_rephrase self_affirmation stepwise_refinement expansion topic_shift
        """,
    "shards": "sharded clarify changed_mind stepwise_refinement",
    "draft": "stepwise_refinement content_rephrase format_rephrase follow_ups changed_mind",
    "identity": """
        question_chain anaphora content_confusion self_affirmation format_rephrase content_rephrase expansion follow_ups
        topic_shift standing_rule
        """,
    "earlier_pair": """
        follow_ups format_rephrase content_rephrase self_affirmation expansion anaphora topic_shift
        """,
}
SUITS = {passage: tuple(kinds.split()) for passage, kinds in _SUITED.items()}
"""Which kinds of talk suit which material."""
SEEDS = {
    "text": tuple(kind.name for kind in TRANSFORMATIONS if kind.name != "earlier_pair"),
    "talk": ("earlier_pair",),
}
"""Which transformations suit which kind of seed."""
GOALS = tuple(Goal(name, script.brief(name), "ours") for name in _ANY)
"""The paper names none for this skill."""
REQUIRED = {"contradiction": "slip", "changed_requirement": "change", "false_challenge": "doubt"}
"""The sort of turn a goal brings in."""
