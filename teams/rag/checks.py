"""What an answer from search results has to pass: its form, its citations held against the documents, abstention.

All of it by program. A statement is held against the documents it cites: its figures, names and quotations have to be
there, and enough of what it says beside the question. Whether it is right, those find out who look for it blind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged, short
from teams.engine.checks.copying import copied_share
from teams.engine.checks.figures import figures_grounded, names_grounded
from teams.engine.checks.quotes import locate
from teams.engine.checks.telling import telling
from teams.engine.records import Pair
from teams.engine.seeds_text import neutralise
from teams.engine.stages.checks import answers_of, figures_from_text, format_kept, in_the_language, quotations_occur
from teams.engine.stages.forms import Facts, Number
from teams.engine.stages.forms.form import Form
from teams.engine.verdict import Check, Finding
from teams.rag.documents import Document, on_one_line, read
from teams.rag.forms import Grounded, Mistaken, Sides, groups, holding, strangers, support_faults
from teams.rag.gathering import as_shown, document_faults
from teams.rag.kinds import BY_NAME
from teams.rag.reply import CITING, Reply, Unread, read_reply

LEAST = 4
"""Documents of which one can be told from others."""
TWINS = 0.7
"""Share of a snippet's words in long runs of another, from which the two are one."""
HELD = 0.3
"""Share of what a statement says beside its question that a document it cites has to have."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？])|\n+")
_FIGURE = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?!\w)")
_VERBS = (
    r"(?:say|state|mention|give|given|hold|contain|specif|tell|told|include|answer|cover|provide|list|record|report|name"
    r"|settle|show|indicate|address|disclose|in (?:the|these|any|there)|available|found|known)"
)
_ABSTAINS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        rf"(?:n['’]t|\b(?:not|none|no|nothing|nowhere|neither|never|without|missing|unknown|unclear))\b[^.\n]{{0,90}}?\b{_VERBS}"
        rf"|\b{_VERBS}\w*\s+(?:no|nothing|none)\b"
        r"|\b(?:silent|missing from|unanswered|can(?:no|['’])t be (?:answered|told|determined))\b",
        re.IGNORECASE,
    ),
    "de": re.compile(r"\b(?:nicht|kein\w*|nichts|nirgends|fehlt|fehlen|weder|offen)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:ne|n['’]\w+)\b[^.\n]{0,80}\b(?:pas|aucun\w*|rien|nulle|ni)\b|\baucun\w*\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:no|ningun\w*|ningún|nada|tampoco)\b", re.IGNORECASE),
    "it": re.compile(r"\b(?:non|nessun\w*|niente|nulla)\b", re.IGNORECASE),
    "pt": re.compile(r"\b(?:não|nenhum\w*|nada)\b", re.IGNORECASE),
    "nl": re.compile(r"\b(?:niet|geen|niets|nergens|ontbreekt)\b", re.IGNORECASE),
    "ru": re.compile(r"\b(?:не|нет|ничего|ни)\b", re.IGNORECASE),
    "ja": re.compile(r"ない|ません|なし"),
    "zh": re.compile(r"没有|未|无法|不"),
}  # fmt: skip


def documents_of(pair: Pair) -> dict[str, Document]:
    return {document.id: document for document in read(pair.instruction.passage.text)}


def reply_of(pair: Pair) -> Reply:
    """Return the answer taken apart; one that is not in its form, as it stands."""
    try:
        return _read(pair)
    except Unread:
        return Reply(answers_of(pair)[-1] if answers_of(pair) else "")


def _read(pair: Pair) -> Reply:
    facts, answers = pair.instruction.facts, answers_of(pair)
    if not answers:
        raise Unread("there is no answer")
    return read_reply(facts["reply"], answers[-1], documents_of(pair), facts.get("words_of", "en"))


def bare(pair: Pair) -> Pair:
    """Return the pair as if the answer had been given in words, without the form of its reply."""
    said = {"role": "assistant", "content": reply_of(pair).answer}
    return replace(pair, messages=(*pair.messages[:-1], said))


def in_words(check: Check) -> Check:
    """Make a check that looks at what an answer says, not at the brackets and keys of its form."""

    def looked(pair: Pair) -> Iterable[Finding]:
        yield from check(bare(pair))

    looked.__name__, looked.__doc__ = check.__name__, check.__doc__
    return looked


def reply_in_form(pair: Pair) -> Iterable[Finding]:
    """The whole answer is in the form of reply that the message asks for."""
    faults = []
    try:
        _read(pair)
    except Unread as fault:
        faults = [str(fault)]
    yield judged("reply_in_form", faults, f"read as {pair.instruction.facts['reply']}")


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
            faults += _misplaced(said, cited, known, str(pair.instruction.facts["ask"]))
    if reply.statements:
        yield judged("cited_hold", faults, f"{len(reply.statements)} statements held against what they cite")


def _strange(said: str, sources: list[str], pair: Pair) -> Iterator[str]:
    facts = pair.instruction.facts
    tag, worked = str(facts.get("words_of", "en")), str(facts.get("expression", ""))
    result = f"{facts['key']} {facts.get('unit', '')}" if worked else ""
    known = [*sources, str(facts["ask"]), worked, result]
    yield from (
        f.replace("is not in the text", "is not in the documents") for f in figures_grounded(said, known, tag=tag)
    )
    # What an answer says of silence names what no document has.
    if facts.get("answerable", True) and not abstains(said, tag):
        ids = " ".join(facts.get("ids", ()))
        yield from (f"{name!r} is not in the documents" for name in names_grounded(said, [*known, ids], tag=tag))


def _misplaced(said: str, cited: Collection[str], known: Mapping[str, Document], asked: str) -> Iterator[str]:
    """Yield figures that stand in none of the documents cited, and in another one, which is not."""
    theirs = " ".join([asked, *(known[id].text for id in cited if id in known)])
    for figure in dict.fromkeys(_FIGURE.findall(said)):
        holders = [id for id, document in known.items() if figure in document.text]
        if figure not in theirs and holders:
            yield f"{figure!r} is not in {', '.join(cited)}, which are cited, but in {', '.join(holders[:3])}"


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


def abstains(said: str, tag: str) -> bool:
    """Say whether an answer says, in so many words, that something is not told."""
    return bool(_ABSTAINS.get(tag, _ABSTAINS["en"]).search(said))


def abstains_rightly(pair: Pair) -> Iterable[Finding]:
    """Where no document holds the answer it says so and gives none; where one does, it doesn't give up."""
    facts, reply, form = pair.instruction.facts, reply_of(pair), BY_NAME[pair.kind].form
    tag, faults = str(facts.get("words_of", "en")), []
    if not facts.get("answerable", True):
        if isinstance(form, Mistaken):
            return
        if not abstains(reply.answer, tag):
            faults.append("no document holds the answer, and it does not say so")
        if facts["reply"] in ("json", "json_quotes") and reply.cited:
            faults.append(f"the list has to be empty where there is no answer; it holds {', '.join(reply.cited)}")
        if _gives(reply.answer, facts, form):
            faults.append(f"it gives {short(facts['was'])} all the same, which no document holds any more")
        yield judged("abstains_rightly", faults, "says that the documents do not hold it")
    elif facts["reply"] in CITING and not reply.cited:
        said = "it gives up, and the answer is there" if abstains(reply.answer, tag) else "it names no document"
        yield Finding("abstains_rightly", False, said)
    else:
        yield Finding("abstains_rightly", True, "the documents hold the answer, and it is given")


