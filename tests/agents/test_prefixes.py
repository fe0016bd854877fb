"""What of a prompt repeats an earlier one's beginning: as a slow, plain reckoning finds it, within a bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.prefixes import BLOCK, MOST, Prefixes, rendered

PIECES = [bytes([letter]) * size for letter in b"abc" for size in (BLOCK, BLOCK // 2, BLOCK + 1)]
PROMPTS = st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join)
"""Few letters in few sizes, so that beginnings repeat often, and differ in the middle of a block too."""
ASKED = st.lists(st.tuples(st.sampled_from(["one", "other"]), PROMPTS), max_size=30)


def blocks(prompt: bytes) -> list[bytes]:
    return [prompt[at : at + BLOCK] for at in range(0, len(prompt) - BLOCK + 1, BLOCK)]


def common(prompt: bytes, earlier: bytes) -> int:
    """How many whole blocks two prompts begin with alike."""
    pairs = zip(blocks(prompt), blocks(earlier), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def slowly(asked: Sequence[tuple[str, bytes]], model: str, prompt: bytes) -> float:
    """Compare a prompt with every earlier one to the same model."""
    most = max((common(prompt, earlier) for name, earlier in asked if name == model), default=0)
    return most * BLOCK / len(prompt) if prompt else 0.0


@given(ASKED)
def test_it_finds_what_comparing_all_pairs_finds(asked: list[tuple[str, bytes]]) -> None:
    prefixes = Prefixes()
    for number, (model, prompt) in enumerate(asked):
        assert prefixes.repeated(model, prompt) == pytest.approx(slowly(asked[:number], model, prompt))


@given(ASKED, st.integers(4, 40))
def test_what_is_forgotten_is_old_and_memory_is_bounded(asked: list[tuple[str, bytes]], most: int) -> None:
    prefixes = Prefixes(most)
    for number, (model, whole) in enumerate(asked):
        prompt = whole[: most // 2 * BLOCK]
        earlier = [(name, text[: most // 2 * BLOCK]) for name, text in asked[:number]]
        found = prefixes.repeated(model, whole) * len(whole) / max(1, len(prompt))
        assert found <= slowly(earlier, model, prompt) + 1e-9
        assert found >= slowly(_recent(earlier, most // 2), model, prompt) - 1e-9
        assert len(prefixes) <= most


def _recent(asked: Sequence[tuple[str, bytes]], most: int) -> list[tuple[str, bytes]]:
    """The last prompts that have no more than so many blocks together."""
    kept: list[tuple[str, bytes]] = []
    for model, prompt in reversed(asked):
        most -= len(blocks(prompt))
        if most < 0:
            break
        kept.append((model, prompt))
    return kept


def test_what_is_used_is_kept_while_others_come_and_go() -> None:
    prefixes = Prefixes(16)
    system = b"s" * BLOCK * 2
    shares = [prefixes.repeated("m", system + b"%064d" % number) for number in range(100)]
    assert shares[0] == 0
    assert shares[1:] == [pytest.approx(2 / 3)] * 99
    assert prefixes.repeated("m", system + b"%064d" % 0) == pytest.approx(2 / 3), "its last block is forgotten"
    assert len(prefixes) <= 16


def test_many_long_prompts_hold_no_more_than_is_said() -> None:
    prefixes = Prefixes()
    for number in range(300):
        prefixes.repeated("m", b"%08d" % number * (BLOCK * 50))
    assert MOST / 2 <= len(prefixes) <= MOST


def test_a_prompt_longer_than_all_memory() -> None:
    prefixes, endless = Prefixes(8), b"x" * BLOCK * 100
    assert prefixes.repeated("m", endless) == 0
    assert prefixes.repeated("m", endless) == pytest.approx(4 / 100)
    assert len(prefixes) <= 8


def test_a_request_reads_like_a_chat() -> None:
    messages = [
        ["SystemMessage", "Be kind."],
        ["UserMessage", "Hello \ud800"],
        ["AssistantMessage", ["lend(book)"]],
        ["tool", [["call_1", "lent"]]],
    ]
    tools = [{"name": "lend", "parameters": {"type": "object"}}]
    text = rendered(messages, tools).decode()
    marks = ["<|SystemMessage|>", "Be kind.", "<|tools|>", '"lend"', "<|UserMessage|>", "Hello", "lend(book)", "lent"]
    assert sorted(marks, key=text.index) == marks
    assert rendered(messages[1:], tools).decode().startswith("<|tools|>")
    assert "tools" not in rendered(messages).decode()


TURNS = st.lists(st.tuples(st.sampled_from(["UserMessage", "AssistantMessage"]), st.text(max_size=300)), max_size=5)


@given(TURNS, TURNS, st.lists(st.fixed_dictionaries({"name": st.text(max_size=9)}), max_size=3))
def test_a_chat_that_goes_on_begins_as_before(
    before: list[tuple[str, str]], after: list[tuple[str, str]], tools: list[dict[str, str]]
) -> None:
    system = ("SystemMessage", "You are a librarian.")
    assert rendered([system, *before, *after], tools).startswith(rendered([system, *before], tools)[:-1])
