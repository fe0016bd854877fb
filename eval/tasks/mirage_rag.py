"""MIRAGE with retrieval: the same questions, each with the snippets that a search for the question found.

The snippets are those found before, by whatever retriever, or are searched for in a corpus of the user's; see
`eval.retrieval`. For all models alike, as the paper does. The original's corpus of 54 million snippets is not searched
here: give what its own retrievers found in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eval.records import Item, Turn
from eval.retrieval import Snippet
from eval.task import Task
from eval.tasks._answers import mark_choice
from eval.tasks.mirage import SOURCE, WORDS, items, read


def documents(item: Item, snippets: Sequence[Snippet]) -> Item:
    """Return an item whose prompt holds the snippets, as MedRAG numbers them."""
    context = "\n".join(
        f"Document [{number}] (Title: {snippet.title}) {snippet.content}" for number, snippet in enumerate(snippets)
    )
    given = {"question": item.facts["query"], "options": item.facts["options"], "context": context}
    asked = WORDS.role("rag").prompt.render(given).strip()
    facts = {**item.facts, "retrieved": [snippet.id for snippet in snippets]}
    return replace(item, turns=(Turn(asked),), system=WORDS.role("rag_system").prompt.render({}).strip(), facts=facts)


task = Task(
    name="mirage_rag",
    title="MIRAGE, with documents",
    about="The medical questions of MIRAGE with what a search found for each: the question alone was searched for.",
    source=SOURCE,
    items=items,
    documents=documents,
    shares="mirage",
    kind="choice",
    extract=read,
    mark=mark_choice,
    max_tokens=1536,
    mean="macro",
    tables=("8",),
)
