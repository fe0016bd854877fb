"""IFEval's checks, held against lm-evaluation-harness's own, instruction by instruction."""

import importlib.util
import json
import random
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.records import Item
from eval.task import items_of, load
from eval.tasks import _language
from eval.tasks._instructions import INSTRUCTIONS, compares
from eval.tasks.ifeval import loosened

ANSWERS = json.loads(Path(__file__).with_name("ifeval_answers.json").read_text(encoding="utf-8"))
ITEMS = items_of(load("ifeval"), None, is_miniature=True)
SHAPES = [
    "{}", "**{}**", "\n{}\n", "Sure!\n{}", "{}\n\nAny other questions?", '"{}"', "* {}\n- {}", "{}\n\n***\n\n{}",
    "******{}", "{}******{}", "{}\n\n{}", "<<{}>>", "```json\n[1, 2]\n```{}", "PS {}", "{}\nP. S. Ah.", "[{}] [x]",
    "<< >>{}", "* *{}*", "Section 1 {} Section2 {}", "'{}", "",
]  # fmt: skip
"""What a model makes of an answer."""


def texts() -> list[str]:
    """Every answer of the miniature, right and wrong, in every shape."""
    plain = [one[which] for one in ANSWERS.values() for which in ("right", "wrong")]
    return [shape.replace("{}", text) for text in plain for shape in SHAPES]


def instructions() -> Iterator[tuple[Item, dict[str, Any]]]:
    for item in ITEMS:
        for one in item.facts["instructions"]:
            yield item, one


def test_every_kind_is_in_the_miniature() -> None:
    assert {one["id"] for _, one in instructions()} == set(INSTRUCTIONS)
    assert len(INSTRUCTIONS) == 25


ALL = list(instructions())
NAMES = [f"{item.id}-{one['id']}" for item, one in ALL]


@pytest.mark.parametrize(("item", "one"), ALL, ids=NAMES)
def test_a_right_answer_follows_and_some_wrong_one_does_not(item: Item, one: dict[str, Any]) -> None:
    follows = INSTRUCTIONS[one["id"]].follows
    assert follows(ANSWERS[item.id]["right"], one)
    if len(item.target) == 1:
        assert not follows(ANSWERS[item.id]["wrong"], one)


@pytest.mark.parametrize(
    ("name", "given", "answer", "follows"),
    [
        ("keywords:frequency", {"keyword": "sun", "frequency": 2, "relation": "less than"}, "Sunday, sun", False),
        ("keywords:forbidden_words", {"forbidden_words": ["c++"]}, "I like c++ much", True),  # no boundary after +
        ("keywords:letter_frequency", {"letter": "!", "let_frequency": 2, "let_relation": "at least"}, "Oh! Ah!", True),
        ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "***a***b***", True),
        ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "a******b", False),
        ("length_constraints:number_paragraphs", {"num_paragraphs": 1}, "a", True),
        ("length_constraints:number_words", {"num_words": 2, "relation": "less than"}, "don't", False),
        ("detectable_format:number_bullet_lists", {"num_bullets": 1}, "** bold\n* one", True),
        ("detectable_format:multiple_sections", {"section_spliter": "SECTION", "num_sections": 1}, "Section 1", False),
        ("detectable_content:postscript", {"postscript_marker": "P.S."}, "so long. p. s. me too", True),
        ("combination:two_responses", {}, "a ****** b ****** c", False),
        ("startend:end_checker", {"end_phrase": "The End."}, 'x the end."', True),
        ("startend:quotation", {}, '"', False),
        ("change_case:english_capital", {}, "12 + 3", False),
        ("language:response_language", {"language": "de"}, "12 + 3", True),
        ("change_case:capital_word_frequency", {"capital_relation": "at least", "capital_frequency": 2}, "DON'T", True),
    ],
)  # fmt: skip
def test_what_surprises(name: str, given: dict[str, Any], answer: str, follows: bool) -> None:
    assert INSTRUCTIONS[name].follows(answer, given) is follows


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mr. Reed met Dr. Poe. They talked.", 2),
        ("It costs 3.50 euros in the U.S. today. Good!", 2),
        ("Is it? Yes. No", 3),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(_language.sentences(text)) == count


