"""How a piece of writing is asked for: a request with an occasion, and its wishes, counted ones apart from the rest.

The writer of a request takes its wishes out of it word by word; the program sees that each wording stands there and
says what its rule checks. `Brief` is any piece; with `verse`, `pack` or `sample` it brings a named form, a list of
facts, or a specimen of a style along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from teams.creative_content.rules import Requirement, Rule, menu, misread, stands_at_odds
from teams.creative_content.verse import FORMS
from teams.creative_content.worn import worn
from teams.engine.checks.leaks import stands_alone
from teams.engine.checks.quotes import locate
from teams.engine.checks.spelling import numbers
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper, closed, several, text
from teams.engine.tongue import tongue
from tools.counting import word_count

_OWN_TEXT = re.compile(r"\b(?:the|this|your) (?:text|piece|story|poem|article|letter|song)\b")
_SHEET = re.compile(
    r"\b(?:the|this|these|working) (?:seed|notes above|source text)\b|\bworking sheet\b|"
    r"\b(?:(?:said|given|told|described|listed|named|stands?|found) (?:in|on)|see|use|uses|from|after|per|"
    r"according to|based on|what) (?:the|this) (?:material|sheet)\b|"
    r"\b(?:the|this) (?:material|sheet) (?:above|below|says)",
    re.IGNORECASE,
)
"""What speaks of the working sheet; somebody may well sign a sheet, or ask for a poem about the material of a coat."""
LONGEST = 320
"""Words of a request, what it brings along not counted."""
_WISH = closed(
    {
        "wording": text(8, 400, "the words of the request that ask for it, exactly as they stand there"),
        "sign": text(10, 300, "what stands in the piece, or does not, by which a reader sees that it is met"),
    }
)
_FACT = closed(
    {
        "fact": text(10, 260, "one fact, a sentence or a note"),
        "token": text(
            0, 60, "a name or figure of it by which one sees that the piece has it; empty if it may be left out"
        ),
    }
)
_SMALL_LIMITS = (120, 150, 180, 200)
_LIMITED = {
    "en": ("Keep it under {} words.", "No more than {} words, please.", "At most {} words."),
    "de": ("Höchstens {} Wörter.", "Bitte nicht mehr als {} Wörter."),
    "fr": ("{} mots au plus.", "Pas plus de {} mots, s'il vous plaît."),
    "es": ("Como máximo {} palabras.", "No más de {} palabras, por favor."),
    "it": ("Al massimo {} parole.", "Non più di {} parole, per favore."),
    "pt": ("No máximo {} palavras.", "Não mais de {} palavras, por favor."),
    "nl": ("Hoogstens {} woorden.", "Niet meer dan {} woorden, graag."),
    "ru": ("Не больше {} слов.",),
    "zh": ("不超过{}字。",),
    "ja": ("{}字以内でお願いします。",),
}
"""How a limit of words is put, by language; Chinese and Japanese count characters."""
LONGEST_WISH = 0.6
"""Share of the words of a request that a wish taken out of it may have: more, and nothing was taken out."""
_FELT = re.compile(
    r"^\W*(?:(?:the|this) (?:piece|text|reader|story|poem|letter|tone|result) |it |one |readers? )?"
    r"(?:feels?|seems?|sounds?|is|are|reads?|should be|must be|has to be)(?: \w+ly| so| very| really| all)? "
    r"(?:(?:engag|mov|touch|inspir|compell|interest|entertain|charm|excit|captivat|amus)(?:ing|ed)|\w+(?:ful|ive|ous|ly)|"
    r"warm|nice|good|fun|funny|great|sad|vivid|real|clear|natural|authentic|personal)\W*"
    r"(?:and \w+\W*)?(?:to read\W*)?$",
    re.IGNORECASE,
)
"""A sign that nobody can point at: it feels warm."""
_CALLED = {"couplets": "couplet", "haiku_sequence": "haiku", "free_verse": "free"}
"""What an English request has to say to name a form, where it is not the form's own name."""
MORE = frozenset({"verse", "pack", "sample"})


