"""Does a text point at what is not there: a passage nobody sees, a figure of the book, the workshop it was made in?"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from teams.engine.checks.phrases import pattern, words
from teams.engine.checks.quotes import quotations_in, without_quotations

_SPEAKS_FROM = 200
"""So many characters before a wording are something it can call the text above."""
_SPEAKS_TO = 40
"""So many after it are something it can call the following text."""
_BROUGHT = 120
"""A message that brings along so many characters, quoted or after a colon, holds the text it speaks of."""
_CAPTION = re.compile(r"^\W{0,4}(?:figure|fig\.|table|abbildung|tabelle|tableau|figura|tabla|tabella|tabela|figuur|tabel|图|圖|表|図)\s?(\d+)", re.IGNORECASE | re.MULTILINE)  # fmt: skip  # noqa: E501  # data
_NAMED = re.compile(
    r"(?<=[^\W_] )[^\W\d_]*[A-ZÀ-Þ][^\W\d_]+(?: (?:de|von|van|la|of))? [A-ZÀ-Þ][\w'’.-]+|[*_][A-ZÀ-Þ][^*_\n]{3,80}[*_]|[“\"«„][A-ZÀ-Þ]"  # noqa: E501  # data
)
"""A person or a work that is named: an author of it is no stranger."""
CHECKED = re.compile(r"\[(?:correct|right|x|✓|richtig|korrekt|correcte?|juste|correct[oa]|corrett[oa]|corret[oa]|juist|正确|正解)\]|\((?:correct(?: answer| option)?|right answer|richtige antwort|richtig|bonne réponse|respuesta correcta|correcta|risposta corretta|corretta|resposta correta|correta|juiste antwoord|juist|正确|正解)\)|[✓✔✅☑]|\*{1,2}correct\*{1,2}|<-+ ?correct|(?:←|⇐) ?correct", re.IGNORECASE)  # fmt: skip  # noqa: E501  # data
"""The answer is given away where the options are listed."""
_OWNER = re.compile(r"[A-ZÀ-Þ][\w-]+|[\u30a0-\u30ff\u3400-\u9fff·・]+?(?=的|さんの|の)")
"""Whose papers they are."""
_OPTION_LINE = re.compile(r"^[ \t]*(?:[-*•][ \t]*)?(?:\*{0,2}\(?[A-Ha-h1-8][).:]|[-*•]\s)[^\n]{0,400}$", re.MULTILINE)


def stands_alone(text: str, *, is_answer: bool = False, tags: tuple[str, ...] = (), source: str = "") -> list[str]:
    """Return the wordings that point at something outside of a text that has to be understood by itself.

    Caught: "according to the passage", "the given excerpt", "see Figure 3", "the author states" with no author named,
    and all that `points_inside` catches. Let be: what is quoted or code; a text that was introduced ("I have an
    article"), that the message brings along, or that stands before "mentioned above" or after "the following list";
    "passage of time", "article of clothing", "text message", "Section 8 housing". An answer brings nothing along to
    speak of. `tags` narrows the languages read. `source` is what nobody sees: see `speaks_of_source`.
    """
    found = points_inside(text, tags=tags)
    if not is_answer and brings_a_text(text):
        return found
    # Letter by letter as long as the text, so that what stands around a wording can be looked at.
    read = without_quotations(text)
    return list(dict.fromkeys((*_elsewhere(read, text, tags), *speaks_of_source(text, source, tags=tags), *found)))


def speaks_of_source(text: str, source: str = "", *, tags: tuple[str, ...] = ()) -> list[str]:
    """Return where a text speaks of the material it was made from, which its reader does not have.

    Caught: "the fact sheet", "according to the notes", "the material provided", under the names that transformations
    give what they make of a seed; "Ida's notes" where Ida stands in `source` and the text has not named her before.
    Let be: what the text names itself ("I drew a concept map; the concept map shows"), and what is quoted.
    """
    read = without_quotations(text)
    introduced = _introductions(read)
    found = [_said(match) for match in pattern("source", tags).finditer(read) if _is_new(match, introduced)]
    for match in pattern("papers", tags).finditer(read) if source else ():
        owners = [name for name in _OWNER.findall(match.group()) if _stands(name, source)]
        if owners and not any(_stands(name, read[: match.start()]) for name in owners):
            found.append(_said(match))
    return list(dict.fromkeys(found))


def _stands(name: str, text: str) -> bool:
    bare = [name, name[:-1]] if name.endswith("s") else [name]  # "Idas Notizen"
    return any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)" if one.isascii() else re.escape(one), text) for one in bare)


def points_inside(text: str, *, tags: tuple[str, ...] = ()) -> list[str]:
    """Return traces of the workshop in a message that may speak of the text it brings along.

    Caught: "the original text", "the rewritten passage", "as an exam writer", "Option C (correct)", a check mark behind
    an option, the suggester, the answer key. Let be: what is quoted, and "the original text of the treaty".
    """
    return list(_points_inside(text, tags))


@lru_cache(maxsize=256)  # a message is read when it is written, and by the checks
def _points_inside(text: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    read = without_quotations(text)
    faults = [_said(match) for match in pattern("workshop", tags).finditer(read)]
    faults += [
        match.group().strip() for line in _OPTION_LINE.finditer(read) for match in CHECKED.finditer(line.group())
    ]
    return tuple(dict.fromkeys(faults))


def brings_a_text(message: str) -> bool:
    """Say whether a message holds a text to speak of: quoted, fenced, or set off after a colon or a line break.

    A paragraph that points at "the passage" is not the passage.
    """
    if "```" in message or any(len(quote) >= _BROUGHT for quote in quotations_in(message)):
        return True
    quoted = [line for line in message.splitlines() if line.lstrip().startswith(">")]
    if sum(map(len, quoted)) >= _BROUGHT:
        return True
    blocks = [block for block in re.split(r"\n\s*\n|(?<=:)\n", message) if block.strip()]
    blocks = blocks if len(blocks) > 1 else [message.partition(":")[2]]
    return any(
        len(block.strip()) >= _BROUGHT and not any(pattern(sort).search(block) for sort in ("elsewhere", "source"))
        for block in blocks
    )


def _elsewhere(read: str, text: str, tags: tuple[str, ...]) -> Iterator[str]:
    introduced = _introductions(read)
    ends = len(text.rstrip())
    captions = {match[1] for match in _CAPTION.finditer(text)}
    named = bool(_NAMED.search(text))
    here: dict[str, Callable[[re.Match[str]], bool]] = {
        "elsewhere": lambda match: not _is_new(match, introduced),
        "above": lambda match: match.start() >= _SPEAKS_FROM or not _is_new(match, introduced),
        "below": lambda match: ends - match.end() >= _SPEAKS_TO,
        "numbered": lambda match: bool(captions & set(re.findall(r"\d+", match.group()))),
        "author": lambda match: named or not _is_new(match, introduced),
    }
    for sort, is_here in here.items():
        yield from (_said(match) for match in pattern(sort, tags).finditer(read) if not is_here(match))


def _introductions(text: str) -> dict[str, int]:
    """Return the words that stand behind "a", "my", "two" and the like, with the place where they first do."""
    found: dict[str, int] = {}
    for match in _first_naming().finditer(text):
        for word in match[1].lower().split():
            found.setdefault(word.strip(".,;:'’"), match.start())
    return found


@lru_cache(maxsize=1)
def _first_naming() -> re.Pattern[str]:
    # The name ends before a verb or an article: "which of these does the passage" introduces none.
    name = r"(?!(?:the|this|that|does|do|did|is|are|was|were|of|in|to|from|by)\s)[\w'’-]{1,40}"
    return re.compile(rf"(?<!\w)(?:{words('introduced')}) (?=((?:{name} ){{0,3}}{name}))", re.IGNORECASE)


def _is_new(match: re.Match[str], introduced: Mapping[str, int]) -> bool:
    """Say whether a wording speaks of something that was not named before: "a short article about bees"."""
    return all(
        introduced.get(word.strip(".,;:'’"), match.end()) >= match.start() for word in match.group().lower().split()
    )


def _said(match: re.Match[str]) -> str:
    return " ".join(match.group().split())[:80]
