"""The forms of what is asked of search results: an answer of a shared form with the documents that hold it, and three
of its own: none of them holds it, the question takes something wrong for granted, the documents disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.checks.telling import telling
from teams.engine.stages.forms import SHORT, Asked, Draft, Facts, Form, Paper, closed, same, several, text
from teams.engine.stages.forms.form import QUESTION
from teams.engine.stages.refine import UNANSWERABLE
from teams.engine.tongue import tag_of, tongue
from teams.rag.documents import Document, drawn_layout, laid_out, read
from teams.rag.leads import WISHES, base_of, drawn_lead, drawn_wish, framed
from teams.rag.reply import WEIGHTS, Reply, Unread, read_reply

ID = text(1, 40, "a document's id")
_SAYS_MUCH = 6
"""Characters of an answer that another document does not hold by chance."""
_ON_THE_MATTER = 0.4
"""Share of the question's words a document has to have to be on the same matter."""
_LONG_WEIGHTS = {"plain": 2, "cited": 6, "sources_line": 3}
"""An account of several sentences is seldom wanted as one string of JSON."""
_HELD = closed(
    {
        "document": ID,
        "quote": text(6, 500, "its words that hold it, letter by letter, from the snippet or the title"),
        "also": several(ID, 0, 5, "documents that hold the very same and would do in its place"),
    }
)
_NEAR = closed(
    {
        "document": ID,
        "quote": text(6, 500, "its words that come near, letter by letter"),
        "lacks": text(8, 300, "why they don't answer the question"),
    }
)


class OfDocuments(Form):
    """What all of them share: results in a layout, a form of reply, and an answer that is taken out of it."""

    quotes = False

    def settled(self, facts: dict[str, Any], passage: str) -> dict[str, Any]:
        """Add the whole message: leads, layout and form of reply are drawn once for an item and kept when refined."""
        documents, random = read(passage), Random(facts["drawn"])
        asked_for = str(facts.get("language") or "")
        spoken = tag_of(asked_for) if asked_for else tongue(facts["question"]) or tongue(passage)
        tag = base_of(spoken.partition("-")[0])
        forms = [form for form in WEIGHTS if form in WISHES[tag]]
        weights = [_LONG_WEIGHTS.get(form, 1) if not self.is_closed else WEIGHTS[form] for form in forms]
        drawn = random.choices(forms, weights)[0]
        reply = facts.get("reply") if facts.get("reply") in forms else drawn
        layout = drawn_layout(random)
        wish = drawn_wish(str(reply), random, tag, random.choice(documents).id if documents else "1")
        brought = framed(drawn_lead(random, tag), facts["ask"], laid_out(documents, layout), wish, random, tag)
        ids = [document.id for document in documents]
        own = {"reply": reply, "layout": layout, "words_of": tag, "brought": brought, "ids": ids}
        return {**facts, **own, "key_shown": self.shown(facts)}

    def shown(self, facts: Facts) -> str:
        """What its author knows of an item, for suggesters and editors."""
        told = facts["why_not"] if "why_not" in facts else self.told(facts)
        lines = [f"The key: {told}"] if told is not None else []
        lines += [f"A good answer says: {point}" for point in facts.get("points", ())]
        lines += [f"Needed: document {held['document']}: {held['quote']!r}" for held in facts["support"]]
        return "\n".join(lines + [f"Near it, document {n['document']}: {n['lacks']}" for n in facts.get("near", ())])

    def reply_of(self, answer: str, facts: Facts) -> Reply:
        """Take an answer apart; one that is not in its form is taken as it stands."""
        try:
            return read_reply(facts.get("reply", "plain"), answer, facts.get("ids", ()), facts.get("words_of", "en"))
        except Unread:
            return Reply(answer)

    def shape_of(self, facts: Facts) -> str:
        return self.shape if facts.get("reply", "plain") in ("plain", "cited") else "fixed"


