"""The examination of a pair: solvers who don't know the key sit it blind; what no key holds is read by an examiner.

Blind answers come one after the other until most agree, each on a paper in another order. Where the key is a few words,
a grader says whether the answer gives it in other words. An open answer goes to an examiner, and so do the reasons of
one that says clearly more than its key: the key may be right and the reasons invented. Both who judge quote the answer,
and a program looks whether it says so. A small model's opinion is worth less than the programs' (measured on 1.5B): it
sits papers, but neither grades nor examines.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from agents.models.forms import dump
from teams.engine.checks.conversation import words_of
from teams.engine.checks.quotes import locate
from teams.engine.demands import content_of
from teams.engine.flow import Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Pair, Record
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import CHOICE, Form, Paper, closed, several, text
from teams.engine.stages.material import shown, text_of
from teams.engine.stages.message import demands_of
from teams.engine.stages.refine import UNANSWERABLE
from teams.engine.stages.words import script
from teams.engine.talk import Talk, in_turn
from teams.engine.verdict import Finding
from tools.bench import Bench

GIVEN_UP = "can't be answered"
ANSWER = "answer"
"""The tag around an answer that is read."""
SITTINGS = 3
"""Blind answers at most; two that agree decide."""
SOLVER = script.role("solver", hears=("invigilator",), forgetful=True, tool_rounds=6, max_tokens=900, temperature=0.7)
RECKONING = "calculator"
"""The tool that those who sit a paper may use, where the kind's answerer may."""
IN_THE_END = "When you have worked it out, reply with JSON of this schema and nothing else, no fences:"
GRADER = script.role("grader", hears=("task",), max_tokens=400, temperature=0.0)
EXAMINER = script.role("examiner", hears=("task",), max_tokens=1500, temperature=0.0)
_SAME = {
    "quote": text(0, 300, "the words of the answer that decide it, exactly"),
    "same": {"type": "boolean", "description": "it gives what the key gives"},
}
_TELLING = 8
"""Characters of a quotation that says something: a single word stands in any answer."""
_CLAIM = closed({"quote": text(3, 400, "words of the answer, exactly"), "because": text(5, 300, "what is wrong")})
_POINT = closed(
    {
        "point": text(3, 200, "in short"),
        "quote": text(0, 300, "the words of the answer that make it, exactly; empty if none do"),
        "made": {"type": "boolean"},
    }
)
_CLAIMS = {"unsupported": several(_CLAIM, 0, 4)}
_WORTH = {
    "points": several(_POINT, 0, 6),
    "because": text(5, 400, "what a demanding teacher would say of it"),
    "serves": {"type": "boolean"},
}


@dataclass
class Invigilator:
    """The program that hands out papers and counts."""

    pair: Pair
    kind: Asking
    random: Random
    right: int = 0
    wrong: int = 0
    said: list[str] = field(default_factory=list)
    given: list[Mapping[str, Any]] = field(default_factory=list)
    """What each sitting gave beside its working, in the letters of the question itself."""
    differing: list[Any] = field(default_factory=list)
    """Answers that were given and marked wrong."""
    paper: Paper | None = None
    reckons: bool = False
    """Whoever sits it has a calculator."""

    def speak(self, talk: Talk) -> str:
        """Mark the last paper and hand out the next."""
        if talk[-1].source == SOLVER.name:
            self._mark(talk.value(SOLVER.name))
            if self.is_over:
                return "Time is up."
        facts = self.pair.instruction.facts
        self.paper = self.kind.form.paper(facts, self.random)
        passage = f"{shown(self.pair.instruction.passage.text)}\n\n" if facts["shows_text"] else ""
        # Beside tools an endpoint can't be held to a form: it has to stand on the paper.
        form = f"\n\n{IN_THE_END}\n{dump(self.schema())}" if self.reckons else ""
        return f"{passage}{self.paper.text}{form}"

    @property
    def is_over(self) -> bool:
        most = SITTINGS // 2 + 1
        return self.right >= most or self.wrong >= most or self.right + self.wrong >= SITTINGS

    def _mark(self, reply: Mapping[str, Any]) -> None:
        facts, form = self.pair.instruction.facts, self.kind.form
        assert self.paper
        is_answerable = facts.get("answerable", True)
        if not reply["answerable"] or not is_answerable:
            is_right = reply["answerable"] == is_answerable
        else:
            is_right = form.marked(reply["answer"], facts, self.paper.back)
            self.differing += [] if is_right else [reply["answer"]]
        self.given.append({name: _named(reply[name], self.paper.back) for name in ("answer", *self.paper.beside)})
        self.right, self.wrong = self.right + is_right, self.wrong + (not is_right)
        said = json.dumps(_named(reply["answer"], self.paper.back), ensure_ascii=False)
        self.said.append(said[:80] if reply["answerable"] else GIVEN_UP)

    def schema(self) -> Mapping[str, Any]:
        """The form of the paper that lies on the table."""
        answer = self.paper.answer if self.paper else {"type": "string"}
        thought = text(10, 900, "your working, in short")
        beside = self.paper.beside if self.paper else {}
        return closed({"thought": thought, "answerable": {"type": "boolean"}, "answer": answer, **beside})


