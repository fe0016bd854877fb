"""Render a chat by a Jinja template, as transformers would, and know which of its characters somebody said.

The template is rendered twice: as it is, which is what a model reads when it is used, and with each text that was said
between marks (`marks`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import jinja2
import jinja2.ext
import jinja2.sandbox

from training.chats import Call, Chat, Message
from training.errors import Dropped
from training.marks import REASONING, Marks, Rendered, laid

_TODAY = datetime(2024, 7, 26)
"""What templates that ask for the date are told: the same rows must give the same tokens tomorrow."""


class _Generation(jinja2.ext.Extension):
    """`{% generation %}` marks answers for other trainers; here it does nothing."""

    tags = {"generation"}  # noqa: RUF012 - Jinja's own type of it

    def parse(self, parser: Any) -> Any:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _refuse(reason: str) -> None:
    raise jinja2.TemplateError(reason)


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """JSON as transformers' own filter writes it: Jinja's would escape `<` and `&` for HTML."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


@lru_cache(maxsize=32)
def compiled(text: str) -> jinja2.Template:
    """Return the template, as transformers would compile it: templates come from strangers, so it runs in a sandbox.

    Raise `jinja2.TemplateSyntaxError`.
    """
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, jinja2.ext.loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = _TODAY.strftime
    return environment.from_string(text)


def specials_of(tokenizer: Any) -> dict[str, str]:
    """Return a tokenizer's special tokens by the names templates know them by."""
    return {name: str(token) for name, token in tokenizer.special_tokens_map.items() if not isinstance(token, list)}


class Renderer:
    """One template with the special tokens of one tokenizer, by name; `risky` finds control tokens in a text."""

    def __init__(self, text: str, specials: Mapping[str, str], risky: re.Pattern[str]) -> None:
        self.text = text
        self._specials = dict(specials)
        self._risky = risky
        self._reasons = self._as_json = False
        self._reasons = self._shows_thoughts()
        self._as_json = self._needs_json()

    def render(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]], prompt: bool, thinks: bool = True
    ) -> str:
        """Return the text; `prompt` adds the head of an answer to come, which opens no thought if not `thinks`.

        Raise `Dropped` if the template refuses.
        """
        return self._render([self._given(m) for m in messages], list(tools), prompt, thinks)

    def lay(self, chat: Chat, prompt: bool = False) -> Rendered:
        """Return the text of a chat and where its contents are. Raise `Dropped` if the template loses or alters one."""
        messages = [self._given(message) for message in chat.messages]
        tools = list(chat.tools)
        text = self._render(messages, tools, prompt)
        marks = Marks(text, self._risky)
        try:
            marked = [marks.message(message, number) for number, message in enumerate(messages)]
            listed = [marks.tool(tool) for tool in tools]
        except RecursionError:
            raise Dropped("it is nested too deep") from None
        shown = self._render(marked, listed, prompt)
        return Rendered(text, tuple(laid(marks.pieces(shown), text)))

    def _given(self, message: Message) -> dict[str, Any]:
        """Return the message as templates expect it: calls with their arguments as an object, as transformers asks.

        Answers lose the white space around them: nobody wants it learned, and it grows together with what the
        template writes beside it, so that an answer in a later prompt would be other tokens than the one trained.
        """
        content, reasoning = message.content, message.reasoning
        if message.role == "assistant":
            content = content.strip()
            if self._reasons and not reasoning:
                reasoning, content = _thought(content)
        given: dict[str, Any] = {"role": message.role, "content": content}
        if reasoning:
            given |= dict.fromkeys(REASONING, reasoning)
        if message.calls:
            given["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": self._arguments(call.arguments)},
                }
                for call in message.calls
            ]
        if message.role == "tool":
            given["tool_call_id"] = message.call_id
        if message.name:
            given["name"] = message.name
        return given

    def _shows_thoughts(self) -> bool:
        """Return whether an answer's thoughts have a place of their own."""
        try:
            text = self.render((Message("user", "?"), Message("assistant", "!", reasoning="Seventeen.")), (), False)
        except Dropped:
            return False
        return "Seventeen." in text

    def _needs_json(self) -> bool:
        """Return whether calls can be written only if their arguments are given as text, as older templates ask."""
        call = Message("assistant", "", (Call("abcdefgh1", "look", "{}"),))
        try:
            self.render((Message("user", "Look."), call), (), False)
        except Dropped as dropped:
            return dropped.reason.startswith("the template fails")
        return False

    def _arguments(self, text: str) -> dict[str, Any] | str:
        found = _object(text)
        return json.dumps(found, ensure_ascii=False) if self._as_json else found

    def _render(self, messages: list[dict[str, Any]], tools: list[Any], prompt: bool, thinks: bool = True) -> str:
        unsaid = {} if thinks else {"enable_thinking": False, "thinking": False}
        given = {**self._specials, **unsaid, "messages": messages, "tools": tools or None, "documents": None}
        try:
            return compiled(self.text).render(given, add_generation_prompt=prompt)
        except jinja2.TemplateError as error:
            raise Dropped(f"the template refuses it: {(str(error).splitlines() or ['?'])[0][:100]}") from None
        except Exception as error:  # a template is a stranger's program
            raise Dropped(f"the template fails on it: {type(error).__name__} {str(error)[:80]}") from None


def _thought(content: str) -> tuple[str, str]:
    """Part `<think>…</think>` from the words after it, for templates that have a place for it."""
    found = re.match(r"\s*<think>(.*?)</think>\s*", content, re.DOTALL)
    return (found[1].strip(), content[found.end() :]) if found else ("", content)


def _object(arguments: str) -> dict[str, Any]:
    try:
        found = json.loads(arguments or "{}")
        json.dumps(found, allow_nan=False)  # Python reads NaN, and 1e999; nobody else would read what it writes of them
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Dropped("a call's arguments are no JSON object")
    return found
