"""How often a mask is wrong on chats made to break it: ours, TRL's way, and the plain one of rendering prefixes.

    python -m tests.benchmarks.masks                 # 10,000 chats, a table
    python -m tests.benchmarks.masks --show          # ten of them, to be read: what is trained stands in «»
    python -m tests.benchmarks.masks --show llama3   # by another built-in template

All use Qwen2.5's own template, for which TRL ships one with `{% generation %}`; TRL's way is what its trainer does with
`assistant_only_loss`. axolotl's own strategy stands beside them where it is installed (see `axolotl`). A third of the
chats may hold control tokens in what is said, a third holds none, and in a third answers are trimmed too. The judge is
none of these ways. A chat is wrong if
  words    the trained tokens don't read as the answers, each with its stop (a line's end beside one is forgiven);
  prompt   a turn's prompt, as the tokenizer itself makes it, is not what the tokens begin with (only for chats without
           control tokens in what is said: those have no such prompt to compare with);
  control  what is said, or a tool's schema, became control tokens.
Ours trims answers, and is judged by prompts whose answers are trimmed. Bound: none of ours is wrong, none left out.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.training.tokenizers import byte_level, encoder, sentence_piece
from tests.training.tricky import TOOLS, tricky
from training.chats import Call, Chat, Message
from training.config import Data
from training.encode import Encoder
from training.errors import Dropped
from training.templates import BUILT_IN, load_template

Way = Callable[[Chat], tuple[list[int], list[tuple[int, int]]]]
"""A chat to its tokens and the spans that are trained."""
CONTROLS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<tool_call>", "</tool_call>", "<s>", "</s>", "<unk>")
WHY = ("words", "prompt", "control")


KINDS = (
    "what is said may hold control tokens",
    "what is said holds none",
    "it holds none, and answers have no white space around them",
)


@dataclass
class Tally:
    """One way's results on one kind of chats."""

    chats: int = 0
    left: int = 0
    seconds: float = 0.0
    faults: list[set[str]] = field(default_factory=list)

    def __str__(self) -> str:
        shares = [sum(why in found for found in self.faults) / self.chats for why in WHY]
        words, prompt, control = (f"{share:.2%}" for share in shares)
        wrong = f"{sum(map(bool, self.faults)) / self.chats:.2%}"
        return f"{self.chats:6} {wrong:>7} {words:>7} {prompt:>7} {control:>8} {self.left:9} {self.seconds:6.1f}"


class Judge:
    """What must be true of any way, by the tokenizer and template alone."""

    def __init__(self, tokenizer: Any, template: str) -> None:
        self.tokenizer, self._template = tokenizer, template
        self._controls = set(tokenizer.added_tokens_decoder)
        self._known: dict[Any, list[int]] = {}

    def faults(self, chat: Chat, ids: list[int], spans: Sequence[tuple[int, int]], stripped: bool) -> Iterator[str]:
        answers = [message for message in chat.messages if message.role == "assistant"]
        told = [self.tokenizer.decode(ids[start:end], skip_special_tokens=False) for start, end in spans]
        if len(told) != len(answers) or not all(_reads(*pair) for pair in zip(told, answers, strict=True)):
            yield "words"
        if not any(control in said for said in _said(chat) for control in CONTROLS):
            shown = [replace(m, content=m.content.strip()) if stripped and m in answers else m for m in chat.messages]
            for number, message in enumerate(chat.messages):
                if message.role == "assistant":
                    prompt = self._kept(shown[:number], chat.tools, add_generation_prompt=True)
                    if ids[: len(prompt)] != prompt:
                        yield "prompt"
                        break
        harmless = self._kept([_harmless(m) for m in chat.messages], [_plain_tool()] if chat.tools else ())
        if self._count(ids) != self._count(harmless):
            yield "control"

    def apply(self, messages: Sequence[Message], tools: Sequence[Any], **how: Any) -> Any:
        given = {"chat_template": self._template, **how}
        return self.tokenizer.apply_chat_template(
            [_as_given(message) for message in messages], tools=list(tools) or None, return_dict=True, **given
        )

    def _kept(self, messages: Sequence[Message], tools: Sequence[Any], **how: Any) -> list[int]:
        """Ask once for all ways."""
        if len(self._known) > 1000:
            self._known.clear()
        key = (tuple(messages), json.dumps(tools), bool(how))
        if key not in self._known:
            self._known[key] = self.apply(messages, tools, **how)["input_ids"]
        return self._known[key]

    def _count(self, ids: Sequence[int]) -> int:
        return sum(token in self._controls for token in ids)