def _is_closed_to_strangers(pair: Pair, desk: Invigilator) -> bool:
    """Did those who saw no text give a question up that can be answered from it?"""
    facts = pair.instruction.facts
    given_up = desk.said.count(GIVEN_UP)
    return not facts["shows_text"] and facts.get("answerable", True) and 2 * given_up > len(desk.said)


def _named(answer: Any, back: Mapping[str, str]) -> Any:
    """An answer in the letters of the question itself, for the evidence."""
    if isinstance(answer, list):
        return [_named(one, back) for one in answer]
    if isinstance(answer, dict):
        return {key: _named(one, back) for key, one in answer.items()}
    return back.get(answer, answer) if isinstance(answer, str) else answer


Further = Callable[[Scene, Pair, Invigilator], Awaitable[list[Finding]]]
"""What else a skill asks about a pair that was sat blind: `(scene, pair, the sittings)`."""
Look = Callable[[Scene, Pair], Awaitable[list[Finding]]]


async def _nothing_seen(scene: Scene, pair: Pair) -> list[Finding]:
    return []


def examination(
    kinds: Mapping[str, Asking],
    further: Further | None = None,
    *,
    doubted: Further | None = None,
    first: Look = _nothing_seen,
    last: Look = _nothing_seen,
) -> Flow:
    """Return the judge of a skill whose pairs are questions and answers.

    `first` looks at a pair before anybody is asked, and a failure of it ends the matter: it carries out what can be
    carried out. `doubted` asks about a pair whose key was not confirmed blind. `last` looks at what passed all
    else, and may ask (`scene.ask`).
    """

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        kind = kinds[pair.kind]
        seen = scene.notes["seen"] = await first(scene, pair)
        is_read = kind.form.is_closed or not scene.small
        if not is_read or not all(finding.passed for finding in seen):
            # Set only here and in the harvest: a chat that fails in between must leave no verdict behind.
            scene.notes["findings"] = seen
            return []
        if not kind.form.is_closed:
            return Staging(_task(pair), [Seat(EXAMINER, schema=closed({**_CLAIMS, **_WORTH}))])
        reckons = RECKONING in kind.tools and not scene.small
        desk = scene.notes["desk"] = Invigilator(pair, kind, scene.random, reckons=reckons)
        return _sitting(desk, scene.bench(RECKONING) if reckons else None)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        pair, desk = scene.record, scene.notes.get("desk")
        assert isinstance(pair, Pair)
        seen = scene.notes["seen"]
        if desk is None:
            findings = list(_examined(pair, talk.value(EXAMINER.name)))
            scene.notes["findings"] = [*seen, *findings, *await _looked(last, scene, pair, findings)]
            return []
        findings = [await _counted(scene, pair, kinds[pair.kind].form, desk)]
        if findings[0].passed:
            findings += await _read(scene, pair, kinds[pair.kind])
        elif doubted:
            findings += await doubted(scene, pair, desk)
        if further and all(finding.passed for finding in findings):
            findings += await further(scene, pair, desk)
        scene.notes["findings"] = [*seen, *findings, *await _looked(last, scene, pair, findings)]
        return []

    return Flow("check", direct, harvest, (Kind("examination", ""),))


