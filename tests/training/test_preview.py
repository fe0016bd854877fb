"""What is shown is what is stored: all text, trained text marked, nothing of it obeyed by a terminal."""

import re
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.pairs import rows, write_pairs, write_tokenizer
from training.__main__ import main
from training.config import Config
from training.errors import UsageError
from training.packed import PackedDataset
from training.prepare import prepare
from training.preview import epoch_of, histogram, inert, left_out, preview, shown, tokens_of
from training.store import Store, Writer

pytest.importorskip("transformers")
COLOURS = re.compile(r"\x1b\[\d*m")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("preview")
    what = rows(30)
    what[1]["messages"][-1]["content"] = "green \x1b[31m red\x07\r\u202e\x9b2J <|im_end|> ⟦"
    what[2]["messages"][-2]["content"] = "long " * 600
    what[3] = {**what[3], "id": "evil\x1b]0;title\x07", "skill": "odd\x1b[5m"}
    return Config.model_validate(
        {
            "model": {"name": str(write_tokenizer(folder / "tokenizer")), "template": "chatml"},
            "data": {"paths": [str(write_pairs(folder / "pairs.jsonl", what))], "mix": {"rag": 0.5}},
            "packing": {"window": 512},
            "store": str(folder / "stores"),
        }
    )


@pytest.fixture(scope="module")
def store(config: Config) -> Store:
    return prepare(config, tell=lambda line: None)


@pytest.fixture(scope="module")
def tokenizer(config: Config) -> Any:
    from training.templates import prepare_tokenizer

    return prepare_tokenizer(config.model)


def lines(config: Config, **options: Any) -> str:
    said: list[str] = []
    preview(config, tell=said.append, **options)
    return "\n".join(said)


def test_all_of_a_chat_is_shown_and_what_is_trained_is_green(store: Store, tokenizer: Any) -> None:
    for number in range(len(store)):
        ids, spans, _ = store.document(number)
        text = shown(store, number, tokenizer, colour=True)
        assert COLOURS.sub("", text) == inert(tokenizer.decode(ids))
        green = [COLOURS.sub("", part) for part in re.findall("\x1b\\[32m(.*?)\x1b\\[0m", text, re.DOTALL)]
        assert green == [inert(tokenizer.decode(ids[start:end])) for start, end in spans]


def test_without_colour_what_is_trained_stands_in_brackets(store: Store, tokenizer: Any) -> None:
    text = shown(store, 0, tokenizer, colour=False)
    said = rows(30)[0]["messages"][-1]["content"]
    assert text.endswith(f"⟦{said}<|im_end|>⟧")
    assert "\x1b" not in text


def test_control_tokens_are_told_from_what_only_reads_like_them(store: Store, tokenizer: Any) -> None:
    ids, _, _ = store.document(1)
    text = shown(store, 1, tokenizer, colour=True)
    inverse = re.findall("\x1b\\[7m(.*?)\x1b\\[27m", text)
    controls = tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
    assert inverse == [tokenizer.decode([token]) for token in ids.tolist() if token in controls]
    assert COLOURS.sub("", text).count("<|im_end|>") == inverse.count("<|im_end|>") + 1, "one was said"
    assert "<|im_end|> ⟦\x1b[7m<|im_end|>" in text


def test_of_long_untrained_text_the_ends_are_shown_and_of_trained_text_all(store: Store, tokenizer: Any) -> None:
    for number in range(len(store)):
        text, part = (shown(store, number, tokenizer, colour=False, most=most) for most in (None, 20))
        assert re.findall("⟦.*?⟧", text, re.DOTALL) == re.findall("⟦.*?⟧", part, re.DOTALL)
        assert part.startswith(text[:10])
        left = [int(count.replace(",", "")) for count in re.findall(r"\n\[… ([\d,]+) characters …\]\n", part)]
        assert left
        assert len(text) == len(re.sub(r"\n\[… [\d,]+ characters …\]\n", "", part)) + sum(left)


def test_spaces_that_a_tokenizer_drops_at_the_start_of_a_text_are_kept_within(tmp_path: Path) -> None:
    """SentencePiece's way: `▁c` decodes alone as `c`."""
    from tokenizers import Tokenizer, decoders, models
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel({"<unk>": 0, "▁a": 1, "▁b": 2, "▁c": 3, "▁d": 4}, unk_token="<unk>"))
    words.decoder = decoders.Metaspace()
    with Writer(tmp_path / "s", vocab=5, meta={}) as writer:
        writer.add([1, 2, 3, 4], [[2, 3]], [1], "", "train", "x")
        store = writer.finish()
    assert shown(store, 0, PreTrainedTokenizerFast(tokenizer_object=words), colour=False) == "a b⟦ c⟧ d"


