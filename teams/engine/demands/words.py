"""Rules on which words, letters and marks an answer may hold, and in which case they are."""

from collections.abc import Iterator
from itertools import pairwise

from teams.engine.demands.rule import ENGLISH, Params, between, drawn, one_of, rule, short, some_of, unmarked
from tools.counting import plain_words, sentences

_TURNS = ["for example", "however", "in practice", "because", "instead", "as a result", "in other words", "first"]
_WORN = ["very", "really", "important", "crucial", "delve", "overall", "simply", "just", "ensure", "various", "also"]
_CONTRACTED = ("n't", "'re", "'ve", "'ll", "'d", "'m")
_WITH_IS = "it's that's he's she's there's what's who's here's where's how's let's"


def _spoken(answer: str) -> str:
    """The words of an answer with a space around each, so that whole words are found in it."""
    return f" {' '.join(plain_words(unmarked(answer)))} "


def _times(spoken: str, phrase: str) -> int:
    """How often a phrase stands in `_spoken` text; neighbours share the space between them."""
    return spoken.replace(" ", "  ").count(f" {phrase.casefold().replace(' ', '  ')} ")


@rule(
    source="IFEval",
    brief="Certain turns of phrase have to occur ('for example', 'however'). Fits explanations and arguments.",
    family="words",
    suits="prose letter",
    holds_in=ENGLISH,
    draw=drawn(words=some_of(_TURNS, 2, 3)),
    wordings=(
        "Use the expressions {words:quoted} somewhere in it.",
        "Please work {words:quoted} into the text.",
        "These have to appear at least once each: {words:quoted}.",
        "Somewhere in your answer, include {words:quoted}.",
    ),
)
def words_present(answer: str, p: Params) -> Iterator[str]:
    spoken = _spoken(answer)
    for word in p["words"]:
        if not _times(spoken, word):
            yield f"{word!r} does not occur"
    asked = {part for word in p["words"] for part in word.split()}
    for line in answer.split("\n"):
        said = plain_words(unmarked(line[:2000]))
        if sum(_times(f" {' '.join(said)} ", word) for word in p["words"]) > 1 and len(set(said) - asked) < 3:
            yield f"only listed, not used: {short(line)}"


@rule(
    source="IFEval",
    brief="A connecting word must be used at least so often. Fits longer explanations, comparisons and stories.",
    family="words",
    suits="prose letter",
    holds_in=ENGLISH,
    clashes="word_max character_max sentence_max",
    draw=drawn(word=one_of("because", "while", "when", "if", "then", "before", "but"), n=between(2, 4)),
    wordings=(
        'Use the word "{word}" at least {n} times.',
        'The word "{word}" should come up {n:word} times or more.',
        'I want to see "{word}" no fewer than {n} times.',
        'Please have "{word}" occur a minimum of {n:word} times.',
    ),
)
def word_often(answer: str, p: Params) -> Iterator[str]:
    spoken = plain_words(unmarked(answer))
    count = sum(w == p["word"] and before != w for before, w in pairwise(["", *spoken]))
    if count < p["n"]:
        yield f"{p['word']!r} occurs {count} times where at least {p['n']} were asked for, repeats in a row not counted"


@rule(
    source="IFEval",
    brief="Worn words that must not occur ('very', 'important', 'delve'). Fits any text in sentences.",
    family="words",
    suits="prose short list letter dialogue verse",
    holds_in=ENGLISH,
    draw=drawn(words=some_of(_WORN, 2, 4)),
    wordings=(
        "Don't use the words {words:quoted}.",
        "Avoid {words:quoted} altogether.",
        "Please write it without {words:quoted}.",
        "My editor strikes out {words:quoted}, so leave them out.",
    ),
)
def words_forbidden(answer: str, p: Params) -> Iterator[str]:
    spoken = _spoken(answer)
    for word in p["words"]:
        if count := _times(spoken, word):
            yield f"{word!r} occurs {count} times and was not to occur"


@rule(
    source="ours",
    brief="No contractions (don't, it's). Fits formal letters, reports and essays.",
    family="words",
    suits="prose letter short",
    holds_in=ENGLISH,
    draw=drawn(),
    wordings=(
        'Don\'t use contractions such as "isn\'t" or "we\'ll".',
        "Write everything out: no contractions.",
        'Avoid contractions ("it is", not "it\'s").',
        "It goes to a formal audience, hence no contracted forms, please.",
    ),
)
def no_contractions(answer: str, p: Params) -> Iterator[str]:
    found = [w for w in plain_words(unmarked(answer)) if w.endswith(_CONTRACTED) or w in _WITH_IS.split()]
    if found:
        yield f"contractions: {', '.join(dict.fromkeys(found[:5]))}"


@rule(
    source="ours",
    brief="No two sentences in a row begin with the same word. Fits descriptions, stories, letters.",
    family="words",
    suits="prose letter",
    draw=drawn(),
    clashes="layout",
    wordings=(
        "Never start two sentences in a row with the same word.",
        "Vary how sentences open: no two neighbours may begin with the same word.",
        "Each sentence should begin with a different word than the one before it.",
        "Please don't let consecutive sentences share their first word.",
    ),
)
def varied_openings(answer: str, p: Params) -> Iterator[str]:
    openings = [w[0] for sentence in sentences(answer) if (w := plain_words(unmarked(sentence)[:200]))]
    for first, second in pairwise(openings):
        if first == second:
            yield f"two sentences in a row begin with {first!r}"
