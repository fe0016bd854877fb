"""Is what was said plausible text: whole, not garbled, not looping, free of a chat template's own tokens?"""

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from teams.engine.checks.conversation import Conversation, Words, judged, short
from teams.engine.records import Pair
from teams.engine.verdict import Check, Finding

_CONTROL_TOKEN = re.compile(
    r"<\|[\w ]{2,30}\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</?think>|<(?:bos|eos|pad|unk)>"
    r"|<｜[^｜]{1,30}｜>|\[(?:TOOL_CALLS|AVAILABLE_TOOLS|TOOL_RESULTS)\]"
)
# Text that was encoded as UTF-8 and read as Latin-1 or Windows-1252 shows these; real text does not.
_MOJIBAKE = re.compile(r"Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|Â[\u0080-\u00bf]|â€.|ï»¿|ðŸ|\ufffd")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\ufff0-\ufffb]")
_CUT_WORD = re.compile(r"\b(?:the|an?|and|or|of|your|my|because)$")
"""In lower case: `Hall A` is whole."""
_ADDRESS = re.compile(r"(?:\w://|(?<!\S)/)\S+/$")
_LIST_LINE = re.compile(r"^\s*(?:[-*•|>#]|\d+[.)])")
_LONG_LINE = 8
"""An answer's last line of more words than this ends in punctuation, or it was cut."""
_LOOP = re.compile(r"(\b\w[^\n]{2,80}?)(?:[\s,.;]+\1){3,}", re.DOTALL)
_SAME_CHARACTER = re.compile(r"([^\s\-=_*#.|])\1{24,}")


def _every_turn(name: str, look: Callable[[Words], Iterator[str]], *roles: str) -> Check:
    """Make a check of a look at each turn of `roles`; `answer` is the assistant's turns without a call."""

    def check(pair: Pair) -> Iterable[Finding]:
        talk = Conversation(pair)
        said = [words for role in roles for words in (talk.plain if role == "answer" else talk.words(role))]
        faults = [f"message {words.turn}: {fault}" for words in said for fault in look(words)]
        yield judged(name, faults, f"{len(said)} turns read")

    check.__name__ = name
    check.__doc__ = look.__doc__
    return check


def no_control_tokens(pair: Pair) -> Iterable[Finding]:
    """No chat template's token stands in anything that is trained on: it would end or open a turn."""
    # Messages with their calls, and the tools: a template writes all of it out.
    read: list[tuple[str, object]] = [(f"message {n}", message) for n, message in enumerate(pair.messages, 1)]
    read.append(("the list of tools", pair.tools))
    faults = [
        f"{where}: control token {token!r}"
        for where, what in read
        for token in _CONTROL_TOKEN.findall(json.dumps(what, ensure_ascii=False, default=str))
    ]
    yield judged("no_control_tokens", faults, f"{len(pair.messages)} messages and {len(pair.tools)} tools read")


def _garbled(words: Words) -> Iterator[str]:
    """No text in the wrong encoding, no lone surrogates, no control characters."""
    yield from (f"garbled {match.group()!r}" for match in _MOJIBAKE.finditer(words.text))
    yield from (f"unprintable {match.group()!a}" for match in _UNPRINTABLE.finditer(words.text))


def _cut(words: Words) -> Iterator[str]:
    """The text ends where a sentence does."""
    text = words.text.rstrip()
    last = text.rsplit("\n", 1)[-1]
    if text.count("```") % 2:
        yield "a code fence is left open"
    elif _ADDRESS.search(last):
        return
    elif text.endswith((",", ";", ":", "-", "–", "(", "[", "{", "/", "&")) or _CUT_WORD.search(last):
        yield f"ends in {short(text[-30:])!r}"
    elif words.role == "assistant" and text[-1:].isalpha() and not _LIST_LINE.match(last):
        # Scripts without spaces count as one word, so this speaks only where words can be counted.
        yield from [f"ends without punctuation: {short(text[-30:])!r}"] * (len(last.split()) > _LONG_LINE)


def _loops(words: Words) -> Iterator[str]:
    """Nothing is said over and over."""
    sentences = Counter(s.strip() for s in re.split(r"(?<=[.!?])\s+|\n+", words.text) if len(s.strip()) > 20)
    yield from (f"said {count} times: {short(sentence)!r}" for sentence, count in sentences.items() if count > 2)
    if loop := _LOOP.search(words.text[:20_000]):
        yield f"loops on {short(loop.group(1))!r}"
    if run := _SAME_CHARACTER.search(words.text):
        yield f"a run of {run.group(1)!r}"
    raw = words.text.encode("utf-8", "replace")
    if len(raw) > 600 and len(raw) > 8 * len(zlib.compress(raw)):
        yield "says little in many words: it compresses to an eighth"


text_plausible = _every_turn("text_plausible", _garbled, "system", "user", "assistant", "tool")
not_cut_off = _every_turn("not_cut_off", _cut, "user", "answer")
no_loops = _every_turn("no_loops", _loops, "user", "assistant")
