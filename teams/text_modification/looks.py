"""What a text has to hold to be of its kind, or for a sort of change to make sense on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from teams.text_modification.exact.masks import seen
from teams.text_modification.measures import figures
from tools.counting import word_count

TURN = re.compile(r"^\s*(?:\*\*)?([^\W\d_][\w .'’-]{0,40}?)(?:\*\*)?\s?[:：](?:\*\*)?\s*(\S.*)$", re.MULTILINE)
"""A turn of a dialogue on a line: the speaker, and what is said."""
MOST_TO_EXPAND = 450
"""Words of a text up to which a longer one can still be written in one go."""
FEWEST_FIGURES = 4


def has_turns(passage: str) -> Iterator[str]:
    """Two speakers at least, who take several turns each."""
    names = [name for name, _ in TURN.findall(passage)]
    if len({name for name in names if names.count(name) > 1}) < 2:
        yield "two speakers at least have to take several turns, each begun with the name and a colon"


def has_personal_data(passage: str) -> Iterator[str]:
    """An address to write to and a number to call; who is meant, only a reader can tell."""
    if not seen(passage, "e-mail"):
        yield "it needs an e-mail address, at example.org"
    if not seen(passage, "phone"):
        yield "it needs a telephone number"


def has_figures(passage: str) -> Iterator[str]:
    """Dates, amounts and measures in digits."""
    if len(figures(passage)) < 12:
        yield "it needs more dates, hours and measures in digits, in various forms"


def has_fragments(passage: str) -> Iterator[str]:
    """Short lines."""
    lines = [line for line in passage.splitlines() if line.strip()]
    if len(lines) < 6:
        yield "notes are lines, each of a few words"


def unfit(kind: str, text: str) -> str:
    """Return why a sort of change makes no sense on a text, '' if nothing a program sees speaks against it."""
    letters = [c for c in text if c.isalpha()]
    cased = sum(c.lower() != c.upper() for c in letters)
    if kind in ("capitalisation", "vocabulary_limits") and cased < 0.5 * len(letters):
        return "its script has no capitals to go by"
    if kind == "normalisation" and len(figures(text)) < FEWEST_FIGURES:
        return "it has hardly any figures to bring into one form"
    if kind == "expansion" and (count := word_count(text)) > MOST_TO_EXPAND:
        return f"it has {count} words: long enough as it is"
    return ""