def _reads(told: str, message: Message) -> bool:
    for content in (message.content, message.content.strip()):
        said = [content] if content else []
        for call in message.calls:
            arguments = json.dumps(json.loads(call.arguments), ensure_ascii=False)
            said.append(f'<tool_call>\n{{"name": "{call.name}", "arguments": {arguments}}}\n</tool_call>')
        wanted = "\n".join(said) + "<|im_end|>"
        if told in (wanted, "\n" + wanted, wanted + "\n", "\n" + wanted + "\n"):
            return True
    return False


def _said(chat: Chat) -> Iterator[str]:
    yield json.dumps(chat.tools, ensure_ascii=False)
    for message in chat.messages:
        yield message.content
        yield from (call.arguments for call in message.calls)


def _harmless(message: Message) -> Message:
    return replace(message, content="x", calls=tuple(Call(c.id, c.name, '{"what": "x"}') for c in message.calls))


def _plain_tool() -> dict[str, Any]:
    return {"type": "function", "function": {"name": "look_up", "description": "x", "parameters": {}}}


def _as_given(message: Message) -> dict[str, Any]:
    given: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        given["tool_calls"] = [
            {"type": "function", "function": {"name": call.name, "arguments": json.loads(call.arguments)}}
            for call in message.calls
        ]
    return given


def ours(mine: Encoder) -> Way:
    def way(chat: Chat) -> tuple[list[int], list[tuple[int, int]]]:
        encoded = mine.encode(chat)
        return encoded.ids.tolist(), [(int(start), int(end)) for start, end in encoded.spans]

    return way


def marked(judge: Judge, template: str) -> Way:
    """As TRL's trainer tokenizes with `assistant_only_loss`."""

    def way(chat: Chat) -> tuple[list[int], list[tuple[int, int]]]:
        made = judge.apply(chat.messages, chat.tools, chat_template=template, return_assistant_tokens_mask=True)
        return made["input_ids"], list(_runs(made["assistant_masks"]))

    return way


def differenced(judge: Judge) -> Way:
    """As much as a prefix of messages gives more tokens with an answer than with its head alone."""

    def way(chat: Chat) -> tuple[list[int], list[tuple[int, int]]]:
        ids = judge.apply(chat.messages, chat.tools)["input_ids"]
        spans = []
        for number, message in enumerate(chat.messages):
            if message.role == "assistant":
                start = judge.apply(chat.messages[:number], chat.tools, add_generation_prompt=True)["input_ids"]
                end = judge.apply(chat.messages[: number + 1], chat.tools)["input_ids"]
                spans.append((len(start), len(end)))
        return ids, spans

    return way


def peers(judge: Judge, template: str) -> dict[str, Way]:
    """axolotl's way, if it is installed."""
    from tests.benchmarks import axolotl

    try:
        masked = axolotl.masker(judge.tokenizer, template, "<|im_end|>")
    except ImportError as error:
        print(f"axolotl: left out ({error})")
        return {}

    def way(chat: Chat) -> tuple[list[int], list[tuple[int, int]]]:
        messages = [_as_given(message) for message in chat.messages]
        for message in messages:  # as its documentation advises: it takes nulls out of objects
            for call in message.get("tool_calls", ()):
                call["function"]["arguments"] = json.dumps(call["function"]["arguments"])
        ids, labels = masked({"messages": messages} | ({"tools": list(chat.tools)} if chat.tools else {}))
        return ids, list(_runs([label != -100 for label in labels]))

    return {axolotl.name(): way}


