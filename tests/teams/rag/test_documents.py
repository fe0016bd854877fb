"""Search results are written and read back in every layout of a message, whatever stands in them."""

from __future__ import annotations

import contextlib
import json
import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.engine.stages.refine import edited
from teams.rag.documents import (
    LAYOUTS,
    NUMBERED,
    Document,
    cut,
    ids,
    laid_out,
    on_one_line,
    plain,
    read,
    renamed,
    window,
)
from teams.rag.refining import edits_between
from teams.rag.reply import READERS, Unread, read_reply

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=80).map(on_one_line)
STYLES = ("numbers", "letter", "padded", "hex", "long")


@st.composite
def sets(draw: st.DrawFn) -> list[Document]:
    count = draw(st.integers(1, 12))
    names = ids(draw(st.sampled_from(STYLES)), count, Random(draw(st.integers())))
    dates = st.sampled_from(["", "2024-05-01"])
    return [
        Document(name, draw(WORDS), "https://a.example/b", draw(dates), f"{draw(WORDS)} {draw(WORDS)}".strip())
        for name in names
    ]


@given(sets())
def test_a_set_is_read_back_as_it_was_written(documents: list[Document]) -> None:
    assert read(plain(documents)) == documents
    assert json.loads(laid_out(documents, "json"))[0]["id"] == documents[0].id
    for layout in LAYOUTS:
        shown = laid_out(documents, layout)
        assert all(document.id in shown for document in documents)


@given(sets(), st.randoms(use_true_random=False))
def test_numbered_results_say_their_places_and_others_keep_their_names(
    documents: list[Document], random: Random
) -> None:
    turned = random.sample(documents, len(documents))
    numbered, names = renamed(turned, NUMBERED)
    assert [document.id for document in numbered] == [str(n + 1) for n in range(len(turned))]
    assert [numbered[int(names[document.id]) - 1].title for document in turned] == [d.title for d in turned]
    assert renamed(turned, "hex")[0] == turned


@given(st.text(max_size=3000), st.integers(60, 900), st.integers())
def test_a_snippet_is_words_of_its_text_in_one_line(text: str, most: int, seed: int) -> None:
    for made in (cut(text, most, Random(seed)), window(text, most, Random(seed))):
        bare = re.sub(r"\s?(?:\.\.\.|…)$", "", made) if made not in on_one_line(text) else made
        assert bare in on_one_line(text)
        assert "\n" not in made
        assert len(made) <= most + 4


@pytest.mark.parametrize("style", STYLES)
def test_ids_of_a_style_are_different_and_new(style: str) -> None:
    first = ids(style, 12, Random(3))
    assert len(set(first)) == 12
    if style != NUMBERED:
        assert not set(first) & set(ids(style, 12, Random(3), first))


IDS = ("3", "7", "11")


@pytest.mark.parametrize(
    ("form", "said", "answer", "cited"),
    [
        ("plain", "It is 40 euros.", "It is 40 euros.", ()),
        ("cited", "It is 40 euros [3]. Boats pay half. [7, 11]", "It is 40 euros. Boats pay half.", ("3", "7", "11")),
        ("cited", "It is 40 euros [3][7].", "It is 40 euros.", ("3", "7")),
        ("cited", "It is [sic] 40.", "It is [sic] 40.", ()),
        ("cited", "It is 40 euros [12].", "It is 40 euros.", ("12",)),
        ("json", '{"answer": "40 euros", "relevant_passages": [3, "7"]}', "40 euros", ("3", "7")),
        ("json_quotes", '{"answer": "40", "evidence": [{"document_id": 3, "quote": "forty"}]}', "40", ("3",)),
        ("quote_first", '> "forty euros" [3]\n\n**Answer:** It is 40.', "It is 40.", ("3",)),
        ("quote_first", "Answer: The documents don't say.", "The documents don't say.", ()),
        ("quote_first", '> "forty euros" [3]\nAnswer: **40 euros**, each.', "**40 euros**, each.", ("3",)),
        ("quote_first", '> "forty euros" [3]\n**Answer:** **40 euros**', "**40 euros**", ("3",)),
        ("sources_line", "It is 40 euros.\n\nSources: 3, 11", "It is 40 euros.", ("3", "11")),
        ("sources_line", "Nobody says.\nSources: none", "Nobody says.", ()),
    ],
)
def test_replies_are_taken_apart(form: str, said: str, answer: str, cited: tuple[str, ...]) -> None:
    reply = read_reply(form, said, IDS)
    assert (reply.answer, reply.cited) == (answer, cited)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("json", "It is 40 euros [3]."),
        ("json", '```json\n{"answer": "40", "relevant_passages": [3]}\n```'),
        ("json", '{"answer": "40", "relevant_passages": "3"}'),
        ("json", '{"answer": "40", "passages": [3]}'),
        ("json", '{"answer": "", "relevant_passages": [3]}'),
        ("json", '{"answer": "40", "relevant_passages": [[3]]}'),
        ("json", "[" * 3000),
        ("json_quotes", '{"answer": "40", "evidence": ["3"]}'),
        ("quote_first", '> "forty euros" [3]'),
        ("quote_first", "It says forty.\nAnswer: 40"),
        ("sources_line", "It is 40 euros [3]."),
        ("sources_line", "It is 40 euros.\nSources:"),
    ],
)
def test_what_is_in_another_form_is_refused(form: str, said: str) -> None:
    with pytest.raises(Unread):
        read_reply(form, said, IDS)


@given(st.sampled_from(sorted(READERS)), st.text(max_size=400))
def test_no_reply_breaks_its_reader(form: str, said: str) -> None:
    with contextlib.suppress(Unread):
        assert isinstance(read_reply(form, said, IDS).answer, str)


@given(sets(), st.randoms(use_true_random=False))
def test_a_set_is_made_another_by_its_edits(documents: list[Document], random: Random) -> None:
    new = [Document(f"x{n}", "New", "https://a.example", "", f"Words {n} of {random.random()}.") for n in range(3)]
    changed = [d for d in documents if random.random() < 0.8] + random.sample(new, random.randint(0, 3))
    if random.random() < 0.5:
        random.shuffle(changed)
    old, wanted = plain(documents), plain(changed)
    made, problems = edited(old, edits_between(old, wanted))
    assert problems == []
    assert read(made) == changed
