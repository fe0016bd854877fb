"""What classification is made of: nine transformations, 29 kinds of labelling, seven goals of refinement.

The paper names the skill and shows none of it. Kinds follow published tasks and data sets, each named as the source;
the label sets themselves are designed for each text. Which kinds suit which sort of text is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from teams.engine.stages.asking import Asking, Goal, Transformation
from teams.engine.stages.forms import Form
from teams.text_classification.compound import Labels, Path
from teams.text_classification.forms import Label
from teams.text_classification.looks import has_turns, is_addressed
from teams.text_classification.rows import ASPECT, OWN, QUOTED, Rows
from teams.text_classification.words import script

CLOSE = 0.3
"""Share of items that are to be close cases, with the reason why."""


def _made(name: str, source: str, words: tuple[int, int], **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), source, words, **how)


TRANSFORMATIONS = (
    _made("review", "Amazon and Yelp reviews", (60, 200)),
    _made("social_post", "TweetEval", (25, 90)),
    _made("support_ticket", "BANKING77", (60, 190)),
    _made("email", "Enron e-mails", (80, 240), looks=is_addressed),
    _made("news", "AG News", (110, 280)),
    _made("abstract", "arXiv, PubMed 200k RCT", (130, 250)),
    _made("legal_clause", "LEDGAR, CUAD", (80, 230)),
    _made("dialogue_turn", "DailyDialog, Switchboard", (60, 220), looks=has_turns),
    _made("identity", "paper", (0, 0), is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)
"""What a model of a few billion parameters rewrites holds little to tell apart (measured on 1.5B in another skill)."""


@dataclass(frozen=True)
class Labelling(Asking):
    """A sort of classification."""

    per_chat: int = 1
    """Label sets for one short text resemble each other; other kinds bring more variety than another set."""
    senses: int = 0
    """Labels that the brief names in order, and whose designer can choose which holds: the right one is drawn, so that
    no sense has more than its share. 0: the text decides."""
    close: float = CLOSE
    """Share of close cases wished for."""
    none_holds: float = 0.0
    """Share of items in which the label for what nothing else covers is to be the right one."""
    needs_rule: bool = False
    """Two labels hold, and a rule the user gives decides."""


_ONE = (
    "closer_labels",
    "mixed_signals",
    "contrast",
    "against_intuition",
    "none_fits",
    "accountable",
    "rule_of_precedence",
)
_FIXED = ("mixed_signals", "contrast", "against_intuition", "accountable")
_SCALE = ("mixed_signals", "contrast", "accountable")
_SET = ("closer_labels", "contrast", "against_intuition", "accountable")
_TREE = ("closer_labels", "contrast", "accountable")
_ROWS = ("closer_labels", "against_intuition", "accountable")


def _asks(
    name: str, source: str, form: Form, goals: tuple[str, ...] = _ONE, *, small: bool = False, **how: Any
) -> Labelling:
    return Labelling(name, script.brief(name), source, form, (), small, goals, **how)


KINDS = (
    _asks("binary", "GLUE (SST-2, CoLA)", Label(2, 2), _FIXED, senses=2),
    _asks("topic", "AG News", Label(4, 7), small=True),
    _asks("multi_label", "Reuters-21578", Labels(4, 8), _SET),
    _asks("hierarchical", "Web of Science", Path(), _TREE),
    _asks("rating", "Yelp-5", Label(4, 6, means="must", is_ordered=True), _SCALE),
    _asks("sentiment", "SemEval-2017 task 4", Label(3, 5), _FIXED, small=True),
    _asks("aspect_sentiment", "SemEval-2014 task 4", Rows(ASPECT, 3, 4, rows=6), ("accountable",)),
    _asks("emotion", "GoEmotions", Label(5, 9), small=True),
    _asks("intent", "BANKING77", Label(4, 8, means="must")),
    _asks("out_of_scope", "CLINC150", Label(4, 7, has_none=True), ("closer_labels", "accountable"), none_holds=0.5),
    _asks("question_type", "TREC", Rows(OWN, 4, 6), _ROWS),
    _asks("moderation", "Jigsaw, HateCheck", Label(3, 6, means="must")),
    _asks("stance", "SemEval-2016 task 6", Label(3, 3), _FIXED, senses=3),
    _asks("entailment", "SNLI, MNLI", Label(3, 3), ("mixed_signals", "contrast", "accountable"), senses=3, close=0.0),
    _asks("urgency", "ITIL priorities", Label(3, 5, means="must", is_ordered=True), _SCALE),
    _asks("genre", "CORE registers", Label(4, 7), small=True),
    _asks("formality", "GYAFC", Label(3, 5, is_ordered=True), _SCALE),
    _asks("audience", "OneStopEnglish", Label(3, 5, means="must"), ("closer_labels", "contrast", "accountable")),
    _asks("custom_definition", "content-analysis codebooks", Label(3, 5, means="must")),
    _asks("renamed", "symbol tuning", Label(3, 6, means="must", renames=True), ("contrast", "accountable")),
    _asks("precedence", "content-analysis codebooks", Label(3, 5, means="must"), _FIXED, needs_rule=True, close=1.0),
    _asks("batch", "BatchPrompt", Rows(OWN, 3, 6), _ROWS),
    _asks("abstention", "selective classification", Label(3, 5, means="must", has_none=True), _TREE, none_holds=0.5),
    _asks("dialogue_act", "Switchboard DAMSL", Label(4, 7), ("closer_labels", "contrast", "accountable")),
    _asks("irony", "SemEval-2018 task 3", Label(2, 4), ("mixed_signals", "contrast", "accountable")),
    _asks("check_worthy", "CheckThat!", Rows(QUOTED, 2, 3, rows=6, means="must"), ("accountable",)),
    _asks("clause_type", "LEDGAR", Label(4, 7)),
    _asks("sentence_role", "PubMed 200k RCT", Rows(QUOTED, 3, 5, rows=7), ("closer_labels", "accountable")),
    _asks(
        "persuasion", "SemEval-2020 task 11", Label(4, 6, means="must"), ("closer_labels", "contrast", "accountable")
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}

_SUITED = {
    "review": "rating sentiment aspect_sentiment emotion irony audience multi_label renamed precedence binary",
    "social_post": "sentiment emotion stance moderation irony topic out_of_scope persuasion custom_definition renamed",
    "support_ticket": "intent out_of_scope urgency emotion hierarchical multi_label precedence abstention binary",
    "email": "intent urgency formality emotion sentence_role moderation multi_label abstention custom_definition",
    "news": "topic entailment stance genre check_worthy sentence_role audience hierarchical multi_label precedence",
    "abstract": "sentence_role topic entailment audience check_worthy hierarchical custom_definition abstention",
    "legal_clause": "clause_type entailment audience formality hierarchical custom_definition renamed precedence",
    "dialogue_turn": "dialogue_act intent out_of_scope emotion stance irony moderation renamed abstention binary",
    "identity": """genre formality audience topic stance entailment persuasion question_type batch rating multi_label
        check_worthy sentence_role sentiment emotion custom_definition renamed precedence abstention hierarchical""",
}
SUITS = {passage: tuple(kinds.split()) for passage, kinds in _SUITED.items()}
"""Which kinds of classification suit which sort of text."""


def with_none(form: Form) -> Form:
    """Return a form whose set also has a label for what no other covers."""
    assert isinstance(form, Label)
    return Label(form.fewest, form.most + 1, means=form.means, has_none=True, renames=form.renames)


GOALS = (
    Goal("closer_labels", script.brief("closer_labels"), "ours"),
    Goal("mixed_signals", script.brief("mixed_signals"), "SemEval-2018 task 3", edits=True),
    Goal("contrast", script.brief("contrast"), "contrast sets (Gardner et al. 2020)", edits=True, new_key=True),
    Goal("against_intuition", script.brief("against_intuition"), "symbol tuning", new_key=True),
    Goal("none_fits", script.brief("none_fits"), "CLINC150", new_key=True, refit=with_none),
    Goal("accountable", script.brief("accountable"), "ours"),
    Goal("rule_of_precedence", script.brief("rule_of_precedence"), "content-analysis codebooks"),
)
