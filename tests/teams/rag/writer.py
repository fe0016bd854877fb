"""An apprentice that plays the roles of rag too: sets of pages, queries of any form about them, answers with sources.

It reads what it is shown; what it wrote before it remembers by the question. Which id a document has it finds by the
words it quoted, as a reader would: ids change when documents move.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from agents.models.scripted import Call, Request, call
from teams.rag.documents import Document, read
from tests.teams.stages.writer import Apprentice, _plain, _said, _schema, _text

_WORD = re.compile(r"[^\W\d_]{5,}")
_ID = re.compile(r'Document Id: (\S+)|"id": "([^"]+)"|<document id="([^"]+)"|^(?:### )?\[([^\]]+)\] ', re.MULTILINE)
_NAMES = ("Ardell", "Brunnock", "Corvane", "Dulmere", "Eskwith", "Farrowby", "Gelmont", "Harnsey", "Ivelake", "Jorrin")
_OWN = ("support", "near", "missing", "premise", "instead", "stands")
"""What items of rag have and those of other skills don't."""
_ENDS = ("ford", "wick", "stead", "mouth", "ham", "bury", "ley", "combe")


class Librarian(Apprentice):
    """Replies by role, for whole runs of the skill without a model."""

    def __init__(self) -> None:
        super().__init__()
        self.answers |= {
            "searcher": self.search,
            "document_writer": self.write,
            "question_writer": self.ask,
            "editor": self.edit,
            "assistant": self.answer,
            "solver": self.solve,
            "worder": self.word,
        }

    def search(self, request: Request) -> Any:
        """Two searches, then the ids of what they showed."""
        if request.turn < 2:
            words = _WORD.findall(_text(request))
            return _search(" ".join(words[request.turn * 6 :][:6]))
        shown = "\n".join(str(message.content) for message in request.messages)
        found = re.findall(r'\\?"id\\?": ?\\?"([^"\\]+)\\?"', shown)
        return json.dumps({"chosen": list(dict.fromkeys(found))[:5]})

    def write(self, request: Request) -> str:
        task = _said(request)
        count = int((re.search(r"(?:Write|Hand in) (\d+) ", task) or [0, "9"])[1])
        random = Random(f"{request.chat}{request.turn}")
        text = _text(request)
        pages = [page(random, text, n) for n in range(count)]
        return json.dumps({"why": "The places and what is kept there.", "fits": True, "documents": pages})

    def word(self, request: Request) -> str:
        said = super().word(request)
        told = re.search(r"^The sentence: (.*)", _said(request), re.MULTILINE)
        if told:
            sentence, words = told[1], _WORD.findall(told[1])
            said = json.dumps({"question": f"What is told of {words[0]} at the place number {len(self.known)}?"})
            held = {"document": "", "quote": sentence, "also": []}
            self.known[json.loads(said)["question"]] = {"support": [held], "quote": sentence}
        return said

    def item(self, passage: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        """An item of any form, about one document of the passage or two."""
        shared = {name: field for name, field in fields.items() if name not in _OWN}
        item = super().item(passage, {**shared, "question": {}}, place)
        documents = read(passage)
        random = Random(place + str(len(self.known)))
        fewest = fields.get("support", fields.get("near", {})).get("minItems", 1)
        gold = random.sample(documents, fewest)
        words = _own(gold[0], documents, random)
        question = f"What is told of {words[0]} at the place numbered {1000 + len(self.known)}?"
        question += " Answer told or idle." if "marks" in fields else ""
        held = [{"document": d.id, "quote": _quote(d), "also": []} for d in gold]
        sides = [{**one, "says": _own(d, documents, random)[1]} for one, d in zip(held, gold, strict=True)]
        made = {
            "support": sides if "stands" in fields else held,
            "near": [{"document": d.id, "quote": _quote(d), "lacks": "it is about another year"} for d in gold],
            "question": question,
            "answer": " ".join(words[1:3]),
            "items": [f"the word {word} comes up" for word in words[1:6]] if _is_order(fields) else words[1:4],
            "quote": _quote(gold[0]),
            "missing": "Nobody says what it came to in the end.",
            "premise": "the matter was sold in the end.",
            "instead": "It is kept at the place to this day.",
            "stands": "Neither is the newer one, so it stays open.",
            "points": [f"It names {words[0]}.", f"It says why {words[1]} counts."],
            "wrong": item.get("wrong", [])[:3],
        }
        item |= {name: value for name, value in made.items() if name in fields}
        self.known[question] = item
        return {name: item[name] for name in fields}

    def edit(self, request: Request) -> str:
        fields = _schema(request)["properties"]
        opening = "\n".join(str(m.content) for m in request.messages)
        passage, random = _text(request), Random(f"{request.chat}{request.turn}")
        old = next(item for question, item in reversed(self.known.items()) if question in opening)
        documents = read(passage)
        made: dict[str, Any] = {}
        if "documents" in fields:
            new = {"id": "new-1", **page(random, passage, 77), "date": "2031-02-03"}
            made["documents"] = [new]
        if "item" in fields:
            item = self.item(passage, fields["item"]["properties"], f"{request.chat}{request.turn}")
            known = self.known[item["question"]]
            support = [dict(held) for held in old["support"]]
            for held in support:
                held["document"] = next((d.id for d in documents if _quote_in(held["quote"], d)), documents[0].id)
            if "stands" in item:
                other = _WORD.findall(new["snippet"])[3]
                support = [
                    {**support[0], "says": str(old["answer"])},
                    {"document": "new-1", "quote": new["snippet"][:40].rsplit(" ", 1)[0], "also": [], "says": other},
                ]
            elif "documents" in fields:
                support += [{"document": "new-1", "quote": new["snippet"][:40].rsplit(" ", 1)[0], "also": []}]
            kept = {name: old[name] for name in ("answer", "items", "expression", "unit", "quote") if name in old}
            item = {**item, **{name: value for name, value in kept.items() if name in item}, "support": support}
            self.known[item["question"]] = {**known, **item}
            made["item"] = item
        return json.dumps(made, ensure_ascii=False)

    def answer(self, request: Request) -> str:
        task = str(request.messages[1].content)
        question = next((q for q in self.known if q in task), None)
        item = self.known.get(question or "", {})
        held = item.get("support", [])
        places = [_place(task, one["quote"]) for one in held]
        if not held or not all(places):
            return _dressed(task, "The documents do not say it.", [], [])
        said = (
            f"One says {held[0]['says']}, the other {held[1]['says']}." if "stands" in item else _in_words(item, task)
        )
        if "stands" in item:
            said = f"{said} They are of {' and '.join(_dates(task)) or 'no date'}; neither is newer."
        return _dressed(task, said, [place for place in places if place], [one["quote"] for one in held])

    def solve(self, request: Request) -> str:
        paper = _said(request)
        item = self.known.get(next((q for q in self.known if q in paper), ""), {})
        held = item.get("support", [])
        here = [next((d.id for d in read(paper) if _quote_in(one["quote"], d)), None) for one in held]
        at = paper.rfind('{"type": "object"')  # beside tools the form stands on the paper
        sheet = (json.loads(paper[at:]) if "response_format" not in request.extra else _schema(request))["properties"]
        if not held or not all(here) or "premise" in item:
            said = {
                "thought": "It is not there.",
                "answerable": False,
                "answer": _empty(sheet["answer"]),
                "documents": [],
            }
        elif "stands" in item:
            rows = [{"says": one["says"], "documents": [id]} for one, id in zip(held, here, strict=True)]
            said = {"thought": "They differ.", "answerable": True, "answer": rows}
        else:
            answer = {"answer": 42} if "expression" in item else json.loads(super().solve(request))
            said = {"thought": "It stands there.", "answerable": True, **answer, "documents": here}
        return json.dumps({name: said[name] for name in sheet}, ensure_ascii=False)


def page(random: Random, text: str, number: int) -> dict[str, str]:
    """A page made of the text's words in no order that was ever seen."""
    words = _WORD.findall(text) or ["matter", "people", "place"]
    town = f"{random.choice(_NAMES)}{random.choice(_ENDS)}{number}"
    lines = [
        f"{random.choice(words).capitalize()} {' '.join(random.sample(words, min(9, len(words))))} {town} "
        f"{random.randint(100, 999)} {''.join(random.choices('bdfgklmnprst', k=3))}{random.choice('aeiou')}ndor."
        for _ in range(4)
    ]
    return {
        "title": f"{town} and its {random.choice(words)}",
        "url": f"https://www.{town.lower()}.example/pages/{number}-{random.randint(1, 9999)}",
        "date": f"20{random.randint(10, 29)}-0{random.randint(1, 9)}-{random.randint(10, 28)}",
        "snippet": " ".join(lines),
    }


def _search(query: str) -> Call:
    return call("search_documents", query=query, k=6)


def _quote(document: Document) -> str:
    return " ".join(document.snippet.split()[:7])


def _quote_in(quote: str, document: Document) -> bool:
    return quote in document.snippet


def _own(document: Document, documents: Sequence[Document], random: Random) -> list[str]:
    """Words of a document, those first that no other has."""
    others = " ".join(d.text for d in documents if d is not document).casefold()
    words = list(dict.fromkeys(_WORD.findall(document.snippet)))
    random.shuffle(words)
    return sorted(words, key=lambda word: word.casefold() in others)


def _is_order(fields: Mapping[str, Any]) -> bool:
    return "items" in fields and bool(fields["items"].get("minItems", 2) > 2)


def _place(task: str, quote: str) -> str:
    """The id that stands nearest before a quotation; '' if it is not there."""
    at = task.find(json.dumps(quote, ensure_ascii=False)[1:-1])
    found = [next(filter(None, match.groups())) for match in _ID.finditer(task[:at])] if at >= 0 else []
    return found[-1] if found else ""


def _dates(task: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"20\d\d-\d\d-\d\d", task)))


