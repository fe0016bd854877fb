"""Mix files: the default, what is read, what is refused before anything is spent; counts from shares."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from teams.engine.mix import DEFAULT, mixed
from teams.engine.mix_files import LARGEST, parse, read
from teams.engine.mix_shares import Part, cells, shared_out
from teams.engine.registry import load, skills
from tests.teams.command import last, teams
from tests.teams.toys import toy

SKILLS = [toy("alpha", refines=True), toy("beta"), toy("gamma")]


def test_the_default_is_the_released_set_with_its_two_dropped_skills_back() -> None:
    parts = parse(DEFAULT, DEFAULT.read_text())
    assert len(parts) == 17
    whole = sum(part.share for part in parts.values())
    assert whole == 1_149_955, "rows of the first revision"
    assert parts["open_domain_qa"].share / whole == pytest.approx(0.26, abs=0.01)


def test_every_skill_there_is_has_a_share_in_the_default() -> None:
    parts, told = mixed(load(skills()), None)
    assert set(parts.skills) == set(skills())
    assert not any(line.startswith("Not in the mix") for line in told)


def test_skills_that_are_not_there_yet_are_left_out_in_one_line() -> None:
    parts, told = mixed([*SKILLS, toy("tool_use"), toy("rag")], None)
    assert list(parts.skills) == ["tool_use", "rag"]
    assert parts.counts(10) == {"tool_use": 5, "rag": 5}
    [line] = [line for line in told if line.startswith("Left out, as there is no such skill yet: web_agent, ")]
    assert "tool_use" not in line
    assert "Not in the mix: alpha, beta, gamma." in told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "holds no mapping of skills to shares"),
        ("- alpha\n- beta", "holds no mapping of skills to shares"),
        ("alpha", "holds no mapping"),
        ("alpa: 1", r"there is no skill 'alpa' \(alpha\?\); there are: alpha, beta, gamma, tool_use"),
        ("alpha: -1", "alpha: '-1' is no share; give a number from 0 up"),
        ("alpha: many", "'many' is no share"),
        ("alpha: .nan", r"'\.nan' is no share"),
        ("alpha: 1e999", "'1e999' is no share"),
        ("alpha: [1, 2]", "alpha: what stands there is no share"),
        ("alpha: 0\nbeta: 0", "all shares are 0"),
        ("alpha: 1\nalpha: 2", "line 2: 'alpha' stands there twice"),
        ("alpha: {share: 1, share: 2}", "'share' stands there twice"),
        ("alpha: {shares: 1}", r"there is no 'shares' \(share\?\)"),
        ("alpha: {refined: 0.5}", "it has no share; add share: 1"),
        ("alpha: {share: 1, kinds: 3}", "kinds is no mapping"),
        ("alpha: {share: 1, kinds: {witch: 1}}", r"alpha: there is no kind 'witch' \(which\?\); there are: which, why"),
        ("alpha: {share: 1, kinds: {which: -1}}", "alpha, which: '-1' is no share"),
        ("alpha: {share: 1, kinds: {which: 0}}", "all its kinds have a share of 0"),
        ("alpha: {share: 1, refined: 50}", "refined is a share of the whole, from 0 to 1, not '50'"),
        ("beta: {share: 1, refined: 0.5}", "beta: it refines nothing"),
        ("beta: {share: 1, demanded: 0.5}", "beta: it asks for no output formats"),
        ("alpha: &a {share: 1}\nbeta: *a", "line 2: a mix has no aliases"),
        ("alpha: {share: {share: {share: {share: {share: 1}}}}}", "is no deeper than its kinds"),
        ("alpha: [\n", "line 2: not YAML"),
        ("rag: 1", "no skill of the mix is there; there are: alpha, beta, gamma"),
    ],
)
def test_bad_mixes_are_refused_in_one_line(text: str, line: str, tmp_path: Path) -> None:
    file = tmp_path / "mix.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match=line) as raised:
        mixed(SKILLS, file)
    assert "\n" not in str(raised.value)


def test_a_tag_is_not_heeded(tmp_path: Path) -> None:
    """Nothing is built of a file but text."""
    file = tmp_path / "mix.yaml"
    file.write_text("alpha: !!python/object/apply:os.mkdir [made]\nbeta: !!python/name:os.sep 1")
    with pytest.raises(UsageError, match="alpha: what stands there is no share"):
        mixed(SKILLS, file)
    assert not Path("made").exists()


def test_files_that_cannot_be_a_mix(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    huge.write_text("a: 1\n" * (LARGEST // 5 + 1))
    with pytest.raises(UsageError, match="is larger than 1,000,000 bytes"):
        read(huge)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(UsageError, match="no text in UTF-8"):
        read(tmp_path / "binary")
    for place in (tmp_path, tmp_path / "nowhere", Path("/dev/zero")):
        with pytest.raises(UsageError, match="no mix file at"):
            read(place)
    (tmp_path / "deep").write_text("{a: " * 100_000)
    with pytest.raises(UsageError, match="is no deeper than its kinds"):
        read(tmp_path / "deep")


@given(st.text(max_size=200))
def test_any_text_is_a_mix_or_refused(text: str) -> None:
    try:
        parts = parse(Path("mix.yaml"), text)
    except UsageError:
        return
    assert any(part.share > 0 for part in parts.values())


def test_json_is_a_mix_too(tmp_path: Path) -> None:
    file = tmp_path / "mix.json"
    file.write_text('{"alpha": 1, "beta": {"share": 3}}')
    assert mixed(SKILLS, file)[0].counts(8) == {"alpha": 2, "beta": 6}


# -- counts


weights = st.dictionaries(
    st.text(max_size=3),
    st.one_of(st.just(0.0), st.floats(1e-9, 1e9), st.floats(5e-324, 1.7e308)),
    min_size=1,
    max_size=12,
)


@given(st.integers(0, 5000), weights)
def test_shares_add_up_and_are_in_proportion(total: int, given: dict[str, float]) -> None:
    counts = shared_out(total, given)
    some = {name for name, weight in given.items() if weight > 0}
    assert set(counts) == set(given)
    assert all(counts[name] == 0 for name in given if name not in some)
    assert sum(counts.values()) == (total if some else 0) or total <= len(some)
    assert sum(counts.values()) <= total
    if total >= len(some):
        assert all(counts[name] >= 1 for name in some)
    for one in some:
        for other in some:
            if given[one] > given[other]:
                assert counts[one] >= counts[other] - (total <= len(some))


@given(st.integers(20, 5000), st.dictionaries(st.text(max_size=3), st.integers(1, 50), min_size=1, max_size=10))
def test_largest_remainder_is_off_by_less_than_one_where_nobody_starves(total: int, given: dict[str, int]) -> None:
    whole = sum(given.values())
    if min(given.values()) * total < whole:
        return
    for name, count in shared_out(total, given).items():
        assert abs(count - total * given[name] / whole) < 1


def test_the_cells_of_a_skill_are_those_that_can_be_filled() -> None:
    from teams.tool_use import skill

    found = cells(skill, Part(), small=False)
    refined = {kind for kind, stage in found if stage == "refine"}
    assert refined == {"several_calls", "several_calls_with_noise"}, "what a request becomes, not what it was"
    assert found["one_call", "instruct"] == 1.0
    assert found["several_calls", "instruct"] == found["several_calls", "refine"] == 0.5
    small = cells(skill, Part(), small=True)
    assert {stage for _, stage in small} == {"instruct"}, "a small model refines nothing"


# -- the command line


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        ([], "the following arguments are required: --seeds"),
        (["--seeds", "tests/seeds/code", "--mix", "/nowhere.yaml"], "no mix file at '/nowhere.yaml'"),
        (["--seeds", "tests/seeds/code", "--mix", ""], "argument --mix: an empty path"),
        (["--seeds", "/nowhere"], "no seeds at '/nowhere'"),
        (["--seeds", "tests/seeds/code", "--transform", "best"], "argument --transform: invalid choice: 'best'"),
        (["--seeds", "tests/seeds/code", "--model", "nobody=local"], "there is no role 'nobody'"),
    ],
)
def test_wrong_use_is_one_line(flags: list[str], line: str) -> None:
    done = teams("--all", *flags)
    assert done.returncode == 2
    assert line in last(done)
    assert len(done.stderr.splitlines()) == 1


def test_a_skill_that_cannot_be_imported_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import teams as package

    (tmp_path / "broken_skill.py").write_text("import no_such_library")
    (tmp_path / "no_skill.py").write_text('"""Words that skills share."""')
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    with pytest.raises(UsageError, match=r"teams/broken_skill can't be imported \(ModuleNotFoundError: .*no_such_lib"):
        load(["broken_skill"])
    assert load(["no_skill"]) == []