class Grounded(OfDocuments):
    """An answer of a shared form that `spread` documents hold, so many at least and at most."""

    def __init__(self, inner: Form, spread: tuple[int, int] = (1, 3)) -> None:
        self.inner, self.spread = inner, spread
        self.name, self.shape, self.is_closed = inner.name, inner.shape, inner.is_closed
        self.names_key, self.in_words = inner.names_key, inner.in_words

    def draft(self, small: bool) -> dict[str, Any]:
        fewest, most = self.spread
        support = several(_HELD, fewest, most + 2, "the documents that are needed, and no more of them")
        inner = {name: field for name, field in self.inner.draft(small).items() if name != "evidence"}
        return {"support": support, **inner}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        documents = read(passage)
        yield from support_faults(draft["support"], documents)
        fewest, most = self.spread
        if not fewest <= len({held["document"] for held in draft["support"]}) <= most:
            yield f"the answer has to need {fewest} to {most} documents" if fewest != most else f"it needs {fewest}"
        yield from self.inner.complaints({**draft, "evidence": ()}, passage)
        yield from _answer_faults(draft, documents)

    def asked(self, draft: Draft, random: Random) -> Asked:
        asked = self.inner.asked({**draft, "evidence": ()}, random)
        support = [dict(held) for held in draft["support"]]
        return Asked(asked.text, {**asked.facts, "support": support, "drawn": random.getrandbits(32)})

    def paper(self, facts: Facts, random: Random) -> Paper:
        paper = self.inner.paper(facts, random)
        rests = several(ID, 0, 8, "ids of the documents your answer rests on; no others")
        return Paper(paper.text, paper.answer, paper.back, {**paper.beside, "documents": rests})

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return self.inner.marked(answer, facts, back)

    def found(self, answer: str, facts: Facts) -> Any:
        return self.inner.found(self.reply_of(answer, facts).answer, facts)

    def agrees(self, value: Any, facts: Facts) -> bool:
        return self.inner.agrees(value, facts)

    def said(self, facts: Facts) -> Any:
        return self.inner.said(facts)

    def told(self, facts: Facts) -> Any:
        return self.inner.told(facts)

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return self.inner.has_same_key(new, old)

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        return self.inner.is_as_before(draft, facts)

    def is_explained(self, answer: str, facts: Facts) -> bool:
        return self.inner.is_explained(self.reply_of(answer, facts).answer, facts)

    def how(self, facts: Facts) -> str:
        return self.inner.how(facts)


class Absent(OfDocuments):
    """A question that no document answers, though some come near."""

    name = "absent"
    shape = "short"
    names_key = False

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "near": several(_NEAR, 2, 5, "documents a hasty reader would answer from"),
            "question": QUESTION,
            "missing": text(10, 300, "what the documents do not say, in a sentence"),
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from support_faults(draft["near"], read(passage))

    def asked(self, draft: Draft, random: Random) -> Asked:
        facts = {
            "question": draft["question"].strip(), "key": UNANSWERABLE, "answerable": False, "support": [],
            "near": [dict(near) for near in draft["near"]], "why_not": draft["missing"],
            "drawn": random.getrandbits(32),
        }  # fmt: skip
        return Asked(facts["question"], facts)

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["question"], text(0, 300, "as short as it can be said; empty if it can't be answered"))

    def found(self, answer: str, facts: Facts) -> str:
        return self.reply_of(answer, facts).answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return False

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        return bool(draft["question"].strip() == facts["question"])


class Mistaken(Absent):
    """A question that takes for granted what the documents say is otherwise."""

    name = "mistaken"

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "support": several(_HELD, 1, 3, "the documents that say how it really is"),
            "premise": text(8, 300, "what the question takes for granted, wrongly"),
            "instead": text(8, 400, "what the documents say of it"),
            "question": QUESTION,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from support_faults(draft["support"], read(passage))
        if draft["instead"].strip().casefold() in draft["question"].casefold():
            yield "the question says itself how it really is"

    def asked(self, draft: Draft, random: Random) -> Asked:
        why = f"The question takes it for granted that {draft['premise']} In the documents: {draft['instead']}"
        facts = {
            "question": draft["question"].strip(), "key": UNANSWERABLE, "answerable": False, "why_not": why,
            "support": [dict(held) for held in draft["support"]], "instead": draft["instead"],
            "drawn": random.getrandbits(32),
        }  # fmt: skip
        return Asked(facts["question"], facts)