def test_without_trained_data_or_langdetect_others_stand_in_and_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import nltk

    def find(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(nltk.data, "find", find)
    monkeypatch.setitem(sys.modules, "langdetect", None)
    _language._splitter.cache_clear()
    _language._detector.cache_clear()
    try:
        assert _language.means() == {"sentences": "punkt, own abbreviations", "language": "py3langid"}
        assert _language.language_of("Guten Morgen, liebe Nachbarn und Freunde.") == "de"
        assert len(_language.sentences("Mr. Reed met Dr. Poe. They talked.")) == 2
    finally:
        _language._splitter.cache_clear()
        _language._detector.cache_clear()


@given(st.text(alphabet="ab*\n \"'.,-#[]<>{}12", max_size=60))
def test_no_answer_makes_a_check_stumble(answer: str) -> None:
    for _, one in instructions():
        assert INSTRUCTIONS[one["id"]].follows(answer, one) in (True, False)
    assert answer in loosened(answer)
    assert len(loosened(answer)) == 8


@given(st.integers(0, 9), st.integers(0, 9))
def test_less_than_and_at_least_exclude_each_other(count: int, number: int) -> None:
    assert compares(count, "less than", number) is not compares(count, "at least", number)


@pytest.fixture(scope="module")
def theirs() -> Iterator[Any]:
    """Yield lm-evaluation-harness's checkers. What they need and is not there (a language detector, sentences' trained
    data, which they would fetch) is ours in its place: all else is compared everywhere, and that where it is there."""
    nltk = pytest.importorskip("nltk")
    pytest.importorskip("lm_eval")
    patch = pytest.MonkeyPatch()
    patch.setattr(nltk, "download", lambda *_: None)
    if not importlib.util.find_spec("immutabledict"):
        patch.setitem(sys.modules, "immutabledict", SimpleNamespace(immutabledict=dict))
    if not importlib.util.find_spec("langdetect"):
        patch.setitem(sys.modules, "langdetect", Detector())
    try:
        registry = importlib.import_module("lm_eval.tasks.ifeval.instructions_registry")
        util = sys.modules["lm_eval.tasks.ifeval.instructions_util"]
        if _language.means()["sentences"] != "punkt_tab":
            patch.setattr(util, "_get_sentence_tokenizer", lambda: SimpleNamespace(tokenize=_language.sentences))
            patch.setattr(nltk, "word_tokenize", partial(nltk.tokenize.word_tokenize, preserve_line=True))
        yield registry.INSTRUCTION_DICT
    finally:
        patch.undo()
        for name in [name for name in sys.modules if name.startswith("lm_eval.tasks.ifeval")]:
            del sys.modules[name]


class Detector:
    """Ours, in the form of langdetect."""

    class LangDetectException(Exception):
        pass

    def detect(self, text: str) -> str:
        if (found := _language._by_langid(text) if any(map(str.isalpha, text)) else None) is None:
            raise self.LangDetectException("no features in text")
        return found


@pytest.mark.parametrize("number", [n for n, (_, one) in enumerate(ALL) if one.get("letter") != "#"])
def test_lm_eval_says_the_same(number: int, theirs: Any) -> None:
    """But for `#`, in place of which they look for a letter drawn at random."""
    one = ALL[number][1]
    checker = theirs[one["id"]](one["id"])
    checker.build_description(**{key: value for key, value in one.items() if key != "id"})
    for text in random.Random(number).sample(texts(), 300):
        assert INSTRUCTIONS[one["id"]].follows(text, one) == bool(checker.check_following(text)), text
