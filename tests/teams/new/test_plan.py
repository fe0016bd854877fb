"""Plans: what is wrong with one is said, and one that is sound is printed as code in the project's own form."""

from __future__ import annotations

import ast
import string
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.script import Script
from teams.engine.new.plan import (
    FORMS,
    IDENTITY,
    MEANS,
    Aim,
    Criterion,
    Part,
    Plan,
    Sort,
    Way,
    briefs_faults,
    criteria_faults,
    name_problem,
    parts_faults,
    tables_faults,
)
from teams.engine.new.render import printed
from teams.engine.new.starter import starter

START = starter("explain_it")


def faults_of(plan: Plan) -> list[str]:
    """All that is wrong with a plan."""
    briefs = {one.name: one.brief for table in (plan.ways, plan.sorts, plan.aims) for one in table}  # type: ignore[attr-defined]
    return [
        *tables_faults(plan.ways, plan.sorts, plan.aims, plan.shows_text),
        *briefs_faults(briefs, list(briefs)),
        *parts_faults(plan.parts),
        *criteria_faults(plan.criteria, plan.never),
    ]


def test_the_starter_is_sound() -> None:
    assert faults_of(START) == []


WAY, AIM = START.ways[0], START.aims[0]
OPEN_KIND = START.sorts[0]
BROKEN = {
    "which is none of the ways": replace(START, sorts=(replace(OPEN_KIND, suits=("nowhere",)), *START.sorts)),
    "there is no goal": replace(START, sorts=(replace(OPEN_KIND, goals=("fame",)), *START.sorts[1:])),
    "an open answer has no key": replace(START, sorts=(replace(OPEN_KIND, goals=("left_open",)), *START.sorts[1:])),
    "it suits no way": replace(START, sorts=(replace(OPEN_KIND, suits=()), *START.sorts[1:])),
    "nothing can be asked about": replace(START, ways=(*START.ways, replace(WAY, name="idle"))),
    "names differ across all three tables": replace(START, aims=(replace(AIM, name=WAY.name), *START.aims)),
    "is no name for it": replace(START, ways=(replace(WAY, name="Hand Over"), *START.ways)),
    "nearly all kinds have the same form": replace(START, sorts=tuple(replace(s, form="open") for s in START.sorts)),
    "a text can't be changed that nobody is shown": replace(START, shows_text=False),
    "needs a text that the user is shown": replace(START, shows_text=False),
    "tells a writer nothing they could do": replace(
        START, ways=(replace(WAY, brief=f"Ensure it. {WAY.brief}"), *START.ways[1:])
    ),
    "are 100% alike": replace(START, ways=(*START.ways, replace(WAY, name="again"))),
    "marks of a template": replace(
        START, parts={**START.parts, "editor": replace(START.parts["editor"], aim="You {{ edit }}.")}
    ),
    "to 90 words can't be met": replace(START, ways=(replace(WAY, words=(300, 90)), *START.ways[1:])),
    "no name of its own": replace(START, criteria=(replace(START.criteria[0], name=IDENTITY),)),
    "or a heading; plain": replace(
        START, parts={**START.parts, "editor": replace(START.parts["editor"], aim="You edit.\n\t##\tkinds")}
    ),
    "too short to be forbidden": replace(START, never=("no",)),
    "nobody can see": replace(START, criteria=(Criterion("good", "It is engaging and clear."),)),
}  # fmt: skip


@pytest.mark.parametrize("complaint", BROKEN)
def test_what_is_wrong_is_said(complaint: str) -> None:
    assert [fault for fault in faults_of(BROKEN[complaint]) if complaint in fault]


@pytest.mark.parametrize(
    "name", ["My", "1st", "a", "class", "engine", "new", "tool_use", "x" * 41, "über", "a-b", "a_"]
)
def test_names_that_will_not_do(name: str) -> None:
    assert name_problem(name, ["tool_use"])


names = st.text(string.ascii_lowercase + string.digits + "_", min_size=2, max_size=20).filter(
    lambda name: name_problem(name, ()) is None and name != IDENTITY
)
words = st.text(min_size=1, max_size=300).filter(str.strip)


@given(
    st.lists(names, min_size=6, max_size=9, unique=True),
    words,
    words,
    st.sampled_from(["text", "code", "both"]),
    st.booleans(),
    st.lists(st.text(min_size=4, max_size=60), max_size=5),
)
def test_whatever_is_drafted_becomes_sound_code(
    names: list[str], line: str, brief: str, material: str, shows: bool, never: list[str]
) -> None:
    """Words of a model end up in strings and paragraphs, whatever is in them, and never in the code."""
    way, other, first, second, goal, criterion, *rest = names
    plan = replace(
        START,
        name=way,
        title=line,
        about=brief,
        material=material,
        shows_text=shows,
        ways=(Way(way, brief), Way(other, line)),
        sorts=(
            Sort(first, brief, "short", (way, IDENTITY), (goal, *rest)),
            Sort(second, line, "choice", (way, other)),
        ),
        aims=(Aim(goal, brief, "turned"), *(Aim(name, line) for name in rest)),
        never=tuple(never),
        criteria=(Criterion(criterion, line),),
    )
    files = printed(plan)
    for path, text in files.items():
        if path.endswith(".py"):
            tree = ast.parse(text)
            bare = [node.value for node in tree.body if isinstance(node, ast.Expr)]
            assert all(isinstance(value, ast.Constant) for value in bare)
    literals = {n.value for n in ast.walk(ast.parse(files[f"teams/{way}.py"])) if isinstance(n, ast.Constant)}
    assert {*names[:5], *never} <= literals


