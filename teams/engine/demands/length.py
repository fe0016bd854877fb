"""Rules on how long an answer is: words, sentences, paragraphs, lines, characters."""

from collections.abc import Iterator
from random import Random
from typing import Any

from teams.engine.demands.rule import ENGLISH, SPACED, Params, between, drawn, one_of, rule, short, sized
from tools.counting import paragraphs, plain_words, sentence_count, sentences, word_count

_COUNTED = "counting what stands between spaces, without list marks"


def _range(random: Random, shape: str = "prose") -> dict[str, Any]:
    low, high, step = {"short": (15, 40, 5), "verse": (40, 90, 10), "list": (40, 120, 10)}.get(shape, (60, 240, 20))
    least = random.randrange(low, high + 1, step)
    return {"least": least, "most": least + random.choice([10, 15] if shape == "short" else [30, 40, 60])}


@rule(
    source="IFEval",
    brief="An upper limit on the number of words. Fits explanations, summaries, messages, stories; not code or tables.",
    family="length",
    suits="prose short choice list letter verse dialogue",
    holds_in=SPACED,
    draw=drawn(n=sized((60, 250, 10), short=(15, 40, 5), choice=(30, 80, 10), verse=(50, 120, 10), list=(50, 150, 10))),
    wordings=(
        "Keep it to {n} words at most.",
        "No more than {n} words, please.",
        "I only have room for {n} words, so don't go over that.",
        "Please stay within a limit of {n} words.",
        "My form cuts off after {n} words; make sure everything fits.",
    ),
)
def word_max(answer: str, p: Params) -> Iterator[str]:
    if (count := word_count(answer)) > p["n"]:
        yield f"{count} words where at most {p['n']} were asked for, {_COUNTED}"


@rule(
    source="IFEval",
    brief="A lower limit on the number of words. Fits essays, stories, letters and explanations with enough to say.",
    family="length",
    suits="prose letter dialogue",
    holds_in=SPACED,
    draw=drawn(n=between(120, 300, 20)),
    wordings=(
        "Write at least {n} words.",
        "It should run to {n} words or more.",
        "I need a minimum of {n} words.",
        "Don't be too brief: anything under {n} words will be sent back.",
    ),
)
def word_min(answer: str, p: Params) -> Iterator[str]:
    if (count := word_count(answer)) < p["n"]:
        yield f"{count} words where at least {p['n']} were asked for, {_COUNTED}"


@rule(
    source="IFEval",
    brief="A number of words between two limits. Fits prose of any sort, verse and lists too.",
    family="length",
    suits="prose short list letter verse",
    holds_in=SPACED,
    draw=_range,
    wordings=(
        "Aim for between {least} and {most} words.",
        "The length has to be {least} to {most} words.",
        "Please write no fewer than {least} words and no more than {most}.",
        "Anything from {least} up to {most} words is fine, but not outside that.",
    ),
)
def word_range(answer: str, p: Params) -> Iterator[str]:
    if not p["least"] <= (count := word_count(answer)) <= p["most"]:
        yield f"{count} words where {p['least']} to {p['most']} were asked for, {_COUNTED}"


@rule(
    source="ours",
    brief="Around a number of words, a tenth more or less. Fits prose with a natural size: a blurb, a summary, a bio.",
    family="length",
    suits="prose letter",
    holds_in=SPACED,
    draw=drawn(n=one_of(60, 80, 100, 120, 150, 200, 250)),
    wordings=(
        "Make it about {n} words, give or take ten percent.",
        "Roughly {n} words, please, and never more than a tenth off.",
        "I'm after something close to {n} words (10% either way is OK).",
        "Target length: {n} words, with a tolerance of ten percent.",
    ),
)
def word_about(answer: str, p: Params) -> Iterator[str]:
    count = word_count(answer)
    if not 0.9 * p["n"] <= count <= 1.1 * p["n"]:
        yield f"{count} words are more than a tenth off {p['n']}, {_COUNTED}"


@rule(
    source="IFEval",
    brief="An exact number of sentences. Fits short explanations, summaries, descriptions; not lists, verse or code.",
    family="length",
    suits="prose short",
    clashes="layout",
    draw=drawn(n=sized((3, 8, 1), short=(2, 3, 1))),
    wordings=(
        "Answer in exactly {n} sentences.",
        "The whole thing should have {n:word} sentences, not one more or less.",
        "Use precisely {n} sentences.",
        "Say it in {n:word} sentences, neither fewer nor more.",
    ),
)
def sentence_exact(answer: str, p: Params) -> Iterator[str]:
    if p["n"] not in (count := sentence_count(answer)):
        yield f"{count} sentences where exactly {p['n']} were asked for; a list item counts as one, a heading as none"


