"""What a new skill is to consist of, as data: agents draft it, a program finds what is wrong with it and prints it."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from tools.counting import sentences, word_count

FORMS: Mapping[str, str] = {
    "short": "a few words of its writer; the key may be said in other words",
    "list": "several things that are all to be named",
    "number": "a figure worked out from figures of the text",
    "choice": "four options, one right",
    "statements": "some statements to be marked as true or false",
    "order": "things to be put in order",
    "pairs": "things to be matched",
    "quote": "words of the text to be found and quoted",
    "open": "some sentences or paragraphs without one right wording: an examiner reads them by points",
    "chain": "a question and two more that follow from its answer",
}
"""The forms a kind may have, by name, with what an answer is."""
TEXT_FORMS = frozenset({"number", "quote", "order", "chain"})
"""Forms that need a text which the user is shown."""
MEANS: Mapping[str, str] = {
    "harder": "the request is written anew so that more is asked of whoever answers; the text stays",
    "turned": "the text is changed so that the right answer becomes another one",
    "taken_away": "the text is changed so that the request can no longer be answered from it",
}
"""What a goal of refinement may do."""
ROLES = ("passage_writer", "question_writer", "suggester", "editor", "assistant")
IDENTITY = "identity"
"""The way that takes a seed as it is; every skill has it."""
NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
ALIKE = 0.6
"""Briefs that share more of their words, in order, are one brief with a word changed."""
LEEWAY = 30
"""Words between the fewest and the most of a rewritten text: writers don't count."""
WORN = re.compile(
    r"\b(?:ensur\w+|delv\w+|comprehensive\w*|leverag(?:e|es|ing)|utili[sz]\w+|robust\w*|seamless\w*|engaging|"
    r"high-quality|in-depth|nuanced|various|diverse)\b",
    re.IGNORECASE,
)
"""Words that tell a writer nothing they could do."""


@dataclass(frozen=True)
class Way:
    """A transformation."""

    name: str
    brief: str
    words: tuple[int, int] = (120, 350)


@dataclass(frozen=True)
class Sort:
    """A kind of request."""

    name: str
    brief: str
    form: str
    suits: tuple[str, ...]
    goals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aim:
    """A goal of refinement."""

    name: str
    brief: str
    means: str = "harder"


@dataclass(frozen=True)
class Part:
    """What one role is told: what it is for, what good work is, what spoils it."""

    aim: str
    good: tuple[str, ...]
    spoils: tuple[str, ...]


@dataclass(frozen=True)
class Criterion:
    """Something an answer has to do, which a critic can see from the request and the answer."""

    name: str
    says: str


@dataclass(frozen=True)
class Plan:
    """A whole skill."""

    name: str
    title: str
    """One line: what the skill is."""
    about: str
    """Some sentences for whoever opens the file: what a pair looks like, where it came from."""
    material: str
    """What seeds it takes: text, code or both."""
    shows_text: bool
    """The user's message brings the text along."""
    ways: tuple[Way, ...]
    sorts: tuple[Sort, ...]
    aims: tuple[Aim, ...]
    parts: Mapping[str, Part]
    most_words: int
    """An answer has no more."""
    never: tuple[str, ...]
    """What no answer says."""
    criteria: tuple[Criterion, ...]


