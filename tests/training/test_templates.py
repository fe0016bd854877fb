"""Templates are found by name, file or tokenizer, say how turns end, and a wrong one is refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.training.tokenizers import byte_level, chat, encoder, sentence_piece
from tests.training.tricky import TOOLS
from training.chats import Call, Chat, Message
from training.config import Data, Model
from training.encode import Encoder
from training.errors import UsageError
from training.templates import BUILT_IN, load_template, prepare_tokenizer

TALK = chat("One?", "First.", "Two?", "Second.", system="Be brief.")
WRITTEN = {
    "orca3": "<s><|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nOne?<|im_end|>\n<|im_start|>assistant\n"
    "First.<|im_end|>\n<|im_start|>user\nTwo?<|im_end|>\n<|im_start|>assistant\nSecond.<|im_end|>",
    "mistral-inst": "<s>[INST] Be brief.\n\nOne? [/INST] First.</s>[INST] Two? [/INST] Second.</s>",
    "llama3": "<s><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
    "<|start_header_id|>user<|end_header_id|>\n\nOne?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    "First.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nTwo?<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\nSecond.<|eot_id|>",
    "zephyr": "<|system|>\nBe brief.</s>\n<|user|>\nOne?</s>\n<|assistant|>\nFirst.</s>\n<|user|>\nTwo?</s>\n"
    "<|assistant|>\nSecond.</s>",
    "alpaca": "<s>Be brief.\n\n### Instruction:\nOne?\n\n### Response:\nFirst.</s>\n\n### Instruction:\nTwo?\n\n"
    "### Response:\nSecond.</s>",
}
WRITTEN |= {"chatml": WRITTEN["orca3"].removeprefix("<s>"), "qwen": WRITTEN["orca3"].removeprefix("<s>")}


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_built_in_templates_write(name: str) -> None:
    mine = encoder(byte_level(), name)
    pieces = mine.pieces(TALK)
    assert "".join(piece.text for piece in pieces) == WRITTEN[name]
    trained = [piece.text for piece in pieces if piece.weight and piece.control]
    assert trained == [mine.template.end_of_turn] * 2


@pytest.mark.parametrize("name", ["orca3", "chatml", "qwen", "llama3"])
def test_tools_calls_and_results_are_written(name: str) -> None:
    call = Message("assistant", "I look.", (Call("callnumb1", "look_up", '{"what": "x</s>"}'),) * 2)
    found = (Message("tool", "<found>", call_id="callnumb1"),) * 2
    talk = Chat("", (Message("user", "x?"), call, *found, Message("assistant", "It is.")), TOOLS)
    pieces = encoder(byte_level(), name).pieces(talk)
    text = "".join(piece.text for piece in pieces)
    trained = "".join(piece.text for piece in pieces if piece.weight)
    assert "Find what </s>" in text
    assert text.count("<found>") == 2
    assert trained.startswith("I look.\n")
    assert trained.count('{"what": "x</s>"}') == 2
    assert "<found>" not in trained
    if name != "llama3":
        assert text.count("user\n<tool_response>\n<found>\n</tool_response>\n<tool_response>\n<found>") == 1


def test_a_tokenizer_s_own_template() -> None:
    tokenizer = byte_level()
    with pytest.raises(UsageError, match=r"has no chat template: model.template is orca3, .*Jinja file"):
        load_template("auto", tokenizer)
    tokenizer.chat_template = load_template("chatml", tokenizer).text
    own = load_template("auto", tokenizer)
    assert (own.name, own.end_of_turn) == ("auto", "<|im_end|>")
    assert (
        Encoder(tokenizer, own, Data(), 100).encode(TALK).ids.tolist()
        == encoder(byte_level(), "chatml").encode(TALK).ids.tolist()
    )


LINES = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{% for m in messages %}", "is no Jinja in line 1"),
        ("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}", "no end token"),
        ("{% for m in messages if m.role != 'system' %}{{ m.content }}</s>{% endfor %}", "drops the system turn"),
        (
            "{% for m in messages %}{{ m.content | upper if m.role == 'system' else m.content }}</s>{% endfor %}",
            "can't show a system turn: the template rewrites",
        ),
        ("{{ raise_exception('no chats here') }}", "can't be used: the template refuses it: no chats here"),
        ("{{ messages[0].content }}</s>", "leaves out a turn of the assistant"),
        ("{{ messages[0].content[0].text }}", "can't be used"),
        ("{{ ().__class__.__base__.__subclasses__() }}", "can't be used"),
        ("", "can't be used"),
    ],
)
def test_a_wrong_template_is_refused_in_one_line(text: str, word: str, tmp_path: Path) -> None:
    (tmp_path / "own.jinja").write_text(text)
    with pytest.raises(UsageError) as caught:
        load_template(str(tmp_path / "own.jinja"), byte_level())
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_template_that_refuses_a_system_turn_is_taken(tmp_path: Path) -> None:
    (tmp_path / "own.jinja").write_text(
        "{% if messages[0].role == 'system' %}{{ raise_exception('none') }}{% endif %}" + LINES
    )
    assert load_template(str(tmp_path / "own.jinja"), byte_level()).end_of_turn == "<|im_end|>"


def test_a_name_that_is_none() -> None:
    with pytest.raises(
        UsageError, match=r"no template 'orca'.*orca3, mistral-inst, llama3, qwen, zephyr, alpaca, chatml"
    ):
        load_template("orca", byte_level())


def test_a_tokenizer_without_an_end() -> None:
    tokenizer = byte_level()
    tokenizer.eos_token = None
    with pytest.raises(UsageError, match=r"no end token.*choose orca3"):
        load_template("zephyr", tokenizer)


def saved(tokenizer: Any, folder: Path) -> str:
    tokenizer.save_pretrained(folder)
    return str(folder)


def test_a_tokenizer_is_made_ready(tmp_path: Path) -> None:
    base = sentence_piece(legacy=True)
    ready = prepare_tokenizer(Model(name=saved(base, tmp_path / "base"), template="orca3"))
    assert len(ready) == len(base) + 2
    assert (ready.eos_token, ready.bos_token, ready.pad_token) == ("<|im_end|>", "<s>", "<unk>")
    assert ready.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"]) == [len(base), len(base) + 1]
    again = prepare_tokenizer(Model(name=saved(ready, tmp_path / "ready")))
    assert len(again) == len(ready)
    assert again.chat_template == ready.chat_template
    both = [Encoder(one, load_template(name, one), Data(), 100) for one, name in ((ready, "orca3"), (again, "auto"))]
    assert both[0].encode(TALK).ids.tolist() == both[1].encode(TALK).ids.tolist()


def test_a_pad_token_that_is_there_stays(tmp_path: Path) -> None:
    base = byte_level()
    base.add_special_tokens({"pad_token": "<pad>", "additional_special_tokens": ["<keep>"]})
    ready = prepare_tokenizer(Model(name="none", tokenizer=saved(base, tmp_path), template="llama3"))
    assert (ready.pad_token, ready.eos_token) == ("<pad>", "<|eot_id|>")
    assert "<keep>" in ready.all_special_tokens


def test_no_tokenizer_to_be_had(tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "absent"), "nobody/nothing"):
        with pytest.raises(UsageError, match=r"no tokenizer from .*folder with tokenizer.json") as caught:
            prepare_tokenizer(Model(name=name, template="orca3"))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_tokenizer_without_a_begin_of_text(name: str) -> None:
    tokenizer = byte_level()
    tokenizer.bos_token = None
    pieces = encoder(tokenizer, name).pieces(TALK)
    assert "".join(piece.text for piece in pieces) == WRITTEN[name].removeprefix("<s>")
