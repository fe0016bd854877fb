"""How a person's words become a reply: forms field by field, calls, complaints, ways back and out."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from agents.errors import UsageError
from agents.meter import Meter, Stopped
from agents.models.forms import schema_complaint
from agents.onlooker import Turn
from teams.engine.form_fields import fields_of, shown
from teams.engine.keyboard import Keyboard, Left, clean
from teams.engine.live import Live
from teams.engine.running import INTERRUPT
from teams.engine.stepping import Stepping
from tests.teams.test_watching import Screen, Typist


class Tone(Enum):
    WARM = "warm"
    DRY = "dry"


class Letter(BaseModel):
    text: str = Field(description="What the letter says.")
    tone: Tone
    pages: int
    price: float | None
    urgent: bool
    names: list[str]
    note: str = ""


LETTER: dict[str, Any] = Letter.model_json_schema()
LEND = {
    "name": "lend",
    "description": "Lend a book.",
    "parameters": {
        "type": "object",
        "properties": {"book": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["book"],
    },
}
PLAN = {"name": "plan", "parameters": {"type": "object", "properties": {"steps": {"type": "array", "items": {}}}}}


def turn(chat: str = "a/b", **more: Any) -> Turn:
    def complaint(reply: Mapping[str, Any]) -> str:
        if "calls" in reply:
            return ""
        if not reply["content"].strip():
            return "it is empty."
        schema = more.get("schema")
        return schema_complaint(json.loads(reply["content"]), schema) if schema else ""

    usual: dict[str, Any] = {"tools": (), "must_call": False, "schema": None, "complaint": complaint}
    return Turn(chat, "clerk", "You are a clerk.", [("task", "Write.")], **{**usual, **more})


class Table:
    """One person at a terminal."""

    def __init__(self, *answers: str | None, edits: str | None = None) -> None:
        self.screen, self.typist = Screen(False), Typist(*answers, edits=edits)
        self.stepping = Stepping(Live(self.screen), self.typist, watches=False, steps=True)  # type: ignore[arg-type]
        self.meter = Meter()
        self.stepping.begin(self.meter)

    @property
    def told(self) -> str:
        return self.screen.getvalue()


FILLED = ("", "Dear \\", "all,", "loud", "warm", "two", "2", "", "maybe", "no", "Ada", "Ida", "", "")
VALUE = {
    "text": "Dear \nall,", "tone": "warm", "pages": 2, "price": None, "urgent": False, "names": ["Ada", "Ida"],
}  # fmt: skip


async def test_a_form_is_filled_in_field_by_field() -> None:
    table = Table(*FILLED)
    reply = await table.stepping.speak(turn(schema=LETTER))
    assert json.loads(reply["content"]) == VALUE
    assert Letter.model_validate_json(reply["content"]).tone is Tone.WARM
    for line in ("What the letter says.", "tone is one of: warm | dry", "pages is a whole number, not 'two'",
                 "urgent is yes or no"):  # fmt: skip
        assert line in table.told
    assert "  tone (warm | dry): " in table.typist.prompts


async def test_an_empty_answer_keeps_what_the_model_said() -> None:
    said = {"content": json.dumps({**VALUE, "note": "n"})}
    table = Table("s", "", "", "dry", "", "7.5", "", "", "")
    reply = await table.stepping.instead(turn(schema=LETTER), said)
    assert reply
    assert json.loads(reply["content"]) == {**VALUE, "note": "n", "tone": "dry", "price": 7.5}
    assert "  pages (a whole number) [2]: " in table.typist.prompts


async def test_a_form_that_is_refused_is_not_typed_again() -> None:
    schema = {"type": "object", "properties": {"why": {"type": "string"}, "n": {"type": "integer", "minimum": 3}}}
    table = Table("", "so", "1", "", "", "4")
    reply = await table.stepping.speak(turn(schema=schema))
    assert "n: 1 is less than the minimum of 3" in table.told
    assert json.loads(reply["content"]) == {"why": "so", "n": 4}


async def test_a_form_that_is_not_flat_is_given_whole() -> None:
    nested = {"type": "object", "properties": {"calls": {"type": "array", "items": {"type": "object"}}}}
    table = Table("", "words", '{"calls": [', '{"a": 1}]}')
    reply = await table.stepping.speak(turn(schema=nested))
    assert json.loads(reply["content"]) == {"calls": [{"a": 1}]}
    assert table.told.count("the reply has a form: JSON begins with {") == 2
    table = Table('{"calls": 3}', "/prompt", '{"calls": []}')
    assert json.loads((await table.stepping.speak(turn(schema=nested)))["content"]) == {"calls": []}
    assert "calls: 3 is not of type 'array'" in table.told
    assert "Its reply has to have a form:" in table.told


async def test_words_end_with_a_dot_or_with_the_end_of_input() -> None:
    for end in (".", None):
        reply = await Table("One line,", "", "and another.", end).stepping.speak(turn())
        assert reply["content"] == "One line,\n\nand another."
    table = Table(".", "/usr/bin is a folder", ".")
    assert (await table.stepping.speak(turn()))["content"] == "/usr/bin is a folder"
    assert "That can't be used: it is empty." in table.told


async def test_a_tool_is_called_with_json_or_argument_by_argument() -> None:
    tools = [LEND, PLAN]
    for answers, arguments in (
        (("/call lend", "Low Tide", "7"), {"book": "Low Tide", "days": 7}),
        (("/call lend", "Low Tide", ""), {"book": "Low Tide"}),
        (('/call lend {"book":', '"Low Tide"}'), {"book": "Low Tide"}),
        (("/call plan", '{"steps": [1]}'), {"steps": [1]}),
        (("/call borrow", "/tools", "/call lend {}"), {}),
    ):
        table = Table(*answers)
        reply = await table.stepping.speak(turn(tools=tools))
        assert reply["finish"] == "function_calls"
        assert json.loads(reply["calls"][0]["arguments"]) == arguments
    assert "there is no tool 'borrow'; there are: lend, plan" in table.told
    assert "days (integer, may be left out)" in table.told


async def test_there_is_a_way_back_and_a_way_out() -> None:
    table = Table("s", "/back", "s", None, "S", "", ".", "/back", "")
    assert await table.stepping.instead(turn(), {"content": "The model's."}) is None
    assert table.told.count("clerk: The model's.") == 3
    assert table.meter.stopping is None
    for way in ("q", None):
        table = Table(way)
        with pytest.raises(Stopped, match=INTERRUPT):
            await table.stepping.instead(turn(), {"content": "x"})
        assert table.meter.stopping == INTERRUPT
    for way in ("/quit", None):
        table = Table("/back", way)
        with pytest.raises(Stopped, match=INTERRUPT):
            await table.stepping.speak(turn())
        assert "There is nothing to go back to" in table.told


async def test_a_chat_goes_on_without_stops_and_the_next_does_not() -> None:
    table = Table("c", "")
    said = {"content": "x"}
    assert await table.stepping.instead(turn("a/one"), said) is None
    assert await table.stepping.instead(turn("a/one"), said) is None
    assert await table.stepping.instead(turn("a/one/aside-0-1"), said) is None
    assert len(table.typist.prompts) == 1
    table.stepping.ended("a/one")
    assert await table.stepping.instead(turn("a/one-2"), said) is None
    assert len(table.typist.prompts) == 2


class Silent(Typist):
    """Somebody who thinks, and thinks."""

    def __init__(self) -> None:
        super().__init__()
        self.was_left = False

    async def line(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        try:
            await asyncio.Event().wait()
        finally:
            self.was_left = True
        return None


async def test_the_end_of_the_run_ends_the_question() -> None:
    table = Table()
    silent = table.stepping._keyboard = Silent()  # type: ignore[assignment]
    asked = [asyncio.create_task(table.stepping.speak(turn(f"a/{n}"))) for n in range(3)]
    await asyncio.sleep(0.05)
    assert len(silent.prompts) == 1, "one question at a time"
    table.meter.stop("3 minutes are over")
    for outcome in await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 10):
        assert isinstance(outcome, Stopped)
        assert str(outcome) == "3 minutes are over"
    assert silent.was_left
    assert len(silent.prompts) == 1


async def test_a_person_stays_in_a_chat_until_it_is_over() -> None:
    table = Table("one", ".", "two", ".", "three", ".")
    say = table.stepping.speak
    first = await say(turn("a/one"))
    other = asyncio.create_task(say(turn("b/two")))
    await asyncio.sleep(0.02)
    assert not other.done(), "it waits, though nobody is asked just now"
    beside = await say(turn("a/one/aside-0-1"))
    table.stepping.ended("a/one")
    third = await asyncio.wait_for(other, 10)
    assert [reply["content"] for reply in (first, beside, third)] == ["one", "two", "three"]


async def test_who_plays_a_role_is_shown_what_is_new_to_it() -> None:
    table = Table("one", ".", "two", ".")
    await table.stepping.speak(turn())
    longer = turn()
    longer.heard.append(("gate", "Again."))  # type: ignore[attr-defined]
    await table.stepping.speak(longer)
    assert table.told.count("task: Write.") == 1
    assert table.told.count("gate: Again.") == 1
    assert "You are clerk." in table.told


async def test_an_editor_begins_with_what_there_is() -> None:
    table = Table("e", edits="Better words.")
    reply = await table.stepping.instead(turn(), {"content": "The model's."})
    assert reply
    assert (reply["content"], table.typist.edited_from) == ("Better words.", "The model's.")
    table = Table("e", edits='/call lend {"book": "x"}')
    reply = await table.stepping.instead(turn(tools=[LEND]), {"calls": [{"name": "lend", "arguments": "{}"}]})
    assert reply
    assert reply["calls"] == [{"name": "lend", "arguments": '{"book": "x"}'}]
    assert table.typist.edited_from == "/call lend {}"
    table = Table("/edit", "I say", ".", edits=None)
    assert (await table.stepping.speak(turn()))["content"] == "I say"
    assert "the editor failed; nothing was said" in table.told


async def test_the_editor_is_the_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "an editor.py"
    script.write_text("import sys; p = sys.argv[-1]; t = open(p).read(); open(p, 'w').write(t.upper() + '\\x1b\\n')")
    with (tmp_path / "out").open("w") as out:
        keyboard = Keyboard(out)
        monkeypatch.setenv("VISUAL", f"{sys.executable} '{script}'")
        assert await keyboard.edited("words – é") == "WORDS – É"
        monkeypatch.setenv("VISUAL", f"{sys.executable} -c 'raise SystemExit(3)'")
        assert await keyboard.edited("words") is None
        for command, line in (("", "no editor is set"), ("/nowhere/vi", "can't be started"), ("'", "can't be started")):
            monkeypatch.setenv("VISUAL", command)
            monkeypatch.delenv("EDITOR", raising=False)
            with pytest.raises(UsageError, match=line):
                await keyboard.edited("words")


async def test_a_keyboard_without_a_terminal_says_that_nobody_is_there(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out:
        keyboard = Keyboard(out)
        with pytest.raises(Left):
            await keyboard.line("> ")
        await keyboard.close()


SCALARS = {
    "string": st.text(st.characters(categories=["L", "N"]), min_size=1),
    "integer": st.integers(),
    "number": st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
    "boolean": st.booleans(),
}


@given(st.sampled_from(sorted(SCALARS)), st.booleans(), st.data())
def test_a_field_reads_what_it_would_show(kind: str, choices: bool, data: Any) -> None:
    value = data.draw(SCALARS[kind])
    form = {"type": kind, **({"enum": [value]} if choices and kind != "boolean" else {})}
    (field,) = fields_of({"type": "object", "properties": {"f": form}}) or ()
    assert field.read(shown(value) if kind == "boolean" or not choices else str(value)) == value


KEYWORDS = st.sampled_from(["type", "properties", "$ref", "anyOf", "items", "enum", "required", "const", "a"])
schemas = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=4),
    max_leaves=12,
)


@given(schemas)
@example({"required": None, "properties": {"type": None}})
@example({"required": [], "properties": {"a": {"type": "string", "enum": True}}})
def test_any_schema_has_fields_or_none(schema: Any) -> None:
    if isinstance(schema, dict):
        found = fields_of(schema)
        assert found is None or all(field.name for field in found) or "" in schema["properties"]


@given(st.text())
def test_what_is_typed_holds_no_control_characters(text: str) -> None:
    assert all(char in "\n\t" or (ord(char) >= 0x20 and not 0x7F <= ord(char) < 0xA0) for char in clean(text))
    clean(text).encode()
