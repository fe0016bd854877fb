"""The rules a request's wishes can be checked by. Where format rules have a checker already, it is that one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from teams.creative_content.rules import measure
from teams.creative_content.verse.lines import verse_of
from teams.engine.demands import RULES as FORMAT
from teams.engine.demands.rule import short, tidy
from tools.counting import paragraphs, sentence_count, word_count

Requirement = Mapping[str, Any]
"""`{"wording", "rule", "from", "to", "words"}`: 0 where a bound is open, [] where no words are needed."""
ALL = "prose verse dialogue letter list"


@dataclass(frozen=True)
class Rule:
    """One way to check a wish."""

    name: str
    meaning: str
    """What it checks and what it needs, for those who write requests."""
    needs: str
    """Of `from`, `to`, `words`, `word`: which must be given; `bounds` is one of `from` and `to` at least."""
    faults: Callable[[str, Requirement], Iterator[str]]
    family: str
    """Two of one family can't both hold, but for families of several."""
    shapes: str = ALL
    most_words: int = 8


def _outside(count: int, need: Requirement) -> bool:
    return count < need["from"] or (bool(need["to"]) and count > need["to"])


def _bounds(need: Requirement) -> str:
    low, high = need["from"], need["to"]
    if low and high:
        return str(low) if low == high else f"{low} to {high}"
    return f"at most {high}" if high else f"at least {low}"


def _counts(count: Callable[[str], int], what: str) -> Callable[[str, Requirement], Iterator[str]]:
    def faults(piece: str, need: Requirement) -> Iterator[str]:
        if _outside(found := count(piece), need):
            yield f"it has {found} {what}; {_bounds(need)} were asked for"

    return faults


def _words_about(piece: str, need: Requirement) -> Iterator[str]:
    count = word_count(piece)
    if not 0.88 * need["to"] <= count <= 1.12 * need["to"]:
        yield f"it has {count} words; about {need['to']} were asked for"


def _sentences(piece: str, need: Requirement) -> Iterator[str]:
    count = sentence_count(piece)
    if count.most < need["from"] or (need["to"] and count.least > need["to"]):
        yield f"it has {count} sentences; {_bounds(need)} were asked for"


def _sentence_length(piece: str, need: Requirement) -> Iterator[str]:
    yield from FORMAT["short_sentences"].faults(piece, {"n": need["to"]})


def _words_in(piece: str, need: Requirement) -> Iterator[str]:
    yield from (f"{word!r} does not occur" for word in need["words"] if not measure.times(piece, word))


def _words_out(piece: str, need: Requirement) -> Iterator[str]:
    for word in need["words"]:
        if count := measure.times(piece, word):
            yield f"{word!r} stands there {count} times and was not to occur"


def _phrase_returns(piece: str, need: Requirement) -> Iterator[str]:
    if _outside(count := measure.times(piece, need["words"][0]), need):
        yield f"{need['words'][0]!r} stands there {count} times; {_bounds(need)} were asked for"


def _opens_with(piece: str, need: Requirement) -> Iterator[str]:
    phrase = need["words"][0]
    if not any(_begins(text, phrase) for text in (piece, measure.without_title(piece))):
        yield f"it begins with {short(measure.without_title(piece)[:60])}, not with {phrase!r}"


def _begins(text: str, phrase: str) -> bool:
    bare, wanted = (measure.flat(t).lstrip("\"'*_ —-") for t in (text[: len(phrase) * 2 + 80], phrase))
    return bare.startswith(wanted.rstrip(".,;:!?… ")) and not bare[len(wanted.rstrip(".,;:!?… ")) :][:1].isalnum()


def _closes_with(piece: str, need: Requirement) -> Iterator[str]:
    end = measure.flat(piece[-len(need["words"][0]) * 2 - 80 :]).rstrip("\"'*_ .!?…)")
    if not end.endswith(measure.flat(need["words"][0]).rstrip("\"' .!?…)")):
        yield f"it ends with {short(piece.rstrip()[-60:])}, not with {need['words'][0]!r}"