def _gives(answer: str, facts: Facts, form: Form) -> bool:
    """Does an answer give the key that went with the documents?"""
    was = facts.get("was")
    if was is None or not isinstance(form, Grounded) or isinstance(was, list | dict):
        return False
    old = {**facts, "key": was}
    found = form.inner.found(answer, old)
    return found is not None and form.agrees(found, old)


def conflict_named(pair: Pair) -> Iterable[Finding]:
    """Where documents disagree the answer names every side, and of when each is."""
    form, facts, known = BY_NAME[pair.kind].form, pair.instruction.facts, documents_of(pair)
    if not isinstance(form, Sides):
        return
    answer = reply_of(pair).answer
    faults = [
        f"it does not name {side['says']!r}" for side in facts["support"] if not _names(side["says"], answer, facts)
    ]
    dates = [known[side["document"]].date for side in facts["support"] if side["document"] in known]
    faults += [
        f"it does not say that one is of {date}" for date in dates if date and not _says_when(date, answer, dates)
    ]
    yield judged("conflict_named", faults, f"both sides and their dates: {', '.join(filter(None, dates)) or 'undated'}")


def _names(says: str, answer: str, facts: Facts) -> bool:
    form = BY_NAME["conflicting_sources"].form
    if form.agrees(answer, {**facts, "key": [says]}):
        return True
    words = telling(says)
    return bool(words) and words <= telling(answer)


def _says_when(date: str, answer: str, dates: Iterable[str]) -> bool:
    """Is the year said, and the day where another document is of the same year?"""
    year, _, day = date.split("-")
    if year not in answer:
        return False
    alike = [other for other in dates if other.startswith(year)]
    return len(alike) < 2 or date in answer or re.search(rf"(?<!\d)0?{int(day)}(?!\d)", answer) is not None


