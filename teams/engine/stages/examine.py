"""The examination of a pair: solvers who don't know the key sit it blind; what no key holds is read by an examiner.

Blind answers come one after the other until most agree, each on a paper in another order. Where the key is a few words,
a grader says whether the answer gives it in other words. An open answer goes to an examiner, and so do the reasons of
one that says clearly more than its key: the key may be right and the reasons invented. Both who judge quote the answer,
and a program looks whether it says so. A small model's opinion is worth less than the programs' (measured on 1.5B): it
sits papers, but neither grades nor examines.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.flow import Flow, Kind, Scene, Seat, Staging
from teams.engine.records import Pair, Record
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import Form, closed
from teams.engine.stages.grade import ANSWER, CLAIMS, EXAMINER, GRADER, SAME, WORTH, answer_read, examined, task_of
from teams.engine.stages.invigilate import GIVEN_UP, Invigilator, sitting
from teams.engine.stages.material import shown
from teams.engine.stages.refine import UNANSWERABLE
from teams.engine.talk import Talk
from teams.engine.verdict import Finding

RECKONING = "calculator"
"""The tool that those who sit a paper may use, where the kind's answerer may."""


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
            return Staging(task_of(pair), [Seat(EXAMINER, schema=closed({**CLAIMS, **WORTH}))])
        reckons = RECKONING in kind.tools and not scene.small
        desk = scene.notes["desk"] = Invigilator(pair, kind, scene.random, reckons=reckons)
        return sitting(desk, scene.bench(RECKONING) if reckons else None)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        pair, desk = scene.record, scene.notes.get("desk")
        assert isinstance(pair, Pair)
        seen = scene.notes["seen"]
        if desk is None:
            findings = list(examined(pair, talk.value(EXAMINER.name)))
            scene.notes["findings"] = [*seen, *findings, *await _looked(last, scene, pair, findings)]
            return []
        findings = [await _counted(scene, pair, kinds[pair.kind].form, desk)]
        if findings[0].passed:
            findings += await answer_read(scene, pair, kinds[pair.kind])
        elif doubted:
            findings += await doubted(scene, pair, desk)
        if further and all(finding.passed for finding in findings):
            findings += await further(scene, pair, desk)
        scene.notes["findings"] = [*seen, *findings, *await _looked(last, scene, pair, findings)]
        return []

    return Flow("check", direct, harvest, (Kind("examination", ""),))


def _is_closed_to_strangers(pair: Pair, desk: Invigilator) -> bool:
    """Did those who saw no text give a question up that can be answered from it?"""
    facts = pair.instruction.facts
    given_up = desk.said.count(GIVEN_UP)
    return not facts["shows_text"] and facts.get("answerable", True) and 2 * given_up > len(desk.said)


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
        reply = json.loads(await scene.ask(Seat(GRADER, schema=closed(SAME)), task))
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
