"""Prompts for the documents of a set: written by a model that has read three of them, or packaged ones of ours.

A model's prompts are read with suspicion: one that has blanks to be filled in, says what another says, or is about one
specimen is no prompt. It is that if a word of it stands in one specimen only and is none that prompts are made of: the
words of our own prompts and of the request. What is lacking is asked for again, twice at most.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from agents.errors import Refused
from agents.script import Script
from eval.estimate import Share
from eval.orca_sum.packaged import prompts_for
from eval.orca_sum.packaged import script as ours_script
from eval.orca_sum.sets import DataSet
from eval.records import Speaker
from eval.store import Store
from tools.word_hashes import words_in

script = Script.beside(__file__)
KINDS = script.briefs
"""summarising, grounding, transformation."""
SAMPLES, SAMPLE_WORDS = 3, 250
"""Documents a writer reads, and how much of each."""
_TRIES = 3
_READ, _SAID = 1900, 45
"""Tokens of a request, with its specimens, and of one prompt, about."""
_MAX_TOKENS = 2048
_FEWEST, _MOST = 6, 120
"""Words of a prompt."""
_LEAK = 6
"""Words in a row that a prompt may not share with a specimen."""
_LINE = re.compile(r"^ {0,2}\**\d+\s*[.):]\**\s+(.+)$", re.MULTILINE)
_TITLE = re.compile(r"^\W*(?:prompt|task)(?:\s*\d+)?\s*\W*[:.]\W*", re.IGNORECASE)
_BLANK = re.compile(r"[\[{<][^\]}>\n]{1,60}[\]}>]|_{3,}|\bX{2,}\b")
_META = re.compile(r"\b(?:specimens?|samples?|this collection|the collection|dataset|data set)\b", re.IGNORECASE)
_NOUNS = {
    "news": "article", "dialogue": "conversation", "meetings": "transcript", "science": "paper", "email": "message",
    "social": "post", "fiction": "piece", "encyclopaedia": "article", "code": "code",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a user asks to be done with a document."""

    kind: str
    text: str


@dataclass
class Written:
    """The prompts of a set, and how they came about."""

    prompts: list[Prompt]
    by: str
    """The model, or `packaged`."""
    unfit: int = 0
    """Lines of the model's that were no prompt."""
    notes: list[str] = field(default_factory=list)


def packaged(one: DataSet) -> Written:
    """Return our own prompts for the domain of a set."""
    return Written([Prompt(kind, text) for kind, text in prompts_for(one.domain)], "packaged")


def share(sets: int, count: int) -> Share:
    """Return what writing `count` prompts takes for each of so many sets, where none has to be asked for again."""
    calls = len(KINDS) * sets
    return Share("orca_sum", "writer", calls, calls * _READ, sets * count * _SAID, calls * _MAX_TOKENS)


async def write(one: DataSet, specimens: Sequence[str], count: int, writer: Speaker, store: Store) -> Written:
    """Return `count` prompts, a third of each kind; fewer where the model writes no more, which `notes` tells.

    Raise `EndpointError`; a call that fails for good raises `CallError`, and is made again when the build goes on.
    """
    written = Written([], writer.name)
    shown = [" ".join(text.split()[:SAMPLE_WORDS]) for text in specimens[:SAMPLES]]
    for number, kind in enumerate(KINDS):
        wanted = count // len(KINDS) + (number < count % len(KINDS))
        got = 0
        for tried in range(_TRIES):
            if got >= wanted:
                break
            fit = await _asked(one, kind, shown, wanted - got, written, writer, store, tried)
            written.prompts += fit[: wanted - got]
            got += min(len(fit), wanted - got)
        if got < wanted:
            written.notes.append(f"{got} of {wanted} prompts for {kind}")
    if not written.prompts:
        return Written(packaged(one).prompts, "packaged", written.unfit, [f"{writer.name} wrote no prompt that is fit"])
    return written


async def _asked(
    one: DataSet, kind: str, shown: list[str], count: int, written: Written, writer: Speaker, store: Store, tried: int
) -> list[Prompt]:
    already = [prompt.text for prompt in written.prompts if prompt.kind == kind]
    question = script.role("write").prompt.render(
        name=one.name,
        about=one.about,
        domain=one.domain,
        samples=shown,
        mark=hashlib.blake2b("\0".join(shown).encode("utf-8", "replace"), digest_size=6).hexdigest(),
        kind=kind,
        brief=script.brief(kind),
        count=count,
        noun=_NOUNS.get(one.domain, "text"),
        already=already,
    )
    try:
        reply = await store.ask(
            writer, [{"role": "user", "content": question}], role="writer",
            max_tokens=_MAX_TOKENS, temperature=0.7, nth=tried,
        )  # fmt: skip
    except Refused as error:
        written.notes.append(f"no reply for {kind}: {error}")
        return []
    lines = _LINE.findall(reply.text.rpartition("</think>")[2])
    fit = list(_fit(lines, [prompt.text for prompt in written.prompts], shown))
    written.unfit += len(lines) - len(fit)
    return [Prompt(kind, text) for text in fit]


def _fit(lines: Sequence[str], before: Sequence[str], shown: Sequence[str]) -> Iterator[str]:
    """Yield the lines that are prompts, none twice."""
    seen = {" ".join(words_in(text)) for text in before}
    specimens = [words_in(text) for text in shown]
    leaks = {run for words in specimens for run in _runs(words)}
    often = Counter(word for words in specimens for word in set(words))
    own = {word for word, count in often.items() if count == 1} - _language()
    for line in lines:
        text = _TITLE.sub("", line.strip()).strip("*").strip().strip('"“”').strip()
        words = words_in(text)
        spelled = " ".join(words)
        if not _FEWEST <= len(words) <= _MOST or text.endswith(":") or _BLANK.search(text) or _META.search(text):
            continue
        if spelled not in seen and own.isdisjoint(words) and leaks.isdisjoint(_runs(words)):
            seen.add(spelled)
            yield text


@cache
def _language() -> frozenset[str]:
    """The words that prompts are made of."""
    ours = (script.path, ours_script.path)
    return frozenset(word for path in ours for word in words_in(path.read_text(encoding="utf-8")))


def _runs(words: Sequence[str]) -> Iterator[str]:
    return (" ".join(words[at : at + _LEAK]) for at in range(len(words) - _LEAK + 1))
