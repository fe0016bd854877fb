"""The index says of a run what its journal says, however it came to it; what happens to it costs the run nothing."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agents.hand import Hand
from agents.journal import open_reader
from agents.view import indexing, lists
from agents.view.finding import asked
from teams.engine.ending import accepted, rejected
from tests.agents.view.indexes import all_of, following, told
from tests.agents.view.journals import CHATS, IDS, KINDS, WORDS, act, chat, delete, drop, make, row, verdict

FEW, ONE = IDS[:2], CHATS[:1]
"""So few that much happens to each."""
ids, words = st.sampled_from(FEW), st.sampled_from(WORDS)
steps = st.one_of(
    st.tuples(st.just("verdict"), ids, st.booleans(), words, st.sampled_from(["", "sum"]), st.integers(0, 90)),
    st.tuples(st.just("drop"), st.sampled_from([*FEW, *ONE]), words),
    st.tuples(st.just("delete"), st.sampled_from(["verdicts", "drops", "chats"]), st.sampled_from([*FEW, *ONE])),
    st.tuples(st.just("chat"), st.sampled_from(ONE), st.sampled_from(["open", "done", "failed"])),
    st.tuples(st.just("act"), ids, st.sampled_from(["accept", "reject", "edit", "undo", "keep"]), words),
    *[st.tuples(st.just("look"), st.integers(0, 1), st.integers(1, 9))] * 3,
)

LOOK = ("look", 0, 9)


def happen(folder: Path, step: tuple[Any, ...]) -> None:
    """Let one thing happen to a journal."""
    match step:
        case "verdict", id, is_good, text, tool, length:
            verdict(folder, row(id, is_good, text, tool=tool, length=length))
        case "drop", id, reason:
            drop(folder, id, reason)
        case "delete", table, id:
            delete(folder, table, id)
        case "chat", id, state:
            chat(folder, id, state)
        case "act", id, what, text:
            act(folder, id, what, text)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "EVENTS", 5)
    monkeypatch.setattr(indexing, "IDS", 2)


@pytest.mark.usefixtures("small_steps")
@settings(max_examples=50)
@example([("drop", ONE[0], "it"), ("chat", ONE[0], "failed"), LOOK, ("chat", ONE[0], "done"), LOOK])
@example([("drop", ONE[0], "it"), LOOK, ("chat", ONE[0], "done"), LOOK, ("delete", "chats", ONE[0])])
@example([("verdict", FEW[0], True, WORDS[0], "", 0), LOOK, ("act", FEW[0], "edit", WORDS[1]), LOOK])
@example(
    [
        ("verdict", FEW[0], True, WORDS[0], "", 0),
        ("act", FEW[0], "edit", WORDS[1]),
        LOOK,
        ("delete", "verdicts", FEW[0]),
        LOOK,
    ]
)
@given(happened=st.lists(steps, max_size=25))
def test_however_it_was_followed_it_is_as_one_made_anew(happened: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = make(Path(place) / "run")
        with following(folder, folder / "view.db") as (one, view), following(folder, folder / "view.db") as (other, _):
            for step in happened:
                happen(folder, step)
                if step[0] == "look":
                    for _ in range(step[2]):
                        (one, other)[step[1]].step()
            all_of(one)
            assert not other.step(), "two viewers share one index"
            followed = told(view)
        with following(folder, folder / "anew.db") as (anew, view):
            all_of(anew)
            assert followed == told(view)
        _is_what_exports_say(folder, followed["entries"])


def test_a_hand_that_is_lost_leaves_what_the_machine_said(tmp_path: Path) -> None:
    folder = make(tmp_path / "run")
    verdict(folder, row(IDS[0], True, "bridge"))
    with following(folder, folder / "view.db") as (follower, view):
        all_of(follower)
        before = told(view)
        act(folder, IDS[0], "reject", "harbour")
        all_of(follower)
        assert told(view) != before
        (folder / "hand.db").unlink()
        all_of(follower)
        assert told(view) == before


def _is_what_exports_say(folder: Path, entries: list[dict[str, Any]]) -> None:
    touched = Hand(folder).touched()
    with closing(open_reader(folder)) as db:
        good = {made["id"] for made in accepted(db, touched=touched)}
        bad = {made["id"]: "rejected" if "pair" in made else "dropped" for made in rejected(db, touched)}
    assert {entry["id"]: entry["verdict"] for entry in entries} == {**dict.fromkeys(good, "accepted"), **bad}


def _rows(random_: random.Random) -> list[dict[str, Any]]:
    made = []
    for number in range(120):
        id = f"{random_.choice(('fermi', 'coding'))}/{number % 7}.md:1-9/plain/{random_.choice(KINDS)}-{number}"
        text = " ".join(random_.choices(WORDS, k=2))
        tool, check = random_.choice(("", "", "sum", "look_up")), random_.choice(("judge", "spans"))
        made.append(row(id, random_.random() < 0.6, text, tool=tool, check=check, length=random_.randrange(400)))
    return made


def _has(made: Mapping[str, Any], wanted: Mapping[str, list[str]]) -> bool:
    """Is a row one that is asked for? Said without any index."""
    tools = {call["function"]["name"] for m in made["messages"] for call in m.get("tool_calls", ())}
    has = {
        "skill": {made["skill"]},
        "kind": {made["kinds"]["instruct"]},
        "verdict": {"accepted" if made["verdict"]["accepted"] else "rejected"},
        "seed": {"/".join(made["id"].split("/")[:2])},
        "tool": tools,
        "check": {check["check"] for check in made["verdict"]["checks"] if not check["passed"]},
        "model": {"large", "small"},
    }
    if any(not has[what] & set(values) for what, values in wanted.items() if what in has):
        return False
    length = _length(made)
    if not int(wanted.get("min", ["0"])[0]) <= length <= int(wanted.get("max", ["9999"])[0]):
        return False
    said = " ".join(m["content"] for m in made["messages"]).casefold()
    return all(word.casefold() in said for word in " ".join(wanted.get("q", ())).split())


def _length(made: Mapping[str, Any]) -> int:
    return sum(len(message["content"]) for message in made["messages"])


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[dict[str, Any]], sqlite3.Connection]]:
    """Rows of a journal, in the order in which they were written, and its index."""
    folder = make(tmp_path_factory.mktemp("many") / "run")
    rows = _rows(random.Random(7))
    for made in rows:
        verdict(folder, made)
    with following(folder, folder / "view.db") as (follower, view):
        all_of(follower)
        yield rows, view


wanted = st.fixed_dictionaries(
    {},
    optional={
        "skill": st.lists(st.sampled_from(["fermi", "coding", "rag"]), min_size=1, max_size=2),
        "kind": st.lists(st.sampled_from(KINDS), min_size=1, max_size=2),
        "verdict": st.sampled_from([["accepted"], ["rejected"], ["accepted", "rejected"]]),
        "seed": st.just(["fermi/3.md:1-9", "coding/4.md:1-9"]),
        "tool": st.sampled_from([["sum"], ["sum", "look_up"]]),
        "check": st.sampled_from([["judge"], ["spans"]]),
        "min": st.integers(0, 300).map(lambda n: [str(n)]),
        "max": st.integers(100, 500).map(lambda n: [str(n)]),
        "q": st.lists(words, min_size=1, max_size=2).map(lambda found: [" ".join(found)]),
        "sort": st.sampled_from([["new"], ["old"], ["long"], ["short"]]),
        "limit": st.integers(1, 40).map(lambda n: [str(n)]),
    },
)


@settings(max_examples=150)
@given(wanted=wanted)
def test_filters_are_those_that_anybody_would_write(
    many: tuple[list[dict[str, Any]], sqlite3.Connection], wanted: dict[str, list[str]]
) -> None:
    rows, view = many
    expected = [made for made in rows if _has(made, wanted)]
    sort = wanted.get("sort", ["new"])[0]
    if sort in ("long", "short"):
        expected.sort(key=_length)
    if sort in ("new", "long"):
        expected.reverse()
    got: list[str] = []
    after = ""
    while True:
        page = lists.pairs(view, asked({**wanted, "after": [after]}))
        assert (page["count"], page["exact"]) == (len(expected), True)
        got += [entry["id"] for entry in page["rows"]]
        if not page["next"]:
            break
        after = page["next"]
    if sort in ("long", "short"):
        by_id = {made["id"]: _length(made) for made in rows}
        assert [by_id[id] for id in got] == [_length(made) for made in expected]
        assert Counter(got) == Counter(made["id"] for made in expected)
    else:
        assert got == [made["id"] for made in expected]


@given(
    q=st.text(max_size=40)
    | st.lists(st.sampled_from(['"', "*", "(", ")", "AND", "NEAR", "-", ":", "text:", "橋", "a"])).map(" ".join)
)
def test_whatever_is_typed_is_no_error(many: tuple[Any, sqlite3.Connection], q: str) -> None:
    lists.pairs(many[1], asked({"q": [q.encode("utf-8", "replace").decode()]}))


def test_words_of_scripts_without_spaces_are_found_by_their_parts(
    many: tuple[list[dict[str, Any]], sqlite3.Connection],
) -> None:
    rows, view = many
    expected = sum("橋は高い" in made["messages"][-1]["content"] for made in rows)
    assert lists.pairs(view, asked({"q": ["は高"]}))["count"] == expected > 0
    assert lists.pairs(view, asked({"q": ["高は"]}))["count"] == 0
