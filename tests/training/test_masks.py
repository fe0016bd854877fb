"""What is trained is what the assistant says, with its stop, for chats made to break that; held against other code.

The judges here are a hand-written ChatML, token by token, and the tokenizer's own `apply_chat_template`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.tokenizers import byte_level, encoder, sentence_piece, texts
from tests.training.tricky import SAYINGS, tricky
from training.chats import Chat, Message
from training.encode import Encoded, Encoder
from training.errors import Dropped
from training.templates import BUILT_IN

TOKENIZERS = {
    "byte-level": byte_level,
    "sentence-piece": sentence_piece,
    "sentence-piece always": lambda: sentence_piece("always"),
    "normal form": lambda: byte_level(normal=True),
    "space before": lambda: byte_level(space=True),
    "mistral": lambda: sentence_piece(legacy=True),
}
# GPT-2 parts "\n\nyes" between the two line's ends, and llama3's head ends with both: such turns are trained alone.
FITTING = [(k, n) for k in sorted(TOKENIZERS) for n in sorted(BUILT_IN) if (k, n) != ("space before", "llama3")]
SPELLABLE = st.lists(st.sampled_from(SAYINGS) | st.text(max_size=20), min_size=1, max_size=4).map("".join)


@cache
def made(kind: str, name: str) -> tuple[Any, Encoder]:
    tokenizer = TOKENIZERS[kind]()
    return tokenizer, encoder(tokenizer, name, window=1 << 20)


@cache
def plain() -> Any:
    """A byte-level tokenizer that knows no control token."""
    from tokenizers import Tokenizer

    copy = Tokenizer.from_str(made("byte-level", "orca3")[0].backend_tokenizer.to_str())
    copy.encode_special_tokens = True
    return copy


def by_hand(chat: Chat) -> tuple[list[int], list[bool]]:
    """ChatML as orca3 has it, without tools: the tokens, and whether each is trained."""
    token = made("byte-level", "orca3")[0].convert_tokens_to_ids
    ids, trained = [token("<s>")], [False]

    def put(text: str, learned: bool = False, control: bool = False) -> None:
        new = [token(text)] if control else plain().encode(text, add_special_tokens=False).ids
        ids.extend(new)
        trained.extend([learned] * len(new))

    for message in chat.messages:
        answers = message.role == "assistant"
        put("<|im_start|>", control=True)
        learned = answers and bool(message.content.strip())
        if learned:
            put("assistant\n")
            put(message.content.strip(), True)
        else:
            put(f"{message.role}\n{message.content.strip() if answers else message.content}")
        put("<|im_end|>", learned, control=True)
        put("\n")
    end = max(n for n, learned in enumerate(trained) if learned) + 1
    return ids[:end], trained[:end]


def mask(encoded: Encoded) -> list[bool]:
    inside = np.zeros(len(encoded.ids), bool)
    for start, end in encoded.spans:
        inside[start:end] = True
    return list(inside)


def trained_text(tokenizer: Any, encoded: Encoded) -> list[str]:
    return [tokenizer.decode(encoded.ids[start:end], skip_special_tokens=False) for start, end in encoded.spans]


def without_words(chat: Chat) -> bool:
    return not any(message.role == "assistant" and message.content.strip() for message in chat.messages)


@settings(max_examples=150)
@given(st.lists(SPELLABLE, min_size=2, max_size=7), SPELLABLE | st.none())
def test_tokens_and_mask_are_those_written_by_hand(said: list[str], system: str | None) -> None:
    turns = [Message("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(said)]
    check_by_hand(Chat("", (*([] if system is None else [Message("system", system)]), *turns)))


@pytest.mark.parametrize("part", range(4))
def test_tricky_chats_by_hand(part: int) -> None:
    for seed in range(part, 400, 4):
        check_by_hand(tricky(seed))


def check_by_hand(chat: Chat) -> None:
    _, mine = made("byte-level", "orca3")
    if without_words(chat):
        with pytest.raises(Dropped, match="nothing to train"):
            mine.encode(chat)
        return
    ids, trained = by_hand(chat)
    encoded = mine.encode(chat)
    assert encoded.ids.tolist() == ids
    assert mask(encoded) == trained


def answer(message: Message) -> str:
    """What ChatML writes of an answer, calls and all."""
    said = [message.content.strip()] if message.content.strip() else []
    for call in message.calls:
        arguments = json.dumps(json.loads(call.arguments), ensure_ascii=False)
        said.append(f'<tool_call>\n{{"name": "{call.name}", "arguments": {arguments}}}\n</tool_call>')
    return "\n".join(said) + "<|im_end|>"


def test_calls_are_trained_and_their_results_are_not() -> None:
    tokenizer, mine = made("byte-level", "chatml")
    turns = 0
    for seed in range(300):
        chat = tricky(seed, calls=True)
        answers = [m for m in chat.messages if m.role == "assistant" and (m.content.strip() or m.calls)]
        if not answers:
            continue
        encoded = mine.encode(chat)
        assert trained_text(tokenizer, encoded) == [answer(message) for message in answers]
        turns += sum(bool(message.calls) for message in answers)
        last = max(n for n, m in enumerate(chat.messages) if m in answers)
        heads = last + 1 + bool(chat.tools and chat.messages[0].role != "system")
        ids = encoded.ids.tolist()
        assert ids.count(tokenizer.convert_tokens_to_ids("<|im_start|>")) == heads
        assert ids.count(tokenizer.convert_tokens_to_ids("<|im_end|>")) == heads, "what is said ended a turn"
    assert turns > 50


def clean(text: str) -> str:
    """Without what `apply_chat_template` would take for control tokens."""
    for control in ("<|im_start|>", "<|im_end|>", "<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>"):
        text = text.replace(control, "")
    return text.replace("<s>", "").replace("</s>", "").replace("<unk>", "")


@pytest.mark.parametrize(("kind", "name"), FITTING)
def test_every_turn_is_asked_as_the_tokenizer_itself_would_ask(kind: str, name: str) -> None:
    tokenizer, mine = made(kind, name)
    for seed in range(40):
        chat = tricky(seed)
        chat = Chat("", tuple(Message(m.role, clean(clean(m.content)) or "so") for m in chat.messages))
        if without_words(chat):
            continue
        encoded = mine.encode(chat)
        asked = [n for n, m in enumerate(chat.messages) if m.role == "assistant" and m.content.strip()]
        for number, (start, _) in zip(asked, encoded.spans, strict=True):
            before = [{"role": m.role, "content": m.content} for m in chat.messages[:number]]
            prompt = tokenizer.apply_chat_template(
                before, chat_template=mine.template.text, add_generation_prompt=True, return_dict=False
            )
            assert encoded.ids[:start].tolist() == prompt
            assert mine.prompt(chat.messages[:number]) == prompt


@settings(max_examples=300)
@given(st.sampled_from(FITTING), st.lists(SPELLABLE, min_size=2, max_size=5))
def test_no_template_lets_what_is_said_become_a_control_token(which: tuple[str, str], said: list[str]) -> None:
    tokenizer, mine = made(*which)
    harmless = [Message("user" if n % 2 == 0 else "assistant", "yes") for n in range(len(said))]
    nasty = [Message(m.role, text if text.strip() else "x") for m, text in zip(harmless, said, strict=True)]
    controls = set(tokenizer.all_special_ids)
    counted = [
        [token for token in mine.encode(Chat("", tuple(messages))).ids.tolist() if token in controls]
        for messages in (harmless, nasty)
    ]
    assert counted[0] == counted[1]


@pytest.mark.parametrize("kind", sorted(TOKENIZERS))
def test_real_answers_read_back(kind: str) -> None:
    tokenizer, mine = made(kind, "orca3")
    for text in [text for text in texts() if text.strip()][::9]:
        encoded = mine.encode(Chat("", (Message("user", text), Message("assistant", text))))
        assert trained_text(tokenizer, encoded) == [text.strip() + "<|im_end|>"]