def _in_words(item: Mapping[str, Any], task: str) -> str:
    if "right" in item:
        letter = next(
            letter for letter, option in re.findall(r"^\W{0,2}([A-J])[.)]+ ?(.*)$", task, re.MULTILINE)
            if option == item["right"]
        )  # fmt: skip
        return f"**{letter}.** That is what it speaks of."
    if "premise" in item:
        return "It is not so: the documents say that it is kept there."
    return _plain(item, task)


def _dressed(task: str, said: str, ids: Sequence[str], quotes: Sequence[str]) -> str:
    """An answer in the form of reply that the task asks for."""
    if '"relevant_passages"' in task:
        return json.dumps({"answer": said, "relevant_passages": list(ids)}, ensure_ascii=False)
    if '"document_id"' in task:
        rows = [{"document_id": id, "quote": quote} for id, quote in zip(ids, quotes, strict=True)]
        return json.dumps({"answer": said, "evidence": rows}, ensure_ascii=False)
    if '"Answer:"' in task:
        return "\n".join([*(f'> "{q}" [{id}]' for id, q in zip(ids, quotes, strict=True)), f"Answer: {said}"])
    if '"Sources:"' in task:
        return f"{said}\nSources: {', '.join(ids) or 'none'}"
    if "square brackets" in task and ids:
        return f"{said.rstrip('.')} {''.join(f'[{id}]' for id in ids)}."
    return said


def _empty(answer: Mapping[str, Any]) -> Any:
    if "enum" in answer:
        return answer["enum"][0]
    if answer["type"] == "object":
        return {name: _empty(inner) for name, inner in answer["properties"].items()}
    if answer["type"] == "array":
        return [_empty(answer["items"])] * answer.get("minItems", 0)
    return {"number": 0, "boolean": False}.get(answer["type"], "")
