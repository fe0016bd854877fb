"""The plan of a conversation: the form it is handed in, and what a program sees is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from teams.conversation.faults import turn_faults, worth_faults
from teams.conversation.forms import listed, wording_faults
from teams.conversation.kinds import OPENS, Talking
from teams.conversation.looks import pieces
from teams.conversation.said import holds
from teams.conversation.sorts import OPEN, SORTS
from teams.conversation.turns import Asked, Turn
from teams.engine.checks.leaks import points_inside, stands_alone
from teams.engine.demands import Demand
from teams.engine.records import Passage
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.material import text_of
from teams.engine.tongue import is_in

Draft = Mapping[str, Any]
MOST_TURNS = 6
"""Messages of the user in one conversation at most, the first one counted."""
_WORDS = text(1, 60, "")


@dataclass(frozen=True)
class Room:
    """What a plan may use: its kind, its material, and the forms that are offered."""

    kind: Talking
    passage: Passage
    forms: tuple[Demand, ...] = ()
    language: str = ""
    further: int = 0
    """Turns allowed beyond what the kind allows: for a goal that makes a talk longer."""
    sorts: tuple[str, ...] = ()
    """Sorts of turn beside those of the kind: what a goal brings in."""

    @property
    def opens(self) -> str:
        return OPENS[self.passage.kind]

    @property
    def pieces(self) -> list[str]:
        """Material to be handed over in turns."""
        return pieces(text_of(self.passage)) if self.passage.kind == "pieces" else []

    @property
    def shown(self) -> str:
        """What the first message brings along beside what the planner writes."""
        return text_of(self.passage) if self.opens != "written" else ""

    @property
    def _given_answer(self) -> str:
        return str(self.passage.seed.facts["messages"][-1]["content"])

    @property
    def names(self) -> list[str]:
        """The sorts of turn that can be used here, the main ones first."""
        listed = dict.fromkeys([*self.kind.main, *self.kind.beside, *self.sorts])
        lacking = {name for name, there in (("form", self.forms), ("piece", self.pieces)) if not there}
        return [name for name in listed if not lacking & set(SORTS[name].needs)]

    @property
    def most(self) -> int:
        return min(self.kind.turns[1] + self.further, MOST_TURNS - 1)

    def form(self) -> dict[str, Any]:
        """Return the JSON schema of a plan, in the order of thought."""
        names = self.names
        turn = {
            "sort": {"enum": names},
            "about": text(10, 400, "what the user is after here, and how it comes from the turns before"),
            "leans_on": {"type": "integer", "minimum": 0, "maximum": MOST_TURNS - 1},
            "says": several(_WORDS, 0, 4, "words and figures the message has to hold"),
            "uses": several(_WORDS, 0, 6, "words and figures said before that the answer has to hold"),
            "gone": several(_WORDS, 0, 4, "words the answer must not hold any more"),
            "expression": text(0, 200, "the calculation, or empty"),
            "key": text(0, 120, "the right answer in a few words, or empty"),
            **self._extras(),
        }
        first = {**self._first(), "expression": turn["expression"], "key": turn["key"], **self._extras(of_first=True)}
        return closed(
            {
                "why": text(10, 500, "what makes it worth having, and where one would trip"),
                "person": text(10, 300, "who speaks, and how they write"),
                "goal": text(10, 300, "what they want in the end"),
                "knows": text(0, 400, "what else they could say if asked"),
                "first": closed(first),
                "turns": several(closed(turn), self.kind.turns[0], self.most, "the turns after the first, in order"),
            }
        )

    def _first(self) -> dict[str, Any]:
        if self.opens == "written":
            return {"message": text(15, 1500, "the first message, word by word; it has to stand alone")}
        if self.opens == "with_text":
            return {"message": text(8, 600, "what is asked, word by word; the text is brought along with it")}
        return {}

    def _extras(self, *, of_first: bool = False) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self.forms and of_first == ("form" in self.kind.first):
            made["form"] = {"type": "integer", "minimum": 0, "maximum": len(self.forms), "description": "0 for none"}
            made["wording"] = text(0, 400, "the form as this person asks for it; empty for none")
        if self.pieces and not of_first:
            made["piece"] = {"type": "integer", "minimum": 0, "maximum": len(self.pieces), "description": "0 for none"}
        return made

    def small_form(self) -> dict[str, Any]:
        """Return the schema for a small model: the messages themselves, each a key of its own."""
        later = ("second", "third", "fourth")[: self.kind.turns[0]]
        first = {"first": text(12, 200, "the first question")} if self.opens == "with_text" else {}
        return closed({**first, **{name: text(6, 120, "a short question on the answer before it") for name in later}})

    def small_turns(self, draft: Draft) -> list[Turn]:
        """Return the turns of a small model's plan: their words stand, and their sort is the kind's first."""
        first = Turn(1, message=str(draft.get("first") or "").strip() or self.shown)
        sort = self.kind.main[0]
        later = [str(draft[name]).strip() for name in ("second", "third", "fourth") if name in draft]
        return [first, *(Turn(n, sort, leans_on=n - 1, message=said) for n, said in enumerate(later, 2))]

    def turns(self, draft: Draft) -> list[Turn]:
        """Return the turns of a plan; what can be worked out is worked out."""
        first = Turn(
            1, OPEN, message=str(draft["first"].get("message") or self.shown).strip(), **self._both(draft["first"])
        )
        return [first, *(self._turn(n, given) for n, given in enumerate(draft["turns"], 2))]

    def _turn(self, number: int, given: Draft) -> Turn:
        names = ("says", "uses", "gone")
        made: dict[str, Any] = {name: tuple(dict.fromkeys(filter(None, map(str.strip, given[name])))) for name in names}
        at = given.get("piece", 0)
        made["piece"] = self.pieces[at - 1] if at and at <= len(self.pieces) else ""
        made |= self._both(given, lasts=False)
        return Turn(number, given["sort"], given["about"].strip(), given["leans_on"], **made)

    def _both(self, given: Draft, lasts: bool = True) -> dict[str, Any]:
        made: dict[str, Any] = {"key": given["key"].strip(), "expression": given["expression"].strip()}
        at = given.get("form", 0)
        if self.forms and at:
            made["forms"] = (Asked(replace(self.forms[at - 1], statement=given["wording"].strip()), lasts),)
        return made

    def faults(self, draft: Draft) -> Iterator[str]:
        """Yield what is wrong with a plan, as words to who made it."""
        turns = self.turns(draft)
        yield from self._first_faults(turns[0])
        yield from turn_faults(self.kind, turns, self.shown)

    def _first_faults(self, first: Turn) -> Iterator[str]:
        yield from (f"the first message: {fault}" for fault in worth_faults(first))
        for asked in first.forms:
            yield from (f"the first message: {fault}" for fault in wording_faults(asked.demand.statement, asked.demand))
        yield from (
            f"the first turn needs a {name} here" for name in self.kind.first
            if not (first.key if name == "key" else first.forms)
        )  # fmt: skip
        if self.opens == "answered" and first.key and not holds(first.key, self._given_answer):
            yield f"the answer that was given does not say {first.key!r}: the key of turn 1 stands in it, or is empty"
        if self.opens == "written":
            yield from (f"the first message speaks of what isn't there: {f!r}" for f in stands_alone(first.message))
        elif self.opens == "with_text":  # a message that is given can't be mended here
            yield from (f"the first message says {f!r}" for f in points_inside(first.message))
        if self.language and self.opens in ("written", "with_text") and is_in(first.message, self.language) is False:
            yield f"the first message is not in {self.language}"


@dataclass
class Desk:
    """Reads plans as they are handed in, and keeps those that are good."""

    room: Room
    further: Callable[[Sequence[Turn]], Iterator[str]] = lambda turns: iter(())
    """What else is asked of a plan: a goal's own."""
    good: list[tuple[Draft, list[Turn]]] = field(default_factory=list)

    def read(self, draft: Draft) -> list[str]:
        """Return what is wrong with a plan; one with nothing wrong is kept."""
        faults = list(self.room.faults(draft))
        turns = self.room.turns(draft)
        faults += self.further(turns)
        if not faults:
            self.good.append((draft, turns))
        return list(dict.fromkeys(faults))


