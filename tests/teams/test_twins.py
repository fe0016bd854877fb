"""Near-duplicates and overlaps with benchmarks are found, and what is merely of the same kind is not."""

# ruff: noqa: E501  # rows of data

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import UsageError
from teams.engine.records import Pair, Seed
from teams.engine.twins import Benchmarks, Twins, pair_text
from tests.teams.fixtures.good_pairs import good_pairs
from tools.word_hashes import words_in

GOOD = good_pairs()
VOCABULARY = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in ("lor", "min", "sta", "ven")]


def words(seed: int, count: int) -> list[str]:
    return Random(seed).choices(VOCABULARY, k=count)


def test_good_pairs_are_no_twins_of_each_other() -> None:
    twins = Twins()
    for pair in GOOD.values():
        assert twins.check(pair).passed
        twins.add(pair)
    assert len(twins) == len(GOOD)


def test_twin_is_named_and_a_pair_is_none_of_itself() -> None:
    twins = Twins()
    for pair in GOOD.values():
        twins.add(pair)
    pair = GOOD["cheapest"]
    assert twins.check(pair).passed
    finding = twins.check(replace(pair, id="tool_use/other"))
    assert not finding.passed
    assert pair.id in finding.evidence


def test_other_numbers_and_marks_make_no_other_pair() -> None:
    pair, twins = GOOD["money"], Twins()
    twins.add(pair)
    text = pair_text(pair).replace("1,250.50", "7,990.25").replace("1250.5", "7990.25").replace("Please", "PLEASE,")
    assert twins.find("other", text) == pair.id


def test_examples_of_figures_are_told_apart_by_their_rule() -> None:
    def pair(id: str, rule: str) -> Pair:
        text = "5 → 25\n7 → 49\n4 → 16\n9 →"
        asked = Seed(f"few/{id}", text).rewritten("identity", text).ask("number_function", text)
        messages = [{"role": "user", "content": text}, {"role": "assistant", "content": "81"}]
        return asked.answered(messages, facts={"rule_told": rule})

    twins = Twins()
    twins.add(pair("a", "square it"))
    assert twins.check(pair("b", "multiply by the number of its digits, then add 7")).passed
    assert not twins.check(pair("c", "square it")).passed


def changed(seed: int, count: int) -> tuple[str, str, str]:
    """Return a text, the same with one word changed, and the same with every second one."""
    original, others = words(seed, count), words(seed + 1, count)
    slightly = [*original[:30], "entirely", *original[31:]]
    greatly = [other if i % 2 else word for i, (word, other) in enumerate(zip(original, others, strict=True))]
    return " ".join(original), " ".join(slightly), " ".join(greatly)


def test_one_word_in_sixty_changed_is_a_twin() -> None:
    """Likeness is estimated by 60 hashes: of texts alike by 0.9 a few in a thousand are taken for less than 0.8."""
    found = 0
    for seed in range(500):
        twins = Twins()
        original, slightly, _ = changed(seed, 60)
        twins.remember("a", original)
        found += twins.find("b", slightly) == "a"
    assert found >= 495


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(180, 300))
def test_one_word_in_a_longer_text_is_always_seen_through(seed: int, count: int) -> None:
    twins = Twins()
    original, slightly, _ = changed(seed, count)
    twins.remember("a", original)
    assert twins.find("b", slightly) == "a"


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(60, 200))
def test_half_of_the_words_changed_is_no_twin(seed: int, count: int) -> None:
    twins = Twins()
    original, _, greatly = changed(seed, count)
    twins.remember("a", original)
    assert twins.find("c", greatly) is None


def test_same_in_every_process_and_order() -> None:
    texts = {str(i): " ".join(words(i, 80)) for i in range(30)}
    forward, backward = Twins(), Twins()
    for name in texts:
        forward.remember(name, texts[name])
    for name in reversed(texts):
        backward.remember(name, texts[name])
    assert [forward.find("x", text) for text in texts.values()] == [backward.find("x", text) for text in texts.values()]


@pytest.mark.parametrize("text", ["", "?!", "one", "\ud800 \ud800", "日本語の文章です"])
def test_odd_texts(text: str) -> None:
    twins = Twins()
    twins.remember("a", text)
    assert twins.find("b", text) == "a"


def test_memory_a_pair_is_what_the_docstring_says() -> None:
    texts = [" ".join(words(i, 120)) for i in range(500)]
    twins = Twins()
    twins.remember("warm", "up")  # the library is loaded before memory is counted
    tracemalloc.start()
    for i, text in enumerate(texts):
        twins.remember(str(i), text)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used / len(texts) < 3500


QUESTION = "A train leaves the station at nine in the morning and travels to the coast at eighty kilometres an hour without a stop"


def benchmark(folder: Path) -> Benchmarks:
    (folder / "exam.jsonl").write_text(
        json.dumps({"question": "What is the capital of Peru?", "answer": "Lima"})
        + "\n\n"
        + json.dumps({"rows": [{"text": QUESTION, "choices": ["A", "B"]}]})
        + "\n"
    )
    (folder / "notes.txt").write_text(
        "Heading\n\nThe quick brown fox jumps over\nthe lazy dog and runs away through the dark wood.\n"
    )
    return Benchmarks([folder / "exam.jsonl", folder / "notes.txt"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"Tell me: {QUESTION.upper()}; when does it arrive?", "exam.jsonl, line 3"),
        ("Hey! What's new? what is the capital of PERU", "exam.jsonl, line 1"),
        (" ".join(QUESTION.split()[4:17]), "exam.jsonl, line 3"),
        ("And the quick, brown fox jumps over the lazy dog and runs away through it all", "notes.txt, line 3"),
        (" ".join(QUESTION.split()[4:16]), None),
        ("What is the capital of Chile?", None),
        ("Lima", None),
        ("", None),
    ],
)
def test_overlap_is_found_with_file_and_line(tmp_path: Path, text: str, place: str | None) -> None:
    assert benchmark(tmp_path).find(text) == place


