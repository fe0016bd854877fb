"""Rules on letters, signs and capitals."""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from teams.engine.demands.rule import CASED, ENGLISH, Params, between, drawn, one_of, rule, same, short, unmarked
from tools.counting import letters, plain_words, word_count, words
from tools.markup import fences, headings, numbered, unfenced

_ITALICS = re.compile(r"(?<![\w*])\*\w[^*\n]{0,80}\*(?![\w*])")


def _letter(random: Random, shape: str = "prose") -> dict[str, Any]:
    return {"letter": random.choice("jkqvxz"), "n": random.randint(2, 5)}


@rule(
    source="IFEval",
    brief="A rare letter may occur at most so often. A puzzle's constraint; fits short free texts without fixed names.",
    family="letters",
    suits="prose verse",
    holds_in=ENGLISH,
    clashes="words word_min",
    draw=_letter,
    wordings=(
        'Use the letter "{letter}" at most {n} times.',
        'The letter "{letter}" may appear no more than {n:word} times.',
        'For a word game: not more than {n} times the letter "{letter}", capitals included.',
        'Please hold back on "{letter}"; {n:word} of that letter in the whole text is the limit.',
    ),
)
def letter_max(answer: str, p: Params) -> Iterator[str]:
    if (count := letters(answer).get(p["letter"], 0)) > p["n"]:
        yield f"the letter {p['letter']!r} occurs {count} times where at most {p['n']} were asked for"


@rule(
    source="ours",
    brief="A lipogram: one letter must not occur at all. Fits poems, slogans and very short free texts.",
    family="letters",
    suits="verse short",
    holds_in=ENGLISH,
    clashes="words word_min",
    draw=drawn(letter=one_of(*"bcfgjkmpqvwxz")),
    wordings=(
        'Write it without the letter "{letter}".',
        'Not a single "{letter}" anywhere, please.',
        'The letter "{letter}" is off limits, as a capital too.',
        'Make it a lipogram: no "{letter}".',
    ),
)
def lipogram(answer: str, p: Params) -> Iterator[str]:
    if p["letter"] in letters(answer):
        guilty = [w for w in words(answer) if p["letter"] in w.casefold()]
        yield f"the letter {p['letter']!r} occurs {letters(answer)[p['letter']]} times: {', '.join(guilty[:4])}"


@rule(
    source="ours",
    brief="An acrostic: the lines' first letters spell a word. Fits poems, and lists of as many points as letters.",
    family="letters",
    suits="verse",
    holds_in=ENGLISH,
    clashes="length layout opening ending frame case",
    draw=drawn(word=one_of("HOPE", "RIVER", "BREAD", "LIGHT", "WINTER", "GARDEN", "HARBOR", "STORM", "HOME")),
    wordings=(
        "Make it an acrostic: the first letters of the lines spell {word}.",
        "The lines, read by their first letters, should spell {word}; one line per letter, no title.",
        "Let the initial letters of the lines form the word {word}.",
        "Every line starts with the next letter of {word}, and there are no other lines.",
    ),
)
def acrostic(answer: str, p: Params) -> Iterator[str]:
    lines = [w for line in unmarked(answer).split("\n") if (w := plain_words(line[:200]))]
    if any(len(line) == 1 == len(line[0]) for line in lines):
        yield "a line is only a letter"
    spelled = "".join(line[0][0] for line in lines).upper()
    if spelled != p["word"]:
        yield f"the lines begin with {short(spelled, 40)}, not with {p['word']!r}"


@rule(
    source="IFEval",
    brief="No commas anywhere. Fits short texts; long sums of money or dates would suffer.",
    family="marks",
    suits="prose short list verse",
    clashes="words",
    draw=drawn(),
    wordings=(
        "Don't use any commas.",
        "Write it without a single comma.",
        "Leave out commas completely.",
        "My comma key is broken and so is my reader's patience: no commas, please.",
    ),
)
def no_commas(answer: str, p: Params) -> Iterator[str]:
    for line in answer.split("\n"):
        if (at := min((i for c in ",、，،" if (i := line.find(c)) >= 0), default=-1)) >= 0:
            yield f"a comma in {short(line[max(0, at - 30) : at + 20])}"
            return


@rule(
    source="ours",
    brief="Numbers as words, no digits at all. Fits stories, speeches and verse; never dates, sums or code.",
    family="marks",
    suits="prose verse",
    clashes="layout ending",
    draw=drawn(),
    wordings=(
        "Spell out all numbers; no digits, please.",
        "There must be no digits in it: write numbers as words.",
        "Please write numbers in words only (forty-two, not 42).",
        "It will be read aloud, so put every number in letters rather than digits.",
    ),
)
def no_digits(answer: str, p: Params) -> Iterator[str]:
    if found := [w for w in words(answer) if any(c.isdigit() for c in w)]:
        yield f"digits in {', '.join(found[:5])}"
    elif any(c.isdigit() for c in answer):
        yield "digits in the list's marks"


