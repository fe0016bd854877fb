"""What creative content is made of: nine transformations, 32 kinds of piece, eight goals of refinement.

The paper names the skill and nothing of it. Six transformations, twenty kinds and six goals follow the taxonomies named
by each; the others are ours. Forms of verse are parameters of one kind and stand in `verse.FORMS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from teams.creative_content.forms import LETTER, PACKED, PROBLEM, PROSE, SCRIPT, SONG, STEPS, STYLED, VERSE, Brief
from teams.creative_content.looks import has_notes, has_numbered_facts, has_sample_and_rules
from teams.creative_content.words import script
from teams.engine.stages.asking import Asking, Goal, Transformation


def _made(name: str, source: str, words: tuple[int, int], **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), source, words, **how)


TRANSFORMATIONS = (
    _made("theme", "WritingPrompts", (130, 300), looks=has_notes),
    _made("conflict", "WritingPrompts", (150, 340), looks=has_notes),
    _made("audience_brief", "InstructGPT", (130, 300), looks=has_notes),
    _made("product_brief", "InstructGPT", (130, 300), looks=has_notes),
    _made("style_sheet", "ours", (140, 340), looks=has_sample_and_rules),
    _made("fact_pack", "WikiBio", (120, 320), looks=has_numbered_facts),
    _made("place", "ours", (140, 320), looks=has_notes),
    _made("what_if", "WritingPrompts", (120, 300), looks=has_notes),
    _made("identity", "ours", (0, 0), is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)
"""Sheets by a model of a few billion parameters retell the text; it writes its requests from the text itself."""

_STORY = "unusual_viewpoint forbidden_cliches form_constraint blend_genres half_the_room"
_PLAIN = "form_constraint audience_shift several_deliverables half_the_room"
_VERSE = "unusual_viewpoint forbidden_cliches keep_facts audience_shift several_deliverables"
_PUBLIC = "audience_shift several_deliverables forbidden_cliches keep_facts blend_genres half_the_room"


def _asks(
    name: str, source: str, form: Brief, goals: str, *, tools: str = "measure_text", small: bool = False
) -> Asking:
    return Asking(name, script.brief(name), source, form, tuple(tools.split()), small, tuple(goals.split()), per_chat=1)


_GIVEN = "audience_shift several_deliverables half_the_room"
_ODD = "forbidden_cliches unusual_viewpoint"
_RECKONED = "measure_text calculator"
KINDS = (
    _asks("short_story", "WritingPrompts", PROSE, _STORY + " keep_facts audience_shift"),
    _asks("flash_fiction", "LitBench", PROSE, _STORY + " keep_facts", small=True),
    _asks("genre_story", "LitBench", PROSE, _STORY + " keep_facts"),
    _asks("poem", "InstructGPT", VERSE, _VERSE),
    _asks("song", "InstructGPT", SONG, _VERSE + " half_the_room form_constraint"),
    _asks("screenplay", "WritingPrompts", SCRIPT, _STORY + " keep_facts"),
    _asks("monologue", "ours", PROSE, _STORY + " audience_shift"),
    _asks("diary", "ours", PROSE, _STORY + " keep_facts"),
    _asks("speech", "InstructGPT", PROSE, _PUBLIC + " form_constraint", small=True),
    _asks("letter", "InstructGPT", LETTER, _PLAIN + " keep_facts unusual_viewpoint forbidden_cliches", small=True),
    _asks("email", "InstructGPT", LETTER, _PLAIN + " keep_facts", small=True),
    _asks("op_ed", "InstructGPT", PROSE, _PUBLIC + " form_constraint"),
    _asks("blog_post", "InstructGPT", PROSE, _PUBLIC + " unusual_viewpoint"),
    _asks("advertisement", "InstructGPT", PROSE, _PUBLIC + " form_constraint", small=True),
    _asks("press_release", "FoFo", PACKED, _GIVEN + " form_constraint blend_genres"),
    _asks("product_concept", "InstructGPT", PROSE, _PLAIN + " keep_facts", tools=_RECKONED),
    _asks("lesson", "orca-agentinstruct-1M", PROSE, _PLAIN + " unusual_viewpoint blend_genres", tools=_RECKONED),
    _asks("tutorial", "orca-agentinstruct-1M", STEPS, _PLAIN + " blend_genres", tools=_RECKONED, small=True),
    _asks("contest_problem", "orca-agentinstruct-1M", PROBLEM, "audience_shift keep_facts blend_genres half_the_room",
          tools="calculator measure_text"),
    _asks("quest", "ours", PROSE, _ODD + " form_constraint several_deliverables blend_genres"),
    _asks("world_building", "ours", PROSE, _ODD + " form_constraint blend_genres keep_facts"),
    _asks("persona", "PersonaHub", PROSE, "audience_shift forbidden_cliches several_deliverables unusual_viewpoint"),
    _asks("biography", "WikiBio", PACKED, _GIVEN + " unusual_viewpoint form_constraint"),
    _asks("satire", "InstructGPT", PROSE, "form_constraint blend_genres audience_shift forbidden_cliches keep_facts"),
    _asks("pastiche", "ours", STYLED, "keep_facts audience_shift half_the_room form_constraint unusual_viewpoint"),
    _asks("childrens_story", "InstructGPT", PROSE, _STORY + " audience_shift keep_facts"),
    _asks("interview", "ours", SCRIPT, "form_constraint audience_shift several_deliverables keep_facts half_the_room"),
    _asks("proposal", "orca-agentinstruct-1M", PROSE, _PLAIN + " keep_facts forbidden_cliches", tools=_RECKONED),
    _asks("recipe", "InstructGPT", STEPS, "form_constraint blend_genres audience_shift half_the_room keep_facts",
          tools=_RECKONED),
    _asks("museum_label", "ours", PACKED, _GIVEN + " form_constraint"),
    _asks("obituary", "ours", PACKED, "form_constraint audience_shift forbidden_cliches half_the_room blend_genres"),
    _asks("travel_piece", "ours", PROSE, _ODD + " audience_shift several_deliverables keep_facts"),
)  # fmt: skip

_SUITED = {
    "theme": """
        short_story flash_fiction genre_story poem song monologue diary speech op_ed satire childrens_story travel_piece
        """,
    "conflict": """
        short_story genre_story screenplay monologue letter diary email interview persona quest flash_fiction speech
        """,
    "audience_brief": """
        speech op_ed blog_post letter email lesson tutorial contest_problem interview childrens_story advertisement song
        screenplay satire
        """,
    "product_brief": """
        advertisement press_release product_concept email tutorial interview satire proposal blog_post museum_label
        """,
    "style_sheet": "pastiche",
    "fact_pack": """
        press_release biography museum_label obituary lesson contest_problem speech proposal interview
        """,
    "place": """
        travel_piece world_building quest genre_story poem song recipe short_story persona obituary childrens_story
        """,
    "what_if": """
        genre_story flash_fiction world_building satire interview diary quest screenplay product_concept monologue
        """,
    "identity": " ".join(kind.name for kind in KINDS if kind.name not in ("pastiche", "biography", "travel_piece")),
}
SUITS = {passage: tuple(kinds.split()) for passage, kinds in _SUITED.items()}
"""Which kinds of piece are asked for from which sheet."""
TAKES_FACTS = frozenset({"fact_pack", "identity"})
"""Sheets that hold facts of the text itself: what a pack says has to stand there."""


def _aims(name: str, source: str, words: str = "") -> Goal:
    return Goal(name, script.brief(name), source)


GOALS = (
    _aims("form_constraint", "IFEval"),
    _aims("unusual_viewpoint", "ours"),
    _aims("blend_genres", "LitBench"),
    _aims("keep_facts", "IFEval"),
    _aims("forbidden_cliches", "IFEval"),
    _aims("several_deliverables", "InFoBench"),
    _aims("audience_shift", "ours"),
    _aims("half_the_room", "ours"),
)


def missed_aim(goal: str, new: Mapping[str, Any], old: Mapping[str, Any]) -> Iterator[str]:
    """Yield what shows that a refined request missed its goal, by its requirements and wishes before and after."""
    before, after = _rules(old), _rules(new)
    added = [need for need in after if need not in before]
    words = {rule: sum(len(n["words"]) for n in added if n["rule"] == rule) for rule in _WORDED}
    if goal == "form_constraint" and not {need["rule"] for need in added} & _FORMAL:
        yield f"no new requirement of form is among `requirements`: one of {', '.join(sorted(_FORMAL))} has to be"
    elif goal == "keep_facts" and words["words_in"] < 3:
        yield "three words or figures at least have to be required by words_in"
    elif goal == "forbidden_cliches" and words["words_out"] < 4:
        yield "four words or phrases at least have to be ruled out by words_out"
    elif goal == "several_deliverables" and words["labels"] < 2:
        yield "the deliverables need labels: a requirement by the rule labels with two at least"
    elif goal == "half_the_room" and not _is_shorter(before, after):
        yield "no measure of length is smaller than before: word_count, words_about, characters, lines, parts or steps"
    elif goal in ("unusual_viewpoint", "blend_genres", "audience_shift") and _wishes(new) <= _wishes(old):
        yield "no wish was added or changed; the aim needs one that a reader can judge"


_FORM_RULES = """
lipogram acrostic phrase_returns closes_with opens_with sentence_length sentences paragraphs parts stanzas lines
turn_length no_speech no_questions no_digits no_exclamations speakers steps words_in
"""
_FORMAL = frozenset(_FORM_RULES.split())
_WORDED = ("words_in", "words_out", "labels")
_LENGTHS = frozenset({"word_count", "words_about", "characters", "lines", "parts", "steps", "paragraphs", "stanzas"})


def _rules(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    needs: Sequence[Mapping[str, Any]] = facts.get("requirements", ())
    return [{key: need[key] for key in ("rule", "from", "to", "words")} for need in needs]


def _wishes(facts: Mapping[str, Any]) -> set[str]:
    return {wish["wording"].strip().casefold() for wish in facts.get("wishes", ())}


def _is_shorter(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> bool:
    old = {need["rule"]: need["to"] or need["from"] for need in before if need["rule"] in _LENGTHS}
    new = {need["rule"]: need["to"] or need["from"] for need in after if need["rule"] in _LENGTHS}
    return any(value < old.get(rule, 10**6) for rule, value in new.items())
