"""Whose words on a record's way are a person's: kept from birth to birth, so that the pair can say so.

Nothing is kept, and nothing looked up, in a run in which no person takes part.
"""

from __future__ import annotations

from collections.abc import Iterable

from agents.journal import Journal
from agents.onlooker import PERSON, Onlooker
from teams.engine.records import Pair, Record

FACT = "said_by_person"
"""Fact of an exported row: the roles whose words came from a person."""


class SaidBy:
    """The roles a person spoke for, by record."""

    def __init__(self, onlooker: Onlooker, journal: Journal) -> None:
        self._persons = onlooker.persons
        self._of: dict[tuple[type, str], frozenset[str]] = {}
        if journal.resumed and journal.rows("SELECT 1 FROM usage WHERE model=?", (PERSON,)):
            # All other chats are gone through again; what a chooser chose is not asked anew.
            sql = "SELECT DISTINCT chat, role FROM calls WHERE model=? AND chat GLOB '*-chooser-*'"
            for chat, role in journal.rows(sql, (PERSON,)):
                onlooker.person_spoke(chat, role)

    def born(self, children: Iterable[Record], parent: Record, chat: str) -> None:
        """Hand on to what was born in a chat what is known of its parent, and of the chat itself."""
        if not self._persons:
            return
        roles = self.of(parent).union(self._persons.get(chat, ()), self._choosers(parent))
        if roles:
            self._of |= {(type(child), child.id): self.of(child) | roles for child in children}

    def judged(self, pair: Pair, chat: str) -> None:
        """A judge's chat was held about a pair."""
        if roles := self._persons.get(chat):
            self._of[Pair, pair.id] = self.of(pair).union(roles)

    def of(self, record: Record) -> frozenset[str]:
        """Return the roles a person spoke for in any chat on the way to a record."""
        return self._of.get((type(record), record.id), frozenset())

    def facts(self, pair: Pair) -> dict[str, list[str]]:
        """Return what the pair's row has to say of it."""
        roles = self.of(pair)
        return {FACT: sorted(roles)} if roles else {}

    def _choosers(self, record: Record) -> set[str]:
        """The roles a person spoke for in a chat that chose what was to be made of a record."""
        found = ((chat.rsplit("/", 1), roles) for chat, roles in self._persons.items())
        return {role for (of, name), roles in found if of == record.id and "-chooser-" in name for role in roles}
