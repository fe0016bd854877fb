"""Citations held against the documents: figures, names and quotations stand there, and enough of what is said."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from teams.engine.checks.conversation import judged, short
from teams.engine.checks.figures import figures_grounded, names_grounded, with_digits
from teams.engine.checks.quotes import locate
from teams.engine.checks.spelling import in_digits
from teams.engine.checks.telling import telling
from teams.engine.records import Pair
from teams.engine.stages.forms import Facts
from teams.engine.verdict import Finding
from teams.rag.abstaining import abstains
from teams.rag.documents import Document
from teams.rag.forms import groups, holding
from teams.rag.kinds import BY_NAME
from teams.rag.parts import documents_of, reply_of
from teams.rag.reply import CITING, Reply, sentences
from tools.calculator.arithmetic import partial_results

HELD = 0.3
"""Share of what a statement says beside its question that a document it cites has to have."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？])|\n+")
_FIGURE = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?!\w)")


def cited_exist(pair: Pair) -> Iterable[Finding]:
    """Every id that is cited is that of a document."""
    known, reply = documents_of(pair), reply_of(pair)
    faults = [f"there is no document {id!r}" for id in reply.cited if id not in known]
    yield judged("cited_exist", faults, f"{len(reply.cited)} ids, each of a document")


def cited_hold(pair: Pair) -> Iterable[Finding]:
    """Figures and names of a statement stand in the documents it cites, or follow from their figures."""
    known, reply = documents_of(pair), reply_of(pair)
    faults = []
    for said, cited in reply.statements:
        sources = [known[id].text for id in cited if id in known]
        if sources:
            faults += [f"{fault} cited for it ({', '.join(cited)})" for fault in _strange(said, sources, pair)]
            faults += _misplaced(said, cited, known, pair.instruction.facts)
    if reply.statements:
        yield judged("cited_hold", faults, f"{len(reply.statements)} statements held against what they cite")


def _strange(said: str, sources: list[str], pair: Pair) -> Iterator[str]:
    facts = pair.instruction.facts
    tag, worked = str(facts.get("words_of", "en")), str(facts.get("expression", ""))
    result = f"{facts['key']} {facts.get('unit', '')} {' '.join(partial_results(worked))}" if worked else ""
    known = [*sources, str(facts["ask"]), worked, result]
    yield from (
        f.replace("is not in the text", "is not in the documents") for f in figures_grounded(said, known, tag=tag)
    )
    # What an answer says of silence names what no document has.
    if facts.get("answerable", True) and not abstains(said, tag):
        ids = " ".join(facts.get("ids", ()))
        yield from (f"{name!r} is not in the documents" for name in names_grounded(said, [*known, ids], tag=tag))


def _misplaced(said: str, cited: Collection[str], known: Mapping[str, Document], facts: Facts) -> Iterator[str]:
    """Yield figures that stand in none of the documents cited, and in another one, which is not."""
    theirs = " ".join([str(facts["ask"]), *(known[id].text for id in cited if id in known)])
    theirs = f"{with_digits(theirs, str(facts.get('words_of', 'en')))} {in_digits(theirs)}"
    for figure in dict.fromkeys(_FIGURE.findall(said)):
        holders = [id for id, document in known.items() if figure in document.text]
        if figure not in theirs and holders:
            yield f"{figure!r} is not in {', '.join(cited)}, which are cited, but in {', '.join(holders[:3])}"


def statements_cited(pair: Pair) -> Iterable[Finding]:
    """Where ids stand behind statements, no figure and no name comes in by a sentence that names no document."""
    facts, reply = pair.instruction.facts, reply_of(pair)
    if facts["reply"] != "cited" or not reply.statements or not facts.get("answerable", True):
        return
    worked = f"{facts.get('expression', '')} {facts.get('key', '')}"
    faults = uncited(reply, [str(facts["ask"]), worked], str(facts.get("words_of", "en")))
    yield judged("statements_cited", faults, "what is told names its documents")


def uncited(reply: Reply, known: Sequence[str], tag: str) -> list[str]:
    """Return the figures and names that come in by sentences without an id; `known` is what needs none."""
    told = [said for said, _ in reply.statements]
    within, faults = _squeezed(" ".join(told)), []
    for said in sentences(reply.answer):
        bare = _squeezed(said)
        if not bare or bare in within or said.rstrip(" *_").endswith((":", "?")) or abstains(said, tag):
            continue
        sources = [*told, *known]
        strange = [*figures_grounded(said, sources, tag=tag), *names_grounded(said, sources, tag=tag)]
        faults += [f"{short(fault)} comes in by {short(said)!r}, which names no document" for fault in strange]
    return faults


def _squeezed(said: str) -> str:
    return "".join(char for char in said.casefold() if char.isalnum())


def cited_needed(pair: Pair) -> Iterable[Finding]:
    """Every document that is cited holds a part of what it is cited for."""
    facts, known = pair.instruction.facts, documents_of(pair)
    allowed = holding(facts) | {near["document"] for near in facts.get("near", ())}
    faults = []
    for said, cited in reply_of(pair).statements:
        faults += [
            f"document {id} is cited and holds nothing of {short(said)!r}"
            for id in cited
            if id in known and id not in allowed and not _holds(known[id], said, str(facts["question"]))
        ]
    yield judged("cited_needed", faults, "each document that is cited holds a part")


def _holds(document: Document, said: str, question: str) -> bool:
    """Has a document enough of what a sentence of a statement says beside the words of its question?"""
    theirs, asked = telling(document.text), telling(question)
    for sentence in _SENTENCE.split(said):
        mine = telling(sentence)
        own = mine - asked or mine
        if own and len(own & theirs) >= max(1.0, HELD * len(own)):
            return True
    # A figure that the question has not and the document has is a part by itself.
    return any(figure in document.text and figure not in question for figure in _FIGURE.findall(said))


def needed_cited(pair: Pair) -> Iterable[Finding]:
    """Every document the answer needs is cited, or another one that holds the same."""
    facts, reply = pair.instruction.facts, reply_of(pair)
    if facts["reply"] not in CITING or not groups(facts):
        return
    missed = [group for group in groups(facts) if not group & set(reply.cited)]
    # Who sums up or explains may do with most of what its author had in mind.
    is_open = not BY_NAME[pair.kind].form.is_closed
    spared = len(missed) <= len(groups(facts)) // 3 if is_open else False
    faults = [f"document {' or '.join(sorted(group))} is needed and not cited" for group in missed]
    yield judged("needed_cited", [] if spared else faults, f"{len(groups(facts))} needed documents are cited")


def quotes_stand(pair: Pair) -> Iterable[Finding]:
    """What is quoted of a document stands there, word by word."""
    known, reply = documents_of(pair), reply_of(pair)
    faults = [
        f"document {id} does not say {short(quote)!r}"
        for id, quote in reply.quotes
        if id in known and locate(quote, known[id].text, any_case=True) is None
    ]
    if reply.quotes:
        yield judged("quotes_stand", faults, f"{len(reply.quotes)} quotations stand in their documents")
