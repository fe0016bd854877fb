"""Instruction refinement of search results: documents come in, change or go, or the query does.

Whatever a program can do alone (moving and removing needed documents, asking for a stricter reply) is done without a
chat; for the rest a suggester proposes and an editor hands in documents and the item, which the program puts together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from agents.role import Role
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Passage, Record
from teams.engine.stages.asking import Goal
from teams.engine.stages.forms import Draft, Facts, closed, several, text
from teams.engine.stages.instruct import Desk, Setting, born, message_of
from teams.engine.stages.material import shown, text_of
from teams.engine.stages.refine import REFINEMENTS, UNANSWERABLE, Change, Workshop, key_shown
from teams.engine.talk import Talk
from teams.engine.tongue import is_in
from teams.rag.documents import Document, ids, on_one_line, plain, read, renamed
from teams.rag.forms import OfDocuments, holding, strangers
from teams.rag.kinds import BY_NAME, BY_PROGRAM, GOALS, MOVED, NEWER, REMOVED, SAME_KEY, STRICTER
from teams.rag.leads import WISHES
from teams.rag.pages import DOCUMENT, document_faults
from teams.rag.reply import STRICT

LEAST_LEFT = 4
"""Documents that stay when the needed ones are taken out."""
_ID = text(1, 40, "the id of the one it replaces; new-1, new-2 for one that comes in")
_PAGE = closed({"id": _ID, **DOCUMENT["properties"]})


@dataclass(frozen=True)
class Rebuilt(Change):
    """What an editor made of a suggestion; `names` are the ids that the old documents have now."""

    names: Mapping[str, str]


@dataclass
class Rebuilder(Workshop):
    """The workshop that puts documents in place before it reads the item."""

    async def _read(self, reply: Mapping[str, Any]) -> list[str]:
        goal, passage, facts = self.scene.kind, self.instruction.passage, self.instruction.facts
        assert isinstance(goal, Goal)
        pages = reply.get("documents", ())
        before = read(text_of(passage))
        problems = [*page_faults(pages, before, facts, self.scene.language)]
        documents = placed(before, pages, self.scene.random)
        item = reply.get("item")
        if item and not problems:
            desk = Desk(self.scene, self.editor, self.kind, plain(documents), self.setting)
            problems += await desk.all_problems(item)
            problems += self._goal_faults(goal, item, pages)
        if goal.name == "closer_distractors" and not problems:
            said = [str(one) for one in _keys(facts)]
            new = [document for document in documents if document.id in {page["id"] for page in pages}]
            problems += [
                f"document {found.id} holds the answer {one!r}"
                for one in said
                for found in strangers(one, facts["question"], new, ())
            ]
        if not problems:
            self.made.append(self._rebuilt(passage, documents, item, pages))
        return problems

    def _goal_faults(self, goal: Goal, item: Draft, pages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        facts, form = self.instruction.facts, self.kind.form
        if goal.name in SAME_KEY and not form.has_same_key(form.asked(item, Random(0)).facts, facts):
            yield f"the right answer is not the one it was ({form.told(facts)!r}); it has to stay"
        if not goal.edits and form.is_as_before(item, facts):
            yield "nothing was changed"
        used = {held["document"] for held in item.get("support", ())}
        if goal.edits and not used & {page["id"] for page in pages}:
            yield "none of the documents you changed is needed for the answer"
        if goal.name == NEWER:
            yield from _not_newer(pages, read(text_of(self.instruction.passage)), facts)

    def _rebuilt(
        self, passage: Passage, documents: list[Document], item: Draft | None, pages: Sequence[Mapping[str, Any]]
    ) -> Rebuilt:
        style = str(passage.facts.get("style", "numbers"))
        known = [document.id for document in documents if not document.id.startswith("new-")]
        fresh = iter(ids(style, len(documents), self.scene.random, known))
        named = [replace(d, id=next(fresh)) if d.id.startswith("new-") and style != "numbers" else d for d in documents]
        came = dict(zip((d.id for d in documents), (d.id for d in named), strict=True))
        final, names = renamed(named, style)
        names = {old: names[new] for old, new in came.items()}
        origins = {names[id]: origin for id, origin in passage.facts.get("origins", {}).items() if id in names}
        origins |= {names[page["id"]]: {"from": "written", "source": "editor"} for page in pages}
        changed = replace(passage, text=plain(final), facts={**passage.facts, "origins": origins})
        edits = edits_between(text_of(passage), changed.text)
        return Rebuilt(with_names(item, names) if item else None, changed, edits, names)


def edits_between(old: str, new: str) -> tuple[Mapping[str, str], ...]:
    """Return what to put for what in a set to make it another: its documents from first to last change."""
    before, after = (list(map(str, map(plain, ([d] for d in read(text))))) for text in (old, new))
    if before == after:
        return ()
    head = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    tail, most = 0, min(len(before), len(after)) - head
    while tail < most and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    head -= head == len(before) - tail and head > 0  # what comes in between needs a neighbour to hold on to
    tail -= head == len(before) - tail and tail > 0
    find, put = ("\n\n".join(part[head : len(part) - tail]) for part in (before, after))
    return ({"find": find, "put": put},)


def page_faults(
    pages: Sequence[Mapping[str, Any]], before: Sequence[Document], facts: Facts, language: str
) -> Iterator[str]:
    """Yield what is wrong with documents that come in or change, as words to their editor."""
    known = {document.id for document in before}
    for page in pages:
        name = f"document {page['id']}"
        if page["id"] not in known and not page["id"].startswith("new-"):
            yield f"there is no {name}: new ones are called new-1, new-2"
        yield from (f"{name}: {fault}" for fault in document_faults(page))
        if any(on_one_line(page["snippet"]) == document.snippet for document in before):
            yield f"{name}: nothing is different in it"
        if language and is_in(page["snippet"], language) is False:
            yield f"{name}: it is not in {language}"
    named = [page["id"] for page in pages]
    if len(set(named)) < len(named):
        yield "two documents have one id"


def placed(before: Sequence[Document], pages: Iterable[Mapping[str, Any]], random: Random) -> list[Document]:
    """Return the set with changed documents in their places and new ones anywhere."""
    made = {
        page["id"]: Document(page["id"], on_one_line(page["title"]), page["url"].strip(), page["date"].strip(),
                             on_one_line(page["snippet"]))
        for page in pages
    }  # fmt: skip
    documents = [made.pop(document.id, document) for document in before]
    for document in made.values():
        documents.insert(random.randint(0, len(documents)), document)
    return documents


def _not_newer(pages: Sequence[Mapping[str, Any]], before: Sequence[Document], facts: Facts) -> Iterator[str]:
    dates = [document.date for document in before if document.id in holding(facts) and document.date]
    if not all(page["date"].strip() for page in pages):
        yield "a document that contradicts has to have a date"
    elif dates and max(page["date"] for page in pages) <= max(dates):
        yield f"it is not newer than {max(dates)}"


def _keys(facts: Facts) -> list[Any]:
    key = facts.get("key")
    if not facts.get("answerable", True):
        return []
    return key if isinstance(key, list) else [key] if isinstance(key, str) and "options" not in facts else []


def with_names(holder: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return an item or facts whose documents are called by their new ids."""

    def one(held: Mapping[str, Any]) -> dict[str, Any]:
        also = {"also": [names.get(id, id) for id in held["also"]]} if "also" in held else {}
        return {**held, "document": names.get(held["document"], held["document"]), **also}

    return {
        name: [one(held) for held in value] if name in ("support", "near") else value for name, value in holder.items()
    }


