"""Words, sentences and the rest are counted as the modules say, and the tool tells them to whoever asks."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import list_tools
from tools.benches import RegisteredBench
from tools.counting import letters, paragraphs, plain_words, sentence_count, sentences, word_count, words
from tools.formats import Unreadable, read_csv, read_json, read_xml, read_yaml
from tools.guard import guarded_call
from tools.markup import bullets, cells, fences, headings, numbered, tables
from tools.measure import LONGEST, measured

LETTER = """# Leak

Dear Ms. Hart, the tap leaks.  It is **old**.

- Turn off the water
- Call J. Lind, e.g. at noon
1. Wait

| a | b |
|---|---|
| 1 | 2 |

```sh
ls -l
```"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("well-known", 1),
        ("don't we’ll", 2),
        ("3,500.50 at 10:30", 3),
        ("and/or", 1),
        ("one—two", 2),
        ("one--two", 2),
        ("wait...what", 2),
        ("2019–2021", 1),
        ("one – two", 2),
        ("🙂 & * — …", 0),
        ("- tea\n* milk\n1. oil\n2) rye", 4),
        ("# Tea\n> quoted\n**bold** _it_ `code`", 5),
        ("see [the long page](https://example.org/a/b) now", 5),
        ("https://example.org/a-b?c=d&e=f", 1),
        ("|a|b|\n|---|---|\n|1|2|", 4),
        ("---\n***\n```python\nx = 1\n```", 2),
        ("我喜欢茶", 4),
        ("茶を飲む tea", 5),
        ("나는 차를 좋아한다", 3),
        ("Größe naïve déjà", 3),
        ("one\u00a0two", 2),
        ("well-to-do", 1),
        ("a_text_hidden_behind_many_underscores", 6),
    ],
)
def test_words_are_counted_as_stated(text: str, count: int) -> None:
    assert word_count(text) == count, words(text)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        ("It rains. It pours.", 2, 2),
        ("It costs 3.50 or 1,000.5 in all.", 1, 1),
        ("Use salt, e.g. sea salt, i.e. the coarse one.", 1, 1),
        ("Dr. Lee met Mrs. Hale.", 1, 1),
        ("See Fig. 3 and No. 7 on p. 12.", 1, 1),
        ("He said no. Then he left.", 2, 2),
        ("Really?! Yes… no.", 2, 2),
        ("“Why?” she asked. Nobody knew.", 2, 2),
        ('"Why?" Anna asked.', 1, 2),
        ("He wrote to J. K. Rowling.", 1, 3),
        ("We left at 5 p.m. It was dark.", 1 + 0, 2),
        ("Bread, salt, etc. All of it was gone.", 1, 2),
        ("Wait... What?", 1, 2),
        ("So do I. So does she.", 2, 2),
        ("- one\n- two. Three.\n- four", 4, 4),
        ("Three tips:\n\n- one\n- two\n- three", 3, 4),
        ("# A heading. With dots.\n\nOne sentence.", 1, 1),
        ("A line that was\nwrapped by hand. And another.", 2, 2),
        ("我喜欢茶。你呢？", 2, 2),
        ("क्या हुआ? वह चला गया। सब ठीक है।", 3, 3),
        ("Answer: B", 0, 1),
        ("it rains. it pours, e.g. in oslo. it stops.", 3, 3),
    ],
)
def test_sentences_are_counted_within_bounds(text: str, least: int, most: int) -> None:
    count = sentence_count(text)
    assert (count.least, count.most) == (least, most), sentences(text)
    assert least in count
    assert most in count
    assert most + 1 not in count


def test_sentences_keep_their_words() -> None:
    assert sentences("Mr. Lee sat. “Go!” he said. 3.5 km, no more.") == [
        "Mr. Lee sat.",
        "“Go!” he said.",
        "3.5 km, no more.",
    ]


def test_paragraphs_are_parted_by_blank_lines() -> None:
    assert paragraphs("# T\n\nOne\nstill one\n \n\nTwo\n\n---\n\n```\nx\n\ny\n```") == ["One\nstill one", "Two"]


def test_letters_and_plain_words() -> None:
    assert letters("Éa eA\u0301") == {"é": 1, "a": 1, "e": 1, "á": 1}
    assert plain_words("**Don’t** (ever) “Go”, U.S.!") == ["don't", "ever", "go", "u.s"]


def test_layout_is_seen_outside_fences_only() -> None:
    text = "- a\n  * b\n10) c\n```\n- no\n# no\n```\n## Yes ##\n\n| x | y \\| z |\n|:-|-:|\n| 1 | 2 |\n"
    assert [(i.text, i.indent) for i in bullets(text)] == [("a", 0), ("b", 2)]
    assert [(i.number, i.text) for i in numbered(text)] == [(10, "c")]
    assert headings(text) == [(2, "Yes")]
    assert [(t.columns, t.rows) for t in tables(text)] == [(("x", "y | z"), (("1", "2"),))]
    assert [(f.label, f.body, f.closed) for f in fences(text)] == [("", "- no\n# no", True)]
    assert [(f.label, f.closed) for f in fences("~~~py title=x\n```\n")] == [("py title=x", False)]
    assert cells("| a | |") == ["a", ""]


