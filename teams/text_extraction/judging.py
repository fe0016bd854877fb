"""Others draw out the same, blind: what they agree on has to be the key, value by value.

Two readers who both give the key settle it; else a third reads, and most of them decide on each value. What two of them
found and the key lacks, or what most of them miss, makes the key doubtful, and the pair is rejected with the values.
Where judgement decides (keyphrases, opinions), the key needs most of its values confirmed, and a referee looks at those
on which the readers differed. A small model's reading decides nothing by itself; it is not asked to settle.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from teams.engine.checks.conversation import words_of
from teams.engine.flow import Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Pair, Record
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import Paper, closed, several, text
from teams.engine.stages.invigilate import SITTINGS
from teams.engine.stages.material import shown, text_of
from teams.engine.talk import Talk, in_turn
from teams.engine.verdict import Finding
from teams.text_extraction.form import Extraction
from teams.text_extraction.record import Cell, Compared, compare, shape_of_facts
from teams.text_extraction.record.compare import same_value
from teams.text_extraction.words import script

READER = script.role("blind_reader", hears=("collator",), forgetful=True, max_tokens=4000, temperature=0.7)
REFEREE = script.role("referee", hears=("task",), max_tokens=1200, temperature=0.0)
DIFFERENCES = 12
"""Values put before the referee at most."""
CONFIRMED = 0.6
"""Share of the values of a key that judgement made which blind readers have to confirm."""

_SETTLED = closed(
    {
        "values": several(
            closed(
                {"value": text(1, 300, "as it is listed"), "because": text(3, 300, ""), "belongs": {"type": "boolean"}}
            ),
            0,
            DIFFERENCES,
        ),
        "because": text(5, 400, "what a demanding person with this request would say of the answer"),
        "serves": {"type": "boolean"},
    }
)


@dataclass
class Collator:
    """The program that hands out the text and holds what comes back against the key."""

    pair: Pair
    kind: Asking
    random: Random
    readings: list[Compared] = field(default_factory=list)
    refused: int = 0
    said: list[str] = field(default_factory=list)
    paper: Paper | None = None

    def speak(self, talk: Talk) -> str:
        """Read the last extraction and hand the text out again."""
        if talk[-1].source == READER.name:
            self._collate(talk.value(READER.name))
            if self.is_over:
                return "Thank you."
        self.paper = self.kind.form.paper(self.pair.instruction.facts, self.random)
        return f"{shown(self.pair.instruction.passage.text)}\n\n{self.paper.text}"

    def schema(self) -> Mapping[str, Any]:
        """The form of the extraction."""
        answer = self.paper.answer if self.paper else {"type": "string"}
        return closed({"thought": text(10, 900, "what is easy to overlook or to take wrongly here"), "answer": answer})

    @property
    def is_over(self) -> bool:
        read = len(self.readings)
        return read >= SITTINGS or (read >= 2 and all(one.is_same for one in self.readings))

    def _collate(self, reply: Mapping[str, Any]) -> None:
        facts = self.pair.instruction.facts
        held = compare(reply["answer"], facts["key"], shape_of_facts(facts))
        self.readings.append(held)
        self.said.append("the key" if held.is_same else _difference(held))

    @property
    def missed(self) -> list[Cell]:
        """What most readers miss in the key."""
        cells = [cell for one in self.readings for cell in _once(one.missing)]
        counts = Counter(map(_key, cells))
        return [cell for cell in _once(cells) if counts[_key(cell)] * 2 > len(self.readings)]

    @property
    def shared(self) -> list[Cell]:
        """What two readers added, and the same."""
        found: list[Cell] = []
        for n, one in enumerate(self.readings):
            for cell in one.extra:
                others = [other for more in self.readings[n + 1 :] for other in more.extra]
                if any(_same(cell, other) for other in others) and not any(_same(cell, had) for had in found):
                    found.append(cell)
        return found

    @property
    def doubts(self) -> list[str]:
        """Why the key is doubtful."""
        return [f"most readers don't give {cell.shown()}" for cell in self.missed] + [
            f"two readers find {cell.shown()}, the key does not" for cell in self.shared
        ]

    @property
    def confirmed(self) -> float:
        """Share of the key's values that most readers give."""
        wanted = len(self.readings[0].right) + len(self.readings[0].missing) if self.readings else 0
        return 1 - len(self.missed) / wanted if wanted else float(bool(self.readings))


