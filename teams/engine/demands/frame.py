"""Rules on what stands around an answer, or between two."""

from collections.abc import Iterator

from teams.engine.demands.data import keys_faults
from teams.engine.demands.rule import Params, drawn, one_of, rule, same, short, some_of, unmarked
from tools.counting import plain_words, word_count
from tools.formats import Unreadable, read_yaml

_QUOTES = {'"': '"', "“": "”", "„": "”“", "«": "»", "‘": "’", "「": "」"}


def _unquoted(answer: str, p: Params) -> str:
    return answer[1:-1] if _quoted(answer) else answer


def _quoted(answer: str) -> bool:
    return len(answer) > 2 and answer[-1] in _QUOTES.get(answer[0], "")


def _closes_early(inner: str) -> bool:
    """Say whether the quotation ends at the first mark inside: `"Yes" and "no"` is not quoted as a whole."""
    at = min((i for mark in '"”“' if (i := inner.find(mark)) >= 0), default=-1)
    if at < 0 or inner[at] == "“":
        return False
    return inner[at] == "”" or (at > 0 and (inner[at - 1].isalnum() or inner[at - 1] in ".,!?;:"))


@rule(
    source="IFEval",
    brief="The whole answer stands in double quotation marks. Fits short texts to be passed on word for word.",
    family="frame",
    suits="short prose verse",
    content=_unquoted,
    draw=drawn(),
    wordings=(
        "Put your whole answer in double quotation marks.",
        "Wrap everything you write in double quotes.",
        "Please enclose the entire response between quotation marks, from the first character to the last.",
        "The answer should be quoted as a whole: one double quote at the start and one at the end.",
    ),
)
def quoted_whole(answer: str, p: Params) -> Iterator[str]:
    if answer[0] in "‘'" or not _quoted(answer):
        yield f"it begins with {answer[0]!r} and ends with {answer[-1]!r}, not with double quotation marks"
    elif _closes_early(answer[1:-1]):
        yield "the first quotation closes before the end"
    elif not answer[1:-1].strip():
        yield "nothing stands between the quotation marks"


@rule(
    source="IFEval",
    brief="The request is repeated word for word before the answer. Fits any request of a few sentences.",
    family="frame",
    suits="prose short list",
    content=lambda answer, p: _after_request(answer, p["request"]),
    needs="request",
    clashes="words",
    draw=drawn(),
    wordings=(
        "First repeat my request word for word, without this sentence, then answer it.",
        "Before you answer, copy what I asked above exactly as it is, leaving this line out.",
        "Please start by saying my request back to me unchanged (not including this remark), and only then answer.",
        "Quote the request above in full, verbatim and without this instruction, then give your answer below it.",
    ),
)
def repeat_request(answer: str, p: Params) -> Iterator[str]:
    rest = _after_request(answer, p["request"])
    if rest == answer:
        yield f"it begins with {short(answer)}, not with the request word for word"
    elif word_count(rest) == 0:
        yield "no answer follows the repeated request"


def _after_request(answer: str, request: str) -> str:
    """The answer behind the request it repeats; spaces, quotes around it and Markdown's > may differ."""
    wanted = "".join(same(request).split())
    seen = at = 0
    while at < len(answer) and seen < len(wanted):
        char = same(answer[at])
        if char == wanted[seen]:
            seen += 1
        elif char and char not in "\"'>*_" and not char.isspace():
            return answer
        at += 1
    return answer[at:].lstrip(" \n\"'”*_>") if seen == len(wanted) else answer


@rule(
    source="IFEval",
    brief="Two different answers parted by six asterisks. Fits creative and open requests with more than one good "
    "answer: slogans, openings, explanations from two sides.",
    family="frame",
    suits="prose short verse",
    draw=drawn(mark=one_of("******", "======", "------")),
    content=lambda answer, p: "\n\n".join(part.strip() for part in _parted(answer, p["mark"])),
    wordings=(
        "Give me two different versions, separated by a line with {mark} and nothing else.",
        "I want two distinct answers with {mark} on a line between them.",
        "Please answer twice, in two different ways; put {mark} alone on a line between the two.",
        "Two alternatives, please. A line of {mark} goes between them, nowhere else.",
    ),
)
def two_answers(answer: str, p: Params) -> Iterator[str]:
    parts = _parted(answer, p["mark"])
    if len(parts) != 2:
        yield f"{len(parts) - 1} lines of {p['mark']} where one was asked for"
    elif not all(word_count(part) for part in parts):
        yield f"only one answer beside {p['mark']}"
    elif len(set(map(_essence, parts))) == 1:
        yield "the two answers are the same"


