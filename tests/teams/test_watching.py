"""What is printed of chats: readable, within the width, and whatever models and documents write, it steers nothing."""

from __future__ import annotations

import asyncio
import io
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.onlooker import Turn
from teams.engine.live import HELD, Live
from teams.engine.stepping import Stepping
from teams.engine.terminal_text import Colours, columns, inert, readable, reflowed, wrapped
from teams.engine.watching import Watch

CHAT = "tool_use/desk.py:1-80/own_functions/one_call-1/respond-plain"
STYLE = re.compile(r"\x1b\[(?:1|2|3[1-6])(?:;1)?m|\x1b\[0m")
"""Exactly what `Colours` puts around text."""
HOSTILE = (
    "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x9b31m", "\r", "\x08\x08", "\u202e", "\u2066",
    "\x00", "\x7f", "\x0b", "\x0c", "\x85", "\u2028", "\u200b", "\ufeff", "\U000e0041", "\ud800", "\t",
)  # fmt: skip
WORDS = "漢字 한글 é e\u0301 words and words\n"
hostile = st.lists(st.text() | st.sampled_from(HOSTILE) | st.sampled_from(WORDS), max_size=30).map("".join)


class Screen(io.StringIO):
    """A terminal of 80 columns, as far as it says."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


class Typist:
    """A keyboard with its answers ready; keeps the prompts."""

    def __init__(self, *answers: str | None, edits: str | None = None) -> None:
        self._answers, self._edits = list(answers), edits
        self.prompts: list[str] = []
        self.edited_from = ""

    async def line(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        return self._answers.pop(0)

    async def edited(self, words: str) -> str | None:
        self.edited_from = words
        return self._edits

    async def close(self) -> None: ...


def is_harmless(text: str) -> bool:
    return all(char == "\n" or char.isprintable() or char in "\u200c\u200d" for char in text)


def heard(watch: Watch, text: str) -> None:
    """Let everything that can be printed hold this text."""
    calls = [{"name": text, "arguments": json.dumps({"a": text})}, {"name": "lend", "arguments": text}]
    watch.said(CHAT, "task", "text", text, None)
    watch.said(text, text, "text", text, None)
    watch.said(CHAT, text, "result", text, {"id": "1", "name": text, "error": True})
    watch.replied(CHAT, text, {"content": text, "thought": text}, text)
    watch.replied(CHAT, "assistant", {"content": json.dumps({text: text, "more": [text], "n": {text: 1}})}, "")
    watch.replied(CHAT, "assistant", {"calls": calls, "thought": text}, "")
    watch.judged(text, True, [])
    watch.judged(text, False, [text, text])
    watch.fell_out(text, text, [text])


@given(hostile)
def test_nothing_printed_steers_a_terminal_or_is_wider_than_it(text: str) -> None:
    plain = Screen(False)
    heard(Watch(Live(plain)), text)
    assert is_harmless(plain.getvalue())
    assert all(columns(line) <= 80 for line in plain.getvalue().split("\n"))


@given(hostile)
def test_colours_are_all_that_a_terminal_gets_beside(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERM", "xterm")
        patch.delenv("NO_COLOR", raising=False)
        plain, coloured = Screen(False), Screen(True)
        heard(Watch(Live(plain)), text)
        heard(Watch(Live(coloured)), text)
    assert "\x1b[" in coloured.getvalue()
    assert STYLE.sub("", coloured.getvalue()) == plain.getvalue()


@given(hostile, st.booleans())
def test_nothing_shown_to_a_person_steers_their_terminal(text: str, as_form: bool) -> None:
    """Prompts, forms, tools, what is heard and complained of: all of it, and the prompts of the keyboard too."""
    field = {"type": "string", "description": text, "enum": [text, "b"]}
    form = {"type": "object", "properties": {text: field, "b": {"type": "boolean"}}, "required": [text]}
    tool = {"name": text, "description": text, "parameters": form}
    said = {"content": json.dumps({text: text}) if as_form else text}
    complaints = iter([text])
    schema = form if as_form else None
    turn = Turn(text, text, text, [(text, text)] * 2, [tool], False, schema, lambda reply: next(complaints, ""))
    said_twice = [("", "", "", "b", "yes"), ("", "b", "yes")] if as_form else [("w", "."), ("w", ".")]
    typist = Typist("p", "?", "s", "/tools", "/help", "/prompt", "/call x", *said_twice[0], *said_twice[1])
    screen = Screen(False)
    asyncio.run(_stepped(Live(screen), typist, turn, said))
    assert is_harmless(screen.getvalue())
    assert len(typist.prompts) > 7
    assert all(prompt.isprintable() for prompt in typist.prompts)


async def _stepped(live: Live, typist: Any, turn: Turn, said: Mapping[str, Any]) -> Any:
    return await Stepping(live, typist, watches=True, steps=True).instead(turn, said)


@given(hostile, st.integers(12, 100))
def test_wrapping_loses_nothing_but_blanks(text: str, width: int) -> None:
    safe = inert(text)
    lines = wrapped(safe, width, "  ")
    assert all(columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(safe.split())
    assert inert(safe) == safe


def test_marks_are_readable() -> None:
    assert inert("a\x1b[31mb\r\nc\td\u202ee\x9b\x00") == "a␛[31mb␍\nc    d⟨U+202E⟩e⟨U+009B⟩␀"
    assert inert("میخواهم 👩‍💻 naïve 漢字") == "میخواهم 👩‍💻 naïve 漢字"
    assert columns("漢字e\u0301") == 5
    assert unicodedata.category("\u0301") == "Mn"


def test_who_speaks_is_said_and_the_chat_where_it_changes() -> None:
    screen = Screen(False)
    watch = Watch(Live(screen))
    watch.said("a/one", "task", "text", "Answer it.", None)
    watch.replied("a/one", "assistant", {"content": "", "calls": [{"name": "add", "arguments": '{"a":1}'}]}, "")
    watch.said("a/one", "assistant", "call", "", [])
    watch.said("a/one", "assistant", "result", "2", {"name": "add", "error": False})
    watch.said("b/two", "task", "text", "Judge it.", None)
    watch.replied("a/one", "assistant", {"content": "It is 2.", "thought": "done"}, "")
    watch.said("a/one", "assistant", "text", "It is 2.", None)
    watch.said("a/one", "gate", "text", "Let through.", None)
    watch.judged("a", False, ["sum_right: 2 is not 3", "polite: no"])
    assert screen.getvalue().splitlines() == [
        "",
        "── a/one ──",
        "task: Answer it.",
        'assistant calls add {"a": 1}',
        "  add gave: 2",
        "",
        "── b/two ──",
        "task: Judge it.",
        "",
        "── a/one ──",
        "  (assistant thinks) done",
        "assistant: It is 2.",
        "gate: Let through.",
        "rejected a: sum_right: 2 is not 3; polite: no",
    ]


def test_long_results_are_cut_to_a_screenful_and_replies_are_not() -> None:
    screen = Screen(False)
    watch = Watch(Live(screen))
    watch.said("a", "assistant", "result", "\n".join(map(str, range(1000))), {"name": "list", "error": False})
    assert len(screen.getvalue().splitlines()) < 24
    assert screen.getvalue().endswith(" more lines\n")
    watch.replied("a", "assistant", {"content": "\n".join(f"line {n}" for n in range(100))}, "")
    assert "line 99" in screen.getvalue()


@pytest.mark.parametrize(
    ("environ", "is_terminal", "coloured"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({}, True, False),
        ({"TERM": "xterm"}, False, False),
    ],
)
def test_colours_are_for_terminals_that_have_them(environ: dict[str, str], is_terminal: bool, coloured: bool) -> None:
    assert ("\x1b" in Colours(Screen(is_terminal), environ).put("word", "red")) == coloured


def test_replies_with_a_form_and_broken_prompts_are_put_so_that_people_read_them() -> None:
    assert readable('{"why": "so", "calls": [{"a": 1}], "ideas": ["x", "y"]}') == (
        'why: so\ncalls: [{"a": 1}]\nideas:\n    - x\n    - y'
    )
    for words in ("{not json", "[1]", "{}", "words"):
        assert readable(words) == words
    line = "word " * 17 + "word"
    assert reflowed(f"{line}\nand more.\n\n- a\n- b") == f"{line} and more.\n\n- a\n- b"


def test_news_waits_while_a_person_types() -> None:
    screen = Screen(False)
    live = Live(screen)
    with live.held():
        for number in range(HELD + 2):
            live.say(f"piece {number}")
        live.line("Finishing.")
        live.tell("for you")
        assert screen.getvalue() == "for you\n"
    told = screen.getvalue().splitlines()
    assert told[1] == "(… 3 earlier pieces left out)"
    assert told[2] == "piece 3"
    assert told[-1] == "Finishing."