def extraction_judge(kinds: Mapping[str, Asking]) -> Flow:
    """Return the judge of extractions: blind readers, and a referee where judgement decides."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        desk = scene.notes["desk"] = Collator(pair, kinds[pair.kind], scene.random)

        seats: list[Seat | Program] = [
            Program("collator", desk.speak, "hands out the text"),
            Seat(READER, schema=desk.schema),
        ]
        return Staging(
            "A text is to be read.", seats, in_turn(READER.name, "collator", lambda: desk.is_over, program_first=True)
        )

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        pair, desk = scene.record, scene.notes["desk"]
        assert isinstance(pair, Pair)
        form = kinds[pair.kind].form
        assert isinstance(form, Extraction)
        held = "; ".join(desk.said)
        if form.is_closed:
            doubts = desk.doubts
            seen = f"{len(desk.said)} blind readings: {held}" if not doubts else f"{'; '.join(doubts[:4])} ({held})"
            scene.notes["findings"] = [Finding("blind_agreement", not doubts, seen, "model")]
            return []
        enough = desk.confirmed >= CONFIRMED
        seen = f"{desk.confirmed:.0%} of the key confirmed by {len(desk.said)} blind readings: {held}"
        findings = [Finding("blind_agreement", enough, seen, "model")]
        if enough and not scene.small:
            findings += await _settled(scene, pair, desk)
        scene.notes["findings"] = findings
        return []

    return Flow("check", direct, harvest, (Kind("examination", ""),))


async def _settled(scene: Scene, pair: Pair, desk: Collator) -> list[Finding]:
    """Ask the referee about what the answer has and others did not find, and what two found that it lacks."""
    facts, answer = pair.instruction.facts, words_of(pair.messages[-1])
    shape = shape_of_facts(facts)
    form = desk.kind.form
    value = form.found(answer, facts)
    own = compare(value, facts["key"], shape) if value is not None else None
    doubted = [
        *(own.extra if own else ()),
        *(c for one in desk.readings for c in one.missing if own and c in own.right),
    ]
    values = list(dict.fromkeys(str(_bare(cell)) for cell in (*doubted, *desk.shared)))[:DIFFERENCES]
    if not values:
        return []
    listed = "\n".join(f"- {value}" for value in values)
    task = (
        f"{shown(text_of(pair.instruction.passage))}\n\nThe request:\n{facts['ask']}\n\nThe answer:\n{answer}\n\n"
        f"Values on which careful readers differed, some of them in the answer and some not:\n{listed}"
    )
    reply = json.loads(await scene.ask(Seat(REFEREE, schema=_SETTLED), task))
    mine = {str(_bare(cell)) for cell in doubted}
    struck = [one for one in reply["values"] if not one["belongs"] and one["value"] in mine]
    said = "; ".join(f"{one['value']!r}: {one['because']}" for one in struck[:3]) or f"{len(values)} values settled"
    return [
        Finding("values_belong", not struck, said, "model"),
        Finding("request_served", reply["serves"], reply["because"], "model"),
    ]


def _bare(cell: Cell) -> Any:
    return cell.value["value"] if isinstance(cell.value, Mapping) else cell.value


def _difference(held: Compared) -> str:
    said = [f"without {cell.shown()}" for cell in held.missing[:2]] + [
        f"with {cell.shown()}" for cell in held.extra[:2]
    ]
    more = len(held.missing) + len(held.extra) - len(said)
    return ", ".join(said) + (f" and {more} more" if more else "")


def _once(cells: Sequence[Cell]) -> list[Cell]:
    return list({_key(cell): cell for cell in cells}.values())


def _key(cell: Cell) -> str:
    return f"{cell.place} {json.dumps(_bare(cell), ensure_ascii=False, default=str)}"


def _same(one: Cell, other: Cell) -> bool:
    return one.field.name == other.field.name and same_value(one.value, other.value, one.field)