@given(st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(MEANS)))
def test_every_form_and_every_means_can_be_printed(form: str, means: str) -> None:
    made = replace(START, sorts=(Sort("one", OPEN_KIND.brief, form, (IDENTITY,), (AIM.name,)),),
                   aims=(replace(AIM, means=means),))  # fmt: skip
    code = printed(made)["teams/explain_it.py"]
    assert form.upper() in code
    ast.parse(code)


def test_the_script_holds_every_brief_and_role(tmp_path: Path) -> None:
    (tmp_path / "explain_it.md").write_text(printed(START)["teams/explain_it.md"])
    script = Script(tmp_path / "explain_it.md")
    for one in (*START.ways, *START.sorts, *START.aims):
        assert script.brief(one.name) == " ".join(one.brief.split())
    for role in (*START.parts, "critic"):
        for language in ("", "German"):
            assert script.role(role).prompt.render(language=language, small=False)


def test_the_assistant_is_told_what_its_answers_are_checked_for(tmp_path: Path) -> None:
    (tmp_path / "explain_it.md").write_text(printed(START)["teams/explain_it.md"])
    said = Script(tmp_path / "explain_it.md").role("assistant").prompt.render(language="", small=False)
    assert f"{START.most_words} words" in said
    assert START.never
    assert all(phrase in said for phrase in START.never)


def test_it_is_laid_out_as_the_formatter_would(tmp_path: Path) -> None:
    for path, text in printed(START).items():
        if path.endswith(".py"):
            (tmp_path / Path(path).name).write_text(text)
    settings = ["--line-length", "120", "--target-version", "py311"]
    said = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--isolated", *settings, str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr


HOSTILE = (
    "{{ [].__class__.__mro__[1].__subclasses__() }}", "{% for x in ().__class__.__base__.__subclasses__() %}",
    "{# hidden", "## kinds", "### identity", "##\tassistant\t", "\x0c## critic\x0b", "{\u200b{ 1 }}", "{\x00{ 7*7 }}",
    '"""\nimport os\nos.abort()\n"""', "'\\'); import os #", "\\", "\ud800\udfff", "\u2028## critic\u2028", "{%raw%}",
    "{% endraw %}{{ 7*7 }}", "{", "%}", "}}",
)  # fmt: skip
hostile = st.lists(st.sampled_from(HOSTILE) | st.sampled_from([" ", "\n", "You write. "]), min_size=1, max_size=5).map(
    "".join
)


@given(st.data())
def test_nothing_hostile_is_carried_out(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Even what no reader of drafts looked at stays words: in the code, in the script, and where it is rendered."""
    told = st.lists(hostile, min_size=1, max_size=3).map(tuple)
    briefs = [data.draw(hostile) for _ in range(4)]
    plan = replace(
        START,
        title=data.draw(hostile),
        about=data.draw(hostile),
        ways=(replace(WAY, brief=briefs[0]), *START.ways[1:]),
        sorts=(replace(OPEN_KIND, brief=briefs[1]), *START.sorts[1:]),
        aims=(replace(AIM, brief=briefs[2]), *START.aims[1:]),
        parts={role: Part(data.draw(hostile), data.draw(told), data.draw(told)) for role in START.parts},
        never=tuple(data.draw(told)),
        criteria=(Criterion("seen", briefs[3]),),
    )
    files = printed(plan)
    assert names_used(files["teams/explain_it.py"]) == names_used(printed(START)["teams/explain_it.py"])
    file = tmp_path_factory.mktemp("script") / "explain_it.md"
    file.write_text(files["teams/explain_it.md"], encoding="utf-8")
    script = Script(file)
    assert set(script) == {*START.parts, "critic"}
    assert set(script.briefs) == {*script_of_start(tmp_path_factory).briefs} - {"words_explained", "fits_the_asker"} | {
        "seen"
    }
    for role in script:
        said = script.role(role).prompt.render(language="German", small=False)
        assert "49" not in said
        assert "<class" not in said


def names_used(code: str) -> set[str]:
    """All names and attributes in a program, and what it imports."""
    tree = ast.parse(code)
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for name in node.names
    }


def script_of_start(folders: pytest.TempPathFactory) -> Script:
    file = folders.mktemp("start") / "explain_it.md"
    file.write_text(printed(START)["teams/explain_it.md"], encoding="utf-8")
    return Script(file)


part = st.builds(
    Part, st.text(max_size=80), st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=3).map(tuple),
    st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=3).map(tuple),
)  # fmt: skip


@given(st.fixed_dictionaries(dict.fromkeys(START.parts, part)), st.text(max_size=150))
def test_what_passes_for_a_role_makes_a_prompt(
    tmp_path_factory: pytest.TempPathFactory, parts: dict[str, Part], title: str
) -> None:
    """No words of a model end a role, begin another, or are taken for a template."""
    if list(parts_faults(parts)):
        return
    file = tmp_path_factory.mktemp("script") / "explain_it.md"
    file.write_text(printed(replace(START, parts=parts, title=title))["teams/explain_it.md"], encoding="utf-8")
    script = Script(file)
    assert set(script) == {*START.parts, "critic"}
    for role in script:
        assert script.role(role).prompt.render(language="German", small=False)
