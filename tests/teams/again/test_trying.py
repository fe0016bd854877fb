"""Rejected pairs tried again with another prompt: which they are, what it will take, and what became of each."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from agents.errors import UsageError
from agents.hand import Hand
from agents.models.model import Model
from agents.models.scripted import ScriptedClient
from teams.engine.again.asked import Asked
from teams.engine.again.branch import How, begin, go
from teams.engine.again.branches import numbers, read
from teams.engine.again.kept import opened
from teams.engine.again.trying import estimate, rejected_pairs, template_from
from tests.teams.again.tales import answers, made, tales, words_of
from tests.teams.again.test_branch import refined
from tests.teams.again.test_command import asker, here, pointed_at
from tests.teams.again.test_replay import change, ids
from tests.teams.command import ROOT, endpoint

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def test_a_section_makes_the_prompts_of_its_role_from_the_turn_on_in_later_chats_too(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    way = refined(run).split("/")
    chat = f"{'/'.join(way[:3])}/instruct-{way[3].removesuffix('-1')}"
    client = ScriptedClient(answers(asker=lambda request: words_of(request.messages[0].content, request.last)))

    async def held(template: str) -> str:
        n = begin(run, Asked(chat, 1, record="/".join(way), template=template), tales)
        branch = await go(run, n, How(skill=tales, model_for=lambda role: Model("scripted", client)))
        assert read(run, n).changes["template"] == template
        return branch.error

    assert await held("Ask for {{ kind.name }}, please.") == ""
    told = [str(request.messages[0].content) for request in client.asked if request.role == "asker"]
    assert told == [f"Ask for {way[3].removesuffix('-1')}, please.", "Ask for harder, please."]
    assert [request.role for request in client.asked] == ["asker", "hinter", "asker", "teller", "judge"]
    assert "the changed prompt of asker can't be made: 'nothing' is undefined" in await held("Ask {{ nothing }}.")


async def test_the_newest_rejected_are_found_and_what_they_will_take(tmp_path: Path) -> None:
    loud = ScriptedClient(answers(teller=lambda request: {"tale": words_of(request.last).upper()}))
    await made(tmp_path, client=loud)
    run = tmp_path / "run"
    every = ids(run, "SELECT id FROM verdicts ORDER BY rowid DESC")
    hand = Hand(run)
    hand.act(every[0], "accept", {}, who="Ada", base=0)
    with opened(run) as kept:
        found = rejected_pairs(kept, "asker", 2, skill=tales)
        assert [one.pair for one in found] == every[1:3]
        assert {one.was for one in found} == {"no_shouting: loud"}
        last = next(one for one in rejected_pairs(kept, "teller", 99, skill=tales) if one.pair.endswith("/harder-1"))
        assert (last.chat, last.turn, last.calls) == (f"{last.pair}/respond-plain", 1, 1), "nobody judged it"
        calls = kept.all("SELECT sum(prompt_tokens + completion_tokens) FROM calls WHERE chat=?", last.chat)
        assert calls == [(last.tokens,)]
        assert f"about 1 calls and {last.tokens:,} tokens" in estimate([last], "teller")
        with pytest.raises(UsageError, match="no rejected pair has a turn of 'chooser' on its way"):
            rejected_pairs(kept, "chooser", 2, skill=tales)
        with pytest.raises(UsageError, match="no rejected pair of tale has a turn of 'asker'"):
            rejected_pairs(kept, "asker", 2, "tale", skill=tales)


async def test_what_was_not_kept_is_told_before_anybody_is_asked(tmp_path: Path) -> None:

    await made(tmp_path, client=ScriptedClient(answers(judge=lambda request: "bad")))
    run = tmp_path / "run"
    id = refined(run)
    chat = f"{id.removesuffix('/harder-1')}/refine-harder"
    change(run, f"UPDATE calls SET reply='' WHERE chat='{chat}'", f"DELETE FROM verdicts WHERE id<>'{id}'")
    with pytest.raises(UsageError, match=r"doesn't keep what models replied.* before turn 2 .*changed: 1 \(hinter\)"):
        begin(run, Asked(chat, 2, record=id), tales)
    with opened(run) as kept:
        (first,) = rejected_pairs(kept, "hinter", 1, skill=tales)
    assert (first.chat, first.turn, first.hindrance) == (chat, 1, "")
    assert f"about {first.calls} calls" in estimate([first, replace(first, hindrance="why")], "hinter")
    assert estimate([first, replace(first, hindrance="why")], "hinter").endswith(" 1 of them can't be branched there.")
    change(run, f"UPDATE calls SET role='second' WHERE chat='{chat}' AND turn=2")
    with opened(run) as kept, pytest.raises(UsageError, match="before turn 2 is needed; only its first"):
        rejected_pairs(kept, "second", 1, skill=tales)
    client = ScriptedClient(answers(hinter=lambda request: words_of("another")))
    branch = await go(run, begin(run, Asked(chat, 1, record=id), tales),
                      How(skill=tales, model_for=lambda role: Model("scripted", client)))  # fmt: skip
    assert branch.error == "", "at its first turn it can be"
    change(run, "UPDATE calls SET reply=''")
    with pytest.raises(UsageError, match=r"to come to .*/respond-plain what was said in .*/transform-\w+ is needed"):
        begin(run, Asked(f"{id}/respond-plain", 1, record=id), tales)


@pytest.mark.parametrize(
    ("text", "said"),
    [("## asker\n \n## teller\nTell.", "says nothing to asker"), ("{% if %}", r"p.md: .*line 1 of its words")],
)
def test_a_section_that_can_not_be_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        template_from(Path("p.md"), text, "asker")


def test_by_the_command_line_each_is_told_before_and_after(
    run: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, chat = asker(run)
    change(run, "DELETE FROM verdicts WHERE accepted=0")
    Hand(run).act(pair, "reject", {"reason": "dull"}, who="Ada", base=0)
    script = tmp_path / "script.md"
    shutil.copyfile(ROOT / "teams/tool_use/script.md", script)
    script.write_text(script.read_text().replace("## requester\n", "## requester\nBe brief. {{ kind.name }}!\n"))
    words = ("branch", run, pair, "--rejected", 1, "--role", "requester", "--role-prompt", script)
    with endpoint() as server:
        pointed_at(run, server)
        monkeypatch.setattr("sys.stdin", io.StringIO())
        assert here(*words) == 2
        out = capfd.readouterr()
        assert out.out.startswith("1 rejected pair, each anew from requester's first turn on: about ")
        assert out.err == "nothing was asked: say --yes where nobody can be asked\n"
        assert (server.asked, numbers(run)) == ([], [])
        assert here(*words, "--yes") == 0
    kind = chat.rpartition("-")[2]
    assert server.asked[0]["messages"][0]["content"].startswith(f"Be brief. {kind}!\n")
    said = capfd.readouterr().out.splitlines()
    at = said.index(f"  branch 1  {pair}")
    assert said[at + 1].endswith("rejected: by_hand: dull")
    assert said[at + 2].strip().startswith("now  ")
    assert said[at + 3] == f"{int(said[at + 2].endswith('accepted'))} of 1 accepted now."
    assert read(run, 1).changes["template"].startswith("Be brief.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rejected", 1), "--rejected N and --role ROLE go together"),
        (("--role", "requester"), "--rejected N and --role ROLE go together"),
        (("--rejected", 0, "--role", "requester"), "--rejected must be more than 0"),
        (("--rejected", 1, "--role", "requester", "--turn", 2), "--turn is about one chat"),
        (
            ("--rejected", 1, "--role", "nobody"),
            "has a turn of 'nobody' on its way; the roles that spoke in this run: api, api_writer, assist",
        ),
    ],
)
def test_what_is_wrong_is_one_line(
    begun: Path, words: tuple[object, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert here("branch", begun, *words) == 2
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1
