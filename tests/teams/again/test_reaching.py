"""Branches of runs whose journal keeps only what their models were called: who is where now is said, and only once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.errors import UsageError
from teams.engine.again.branches import numbers, read
from teams.engine.again.reaching import places
from tests.teams.again.test_branch import rows
from tests.teams.again.test_command import asker, here
from tests.teams.again.test_replay import change
from tests.teams.command import endpoint

pytestmark = pytest.mark.usefixtures("no_sandbox")
UNSAID = "the run was made with the model 'strong', and where it is served was not kept; say so with --at strong="


@pytest.fixture
def named(run: Path) -> Path:
    """A run of which only its model's name is known, as older journals have it."""
    change(run, "DELETE FROM meta WHERE key IN ('means', 'abilities')")
    change(run, """UPDATE meta SET value='{"": "strong"}' WHERE key='models'""")
    return run


def played(run: Path, n: int) -> dict[str, str]:
    (found,) = rows(run / f"branches/{n}", "SELECT row FROM verdicts WHERE id=?", read(run, n).pair)
    models: dict[str, str] = json.loads(found[0])["models"]
    return models


def test_it_is_refused_for_what_it_is_and_goes_where_somebody_says_the_model_is(
    named: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pair, chat = asker(named)
    words = ("branch", named, chat, "--turn", 1, "--record", pair)
    assert here(*words) == 2
    assert capfd.readouterr().err.startswith(UNSAID)
    assert numbers(named) == []
    with endpoint() as server:
        assert here(*words, "--at", f"strong={server.model}") == 0
        asked = len(server.asked)
        assert here("branch", named, "--go-on", 1) == 0, "it is not said again"
        assert len(server.asked) == asked > 0
    assert set(played(named, 1).values()) == {"strong"}, "what it is called goes into rows, and not where it was"


def test_one_that_nobody_needs_till_then_may_be_said_later(named: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pair, chat = asker(named)
    with endpoint() as server:
        words = ("branch", named, chat, "--turn", 1, "--record", pair, "--model", server.model)
        assert here(*words) == 0, "all others are answered from the journal"
        change(named, f"DELETE FROM calls WHERE chat LIKE '{pair}/%'")
        assert here(*words) == 1
        said = capfd.readouterr().err
        assert said.startswith(UNSAID)
        assert "--go-on 2" in said
        assert here("branch", named, "--go-on", 2, "--at", server.model) == 0
    models = played(named, 2)
    assert models.pop("requester") == server.model
    assert set(models.values()) == {"strong"}


def test_rejected_pairs_are_not_asked_about_before_it_is_known(named: Path, capfd: pytest.CaptureFixture[str]) -> None:
    change(named, "UPDATE verdicts SET accepted=0, row=json_set(row, '$.verdict.accepted', json('false'))")
    words = ("branch", named, "--rejected", 1, "--role", "requester", "--yes")
    assert here(*words) == 2
    out = capfd.readouterr()
    assert out.err.startswith(UNSAID)
    assert out.out == ""
    with endpoint() as server:
        assert here(*words, "--at", f"strong={server.model}") == 0
    assert set(played(named, 1).values()) == {"strong"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://h:1/v1:m", "Say --at judge=MODEL or --at strong=MODEL"),
        ("solver=http://h:1/v1:m", "Say --at judge=MODEL or --at strong=MODEL"),
        ("judge=solver=http://h:1/v1:m", "its models: judge, strong"),
        ("judge=strong", "--at 'strong' is not understood"),
    ],
)
def test_which_of_them_it_is_must_be_said(text: str, said: str) -> None:
    meta = {"models": {"": "strong", "solver": "judge", "asker": "person"}}
    with pytest.raises(UsageError, match=said):
        places(meta, [text])
    assert places(meta, ["judge=http://h:1/v1:m", "strong=ollama:n"]) == {
        "judge": "http://h:1/v1:m",
        "strong": "ollama:n",
    }
