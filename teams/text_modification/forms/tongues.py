"""Into another language, and two languages in one text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from babel import Locale, UnknownLocaleError

from agents.errors import UsageError
from teams.engine.stages.forms import Draft, closed, several, text
from teams.engine.tongue import is_in, tongue
from teams.text_modification.conditions import CONDITIONS, condition_complaints, condition_faults
from teams.text_modification.exact.compare import unlike
from teams.text_modification.exact.places import occurrences
from teams.text_modification.exact.steps import carried_out
from teams.text_modification.forms.change import Change, named
from teams.text_modification.forms.reworded import KEEPS, SHORTENING
from teams.text_modification.looks import TURN
from teams.text_modification.measures import figure_faults, growth, missing
from tools.counting import paragraphs

_TAG = text(2, 8, "as a tag: de, fr, pt-BR")


def language_faults(tag: str, wording: str) -> Iterator[str]:
    """Yield whether a tag is none, or its language is not named by the wording."""
    try:
        locale = Locale.parse(tag, sep="-")
        is_in("", tag)
    except (ValueError, UnknownLocaleError, UsageError):
        yield f"{tag!r} is no language tag; write de, fr, pt-BR"
        return
    base = Locale(locale.language)
    names = {base.get_display_name("en"), base.get_display_name(), *(base.get_display_name(t) for t in _NAMED_IN)}
    if not any(name and name.casefold() in wording.casefold() for name in names):
        yield f"the wording has to name the language: {base.get_display_name('en')}"


_NAMED_IN = ("de", "fr", "es", "it", "pt", "nl", "ja", "zh")


class Translated(Change):
    """The same text in another language, with what stays and with the words given for certain terms."""

    name = "translated"
    shape = "exact"
    own_language = True

    def fields(self) -> dict[str, Any]:
        pair = closed(
            {"term": text(1, 60, "in the text"), "as": text(1, 80, "its translation, as it has to stand there")}
        )
        return {
            "to": _TAG,
            "glossary": several(pair, 0, 6, "terms whose translation the request gives"),
            "keeps": several(text(1, 80, ""), 0, 10, "names, titles, commands, figures that stay as they are"),
            "conditions": CONDITIONS,
        }

    def more(self, wants: Mapping[str, Any]) -> dict[str, Any]:
        return {"tongue": wants["to"]}

    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        wording = draft["question"]
        unnamed = list(language_faults(draft["to"], wording))
        yield from unnamed
        if not unnamed and is_in(passage, draft["to"]):
            yield f"the text is in {draft['to']} already"
        for pair in draft["glossary"]:
            if not occurrences(passage, pair["term"], any_case=True):
                yield f"{pair['term']!r} does not stand in the text"
            yield from named(wording, [pair["as"]], "the translation it wants:")
        for piece in draft["keeps"]:
            if not occurrences(passage, piece, any_case=True):
                yield f"{piece!r} does not stand in the text"
        yield from condition_complaints(draft["conditions"], wording, passage)

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        if is_in(result, wants["to"]) is False:
            yield f"it is not in {wants['to']}"
        else:
            for paragraph in paragraphs(result):
                if len(paragraph) > 200 and is_in(paragraph, wants["to"]) is False:
                    yield f"a paragraph is not in {wants['to']}: {paragraph[:60]!r}"
        yield from figure_faults(original, result)
        yield from (f"{piece!r} was to stay and is lost" for piece in missing(result, wants["keeps"]))
        terms = [pair["as"] for pair in wants["glossary"]]
        yield from (f"the translation asked for, {term!r}, is not used" for term in missing(result, terms))
        yield from condition_faults(result, wants["conditions"])
        if not any(one["rule"] in SHORTENING for one in wants["conditions"]):
            there, now = len(paragraphs(original)), len(paragraphs(result))
            if abs(there - now) > max(1, there // 5):
                yield f"it has {now} paragraphs, the text {there}: something was left out or run together"
            if not 0.4 <= growth(original, result) <= 2.5 and not _unspaced(wants["to"]):
                yield f"it has {growth(original, result):.1f} times as many words as the text"

    def compared(self, original: str, result: str, wants: Mapping[str, Any]) -> str:
        return f"read as {wants['to']}; {len(wants['keeps'])} terms kept, {len(wants['glossary'])} as the glossary says"


def _unspaced(tag: str) -> bool:
    return tag[:2] in ("zh", "ja", "th", "km", "lo", "my")


PATTERNS = ("alternate_paragraphs", "by_speaker", "some_words")


class Switched(Change):
    """Two languages in one text, by a pattern that can be seen."""

    name = "switched"
    shape = "exact"
    own_language = True

    def fields(self) -> dict[str, Any]:
        pair = closed({"word": text(1, 60, "in the text"), "as": text(1, 80, "in the other language")})
        return {
            "pattern": {
                "enum": list(PATTERNS),
                "description": "every second paragraph in the other language, beginning with the second; all that one "
                "speaker says; or only certain words, everywhere, and nothing else changed",
            },
            "first": _TAG,
            "second": _TAG,
            "speaker": text(0, 60, "for by_speaker: who speaks the other language, as before the colon; else empty"),
            "pairs": several(pair, 0, 12, "for some_words: which words become what; else none"),
            "keeps": KEEPS,
        }

    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        wording = draft["question"]
        yield from (f"`first`: {fault}" for fault in language_faults(draft["first"], wording) if "no language" in fault)
        yield from language_faults(draft["second"], wording)
        if draft["first"] == draft["second"]:
            yield "there have to be two languages"
        match draft["pattern"]:
            case "alternate_paragraphs" if len(paragraphs(passage)) < 2:
                yield "the text is a single paragraph; choose another pattern"
            case "by_speaker" if draft["speaker"] not in {name for name, _ in TURN.findall(passage)}:
                yield f"nobody called {draft['speaker']!r} speaks in the text"
            case "by_speaker":
                yield from named(wording, [draft["speaker"]], "who speaks the other language:")
            case "some_words":
                yield from self._pairs(draft, passage)
        for piece in draft["keeps"]:
            if not occurrences(passage, piece, any_case=True):
                yield f"{piece!r} does not stand in the text"

    def _pairs(self, draft: Draft, passage: str) -> Iterator[str]:
        if not draft["pairs"]:
            yield "some_words needs its `pairs`"
        for pair in draft["pairs"]:
            yield from named(draft["question"], [pair["as"]], "what a word becomes:")
            if not occurrences(passage, pair["word"], any_case=True):
                yield f"{pair['word']!r} does not stand in the text"

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        yield from (f"{piece!r} was to stay and is lost" for piece in missing(result, wants["keeps"]))
        if wants["pattern"] == "some_words":
            pairs = [{"old": pair["word"], "new": pair["as"]} for pair in wants["pairs"]]
            expected = carried_out(original, [{"op": "replace", "pairs": pairs, "which": "all", "n": 0}])
            yield from unlike(original, expected, result)
            return
        yield from figure_faults(original, result)
        parts = list(self._parts(result, wants))
        there = list(self._parts(original, wants))
        if len(parts) != len(there):
            yield f"it has {len(parts)} {'turns' if wants['speaker'] else 'paragraphs'}, the text {len(there)}"
        for part, tag in parts:
            if is_in(part, tag) is False:
                yield f"this is not in {tag}: {part[:60]!r}"
        yield from self._stays(parts, there, wants)
        for tag in (wants["first"], wants["second"]):
            together = "\n".join(part for part, its in parts if its == tag)
            if len(together) < 30 or is_in(together, tag) is False:
                yield f"too little of it is in {tag}"

    def _stays(
        self, parts: list[tuple[str, str]], there: list[tuple[str, str]], wants: Mapping[str, Any]
    ) -> Iterator[str]:
        """What stays in the language of the text stays as it is."""
        own = tongue("\n".join(part for part, _ in there))
        for (part, tag), (old, _) in zip(parts, there, strict=False):
            if tag == own and (changed := unlike(old, old, part)):
                yield f"what stays in {tag} has changed: {changed[0]}"

    def _parts(self, text: str, wants: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if wants["pattern"] == "by_speaker":
            for name, said in TURN.findall(text):
                yield said, wants["second"] if name == wants["speaker"] else wants["first"]
        else:
            for number, paragraph in enumerate(paragraphs(text)):
                yield paragraph, wants["second"] if number % 2 else wants["first"]
