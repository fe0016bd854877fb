"""Near-duplicates: those that are alike are found wherever they stand, siblings with one text are none."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from eval.data.batches import Batch, Places
from eval.data.near import Repeats
from eval.data.rows import item_of
from eval.data.sources import Source
from tests.eval.datasets import Row, clean, prose, row, said
from tools.word_hashes import hash_words


class Nowhere(Source):
    def __init__(self) -> None:
        self.path, self.is_run = "rows", False  # type: ignore[assignment]


def repeats(rows: list[Row], at_once: int = 7) -> dict[str, object]:
    found, places = Repeats(), Places([Nowhere()])
    for first in range(0, len(rows), at_once):
        items = [item_of(one, 0, first + n + 1) for n, one in enumerate(rows[first : first + at_once])]
        for item in items:
            places.add(item)
        found.add(Batch(first, items, hash_words([t for item in items for t in (item.request, item.answer)])))
    return found.result(places)


def sizes(found: dict[str, object]) -> list[int]:
    return [cluster["size"] for cluster in found["largest"]]  # type: ignore[attr-defined]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 59), min_size=2, max_size=9), st.integers(1, 20))
def test_copies_with_a_word_or_number_changed_are_one_cluster(places: set[int], at_once: int) -> None:
    rows = clean(60)
    text = prose(Random(99), 120)
    for n in places:
        rows[n] = said(rows[n], request=f"{text} It is {n * 37} of them.", answer=text[::-1] + f" item {n}")
    found = repeats(rows, at_once)
    assert sizes(found) == [len(places)]
    assert found["near"]["pairs"] == len(places) - 1  # type: ignore[index]


def test_nothing_alike_in_clean_data() -> None:
    assert sizes(repeats(clean())) == []


def about(n: int, text: str, ask: str, answer: str) -> Row:
    return {**said(row(n), f"{text}\n\n{ask}", answer), "facts": {"ask": ask}}


def test_two_questions_on_one_text_are_two_pairs_and_so_is_one_question_on_two_texts() -> None:
    one, other = prose(Random(1), 300), prose(Random(2), 300)
    rows = [
        about(0, one, "Which of the mills was rebuilt first, and by whom?", "The one at Harrow, by its miller."),
        about(1, one, "How many towns saw more visitors after that?", "Three of the four did so."),
        about(2, other, "Which of the mills was rebuilt first, and by whom?", "The one at Harrow, by its miller."),
    ]
    assert sizes(repeats(rows)) == []
    assert sizes(repeats([*rows, {**rows[2], "id": "again"}])) == [2]


def test_two_changes_of_one_text_are_two_pairs() -> None:
    text = prose(Random(1), 300)
    rows = [
        about(n, text, ask, text[:1500]) for n, ask in enumerate(("Take the second sentence out.", "Say it shorter."))
    ]
    for made in rows:
        made["facts"]["asks_for"] = "text"
    assert sizes(repeats(rows)) == []


def test_one_request_with_two_answers_is_told_and_copies_are_not_such() -> None:
    rows = clean(10)
    rows.append(said(row(3), answer="Another answer than before, and quite another one."))
    rows.append(row(4))
    found = repeats(rows)
    assert found["same_request"]["numbers"] == [3, 10]  # type: ignore[index]
    assert found["exact"]["numbers"] == [11]  # type: ignore[index]


def test_odd_texts() -> None:
    texts = ["", "?!", "one", "one two", "\ud800", "日本"]
    assert len(sizes(repeats([said(row(n), text, text) for n, text in enumerate(texts)]))) <= 1


def test_numbers_are_what_is_said_where_there_is_little_else() -> None:
    def listed(n: int, numbers: str) -> Row:
        return said(row(n), f"What comes next? {numbers}", numbers)

    one, other = (" ".join(str(random.randint(1, 99)) for _ in range(60)) for random in (Random(1), Random(2)))
    assert sizes(repeats([listed(0, one), listed(1, other)])) == []
    assert sizes(repeats([listed(0, one), listed(1, one), listed(2, other)])) == [2]


def test_a_copy_says_of_what_it_is_one() -> None:
    found = repeats([*clean(10), {**row(4), "id": "rag/again"}])
    assert (found["exact"]["numbers"], found["exact"]["of"]) == ([10], [4])  # type: ignore[index]