@pytest.mark.parametrize(
    ("read", "text", "why"),
    [
        (read_json, '{"a": 1, "a": 2}', "comes twice"),
        (read_json, "[NaN]", "NaN is no JSON"),
        (read_json, "[" * 100_000, "nested too deeply"),
        (read_json, "9" * 10_000, "digits"),
        (read_json, "{'a': 1}", "line 1, column 2"),
        (read_yaml, "a: &x [1]\nb: *x", "an alias"),
        (read_yaml, "a: b: c", "line 1"),
        (read_yaml, "[" * 20_000, "nested too deeply"),
        (read_yaml, "a: 2024-13-45", "month"),
        (read_yaml, "!!python/object:os.system x", "constructor"),
        (read_yaml, "a: " + "b" * 60_000, "longer than"),
        (read_csv, 'a,"b\nc', "unexpected end"),
        (read_xml, "<a>", "no element"),
        (read_xml, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
    ],
)
def test_what_cannot_be_read_says_why(read, text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=f"(?i){why}"):
        read(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_json_comes_back_as_it_was(value) -> None:
    assert read_json(json.dumps(value)) == value


@given(st.text(max_size=300))
def test_any_text_is_measured_in_plain_values(text: str) -> None:
    told = measured(text)
    assert json.loads(json.dumps(told)) == told
    assert told["words"] >= 0
    assert told["capital_letters"] + told["small_letters"] <= told["characters"]
    count = sentence_count(text)
    assert 0 <= count.least <= count.most


@given(st.lists(st.from_regex(r"[a-z]{1,8}('[a-z]{1,2}|-[a-z]{1,5})?", fullmatch=True), min_size=1, max_size=60))
def test_what_is_joined_by_spaces_is_counted_one_by_one(spoken: list[str]) -> None:
    assert word_count(" ".join(spoken)) == len(spoken)
    assert word_count("\n".join(f"- {word}" for word in spoken)) == len(spoken)


@given(st.integers(1, 30))
def test_plain_sentences_are_counted_one_by_one(count: int) -> None:
    text = " ".join(["It rains in Oslo."] * count)
    assert (sentence_count(text).least, len(sentences(text))) == (count, count)


async def test_the_tool_tells_what_was_asked() -> None:
    bench = RegisteredBench(["measure_text"])
    told = json.loads((await guarded_call(bench, "measure_text", {"text": LETTER})).text)
    assert told["words"] == 27
    assert told["sentences"] == 5 or told["sentences"].startswith("5")
    assert told["paragraphs"] == 3
    assert told["bullet_items"] == 2
    assert told["numbered_items"] == 1
    assert told["headings"] == ["Leak"]
    assert told["tables"] == [{"columns": ["a", "b"], "rows": 1}]
    assert told["first_words"].startswith("leak dear ms")
    assert told["longest_line"] == len("Dear Ms. Hart, the tap leaks.  It is **old**.")


@pytest.mark.parametrize(
    ("text", "reads_as"),
    [
        ('{"a": 1, "b": 2}', {"json": ["a", "b"]}),
        ("```json\n[1, 2]\n```", {"json": "a list of 2"}),
        ("a: 1\nb: [x]", {"yaml": ["a", "b"]}),
        ("<a><b/><c/><b/></a>", {"xml": ["a", "b", "c"]}),
        ("x,y\n1,2\n3,4", {"csv": ["x", "y"]}),
        ("Just a text, with commas.", {}),
        ('{"a": 1,}', {"json": "not readable: Illegal trailing comma"}),
    ],
)
def test_formats_are_recognised(text: str, reads_as: dict) -> None:
    told = measured(text)["reads_as"]
    assert told.keys() == reads_as.keys()
    for name, keys in reads_as.items():
        assert told[name] == keys or str(told[name]).startswith("not readable: ")


def test_a_text_too_long_is_not_measured() -> None:
    assert "too long" in measured("a" * (LONGEST + 1))["problem"]


@pytest.mark.parametrize(
    "piece", ["a", "\n", "a\n", "a. ", ". ", "[a](", "- a\n", "|", "```\n", "字", "<a>", "a: ", '"', "* "]
)
def test_a_hundred_thousand_hostile_characters_are_measured(piece: str) -> None:
    told = measured((piece * LONGEST)[:LONGEST])
    assert told["characters"] == LONGEST


def test_it_is_listed_among_the_tools() -> None:
    assert "measure_text" in {name for name, _, _ in list_tools()}
    assert asyncio.iscoroutinefunction(__import__("tools.measure", fromlist=["measure_text"]).measure_text)