def told_of(turns: Sequence[Turn], person: Mapping[str, str], shown: str = "") -> str:
    """Return a plan as suggesters, editors and auditors read it. What they were `shown` is not said again."""
    lines = [f"The person: {person['person']}", f"What they want: {person['goal']}"]
    for turn in turns:
        words = turn.message if turn.number == 1 else turn.about or turn.message
        words = "(as it stands)" if turn.number == 1 and words == shown else words
        lines.append(f"Turn {turn.number} ({turn.sort}): {words}")
        notes = {
            "leans on turn": turn.leans_on or "",
            "says": ", ".join(turn.says),
            "the answer uses": ", ".join(turn.uses),
            "gone": ", ".join(turn.gone),
            "key": turn.key,
            "calculation": turn.expression,
        }
        lines += [f"  {name}: {value}" for name, value in notes.items() if value]
        lines += [f"  form asked for: {asked.demand.statement}" for asked in turn.forms]
        lines += ["  hands over a piece of the material"] * bool(turn.piece)
    return "\n".join(lines)


def sorts_told(room: Room) -> str:
    """The sorts of turn a plan may use, as its writer reads them, with the forms that are offered."""
    lines = [f"- {name}: {SORTS[name].brief}" for name in room.names]
    told = "Sorts of turn you may use (the first message has none):\n" + "\n".join(lines)
    if room.forms:
        told += f"\n\nForms that can be asked for, by number:\n{listed(room.forms)}"
    if room.pieces:
        told += f"\n\nThe material has {len(room.pieces)} pieces; `piece` says by number which a turn hands over."
    return told