def distractors_clean(pair: Pair) -> Iterable[Finding]:
    """No document beside those that are named holds the answer."""
    facts = pair.instruction.facts
    key = facts.get("key")
    if not facts.get("answerable", True) or not isinstance(key, str) or "options" in facts or "expression" in facts:
        return
    other = strangers(key, facts["question"], list(documents_of(pair).values()), holding(facts))
    faults = [f"document {document.id} holds {short(key)!r} as well" for document in other]
    yield judged("distractors_clean", faults, f"{len(documents_of(pair)) - len(holding(facts))} others do not hold it")


def support_occurs(pair: Pair) -> Iterable[Finding]:
    """What the author of the question named as evidence stands in those documents, word by word."""
    facts = pair.instruction.facts
    held = [*facts.get("support", ()), *facts.get("near", ())]
    faults = list(support_faults(held, list(documents_of(pair).values())))
    if held:
        yield judged("support_occurs", faults, f"{len(held)} places stand in the documents: "
                     f"{', '.join(one['document'] for one in held)}")  # fmt: skip


def documents_sound(pair: Pair) -> Iterable[Finding]:
    """The results are a set: enough of them, each with an id, an address of no real site and words of its own."""
    documents, faults = read(pair.instruction.passage.text), []
    if len(documents) < LEAST:
        faults.append(f"there are {len(documents)} documents")
    names = [document.id for document in documents]
    faults += [f"two documents are called {id!r}" for id in dict.fromkeys(names) if names.count(id) > 1]
    for n, document in enumerate(documents):
        draft = {"url": document.url, "date": document.date, "snippet": document.snippet}
        faults += [f"document {document.id}: {fault}" for fault in document_faults(draft) if "characters" not in fault]
        faults += [
            f"documents {document.id} and {other.id} are one"
            for other in documents[:n]
            if copied_share(document.snippet, other.snippet) > TWINS
        ]
    yield judged("documents_sound", faults, f"{len(documents)} documents, no two alike")


def origins_hold(pair: Pair) -> Iterable[Finding]:
    """Passages of the seed stand in it; those of the collection were found by a search; the rest was written."""
    passage, known = pair.instruction.passage, documents_of(pair)
    seed = on_one_line(as_shown(neutralise(passage.seed.text)))
    origins = pair.instruction.facts.get("origins") or passage.facts.get("origins", {})
    found = {id for search in passage.facts.get("retrievals", ()) for id in search["found"]}
    faults = [f"document {id} comes from nowhere" for id in known if id not in origins]
    counts = dict.fromkeys(("seed", "corpus", "written"), 0)
    for id, origin in origins.items():
        counts[origin["from"]] += 1
        if origin["from"] == "seed" and seed and id in known and locate(known[id].snippet.rstrip(" .…"), seed) is None:
            faults.append(f"document {id} is said to be of the seed, and does not stand there")
        if origin["from"] == "corpus" and origin["source"] not in found:
            faults.append(f"document {id} is said to come from {origin['source']}, which no search found")
    searches = [search["query"] for search in passage.facts.get("retrievals", ())]
    seen = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    yield judged(
        "origins_hold", faults, f"{seen}" + (f"; searched for: {'; '.join(map(short, searches))}" * bool(searches))
    )


def result_told(pair: Pair) -> Iterable[Finding]:
    """A figure that is worked out is carried out again from the author's calculation."""
    form, facts = BY_NAME[pair.kind].form, pair.instruction.facts
    if isinstance(form, Grounded) and isinstance(form.inner, Number) and facts.get("answerable", True):
        found = form.found(answers_of(pair)[-1] if answers_of(pair) else "", facts)
        held = found is not None and form.agrees(found, facts)
        seen = f"{facts['expression']} = {facts['key']}; the answer gives {found}"
        yield Finding("result_told", held, seen)


_WRITTEN: tuple[Callable[[Pair], Iterable[Finding]], ...] = (
    *general_text_checks(chatter=False),
    figures_from_text,
    quotations_occur,
    in_the_language,
)
CHECKS: tuple[Check, ...] = (
    reply_in_form,
    *(in_words(check) for check in _WRITTEN),
    documents_sound,
    origins_hold,
    support_occurs,
    distractors_clean,
    cited_exist,
    quotes_stand,
    cited_hold,
    cited_needed,
    needed_cited,
    abstains_rightly,
    conflict_named,
    result_told,
    format_kept,
)
"""By program; whether the answer is right, those find out who look for it blind."""
