"""A pair taken apart: its documents, and its answer as the form of its reply has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from teams.engine.records import Pair
from teams.engine.stages.checks import answers_of
from teams.rag.documents import Document, read
from teams.rag.reply import Reply, Unread, read_reply


def documents_of(pair: Pair) -> dict[str, Document]:
    """Return the results a pair shows, by their ids."""
    return dict(_by_id(pair.instruction.passage.text))


@lru_cache(maxsize=32)
def _by_id(text: str) -> Mapping[str, Document]:
    return {document.id: document for document in read(text)}


@lru_cache(maxsize=32)  # every check takes the same answer apart
def _read(form: str, answer: str, ids: tuple[str, ...], tag: str) -> Reply:
    return read_reply(form, answer, ids, tag)


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
    return _read(facts["reply"], answers[-1], tuple(documents_of(pair)), facts.get("words_of", "en"))


def bare(pair: Pair) -> Pair:
    """Return the pair as if the answer had been given in words, without the form of its reply."""
    said = {"role": "assistant", "content": reply_of(pair).answer}
    return replace(pair, messages=(*pair.messages[:-1], said))