def _sitting(desk: Invigilator, bench: Bench | None) -> Staging:
    seats: list[Seat | Program] = [
        Program("invigilator", desk.speak, "hands out papers"),
        Seat(SOLVER, schema=desk.schema, bench=bench),
    ]
    return Staging(
        "A paper is to be sat.", seats, in_turn(SOLVER.name, "invigilator", lambda: desk.is_over, program_first=True)
    )


async def _counted(scene: Scene, pair: Pair, form: Form, desk: Invigilator) -> Finding:
    """Say how many sat the paper as the key has it."""
    if desk.wrong >= desk.right and form.in_words and not scene.small:
        await _reread(scene, pair, form, desk)
    held = f"{desk.right} of {len(desk.said)} blind answers agree with the key: {'; '.join(desk.said)}"
    if _is_closed_to_strangers(pair, desk):
        held += "; most of those who saw no text give it up"
    return Finding("blind_agreement", desk.right > desk.wrong and desk.right > 1, held, "model")


async def _reread(scene: Scene, pair: Pair, form: Form, desk: Invigilator) -> None:
    """Have the grader read blind answers whose words are not the key's: they may say the same."""
    assert desk.paper
    key = _lines(form.told(pair.instruction.facts))
    for answer in desk.differing:
        task = f"The question:\n{desk.paper.text}\n\nThe key:\n{key}\n\nThe answer:\n{shown(_lines(answer), ANSWER)}"
        reply = json.loads(await scene.ask(Seat(GRADER, schema=closed(_SAME)), task))
        # Whoever finds the key in an answer has to show where.
        is_same = reply["same"] and locate(reply["quote"], _lines(answer)) is not None
        desk.right, desk.wrong = desk.right + is_same, desk.wrong - is_same


def _lines(said: Any) -> str:
    """An answer or key as it is read: of several, each on its line; what is left empty the text does not say."""
    if not isinstance(said, list):
        return str(said)
    return "\n".join(f"{n}. {one or UNANSWERABLE}" for n, one in enumerate(said, 1))


async def _looked(last: Look, scene: Scene, pair: Pair, findings: Sequence[Finding]) -> list[Finding]:
    return await last(scene, pair) if all(finding.passed for finding in findings) else []


async def _read(scene: Scene, pair: Pair, kind: Asking) -> list[Finding]:
    """Does the answer give the key, and is what it says beside it so? One call at most; none where programs suffice."""
    facts, form = pair.instruction.facts, kind.form
    content = content_of(words_of(pair.messages[-1]), demands_of(facts))
    given = _by_program(scene, pair, kind, content)
    said = _answers(pair) if form.further(facts) else content
    is_examined = not scene.small and bool(facts.get("points") or form.is_explained(said, facts))
    if given and not (given.passed and is_examined):
        return [given]
    if not is_examined:
        graded = await scene.ask(Seat(GRADER, schema=closed(_SAME)), _task(pair, form, text=False))
        return [_graded(pair, json.loads(graded))]
    asked = {**({} if given else _SAME), **_CLAIMS, **(_WORTH if facts.get("points") else {})}
    reply = json.loads(await scene.ask(Seat(EXAMINER, schema=closed(asked)), _task(pair, form)))
    return [given or _graded(pair, reply), *_examined(pair, reply)]


def _by_program(scene: Scene, pair: Pair, kind: Asking, content: str) -> Finding | None:
    """What a program can say of whether the answer gives the key; None: somebody has to read it."""
    facts, form = pair.instruction.facts, kind.form
    is_answerable = facts.get("answerable", True)
    found = form.found(content, facts)
    # Where the form is mere words, an answer may name the key only to deny it: one that says more is read.
    is_plain = form.names_key or scene.small or not form.is_explained(content, facts)
    if is_answerable and is_plain and form.agrees(found, facts):
        return Finding("answer_is_key", True, f"the answer gives the key: {_short(facts['key'])}")
    if form.how(facts) and is_answerable:
        return Finding("answer_is_key", False, f"the answer gives {_short(found)}, the key is {_short(facts['key'])}")
    if scene.small:
        return Finding("answer_is_key", False, f"the answer does not give the key: {_short(facts.get('key'))}")
    return None