class Brief(Form):
    """A request for a piece of writing."""

    is_closed = False
    quotes = False

    def __init__(self, name: str, shape: str = "prose", *more: str, labels: int = 0) -> None:
        """Make a form; `more` of `MORE`; `labels`: its parts are to stand under so many labels."""
        assert set(more) <= MORE, more
        self.name, self.shape, self.more, self.labels = name, shape, more, labels

    def draft(self, small: bool) -> dict[str, Any]:
        if small:
            return {
                "question": text(
                    60, 700, "the request: who asks, for what occasion, about what; two or three sentences"
                )
            }
        fields: dict[str, Any] = {
            "occasion": text(15, 400, "who asks, in which week of their life, for whom"),
            "tension": text(10, 300, "which wishes pull against each other"),
        }
        if "verse" in self.more:
            fields["verse_form"] = {"enum": list(FORMS)}
        fields["question"] = text(80, 2400, "the request, as its writer sends it")
        if "pack" in self.more:
            fields["pack"] = several(_FACT, 5, 12, "facts put under the request as a list, one a line")
        if "sample" in self.more:
            fields["sample"] = text(250, 1100, "the sample of the style, put under the request")
        if self.labels:
            fields["labels"] = several(text(2, 30, ""), self.labels, self.labels, "as the request names them, in order")
        return {**fields, "requirements": self._requirements(), "wishes": several(_WISH, 1, 4)}

    def guidance(self, small: bool) -> str:
        if small:
            return ""
        rules = "\n".join(f"- {rule.name}: {rule.meaning}" for rule in self._rules)
        said = f"Rules for `requirements`:\n{rules}"
        if "verse" in self.more:
            forms = "\n".join(f"- {form.name}: {form.meaning}" for form in FORMS.values())
            said = f"Forms for `verse_form`:\n{forms}\n\n{said}"
        return said

    @property
    def _rules(self) -> Sequence[Rule]:
        return [rule for rule in menu(self.shape) if rule.name not in (("lines", "stanzas") if self._is_set else ())]

    def _requirements(self) -> dict[str, Any]:
        one = closed(
            {
                "wording": text(6, 400, "the words of the request that ask for it, exactly as they stand there"),
                "rule": {"enum": [rule.name for rule in self._rules]},
                "from": {"type": "integer", "minimum": 0, "maximum": 5000, "description": "0: not needed, or open"},
                "to": {"type": "integer", "minimum": 0, "maximum": 5000, "description": "0: not needed, or open"},
                "words": several(text(1, 160, ""), 0, 12, "empty where the rule needs none"),
            }
        )
        return several(one, 0 if self._is_set or self.labels else 1, 4, "the wishes that can be counted or looked up")

    @property
    def _is_set(self) -> bool:
        """Its form alone says how many lines it has."""
        return "verse" in self.more

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        question = draft["question"]
        if (count := word_count(question)) > LONGEST:
            yield f"the request has {count} words; at most {LONGEST}"
        if names := [one.said for one in worn(question) if one.sort == "name"]:
            yield f"people are called {', '.join(names)} in every second piece; give them other names"
        tag = tongue(question) or "en"
        if "requirements" not in draft:
            if tag not in _LIMITED:
                yield f"nothing in it could be checked: no limit of length can be put to it in {tag!r}"
            return
        needs = [*draft["requirements"], *self._own(draft)]
        for need in draft["requirements"]:
            yield from misread(need, question, tag)
        yield from stands_at_odds(needs)
        for wish in draft["wishes"]:
            if locate(wish["wording"], question, any_case=True) is None:
                yield f"the request does not say {wish['wording']!r}: quote it letter by letter"
        yield from _unjudgeable(draft)
        yield from self._unsaid(draft, tag)

    def _unsaid(self, draft: Draft, tag: str) -> Iterator[str]:
        """What a form brings along has to fit the request it comes with."""
        question = draft["question"].casefold()
        if "verse_form" in draft and tag == "en":
            name = _CALLED.get(draft["verse_form"], draft["verse_form"])
            if name not in question and not (name == "free" and "rhyme" in question):
                yield f"the request does not name its form ({name})"
        for label in draft.get("labels", ()):
            if label.casefold() not in question:
                yield f"the request does not name the label {label!r}"
        facts = draft.get("pack", ())
        if facts and sum(bool(fact["token"].strip()) for fact in facts) < 3:
            yield "at least three facts have to be kept: give their tokens"
        for fact in facts:
            if fact["token"].casefold().strip() not in fact["fact"].casefold():
                yield f"the token {fact['token']!r} does not stand in its fact"
        for brought in (*(fact["fact"] for fact in facts), draft.get("sample", "")):
            yield from (f"what comes with the request says {fault}" for fault in stands_alone(brought, is_answer=True))

    def _own(self, draft: Draft) -> list[Requirement]:
        """Requirements that the form itself brings."""
        labels = list(draft.get("labels", ()))
        return [_need("labels", words=labels, wording="; ".join(labels))] if labels else []

    def asked(self, draft: Draft, random: Random) -> Asked:
        question = draft["question"].strip()
        facts: dict[str, Any] = {"question": question}
        if "requirements" not in draft:
            return self._small(question, random)
        for name in ("occasion", "tension", "verse_form", "sample", "labels"):
            if name in draft:
                facts[name] = draft[name].strip() if isinstance(draft[name], str) else list(draft[name])
        facts["requirements"] = [dict(need) for need in (*draft["requirements"], *self._own(draft))]
        facts["wishes"] = [{key: said.strip() for key, said in wish.items()} for wish in draft["wishes"]]
        if "pack" in draft:
            facts["pack"] = [{key: said.strip() for key, said in fact.items()} for fact in draft["pack"]]
        facts["known"] = list(_known(facts))
        return Asked(_with_what_it_brings(facts), facts)

    def _small(self, question: str, random: Random) -> Asked:
        """A small model writes the request alone; a limit on its length is put in by the program."""
        limit = random.choice(_SMALL_LIMITS)
        wording = random.choice(_LIMITED.get(tongue(question) or "en", _LIMITED["en"])).format(limit)
        need = _need("word_count", to=limit, wording=wording)
        facts: dict[str, Any] = {"question": f"{question} {wording}", "requirements": [need], "wishes": []}
        return Asked(facts["question"], facts)

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["question"], {"type": "string"})

    def found(self, answer: str, facts: Facts) -> str:
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return True


