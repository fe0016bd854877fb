"""The parts of the Orca-Sum builder: sets, documents, duplicates, prompts."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.errors import UsageError
from eval.orca_sum.documents import Unusable, sample
from eval.orca_sum.duplicates import ALIKE, KNOWN, NEARLY_KNOWN, SAME, SHARED, against, among
from eval.orca_sum.prompts import KINDS, packaged, write
from eval.orca_sum.sets import DataSet, chosen, own, registry
from eval.records import Message
from eval.speakers import Function
from eval.store import Store
from tests.eval.orca_documents import documents, own_set, rows_file, text_of

# Sets


def test_the_registry_is_whole() -> None:
    sets = registry()
    assert len(sets) >= 40
    assert len({one.name for one in sets}) == len(sets)
    for one in sets:
        assert one.sure in ("checked", "known", "likely")
        assert one.hub.count("/") == 1
        assert one.column
        assert one.split
        assert one.licence
        assert one.about


@pytest.mark.parametrize("domain", sorted({one.domain for one in registry()} | {"general"}))
def test_each_domain_has_eight_packaged_prompts_of_all_kinds(domain: str) -> None:
    prompts = packaged(DataSet("x", "text", domain)).prompts
    assert len({prompt.text for prompt in prompts}) == 8
    assert {prompt.kind for prompt in prompts} == set(KINDS)
    assert domain == "general" or prompts != packaged(DataSet("x", "text", "general")).prompts


@pytest.mark.parametrize("text", ["x", "x=y", "x=#c", "=p#c", "a b=p#c", "x=/nowhere.jsonl#text"])
def test_files_of_ones_own_are_named_rightly_or_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--from"):
        own(text)


def test_which_sets_are_meant(tmp_path: Path) -> None:
    file = rows_file(tmp_path / "a#b.jsonl", ["x"])
    assert own(f"mine:law={file}#text") == DataSet(
        "mine", "text", "law", "the user's own", about="documents of mine", path=file
    )
    assert [one.name for one in chosen(["xsum"], [f"mine={file}#text"])] == ["xsum", "mine"]
    assert [one.name for one in chosen([], [f"mine={file}#text"])] == ["mine"]
    assert chosen([], []) == registry()
    with pytest.raises(UsageError, match="did you mean samsum"):
        chosen(["samsun"], [])
    with pytest.raises(UsageError, match="two sets are called 'xsum'"):
        chosen(["xsum"], [f"xsum={file}#text"])


# Documents


def test_what_is_drawn_depends_on_the_words_and_the_seed_alone(tmp_path: Path) -> None:
    texts = [text_of(n) for n in range(40)]
    first = sample(own_set(rows_file(tmp_path / "a.jsonl", texts)), 10, 1, tmp_path / "kept")
    turned = sample(own_set(rows_file(tmp_path / "b.jsonl", texts[::-1])), 10, 1, tmp_path / "other")
    assert [one.text for one in first.documents] == [one.text for one in turned.documents]
    assert first.dropped == {"not drawn": 30}
    other = sample(own_set(tmp_path / "a.jsonl"), 10, 2, tmp_path / "third")
    assert {one.text for one in other.documents} != {one.text for one in first.documents}


def test_what_does_not_fit_is_counted(tmp_path: Path) -> None:
    texts = [text_of(1), text_of(1).upper(), text_of(2, 20), "", text_of(3, 7000), text_of(4)]
    drawn = sample(own_set(rows_file(tmp_path / "a.jsonl", texts)), 10, 1, tmp_path / "kept")
    assert drawn.read == 6
    assert len(drawn.documents) == 2
    assert +drawn.dropped == {"the same as another of its set": 1, "too short": 1, "empty": 1, "too long": 1}


def test_what_was_drawn_is_kept_until_the_file_changes(tmp_path: Path) -> None:
    one = own_set(rows_file(tmp_path / "a.jsonl", [text_of(1)]))
    before = sample(one, 10, 1, tmp_path)
    kept = tmp_path / "ours.jsonl"
    kept.write_text(kept.read_text().replace(text_of(1), "as it was kept"))
    assert [d.text for d in sample(one, 10, 1, tmp_path).documents] == ["as it was kept"]
    kept.write_text("\n".join(kept.read_text().splitlines()[:1]) + "\n")  # cut off
    assert sample(one, 10, 1, tmp_path) == before
    rows_file(tmp_path / "a.jsonl", [text_of(2)])
    assert [d.text for d in sample(one, 10, 1, tmp_path).documents] == [text_of(2)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"a": {"b": [text_of(1), text_of(2)]}}, "a.b"),
        ({"a": [{"b": text_of(1)}, {"b": text_of(2)}]}, "a.b"),
        ({"a": [text_of(1), None, [text_of(2)]]}, "a"),
    ],
)
def test_a_document_in_pieces_is_put_together(row: dict[str, Any], column: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    (only,) = sample(own_set(tmp_path / "a.jsonl", column=column), 10, 1, tmp_path / "kept").documents
    assert only.text == f"{text_of(1)}\n{text_of(2)}"


def test_a_file_without_the_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column 'txt'; it has text"):
        sample(own_set(rows_file(tmp_path / "a.jsonl", ["x"]), column="txt"), 10, 1, tmp_path)


def test_a_set_is_loaded_as_its_hub_holds_it(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    rows_file(tmp_path / "set" / "test.jsonl", [text_of(n) for n in range(5)], "article")
    there = DataSet("there", "article", "news", hub=str(tmp_path / "set"), split="test")
    assert len(sample(there, 3, 1, tmp_path / "kept").documents) == 3
    with pytest.raises(Unusable, match="no column 'document'; it has article"):
        sample(DataSet("there", "document", hub=str(tmp_path / "set"), split="test"), 3, 1, tmp_path / "kept")
    with pytest.raises(Unusable, match="can't be loaded"):
        sample(DataSet("gone", "document", hub=str(tmp_path / "nowhere"), split="test"), 3, 1, tmp_path / "kept")


def test_of_a_set_that_needs_a_script_the_hubs_copy_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    asked: list[dict[str, Any]] = []

    def load_dataset(hub: str, config: str | None, **how: Any) -> Any:
        asked.append({"config": config, **how})
        if "revision" not in how:
            raise RuntimeError("Dataset scripts are no longer supported, but found old.py")
        return datasets.Dataset.from_list([{"text": text_of(1)}]).to_iterable_dataset()

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    assert len(sample(DataSet("old", "text", hub="a/old", split="test"), 3, 1, tmp_path).documents) == 1
    assert asked[1] == {"config": "default", "revision": "refs/convert/parquet", "split": "test", "streaming": True}


# Duplicates


def changed(text: str, every: int) -> str:
    """A text with every so many words replaced."""
    return " ".join("other" if n % every == every - 1 else word for n, word in enumerate(text.split()))


def test_documents_that_repeat_one_another() -> None:
    texts = [text_of(1), text_of(2), text_of(1).upper(), changed(text_of(2), 50), changed(text_of(1), 4)]
    assert among(documents(texts)) == {"ours-2": SAME, "ours-3": ALIKE}


def test_documents_that_stand_in_the_training_data(tmp_path: Path) -> None:
    texts = [text_of(n) for n in range(6)]
    half = " ".join(texts[3].split()[:40])
    rows = [
        {"messages": [{"role": "user", "content": texts[0].upper()}, {"role": "assistant", "content": "Yes."}]},
        {"messages": [{"role": "user", "content": f"Sum this up, please: {texts[1]} In one sentence!"}]},
        {"messages": [{"role": "user", "content": changed(texts[2], 50)}]},
        {"text": f"{text_of(90)} {half} {text_of(91)}"},
        {"text": f"{text_of(92)} {' '.join(texts[4].split()[:12])}"},
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found, count = against(documents(texts), [tmp_path / "train.jsonl"])
    assert found["ours-0"] == KNOWN
    assert found["ours-1"] in (NEARLY_KNOWN, SHARED)
    assert found["ours-2"] == NEARLY_KNOWN
    assert found["ours-3"] == SHARED
    assert sorted(found) == ["ours-0", "ours-1", "ours-2", "ours-3"]
    assert count == 5


def test_a_run_is_training_data_too(tmp_path: Path) -> None:
    said = [{"role": "user", "content": f"Sum up: {text_of(1)}"}, {"role": "assistant", "content": "Done."}]
    (tmp_path / "pairs.jsonl").write_text(json.dumps({"id": "a", "messages": said}) + "\n")
    assert list(against(documents([text_of(1), text_of(2)]), [tmp_path])[0]) == ["ours-0"]


@pytest.mark.parametrize("content", [None, '{"a": 1}\n{broken\n'])
def test_training_data_that_can_not_be_read_ends_it(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    if content:
        path.write_text(content)
    with pytest.raises(UsageError, match=re.escape(f"--against {path}")):
        against(documents([text_of(1)]), [path])


# Prompts


def writing(
    lines: Callable[[int], str] = lambda n: f"Tell a reader in {n} sentences what the article is about.",
) -> Any:
    """A model that writes as many prompts as it is asked for, never the same twice."""
    said = [0]

    def say(messages: list[Message]) -> str:
        found = re.search(r"Write exactly (\d+) prompts", messages[0]["content"])
        assert found
        first = said[0]
        said[0] += int(found[1])
        return "\n".join(f"{n - first}. {lines(n)}" for n in range(first + 1, said[0] + 1))

    return say


async def test_prompts_are_written_a_third_of_each_kind(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        found = await write(DataSet("x", "text"), [text_of(1)], 10, Function("python:w", writing()), store)
    assert [sum(prompt.kind == kind for prompt in found.prompts) for kind in KINDS] == [4, 3, 3]
    assert (found.by, found.unfit, found.notes) == ("python:w", 0, [])


async def test_what_is_no_prompt_is_asked_for_again(tmp_path: Path) -> None:
    asked: list[str] = []
    specimens = [f"The walrus of Ulm. {text_of(1)}", f"The organ of Bern. {text_of(2)}"]

    def careless(messages: list[Message]) -> str:
        asked.append(messages[0]["content"])
        if len(asked) > 1:
            return f"1. Write a summary in {len(asked)} sentences for somebody in a hurry."
        return (
            "Here are your prompts:\n"
            "1. Sum up the article in three sentences for a busy reader.\n"
            "2. **SUM UP the article in three sentences, for a busy reader!**\n"
            "3. Summarise the article by [name of the author] for a reader.\n"
            "4. Sum up the specimen as if you were its author, at length.\n"
            f"5. Explain to a child why {' '.join(text_of(1).split()[5:12])} matters.\n"
            "6. Sum up.\n"
            "7. Tell a reader what the article says about the walrus in one sentence.\n"
            "8. **Transform it into a script for a video with these parts:**\n"
            "   - The closing remarks, which sum all of it up again\n"
            "9. **Prompt 9:** Tell a child in two sentences what the article is about."
        )

    with Store(tmp_path) as store:
        found = await write(DataSet("x", "text"), specimens, 6, Function("python:w", careless), store)
    assert found.unfit == 7
    assert [prompt.text for prompt in found.prompts if prompt.kind == "summarising"] == [
        "Sum up the article in three sentences for a busy reader.",
        "Tell a child in two sentences what the article is about.",
    ]
    assert "Write exactly 2 prompts" in asked[1]
    assert "- Sum up" not in asked[1]  # of another kind


@pytest.mark.parametrize("reply", ["I'm sorry, I can't do that.", "", "1. Sum up."])
async def test_a_model_that_writes_none_is_told_and_ours_are_taken(reply: str, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        one = DataSet("x", "text", "law")
        found = await write(one, [text_of(1)], 6, Function("python:w", lambda messages: reply), store)
    assert found.prompts == packaged(one).prompts
    assert found.by == "packaged"
    assert found.notes == ["python:w wrote no prompt that is fit"]
