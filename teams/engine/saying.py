"""How a person says something in a role's place: words, a form, the call of a tool; held to what a model is held to."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.errors import UsageError
from agents.onlooker import Turn
from teams.engine.form_fields import Field, fields_of, shown
from teams.engine.terminal_text import inert_line

COMMANDS = {
    "/call": "/call TOOL {json} calls a tool; without the JSON it is asked for",
    "/tools": "/tools lists them",
    "/edit": "/edit opens your editor (VISUAL or EDITOR) with what there is",
    "/prompt": "/prompt shows the role's prompt and all it hears",
    "/back": "/back leaves this be",
    "/quit": "/quit ends the run well; go on later with --run",
    "/help": "/help is this",
}
END = "."
"""A line that ends what is said."""


class Back(Exception):
    """They would rather not."""


class Quit(Exception):
    """They want the run to end."""


@dataclass(frozen=True)
class Desk:
    """Where a person is asked and told."""

    ask: Callable[[str], Awaitable[str | None]]
    """One line after a prompt; None for Ctrl-D."""
    edit: Callable[[str], Awaitable[str | None]]
    tell: Callable[[str], None]
    """Takes text of any sort."""
    show_prompt: Callable[[Turn], None]
    show_complaint: Callable[[str], None]


class Saying:
    """One turn of a role, played by a person."""

    def __init__(self, turn: Turn, desk: Desk, before: Mapping[str, Any] | None = None) -> None:
        """`before`: what the model said, where there is something to go back to."""
        self._turn, self._desk, self._before = turn, desk, before
        self._draft = before
        """What was said last, by the model or by the person: what an editor begins with."""
        self._fields = fields_of(turn.schema) if turn.schema else None

    async def go(self, in_editor: bool = False) -> dict[str, Any]:
        """Return a reply that can be used, at first from the editor if asked. Raises `Back`, `Quit`, and as `ask`."""
        while True:
            try:
                reply = await (self._edited() if in_editor else self._one())
            except (ValueError, UsageError) as error:
                self._desk.show_complaint(str(error))
                continue
            finally:
                in_editor = False
            self._draft = reply
            if complaint := self._turn.complaint(reply):
                self._desk.show_complaint(complaint)
                self._desk.tell("Say it again" + (", or /back to what the model said." if self._before else "."))
                continue
            return reply

    async def _one(self) -> dict[str, Any]:
        while True:
            first = await self._desk.ask(self._prompt())
            if first is None:
                if self._before is None:
                    raise Quit
                raise Back
            name, _, rest = first.strip().partition(" ")
            if name == "/call":
                return await self._call(rest.strip())
            if name == "/edit":
                return await self._edited()
            if name in COMMANDS:
                self._command(name)
            elif self._turn.schema and not self._turn.must_call:
                return await self._form(first)
            else:
                return _words(await self._lines(first))

    def _prompt(self) -> str:
        role = inert_line(self._turn.role)
        if self._turn.must_call:
            return f"{role}, /call a tool (/help) > "
        if self._turn.schema:
            how = "Enter for field by field, or JSON" if self._fields else "JSON, ended by ."
            return f"{role}, {how} (/help) > "
        return f"{role}, words ended by a line with . (/help) > "

    def _command(self, name: str) -> None:
        if name == "/quit":
            raise Quit
        if name == "/back":
            if self._before is None:
                self._desk.tell("There is nothing to go back to: the role is yours. /quit ends the run.")
            else:
                raise Back
        elif name == "/prompt":
            self._desk.show_prompt(self._turn)
        elif name == "/tools":
            self._desk.tell("\n".join(map(_described, self._turn.tools)) or "No tool may be called now.")
        else:
            self._desk.tell("\n".join(COMMANDS.values()))

    # -- words

    async def _lines(self, first: str) -> str:
        """Return what is said from its first line to one with a dot alone, or Ctrl-D."""
        lines: list[str] = []
        line: str | None = first
        while line is not None and line.strip() != END:
            lines.append(line)
            line = await self._desk.ask(". " if lines else "")
        return "\n".join(lines).strip("\n")

    async def _edited(self) -> dict[str, Any]:
        words = await self._desk.edit(_editable(self._draft, self._turn.schema))
        if words is None:
            raise ValueError("the editor failed; nothing was said")
        return await self._call(words[6:].strip()) if words.startswith("/call ") else _words(words)

    # -- a form

    async def _form(self, first: str) -> dict[str, Any]:
        if first.strip() or not self._fields:
            text = first
            if not text.lstrip().startswith("{"):
                how = "Enter alone asks for it field by field; " if self._fields else ""
                raise ValueError(f"the reply has a form: {how}JSON begins with {{, and /prompt shows the form")
            while not _is_whole(text) and (line := await self._desk.ask(". ")) is not None and line.strip() != END:
                text += "\n" + line
            return _words(text)
        given = await self._filled(self._fields, _object(self._draft))
        return _words(json.dumps(given, ensure_ascii=False))

    async def _filled(self, fields: list[Field], before: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for each field; an empty answer keeps what was said of it last."""
        given: dict[str, Any] = {}
        for field in fields:
            if field.about:
                self._desk.tell(f"  {field.about}")
            value = await (self._list(field, before) if field.is_list else self._field(field, before))
            if value is not None or field.may_be_null:
                given[field.name] = value
        return given

    async def _field(self, field: Field, before: Mapping[str, Any]) -> Any:
        while True:
            text = await self._value(_question(field, before))
            if not text.strip():
                if field.name in before:
                    return before[field.name]
                if field.may_be_null or not field.is_required:
                    return None
                if field.type == "string" and not field.choices:
                    return ""
            try:
                return field.read(text)
            except ValueError as error:
                self._desk.show_complaint(str(error))

    async def _list(self, field: Field, before: Mapping[str, Any]) -> list[Any]:
        """Ask for the items, one at a time, till an empty line or a dot."""
        self._desk.tell(f"  {field.name}: one a line, ended by an empty line")
        items: list[Any] = []
        while (text := await self._value(f"  {inert_line(field.name)} {len(items) + 1}: ")).strip() not in ("", END):
            try:
                items.append(field.read(text))
            except ValueError as error:
                self._desk.show_complaint(str(error))
        kept = before.get(field.name)
        return kept if not items and isinstance(kept, list) else items

    async def _value(self, prompt: str) -> str:
        """Return one field's answer; a line that ends in a backslash goes on in the next."""
        text = await self._needed(prompt)
        while text.endswith("\\"):
            text = text[:-1] + "\n" + await self._needed("  . ")
        return text

    async def _needed(self, prompt: str) -> str:
        text = await self._desk.ask(prompt)
        if text is None:
            raise ValueError("the form is not filled in")
        return text

    # -- a call

    async def _call(self, said: str) -> dict[str, Any]:
        name, _, text = said.partition(" ")
        schema = next((tool for tool in self._turn.tools if tool["name"] == name), None)
        if schema is None:
            known = ", ".join(tool["name"] for tool in self._turn.tools) or "none may be called now"
            raise ValueError(f"there is no tool {name!r}; there are: {known}")
        text = text.strip()
        if not text:
            text = await self._arguments(schema)
        while not _is_whole(text) and (line := await self._desk.ask(". ")) is not None and line.strip() != END:
            text += "\n" + line
        return {**_words(""), "finish": "function_calls", "calls": [{"name": name, "arguments": text}]}

    async def _arguments(self, schema: Mapping[str, Any]) -> str:
        parameters = schema.get("parameters") or {}
        if not parameters.get("properties"):
            return "{}"
        if (fields := fields_of(parameters)) is None:
            self._desk.tell(_described(schema))
            return await self._needed("  arguments as JSON: ")
        return json.dumps(await self._filled(fields, {}), ensure_ascii=False)