class Sides(OfDocuments):
    """A question to which documents give different answers: all of them, who says which, and when."""

    name = "sides"
    shape = "prose"
    names_key = False

    def draft(self, small: bool) -> dict[str, Any]:
        side = closed({**_HELD["properties"], "says": text(1, 200, "its answer, as short as it can be said")})
        return {
            "support": several(side, 2, 3, "one for each answer that is given"),
            "question": QUESTION,
            "stands": text(
                10, 400, "what can be said of it: which is newer, corrected, official; or that it stays open"
            ),
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from support_faults(draft["support"], read(passage))
        sides = draft["support"]
        if any(same(a["says"], b["says"]) for n, a in enumerate(sides) for b in sides[:n]):
            yield "two of the sides say the same"
        if len({side["document"] for side in sides}) < len(sides):
            yield "each side has to stand in a document of its own"
        for side in sides:
            if side["says"].casefold() in draft["question"].casefold() and len(side["says"]) > 3:
                yield f"the question takes a side: {side['says']!r}"

    def asked(self, draft: Draft, random: Random) -> Asked:
        facts = {
            "question": draft["question"].strip(), "key": [side["says"].strip() for side in draft["support"]],
            "because": draft["stands"], "support": [dict(side) for side in draft["support"]],
            "drawn": random.getrandbits(32),
        }  # fmt: skip
        return Asked(facts["question"], facts)

    def paper(self, facts: Facts, random: Random) -> Paper:
        row = closed({"says": text(1, 200, "as short as it can be said"), "documents": several(ID, 1, 6)})
        told = "Documents may differ. Give every answer that is given, each with the ids of those that give it."
        return Paper(f"{facts['question']}\n({told})", several(row, 0, 5))

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        """Does each side stand there with a document of its own, and nothing beside?"""
        held = [(side["says"], {side["document"], *side["also"]}) for side in facts["support"]]
        return len(answer) == len(held) and all(
            any(SHORT.agrees(row["says"], {"key": says}) and named & set(row["documents"]) for row in answer)
            for says, named in held
        )

    def found(self, answer: str, facts: Facts) -> str:
        return self.reply_of(answer, facts).answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return all(SHORT.agrees(str(value), {**facts, "key": says, "also": ()}) for says in facts["key"])

    def told(self, facts: Facts) -> Any:
        return f"{' / '.join(facts['key'])} ({facts['because']})"

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return sorted(map(str, new["key"])) == sorted(map(str, old["key"] if isinstance(old["key"], list) else ()))

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        return bool(draft["question"].strip() == facts["question"])


def groups(facts: Facts) -> list[set[str]]:
    """Return the documents an answer needs: of each group one has to be cited."""
    return [{held["document"], *held.get("also", ())} for held in facts.get("support", ())]


def holding(facts: Facts) -> set[str]:
    """Return all documents that are known to hold a part of the answer."""
    return set().union(*groups(facts))


def support_faults(support: Iterable[Mapping[str, Any]], documents: Sequence[Document]) -> Iterator[str]:
    """Yield what is wrong with documents that are named with their words."""
    known = {document.id: document for document in documents}
    for held in support:
        strange = [id for id in (held["document"], *held.get("also", ())) if id not in known]
        yield from (f"there is no document {id!r}" for id in strange)
        if not strange and locate(held["quote"], known[held["document"]].text) is None:
            yield f"document {held['document']} does not say {held['quote']!r}: quote it letter by letter"


def _answer_faults(draft: Draft, documents: Sequence[Document]) -> Iterator[str]:
    """Yield where the answer stands in no document that is named, or in one that is not."""
    named = {id for held in draft["support"] for id in (held["document"], *held.get("also", ()))}
    theirs = telling("\n".join(d.text for d in documents if d.id in named))
    asked = telling(draft["question"])
    for said in [draft["answer"]] if "answer" in draft else []:
        words = telling(said)
        if words and not words & theirs:
            yield f"nothing of {said!r} stands in the documents you name"
        elif _is_unquoted(said, draft["support"], documents):
            yield f"the words you quote don't hold {said!r}: quote those that do"
        for other in strangers(said, draft["question"], documents, named):
            yield f"document {other.id} says {said!r} as well: name it, or ask for what it does not hold"
    for item in draft.get("items", ()):
        if (words := telling(item)) and not words & (theirs | asked):
            yield f"nothing of {item!r} stands in the documents you name"


def _is_unquoted(said: str, support: Sequence[Mapping[str, Any]], documents: Sequence[Document]) -> bool:
    """Does an answer stand in a document that is named, and in none of the words that are quoted of it?"""
    named = {held["document"] for held in support}
    stands = any(locate(said, d.text, any_case=True) for d in documents if d.id in named)
    return stands and not any(locate(said, held["quote"], any_case=True) for held in support)


def strangers(said: str, question: str, documents: Sequence[Document], named: Iterable[str]) -> list[Document]:
    """Return documents beside those named that hold an answer too, and are on the matter of its question."""
    asked = telling(question) - telling(said)
    if len(said) < _SAYS_MUCH or said.replace(",", "").replace(".", "").isdigit() or not asked:
        return []
    return [
        document
        for document in documents
        if document.id not in set(named)
        and locate(said, document.text, any_case=True)
        and len(asked & telling(document.text)) >= _ON_THE_MATTER * len(asked)
    ]
