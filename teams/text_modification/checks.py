"""What a changed text has to pass before it is examined: the program's own result where there is one.

The general checks of text are held against the original: what is wrong with that (an open end, a "let me know") is not
the answer's fault where the text is handed back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from teams.engine.checks import GENERAL_TEXT_CHECKS
from teams.engine.checks.chatter import chatter, cut_off, holes, loops, refusals
from teams.engine.checks.conversation import judged, words_of
from teams.engine.checks.prose import answers_at_all, no_text_loops, nothing_left_open, text_finished
from teams.engine.checks.text import text_plausible
from teams.engine.demands import content_of
from teams.engine.records import Instruction, Pair
from teams.engine.stages.checks import answers_of, format_kept
from teams.engine.stages.message import demands_of
from teams.engine.tongue import is_in
from teams.engine.verdict import Check, Finding
from teams.text_modification.exact.compare import folded
from teams.text_modification.forms import FORMS

Look = Callable[[str], Iterable[str]]


def wanting(instruction: Instruction, answer: str) -> list[str]:
    """Return where an answer is not what its request asks for; nothing if a program finds it as it should be."""
    facts = instruction.facts
    result = content_of(answer, demands_of(facts))
    form = FORMS[facts["form"]]
    return list(form.faults(instruction.passage.text.strip(), result, facts["wants"], facts["ask"]))


def done_as_asked(pair: Pair) -> Iterable[Finding]:
    """What the request asks for was done: to the letter where a program computes it, else as far as one can see."""
    instruction = pair.instruction
    facts = instruction.facts
    form = FORMS[facts["form"]]
    answer = words_of(pair.messages[-1])
    result = content_of(answer, demands_of(facts))
    told = form.compared(instruction.passage.text.strip(), result, facts["wants"])
    yield judged("done_as_asked", wanting(instruction, answer)[:6], told)


def something_changed(pair: Pair) -> Iterable[Finding]:
    """The answer is not the text as it was; where there is nothing to change, it is no other text."""
    facts = pair.instruction.facts
    if not facts.get("answerable", True):
        return
    same = folded(answers_of(pair)[-1]) == folded(pair.instruction.passage.text)
    yield judged("something_changed", ["the text came back as it was"] if same else [], "compared with the text")


def against_the_text(name: str, look: Look) -> Check:
    """Make a check of a look at the answers; what it finds in the original too is not the answer's fault."""

    def check(pair: Pair) -> Iterable[Finding]:
        own = set(look(pair.instruction.passage.text))
        faults = [fault for answer in answers_of(pair) for fault in look(answer) if fault not in own]
        yield judged(name, faults, "the answer, held against the text")

    check.__name__ = name
    check.__doc__ = look.__doc__
    return check


def _left_open(text: str) -> Iterator[str]:
    """Nothing is left to fill in; masks that were asked for are wanted."""
    yield from holes(text, masks=True, blanks=True)


def _unfinished(text: str) -> Iterator[str]:
    """The answer ends where it should."""
    if cut := cut_off(text):
        yield cut


answers = against_the_text("answers_at_all", refusals)
left_open = against_the_text("nothing_left_open", _left_open)
no_small_talk = against_the_text("no_small_talk", chatter)
_loops = against_the_text("no_text_loops", loops)
_REFRAIN = re.compile(
    r"refrain|chorus|kehrreim|estribillo|ritornello|estribilho|refrão|припев|副歌|リフレイン", re.IGNORECASE
)


def no_loops(pair: Pair) -> Iterable[Finding]:
    """The answer does not go round in circles; a refrain that was asked for comes again."""
    if _REFRAIN.search(str(pair.instruction.facts["ask"])):
        last = {**pair.messages[-1], "content": _once(answers_of(pair)[-1])}
        pair = replace(pair, messages=(*pair.messages[:-1], last))
    for finding in _loops(pair):
        yield replace(finding, check="no_text_loops")


def _once(song: str) -> str:
    """Return a text with each of its stanzas once, but where one follows itself."""
    stanzas = song.split("\n\n")
    kept = [one for n, one in enumerate(stanzas) if one not in stanzas[:n] or one == stanzas[n - 1]]
    return "\n\n".join(kept)


def finished(pair: Pair) -> Iterable[Finding]:
    """The answer ends where it should: where the text does, or where a text does."""
    answer, original = answers_of(pair)[-1], pair.instruction.passage.text
    cut = cut_off(answer)
    # A changed text that ends in the same way as the original ends where that does.
    own_end = cut is not None and (cut_off(original) is not None or FORMS[pair.instruction.facts["form"]].is_exact)
    yield judged("text_finished", [cut] if cut and not own_end else [], "read to the end")


def plausible(pair: Pair) -> Iterable[Finding]:
    """No text in the wrong encoding that was not so in the original."""
    faults = [finding for finding in text_plausible(pair) if not finding.passed]
    original = pair.instruction.passage.text
    garbled = [f for f in faults if not any(mark in original for mark in ("Ã", "â€", "\ufffd"))]
    yield judged("text_plausible", [f.evidence for f in garbled], "both turns read")


def in_its_language(pair: Pair) -> Iterable[Finding]:
    """Where a language was asked for, the request is in it, and so is the answer unless the request wants another."""
    facts = pair.instruction.facts
    if not (tag := facts.get("language")):
        return
    faults = ["the request"] if is_in(str(facts["ask"]), tag) is False else []
    if not FORMS[facts["form"]].own_language:
        faults += ["the answer"] if any(is_in(answer, tag) is False for answer in answers_of(pair)) else []
    yield judged("in_its_language", [f"{what} is not in {tag}" for what in faults], f"read as {tag}")


_REPLACED = (nothing_left_open, text_finished, answers_at_all, no_text_loops, text_plausible)
CHECKS: tuple[Check, ...] = (
    *(check for check in GENERAL_TEXT_CHECKS if check not in _REPLACED),
    plausible,
    answers,
    left_open,
    finished,
    no_loops,
    no_small_talk,
    done_as_asked,
    something_changed,
    format_kept,
    in_its_language,
)