# -- by program


def moved(scene: Scene, instruction: Instruction) -> Instruction:
    """Put the needed documents into the middle or to the end, where they are easily overlooked."""
    documents, needed = read(text_of(instruction.passage)), holding(instruction.facts)
    gold = [document for document in documents if document.id in needed]
    rest = [document for document in documents if document.id not in needed]
    if not gold or not rest:
        raise Drop("no document is needed more than others")
    at = scene.random.choice((len(rest) // 2, len(rest)))
    order = [*rest[:at], *gold, *rest[at:]]
    if order == documents:
        raise Drop("they stand there already")
    # Another layout and form of reply come with it, or it is the pair it was made of, over again.
    forms = [form for form in WISHES[instruction.facts["words_of"]] if form != instruction.facts["reply"]]
    anew = {"drawn": scene.random.getrandbits(32), "reply": scene.random.choice(forms)}
    return _refined(scene, instruction, order, anew)


def removed(scene: Scene, instruction: Instruction) -> Instruction:
    """Take all documents out that hold the answer or a part of it: now it can't be answered."""
    facts = instruction.facts
    left = [document for document in read(text_of(instruction.passage)) if document.id not in holding(facts)]
    if len(left) < LEAST_LEFT:
        raise Drop(f"only {len(left)} documents are left without the needed ones")
    gone = {"answerable": False, "was": facts.get("key"), "removed": list(facts["support"]), "support": [],
            "why_not": "The documents do not say it; what they say comes near it at most."}  # fmt: skip
    return _refined(scene, instruction, left, {**gone, "key": UNANSWERABLE})


def stricter(scene: Scene, instruction: Instruction) -> Instruction:
    """Ask for a reply that a program reads, or that lays its evidence open."""
    facts = instruction.facts
    forms = [form for form in STRICT if form in WISHES[facts["words_of"]] and form != facts["reply"]]
    if not forms or facts["reply"] in STRICT:
        raise Drop("the reply is strict already")
    return _refined(scene, instruction, read(text_of(instruction.passage)), {"reply": scene.random.choice(forms)})


_PROGRAMS = {MOVED: moved, REMOVED: removed, STRICTER: stricter}


def _refined(
    scene: Scene, instruction: Instruction, documents: Sequence[Document], facts: Mapping[str, Any]
) -> Instruction:
    passage = instruction.passage
    final, names = renamed(documents, str(passage.facts.get("style", "numbers")))
    origins = {names[id]: origin for id, origin in passage.facts.get("origins", {}).items() if id in names}
    changed = replace(passage, text=plain(final), facts={**passage.facts, "origins": origins})
    told = _told(instruction, changed, edits_between(text_of(passage), changed.text))
    return _resettled(scene, instruction, changed, with_names({**instruction.facts, **facts, **told}, names), 1)


def _told(instruction: Instruction, passage: Passage, edits: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What an instruction keeps of a set that is no longer that of its passage: changes, and who wrote what."""
    if not edits:
        return {}
    return {"edits": [*instruction.facts.get("edits", ()), *edits], "origins": passage.facts["origins"]}


def _resettled(
    scene: Scene, instruction: Instruction, passage: Passage, facts: Mapping[str, Any], number: int
) -> Instruction:
    form = BY_NAME[instruction.kind].form
    assert isinstance(form, OfDocuments)
    settled = form.settled(dict(facts), text_of(passage))
    words = message_of(settled, text_of(passage), (), scene)
    return instruction.refined(scene.kind.name, words, number, facts=settled, passage=passage)


# -- in a chat


def refinement(suggester: Role, editor: Role, setting: Setting, *, count: int = REFINEMENTS) -> Flow:
    """Return the refine flow: by program where one suffices, else by a suggester and an editor."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        instruction, goal = scene.record, scene.kind
        assert isinstance(instruction, Instruction)
        assert isinstance(goal, Goal)
        if goal.name in BY_PROGRAM:
            return [_PROGRAMS[goal.name](scene, instruction)]
        kind = goal.kind_of(BY_NAME[instruction.kind], BY_NAME)
        asked = f"The question:\n{instruction.facts['ask']}\n\n{key_shown(instruction)}"
        aim = f"{shown(instruction.passage.text)}\n\n{asked}\n\nThe aim: {goal.brief}"
        shop = scene.notes["shop"] = Rebuilder(
            scene, suggester.name, editor.name, kind, instruction, setting, aim, count
        )
        told = "one change each, three sentences at most"
        ideas = closed({"suggestions": several(text(20, 600, ""), count, max(3, count), told)})

        def order(talk: Talk) -> str | None:
            if len(talk) == 1:
                return suggester.name
            if talk[-1].source in (suggester.name, editor.name):
                return "workshop"
            return None if shop.is_over else editor.name

        fields: dict[str, Any] = {}
        if goal.edits:
            fields["documents"] = several(_PAGE, 1, 4, "those that are new or different, whole")
        if goal.asks_anew:
            fields["item"] = closed(kind.form.draft(False))
        seats: list[Seat | Program] = [
            Seat(suggester, schema=ideas),
            Seat(editor, schema=closed(fields)),
            Program("workshop", shop.speak, "hands out suggestions and puts documents in place"),
        ]
        return Staging(f"{aim}\n\nSuggest {count} changes.", seats, order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        shop = scene.notes["shop"]
        if not shop.made:
            raise Drop(f"no change was fit: {shop.problem}")
        return [_bear(scene, shop, change, number, setting) for number, change in enumerate(shop.made, 1)]

    return Flow(
        "refine", direct, harvest, GOALS, sample=1, suits={kind.name: kind.goals for kind in BY_NAME.values()},
        small_kinds=(MOVED,), passes_on=True, moves={goal.name: goal.becomes for goal in GOALS if goal.becomes},
    )  # fmt: skip


def _bear(scene: Scene, shop: Rebuilder, change: Rebuilt, number: int, setting: Setting) -> Instruction:
    instruction = shop.instruction
    edits = _told(instruction, change.passage, change.edits)
    if change.item is None:
        facts = with_names({**instruction.facts, **edits}, change.names)
        return _resettled(scene, instruction, change.passage, facts, number)

    def bear(name: str, words: str, number: int, *, facts: Mapping[str, Any]) -> Instruction:
        before = {fact: instruction.facts[fact] for fact in ("question", "key") if fact in instruction.facts}
        facts = {**facts, **edits, "before": before}
        return instruction.refined(scene.kind.name, words, number, facts=facts, passage=change.passage, kind=name)

    return born(scene, change.passage, shop.kind, change.item, setting, number, bear)
