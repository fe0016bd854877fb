"""Content transformation: a seed, what a search of the other seeds brings back, and what writers add to it, as results.

A clerk (a program) cuts the seed's own passages, takes what the searcher chose among its hits, reads what the writer
hands in, cuts snippets as search engines do, draws ids and order. Where each document comes from stays in its facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from pydantic import BaseModel, Field

from teams.engine.checks.copying import copied_share
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Passage, Record, Seed
from teams.engine.seeds_text import in_pieces
from teams.engine.stages.asking import Transformation
from teams.engine.stages.choose import chooser
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.material import shown, text_of
from teams.engine.talk import Talk
from teams.engine.tongue import is_in
from teams.rag.documents import Document, cut, drawn_style, ids, on_one_line, plain, window
from teams.rag.pages import DOCUMENT, SNIPPET, as_shown, document_faults, title_of
from teams.rag.words import script
from tools.index import DocumentIndex

FEWEST, MOST = 9, 12
"""Results in one set; the released rows have about eleven."""
FEW = 4
"""The least for a small model, and for a set that nobody fills up."""
TRIES = 2
COPIED = 0.45
"""Share of a written snippet that may be words of another one: more is a copy."""
_HOSTS = ("archive.example.org", "www.example.net", "docs.example.com", "reader.example.org", "library.example.net",
          "notes.example.com", "pages.example.org", "wiki.example.net")  # fmt: skip


class Chosen(BaseModel):
    """The searcher's pick."""

    chosen: list[str] = Field(max_length=8, description="ids of the passages to take, as the searches showed them")


SEARCHER = script.role("searcher", hears=("task", "clerk"), tools=("search_documents",), tool_rounds=7, output=Chosen)
WRITER = script.role("document_writer", hears=("task", "clerk"), max_tokens=6000, temperature=0.9)


@dataclass(frozen=True)
class Gathering(Transformation):
    """A way to come by a set of results."""

    own: tuple[int, int] = (0, 0)
    """Fewest and most of the seed's own passages among them."""
    searches: bool = False
    """A searcher looks through all seeds for more."""
    writes: bool = True
    """A writer fills the set up; else a program does, from the index."""


def made(name: str, source: str, own: tuple[int, int] = (0, 0), **how: Any) -> Gathering:
    """Return a way to gather, its brief from the script."""
    return Gathering(name, script.brief(name), source, own=own, **how)


@dataclass
class Found:
    """A document on its way into the set, not yet named."""

    title: str
    url: str
    date: str
    snippet: str
    origin: dict[str, Any]