@rule(
    source="ours",
    brief="Plain text without any Markdown: no headings, bold, bullets, tables. For answers that go into a text "
    "message "
    "or an e-mail; fits anything in sentences.",
    family="marks",
    suits="prose short letter",
    clashes="layout opening",
    draw=drawn(),
    wordings=(
        "Plain text only: no Markdown, no headings, no lists, no bold.",
        "Please don't format it; I can't use Markdown signs, lists or bold where it goes.",
        "No Markdown at all. It ends up in a text message, so no lists or bold either.",
        "Give me unformatted running text without headings, lists or asterisks.",
    ),
)
def plain_text(answer: str, p: Params) -> Iterator[str]:
    if fences(answer) or "```" in answer:
        yield "a fenced block"
    if headings(answer):
        yield f"a heading: {short(headings(answer)[0][1])}"
    for line in unfenced(answer):
        stripped = line.lstrip()
        if stripped.startswith(("- ", "* ", "+ ", "• ", "> ", "|")):
            yield f"a list, quote or table mark at the start of {short(line)}"
            return
    if len(numbered(answer)) > 1:
        yield "a numbered list"
    if found := _ITALICS.search(answer):
        yield f"italics in {short(found.group())}"
    for mark in ("**", "__", "`"):
        if answer.count(mark) > 1:
            yield f"the mark {mark} around words"


@rule(
    source="IFEval",
    brief="Placeholders in square brackets for what the user will fill in. Fits letters, forms, e-mails, contracts.",
    family="marks",
    suits="letter structured",
    draw=drawn(n=between(2, 5)),
    wordings=(
        "Leave at least {n} placeholders in square brackets, such as [name], for me to fill in.",
        "It's a template, so use {n:word} or more different placeholders like [date].",
        "Mark what I have to fill in with square brackets, e.g. [address]; at least {n} different ones.",
        "Please include a minimum of {n:word} bracketed placeholders, for instance [company].",
    ),
)
def placeholders(answer: str, p: Params) -> Iterator[str]:
    found = {m.group(1).strip().casefold() for m in re.finditer(r"\[([^\[\]\n]{1,60})\](?!\()", answer)}
    named = {one for one in found if any(c.isalpha() for c in one) and one != "x"}
    if len(named) < p["n"]:
        yield f"{len(named)} different placeholders where at least {p['n']} were asked for"


@rule(
    source="IFEval",
    brief="At least so many passages set off in bold. Fits explanations, advice, study notes.",
    family="marks",
    suits="prose list letter",
    draw=drawn(n=between(2, 6)),
    clashes="layout",
    wordings=(
        "Highlight at least {n} key phrases in **bold**.",
        "Set the most important bits in bold with double asterisks, {n:word} of them at least.",
        "I skim, so put no fewer than {n} phrases in **bold**.",
        "Use Markdown bold (**like this**) on {n:word} or more phrases, not on whole paragraphs.",
    ),
)
def bold_phrases(answer: str, p: Params) -> Iterator[str]:
    found = [m.group(1) for m in re.finditer(r"\*\*(?=\S)([^*\n]{1,400})(?<=\S)\*\*", answer)]
    phrases = {same(one).casefold() for one in found if any(c.isalnum() for c in one)}
    if len(phrases) < p["n"]:
        yield f"{len(phrases)} different phrases in bold where at least {p['n']} were asked for"
    if (bold := sum(map(word_count, found))) * 2 > word_count(answer):
        yield f"{bold} of {word_count(answer)} words are bold: that highlights nothing"


@rule(
    source="IFEval",
    brief="Everything in lower case. A style; fits posts, verse and short answers without acronyms.",
    family="case",
    suits="prose short verse list",
    holds_in=CASED,
    draw=drawn(),
    wordings=(
        "Write everything in lowercase, no capital letters.",
        "all in lower case please, not one capital.",
        "No capitals anywhere, not even at the start of sentences.",
        "I'd like it in small letters throughout.",
    ),
)
def lower_case(answer: str, p: Params) -> Iterator[str]:
    if found := [w for w in words(answer) if any(c.isupper() for c in w)]:
        yield f"{len(found)} words with capitals: {', '.join(found[:5])}"


@rule(
    source="IFEval",
    brief="Everything in capitals: a sign, a headline, a telegram. Fits short answers and short verse.",
    family="case",
    suits="short verse",
    holds_in=CASED,
    draw=drawn(),
    wordings=(
        "WRITE IT IN CAPITALS ONLY, please.",
        "Use nothing but capital letters.",
        "All caps, no lowercase letters.",
        "It goes on a sign, so every letter has to be a capital.",
    ),
)
def upper_case(answer: str, p: Params) -> Iterator[str]:
    # "ß" has no capital on most keyboards.
    if found := [w for w in words(answer) if any(c.islower() and c != "ß" for c in w)]:
        yield f"{len(found)} words with small letters: {', '.join(found[:5])}"
    elif not any(c.isupper() for c in answer):
        yield "no capital letters"


@rule(
    source="IFEval",
    brief="A few words in all capitals for emphasis, within limits. Fits notices, advice, letters.",
    family="case",
    suits="prose letter list",
    holds_in=CASED,
    draw=drawn(least=between(1, 3), most=between(4, 8)),
    wordings=(
        "Put between {least} and {most} words in ALL CAPITALS, the ones that matter most.",
        "Stress the key words by writing them in full capitals: {least} at least, {most} at most.",
        "I'd like {least} to {most} words in capitals for emphasis (acronyms count).",
        "Emphasize with capitals, but sparingly: no fewer than {least} and no more than {most} fully capitalized "
        "words.",
    ),
)
def capital_words(answer: str, p: Params) -> Iterator[str]:
    found = [w for w in words(unmarked(answer)) if w.isupper() and sum(c.isalpha() for c in w) > 1]
    if not p["least"] <= len(found) <= p["most"]:
        yield f"{len(found)} words in capitals where {p['least']} to {p['most']} were asked for: {', '.join(found[:6])}"
