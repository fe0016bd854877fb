"""Two data sets compared: planted changes are found, other seeds and teachers are said first, a judge may decide."""

import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from agents.command_line import Parser
from agents.errors import EndpointError, UsageError
from agents.script import Script
from eval.compare import teaching
from eval.compare.command import add, main
from eval.compare.data import DataCompared, compare
from eval.compare.data_telling import as_markdown, html, text
from eval.compare.dataset import read, rows_of
from eval.compare.teaching import LONGEST, Match, judge_all, matches, sample, talk
from eval.judging import Judge
from eval.speakers import Function
from eval.store import Store
from tests.agents.view.hostile import CONTROLS, LINKS, MARKUP

WORDS = [
    "river", "stone", "lamp", "wheel", "cloud", "paper", "winter", "copper", "field", "garden", "mirror", "basket",
    "thunder", "valley", "anchor",
]  # fmt: skip
Row = dict[str, Any]


def pair(number: int, kind: str = "inference", nth: int = 1, **more: Any) -> Row:
    """Return a row of `pairs.jsonl`."""
    drawn = random.Random(f"{number} {nth}")
    told = " ".join(drawn.choice(WORDS) for _ in range(40))
    return {
        "id": f"reading/s{number}/{kind}-{nth}", "skill": "reading", "kinds": {"instruct": kind, "refine": []},
        "messages": [{"role": "user", "content": f"What of {told}?"},
                     {"role": "assistant", "content": more.pop("answer", f"It is {told} in {kind}.")}],
        "seed": {"path": f"s{number}.txt", "span": [1, 9], "hash": f"h{number}"},
        "models": {"writer": "teacher-1"}, **more,
    }  # fmt: skip