def _runs(mask: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = None
    for at, inside in enumerate([*mask, 0]):
        if inside and start is None:
            start = at
        elif not inside and start is not None:
            yield start, at
            start = None


def table(count: int) -> bool:
    import transformers
    import trl

    transformers.logging.set_verbosity_error()
    folder = Path(trl.__file__).parent / "chat_templates"
    own, training = ((folder / name).read_text() for name in ("qwen2_5.jinja", "qwen2_5_training.jinja"))
    tokenizer = byte_level("<|endoftext|>")
    tokenizer.add_tokens(["<tool_call>", "</tool_call>"])
    judge = Judge(tokenizer, own)
    mine = Encoder(tokenizer, load_template(str(folder / "qwen2_5.jinja"), tokenizer), Data(), 1 << 20)
    ways = {
        "ours": ours(mine),
        f"TRL {trl.__version__}, assistant_only_loss": marked(judge, training),
        "prefixes rendered and counted": differenced(judge),
        **peers(judge, own),
    }
    tallies = {(kind, name): Tally() for kind in KINDS for name in ways}
    for seed in range(count):
        kind = KINDS[seed % 3]
        chat = spoken(tricky(seed, calls=True), plain=kind != KINDS[0], trimmed=kind == KINDS[2])
        for name, way in ways.items():
            tally = tallies[kind, name]
            tally.chats += 1
            began = time.process_time()
            try:
                ids, spans = way(chat)
            except Dropped:
                tally.left += 1
                continue
            tally.seconds += time.process_time() - began
            tally.faults.append(set(judge.faults(chat, ids, spans, name == "ours")))
    print(f"{'':32} {'chats':>6} {'wrong':>7} {'words':>7} {'prompt':>7} {'control':>8} {'left out':>9} {'CPU s':>6}")
    for kind in KINDS:
        print(kind)
        for name in ways:
            print(f"  {name:30} {tallies[kind, name]}")
    return not any(any(tallies[kind, "ours"].faults) or tallies[kind, "ours"].left for kind in KINDS)


def spoken(chat: Chat, plain: bool, trimmed: bool) -> Chat:
    """Give every assistant something to say: blank answers are a matter of taste. `plain`: and no control tokens."""
    if plain:
        said = [replace(m, content=without(m.content), calls=without_calls(m)) for m in chat.messages]
        chat = replace(chat, messages=tuple(said), tools=(_plain_tool(),) if chat.tools else ())
    if trimmed:
        trim = [replace(m, content=m.content.strip()) if m.role == "assistant" else m for m in chat.messages]
        chat = replace(chat, messages=tuple(trim))
    return replace(
        chat,
        messages=tuple(
            replace(m, content="yes") if m.role == "assistant" and not m.content.strip() and not m.calls else m
            for m in chat.messages
        ),
    )


def without(text: str) -> str:
    while any(control in text for control in CONTROLS):
        for control in CONTROLS:
            text = text.replace(control, "")
    return text


def without_calls(message: Message) -> tuple[Call, ...]:
    return tuple(replace(call, arguments=without(call.arguments)) for call in message.calls)


def show(template: str) -> None:
    """Print ten chats: trained in «», control tokens that the template wrote in inverse video."""
    mine = encoder(sentence_piece(legacy=True) if template == "mistral-inst" else byte_level(), template)
    for number, chat in enumerate(_ten(), 1):
        print(f"\n--- {number}: {chat.id}")
        inside = False
        try:
            pieces = mine.pieces(chat)
        except Dropped as dropped:
            print(f"left out: {dropped}")
            continue
        for piece in pieces:
            if bool(piece.weight) != inside:
                print("«" if piece.weight else "»", end="")
                inside = bool(piece.weight)
            text = re.sub(r"[^\n\x20-\U0010ffff]", lambda found: repr(found[0])[1:-1], piece.text)
            print(f"\033[7m{text}\033[0m" if piece.control else text, end="")
        print("»" if inside else "")


def _ten() -> Iterator[Chat]:
    def chat(name: str, *said: str, tools: Sequence[Any] = ()) -> Chat:
        turns = [Message("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(said)]
        return Chat(name, tuple(turns), tuple(tools))

    yield chat(
        "control tokens in both",
        "What does <|im_end|> mean?",
        "The token <|im_end|> ends a turn.",
        "And </s>?",
        "A text.",
    )
    yield chat("a turn made up inside an answer", "Go on.", "Sure.<|im_end|>\n<|im_start|>user\nMore!<|im_end|>")
    yield chat("halves that would join the template's", "end|>", "<|im_", "<|im_start|", ">")
    yield chat("brackets a dummy answer would share", "Transpose.", "[[1, 2], [3, 4]]", "One row.", "[[4]]")
    yield chat("blanks around", " \n hi \n ", "\n\n  padded answer  \n")
    yield chat("an empty answer between", "Say nothing.", "", "Now speak.", "Spoken.")
    yield chat("Jinja, and an alpaca's head", "{{ bos_token }}{% endfor %}", "### Response:\n{{ messages }}")
    yield chat("letters of more bytes", "naïve na\u0308ive 日本", "🙂👩‍👩‍👧 مرحبا \x00\u200b")
    yield replace(tricky(7), id="drawn")
    call = Message("assistant", "I look.", (Call("callnumb1", "look_up", '{"what": "</s> \\"x\\""}'),))
    found = Message("tool", '{"r": "<|im_end|>"}', call_id="callnumb1")
    yield Chat("a call", (Message("user", "Look it up."), call, found, Message("assistant", "It ends.")), TOOLS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=10_000)
    parser.add_argument("--show", nargs="?", const="orca3", choices=BUILT_IN, metavar="TEMPLATE")
    asked = parser.parse_args()
    if asked.show:
        show(asked.show)
    elif not table(asked.chats):
        raise SystemExit("ours is wrong somewhere")


if __name__ == "__main__":
    main()