def _has_title(piece: str, need: Requirement) -> Iterator[str]:
    title = measure.title_of(piece)
    if not title:
        yield "no title stands alone on the first line"
    elif need["to"] and (count := word_count(title)) > need["to"]:
        yield f"the title has {count} words; at most {need['to']} were asked for"


def _lipogram(piece: str, need: Requirement) -> Iterator[str]:
    yield from FORMAT["lipogram"].faults(piece, {"letter": need["words"][0].strip().casefold()})


def _acrostic(piece: str, need: Requirement) -> Iterator[str]:
    lines = [line for stanza in verse_of(piece) for line in stanza]
    yield from FORMAT["acrostic"].faults("\n".join(lines), {"word": need["words"][0].strip().upper()})


def _speakers_are(piece: str, need: Requirement) -> Iterator[str]:
    found, wanted = measure.speakers(piece), [measure.flat(name) for name in need["words"]]
    yield from (f"{name!r} does not speak" for name in wanted if not any(_same_name(name, one) for one in found))
    strange = [one for one in found if not any(_same_name(name, one) for name in wanted)]
    if strange:
        yield f"others speak too: {', '.join(strange[:4])}"


def _same_name(one: str, other: str) -> bool:
    return one == other or set(one.split()) <= set(other.split()) or set(other.split()) <= set(one.split())


def _turn_length(piece: str, need: Requirement) -> Iterator[str]:
    for name, said in measure.turns(piece):
        if (count := word_count(measure.spoken(said))) > need["to"]:
            below = "with what stands below it (put stage directions in brackets)"
            yield f"a turn of {name!r} has {count} words {below}; at most {need['to']} were asked for"


def _steps(piece: str, need: Requirement) -> Iterator[str]:
    numbers = measure.steps(piece)
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the steps are not numbered in one row from 1: {numbers[:12]}"
    elif _outside(len(numbers), need):
        yield f"it has {len(numbers)} numbered steps; {_bounds(need)} were asked for"


def _labels(piece: str, need: Requirement) -> Iterator[str]:
    parts = measure.labelled(piece, need["words"])
    if parts is None:
        yield f"each of {', '.join(map(repr, need['words']))} has to begin a line, once, in this order, with a colon"
    else:
        yield from (f"nothing stands under {label!r}" for label, said in parts.items() if not said)


def _without(sign: str, name: str) -> Callable[[str, Requirement], Iterator[str]]:
    def faults(piece: str, need: Requirement) -> Iterator[str]:
        if count := sum(piece.count(one) for one in sign):
            yield f"{count} {name} were not to occur"

    return faults


def _no_speech(piece: str, need: Requirement) -> Iterator[str]:
    if measure.is_speech(piece):
        yield "somebody is quoted; there was to be no direct speech"


def _no_digits(piece: str, need: Requirement) -> Iterator[str]:
    if found := [word for word in piece.split() if any(c.isdigit() for c in word)]:
        yield f"figures in digits were not to occur: {', '.join(found[:4])}"


def _line_count(piece: str) -> int:
    return sum(len(stanza) for stanza in verse_of(piece))


