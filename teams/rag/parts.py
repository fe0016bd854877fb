"""A pair taken apart: its documents, and its answer as the form of its reply has it."""

from __future__ import annotations

from dataclasses import replace

from teams.engine.records import Pair
from teams.engine.stages.checks import answers_of
from teams.rag.documents import Document, read
from teams.rag.reply import Reply, Unread, read_reply


def documents_of(pair: Pair) -> dict[str, Document]:
    """Return the results a pair shows, by their ids."""
    return {document.id: document for document in read(pair.instruction.passage.text)}


def reply_of(pair: Pair) -> Reply:
    """Return the answer taken apart; one that is not in its form, as it stands."""
    try:
        return reply_read(pair)
    except Unread:
        return Reply(answers_of(pair)[-1] if answers_of(pair) else "")


def reply_read(pair: Pair) -> Reply:
    """Return the answer taken apart. Raises `Unread` where it is not in the form of its reply."""
    facts, answers = pair.instruction.facts, answers_of(pair)
    if not answers:
        raise Unread("there is no answer")
    return read_reply(facts["reply"], answers[-1], documents_of(pair), facts.get("words_of", "en"))


def bare(pair: Pair) -> Pair:
    """Return the pair as if the answer had been given in words, without the form of its reply."""
    said = {"role": "assistant", "content": reply_of(pair).answer}
    return replace(pair, messages=(*pair.messages[:-1], said))
