"""Text that can be sent: encodings, what no request may hold, and control tokens made harmless."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from teams.engine.seeds import read_seeds
from teams.engine.seeds_text import clean, encoding_of, lines_of, neutralise, pieces

GERMAN = "Die Mühle steht, wo der Fluß ins Meer fließt. Früher mahlte sie täglich Getreide für die Dörfer. " * 4
RUSSIAN = "Мельница стоит там, где река впадает в море. Раньше она молола зерно для деревень. " * 4
JAPANESE = "水車小屋は川が海に注ぐ場所に立っている。昔は毎日、村々のために穀物を挽いていた。" * 4


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, name) for text in (GERMAN, RUSSIAN, JAPANESE) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-32")),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (JAPANESE, "shift_jis"),
    ],
)
def test_text_in_any_usual_encoding_is_read(tmp_path: Path, text: str, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    (seed,) = read_seeds([tmp_path], "s", "text")
    assert seed.text == text


@pytest.mark.parametrize("broken", [b"\xff", b"\xed\xa0\x80", b"\xc3"])
def test_a_little_damage_is_replaced_not_passed_on(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "a.txt").write_bytes((GERMAN * 8).encode() + broken + (GERMAN * 8).encode())
    (seed,) = read_seeds([tmp_path], "s", "text")
    json.dumps(seed.text, ensure_ascii=False).encode("utf-8")
    assert "\ufffd" in seed.text
    assert "Mühle" in seed.text


def test_a_lone_surrogate_in_utf16_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(
        b"\xff\xfe" + GERMAN.encode("utf-16-le") + b"\x00\xd8" + GERMAN.encode("utf-16-le")
    )
    (seed,) = read_seeds([tmp_path], "s", "text")
    seed.text.encode("utf-8")
    assert "Mühle" in seed.text


@given(st.binary(max_size=200))
def test_any_bytes_have_an_encoding_python_knows_or_none(head: bytes) -> None:
    encoding = encoding_of(head, is_whole=True)
    if encoding is not None:
        clean(head.decode(encoding, "replace")).encode("utf-8")


@given(st.text(st.characters()))
def test_cleaned_text_can_be_sent_and_stays(text: str) -> None:
    made = clean(text)
    made.encode("utf-8")
    assert "\r" not in made
    assert "\x00" not in made
    assert clean(made) == made


@given(st.text(alphabet="a. \n#`", max_size=400))
def test_pieces_hold_every_word_once_and_in_order(text: str) -> None:
    made = list(pieces(lines_of(io.StringIO(text))))
    assert "".join("".join(piece.text for piece in made).split()) == "".join(text.split())
    for piece in made:
        assert 1 <= piece.first <= piece.last <= text.count("\n") + 1


TOKEN_LIST = (
    "<|im_start|> <|im_end|> <|endoftext|> <|start_header_id|> <|eot_id|> <｜User｜> <s> </s> <unk> [INST] [/INST] "
    "<<SYS>> <</SYS>> [TOOL_CALLS] [AVAILABLE_TOOLS] <start_of_turn> <end_of_turn> <bos> <eos> <tool_call> "
    "</tool_call> <tool_response> <think> </think> <fim_prefix> <PRE> <extra_id_0> <0x0A> [CLS] [MASK] <|tool> <turn|>"
)
TOKENS = TOKEN_LIST.split()


@pytest.mark.parametrize("token", TOKENS)
def test_every_family_of_control_tokens_is_broken_up_and_still_legible(token: str) -> None:
    made = neutralise(f"before{token}after")
    assert token not in made
    assert made.replace(" ", "") == f"before{token}after"
    assert neutralise(made) == made


@given(st.lists(st.sampled_from([*TOKENS, "<", ">", "|", "[", "]", " ", "a", "/"]), max_size=30).map("".join))
def test_no_token_survives_in_any_company(text: str) -> None:
    made = neutralise(text)
    assert not [token for token in TOKENS if token in made]
    assert neutralise(made) == made
    assert made.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["if a < b and c > d:", "List<String> x = y[0];", "std::vector<int>", "[a](b)", "x[i]"]
)
def test_ordinary_code_is_left_alone(text: str) -> None:
    assert neutralise(text) == text


def test_template_braces_are_text_where_values_are_put_in_once() -> None:
    seed = "{{ 7 * 7 }} {% for x in y %} {# gone? #}"
    assert neutralise(seed) == seed
    assert Environment().from_string("Seed: {{ seed }}").render(seed=seed) == f"Seed: {seed}"
