"""Are the results a sound set: told apart, of known origin, and the answer in those alone that are named?"""

from __future__ import annotations

from collections.abc import Iterable

from teams.engine.checks.conversation import judged, short
from teams.engine.checks.copying import copied_share
from teams.engine.checks.quotes import locate
from teams.engine.records import Pair
from teams.engine.seeds_text import neutralise
from teams.engine.verdict import Finding
from teams.rag.documents import on_one_line, read
from teams.rag.forms import holding, strangers, support_faults
from teams.rag.pages import as_shown, document_faults
from teams.rag.parts import documents_of

LEAST = 4
"""Documents of which one can be told from others."""
TWINS = 0.7
"""Share of a snippet's words in long runs of another, from which the two are one."""


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
