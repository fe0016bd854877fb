"""IFEval's 25 kinds of instruction that a program can check, each as its own repository checks it.

Written anew and not called from lm-evaluation-harness, because its module fetches data from the network when it is
imported and puts random values where an instruction lacks one (the letter `#`, say): here such a row is refused, or
checked as it reads. They are held against each other, instruction by instruction, in the tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from eval.tasks._language import capital_words, language_of, sentences

Arguments: TypeAlias = Mapping[str, Any]


class Instruction(NamedTuple):
    """One kind of instruction."""

    needs: tuple[str, ...]
    """Arguments that a row must give."""
    follows: Callable[[str, Arguments], bool]
    """Whether an answer follows it."""


CHOICES = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
RELATIONS = ("less than", "at least")


def compares(count: int, relation: str, number: int) -> bool:
    """Return whether `count` is less than, or at least, `number`."""
    return count < number if relation == "less than" else count >= number


def _times(pattern: str, answer: str) -> int:
    return len(re.findall(pattern, answer, re.IGNORECASE))


def _keywords(answer: str, given: Arguments) -> bool:
    return all(re.search(re.escape(word), answer, re.IGNORECASE) for word in given["keywords"])


def _frequency(answer: str, given: Arguments) -> bool:
    # Within longer words too: as the original counts.
    return compares(_times(re.escape(given["keyword"].strip()), answer), given["relation"], given["frequency"])


def _forbidden(answer: str, given: Arguments) -> bool:
    return not any(_times(rf"\b{re.escape(word)}\b", answer) for word in given["forbidden_words"])


def _letters(answer: str, given: Arguments) -> bool:
    count = answer.lower().count(given["letter"].strip().lower())
    return compares(count, given["let_relation"], given["let_frequency"])


def _in_language(answer: str, given: Arguments) -> bool:
    found = language_of(answer)
    # Nothing that tells a language, such as figures alone, counts as followed: the original decided so.
    return found is None or found == given["language"]


def _sentences(answer: str, given: Arguments) -> bool:
    return compares(len(sentences(answer)), given["relation"], given["num_sentences"])


def _words(answer: str, given: Arguments) -> bool:
    return compares(len(re.findall(r"\w+", answer)), given["relation"], given["num_words"])


def _paragraphs(answer: str, given: Arguments) -> bool:
    pieces = [piece.strip() for piece in re.split(r"\s?\*\*\*\s?", answer)]
    if not all(pieces[1:-1]):
        return False
    return len(pieces) - sum(not piece for piece in _ends(pieces)) == int(given["num_paragraphs"])


def _ends(pieces: list[str]) -> list[str]:
    return pieces if len(pieces) < 2 else [pieces[0], pieces[-1]]


def _first_word(answer: str, given: Arguments) -> bool:
    pieces = answer.split("\n\n")
    count, nth = sum(bool(piece.strip()) for piece in pieces), given["nth_paragraph"]
    if nth > count or not pieces[nth - 1].strip():
        return False
    word = pieces[nth - 1].split()[0].lstrip("'").lstrip('"')
    first = re.split(r"[.,?!'\"]", word, maxsplit=1)[0].lower()
    return count == int(given["num_paragraphs"]) and first == str(given["first_word"]).lower()


def _placeholders(answer: str, given: Arguments) -> bool:
    return len(re.findall(r"\[.*?\]", answer)) >= int(given["num_placeholders"])


def _postscript(answer: str, given: Arguments) -> bool:
    marker = given["postscript_marker"].strip()
    spaced = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}
    return re.search(spaced.get(marker, re.escape(marker.lower())), answer.lower()) is not None


def _bullets(answer: str, given: Arguments) -> bool:
    stars = re.findall(r"^\s*\*[^\*].*$", answer, re.MULTILINE)
    dashes = re.findall(r"^\s*-.*$", answer, re.MULTILINE)
    return len(stars) + len(dashes) == int(given["num_bullets"])


def _one_of_three(answer: str, given: Arguments) -> bool:
    return any(choice in answer for choice in CHOICES)


def _highlights(answer: str, given: Arguments) -> bool:
    single = [found.strip("*").strip() for found in re.findall(r"\*[^\n\*]*\*", answer)]
    double = [found[2:-2].strip() for found in re.findall(r"\*\*[^\n\*]*\*\*", answer)]
    return sum(map(bool, single + double)) >= int(given["num_highlights"])


def _sections(answer: str, given: Arguments) -> bool:
    splitter = re.escape(given["section_spliter"].strip())
    return len(re.split(rf"\s?{splitter}\s?\d+\s?", answer)) - 1 >= int(given["num_sections"])


def _json(answer: str, given: Arguments) -> bool:
    text = answer.strip()
    for fence in ("```json", "```Json", "```JSON", "```"):
        text = text.removeprefix(fence)
    try:
        json.loads(text.removesuffix("```").strip())
    except (ValueError, RecursionError):
        return False
    return True


def _title(answer: str, given: Arguments) -> bool:
    return any(found.lstrip("<").rstrip(">").strip() for found in re.findall(r"<<[^\n]+>>", answer))


def _two_responses(answer: str, given: Arguments) -> bool:
    pieces = [piece.strip() for piece in answer.split("******")]
    said = [piece for piece in pieces if piece]
    return all(pieces[1:-1]) and len(said) == 2 and said[0] != said[1]


def _repeats(answer: str, given: Arguments) -> bool:
    return answer.strip().lower().startswith(str(given["prompt_to_repeat"]).strip().lower())


def _ends_with(answer: str, given: Arguments) -> bool:
    return answer.strip().strip('"').lower().endswith(str(given["end_phrase"]).strip().lower())


def _quoted(answer: str, given: Arguments) -> bool:
    text = answer.strip()
    return len(text) > 1 and text[0] == text[-1] == '"'


def _capital_words(answer: str, given: Arguments) -> bool:
    return compares(len(capital_words(answer)), given["capital_relation"], given["capital_frequency"])


def _capitals(answer: str, given: Arguments) -> bool:
    return answer.isupper() and language_of(answer) in ("en", None)


def _lowercase(answer: str, given: Arguments) -> bool:
    return answer.islower() and language_of(answer) in ("en", None)


def _no_comma(answer: str, given: Arguments) -> bool:
    return "," not in answer


INSTRUCTIONS: Mapping[str, Instruction] = {
    "keywords:existence": Instruction(("keywords",), _keywords),
    "keywords:frequency": Instruction(("keyword", "frequency", "relation"), _frequency),
    "keywords:forbidden_words": Instruction(("forbidden_words",), _forbidden),
    "keywords:letter_frequency": Instruction(("letter", "let_frequency", "let_relation"), _letters),
    "language:response_language": Instruction(("language",), _in_language),
    "length_constraints:number_sentences": Instruction(("num_sentences", "relation"), _sentences),
    "length_constraints:number_paragraphs": Instruction(("num_paragraphs",), _paragraphs),
    "length_constraints:number_words": Instruction(("num_words", "relation"), _words),
    "length_constraints:nth_paragraph_first_word": Instruction(
        ("num_paragraphs", "nth_paragraph", "first_word"), _first_word
    ),
    "detectable_content:number_placeholders": Instruction(("num_placeholders",), _placeholders),
    "detectable_content:postscript": Instruction(("postscript_marker",), _postscript),
    "detectable_format:number_bullet_lists": Instruction(("num_bullets",), _bullets),
    "detectable_format:constrained_response": Instruction((), _one_of_three),
    "detectable_format:number_highlighted_sections": Instruction(("num_highlights",), _highlights),
    "detectable_format:multiple_sections": Instruction(("section_spliter", "num_sections"), _sections),
    "detectable_format:json_format": Instruction((), _json),
    "detectable_format:title": Instruction((), _title),
    "combination:two_responses": Instruction((), _two_responses),
    "combination:repeat_prompt": Instruction(("prompt_to_repeat",), _repeats),
    "startend:end_checker": Instruction(("end_phrase",), _ends_with),
    "startend:quotation": Instruction((), _quoted),
    "change_case:capital_word_frequency": Instruction(("capital_relation", "capital_frequency"), _capital_words),
    "change_case:english_capital": Instruction((), _capitals),
    "change_case:english_lowercase": Instruction((), _lowercase),
    "punctuation:no_comma": Instruction((), _no_comma),
}