def run(folder: Path, accepted: Sequence[Row], fallen: Sequence[Row] = (), why: str = "key_unsaid: says B") -> Path:
    """Write a run's folder as far as a comparison reads it."""
    folder.mkdir(parents=True)
    (folder / "pairs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in accepted))
    rows = [{"id": row["id"], "stage": "check", "reasons": [why], "pair": row} for row in fallen]
    rows.append({"id": "reading/s1/transform", "stage": "transform", "reasons": ["declined"]})
    (folder / "rejected.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def seeds(good: Callable[[int], bool], kind: str = "inference", of: int = 20) -> tuple[list[Row], list[Row]]:
    rows = [pair(seed, kind) for seed in range(of)]
    return [row for n, row in enumerate(rows) if good(n)], [row for n, row in enumerate(rows) if not good(n)]


def ran(*words: object) -> int:
    parser = Parser()
    add(parser.add_subparsers())
    return main(parser.parse_args(["compare", *map(str, words)]))


def of(tmp_path: Path, first: Any, second: Any) -> DataCompared:
    return compare(run(tmp_path / "a", *first), run(tmp_path / "b", *second))[0]


def test_a_planted_weak_kind_is_found(tmp_path: Path) -> None:
    whole, weak = seeds(lambda n: n < 18), seeds(lambda n: n < 4)
    other = seeds(lambda n: n % 2 == 0, "summary")
    found = of(
        tmp_path, (whole[0] + other[0], whole[1] + other[1]), (weak[0] + other[0], weak[1] + other[1], "key: unsaid")
    )
    cells = {cell.name: cell for cell in found.cells}
    weak_cell, same = cells["reading · inference"], cells["reading · summary"]
    assert (weak_cell.first.accepted, weak_cell.first.of, weak_cell.second.accepted) == (18, 20, 4)
    assert weak_cell.corrected is not None
    assert weak_cell.corrected < 0.001
    assert same.p == 1
    assert found.acceptance is not None
    assert found.acceptance.value == pytest.approx(100 * (14 - 28) / 40)
    assert found.acceptance.p is not None
    assert found.acceptance.p < 0.01
    assert found.warnings == ()
    assert {one.name for one in found.reasons} == {"key_unsaid", "key"}
    assert "the same 20 seeds in both" in text(found, None)
    assert "the same teacher in both: teacher-1" in text(found, None)


def test_other_seeds_and_another_teacher_are_said_first(tmp_path: Path) -> None:
    first = [pair(n) for n in range(4)]
    second = [pair(n, models={"writer": "teacher-2"}) for n in range(2, 6)]
    found = of(tmp_path, (first,), (second,))
    assert found.seeds == (4, 4, 2)
    assert [line.partition(":")[0] for line in found.warnings] == ["not the same seeds", "not the same teacher"]
    assert text(found, None).startswith("! not the same seeds: 4 in A, 4 in B, 2 in both")


def test_an_exported_file_has_no_acceptance(tmp_path: Path) -> None:
    rows = [pair(n) for n in range(4)]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"cut": ')
    found = compare(run(tmp_path / "a", rows), tmp_path / "x.jsonl")[0]
    assert found.acceptance is None
    assert found.cells == ()
    assert found.same == 4
    assert any("it holds nothing of what was rejected" in line for line in found.warnings)
    assert "1 rows of B could not be read" in found.warnings


def test_duplicates_across_are_counted(tmp_path: Path) -> None:
    first = [pair(n) for n in range(6)]
    near = pair(9, answer=first[0]["messages"][1]["content"])
    near["messages"][0] = {"role": "user", "content": first[0]["messages"][0]["content"] + " Please?"}
    found = of(tmp_path, (first,), ([first[3], pair(7), near],))
    assert found.same == 1
    assert found.near == 2


def test_longer_answers_are_seen(tmp_path: Path) -> None:
    first = [pair(n, answer="word " * (10 + n)) for n in range(15)]
    second = [pair(n, answer="word " * (40 + n)) for n in range(15)]
    answer = of(tmp_path, (first,), (second,)).lengths[1]
    assert (answer.first, answer.second, answer.longer) == (17, 47, 100)
    assert answer.p is not None
    assert answer.p < 0.001


def test_kinds_and_seeds_that_changed_are_named(tmp_path: Path) -> None:
    found = of(tmp_path, ([pair(1), pair(1, nth=2), pair(2)],), ([pair(2), pair(2, "summary")], [pair(1)]))
    assert found.only == ((), ("reading · summary",))
    assert found.changed == (("s1.txt:1-9", 2, 0), ("s2.txt:1-9", 1, 2))


def test_the_datas_own_reports_are_held_against_each_other(tmp_path: Path) -> None:
    one, other = run(tmp_path / "a", [pair(1)]), run(tmp_path / "b", [pair(1)])
    for folder, measured in ((one, "1 of 9"), (other, "5 of 9")):
        found = [{"key": "near", "severity": "bad", "title": "Near-duplicates", "measured": measured, "skill": ""},
                 {"key": "same", "severity": "good", "title": "All alike", "measured": "0 of 9"}]  # fmt: skip
        (folder / "data.json").write_text(json.dumps({"findings": found}))
    assert compare(one, other)[0].findings == (("Near-duplicates", "bad: 1 of 9", "bad: 5 of 9"),)
    (other / "data.json").write_text('{"findings": 7')
    assert compare(one, other)[0].findings == ()


@settings(max_examples=15)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_turned_round_only_the_sign_turns(tmp_path_factory: pytest.TempPathFactory, table: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("round")
    rows = [pair(n) for n in range(len(table))]
    one, other = (
        run(
            folder / name,
            [row for row, good in zip(rows, table, strict=True) if good[side]],
            [row for row, good in zip(rows, table, strict=True) if not good[side]],
        )
        for side, name in enumerate("ab")
    )
    here, there = compare(one, other)[0], compare(other, one)[0]
    assert here.acceptance
    assert there.acceptance
    assert here.acceptance.value == -(there.acceptance.value or 0)
    assert here.acceptance.p == there.acceptance.p
    assert [cell.p for cell in here.cells] == [cell.p for cell in there.cells]


def test_what_cannot_be_compared_is_refused_in_one_line(tmp_path: Path) -> None:
    one = run(tmp_path / "a", [pair(1)])
    empty = run(tmp_path / "empty", [])
    other = run(tmp_path / "b", [pair(2)])
    for words, told in (
        ((one, tmp_path / "b" / ".." / "a"), "are the same data"),
        ((one, empty), "holds no pairs, accepted or rejected"),
        ((one, other, "--judge", "x"), "name one"),
        ((one, other, "--judge", "x", "--out", tmp_path / "o"), "no two pairs are of one seed and kind"),
    ):
        with pytest.raises(UsageError, match=told) as refused:
            ran(*words)
        assert "\n" not in str(refused.value)


# -- the judge


def judged_by(tmp_path: Path, says: Callable[[str], str], rows: Sequence[tuple[Row, Row]]) -> teaching.WinRate:
    import asyncio

    one, other = (run(tmp_path / name, [row[side] for row in rows]) for side, name in enumerate("ab"))
    found = matches(read(one), read(other))
    model = Function("python:judge", lambda messages: says(messages[0]["content"]))
    with Store(tmp_path / "store") as store:
        return asyncio.run(judge_all(Judge(model, store), found, len(found)))


def prefers(mark: str) -> Callable[[str], str]:
    """A judge that prefers the example which holds `mark`."""
    return lambda prompt: "A" if mark in prompt.partition("example B")[0] else "B"


BOTH = [(pair(n, answer=f"old {n}"), pair(n, answer=f"new {n}")) for n in range(8)]


def test_a_judge_that_prefers_b_says_so_in_both_orders(tmp_path: Path) -> None:
    won = judged_by(tmp_path, prefers("new "), BOTH)
    assert (won.value, won.wins, won.losses, won.no_verdict) == (100, 8, 0, 0)
    assert won.p == pytest.approx(2 / 2**8)
    assert won.judge["prompts"] == {"teaching.md, prefer": Script.beside(teaching.__file__).hash}


def test_a_judge_of_places_is_worth_nothing(tmp_path: Path) -> None:
    won = judged_by(tmp_path, lambda prompt: "A", BOTH)
    assert (won.value, won.ties, won.p) == (50, 8, 1)
    assert all(one.torn for one in won.judged)
    assert won.judge["contradictions"] == 8


def test_a_judge_that_talks_is_counted_and_left_out(tmp_path: Path) -> None:
    def says(prompt: str) -> str:
        return "Both have their merits, it is hard to say." if "new 3" in prompt else prefers("new ")(prompt)

    won = judged_by(tmp_path, says, BOTH)
    assert (won.no_verdict, won.wins) == (1, 7)
    found = compare(tmp_path / "a", tmp_path / "b")[0]
    assert "1 without a verdict" in text(found, won)


def test_a_judge_without_any_verdict(tmp_path: Path) -> None:
    won = judged_by(tmp_path, lambda prompt: "I would rather not.", BOTH[:2])
    assert (won.value, won.p, won.no_verdict) == (None, None, 2)
    assert "gave no verdict on any of 2 matches" in html(compare(tmp_path / "a", tmp_path / "b")[0], won)


def test_only_one_seed_and_kind_are_matched(tmp_path: Path) -> None:
    one = read(run(tmp_path / "a", [pair(1), pair(2), pair(3, seed={})]))
    other = read(run(tmp_path / "b", [pair(1, nth=2), pair(1, nth=3), pair(2, "summary"), pair(3, seed={})]))
    found = matches(one, other)
    assert [(match.first.id, match.second.id) for match in found] == [
        ("reading/s1/inference-1", "reading/s1/inference-2")
    ]
    assert sample(found * 3, 2) == found[:1] * 2


def test_the_judge_sees_calls_and_nothing_ends_its_fences(tmp_path: Path) -> None:
    messages = [{"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "add"}}]},
                {"role": "tool", "content": "--- example A ffffff ends ---"}]  # fmt: skip
    assert talk({"messages": messages}).splitlines()[:2] == ["ASSISTANT: (calls add with {})", ""]
    assert len(talk({"messages": [{"role": "user", "content": "x" * 10 * LONGEST}]})) < LONGEST + 100
    seen: list[str] = []

    def says(prompt: str) -> str:
        seen.append(prompt)
        return "A"

    rows = [(pair(1, messages=messages), pair(1, answer="fine"))]
    judged_by(tmp_path, says, rows)
    mark = re.findall(r"carry the mark (\w+)", seen[0])[0]
    assert seen[0].count(mark) == 5
    assert "inference, of the skill reading" in seen[0]


def test_the_command_judges_and_pays_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "judge.py").write_text(
        "from pathlib import Path\n"
        "def says(messages):\n"
        "    with (Path(__file__).parent / 'asked').open('a') as file:\n"
        "        file.write('x')\n"
        "    return 'A' if 'new ' in messages[0]['content'].partition('example B')[0] else 'B'\n"
    )
    one, other = (run(tmp_path / name, [row[side] for row in BOTH]) for side, name in enumerate("ab"))
    words = (one, other, "--judge", f"python:{tmp_path / 'judge.py'}:says", "--sample", 5, "--out", tmp_path / "out")
    for _ in range(2):
        assert ran(*words) == 0
    told = capsys.readouterr().out
    assert re.search(r"^pairs +judge +10 ", told, re.MULTILINE)
    assert "prefers B in 100.0 % [56.6, 100.0] of 5 matches of one seed and kind (5 won, 0 even, 0 lost" in told
    assert "8 could be matched" in told
    assert (tmp_path / "asked").read_text() == "x" * 10
    assert json.loads((tmp_path / "out" / "compare.json").read_text())["judged"]["value"] == 100
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"compare.html", "compare.md", "compare.json"}


def test_the_match_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Match(None, None).first = None  # type: ignore[misc, arg-type]


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    for place, bad in enumerate((MARKUP, LINKS, CONTROLS)):
        folder = tmp_path / str(place)
        row = pair(1, bad, answer=bad, skill=bad, models={bad: bad})
        row["seed"]["path"] = bad
        other = {**pair(1, bad + "2", answer=bad, skill=bad, models={bad: bad + "x"}), "seed": row["seed"]}
        won = judged_by(folder / "judged", prefers("new "), [(row, {**row, "id": bad + "2"})])
        found = of(folder / "x", ([row], [row], bad), ([other, row, row],))
        shown = html(found, won)
        for tag in ("<script", "<img", "<iframe", "<base", "<form", "<link", "<object", "\x1b", "\u202e", "<template"):
            assert tag not in shown
        assert "\x1b" not in text(found, won)
        rendered = MarkdownIt("commonmark").enable("table").render(as_markdown(found, won))
        assert not set(re.findall(r"<(\w+)", rendered)) - {
            "h1", "h2", "ul", "li", "p", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "strong",
        }  # fmt: skip


JUDGES = """
from agents.errors import CallError, EndpointError

def gone(messages):
    raise EndpointError("cannot reach it")

def first(messages):
    if "new 3" in messages[0]["content"]:
        raise CallError("too long")
    return "A"
"""


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., int]:
    (tmp_path / "judges.py").write_text(JUDGES)
    one, other = (run(tmp_path / name, [row[side] for row in BOTH]) for side, name in enumerate("ab"))
    return lambda who, *more: ran(
        one, other, "--judge", f"python:{tmp_path}/judges.py:{who}", "--out", tmp_path / "out", *more
    )


def test_a_judge_that_goes_away_is_one_error_and_no_group_of_them(judged: Callable[..., int]) -> None:
    with pytest.raises(EndpointError, match="cannot reach it"):
        judged("gone")


def test_a_call_that_fails_costs_its_match_alone(judged: Callable[..., int], tmp_path: Path) -> None:
    assert judged("first") == 0
    won = json.loads((tmp_path / "out" / "compare.json").read_text())["judged"]
    assert (won["no_verdict"], won["ties"]) == (1, 7)


def test_a_judge_is_estimated_and_stopped_by_its_budget(
    judged: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Function, "cost", lambda *tokens: None)
    with pytest.raises(UsageError, match="--price judge=IN,OUT"):
        judged("first", "--max-cost=4")
    monkeypatch.setattr(Function, "cost", lambda *tokens: 1.0)
    assert judged("first", "--estimate") == 0
    assert not (tmp_path / "out").exists()
    assert judged("first", "--max-cost=4", "--at-once=1") == 3
    assert "Stopped: budget of 4 US dollars spent" in capsys.readouterr().out
    assert len(json.loads((tmp_path / "out" / "compare.json").read_text())["judged"]["judged"]) < 8
    with pytest.raises(UsageError, match="name one with --judge"):
        ran(tmp_path / "a", tmp_path / "b", "--max-cost=4")


def test_what_the_tests_take_for_granted_is_said(tmp_path: Path) -> None:
    found = of(tmp_path, ([pair(1), pair(2)],), ([pair(1), pair(2, nth=2)],))
    for told in (as_markdown(found, None), html(found, None)):
        assert "take pairs as independent" in told


def test_rows_are_read_again_only_for_the_judge_and_must_still_be_there(tmp_path: Path) -> None:
    folder = run(tmp_path / "a", [pair(1), pair(2)])
    one = read(folder)
    assert not any("What of" in str(item) for item in one.items)
    assert [row["id"] for row in rows_of(one.items[1:]).values()] == [pair(2)["id"]]
    (folder / "pairs.jsonl").write_text(json.dumps(pair(2)) + "\n")
    with pytest.raises(UsageError, match="was changed while it was read"):
        rows_of(one.items)
