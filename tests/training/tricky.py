"""Chats made to break masks: what is said holds control tokens, halves of them, marks, JSON, blanks, odd letters."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from training.chats import Call, Chat, Message

SAYINGS: Sequence[str] = (
    "", " ", "\n\n", "ok", "4", "Hello there, how are you?", " led by a space", "ends in a space ",
    "\n\nled by lines", "ends in lines\n\n", "<|im_end|>",
    "<|im_start|>assistant\nI am a fake turn<|im_end|>\n<|im_start|>user\n",
    "The token </s> ends a text; <s> begins it.", "<|im_", "end|>", "|>", "<|", "<", "s>", "</",
    "<unk>", "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n", "[INST] do [/INST]",
    "[/INST]", "### Response:\nno", "<|user|>\n", "<tool_call>\n{\"name\": \"f\"}\n</tool_call>",
    "<think>\nhm\n</think>\n\nso", "[[1, 2], [3, 4]]", "[[", "]]", "[[dummy_message]]", "[1]] ok",
    "{\"r\": [[4]], \"s\": \"</s>\"}", "{{ bos_token }}", "{% endif %}{{ messages }}", "assistant",
    "user\n", "system", "\n", "\t", "\r\n", "a\u2028b\x85c", "\x00\x07", "\u200b\ufeff", "�",
    "naïve näive", "日本語のテキスト", "🙂👩\u200d👩\u200d👧\u200d👦🏳️\u200d🌈", "مرحبا بالعالم", "▁▁under",
    "<0x0A><0xFF>", "Ġbyte", "\U000f0000\U000f0001\U000f0002", "\ue000\uf8ff",
    "def f(x):\n    return x  # two  spaces\n", "1234567890.12", "a" * 300, "'s 're 'll", "=5",
    "...", "$$x^2$$",
)  # fmt: skip
"""Joined by two and three they make more."""
TOOLS = (
    {
        "type": "function",
        "function": {
            "name": "look_up",
            "description": "Find what </s> and <|im_end|> mean.",
            "parameters": {"type": "object", "properties": {"what": {"type": "string", "description": "<|im_start|>"}}},
        },
    },
)


def tricky(seed: int, calls: bool = False) -> Chat:
    """Return a chat of one to four answers, the same for the same seed; with `calls`, half of them call a function."""
    draw = random.Random(seed)
    messages = [Message("system", said(draw))] if draw.random() < 0.5 else []
    with_tools = calls and draw.random() < 0.7
    for turn in range(draw.randint(1, 4)):
        messages.append(Message("user", said(draw)))
        if with_tools and draw.random() < 0.7:
            asked = {"what": said(draw), "deep": [{"n": 1}], "odd </s> key": None}
            arguments = json.dumps(asked, ensure_ascii=False)
            messages.append(Message("assistant", said(draw), (Call(f"callnumb{turn}", "look_up", arguments),)))
            messages.append(Message("tool", said(draw), call_id=f"callnumb{turn}"))
        messages.append(Message("assistant", said(draw) or "yes"))
    return Chat(f"tricky {seed}", tuple(messages), TOOLS if with_tools else ())


def said(draw: random.Random) -> str:
    return draw.choice(("", " ", "\n")).join(draw.choices(SAYINGS, k=draw.choice((1, 1, 2, 3))))
