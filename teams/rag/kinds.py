"""What rag is made of: eight ways to gather results, 22 kinds of query, seven goals of refinement.

The paper names the skill and shows nothing of how it is made. The kinds follow published benchmarks of retrieval, each
named; which of them suit which set is ours.
"""

from __future__ import annotations

from teams.engine.stages.asking import Asking, Goal
from teams.engine.stages.forms import CHOICE, LIST, NUMBER, OPEN, ORDER, QUOTE, SHORT, STATEMENTS, Form
from teams.rag.forms import Absent, Grounded, Mistaken, Sides
from teams.rag.gathering import Gathering, made
from teams.rag.words import script

TRANSFORMATIONS: tuple[Gathering, ...] = (
    made("retrieved", "paper", (1, 3), searches=True),
    made("document_set", "ours"),
    made("distractors", "RGB", (1, 2)),
    made("counterfactual", "RGB", (1, 1)),
    made("versions", "FreshQA"),
    made("mixed_sites", "CRAG"),
    made("how_to_pages", "ours"),
    made("chunks", "ours", (3, 6), writes=False, is_seed=True),
)
SMALL_TRANSFORMATIONS = ("chunks",)
"""A small model writes no set of pages that agree with each other; a program puts one together."""

CLOSER, MOVED, REMOVED, SPLIT, NEWER, STRICTER, VAGUER = (
    "closer_distractors", "gold_moved", "gold_removed", "facts_split", "newer_contradiction", "strict_reply",
    "vaguer_query",
)  # fmt: skip
_FACT = (CLOSER, MOVED, REMOVED, SPLIT, NEWER, STRICTER, VAGUER)
_JOINED = (CLOSER, MOVED, REMOVED, STRICTER, VAGUER)
_TOLD = (CLOSER, MOVED, STRICTER)


def _asks(
    name: str, source: str, form: Form, goals: tuple[str, ...], tools: str = "", *, small: bool = False
) -> Asking:
    return Asking(name, script.brief(name), source, form, tuple(tools.split()), small, goals)


ONE, TWO, UP_TO_FOUR = (1, 1), (2, 3), (2, 4)
KINDS = (
    _asks("simple_fact", "CRAG", Grounded(SHORT, ONE), _FACT),
    _asks("conditioned_fact", "CRAG", Grounded(SHORT, (1, 2)), _FACT),
    _asks("set", "CRAG", Grounded(LIST, (1, 4)), _JOINED),
    _asks("comparison", "CRAG", Grounded(SHORT, TWO), _JOINED),
    _asks("aggregation", "CRAG", Grounded(NUMBER, UP_TO_FOUR), _JOINED, "calculator"),
    _asks("multi_hop", "MultiHop-RAG", Grounded(SHORT, TWO), _JOINED),
    _asks("post_processing", "CRAG", Grounded(NUMBER, (1, 3)), _JOINED, "calculator"),
    _asks("false_premise", "CRAG", Mistaken(), (CLOSER, MOVED, STRICTER)),
    _asks("noise_robust", "RGB", Grounded(SHORT, ONE), _FACT),
    _asks("negative_rejection", "RGB", Absent(), (CLOSER, STRICTER)),
    _asks("information_integration", "RGB", Grounded(LIST, TWO), _JOINED),
    _asks("conflicting_sources", "RGB", Sides(), _TOLD),
    _asks("time_sensitive", "FreshQA", Grounded(SHORT, (1, 2)), (CLOSER, MOVED, REMOVED, STRICTER, VAGUER)),
    _asks("choice_with_context", "MIRAGE", Grounded(CHOICE, (1, 2)), _TOLD),
    _asks("claim_check", "FEVER", Grounded(STATEMENTS, (2, 5)), (CLOSER, MOVED)),
    _asks("timeline", "MultiHop-RAG", Grounded(ORDER, (2, 5)), (CLOSER, MOVED)),
    _asks("best_passage", "Natural Questions", Grounded(QUOTE, ONE), (CLOSER, MOVED, VAGUER), small=True),
    _asks("grounded_summary", "ALCE", Grounded(OPEN, (3, 6)), _TOLD),
    _asks("procedure", "doc2dial", Grounded(OPEN, UP_TO_FOUR), _TOLD),
    _asks("explanation", "ELI5", Grounded(OPEN, UP_TO_FOUR), _TOLD),
    _asks("ambiguous_query", "ASQA", Grounded(OPEN, UP_TO_FOUR), _TOLD),
    _asks("partial_answer", "CRAG", Grounded(OPEN, (1, 3)), _TOLD),
)
BY_NAME = {kind.name: kind for kind in KINDS}

_ANY = "simple_fact noise_robust negative_rejection false_premise best_passage choice_with_context claim_check"
_SUITED = {
    "retrieved": f"{_ANY} conditioned_fact set multi_hop explanation grounded_summary partial_answer post_processing",
    "document_set": f"{_ANY} conditioned_fact set comparison aggregation multi_hop post_processing timeline "
    "information_integration grounded_summary explanation partial_answer time_sensitive",
    "distractors": f"{_ANY} conditioned_fact comparison set ambiguous_query partial_answer aggregation",
    "counterfactual": "conflicting_sources simple_fact noise_robust claim_check choice_with_context time_sensitive "
    "false_premise grounded_summary",
    "versions": "time_sensitive conflicting_sources timeline comparison aggregation false_premise noise_robust "
    "negative_rejection post_processing",
    "mixed_sites": f"{_ANY} conditioned_fact conflicting_sources comparison information_integration ambiguous_query "
    "partial_answer multi_hop",
    "how_to_pages": "procedure conditioned_fact information_integration post_processing negative_rejection simple_fact "
    "best_passage claim_check explanation",
    "chunks": "simple_fact best_passage negative_rejection grounded_summary claim_check partial_answer explanation",
}
SUITS = {passage: tuple(dict.fromkeys(kinds.split())) for passage, kinds in _SUITED.items()}
"""Which kinds of query suit which set of results."""

GOALS = (
    Goal(CLOSER, script.brief(CLOSER), "ours", edits=True, asks_anew=False),
    Goal(MOVED, script.brief(MOVED), "Lost in the Middle", asks_anew=False),
    Goal(REMOVED, script.brief(REMOVED), "RGB", asks_anew=False, is_answerable=False),
    Goal(SPLIT, script.brief(SPLIT), "MultiHop-RAG", edits=True, refit=lambda form: _over_two(form)),
    Goal(NEWER, script.brief(NEWER), "RGB", edits=True, becomes="conflicting_sources"),
    Goal(STRICTER, script.brief(STRICTER), "paper", asks_anew=False),
    Goal(VAGUER, script.brief(VAGUER), "ours"),
)
BY_PROGRAM = (MOVED, REMOVED, STRICTER)
"""Goals that a program reaches alone."""
SAME_KEY = (SPLIT, VAGUER)
"""Goals after which the right answer is the one it was."""


def _over_two(form: Form) -> Form:
    """The form of an answer that one document held and that two hold now."""
    assert isinstance(form, Grounded)
    return Grounded(form.inner, (2, 3))
