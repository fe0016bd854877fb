"""The paper's text form of a tool-use conversation, `ACTION_TYPE / ACTION`, written and read back exactly.

Results come as user turns, calls and endings as two lines of text:

    ACTION_TYPE : API_CALL
    ACTION: lend_book(book_id="B-102", days=14)

    ACTION_TYPE : STOP
    ACTION: FINAL_ANSWER("It is due on 18 March 2024.")

Values are JSON literals and names that are no plain words are JSON strings, so that every action parses back to
what it was. The two lines end the turn; what stands before them is the assistant's thought.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TYPE = "ACTION_TYPE : "
ACTION = "ACTION: "
CALL, STOP = "API_CALL", "STOP"
ENDINGS = {"final_answer": "FINAL_ANSWER", "failed": "FAILED"}
"""How a conversation ends, by its outcome."""
RESULT = "API_RESULT: "

_SYSTEM = """\
You help the user by calling the functions of an API. At every step make one of two choices.

Choice 1: call one function. Write these two lines, then stop and wait; the next message brings the result.
ACTION_TYPE : API_CALL
ACTION: function_name(parameter_name=value, another_parameter_name=value)
Values are JSON: text in double quotes, numbers, true, false, null, [lists] and {"objects": "too"}. Use only functions \
and parameters of the list below, and only values that the user gave, that a call returned, or that follow from those.

Choice 2: end. Write these two lines.
ACTION_TYPE : STOP
ACTION: FINAL_ANSWER("what the user wanted to know or have done")
or, when no function suits, or a value you need was not given and cannot be found,
ACTION: FAILED("the reason")

Call one function at a time. A short thought may stand before the two lines, nothing after them. To ask the user for \
something that is missing, write plain text without an action.

The functions, one a line:
"""
_NAME = re.compile(r"[^\W\d][\w.-]*")
_decoder = json.JSONDecoder()


class ActionError(ValueError):
    """A text is not a well-formed action, or something can't be written as one: says where and what would be right."""


@dataclass(frozen=True)
class Action:
    """One choice of the assistant: a call, or an ending."""

    name: str
    """Function called; for an ending `FINAL_ANSWER` or `FAILED`."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Of a call."""
    value: str = ""
    """Of an ending: the answer, or the reason."""
    ends: bool = False
    thought: str = ""
    """What stands before the two lines."""

    def __str__(self) -> str:
        """Write the action. Raise `ActionError` for what JSON can't hold: NaN, infinities, keys that are no strings."""
        if self.ends:
            lines = f"{TYPE}{STOP}\n{ACTION}{self.name}({_literal(self.value)})"
        else:
            given = ", ".join(f"{_word(key)}={_literal(value)}" for key, value in self.arguments.items())
            lines = f"{TYPE}{CALL}\n{ACTION}{_word(self.name)}({given})"
        return f"{self.thought}\n{lines}" if self.thought else lines


def parse_action(text: str) -> Action | None:
    """Read an assistant's turn. Return None for plain text without an action, such as a question to the user.

    Raise `ActionError` for a turn that means to act and does not keep the form.
    """
    # Only "\n" parts lines: a JSON string may hold the other separators Unicode knows.
    *before, kind, action = ["", *text.split("\n")] if "\n" in text else ["", text]
    if not kind.startswith(TYPE) or not action.startswith(ACTION):
        if any(line.startswith((TYPE.strip(), ACTION.strip())) for line in text.split("\n")):
            raise ActionError(f"an action is the last two lines of a turn: '{TYPE}…' and '{ACTION}…'")
        return None
    thought = "\n".join(before[1:])
    words = action.removeprefix(ACTION)
    if kind == TYPE + CALL:
        name, arguments = _read_call(words)
        return Action(name, arguments, thought=thought)
    if kind == TYPE + STOP:
        name, value = _read_ending(words)
        return Action(name, value=value, ends=True, thought=thought)
    raise ActionError(f"{kind!r}: the action's type is {CALL} or {STOP}")


def to_action_text(
    messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]], outcome: str
) -> list[dict[str, str]]:
    """Rewrite a conversation with structured calls in the paper's form.

    `messages` and `tools` are OpenAI's; `outcome` is `final_answer` or `failed` and names the ending. What a system
    message said stands before ours. Raise `ActionError` for a conversation that has no such form: two calls in one
    turn, arguments that are no JSON object, no closing words.
    """
    if outcome not in ENDINGS:
        raise ActionError(f"outcome {outcome!r}; there are: {', '.join(ENDINGS)}")
    if not messages or messages[-1].get("role") != "assistant" or messages[-1].get("tool_calls"):
        raise ActionError("the conversation does not end with the assistant's words")
    own = [str(m.get("content") or "") for m in messages if m.get("role") == "system"]
    written = [{"role": "system", "content": "\n\n".join([*filter(None, own), system_message(tools)])}]
    talk = [message for message in messages if message.get("role") != "system"]
    for message in talk[:-1]:
        written.append(_turn(message))
    last = Action(ENDINGS[outcome], value=str(talk[-1].get("content") or ""), ends=True)
    return [*written, {"role": "assistant", "content": str(last)}]