@dataclass
class Clerk:
    """The program that puts a set of results together."""

    scene: Scene
    seed: Seed
    kind: Gathering
    wanted: int
    found: list[Found] = field(default_factory=list)
    retrievals: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""
    declined: str = ""
    tries: int = 0
    _told: int = 0
    """Documents that the chat has been told of."""

    def begin(self) -> None:
        """Take passages of the seed itself: a stretch of whole sentences each, cut as a search engine would."""
        fewest, most = self.kind.own
        random, source = self.scene.random, text_of(self.seed)
        parts = in_pieces(source, 900)
        fit = [n for n, part in enumerate(parts) if len(as_shown(part)) >= SNIPPET[0]]
        count = min(len(fit), random.randint(fewest, most)) if most else 0
        for n in sorted(random.sample(fit, count)):
            snippet = window(as_shown(parts[n]), random.randint(420, 900), random)
            title = title_of(parts[n], source, self.seed.path, before="\n\n".join(parts[:n]))
            self._add(title, snippet, {"from": "seed", "source": self.seed.id})

    async def fill(self) -> None:
        """Fill up with what the index has nearest to the seed's own passages."""
        queries = [one.snippet[:300] for one in self.found]
        for query in queries:
            hits = await self.scene.supplies[DocumentIndex].search(query, 8) if self._has_index else []
            self.retrievals.append({"query": query, "found": [hit.id for hit in hits], "by": "program"})
            for hit in hits:
                self.take({"id": hit.id, "text": hit.text, "metadata": hit.metadata, "score": round(hit.score, 3)})

    @property
    def _has_index(self) -> bool:
        return DocumentIndex in self.scene.supplies

    def take(self, row: Mapping[str, Any]) -> None:
        """Take one hit of a search into the set, if there is room and it is not there yet."""
        if len(self.found) >= self.wanted or str(row["id"]).partition("#")[0] == self.seed.id:
            return
        random, about = self.scene.random, dict(row.get("metadata") or {})
        snippet = window(as_shown(row["text"]), random.randint(300, 800), random)
        title = title_of(row["text"], str(about.get("title", "")), str(about.get("path", "")))
        origin = {"from": "corpus", "source": row["id"], "score": row.get("score")}
        if len(snippet) >= SNIPPET[0]:
            self._add(title, snippet, origin)

    def _add(self, title: str, snippet: str, origin: dict[str, Any]) -> None:
        if any(copied_share(snippet, other.snippet) > COPIED for other in self.found):
            return
        host = Random(str(origin["source"]).partition("#")[0]).choice(_HOSTS)
        title = self._told_apart(title)
        slug = re.sub(r"[^\w]+", "-", title.casefold()).strip("-")
        slug = slug if len(slug) <= 60 else slug[:60].rpartition("-")[0]  # sites cut addresses between words
        taken = [one.url for one in self.found]
        url = f"https://{host}/{slug}"
        self.found.append(Found(title, url if url not in taken else f"{url}/{len(taken) + 1}", "", snippet, origin))

    def _told_apart(self, title: str) -> str:
        """Pages of one article have one title: the later ones say which they are."""
        taken = {one.title for one in self.found}
        pages = (f"{title} ({number})" for number in range(2, MOST + 2))
        return title if title not in taken else next(page for page in pages if page not in taken)

    # -- in the chat

    async def speak(self, talk: Talk) -> str:
        """Take in what was said last, and hand out what is to be done next."""
        last = talk[-1].source
        if last == SEARCHER.name:
            self._take_chosen(talk)
        elif last == WRITER.name:
            said = self._take_written(talk.value(WRITER.name))
            if said or self.is_over:
                return said or "Thank you."
        if not self.kind.writes:
            await self.fill()
            return "Thank you."
        if self.kind.searches and last != SEARCHER.name:
            return self._told_to_search()
        return f"{self.news()}Write {self.missing} documents."

    @property
    def missing(self) -> int:
        return max(0, self.wanted - len(self.found))

    @property
    def is_over(self) -> bool:
        return bool(self.declined) or not self.missing or self.tries > TRIES

    def order(self, talk: Talk) -> str | None:
        """The searcher first, then the writer, until the set is full."""
        if talk[-1].source != "clerk":
            return "clerk"
        if self.kind.searches and not talk.by(SEARCHER.name):
            return SEARCHER.name
        return None if self.is_over or not self.kind.writes else WRITER.name

    def _told_to_search(self) -> str:
        return f"Find up to {min(6, self.missing)} more passages in the collection."

    def news(self) -> str:
        """What has come into the set since it was last told, as material."""
        new, self._told = self.found[self._told :], len(self.found)
        rows = "\n\n".join(f"- {one.title}\n{one.snippet}" for one in new)
        return f"In the set already:\n{shown(rows, 'documents')}\n\n" if new else ""

    def _take_chosen(self, talk: Talk) -> None:
        rows: dict[str, Mapping[str, Any]] = {}
        for said in talk.by(SEARCHER.name):
            if said.call == "search_documents":
                hits = _rows(said.text)
                rows |= {str(hit["id"]): hit for hit in hits}
                found = [str(hit["id"]) for hit in hits]
                self.retrievals.append(
                    {"query": str(said.arguments.get("query", "")), "found": found, "by": "searcher"}
                )
        chosen = Chosen.model_validate_json(talk.words(SEARCHER.name)).chosen
        for id in dict.fromkeys(chosen):
            if id in rows:
                self.take(rows[id])

    def _take_written(self, reply: Mapping[str, Any]) -> str:
        """Keep what is good of the writer's documents; say what is wrong with the rest."""
        self.tries += 1
        if not reply["fits"]:
            self.declined = reply["why"]
            return "Declined."
        broken = []
        for number, draft in enumerate(reply["documents"], 1):
            if not self.missing:
                break
            if faults := list(self.faults(draft)):
                self.problem = "; ".join(faults[:3])
                broken.append(f"Document {number} ({draft['title'][:40]!r}): {self.problem}.")
            else:
                self.found.append(_found(draft))
        if not self.missing:
            return "Thank you."
        self.problem = self.problem or f"{self.missing} documents are still missing"
        return "\n".join([*broken, f"The others are taken. Hand in {self.missing} more, these mended or new ones."])

    def faults(self, draft: Mapping[str, str]) -> Iterator[str]:
        """Yield what is wrong with a written document, as words to its writer."""
        yield from document_faults(draft)
        snippet = on_one_line(draft["snippet"])
        others = [one for one in self.found if copied_share(snippet, one.snippet) > COPIED]
        yield from (f"it copies {one.title[:40]!r}" for one in others[:1])
        if any(one.url == draft["url"].strip() for one in self.found):
            yield "its address is that of another"
        if self.scene.language and is_in(snippet, self.scene.language) is False:
            yield f"it is not in {self.scene.language}"

    # -- the set

    def passage(self) -> Passage:
        """Return the set as a passage: cut, ordered and named."""
        random = self.scene.random
        for one in self.found:
            if one.origin["from"] == "written" and random.random() < 0.35 and len(one.snippet) > 250:
                one.snippet = cut(one.snippet, int(len(one.snippet) * random.uniform(0.8, 0.97)), random)
        random.shuffle(self.found)
        style = drawn_style(random)
        names = ids(style, len(self.found), random)
        documents = [
            Document(id, on_one_line(one.title), one.url.strip(), one.date.strip(), on_one_line(one.snippet))
            for id, one in zip(names, self.found, strict=True)
        ]
        origins = {id: one.origin for id, one in zip(names, self.found, strict=True)}
        facts = {"origins": origins, "style": style, "retrievals": self.retrievals}
        facts |= {"language": self.scene.language} if self.scene.language else {}
        return self.seed.rewritten(self.kind.name, plain(documents), round=self.scene.round, facts=facts)


