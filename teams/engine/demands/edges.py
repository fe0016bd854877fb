"""Rules on how an answer begins and how it ends."""

import re
from collections.abc import Iterator

from teams.engine.demands.rule import ENGLISH, Params, between, drawn, one_of, rule, same, short, unmarked
from tools.counting import word_count

_TITLE = re.compile(r"<<([^<>\n]{1,200})>>")


def _first(answer: str) -> str:
    return answer.partition("\n")[0].strip()


def _last(answer: str) -> str:
    return answer.rpartition("\n")[2].strip()


def _without_last(answer: str) -> str:
    return answer.rpartition("\n")[0]


def _without_phrase(answer: str, p: Params) -> str:
    """Take the asked-for opening phrase away; what punctuation followed it goes too."""
    length = _reach(answer, p["phrase"])
    return answer[length:].lstrip(" ,.:;!—-*\n") if length else answer


def _reach(answer: str, phrase: str) -> int:
    """How many characters of `answer` its beginning `phrase` takes, 0 if it begins otherwise."""
    head = answer[: len(phrase) + 12]
    bare = head.lstrip("*_\"“'‘ ")
    skipped = len(head) - len(bare)
    if not same(bare).casefold().startswith(same(phrase).casefold()):
        return 0
    rest = bare[len(phrase) :]
    return 0 if rest[:1].isalnum() else skipped + len(phrase)


@rule(
    source="IFEval",
    brief="The answer begins with given words. Fits explanations and letters whose first sentence can follow them.",
    family="opening",
    suits="prose short",
    holds_in=ENGLISH,
    content=_without_phrase,
    draw=drawn(phrase=one_of("In short", "The short answer is", "To begin with", "Put simply", "As far as I can tell")),
    wordings=(
        'Begin with the words "{phrase}".',
        'Your answer should start with "{phrase}".',
        'Please open with "{phrase}", and nothing before it.',
        'The very first words have to be "{phrase}".',
    ),
)
def starts_with(answer: str, p: Params) -> Iterator[str]:
    if not _reach(answer, p["phrase"]):
        yield f"it begins with {short(answer)}, not with {p['phrase']!r}"


def _ends(answer: str, phrase: str) -> bool:
    plain = same(unmarked(answer[-len(phrase) - 40 :])).rstrip(" \"'")
    return plain.casefold().endswith(same(phrase).casefold())


def _without_ending(answer: str, p: Params) -> str:
    at = same(answer).casefold().rfind(same(p["phrase"]).casefold())
    lost = len(p["phrase"]) + 4
    cut = answer.rfind(p["phrase"][:8], max(0, len(answer) - lost))
    return answer[:cut].rstrip("*_ \"“'\n") if at >= 0 and cut >= 0 else answer


@rule(
    source="IFEval",
    brief="The answer ends with a given sentence, nothing after it. Fits advice, messages, explanations, speeches.",
    family="ending",
    suits="prose letter list",
    holds_in=ENGLISH,
    content=_without_ending,
    draw=drawn(
        phrase=one_of(
            "Is there anything else I can help with?",
            "That is all there is to it.",
            "Any other questions?",
            "Make of that what you will.",
            "And that is the whole story.",
        )
    ),
    wordings=(
        'End with exactly this sentence and nothing after it: "{phrase}"',
        'The last words should be "{phrase}"',
        'Finish with "{phrase}" and don\'t add anything behind it.',
        'Please close with the sentence "{phrase}" Nothing may follow.',
    ),
)
def ends_with(answer: str, p: Params) -> Iterator[str]:
    if not _ends(answer, p["phrase"]):
        yield f"it ends with {short(answer[-60:])}, not with {p['phrase']!r}"


_POSTSCRIPT = re.compile(r"^[*_ ]{0,3}(P\. ?P\. ?S|P\. ?S|PPS|PS)\b\.?[:*_]{0,3}\s*(.*)", re.MULTILINE)


@rule(
    source="IFEval",
    brief="A postscript after the text. Fits letters, e-mails, invitations and chatty answers.",
    family="ending",
    suits="letter prose",
    holds_in=ENGLISH,
    draw=drawn(mark=one_of("P.S.", "P.P.S.")),
    content=lambda answer, p: _POSTSCRIPT.sub(r"\2", answer),
    wordings=(
        "Add a postscript at the end, starting with {mark}",
        "After the text, put one last remark that begins with {mark}",
        "I'd like a {mark} line at the very end.",
        "Please finish with a {mark} of a sentence or two.",
    ),
)
def postscript(answer: str, p: Params) -> Iterator[str]:
    asked = p["mark"].replace(".", "")
    found = [m for m in _POSTSCRIPT.finditer(answer) if re.sub(r"\W", "", m.group(1)) == asked]
    if not found:
        yield f"no line begins with {p['mark']}"
        return
    after = answer[found[-1].start(2) :]
    if not after.strip("*_ \n"):
        yield f"nothing stands behind {p['mark']}"
    elif "\n\n" in after.strip() and word_count(after) > 80:
        yield f"{p['mark']} is not at the end: {word_count(after)} words in several paragraphs follow"
    if not answer[: found[-1].start()].strip():
        yield f"nothing stands before {p['mark']}"


