"""Templates as well-known models have them, as TRL ships them: asked as the tokenizer asks, and ended as they end."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.training.tokenizers import byte_level, chat
from training.chats import Call, Chat, Message
from training.config import Data
from training.encode import Encoder
from training.errors import Dropped
from training.templates import load_template

trl = pytest.importorskip("trl", reason="its folder holds the templates")
FOLDER = Path(trl.__file__).parent / "chat_templates"
ENDS = {
    "cohere": "<|END_OF_TURN_TOKEN|>",
    "gemma": "<end_of_turn>",
    "gemma3": "<end_of_turn>",
    "gptoss": "<|return|>",
    "lfm2": "<|im_end|>",
    "llama3": "<|eot_id|>",
    "llama3_1": "<|eot_id|>",
    "phi3": "<|end|>",
    "qwen2_5": "<|im_end|>",
    "qwen3": "<|im_end|>",
    "qwen3_instruct_2507": "<|im_end|>",
}
CALLS = {
    "gptoss": ' to=functions.look<|channel|>commentary json<|message|>{"at": "</s>"}<|call|>',
    "llama3_1": '{"name": "look", "parameters": {"at": "</s>"}}<|eot_id|>',
    "qwen2_5": '<tool_call>\n{"name": "look", "arguments": {"at": "</s>"}}\n</tool_call><|im_end|>',
    "qwen3": '<tool_call>\n{"name": "look", "arguments": {"at": "</s>"}}\n</tool_call><|im_end|>',
}
WORDS = re.compile(r"</?(?:tool_call|think|tool_response)>")
LOOK = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Look.",
        "parameters": {"type": "object", "properties": {"at": {"type": "string"}}},
    },
}


@cache
def made(name: str) -> tuple[Any, Encoder]:
    text = (FOLDER / f"{name}.jinja").read_text()
    text = text.replace('strftime_now("%Y-%m-%d")', '"today"')  # the tokenizer's own would be told the date
    controls = sorted(set(re.findall(r"<[|｜][\w▁]+[|｜]>|<(?:start|end)_of_turn>", text)))
    tokenizer = byte_level(*controls)
    tokenizer.add_tokens(sorted(set(WORDS.findall(text))))
    tokenizer.chat_template = text
    return tokenizer, Encoder(tokenizer, load_template("auto", tokenizer), Data(), 1 << 20)


@pytest.mark.parametrize("name", sorted(ENDS))
def test_answers_end_and_prompts_begin_as_the_family_has_it(name: str) -> None:
    tokenizer, mine = made(name)
    talk = chat("Which \n way?", "This way, 日本.", "  Sure? ", " Sure. ")
    for number in (1, 3):
        upto = Chat(
            "", (*(Message(m.role, m.content, weight=0) for m in talk.messages[:number]), talk.messages[number])
        )
        encoded = mine.encode(upto)
        ((start, end),) = encoded.spans.tolist()
        asked = [{"role": m.role, "content": m.content} for m in talk.messages[:number]]
        assert encoded.ids[:start].tolist() == tokenizer.apply_chat_template(
            asked, chat_template=mine.template.text, add_generation_prompt=True, return_dict=False
        )
        told = tokenizer.decode(encoded.ids[start:end])
        assert told.endswith(talk.messages[number].content.strip() + ENDS[name])
        assert mine.template.end_of_turn == ENDS[name]


@pytest.mark.parametrize("name", sorted(CALLS))
def test_calls_end_as_the_family_has_it(name: str) -> None:
    tokenizer, mine = made(name)
    call = Message("assistant", "", (Call("abcdefgh1", "look", '{"at": "</s>"}'),))
    encoded = mine.encode(Chat("", (Message("user", "Look."), call), (LOOK,)))
    ((start, end),) = encoded.spans.tolist()
    assert tokenizer.decode(encoded.ids[start:end]).endswith(CALLS[name])
    assert tokenizer.eos_token_id not in encoded.ids.tolist()


def test_thoughts_of_earlier_turns_that_a_family_leaves_out_are_no_fault() -> None:
    tokenizer, mine = made("qwen3")
    one, first, two, second = chat("One?", "First.", "Two?", "Second.").messages
    thought = [Message("assistant", m.content, reasoning="Hm.") for m in (first, second)]
    encoded = mine.encode(Chat("", (one, thought[0], two, thought[1])))
    told = [tokenizer.decode(encoded.ids[start:end]) for start, end in encoded.spans]
    assert told == ["First.<|im_end|>", "<think>\nHm.\n</think>\n\nSecond.<|im_end|>"]


def test_a_model_that_always_thinks_is_not_taught_to_answer_without() -> None:
    _, mine = made("deepseek_r1_distill")
    with pytest.raises(Dropped, match="asks otherwise than it shows"):
        mine.encode(chat("One?", "First."))
