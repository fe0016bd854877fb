"""A site by program alone, from what stands in a seed, and the words of simple tasks: what is done with a small model.

Asked for a site, a model of a few billion parameters writes the same record over and over. So records are terms of the
text, with figures counted in it, and pages of text are its own paragraphs; the request is one of a few plain sentences.
The model acts, one action a call, in a form that lists the numbers it may use.
"""

from __future__ import annotations

import re
from collections import Counter
from random import Random

from teams.engine.flow import Drop
from teams.web_agent.content import FEWEST, MOST, Content
from tools.web.spec import Field
from tools.web.task import Task

_WORD = re.compile(r"[^\W\d_]{5,}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_PARAGRAPH = re.compile(r"\n\s*\n")
ASKED = {
    "navigate_to_page": (
        'Please open the page "{0}".', 'I would like to see the page "{0}".', 'Can you bring up "{0}" for me?',
        'Where is the page "{0}"? Open it, please.',
    ),
    "search_and_open": (
        'Please open the entry "{0}".', 'I need the page of "{0}".', 'Find "{0}" and open it, please.',
        'Could you show me "{0}"?',
    ),
    "find_information": (
        'What is the {1} of "{0}"?', 'Please look up the {1} of "{0}".', 'Can you tell me the {1} of "{0}"?',
        'I need to know the {1} of "{0}".',
    ),
}  # fmt: skip
"""What a user may say, by kind of task; in English, as the labels of such a site are."""


def content_from(text: str, random: Random, kind: str) -> Content:
    """Return the matter of a site made of a text. Raises `Drop` where it holds too little."""
    sentences = [" ".join(s.split()) for p in _PARAGRAPH.split(text) for s in _SENTENCE.split(p.strip())]
    sentences = [s for s in sentences if 40 <= len(s) <= 260 and _WORD.search(s)]
    counted = Counter(word.casefold() for s in sentences for word in _WORD.findall(s))
    terms = [word for word, n in counted.most_common(60) if len(word) > 5]
    picked = []
    for term in terms:
        where = [n for n, s in enumerate(sentences) if term in s.casefold()]
        if where:
            picked.append((term, where))
    if len(picked) < FEWEST or len(sentences) < 6:
        raise Drop("it holds too few terms and sentences for a site")
    random.shuffle(picked)
    part = ("first part", "middle", "last part")
    records = []
    for term, where in picked[: random.randint(FEWEST, min(MOST, len(picked)))]:
        records.append({
            "title": term.title(), "f0": part[min(2, where[0] * 3 // len(sentences))], "f1": counted[term],
            "f2": sentences[where[0]][:200],
        })  # fmt: skip
    fields = (
        Field("f0", "Part", "choice", part),
        Field("f1", "Mentions", "number", minimum=0),
        Field("f2", "Quotation"),
    )
    notes = []
    for n, title in enumerate(("About this collection", "How it begins", "How it ends")):
        some = sentences[n * 2 : n * 2 + 2] if n < 2 else sentences[-2:]
        notes.append({"title": title, "sections": [[f"Part {k}", s] for k, s in enumerate(some, 1)]})
    name = f"{picked[0][0].title()} {random.choice(('Archive', 'Register', 'Collection', 'Notebook'))}"
    return Content(name, sentences[0][:160], "entry", "Entries", "Term", fields, tuple(records), tuple(notes))


def worded(task: Task, random: Random) -> str:
    """Return a simple task in a user's words. Raises `Drop` for a kind there are no words for."""
    if task.kind not in ASKED:
        raise Drop(f"{task.kind} is put into words by a larger model only")
    return random.choice(ASKED[task.kind]).format(*task.told)
