"""Changes with a small model: worded by the program, done here by somebody who reads nothing but the wording."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.scripted import Request
from teams.engine.stages.material import prose_piece
from teams.text_modification import skill
from teams.text_modification.small import SMALL_KINDS
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")
_ASKED = ("Say this", "Rephrase", "Reword", "Could you", "I need this", "Write this anew")


def typist(request: Request) -> str:
    """Do what the message asks, by its quotation marks and its verb; in other words is not in their power."""
    message = str(request.messages[-1].content)
    bare = re.sub(r"^(?:Text:|-{3,}|\"{3}|'{3}|`{3}|</?\w+>)$", "", message, flags=re.MULTILINE)
    blocks = [block.strip() for block in re.split(r"\n\s*\n", bare)]
    asks = [b for b in blocks if len(b.split()) < 30 and ('"' in b or b.startswith(_ASKED))]
    text = "\n\n".join(b for b in blocks if b not in asks and b)
    ask = asks[0] if asks else ""
    named = re.findall(r'"([^"]+)"', ask) or re.findall(r'"([^"]+)', ask)
    if "sentence" in ask:
        head = named[0].removesuffix(" …")
        sentences = re.split(r"(?<=[.!?])(\s+)", text)
        return "".join(s for s in sentences if not s.startswith(head))
    if "capital" in ask:
        return text.replace(named[0], named[0].upper())
    if "old" in ask:
        return re.sub(rf"\b{re.escape(named[0])}\b", f"**{named[0]}**", text)
    if len(named) == 2:
        old, new = named if "in place of" not in ask else reversed(named)
        return re.sub(rf"\b{old}\b", new, re.sub(rf"\b{old.capitalize()}\b", new.capitalize(), text))
    return text


async def test_what_the_program_words_can_be_done_from_the_words_alone(tmp_path: Path) -> None:
    answers = {"worder": lambda request: json.dumps({"word": "quagga"}), "assistant": typist}
    outcome, client = await over_articles(skill, answers, tmp_path, small=True, pairs=60)
    assert outcome.engine.of[skill.name].bugs == 0
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    assert {row["kinds"]["instruct"] for row in kept} == set(SMALL_KINDS) - {"paraphrasing"}
    judged = [row for row in out if row["stage"] == "check" and "no_twin" not in str(row["reasons"])]
    assert judged
    assert all("/paraphrasing-" in row["id"] for row in judged), [(row["id"], row["reasons"]) for row in judged]
    # Only the one word is asked of a model, and a bad answer is asked for afresh, not spoken about.
    assert {request.role for request in client.asked} == {"worder", "assistant"}
    for request in client.asked:
        assert [message.type for message in request.messages] == ["SystemMessage", "UserMessage"]


_PARAGRAPH = st.lists(st.sampled_from(["the", "mill", "stood", "Ely", "12", "empty."]), min_size=1, max_size=60)


@given(st.lists(_PARAGRAPH, max_size=8), st.randoms(use_true_random=False), st.integers(30, 120))
def test_a_piece_of_prose_is_whole_paragraphs_in_their_order(words: list[list[str]], random: Any, most: int) -> None:
    paragraphs = [" ".join(some) for some in words]
    piece = prose_piece("\n\n".join(paragraphs), random, most)
    if piece:
        assert piece in "\n\n".join(paragraphs)
        assert len(piece.split()) <= most
        assert all(part.endswith("empty.") and len(part.split()) >= 30 for part in piece.split("\n\n"))
    else:
        assert not any(p.endswith("empty.") and 30 <= len(p.split()) <= most and p[0] != "1" for p in paragraphs)


@pytest.mark.parametrize("text", ["", "# A heading\n\n| a | b |\n\n- one\n- two", "Too short to change."])
def test_no_piece_where_there_is_no_prose(text: str) -> None:
    assert prose_piece(text, Random(1)) == ""