def _found(draft: Mapping[str, str]) -> Found:
    origin = {"from": "written", "source": ""}
    return Found(draft["title"], draft["url"], draft["date"], on_one_line(draft["snippet"]), origin)


def _rows(text: str) -> list[Mapping[str, Any]]:
    try:
        rows = json.loads(text)
    except ValueError:
        return []
    return (
        [row for row in rows if isinstance(row, Mapping) and "id" in row and "text" in row]
        if isinstance(rows, list)
        else []
    )


def _form(count: int) -> Mapping[str, Any]:
    why = text(10, 500, "the question world you have in mind: what is told where; or why the text does not fit")
    return closed({"why": why, "fits": {"type": "boolean"}, "documents": several(DOCUMENT, 0, count)})


def gathering_flow(kinds: Sequence[Gathering], small_kinds: Sequence[str]) -> Flow:
    """Return the transform flow."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        seed, kind = scene.record, scene.kind
        assert isinstance(seed, Seed)
        assert isinstance(kind, Gathering)
        if kind.own[1] and scene.language and is_in(text_of(seed), scene.language) is False:
            raise Drop(f"the text is not in {scene.language}: no passages can be taken from it")
        clerk = scene.notes["clerk"] = Clerk(scene, seed, kind, scene.random.randint(FEWEST, MOST))
        clerk.begin()
        if not kind.writes and not kind.searches:
            await clerk.fill()
            return [_whole(clerk)]
        task = f"{shown(text_of(seed))}\n\n{clerk.news()}The set that is wanted: {kind.brief}"
        seats: list[Seat | Program] = [Program("clerk", clerk.speak, "puts the set together")]
        seats += [Seat(SEARCHER)] * kind.searches
        seats += [Seat(WRITER, schema=lambda: _form(max(1, clerk.missing)))] * kind.writes
        return Staging(task, seats, clerk.order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        clerk: Clerk = scene.notes["clerk"]
        if clerk.declined:
            raise Drop(f"declined as {scene.kind.name}: {clerk.declined}")
        return [_whole(clerk)]

    return Flow("transform", direct, harvest, tuple(kinds), small_kinds=tuple(small_kinds), choose=chooser(kinds))


def _whole(clerk: Clerk) -> Passage:
    least = FEW if clerk.scene.small or not clerk.kind.writes else FEWEST - 2
    if len(clerk.found) < least:
        raise Drop(f"too few documents: {len(clerk.found)}; {clerk.problem or 'nothing else was found'}")
    return clerk.passage()
