"""The checks of a pair that hold for every skill of text, whatever it asks for."""

from collections.abc import Callable, Iterable, Iterator

from teams.engine.checks.chatter import chatter, cut_off, holes, loops, refusals
from teams.engine.checks.conversation import Conversation, Words, judged, short
from teams.engine.checks.leaks import points_inside
from teams.engine.checks.phrases import TABLES, base
from teams.engine.records import Pair
from teams.engine.verdict import Check, Finding


def text_check(name: str, look: Callable[[str], Iterable[str]], *roles: str, covers: str = "") -> Check:
    """Make a check of a look at what each of `roles` says.

    With `covers`, a sort of `phrases.SORTS`, the evidence says when the pair's language (`facts["language"]` of the
    passage, a tag) is not read for it.
    """

    def check(pair: Pair) -> Iterable[Finding]:
        said = [words for role in roles for words in Conversation(pair).words(role)]
        faults = [f"message {words.turn}: {fault}" for words in said for fault in look(_own(words, pair))]
        yield judged(name, faults, f"{len(said)} turns read{_uncovered(pair, covers)}")

    check.__name__ = name
    check.__doc__ = look.__doc__
    return check


def _own(words: Words, pair: Pair) -> str:
    """What the turn says beside the passage it brings along: that is judged where it is made."""
    passage = pair.instruction.passage.text.strip()
    if words.role == "user" and passage and passage in words.text:
        return words.text.replace(passage, "\n\n[…]\n\n", 1)
    return words.text


def _uncovered(pair: Pair, sort: str) -> str:
    tag = str(pair.instruction.passage.facts.get("language") or "")
    if not sort or not tag:
        return ""
    table = TABLES.get(base(tag))
    return "" if table and getattr(table, sort) else f"; wordings in {short(tag)} are not known"


def _refused(text: str) -> Iterator[str]:
    """The assistant answers: it neither refuses nor speaks of itself as a model."""
    yield from (repr(said) for said in refusals(text))


def _left_open(text: str) -> Iterator[str]:
    """Nothing is left to fill in: [Your Name], {title}, lorem ipsum."""
    yield from (repr(hole) for hole in holes(text))


def _left_open_but_masks(text: str) -> Iterator[str]:
    """Nothing is left to fill in but masks that hide who is meant ([NAME]) and gaps of a cloze (____)."""
    yield from (repr(hole) for hole in holes(text, masks=True, blanks=True))


def _unfinished(text: str) -> Iterator[str]:
    """The answer ends where it should; verse, lists, signatures and titles need no full stop."""
    yield from ([cut] if (cut := cut_off(text)) else [])


def _workshop(text: str) -> Iterator[str]:
    """Nobody speaks of how the data is made: the rewritten passage, the suggestion, Option C (correct)."""
    yield from (repr(said) for said in points_inside(text))


def _loops(text: str) -> Iterator[str]:
    """Nothing is said over and over; a refrain may return."""
    yield from loops(text)


def _chatter(text: str) -> Iterator[str]:
    """The answer is the answer: no "Sure! Here is", no "I hope this helps", no note on what was done."""
    yield from chatter(text)


answers_at_all = text_check("answers_at_all", _refused, "assistant", covers="refusal")
nothing_left_open = text_check("nothing_left_open", _left_open, "assistant", covers="hole")
nothing_left_open_but_masks = text_check("nothing_left_open", _left_open_but_masks, "assistant", covers="hole")
"""Instead of `nothing_left_open` where masks or gaps are asked for: texts made anonymous, forms, cloze questions."""
text_finished = text_check("text_finished", _unfinished, "assistant")
no_workshop_talk = text_check("no_workshop_talk", _workshop, "user", "assistant", covers="workshop")
no_text_loops = text_check("no_text_loops", _loops, "user", "assistant")
no_chatter = text_check("no_chatter", _chatter, "assistant", covers="preamble")
"""Not among the general ones: a chat may close with an offer, an answer to train a style must not."""