def test_contents_cannot_speak_to_the_terminal(config: Config) -> None:
    text = lines(config, chats=30, colour=True)
    assert "␛[31m red␇␍\\u202e\\x9b2J" in text
    assert "evil␛]0;title␇" in text
    assert "odd␛[5m" in text
    assert not [mark for mark in COLOURS.sub("", text) if unicodedata.category(mark) == "Cc" and mark != "\n"]


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_inert_text_keeps_all_that_can_be_seen(text: str) -> None:
    safe = inert(text)
    bad = {"Cc", "Zl", "Zp", "Cs"}
    assert not [mark for mark in safe if unicodedata.category(mark) in bad and mark not in "\n\t"]
    assert not [mark for mark in safe if unicodedata.bidirectional(mark) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI"}]
    if text.isprintable():
        assert safe == text


def test_a_token_a_line_with_its_weight(store: Store, tokenizer: Any) -> None:
    table = tokens_of(store, 1, tokenizer).splitlines()
    ids, spans, _ = store.document(1)
    assert len(table) == len(ids)
    trained = {place for start, end in spans for place in range(start, end)}
    for place, line in enumerate(table):
        at, token, weight, *_ = line.split()
        assert (int(at), int(token)) == (place, ids[place])
        assert weight == ("1" if place in trained else "·")
    assert "\x1b" not in "".join(table)


def test_everything_is_told(config: Config, store: Store) -> None:
    text = lines(config, chats=2, colour=False)
    assert text.count("──\n") == 2
    assert "packs: " in text
    assert f"mean {store.lengths.mean():,.0f}" in text
    assert re.search(r"^rag +train .* 0\.5×$", text, re.MULTILINE)
    assert re.search(r"^rag +test .* held out$", text, re.MULTILINE)
    assert "cut to the last whole turn that fits the window: 1 (pair-2)" in text


def test_packs_are_those_of_the_first_epoch(config: Config, store: Store) -> None:
    text = lines(config, chats=0)
    dataset = epoch_of(store, config)
    assert isinstance(dataset, PackedDataset)
    assert f"packs: {len(dataset):,} of 512 tokens" in text
    first = text.partition("pack 0:")[2].partition("pack 1:")[0]
    listed = re.findall(r"(\d+) to +(\d+)  \S+ (\S+)", first)
    assert [name for *_, name in listed] == dataset.chats(0)
    assert int(listed[-1][1]) == dataset[0]["lengths"].sum()


def test_the_histogram_counts_every_chat() -> None:
    lengths = np.array([1, 2, 3, 4, 7, 8, 8191, 8192, 8192])
    drawn = histogram(lengths).splitlines()[1:]
    counts = {line.split()[0]: int(line.split()[3]) for line in drawn}
    assert {start: count for start, count in counts.items() if count} == {
        "1": 1, "2": 2, "4": 2, "8": 1, "4,096": 1, "8,192": 2,
    }  # fmt: skip
    assert sum(counts.values()) == len(lengths)


def test_only_one_skill_and_an_unknown_one(config: Config) -> None:
    text = lines(config, chats=9, skill="mcq", colour=False)
    assert set(re.findall(r"^── \S+ · (\S+) ·", text, re.MULTILINE)) == {"mcq"}
    with pytest.raises(UsageError, match=r"'story'; there are: code, mcq"):
        lines(config, skill="story")


def test_nothing_left_out_is_said_too(tmp_path: Path, config: Config) -> None:
    data = config.data.model_copy(update={"paths": (write_pairs(tmp_path / "few.jsonl", rows(3)),), "mix": {}})
    assert left_out(prepare(config.model_copy(update={"data": data}), tell=print)) == "nothing was left out or cut"


def test_the_command_shows_the_middle_of_long_text_only_when_it_is_asked_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = Path(__file__).parents[1] / "runs" / "tool_use" / "strong"
    words = ["preview", "--preset", "tiny-cpu", "--pairs", str(pairs), "--chats", "1", "--store", str(tmp_path)]
    said = []
    for more in ([], ["--whole"]):
        assert main([*words, *more]) == 0
        said.append(capsys.readouterr().out)
    short, whole = (text.partition("──\n")[2].partition("\nlengths: ")[0] for text in said)
    (left,) = re.findall(r"\n\[… ([\d,]+) characters …\]\n", short)
    start, _, end = short.partition(f"\n[… {left} characters …]\n")
    assert whole.startswith(start)
    assert whole.endswith(end)
    assert len(whole) == len(start) + int(left.replace(",", "")) + len(end)
