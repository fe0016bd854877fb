"""From runs to a bench: by seed, none that was trained on, the eighteen sets, what is short said."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from agents.errors import UsageError
from agents.models.model import Abilities, Model
from eval.orca.build import build, told
from eval.orca.flattening import as_text
from eval.orca.overlap import NEAR, PART, SAME, SEED, Overlap
from eval.orca.records import COMPLEX, SETS, item_of, read_lines, write_entries

RUNS = Path(__file__).parents[1] / "runs"
SYLLABLES = [first + last for first in "bcdfglmnprst" for last in ("a", "en", "ol", "ir", "um")]


def row(number: int, *, skill: str = "coding", split: str = "test", **changed: Any) -> dict[str, Any]:
    """A pair of our own; each number asks something else at length."""
    drawn = random.Random(number)
    asked = " ".join(drawn.choice(SYLLABLES) + drawn.choice(SYLLABLES) for _ in range(60))
    return {
        "id": f"{skill}/file.md:{number}-{number}/kind-1",
        "skill": skill,
        "stage": "instruct",
        "split": split,
        "kinds": {"instruct": "kind"},
        "messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": f"Answer {number}."}],
        "tools": [],
        "seed": {"path": "file.md", "span": [number, number], "hash": f"{split}-{number}"},
        "models": {"assistant": "teacher"},
        "facts": {},
        "verdict": {"accepted": True},
        **changed,
    }


def write(folder: Path, rows: list[dict[str, Any]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pairs.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return folder


def test_eighteen_sets() -> None:
    assert len(SETS) == len(set(SETS)) == 18
    assert SETS.index(COMPLEX) == SETS.index("open_domain_qa") + 1


def test_only_pairs_of_held_out_seeds(tmp_path: Path) -> None:
    run = write(tmp_path / "run", [row(1), row(2, split="train"), row(3)])
    built = build([run], sets=["coding"])
    assert {entry.seed["hash"] for entry in built.entries} == {"test-1", "test-3"}
    assert all(entry.held_out for entry in built.entries)
    assert built.short == {"coding": 2}
    assert "coding: 2 of 100 items" in list(told(built))


def test_a_run_that_held_nothing_out_is_refused_and_told_what_would_be_right(tmp_path: Path) -> None:
    run = write(tmp_path / "run", [row(1, split="train")])
    with pytest.raises(UsageError, match=r"--hold-out 0\.1"):
        build([run])
    built = build([run], not_held_out=True)
    assert [entry.held_out for entry in built.entries] == [False]
    assert next(told(built)).startswith("NOT HELD OUT")


def test_open_domain_questions_twice(tmp_path: Path) -> None:
    plain, hard = row(1, skill="open_domain_qa"), row(2, skill="open_domain_qa", stage="refine")
    other = row(3, skill="coding", stage="refine")
    built = build([write(tmp_path / "run", [plain, hard, other])])
    assert {entry.set: entry.stage for entry in built.entries} == {
        "open_domain_qa": "instruct", COMPLEX: "refine", "coding": "refine",
    }  # fmt: skip
    assert {name for name, count in built.counts.items() if count} == {"open_domain_qa", COMPLEX, "coding"}


def planted(kind: str, item: dict[str, Any]) -> dict[str, Any]:
    """A training row that leaks the item in one way."""
    asked = item["messages"][0]["content"]
    if kind == SEED:
        return row(90, split="train", seed=item["seed"])
    if kind == SAME:
        talk = [{"role": "user", "content": f"  {asked.upper()}!"}, {"role": "assistant", "content": "Quite another."}]
    elif kind == NEAR:
        # Every twentieth word is another: of 13 in a row few are left whole, of three most.
        words = ["zz" if n % 20 == 10 else word for n, word in enumerate(asked.split())]
        talk = [{"role": "user", "content": " ".join(words)}, item["messages"][1]]
    else:
        noise = " ".join(f"other{n}" for n in range(400))
        talk = [{"role": "user", "content": f"{noise} {asked} {noise}"}, {"role": "assistant", "content": noise}]
    return row(91, split="train", messages=talk)


@pytest.mark.parametrize("kind", [SEED, SAME, NEAR, PART])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_stands_in_the_training_part_is_kept_out(tmp_path: Path, kind: str, elsewhere: bool) -> None:
    """Planted in the run itself or in another file; the other items stay, and the next one takes its place."""
    items = [row(number) for number in range(1, 7)]
    leak = planted(kind, items[2])
    run = write(tmp_path / "run", items if elsewhere else [*items, leak])
    against = [write(tmp_path / "more", [leak]) / "pairs.jsonl"] if elsewhere else []
    built = build([run], sets=["coding"], against=against)
    assert built.left_out == {kind: 1}
    assert items[2]["id"] not in {entry.id for entry in built.entries}
    assert len(built.entries) == 5
    for count in range(1, 6):
        assert len(build([run], items=count, sets=["coding"], against=against).entries) == count


def test_of_another_run_the_training_part_counts_of_a_file_all(tmp_path: Path) -> None:
    run = write(tmp_path / "run", [row(1), row(2), row(3)])
    other = write(tmp_path / "other", [row(1), row(2, split="train")])
    assert build([run], against=[other]).left_out == {SAME: 1}
    assert build([run], against=[other / "pairs.jsonl"]).left_out == {SEED: 1, SAME: 1}


@pytest.mark.parametrize(
    "form",
    [
        lambda asked: {"conversations": [{"from": "human", "value": asked}, {"from": "gpt", "value": "Other."}]},
        lambda asked: {"instruction": asked, "output": "Other."},
    ],
)
def test_training_data_may_lie_in_other_forms(tmp_path: Path, form: Any) -> None:
    run = write(tmp_path / "run", [row(1), row(2)])
    file = tmp_path / "train.jsonl"
    file.write_text(json.dumps(form(row(1)["messages"][0]["content"])))
    assert build([run], against=[file]).left_out == {SAME: 1}
    file.write_text(json.dumps({"nothing": 1}))
    with pytest.raises(UsageError, match=r"train\.jsonl:1: no `messages`"):
        build([run], against=[file])


def test_chosen_by_hash_the_small_bench_is_part_of_the_large(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 25)]
    forward = build([write(tmp_path / "a", rows)], items=20, sets=["coding"]).entries
    backward = build([write(tmp_path / "b", rows[::-1])], items=20, sets=["coding"]).entries
    few = build([write(tmp_path / "a", rows)], items=5, sets=["coding"]).entries
    assert forward == backward
    assert few == forward[:5]
    assert [entry.id for entry in forward] != sorted(entry.id for entry in forward)


def test_each_seed_gives_a_set_one_pair_before_any_gives_a_second(tmp_path: Path) -> None:
    many = [row(number, seed={"path": "a.md", "hash": "many"}) for number in range(1, 10)]
    one_each = [row(number) for number in range(10, 13)]
    run = write(tmp_path / "run", [*many, *one_each])
    found = build([run], items=6, sets=["coding"])
    seeds = [entry.seed["hash"] for entry in found.entries]
    assert set(seeds[:4]) == {"many", "test-10", "test-11", "test-12"}
    assert seeds[4:] == ["many", "many"]
    assert build([run], items=5, sets=["coding"]).entries == found.entries[:5]
    assert "2 items are of a seed that gave their set another" in "\n".join(told(found))
    assert "gave their set another" not in "\n".join(told(build([run], items=4, sets=["coding"])))


def test_a_licence_that_no_row_tells_is_told(tmp_path: Path) -> None:
    free = row(2, seed={"path": "b.md", "hash": "b", "licence": "CC0"})
    found = build([write(tmp_path / "run", [row(1), free])], sets=["coding"])
    assert {entry.licence for entry in found.entries} == {"unknown", "CC0"}
    assert "1 items: the run does not say what licence" in "\n".join(told(found))


def test_two_runs_may_name_their_pairs_alike(tmp_path: Path) -> None:
    twin = row(2, id=row(1)["id"])
    runs = [write(tmp_path / "a", [row(1)]), write(tmp_path / "b", [twin]), write(tmp_path / "c", [row(1)])]
    built = build(runs)
    assert [entry.id for entry in built.entries if entry.id.endswith(" (2)")] != []
    assert len({entry.id for entry in built.entries}) == len(built.entries) == 2
    assert built.left_out == {"asks what another item asks": 1}


def test_what_can_not_be_taken_is_counted(tmp_path: Path) -> None:
    rejected = row(1, verdict={"accepted": False})
    own_skill = row(2, skill="knitting")
    open_end = row(3, messages=[{"role": "user", "content": "And then?"}])
    built = build([write(tmp_path / "run", [rejected, own_skill, open_end, row(4)])])
    assert built.left_out == {
        "not accepted": 1,
        "of a skill that is none of the 17": 1,
        "it does not begin with the user and end with the assistant": 1,
    }


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\nb | c", "<script>alert(1)</script>", "\u202e\x00", "x" * 5000]
)
def test_hostile_ids_are_kept_as_they_are_and_open_no_file(tmp_path: Path, name: str) -> None:
    built = build([write(tmp_path / "run", [row(1, id=name)])])
    write_entries(tmp_path / "out/bench.jsonl", built.entries)
    ((place, line),) = read_lines(tmp_path / "out/bench.jsonl")
    assert line["id"] == name
    assert item_of(line, place).id == f"coding: {name}"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["bench.jsonl"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"tools": "none"}, "its tools or calls are malformed"),
        ({"tools": [1]}, "its tools or calls are malformed"),
        ({"messages": [{"role": "user", "content": "Do it."}, {"role": "assistant", "content": "", "tool_calls": [1]}]},
         "no text form"),
    ],
)  # fmt: skip
def test_malformed_calls_cost_their_pair_alone(tmp_path: Path, changed: dict[str, Any], why: str) -> None:
    found = build([write(tmp_path / "run", [row(1), row(2, **changed)])], sets=["coding"])
    assert [entry.id for entry in found.entries] == [row(1)["id"]]
    assert next(iter(found.left_out)).startswith(why)


def test_odd_rows_are_written_and_read_back(tmp_path: Path) -> None:
    half = [{"role": "user", "content": "Half \ud800 a pair."}, {"role": "assistant", "content": "Yes."}]
    rows = [row(1, messages=half), row(2, seed={"hash": ["a", "list"]}), row(3, seed={"hash": ["a", "list"]})]
    found = build([write(tmp_path / "run", rows)], sets=["coding"])
    assert any("2 items" not in line and "gave their set another" in line for line in told(found))
    write_entries(tmp_path / "bench.jsonl", found.entries)
    assert len([item_of(one, place) for place, one in read_lines(tmp_path / "bench.jsonl")]) == 3


def test_a_pair_of_no_split_is_no_held_out_one(tmp_path: Path) -> None:
    found = build([write(tmp_path / "run", [row(1), row(2, split=None)])], sets=["coding"])
    assert [entry.id for entry in found.entries] == [row(1)["id"]]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("[" * 100_000, r"pairs\.jsonl:1: no JSON"),
        ("{", r"pairs\.jsonl:1: no JSON"),
        ("[]", r"pairs\.jsonl:1: list"),
        (json.dumps(row(1, id=7)), r"pairs\.jsonl:1: a pair has an `id`"),
        (json.dumps(row(1, messages="hello")), r"pairs\.jsonl:1: a pair has an `id` and `messages`"),
        ("\ufffe", "no JSON"),
    ],
)
def test_what_is_no_run_is_refused_with_its_place(tmp_path: Path, bad: str, why: str) -> None:
    (tmp_path / "pairs.jsonl").write_text(bad, encoding="utf-8")
    with pytest.raises(UsageError, match=why):
        build([tmp_path])


def test_wrong_use_says_what_would_be_right(tmp_path: Path) -> None:
    run = write(tmp_path / "run", [row(1)])
    with pytest.raises(UsageError, match=r"holds no pairs\.jsonl"):
        build([tmp_path / "nowhere"])
    with pytest.raises(UsageError, match="count from 1"):
        build([run], items=0)
    with pytest.raises(UsageError, match="there are: reading_comprehension"):
        build([run], sets=["cooking"])


def test_all_eighteen_sets_come_of_real_runs(tmp_path: Path) -> None:
    """The kept runs of a strong writer held no seed out: three of each set, loudly marked."""
    runs = sorted(path.parent for path in RUNS.glob("*/strong*/pairs.jsonl"))
    built = build(runs, items=3, not_held_out=True)
    assert set(built.counts) == set(SETS)
    assert built.short == {"tool_use": 2}
    write_entries(tmp_path / "bench.jsonl", built.entries)
    items = [item_of(line, place) for place, line in read_lines(tmp_path / "bench.jsonl")]
    assert len(items) == 53
    assert all(turn.ask and turn.given for item in items for turn in item.turns)
    assert sum(len(item.turns) > 1 for item in items) == 8  # conversations, tools, the browser
    assert all("ACTION_TYPE : " in (turn.given or "") for item in items for turn in item.turns
               if item.group in ("tool_use", "web_agent"))  # fmt: skip


async def test_a_run_with_seeds_held_out_becomes_a_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The true way: the engine holds seeds out, the bench takes theirs, and none of the training part."""
    from teams import multiple_choice, open_domain_qa
    from teams.engine import RunOptions
    from teams.engine.running import run
    from tests.teams.command import NO_ENGINE
    from tests.teams.everyone import everyone
    from tests.teams.toys import mix_file

    monkeypatch.setenv("DOCKER_HOST", NO_ENGINE)
    model = Model("scripted", everyone(), Abilities(tools="native", schemas="native"))
    articles = Path(__file__).parents[1] / "seeds" / "articles"
    mix = mix_file(tmp_path, "multiple_choice: 1\nopen_domain_qa: 1")
    asked = RunOptions(seeds=(articles,), run=tmp_path / "run", mix=mix, hold_out=0.4)
    await run([multiple_choice.skill, open_domain_qa.skill], asked, model_for=lambda role: model)
    rows = [line for _, line in read_lines(tmp_path / "run/pairs.jsonl")]
    trained = {line["seed"]["hash"] for line in rows if line["split"] == "train"}
    built = build([tmp_path / "run"], items=5)
    assert built.entries
    assert {entry.split for entry in built.entries} == {"test"}
    assert not trained & {entry.seed["hash"] for entry in built.entries}


def test_of_real_pairs_each_meets_itself_and_none_of_another_seed() -> None:
    """Every kept pair against every other: all copies are found, and nothing is taken for one that isn't."""
    rows = [line for file in sorted(RUNS.glob("*/*/pairs.jsonl")) for _, line in read_lines(file)]
    plain = [as_text(one["messages"], one["tools"], one["facts"].get("outcome") or "final_answer") for one in rows]
    overlap = Overlap([("", talk) for talk in plain])
    for number, one in enumerate(rows):
        overlap.found.clear()
        overlap.see("", one["messages"])
        assert number in overlap.found, one["id"]
        strangers = [rows[n]["id"] for n in overlap.found if rows[n]["seed"]["hash"] != one["seed"]["hash"]]
        assert strangers == [], one["id"]
