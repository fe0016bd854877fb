"""Find out how a template ends an answer, and whether it shows what a system turn says, by trying it.

Answers and calls have ends of their own: `</tool_call><|im_end|>` closes a call where `<|im_end|>` closes words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile

from training.chats import Call, Chat, Message
from training.errors import Dropped, UsageError
from training.marks import Rendered
from training.render import Renderer
from training.spell import Control, Controls
from training.templates import BUILT_IN

_ASKED = Message("user", "Which way?")
_ANSWER = Message("assistant", "This way.")
_CALL = Message("assistant", "", (Call("abcdefgh1", "look", '{"at": "map"}'),))
_FOUND = Message("tool", "a map", call_id="abcdefgh1")
_LOOK = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Look at something.",
        "parameters": {"type": "object", "properties": {"at": {"type": "string", "description": "what"}}},
    },
}
_BETTER = f"choose another model.template: {', '.join(BUILT_IN)}, or a Jinja file"


@dataclass(frozen=True, slots=True)
class Ends:
    """The control tokens, by id, that follow the last word of an answer and of a call, up to the one that stops."""

    answer: tuple[int, ...]
    call: tuple[int, ...]
    """Empty: the template has no calls."""


def ends_of(name: str, renderer: Renderer, controls: Controls) -> Ends:
    """Return the ends of a template's turns. Raise `UsageError` if it has none, or leaves out the system turn."""
    try:
        answer = _tail(renderer, controls, Chat("", (_ASKED, _ANSWER)), _ASKED)
    except Dropped as dropped:
        raise UsageError(f"the template {name} can't be used: {dropped.reason}; {_BETTER}") from None
    if not answer:
        raise UsageError(
            f"the template {name} writes no end token after an answer, so none would be learned; {_BETTER}"
        )
    try:
        renderer.lay(Chat("", (Message("system", "Be brief."), _ASKED, _ANSWER)))
    except Dropped as dropped:
        if "leaves out" in dropped.reason:
            raise UsageError(f"the template {name} drops the system turn; {_BETTER}") from None
        if "refuses" not in dropped.reason:  # one that refuses is safe: a chat with such a turn is dropped and counted
            raise UsageError(f"the template {name} can't show a system turn: {dropped.reason}; {_BETTER}") from None
    try:
        call = _tail(renderer, controls, Chat("", (_ASKED, _CALL), (_LOOK,)), _FOUND)
    except Dropped:
        call = ()
    return Ends(answer, call)


def _tail(renderer: Renderer, controls: Controls, chat: Chat, further: Message) -> tuple[int, ...]:
    """Return what ends the last turn, wherever it stands; if a further message changes that, what ends it as the last.

    Some templates close the whole text with a token more, and some end a turn otherwise once another follows.
    """
    alone = renderer.lay(chat)
    last = _after(alone, len(chat.messages) - 1, controls)
    try:
        longer = renderer.lay(replace(chat, messages=(*chat.messages, further)))
    except Dropped:
        longer = alone
    followed = _after(longer, len(chat.messages) - 1, controls)
    same = [mine for mine, its in takewhile(lambda pair: pair[0][2] == pair[1][2], zip(last, followed, strict=False))]
    if same and len(same) < len(last) and not alone.text[same[-1][1] : last[len(same)][0]].strip():
        last = same  # nothing was said after it: the turn had ended there
    return tuple(control.id for _, _, control in last)


def _after(rendered: Rendered, message: int, controls: Controls) -> list[tuple[int, int, Control]]:
    """Return the control tokens after a message's last word."""
    return list(controls.written(rendered, rendered.said(message)))