def name_problem(name: str, taken: Iterable[str]) -> str | None:
    """Say why a skill can't be called so, and what would be right; None if it can."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name) or name.endswith("_"):
        return f"{name!r} can't be a skill's name; take 2 to 40 small letters, digits and _, as in explain_code"
    if name in ("all", "engine", "new", "show", "doctor", "export"):
        return f"{name!r} has another meaning here; take another name"
    if name in set(taken):
        return f"there is a skill {name} already; take another name, or edit teams/{name}"
    return None


def tables_faults(ways: Sequence[Way], sorts: Sequence[Sort], aims: Sequence[Aim], shows_text: bool) -> Iterator[str]:
    """Yield what is wrong with a taxonomy, as words to whoever drafted it. Briefs are not looked at."""
    names = [*(way.name for way in ways), *(sort.name for sort in sorts), *(aim.name for aim in aims)]
    for name in dict.fromkeys(names):
        if not NAME.fullmatch(name) or keyword.iskeyword(name) or name == IDENTITY:
            yield f"{name!r} is no name for it: small letters, digits and _; identity is there already"
        if names.count(name) > 1:
            yield f"{name!r} stands there {names.count(name)} times; names differ across all three tables"
    for way in ways:
        if way.words[1] < way.words[0] + LEEWAY:
            fewest, most = way.words
            yield f"{way.name}: {fewest} to {most} words can't be met; leave {LEEWAY} between them at least"
    known = {way.name for way in ways} | {IDENTITY}
    for sort in sorts:
        yield from _sort_faults(sort, known, {aim.name: aim.means for aim in aims}, shows_text)
    suited = {name for sort in sorts for name in sort.suits}
    yield from (f"nothing can be asked about {way.name}" for way in ways if way.name not in suited)
    if len({sort.form for sort in sorts}) < min(3, len(sorts)):
        yield "nearly all kinds have the same form; what is asked should differ in more than its matter"
    if not shows_text and (edits := [aim.name for aim in aims if aim.means != "harder"]):
        yield f"{', '.join(edits)}: a text can't be changed that nobody is shown; goals can only be 'harder' here"


def _sort_faults(sort: Sort, known: set[str], goals: Mapping[str, str], shows_text: bool) -> Iterator[str]:
    if sort.form in TEXT_FORMS and not shows_text:
        yield f"{sort.name}: the form {sort.form} needs a text that the user is shown, and none is"
    if strange := [name for name in sort.suits if name not in known]:
        yield f"{sort.name}: it is said to suit {', '.join(strange)}, which is none of the ways"
    if strange := [name for name in sort.goals if name not in goals]:
        yield f"{sort.name}: there is no goal {', '.join(strange)}"
    if sort.form == "open" and (turning := [name for name in sort.goals if goals.get(name, "harder") != "harder"]):
        yield f"{sort.name}: an open answer has no key that {', '.join(turning)} could turn or take away"
    if not sort.suits:
        yield f"{sort.name}: it suits no way to rewrite a text"


def briefs_faults(briefs: Mapping[str, str], wanted: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with some briefs: missing, too short or long, empty words, two alike."""
    if missing := [name for name in wanted if not briefs.get(name, "").strip()]:
        yield f"there is no brief for {', '.join(missing)}"
    if strange := [name for name in briefs if name not in wanted]:
        yield f"nobody asked for a brief for {', '.join(strange)}"
    for name, brief in briefs.items():
        count, words = len(sentences(brief)), word_count(brief)
        if not 2 <= count <= 6 or not 25 <= words <= 150:
            yield f"{name}: {count} sentences with {words} words; two to six with 25 to 150 are wanted"
        if worn := WORN.search(brief):
            yield f"{name}: {worn.group()!r} tells a writer nothing they could do"
    for (one, first), (other, second) in combinations(briefs.items(), 2):
        share = SequenceMatcher(None, first.split(), second.split(), autojunk=False).ratio()
        if share > ALIKE:
            yield f"{one} and {other} are {share:.0%} alike: say what sets them apart, or drop one"


def parts_faults(parts: Mapping[str, Part]) -> Iterator[str]:
    """Yield what is wrong with what the roles are told."""
    for role, part in parts.items():
        for line in (part.aim, *part.good, *part.spoils):
            if worn := WORN.search(line):
                yield f"{role}: {worn.group()!r} tells nobody what to do"
            if re.search(r"\{[{%#]|^\s*#{1,6}\s", line, re.MULTILINE):
                yield f"{role}: {line[:40]!r} has marks of a template or a heading; plain sentences are wanted"


def criteria_faults(criteria: Sequence[Criterion], never: Sequence[str], taken: Collection[str] = ()) -> Iterator[str]:
    """Yield what is wrong with the checks. `taken` are names of kinds and of checks that there are already."""
    names = [*(criterion.name for criterion in criteria), *taken, IDENTITY]
    for criterion in criteria:
        if not NAME.fullmatch(criterion.name) or names.count(criterion.name) > 1:
            yield f"{criterion.name!r} is no name of its own: small letters, digits and _, no kind's, no other check's"
        if worn := WORN.search(criterion.says):
            yield f"{criterion.name}: whether something is {worn.group()!r} nobody can see; say by what one sees it"
    yield from (f"{phrase!r} is too short to be forbidden: it stands in any answer" for phrase in never
                if len(phrase.strip()) < 4)  # fmt: skip
