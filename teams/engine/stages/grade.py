"""Those who read an answer: what they are shown, the form of what they say, and what of it counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from teams.engine.checks.conversation import words_of
from teams.engine.checks.quotes import locate
from teams.engine.demands import content_of
from teams.engine.flow import Scene, Seat
from teams.engine.records import Pair
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import CHOICE, Form, closed, several, text
from teams.engine.stages.material import shown, text_of
from teams.engine.stages.message import demands_of
from teams.engine.stages.refine import UNANSWERABLE
from teams.engine.stages.words import script
from teams.engine.verdict import Finding

ANSWER = "answer"
"""The tag around an answer that is read."""
GRADER = script.role("grader", hears=("task",), max_tokens=400, temperature=0.0)
EXAMINER = script.role("examiner", hears=("task",), max_tokens=1500, temperature=0.0)
SAME = {
    "quote": text(0, 300, "the words of the answer that decide it, exactly"),
    "same": {"type": "boolean", "description": "it gives what the key gives"},
}
"""What a grader says of answer and key."""
_TELLING = 8
"""Characters of a quotation that says something: a single word stands in any answer."""
_CLAIM = closed({"quote": text(3, 400, "words of the answer, exactly"), "because": text(5, 300, "what is wrong")})
_POINT = closed(
    {
        "point": text(3, 200, "in short"),
        "quote": text(0, 300, "the words of the answer that make it, exactly, a clause at least; empty if none do"),
        "made": {"type": "boolean"},
    }
)
CLAIMS = {"unsupported": several(_CLAIM, 0, 4)}
"""What an examiner says against an answer."""
WORTH = {
    "points": several(_POINT, 0, 6),
    "because": text(5, 400, "what a demanding teacher would say of it"),
    "serves": {"type": "boolean"},
}
"""What an examiner says of the worth of an open answer."""


async def answer_read(scene: Scene, pair: Pair, kind: Asking) -> list[Finding]:
    """Does the answer give the key, and is what it says beside it so? One call at most; none where programs suffice."""
    facts, form = pair.instruction.facts, kind.form
    content = content_of(words_of(pair.messages[-1]), demands_of(facts))
    given = _by_program(scene, pair, kind, content)
    said = _answers(pair) if form.further(facts) else content
    is_examined = not scene.small and bool(facts.get("points") or form.is_explained(said, facts))
    if given and not (given.passed and is_examined):
        return [given]
    if not is_examined:
        graded = await scene.ask(Seat(GRADER, schema=closed(SAME)), task_of(pair, form, text=False))
        return [graded_by(pair, json.loads(graded))]
    asked = {**({} if given else SAME), **CLAIMS, **(WORTH if facts.get("points") else {})}
    reply = json.loads(await scene.ask(Seat(EXAMINER, schema=closed(asked)), task_of(pair, form)))
    return [given or graded_by(pair, reply), *examined(pair, reply)]


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


def graded_by(pair: Pair, reply: Mapping[str, Any]) -> Finding:
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


def task_of(pair: Pair, form: Form | None = None, *, text: bool = True) -> str:
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
    return closed(CLAIMS)


def claims_read(pair: Pair, reply: Mapping[str, Any]) -> list[Finding]:
    """Return what an examiner found, where its form is `claims_form`."""
    return list(examined(pair, reply))


def task_for_reader(pair: Pair) -> str:
    """Return what an examiner is shown: the question, its key and the answer."""
    return task_of(pair, CHOICE)


def examined(pair: Pair, reply: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what an examiner found, its form `CLAIMS` with or without `WORTH`."""
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