def _question(field: Field, before: Mapping[str, Any]) -> str:
    hint = f" ({inert_line(field.hint)})" if field.hint else ""
    if field.name not in before:
        return f"  {inert_line(field.name)}{hint}: "
    kept = inert_line(shown(before[field.name]))
    return f"  {inert_line(field.name)}{hint} [{kept if len(kept) < 60 else kept[:59] + '…'}]: "


def _words(text: str) -> dict[str, Any]:
    return {"finish": "stop", "prompt_tokens": 0, "completion_tokens": 0, "content": text}


def _object(reply: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What the model said, field by field."""
    try:
        value = json.loads(str((reply or {}).get("content") or "{}"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _editable(before: Mapping[str, Any] | None, schema: Mapping[str, Any] | None) -> str:
    """What an editor begins with."""
    if before and before.get("calls"):
        call = before["calls"][0]
        return f"/call {call['name']} {call['arguments']}"
    words = str((before or {}).get("content") or "")
    return json.dumps(_object(before), ensure_ascii=False, indent=2) if schema and words else words


def _is_whole(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return True  # to be complained of
    return True


def _described(tool: Mapping[str, Any]) -> str:
    """Return a tool and its parameters, for a person."""
    parameters = tool.get("parameters") or {}
    needed = parameters.get("required", ())
    lines = [f"/call {tool['name']}: {' '.join(str(tool.get('description', '')).split())}"]
    for name, form in (parameters.get("properties") or {}).items():
        what = form.get("type") or json.dumps(form, ensure_ascii=False)
        about = f": {form['description']}" if form.get("description") else ""
        lines.append(f"    {name} ({what}{'' if name in needed else ', may be left out'}){about}")
    return "\n".join(lines)
