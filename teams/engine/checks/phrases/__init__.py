"""Wordings that give a text away, a table for each language: what points outside, the workshop's words, small talk.

A table is a module named for its language that holds `TABLE`. To read one more language, write such a module and
name it in `TABLES`. The parts of a table are regular expressions, matched without regard to case; a table may hold some
sorts only, and `covered` says which.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from teams.engine.checks.phrases import ar, de, en, es, fr, it, ja, ko, nl, pt, ru, zh
from teams.engine.checks.phrases.table import SORTS, Table

TABLES: dict[str, Table] = {
    module.__name__.rpartition(".")[2]: module.TABLE for module in (en, de, fr, es, it, pt, nl, zh, ja, ru, ko, ar)
}
"""Language tag to what is known of the language."""
_NOTHING = re.compile(r"(?!)")


def covered(tag: str, sort: str = "elsewhere") -> bool:
    """Say whether texts in a language (`de`, `de-AT`, `DE_at`) are read for wordings of a sort (one of `SORTS`).

    Where they are not, a check that found nothing has to say that it did not look.
    """
    table = TABLES.get(base(tag))
    return table is not None and bool(getattr(table, sort))


def base(tag: str) -> str:
    """Return a language tag without its region or script: `pt-BR` is `pt`."""
    return re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]


@lru_cache(maxsize=256)
def pattern(sort: str, tags: tuple[str, ...] = ()) -> re.Pattern[str]:
    """Return one expression for a sort of wordings in some languages, in all of them by default."""
    tables = [TABLES[tag] for tag in tags or TABLES if tag in TABLES]
    parts = [part for table in tables if (part := table.expression(sort))]
    return re.compile("|".join(parts), re.IGNORECASE | re.MULTILINE) if parts else _NOTHING


def words(sort: str, tags: Iterable[str] = ()) -> str:
    """Return the alternatives of a sort as one group, without bounds: to be built into another expression."""
    return "|".join(part for tag in (tuple(tags) or TABLES) if tag in TABLES for part in getattr(TABLES[tag], sort))


__all__ = ["SORTS", "TABLES", "Table", "base", "covered", "pattern", "words"]