def _graded(pair: Pair, reply: Mapping[str, Any]) -> Finding:
    """What a reader says of answer and key. Whoever finds the key in an answer has to show where."""
    stands = _stands(reply["quote"], pair)
    read = f"read as {'the' if reply['same'] else 'not the'} key: {_short(reply['quote'], 160)!r}"
    lost = "" if stands or not reply["same"] else " (not words of the answer)"
    seen = f"{read}{lost} against {_short(pair.instruction.facts.get('key'))}"
    return Finding("answer_is_key", reply["same"] and stands, seen, "model")


def _read_out(pair: Pair) -> str:
    """A conversation of several questions, as its reader sees it after the text; the key has an answer for each."""
    later = [f"{message['role']}: {words_of(message)}" for message in pair.messages[1:]]
    return "\n".join(later)


def _short(value: Any, most: int = 120) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return said if len(said) <= most else f"{said[: most - 1]}…"


def _task(pair: Pair, form: Form | None = None, *, text: bool = True) -> str:
    """What a reader is shown: the text, if the question has one, the question, what its author knows, the answer."""
    facts = pair.instruction.facts
    parts = [shown(text_of(pair.instruction.passage))] if text and facts["shows_text"] else []
    parts.append(f"The question:\n{facts['ask']}")
    if form:
        is_answerable = facts.get("answerable", True)
        told = _short(form.told(facts), 600) if is_answerable else str(facts.get("why_not") or UNANSWERABLE)
        parts.append(f"The key: {told}")
    if text and (points := "\n".join(f"- {point}" for point in facts.get("points", ()))):
        parts.append(f"Points a good answer makes:\n{points}")
    said = _answers(pair) if len(pair.messages) == 2 else _read_out(pair)
    return "\n\n".join([*parts, f"The answer:\n{shown(said, ANSWER)}"])


def _answers(pair: Pair) -> str:
    return "\n\n".join(words_of(message) for message in pair.messages if message["role"] == "assistant")


def claims_form() -> Mapping[str, Any]:
    """Return the form in which an examiner lists what in an answer is unsupported."""
    return closed(_CLAIMS)


def claims_read(pair: Pair, reply: Mapping[str, Any]) -> list[Finding]:
    """Return what an examiner found, where its form is `claims_form`."""
    return list(_examined(pair, reply))


def task_for_reader(pair: Pair) -> str:
    """Return what an examiner is shown: the question, its key and the answer."""
    return _task(pair, CHOICE)


def _examined(pair: Pair, reply: Mapping[str, Any]) -> Iterator[Finding]:
    # A complaint counts only if it quotes what the answer really says, and so does a point that is said to be made.
    wrong = [claim for claim in reply["unsupported"] if _stands(claim["quote"], pair)]
    seen = (
        "; ".join(f"{claim['quote']!r}: {claim['because']}" for claim in wrong[:3]) or "nothing unsupported was found"
    )
    lost = len(reply["unsupported"]) - len(wrong)
    yield Finding("answer_supported", not wrong, f"{seen}{f' ({lost} quote no words of it)' * bool(lost)}", "model")
    if "serves" not in reply:
        return
    made = [
        point["made"] and len(point["quote"].strip()) >= _TELLING and _stands(point["quote"], pair)
        for point in reply["points"]
    ]
    missed = [point["point"] for point, is_made in zip(reply["points"], made, strict=True) if not is_made]
    # Points passed over are points missed: silence about them is no praise.
    asked = max(len(pair.instruction.facts.get("points", ())), len(made))
    enough = not asked or sum(made) > asked / 2
    seen = f"{sum(made)} of {asked} points" + (f"; missing: {missed[:3]}" * bool(missed))
    yield Finding("points_made", enough, seen, "model")
    yield Finding("question_served", reply["serves"], reply["because"], "model")


def _stands(quote: str, pair: Pair) -> bool:
    """Are these words of the answer, be they printed in another way, or without the marks of its format?"""
    answer, demands = _answers(pair), demands_of(pair.instruction.facts)
    contents = [content_of(words_of(message), demands) for message in pair.messages if message["role"] == "assistant"]
    bare = answer.replace('\\"', '"').replace("\\n", "\n")  # as JSON says it
    said = dict.fromkeys((answer, *contents, bare))
    return bool(quote.strip()) and any(locate(quote, one, any_case=True) is not None for one in said)