def test_pair_that_overlaps_is_rejected(tmp_path: Path) -> None:
    pair = GOOD["fine"]
    held = replace(pair, messages=({"role": "user", "content": QUESTION}, *pair.messages[1:]))
    finding = benchmark(tmp_path).check(held)
    assert not finding.passed
    assert "exam.jsonl, line 3" in finding.evidence
    assert benchmark(tmp_path).check(pair).passed


@given(st.lists(st.sampled_from(VOCABULARY), min_size=13, max_size=60), st.integers(0, 47), st.booleans())
@settings(max_examples=80)
def test_any_thirteen_words_in_a_row_are_found(
    tmp_path_factory: pytest.TempPathFactory, text: list[str], at: int, up: bool
) -> None:
    path = tmp_path_factory.mktemp("b") / "b.jsonl"
    path.write_text(json.dumps({"q": " ".join(text)}))
    at = min(at, len(text) - 13)
    part = " -- ".join(text[at : at + 13])
    assert Benchmarks([path]).find("Before. " + (part.upper() if up else part) + " after") == "b.jsonl, line 1"


def test_unreadable_benchmarks_say_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.jsonl"):
        Benchmarks([tmp_path / "missing.jsonl"])
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"a": "b"}\n{"a": \n')
    with pytest.raises(UsageError, match="line 2"):
        Benchmarks([broken])


def test_words_are_one_spelling() -> None:
    assert words_in("Café—CAFE's, 東京") == ["cafe", "cafe", "s", "東", "京"]


def asked(pair: str, text: str, ask: str, answer: str) -> Pair:
    seed = Seed("s", text)
    instruction = seed.rewritten("identity", text).ask("literal", f"{text}\n\n{ask}")
    said = [{"role": "user", "content": f"{text}\n\n{ask}"}, {"role": "assistant", "content": answer}]
    return replace(instruction.answered(said, facts={"ask": ask}), id=pair)


def test_two_questions_on_one_text_and_one_question_on_two_texts_are_no_twins() -> None:
    one, other = " ".join(words(1, 300)), " ".join(words(2, 300))
    twins = Twins()
    twins.add(
        asked("a", one, "Which of the mills was rebuilt first, and by whom?", "The one at Harrow, by its miller.")
    )
    assert twins.check(asked("b", one, "How many towns saw more visitors after that?", "Three of the four did.")).passed
    assert twins.check(
        asked("c", other, "Which of the mills was rebuilt first, and by whom?", "The one at Harrow, by its miller.")
    ).passed
    assert not twins.check(
        asked("d", one, "Which of the mills was rebuilt first, and by whom?", "The one at Harrow, by its miller.")
    ).passed


def test_a_twin_is_found_among_many_texts_that_were_asked_the_same() -> None:
    twins = Twins()
    texts = [" ".join(words(n, 200)) for n in range(20)]
    for n, text in enumerate(texts):
        pair = asked(str(n), text, "Is this review positive or negative?", "Positive.")
        assert twins.check(pair).passed
        twins.add(pair)
    found = twins.check(asked("again", texts[17], "Is this review positive or negative?", "Positive."))
    assert not found.passed
    assert found.evidence.endswith(" 17")


WORDINGS = ("Is this review positive or negative?", "Shorten it.", "Which of these is the right label, and why so?")


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 79), min_size=1, max_size=6), st.booleans())
def test_a_twin_is_found_however_many_texts_were_asked_the_same(seed: int, again: list[int], changed: bool) -> None:
    """And however many questions one text was asked."""
    twins, texts = Twins(), [words(seed + n, 70) for n in range(40)]
    pairs = [(text, WORDINGS[0], "Positive.") for text in texts]
    pairs += [(texts[0], " ".join(words(seed - n - 1, 9)), " ".join(words(seed - n - 99, 20))) for n in range(40)]
    for n, (text, ask, answer) in enumerate(pairs):
        pair = asked(str(n), " ".join(text), ask, answer)
        assert twins.check(pair).passed
        twins.add(pair)
    for n in again:
        text, ask, answer = pairs[n]
        if changed:
            text = [*text[:30], "entirely", *text[31:]]
        assert not twins.check(asked("again", " ".join(text), ask, answer)).passed


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(0, 149), st.sampled_from([3, 9, 40]))
def test_what_comes_again_is_found_among_many_of_one_pattern(seed: int, again: int, own: int) -> None:
    """Pairs that share most of their words, too few of them to be twins."""
    shared, twins = words(seed, 40), Twins()
    texts = [" ".join([*shared, *words(seed + 1 + n, own)]) for n in range(150)]
    there: dict[str, str] = {}
    for n, text in enumerate(texts):
        if twins.find(str(n), text) is None:
            twins.remember(str(n), text)
            there[str(n)] = text
    name = list(there)[again % len(there)]
    assert twins.find("again", there[name]) is not None


def test_one_text_under_one_wording_is_found_after_hundreds() -> None:
    twins = Twins()
    texts = [" ".join(words(n, 60)) for n in range(400)]
    for n, text in enumerate(texts):
        twins.add(asked(str(n), text, WORDINGS[1], ""))
    found = [twins.check(asked("again", text, WORDINGS[1], "")) for text in texts]
    assert [finding.evidence for finding in found] == [f"nearly the same as {n}" for n in range(400)]