def _unjudgeable(draft: Draft) -> Iterator[str]:
    """Yield which wishes nobody could judge a piece by: a reader has to be able to point at what shows it."""
    question, seen = draft["question"], set[str]()
    counted = [" ".join(need["wording"].casefold().split()) for need in draft["requirements"]]
    for wish in draft["wishes"]:
        said, sign = (" ".join(wish[name].casefold().split()) for name in ("wording", "sign"))
        if said in seen:
            yield f"the wish {wish['wording']!r} is there twice"
        seen.add(said)
        if word_count(said) > LONGEST_WISH * word_count(question):
            yield f"the wish {wish['wording'][:60]!r}… is the whole request; quote only what asks for one thing"
        if set(_TERM.findall(sign)) <= set(_TERM.findall(said)):
            yield f"the sign {wish['sign']!r} only says the wish again; say what stands in the piece, or is absent"
        elif _FELT.match(wish["sign"]):
            yield f"nobody can point at {wish['sign']!r}; say what stands in the piece, or is absent from it"
    if all(any(said in need or need in said for need in counted) for said in seen):
        yield "all its wishes are counted ones already; `wishes` needs one that only a reader can judge"


_TERM = re.compile(r"[^\W\d_]{3,}|[\u2e80-\u9fff]")


def _need(rule: str, *, to: int = 0, words: Sequence[str] = (), wording: str = "") -> dict[str, Any]:
    return {"wording": wording, "rule": rule, "from": 0, "to": to, "words": list(words)}


def _with_what_it_brings(facts: Facts) -> str:
    parts = [facts["question"]]
    if "pack" in facts:
        parts.append("\n".join(f"- {fact['fact']}" for fact in facts["pack"]))
    if "sample" in facts:
        parts.append(facts["sample"])
    return "\n\n".join(parts)


def _known(facts: Facts) -> Iterator[str]:
    """What its author knows of a request, for those who refine it."""
    yield f"Who asks: {facts['occasion']}"
    for need in facts["requirements"]:
        figures = f", from {need['from']} to {need['to']}" if need["from"] or need["to"] else ""
        words = f", {', '.join(map(repr, need['words']))}" if need["words"] else ""
        yield f"Counted: {need['wording']!r} (rule {need['rule']}{figures}{words})"
    if "verse_form" in facts:
        yield f"Counted: the form of a {facts['verse_form']}"
    for wish in facts["wishes"]:
        yield f"Judged by a reader: {wish['wording']!r} ({wish['sign']})"
    for fact in facts.get("pack", ()):
        yield f"Fact to be {'kept' if fact['token'] else 'left or kept'}: {fact['fact']}" + (
            f" ({fact['token']!r} shows it)" if fact["token"] else ""
        )
    if "sample" in facts:
        yield f"The sample: {facts['sample']}"


def points_outside(request: str) -> list[str]:
    """Return what in a request points at something its reader can't see. "The text" is the piece to be written."""
    found = [fault for fault in stands_alone(request) if not _OWN_TEXT.search(fault.casefold())]
    return [*found, *(match.group() for match in _SHEET.finditer(request))]


def token_stands(token: str, piece: str) -> bool:
    """Say whether a piece has a name or a figure: as it is written, or the figure in words or with other signs."""
    flat = " ".join(piece.replace("’", "'").casefold().split())
    wanted = " ".join(token.replace("’", "'").casefold().split())
    if wanted in flat:
        return True
    figures, words = numbers(token), re.findall(r"[^\W\d_]{4,}", token.casefold())
    # "3 metres" is as good as "three metres", but "all three" is something else.
    named = all(word in flat or numbers(word) for word in words)
    return bool(figures) and named and figures <= numbers(piece)


PROSE, LETTER, SCRIPT, STEPS = (
    Brief("piece"),
    Brief("letter", "letter"),
    Brief("script", "dialogue"),
    Brief("steps", "list"),
)
SONG = Brief("song", "verse")
VERSE = Brief("verse", "verse", "verse")
PACKED = Brief("packed", "prose", "pack")
STYLED = Brief("styled", "prose", "sample")
PROBLEM = Brief("problem", "prose", labels=3)