@rule(
    source="IFEval",
    brief="At most so many sentences. Fits quick answers and summaries.",
    family="length",
    suits="prose short choice letter",
    clashes="layout",
    draw=drawn(n=sized((3, 7, 1), short=(2, 3, 1))),
    wordings=(
        "No more than {n:word} sentences.",
        "Please be brief: {n} sentences at the very most.",
        "I don't want to read more than {n:word} sentences.",
        "Limit yourself to {n} sentences.",
    ),
)
def sentence_max(answer: str, p: Params) -> Iterator[str]:
    if (count := sentence_count(answer)).least > p["n"]:
        yield f"{count} sentences where at most {p['n']} were asked for; a list item counts as one, a heading as none"


@rule(
    source="IFEval",
    brief="An exact number of paragraphs, parted by blank lines. Fits essays, explanations, stories, letters.",
    family="length",
    suits="prose letter",
    clashes="layout",
    draw=drawn(n=between(2, 5)),
    wordings=(
        "Write exactly {n} paragraphs with a blank line between them.",
        "I'd like {n:word} paragraphs, no more and no fewer, separated by empty lines.",
        "Split it into {n} paragraphs; leave a blank line after each.",
        "There should be {n:word} paragraphs in all, one empty line apart.",
    ),
)
def paragraph_count(answer: str, p: Params) -> Iterator[str]:
    if (count := len(paragraphs(answer))) != p["n"]:
        yield f"{count} paragraphs where {p['n']} were asked for; blank lines part them, headings are none"


@rule(
    source="IFEval",
    brief="An exact number of paragraphs, one of which begins with a given word. Fits essays and explanations.",
    family="length",
    suits="prose letter",
    holds_in=ENGLISH,
    clashes="layout case letters opening",
    draw=drawn(
        n=between(3, 5), k=between(2, 3), word=one_of("However", "Today", "Sometimes", "Often", "Still", "Overall")
    ),
    wordings=(
        'Write {n} paragraphs separated by blank lines, and start paragraph {k} with the word "{word}".',
        'There should be {n:word} paragraphs with an empty line in between; number {k} opens with "{word}".',
        'I want {n} paragraphs, a blank line after each. Let paragraph {k} begin with "{word}".',
        'Give me {n:word} blank-line-separated paragraphs, where the first word of paragraph {k} is "{word}".',
    ),
)
def paragraph_opening(answer: str, p: Params) -> Iterator[str]:
    found = paragraphs(answer)
    if len(found) != p["n"]:
        yield f"{len(found)} paragraphs where {p['n']} were asked for; blank lines part them, headings are none"
    if len(found) < p["k"]:
        yield f"there is no paragraph {p['k']}"
    elif (plain_words(found[p["k"] - 1][:200]) or [""])[0] != p["word"].casefold():
        yield f"paragraph {p['k']} begins with {short(found[p['k'] - 1], 30)}, not with {p['word']!r}"


@rule(
    source="ours",
    brief="No sentence longer than so many words. Fits plain-language explanations, instructions, texts for learners.",
    family="length",
    suits="prose letter list",
    holds_in=SPACED,
    draw=drawn(n=between(12, 22, 2)),
    wordings=(
        "Keep every sentence to {n} words or fewer.",
        "No sentence may be longer than {n} words; it's for people who are still learning to read.",
        "Please use short sentences, none over {n} words.",
        "I read on a tiny screen, so make sure each sentence has at most {n} words.",
    ),
)
def short_sentences(answer: str, p: Params) -> Iterator[str]:
    for sentence in sentences(answer):
        if (count := word_count(sentence)) > p["n"]:
            yield f"a sentence of {count} words where at most {p['n']} were asked for: {short(sentence)}"


@rule(
    source="ours",
    brief="At most so many characters, spaces included: a post, a text message, a meta description.",
    family="length",
    suits="prose short",
    clashes="layout opening ending",
    draw=drawn(n=sized((240, 500, 20), short=(80, 160, 20))),
    wordings=(
        "It must fit into {n} characters, spaces included.",
        "Max. {n} characters with spaces.",
        "The field I paste this into takes {n} characters, counting spaces, so not one more.",
        "Keep the entire text under or at {n} characters (spaces count).",
    ),
)
def character_max(answer: str, p: Params) -> Iterator[str]:
    if len(answer) > p["n"]:
        yield f"{len(answer)} characters where at most {p['n']} were asked for, spaces and line ends counted"


@rule(
    source="IFEval",
    brief="An exact number of lines, empty ones not counted. Fits poems, songs and slogans.",
    family="length",
    suits="verse",
    clashes="layout opening frame",
    draw=drawn(n=one_of(4, 6, 8, 10, 12, 14, 16)),
    wordings=(
        "Make it exactly {n} lines long, not counting empty ones.",
        "It should have {n} lines; blank lines between stanzas don't count.",
        "Write {n} lines in total (empty lines and nothing else aside), no title.",
        "Stick to {n} lines of text, without a title. Empty lines don't matter.",
    ),
)
def line_count(answer: str, p: Params) -> Iterator[str]:
    if (count := sum(1 for line in answer.split("\n") if line.strip())) != p["n"]:
        yield f"{count} lines where {p['n']} were asked for, empty ones not counted"