_RULES = (
    Rule("word_count", "the number of words, from `from` to `to`; 0 leaves a side open", "bounds",
         _counts(word_count, "words"), "words"),
    Rule("words_about", "about `to` words, a tenth more or less", "to", _words_about, "words"),
    Rule("characters", "at most `to` characters with spaces", "to",
         _counts(lambda piece: len(tidy(piece)), "characters"), "words"),
    Rule("sentences", "the number of sentences", "bounds", _sentences, "sentences", "prose letter"),
    Rule("sentence_length", "no sentence has more than `to` words", "to", _sentence_length, "sentence_length",
         "prose letter list"),
    Rule("paragraphs", "the number of paragraphs, parted by blank lines", "bounds",
         _counts(lambda piece: len(paragraphs(measure.without_title(piece))), "paragraphs"), "paragraphs",
         "prose letter"),
    Rule("lines", "the number of lines of verse, a title not counted", "bounds", _counts(_line_count, "lines"),
         "lines", "verse"),
    Rule("stanzas", "the number of stanzas", "bounds", _counts(lambda piece: len(verse_of(piece)), "stanzas"),
         "stanzas", "verse"),
    Rule("parts", "the number of scenes, entries or sections, each under a heading of its own", "bounds",
         _counts(measure.part_count, "parts"), "paragraphs", "prose dialogue list"),
    Rule("steps", "the number of numbered steps", "bounds", _steps, "steps", "list prose"),
    Rule("words_in", "each of `words` occurs, exactly so; figures and names too", "words", _words_in, "words_in"),
    Rule("words_out", "none of `words` occurs", "words", _words_out, "words_out", most_words=12),
    Rule("phrase_returns", "the one phrase in `words` occurs from `from` to `to` times", "bounds word",
         _phrase_returns, "phrase_returns"),
    Rule("opens_with", "the piece begins with the words in `words`, a title aside", "word", _opens_with, "opening"),
    Rule("closes_with", "the piece ends with the words in `words`", "word", _closes_with, "ending"),
    Rule("title", "a title alone on the first line, of at most `to` words (0: of any length)", "", _has_title,
         "title", "prose verse"),
    Rule("lipogram", "the letter in `words` occurs nowhere", "word", _lipogram, "lipogram", "prose verse letter"),
    Rule("acrostic", "the first letters of the lines spell the word in `words`", "word", _acrostic, "lines", "verse"),
    Rule("speakers", "the number of speakers", "bounds",
         _counts(lambda piece: len(measure.speakers(piece)), "speakers"), "speakers", "dialogue"),
    Rule("speakers_are", "those in `words` speak, and nobody else", "words", _speakers_are, "speakers", "dialogue"),
    Rule("turn_length", "no turn of a speaker is longer than `to` words", "to", _turn_length, "turn_length",
         "dialogue"),
    Rule("labels", "each label in `words` begins a line with a colon, in this order", "words", _labels, "labels"),
    Rule("no_questions", "no question mark", "", _without("?？؟", "question marks"), "marks"),
    Rule("no_exclamations", "no exclamation mark", "", _without("!！", "exclamation marks"), "marks"),
    Rule("no_speech", "nobody is quoted", "", _no_speech, "no_speech", "prose letter"),
    Rule("no_digits", "no figures in digits", "", _no_digits, "no_digits", "prose verse letter"),
)  # fmt: skip
RULES: Mapping[str, Rule] = {rule.name: rule for rule in _RULES}
_SEVERAL = {"words_in", "phrase_returns", "marks"}


def menu(shape: str) -> list[Rule]:
    """Return the rules for pieces of a shape."""
    return [rule for rule in _RULES if shape in rule.shapes.split()]


def broken(piece: str, need: Requirement) -> list[str]:
    """Return what in a piece breaks a requirement, at most four lines; none: it is met."""
    piece = tidy(piece)
    return list(RULES[need["rule"]].faults(piece, need))[:4] if piece else ["there is no piece"]


def stands_at_odds(needs: Sequence[Requirement]) -> Iterator[str]:
    """Yield which requirements can't all be met."""
    families: dict[str, str] = {}
    for need in needs:
        family = RULES[need["rule"]].family
        if family in families and family not in _SEVERAL:
            yield f"{need['rule']} and {families[family]} can't both be asked for"
        families[family] = need["rule"]
    asked = [word for need in needs if need["rule"] in _PUT_IN for word in need["words"]]
    for need in needs:
        if need["rule"] == "words_out":
            yield from (
                f"{word!r} is not to occur and stands in {one!r}, which is to"
                for word in need["words"] for one in asked if measure.times(one, word)
            )  # fmt: skip
        if need["rule"] == "lipogram":
            letter = need["words"][0].casefold()
            yield from (f"{one!r} has the letter {letter!r}" for one in asked if letter in one.casefold())
        if need["rule"] == "no_digits":
            yield from (f"{one!r} holds digits" for one in asked if any(c.isdigit() for c in one))


_PUT_IN = ("words_in", "phrase_returns", "opens_with", "closes_with", "labels")
