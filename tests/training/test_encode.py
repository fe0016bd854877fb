"""What the encoder does with weights, windows and policies, and what it refuses."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from tests.training.tokenizers import byte_level, chat, encoder
from training import encode
from training.chats import Call, Chat, Message
from training.config import Data
from training.encode import Dropped, Encoder
from training.errors import UsageError
from training.templates import Template, load_template

TALK = chat("One?", "First answer.", "Two?", "Second answer.", "Three?", "Third answer.", system="Be brief.")


def test_weights_and_spans() -> None:
    *before, last = TALK.messages
    messages = [Message(m.role, m.content, weight={2: 0.5, 4: 0.0}.get(n)) for n, m in enumerate(before)]
    encoded = encoder(byte_level()).encode(Chat("", (*messages, last)))
    assert encoded.weights.tolist() == [0.5, 1.0]
    assert encoded.spans.shape == (2, 2)
    assert (encoded.ids.dtype, encoded.spans.dtype, encoded.weights.dtype) == ("int32", "int32", "float32")
    assert encoded.spans[-1, 1] == len(encoded.ids), "what follows the last trained turn is left out"


def test_pieces_are_the_chat() -> None:
    mine = encoder(byte_level())
    pieces = mine.pieces(TALK)
    assert [token for piece in pieces for token in piece.ids] == mine.encode(TALK).ids.tolist()
    assert "".join(piece.text for piece in pieces if piece.weight) == (
        "First answer.<|im_end|>Second answer.<|im_end|>Third answer.<|im_end|>"
    )
    assert all(len(piece.ids) == 1 for piece in pieces if piece.control)


def test_a_long_chat_is_cut_to_whole_turns() -> None:
    whole = encoder(byte_level()).encode(TALK)
    for room in range(int(whole.spans[0, 0]), len(whole.ids) + 1):
        fits = whole.spans[whole.spans[:, 1] <= room]
        mine = encoder(byte_level(), window=room)
        if not len(fits):
            with pytest.raises(Dropped, match="longer than the window"):
                mine.encode(TALK)
            continue
        cut = mine.encode(TALK)
        assert cut.ids.tolist() == whole.ids[: fits[-1, 1]].tolist()
        assert cut.spans.tolist() == fits.tolist()
        assert cut.cut is (len(fits) < 3)


def test_a_long_chat_is_left_out_or_refused() -> None:
    with pytest.raises(Dropped, match="longer than the window"):
        encoder(byte_level(), window=60, overlong="drop").encode(TALK)
    with pytest.raises(UsageError, match=r"'a chat' is \d+ tokens long, the window 60: .*truncate_turns"):
        encoder(byte_level(), window=60, overlong="error").encode(TALK)


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [Message("user", "Hello?")],
        [Message("user", "Hello?"), Message("assistant", "")],
        [Message("user", "Hello?"), Message("assistant", " \n")],
        [Message("user", "Hello?"), Message("assistant", "No.", weight=0)],
    ],
)
def test_nothing_to_train(messages: list[Message]) -> None:
    with pytest.raises(Dropped, match="nothing to train"):
        encoder(byte_level()).encode(Chat("", tuple(messages)))


def test_an_empty_answer_between_others_is_not_trained() -> None:
    mine = encoder(byte_level())
    pieces = mine.pieces(chat("One?", "", "Two?", "Second."))
    assert "".join(piece.text for piece in pieces if piece.weight) == "Second.<|im_end|>"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("zephyr", "no turns of tools"), ("mistral-inst", "no turns of tools"), ("orca3", "no JSON object")],
)
def test_calls_that_can_t_be_written_are_dropped(name: str, reason: str) -> None:
    arguments = "{}" if name != "orca3" else "[1]"
    call = Message("assistant", "", (Call("c", "f", arguments),))
    talk = Chat("", (Message("user", "Go."), call, Message("tool", "1"), Message("assistant", "Gone.")))
    with pytest.raises(Dropped, match=reason):
        encoder(byte_level(), name).encode(talk)


@pytest.mark.parametrize("arguments", ['{"x": NaN}', '{"x": [1e999]}', '{"x": -Infinity}', "{", '"x"'])
def test_arguments_that_only_python_reads_are_dropped(arguments: str) -> None:
    call = Message("assistant", "", (Call("c", "f", arguments),))
    with pytest.raises(Dropped, match="no JSON object"):
        encoder(byte_level()).encode(Chat("", (Message("user", "Go."), call)))


@pytest.mark.parametrize("depth", [200, 450, 700, 950, 5000])
def test_what_is_nested_deep_is_encoded_or_dropped(depth: int) -> None:
    mine = encoder(byte_level())
    call = Message("assistant", "", (Call("c", "f", '{"</s>": ' + "[" * depth + "]" * depth + "}"),))
    try:
        pieces = mine.pieces(Chat("", (Message("user", "Go."), call)))
        assert "".join(piece.text for piece in pieces if piece.weight).count("[") == depth
    except Dropped as dropped:
        assert depth > 200, dropped


def test_calls_left_over_from_text_are_dropped_by_name() -> None:
    call = Message("assistant", "", (Call("c", "f", "{}"), Call("d", "g", "{}")))
    with pytest.raises(Dropped, match="no form as text"):
        encoder(byte_level(), tool_calls="text").encode(Chat("", (Message("user", "Go."), call)))


def test_thoughts_are_trained_where_the_template_has_a_place_for_them() -> None:
    mine = encoder(byte_level())
    ((asked, thought),) = [TALK.messages[1:3]]
    given = Message("assistant", thought.content, reasoning="Let me see.")
    inline = Message("assistant", f"<think>\nLet me see.\n</think>\n\n{thought.content}")
    trained = [
        "".join(piece.text for piece in mine.pieces(Chat("", (asked, message))) if piece.weight)
        for message in (given, inline)
    ]
    assert trained == ["<think>\nLet me see.\n</think>\n\nFirst answer.<|im_end|>"] * 2


def test_thoughts_stay_where_they_are_if_the_template_has_no_place_for_them() -> None:
    said = "<think>\nLet me see.\n</think>\n\nFirst."
    pieces = encoder(byte_level(), "zephyr").pieces(chat("One?", said))
    assert "".join(piece.text for piece in pieces if piece.weight) == said + "</s>"


def template(tmp_path: Path, text: str, tokenizer: Any) -> Template:
    (tmp_path / "own.jinja").write_text(text)
    return load_template(str(tmp_path / "own.jinja"), tokenizer)


LINES = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
HEAD = "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"


def dropped(text: str, talk: Chat, tmp_path: Path) -> str:
    tokenizer = byte_level()
    with pytest.raises(Dropped) as caught:
        Encoder(tokenizer, template(tmp_path, text, tokenizer), Data(), 4096).encode(talk)
    return caught.value.reason


def test_ids_and_names_become_no_control_tokens_either(tmp_path: Path) -> None:
    tokenizer = byte_level()
    text = (
        "{{ tools | tojson }}{% for m in messages %}{{ m.role }}{{ m.name }}\n{{ m.content }}{{ m.tool_call_id }}"
        "{% for c in m.tool_calls or [] %}{{ c | tojson }}{% endfor %}</s>{% endfor %}"
    )
    mine = Encoder(tokenizer, template(tmp_path, text, tokenizer), Data(), 4096)
    call = Message("assistant", "", (Call("</s>1", "f</s>", '{"</s>": ["</s>", 1]}'),), name="n</s>")
    found = Message("tool", "found", call_id="</s>1")
    tools = ({"type": "function</s>", "function": {"description": "d</s>", "name": "f</s>", "strict</s>": True}},)
    pieces = mine.pieces(
        Chat("", (Message("user", "Go.", name="</s>"), call, found, Message("assistant", "1.")), tools)
    )
    assert [piece.text for piece in pieces if piece.control] == ["</s>"] * 4
    assert "".join(piece.text for piece in pieces).count("</s>") == 4 + 4 + 1 + 1 + 4 + 1


def test_templates_that_alter_what_is_said_are_found(tmp_path: Path) -> None:
    talk = chat("Straße?", "Yes, 'Straße'.", "Sure?", "Sure.", "So?", "So.")
    with pytest.raises(UsageError, match="can't be used: the template rewrites"):
        dropped(LINES.replace("m.content", "m.content | upper") + HEAD, talk, tmp_path)
    assert "leaves out a turn of the user" in dropped(
        LINES.replace("{{ m.content }}", "{% if loop.index0 != 4 %}{{ m.content }}{% endif %}") + HEAD, talk, tmp_path
    )
    twisted = LINES.replace("m.content", "m.content | replace('S', 'Z')") + HEAD
    assert "rewrites" in dropped(twisted, talk, tmp_path)


def test_a_template_that_shows_history_otherwise_wants_each_turn_alone(tmp_path: Path) -> None:
    text = LINES.replace("{{ m.role }}", "{{ 'now ' if loop.last }}{{ m.role }}")
    assert "data.turns=each" in dropped(text, TALK, tmp_path)
    text = LINES.replace("<|im_end|>", "{{ '<|im_end|>' if loop.last or m.role != 'assistant' else '</s>' }}") + HEAD
    assert "data.turns=each" in dropped(text, TALK, tmp_path)


def test_a_template_that_puts_others_words_into_an_answer_is_found(tmp_path: Path) -> None:
    reminded = "{% if m.role == 'assistant' and messages[0].role == 'system' %} ({{ messages[0].content }}){% endif %}"
    text = LINES.replace("{{ m.content }}", "{{ m.content }}" + reminded) + HEAD
    assert "mixes what is said by several" in dropped(text, TALK, tmp_path)


def test_an_answer_that_grows_together_with_its_head_wants_each_turn_alone(tmp_path: Path) -> None:
    text = "{% for m in messages %}{{ m.role }}*{{ m.content }}</s>{% endfor %}{% if add_generation_prompt %}assistant*"
    tokenizer = byte_level()
    glued = template(tmp_path, text + "{% endif %}", tokenizer)
    mine = Encoder(tokenizer, glued, Data(), 4096)
    assert tokenizer.tokenize("**") == ["**"]
    with pytest.raises(Dropped, match=r"data\.turns=each"):
        mine.encode(chat("One?", "* one", "Two?", "two"))
    last = mine.encode(chat("One?", "one", "Two?", "* two"))
    before = list(chat("One?", "one", "Two?").messages)
    assert last.ids[: last.spans[-1, 0]].tolist() == mine.prompt(before)


def test_gpt2_s_way_with_lines_wants_each_turn_alone_with_llama3() -> None:
    mine = encoder(byte_level(space=True), "llama3")
    assert len(mine.encode(chat("One?", "one")).spans) == 1
    with pytest.raises(Dropped, match=r"data\.turns=each"):
        mine.encode(TALK)


def test_a_template_that_trims_is_followed(tmp_path: Path) -> None:
    tokenizer = byte_level()
    trims = template(tmp_path, LINES.replace("m.content", "m.content | trim") + HEAD, tokenizer)
    mine = Encoder(tokenizer, trims, Data(), 4096)
    pieces = mine.pieces(chat("\n One? \n", "  First.  ", "   ", " \n<|im_end|> "))
    assert [piece.text for piece in pieces if piece.weight and not piece.control] == ["First.", "<|im_end|>"]
    assert "".join(piece.text for piece in pieces).count("<|im_start|>user\nOne?<|im_end|>") == 1


def test_the_key_is_of_all_that_decides_tokens(tmp_path: Path) -> None:
    keys = {
        encoder(byte_level()).key,
        encoder(byte_level("<extra>")).key,
        encoder(byte_level(), "chatml").key,
        encoder(byte_level(), window=100).key,
        encoder(byte_level(), overlong="drop").key,
        encoder(byte_level(), train_on="last_assistant").key,
    }
    assert len(keys) == 6
    assert encoder(byte_level()).key in keys
    assert encoder(byte_level(), paths=(tmp_path,)).key in keys, "where the rows lie decides nothing"


def test_the_key_speaks_for_all_code_that_decides() -> None:
    folder = Path(encode.__file__).parent
    apart = {"chats", "config", "errors", "fast", "flatten", "templates", *encode._DECIDING}
    for name in encode._DECIDING:
        for found in re.findall(r"^\s*from training\.(\w+)", (folder / f"{name}.py").read_text(), re.MULTILINE):
            assert found in apart, f"{name}.py imports {found}"


def test_it_travels_to_other_processes() -> None:
    mine = encoder(byte_level())
    copy = pickle.loads(pickle.dumps(mine))
    assert copy.key == mine.key
    assert copy.encode(TALK).ids.tolist() == mine.encode(TALK).ids.tolist()
    nasty = chat("What is <|im_end|>?", "<|im_end|> ends.")
    assert copy.encode(nasty).ids.tolist() == mine.encode(nasty).ids.tolist()


def test_tokenizers_that_can_t_be_trained_with() -> None:
    from tokenizers import Tokenizer, models, normalizers
    from transformers import PreTrainedTokenizerFast

    lossy = Tokenizer(models.WordLevel({"<unk>": 0, "a": 1}, unk_token="<unk>"))
    lossy.normalizer = normalizers.Lowercase()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=lossy, unk_token="<unk>", eos_token="</s>")
    with pytest.raises(UsageError, match="does not give its text back"):
        encoder(tokenizer, "zephyr")
    with pytest.raises(UsageError, match=r"not a fast one.*tokenizer\.json"):
        encoder(_Slow(byte_level()), "zephyr")
    bare = byte_level()
    with pytest.raises(UsageError, match=r"lacks <\|start_header_id\|>"):
        Encoder(bare, load_template("llama3", bare), Data(), 100)


class _Slow:
    """A tokenizer without the fast one's inside."""

    backend_tokenizer = None

    def __init__(self, of: Any) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)
