"""How much of the prompts a server with a prefix cache need not compute again: an estimate, made from the text alone.

Such servers (vLLM, SGLang, llama-server) keep what they computed of a prompt in blocks and reuse the longest run of
whole blocks from its beginning that they have seen before. The same is done here with blocks of text, each known by
a hash of its bytes and of all that stands before it. Python's own hash does: it is the fastest, and the hashes (other
ones in every process) are neither kept nor shown, only counted.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from agents.models.payload import as_bytes

BLOCK = 64
"""Bytes of UTF-8 in a block: a stand-in for vLLM's 16 tokens, at four bytes a token."""
MOST = 1 << 16
"""Blocks remembered: about a million tokens, which is what one large GPU's cache holds; some 6 MiB here."""


class Prefixes:
    """Remembers what prompts began with; forgets what was not used for the longest time.

    Two sets take turns: what is used goes into the young one; when that is half of `most`, the old one is dropped. So
    nothing is forgotten before `most / 2` other blocks were seen, and more than `most` are never held.
    """

    def __init__(self, most: int = MOST) -> None:
        self._half = most // 2
        self._young: set[int] = set()
        self._old: set[int] = set()

    def __len__(self) -> int:
        """Return the number of blocks held; a block that is in both sets counts twice, as it does in memory."""
        return len(self._young) + len(self._old)

    def repeated(self, model: str, prompt: bytes) -> float:
        """Return which share of a prompt, 0 to 1, repeats the beginning of an earlier one; remember it.

        Prompts to different models share nothing. What is asked while the earlier prompt is still being computed
        counts as repeated too. Only the first `most / 2` blocks of a prompt are looked at.
        """
        count = min(len(prompt) // BLOCK, self._half)
        if not count:
            return 0.0
        chain: list[int] = []
        past = hash(model)
        for block in struct.iter_unpack(f"{BLOCK}s", memoryview(prompt)[: count * BLOCK]):
            past = hash((past, block))
            chain.append(past)
        # A block is only ever held together with all before it, in the same set: the first new one can be searched.
        young, old = self._young, self._old
        hits = bisect_left(chain, True, key=lambda block: block not in young and block not in old)
        if len(young) + count > self._half:
            self._young, self._old = set(), young
        self._young.update(chain)
        return hits * BLOCK / len(prompt)


def rendered(messages: Sequence[Sequence[Any]], tools: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Write a request about as chat templates do: each message after its role's mark, tools after the system's words.

    `messages` are pairs of a role (any word for it) and its content, as `agents.models.replies.plain` makes them.
    """
    parts = [f"<|{role}|>\n{content if isinstance(content, str) else _listed(content)}\n" for role, content in messages]
    if not tools:
        return "".join(parts).encode("utf-8", "replace")
    place = 1 if messages and messages[0][0] == "SystemMessage" else 0
    head, tail = ("".join(some).encode("utf-8", "replace") for some in (parts[:place], parts[place:]))
    return b"%b<|tools|>\n%b\n%b" % (head, as_bytes({"tools": tools}), tail)


def _listed(content: Sequence[Any]) -> str:
    """Calls, or results of calls."""
    return "\n".join(part if isinstance(part, str) else "\n".join(map(str, part)) for part in content)