@rule(
    source="IFEval",
    brief="A title in double angle brackets above the text. Fits stories, poems, articles, speeches.",
    family="opening",
    suits="prose verse letter",
    content=lambda answer, p: _TITLE.sub("", answer, count=1),
    clashes="line_count acrostic",
    draw=drawn(most=between(5, 9)),
    wordings=(
        "Give it a title in double angle brackets, like <<title>>, on a line of its own at the top; {most} words at "
        "most.",
        "Above the text there should be a title wrapped as <<title>>, {most} words or fewer.",
        "Please put a title of up to {most} words on the first line, inside double angle brackets: <<like this>>.",
        "Start with a title between << and >> (not over {most} words), then the text.",
    ),
)
def bracketed_title(answer: str, p: Params) -> Iterator[str]:
    match = _TITLE.fullmatch(unmarked(_first(answer)).strip())
    if not match or not match.group(1).strip():
        yield f"the first line is {short(_first(answer))}, not a title as <<title>>"
    elif (count := word_count(match.group(1))) > p["most"]:
        yield f"the title has {count} words where at most {p['most']} were asked for"
    if not answer.partition("\n")[2].strip():
        yield "nothing stands under the title"


@rule(
    source="ours",
    brief="A one-line summary first, marked TL;DR, then the text. Fits explanations, reports and long answers.",
    family="opening",
    suits="prose letter",
    draw=drawn(mark=one_of("TL;DR:", "In brief:", "Bottom line:"), n=between(15, 30, 5)),
    content=lambda answer, p: unmarked(_first(answer))[len(p["mark"]) :] + "\n" + answer.partition("\n")[2],
    wordings=(
        'Put a one-line summary on top that starts with "{mark}" and has no more than {n} words; the rest comes below.',
        'The first line should read "{mark}" and then the gist in at most {n} words.',
        'Lead with "{mark}" and a summary of up to {n} words on that line, then go into it.',
        'My readers skim, so start with a "{mark}" line ({n} words at most after it) before the full text.',
    ),
)
def summary_first(answer: str, p: Params) -> Iterator[str]:
    first = unmarked(_first(answer)).strip()
    if not first.casefold().startswith(p["mark"].casefold()):
        yield f"the first line is {short(first)}, which does not start with {p['mark']!r}"
        return
    count = word_count(first[len(p["mark"]) :])
    if not 0 < count <= p["n"]:
        yield f"{count} words after {p['mark']!r} where 1 to {p['n']} were asked for"
    if word_count(answer.partition("\n")[2]) <= count:
        yield "no longer text follows the summary"


def _labelled_line(line: str, label: str) -> str | None:
    """What follows `label` on a line that begins with it, marks aside; None where it does not."""
    plain = unmarked(line).strip()
    return plain[len(label) :].strip() if plain.casefold().startswith(label.casefold()) else None


@rule(
    source="ours",
    brief="The reasoning first, then the result alone on a last line after a label. Fits choices, calculations, "
    "classifications, questions with a short answer.",
    family="ending",
    suits="choice short prose",
    draw=drawn(label=one_of("Answer:", "Final answer:", "Result:", "ANSWER:")),
    content=lambda answer, p: f"{_without_last(answer)}\n{_labelled_line(_last(answer), p['label']) or ''}",
    clashes="marks",
    wordings=(
        'Put the result alone on the last line, after "{label}"',
        'The last line must be "{label}" followed by the answer only.',
        'Explain as you like, but finish with a line that starts with "{label}" and holds only your answer.',
        'I read just the final line by program; it should say "{label}" and then the answer.',
    ),
)
def answer_line(answer: str, p: Params) -> Iterator[str]:
    value = _labelled_line(_last(answer), p["label"])
    if value is None:
        yield f"the last line is {short(_last(answer))}, which does not start with {p['label']!r}"
    elif not any(c.isalnum() for c in value):
        yield f"nothing follows {p['label']!r}"
    elif (count := word_count(value)) > 25:
        yield f"{count} words after {p['label']!r} are no bare answer"
    if sum(_labelled_line(line, p["label"]) is not None for line in answer.split("\n")) > 1:
        yield f"{p['label']!r} stands on several lines"


@rule(
    source="ours",
    brief="A last line telling how sure the answer is, from given levels. Fits questions with a right answer.",
    family="ending",
    suits="choice short prose",
    draw=drawn(levels=one_of(["low", "medium", "high"], ["certain", "likely", "unsure"], ["1", "2", "3", "4", "5"])),
    content=lambda answer, p: _without_last(answer),
    clashes="marks",
    wordings=(
        'End with a line "Confidence: …", choosing one of {levels:quoted}.',
        'On the last line, say how sure you are as "Confidence:" and one of {levels:plain}.',
        'Tell me how sure you are: the last line should read "Confidence: X", where X is one of {levels:plain}.',
        'Your final line is "Confidence:" plus exactly one of {levels:quoted}.',
    ),
)
def confidence_line(answer: str, p: Params) -> Iterator[str]:
    value = _labelled_line(_last(answer), "Confidence:")
    if value is None:
        yield f"the last line is {short(_last(answer))}, which does not start with 'Confidence:'"
    elif value.strip(" .\"'“”").casefold() not in [level.casefold() for level in p["levels"]]:
        yield f"the confidence is {short(value)}, none of {', '.join(p['levels'])}"
    if not _without_last(answer).strip():
        yield "no answer stands above the confidence"