def system_message(tools: Sequence[Mapping[str, Any]]) -> str:
    """Return the role, the two choices of every step, and the list of functions, one JSON object a line."""
    return _SYSTEM + "\n".join(_listed(tools))


def _listed(tools: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for tool in tools:
        function = tool.get("function", tool)
        yield json.dumps(
            {k: function[k] for k in ("name", "description", "parameters") if k in function}, ensure_ascii=False
        )


def _turn(message: Mapping[str, Any]) -> dict[str, str]:
    role, words, calls = message.get("role"), str(message.get("content") or ""), message.get("tool_calls")
    if role == "tool":
        return {"role": "user", "content": RESULT + words}
    if role == "user":
        return {"role": "user", "content": words}
    if role != "assistant":
        raise ActionError(f"a message of {role!r} has no place in the text form")
    if calls:
        return {"role": "assistant", "content": str(_action_of(calls, words.strip("\n")))}
    if parse_action(words) is not None:
        raise ActionError("plain words of the assistant read as an action")
    return {"role": "assistant", "content": words}


def _action_of(calls: Sequence[Mapping[str, Any]], thought: str) -> Action:
    if len(calls) != 1:
        raise ActionError(f"{len(calls)} calls in one turn; the form has one action a turn")
    function = calls[0].get("function") or {}
    raw = function.get("arguments")
    try:
        arguments = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError as error:
        raise ActionError(f"arguments of {function.get('name')!r} are no JSON: {error}") from None
    if not isinstance(arguments, dict):
        raise ActionError(f"arguments of {function.get('name')!r} are no JSON object")
    return Action(str(function.get("name")), arguments, thought=thought)


def _word(name: str) -> str:
    return name if _NAME.fullmatch(name) else _literal(name)


def _literal(value: Any) -> str:
    _refuse_odd(value)
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ActionError(f"{value!r} can't be written as JSON: {error}") from None


def _refuse_odd(value: Any) -> None:
    """JSON would turn a key that is no string into one, and a tuple into a list: neither reads back as it was."""
    if isinstance(value, Mapping):
        if odd := next((key for key in value if not isinstance(key, str)), None):
            raise ActionError(f"the key {odd!r} is no string")
        for inner in value.values():
            _refuse_odd(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_odd(inner)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ActionError(f"{value!r} is no JSON number")


def _read_call(words: str) -> tuple[str, dict[str, Any]]:
    name, at = _read_word(words, 0)
    at = _expect("(", words, at)
    arguments: dict[str, Any] = {}
    while not words.startswith(")", at):
        if arguments:
            at = _expect(", ", words, at)
        key, at = _read_word(words, at)
        at = _expect("=", words, at)
        if key in arguments:
            raise ActionError(f"the argument {key!r} is given twice")
        arguments[key], at = _read_literal(words, at)
    _at_end(words, at)
    return name, arguments


def _read_ending(words: str) -> tuple[str, str]:
    name = next((name for name in ENDINGS.values() if words.startswith(name + "(")), None)
    if name is None:
        raise ActionError(f"{words[:40]!r}: an ending is one of {', '.join(ENDINGS.values())}")
    value, at = _read_literal(words, len(name) + 1)
    if not isinstance(value, str):
        raise ActionError(f"{name} takes one text in double quotes")
    _at_end(words, at)
    return name, value


def _read_word(words: str, at: int) -> tuple[str, int]:
    if match := _NAME.match(words, at):
        return match.group(), match.end()
    value, end = _read_literal(words, at)
    if not isinstance(value, str):
        raise ActionError(f"a name is expected at {words[at : at + 20]!r}")
    return value, end


def _read_literal(words: str, at: int) -> tuple[Any, int]:
    try:
        return _decoder.raw_decode(words, at)
    except (ValueError, RecursionError) as error:
        raise ActionError(f"no JSON value at {words[at : at + 20]!r}: {error}") from None


def _expect(mark: str, words: str, at: int) -> int:
    if not words.startswith(mark, at):
        raise ActionError(f"{mark!r} is expected at {words[at : at + 20]!r}")
    return at + len(mark)


def _at_end(words: str, at: int) -> None:
    if words[at:] != ")":
        raise ActionError(f"the action ends with one ')', not with {words[at : at + 20]!r}")
