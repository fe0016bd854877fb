"""RAG: answer a query from what a search brought back, name what the answer rests on, and say so if it isn't there.

a raw text -> about eleven search results, found in the collection of all seeds or written -> queries of 22 kinds, each
with the documents it needs -> distractors come in, documents move, are split, contradicted or removed, the reply is to
be stricter -> a format asked for -> the answer -> blind readers with all documents, without those needed, with none

    python -m teams.rag --seeds articles/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from agents.script import combined
from teams.engine.checks.quotes import locate
from teams.engine.demands import RULES, Demand, content_of
from teams.engine.flow import Scene, Skill
from teams.engine.records import Instruction, Pair, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.asking import Asking
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.forms import Asked, Draft
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.message import demands_of
from teams.engine.stages.respond import response_flow
from teams.rag import small
from teams.rag.abstaining import abstains
from teams.rag.checks import CHECKS
from teams.rag.citing import uncited
from teams.rag.documents import read
from teams.rag.forms import holding
from teams.rag.gathering import gathering_flow
from teams.rag.judging import judge
from teams.rag.kinds import BY_NAME, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.rag.refining import refinement
from teams.rag.reply import CITING, Unread, read_reply
from teams.rag.words import script

ASKER = script.role("question_writer", hears=("task", "desk"), max_tokens=3000, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=1000, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=4000, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=6, max_tokens=1800, temperature=0.2)
FEWEST_WORDS = 80
_QUERIES = (
    "Put the query as a whole question.",
    "Put the query as a search engine gets it: keywords, or a question cut short; it still means one thing only.",
    "Put the query as somebody types it who is in the middle of something, with a word of why they ask.",
)
_BESIDE_MARKS = frozenset({"length", "layout", "opening", "ending"})
"""Families of format rules that leave brackets with ids alone."""


def declines(seed: Seed) -> str | None:
    """Say why there is nothing in a seed that one would search for."""
    return unfit_prose(seed, fewest_words=FEWEST_WORDS)


def wish(scene: Scene) -> str:
    """Say how the query is put, drawn for each chat; not where the form of its question is more than a query."""
    if scene.small or scene.kind.name in ("choice_with_context", "claim_check", "timeline", "best_passage"):
        return ""
    return scene.random.choice(_QUERIES)


def pose(scene: Scene, kind: Asking, draft: Draft, passage: str) -> Asked:
    """Make the question of a draft; one that is refined keeps the message's layout and form of reply."""
    asked = kind.form.asked(draft, scene.random)
    before = scene.record.facts if isinstance(scene.record, Instruction) else {}
    kept = {name: before[name] for name in ("drawn", "reply") if name in before}
    plain = {"reply": "plain"} if scene.small else {}  # a small model keeps no form (measured on 1.5B)
    return Asked(asked.text, {**asked.facts, **plain, **kept})


SETTING = Setting(shows_text=True, pose=pose, wish=wish)


def not_yet(scene: Scene, answer: str) -> Iterator[str]:
    """What whoever reads the reply would stumble over; it knows its form and the ids, and nothing of the key."""
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    facts = instruction.facts
    tag = str(facts.get("words_of", "en"))
    try:
        reply = read_reply(facts["reply"], content_of(answer, demands_of(facts)), facts["ids"], tag)
    except Unread as fault:
        yield f"it is not in the form asked for: {fault}"
        return
    yield from (f"there is no document {id!r}" for id in reply.cited if id not in facts["ids"])
    known = {document.id: document.text for document in read(instruction.passage.text)}
    for id, quote in reply.quotes:
        if id in known and locate(quote, known[id], any_case=True) is None:
            yield f"document {id} does not say {quote!r}: quote it letter by letter"
    if facts["reply"] in CITING and not reply.cited and not abstains(reply.answer, tag):
        yield "it names no document that it rests on"
    if facts["reply"] == "cited" and reply.statements and "expression" not in facts:
        yield from uncited(reply, [str(facts["ask"])], tag)[:2]


def fits(instruction: Instruction, demand: Demand) -> bool:
    """Whether a format goes with ids in brackets, and with the little that is to be said where there is no answer."""
    is_answered = bool(instruction.facts.get("answerable", True))
    family = RULES[demand.rule].family
    return is_answered and (instruction.facts["reply"] == "plain" or family in _BESIDE_MARKS)


def dressed(pair: Pair) -> Mapping[str, Any]:
    """Return what a row tells beside its messages: where its documents come from, what was searched, what is needed."""
    passage = pair.instruction.passage
    origins = pair.instruction.facts.get("origins") or passage.facts.get("origins", {})
    return {
        "documents": dict(Counter(origin["from"] for origin in origins.values())),
        "retrievals": list(passage.facts.get("retrievals", ())),
        "needed": sorted(holding(pair.instruction.facts)),
    }


skill = Skill(
    name="rag",
    flows=(
        gathering_flow(TRANSFORMATIONS, SMALL_TRANSFORMATIONS),
        instruction_flow(ASKER, KINDS, SUITS, SETTING, small_way=small.WAY),
        refinement(SUGGESTER, EDITOR, SETTING),
        demand_flow(BY_NAME, fits=fits),
        response_flow(ASSISTANT, BY_NAME, not_yet),
    ),
    checks=CHECKS,
    judge=judge,
    tools=("search_documents",),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    dressed=dressed,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
