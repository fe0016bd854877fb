"""What a program sees in drafts before they are sent: a user who says too much, an answer that can't be sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from teams.conversation.said import figures, folded, holds, same_figure
from teams.conversation.turns import Turn
from teams.engine.checks.chatter import chatter, closing, cut_off, preamble, refusals
from teams.engine.checks.copying import copied_runs, copied_share
from teams.engine.checks.leaks import points_inside
from teams.engine.demands import Demand, content_of, faults_of
from teams.engine.flow import Scene
from teams.engine.tongue import is_in
from tools.counting import word_count

if TYPE_CHECKING:
    from teams.conversation.talking import Exchange

MOST_WORDS = 90
"""Words of a follow-up: people who talk don't write letters."""
ECHO = 7
"""So many words in a row said before: who leans on them doesn't repeat them."""
SAID_BEFORE = 0.6
"""Share of an answer that may be taken from earlier ones word by word, where nobody asked for the same again."""
_FEW_WORDS = 30
"""Shorter answers are alike by nature."""
_ROLE = re.compile(
    r"^\W{0,3}(?:\d{1,2}\W{1,3})?(?:user|assistant|human|ai|nutzer|benutzer|assistent|utilisateur|usuario|asistente|utente|assistente)\W{0,3}[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_SERVES = re.compile(
    r"how (?:can|may) i (?:help|assist)|what can i do for you|i(?:['’]d| would) be (?:happy|glad) to (?:help|assist)"
    r"|(?:wie|womit) kann ich (?:ihnen|dir) (?:helfen|behilflich)|comment puis-je vous aider|en qué puedo ayudar"
    r"|come posso aiutar|como posso ajudar|hoe kan ik (?:u|je) helpen",
    re.IGNORECASE,
)
TOLD = frozenset({"doubt", "correct", "check", "settle", "change", "tell", "add"})
"""Sorts of turn that may hold what their answer gives: an observation, a new value."""
TELLING = 4
"""Letters of a key from which it gives anything away; yes and no stand in any sentence."""
ASKS = re.compile(r"[?？؟](?=[\s*_\"”»)\]]*(?:$|\s))")
"""A question, by its mark."""


def speaks_for_other(words: str) -> str | None:
    """Return the label of a speaker that stands before a line, as when one side writes the other's part too."""
    found = _ROLE.search(words)
    return found.group().strip() if found else None


def speaks_as_assistant(message: str) -> str | None:
    """Return the words by which a user speaks as if they were the one who helps."""
    if found := _SERVES.search(message):
        return found.group()
    if refused := refusals(message):
        return refused[0]
    return preamble(message) or closing(message)


def gives_away(message: str, turn: Turn, told: str) -> bool:
    """Say whether a user's message holds the answer that it asks for and that nobody has said yet."""
    if len(turn.key) < TELLING or turn.sort in TOLD:
        return False
    asked = figures(turn.key)
    if asked:
        known = figures(told)
        fresh = [figure for figure in asked if not any(same_figure(figure, other) for other in known)]
        return any(same_figure(figure, other) for figure in fresh for other in figures(message))
    return holds(turn.key, message) and not holds(turn.key, told)


def said_so_far(held: Sequence[Exchange]) -> str:
    return "\n".join(f"{exchange.user}\n{exchange.answer}" for exchange in held)


def message_faults(message: str, turn: Turn, held: Sequence[Exchange], scene: Scene) -> Iterator[str]:
    """Yield what keeps a message of the user from being sent, as words to whoever plays them."""
    words = message.strip()
    if not words:
        yield "it is empty"
        return
    told = said_so_far(held)
    if word_count(words) > MOST_WORDS:
        yield f"it has {word_count(words)} words; a follow-up is short"
    yield from (f"it has to say {value!r}" for value in turn.says if not holds(value, words))
    yield from (
        f"it says {value!r}, which the assistant has to know by itself" for value in turn.uses if holds(value, words)
    )
    if gives_away(words, turn, told):
        yield "it gives the answer away"
    if turn.leans and (runs := copied_runs(words, told, run=ECHO)):
        yield f"it repeats {runs[0].text!r}; point at it instead, as one who is in the middle of a talk"
    if any(folded(words) == folded(exchange.user) for exchange in held):
        yield "the same was said before"
    yield from _out_of_part(words, scene)


def _out_of_part(words: str, scene: Scene) -> Iterator[str]:
    if label := speaks_for_other(words):
        yield f"write your own words only, without {label!r}"
    if served := speaks_as_assistant(words):
        yield f"{served!r} is what one who helps would say; you are the one who asks"
    yield from (f"it speaks of how this is made: {fault!r}" for fault in points_inside(words))
    if scene.language and is_in(words, scene.language) is False:
        yield f"it is not in {scene.language}"


def answer_faults(answer: str, held: Sequence[Exchange], forms: Sequence[Demand], scene: Scene) -> Iterator[str]:
    """Yield what keeps an answer from being sent; what it should say only the checks know."""
    if not answer:
        yield "it is empty"
        return
    for form in forms:
        yield from (
            f"the form asked for ({form.statement!r}) is not kept: {fault}" for fault in faults_of(answer, form)
        )
    content = content_of(answer, forms)
    asks = bool(ASKS.search(content[-200:]))
    # A question that leads on closes an answer rightly; an offer doesn't.
    yield from (f"leave out {fault}" for fault in chatter(content) if not (asks and fault.startswith("closes")))
    if label := speaks_for_other(content):
        yield f"speak for yourself only, without {label!r}"
    if not forms and (cut := cut_off(content)):
        yield f"it is not finished: it {cut}"
    if repeated := says_again(content, held):
        yield repeated
    if scene.language and is_in(content, scene.language) is False:
        yield f"it is not in {scene.language}"


def says_again(answer: str, held: Sequence[Exchange]) -> str:
    """Say what is wrong with an answer that repeats earlier ones though nobody asked for the same again; '' if none."""
    turn = held[-1].turn
    earlier = [exchange.answer for exchange in held[:-1] if exchange.answer]
    if not earlier or (turn.kind and turn.kind.repeats):
        return ""
    if any(folded(answer) == folded(one) for one in earlier):
        return "word by word it is what was said before"
    share = max(copied_share(answer, one) for one in earlier)
    if word_count(answer) > _FEW_WORDS and share > SAID_BEFORE:
        return f"{share:.0%} of it was said before in the same words; say what is new"
    return ""