def _parted(answer: str, mark: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for line in answer.split("\n"):
        if line.strip().replace(" ", "") == mark:
            parts.append([])
        else:
            parts[-1].append(line)
    return ["\n".join(lines) for lines in parts]


def _essence(text: str) -> str:
    return " ".join(plain_words(unmarked(text)))


_TAG_SETS = (["reasoning", "answer"], ["analysis", "verdict"], ["notes", "reply"], ["thinking", "answer"])


@rule(
    source="ours",
    brief="Reasoning and answer in two tags, nothing outside. Fits questions, choices and classifications that a "
    "program reads.",
    family="frame",
    suits="choice short prose",
    draw=drawn(tags=one_of(*_TAG_SETS)),
    content=lambda answer, p: _inside(answer, p["tags"][1]),
    wordings=(
        "Use the tags {tags:plain}, each once and in that order, as in <tag>…</tag>; write nothing outside them.",
        "Structure it with XML-style tags: {tags:plain}, opened and closed, in this order and with nothing around.",
        "Everything has to be inside two tags, {tags:plain} (e.g. <tag>text</tag>), in that order.",
        "My parser wants two tagged parts, {tags:plain}, one after the other as <tag>…</tag> and no text elsewhere.",
    ),
)
def tagged_parts(answer: str, p: Params) -> Iterator[str]:
    rest = answer
    for tag in p["tags"]:
        opened, closed = f"<{tag}>", f"</{tag}>"
        if answer.count(opened) != 1 or answer.count(closed) != 1:
            yield f"{opened} … {closed} stands {answer.count(opened)} and {answer.count(closed)} times, not once"
            return
        before, _, behind = rest.partition(opened)
        inside, found, rest = behind.partition(closed)
        if not found:
            yield f"{opened} and {closed} are out of order"
            return
        if before.strip():
            yield f"text outside the tags: {short(before)}"
        if not any(c.isalnum() for c in inside):
            yield f"nothing between {opened} and {closed}"
    if rest.strip():
        yield f"text outside the tags: {short(rest)}"


def _inside(answer: str, tag: str) -> str:
    return answer.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0] or answer


def _split_matter(answer: str) -> tuple[str, str]:
    """The front matter's YAML and the text under it; two empty texts where there is none."""
    if not answer.startswith("---\n"):
        return "", ""
    matter, closed, body = answer[4:].partition("\n---\n")
    return (matter, body) if closed else ("", "")


@rule(
    source="FoFo",
    brief="YAML front matter with given keys above the text, as static sites have it. Fits articles, posts, pages.",
    family="frame",
    suits="prose",
    draw=drawn(keys=some_of(["title", "description", "tags", "date", "author", "lang"], 2, 4)),
    content=lambda answer, p: _split_matter(answer)[1] or answer,
    wordings=(
        "Begin with YAML front matter between two lines of --- holding {keys:plain}, then the text.",
        "It's for a static site: put front matter (YAML between --- lines) with the keys {keys:quoted} on top.",
        "Please open with a YAML header fenced by ---, containing exactly {keys:plain}; the article follows below.",
        "The file needs front matter: ---, then {keys:quoted}, then --- again and the text.",
    ),
)
def front_matter(answer: str, p: Params) -> Iterator[str]:
    matter, body = _split_matter(answer)
    if not matter:
        yield f"no front matter between two lines of ---; it begins with {short(answer, 30)}"
        return
    try:
        yield from keys_faults(read_yaml(matter), p["keys"], "front matter: ")
    except Unreadable as error:
        yield f"the front matter is not YAML: {error}"
    if not any(c.isalnum() for c in body):
        yield "no text follows the front matter"
