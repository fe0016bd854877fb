"""Formats asked for in tool use: what is on offer, how it gets into the request, and that the last answer keeps it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agents.models.model import Abilities, Model
from agents.models.scripted import Request, ScriptedClient, call
from teams.engine import RunOptions
from teams.engine.demands import RULES, Demand, faults_of, fitting
from teams.engine.flow import Skill
from teams.engine.records import Instruction, Pair, Seed
from teams.engine.running import run
from teams.engine.stages.demand import format_flow
from teams.engine.verdict import run_checks
from teams.tool_use import skill
from teams.tool_use.checks import CHECKS
from teams.tool_use.demanding import BRIEF, LISTS, OF_MANY, OF_ONE, offers, put
from teams.tool_use.respond import FINAL, Words
from tests.teams.library import CODE, writer

APIS = [
    {
        "name": "list_loans",
        "description": "List what a member has out.",
        "parameters": {
            "type": "object",
            "properties": {"member_no": {"type": "string", "description": "number of the member"}},
            "required": ["member_no"],
        },
        "returns": "the loans",
        "origin": "seed",
        "source": "desk.py:1-9",
    }
]
LOANS = [
    {"title": "Low Tide", "due": "2026-05-02", "fine_cents": 40, "member_no": "M1"},
    {"title": "Salt Road", "due": "2026-05-09", "fine_cents": 0, "member_no": "M1"},
]
REQUEST = "I'd like to know what member M1 has out at the moment, and when it is due."


def asked(kind: str = "one_call", results: Any = (), plan: int = 1) -> Instruction:
    passage = Seed("tool_use/desk.py:1-9", CODE, kind="code").rewritten("own_functions", "", facts={"apis": APIS})
    calls = [{"name": "list_loans", "arguments": {"member_no": "M1"}}] * plan
    return passage.ask(kind, REQUEST, facts={"plan": calls, "plan_results": list(results)})


def on_offer(instruction: Instruction, seed: int = 1, language: str = "") -> list[Demand]:
    scene: Any = type("Scene", (), {"random": Random(seed), "language": language})
    return offers(scene, instruction)


def pair(demand: Demand, answer: str) -> Pair:
    instruction = put(None, asked(results=[LOANS]), demand)  # type: ignore[arg-type]
    assert instruction is not None
    made = {"id": "c1", "type": "function", "function": {"name": "list_loans", "arguments": '{"member_no": "M1"}'}}
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "You are an assistant with access to functions."},
        {"role": "user", "content": instruction.text},
        {"role": "assistant", "content": "", "tool_calls": [made]},
        {"role": "tool", "tool_call_id": "c1", "content": json.dumps(LOANS)},
        {"role": "assistant", "content": answer},
    ]
    function = {name: APIS[0][name] for name in ("name", "description", "parameters")}
    facts = {"outcome": "final_answer", "executed": "sandbox", "plan": instruction.facts["plan"]}
    return instruction.answered(messages, [{"type": "function", "function": function}], facts=facts)


def failed(made: Pair) -> set[str]:
    return {finding.check for finding in run_checks(made, CHECKS).findings if not finding.passed}


# -- what is on offer


def test_every_rule_on_offer_is_one_of_the_library_and_fits_the_shape_it_is_drawn_for() -> None:
    assert {*BRIEF, *LISTS, *OF_ONE, *OF_MANY} <= RULES.keys()
    assert all(shape in RULES[rule].suits for rule, shape in BRIEF.items())


@pytest.mark.parametrize("kind", ["one_call_fact_missing", "several_calls_fact_missing", "no_such_function"])
def test_an_answer_that_may_tell_of_a_failure_is_asked_for_nothing_but_brevity_and_plainness(kind: str) -> None:
    for seed in range(20):
        assert {demand.rule for demand in on_offer(asked(kind, [LOANS]), seed)} <= BRIEF.keys()


def test_results_that_nobody_knows_yet_are_not_asked_for_as_data() -> None:
    for seed in range(20):
        assert {demand.rule for demand in on_offer(asked("one_call", []), seed)} <= BRIEF.keys()


def test_what_calls_return_is_asked_for_under_its_own_names_but_no_parameters() -> None:
    seen: Counter[str] = Counter()
    for seed in range(60):
        for demand in on_offer(asked(results=[LOANS]), seed):
            seen[demand.rule] += 1
            names = demand.params.get("keys") or demand.params.get("columns") or []
            assert {name.lower().replace(" ", "_") for name in names} <= {"title", "due", "fine_cents"}
            if demand.rule in OF_MANY:
                assert demand.params["n"] == len(LOANS)
    assert set(OF_MANY) <= seen.keys()
    assert not set(LISTS) & seen.keys(), "how many loans there are, the user does not know"


def test_one_record_is_asked_for_as_one_object() -> None:
    rules = {d.rule for seed in range(30) for d in on_offer(asked(results=[LOANS[0]]), seed)}
    assert set(OF_ONE) <= rules
    assert not rules & set(OF_MANY)


def test_a_list_has_as_many_items_as_there_were_things_to_do() -> None:
    found = [d for seed in range(30) for d in on_offer(asked("several_calls", [], plan=3), seed) if d.rule in LISTS]
    assert {demand.rule for demand in found} == set(LISTS)
    assert all(demand.params["n"] == 3 for demand in found)


def test_in_a_language_without_spaces_words_are_not_counted() -> None:
    holding = {
        rule.name
        for shape in ("choice", "short", "prose", "list", "structured")
        for rule in fitting(shape, language="ja")
    }
    rules = {d.rule for seed in range(30) for d in on_offer(asked(results=[LOANS]), seed, "ja")}
    assert rules <= holding
    assert "word_max" not in rules


# -- how it gets into the request


def test_a_form_whose_words_no_user_would_say_is_not_asked_for() -> None:
    demand = Demand("word_max", {"n": 40}, "The response to this request requires the list of APIs in 40 words.")
    assert put(None, asked(), demand) is None  # type: ignore[arg-type]


# -- the check

TRUE: Mapping[str, tuple[Demand, str]] = {
    "json_list": (
        Demand("json_list", {"keys": ["title", "due"], "n": 2, "fence": "without a code fence"},
               'Please reply as a JSON list without a code fence, at least 2 objects with "title" and "due".'),
        '[{"title": "Low Tide", "due": "2026-05-02"}, {"title": "Salt Road", "due": "2026-05-09"}]',
    ),
    "table_columns": (
        Demand("table_columns", {"columns": ["Title", "Due"], "n": 2}, "Make it a table: Title | Due, 2 rows or more."),
        "| Title | Due |\n|---|---|\n| Low Tide | 2026-05-02 |\n| Salt Road | 2026-05-09 |",
    ),
    "bullet_count": (
        Demand("bullet_count", {"n": 2}, "Give it to me as 2 bullet points, please."),
        "- Low Tide is due on 2026-05-02.\n- Salt Road is due on 2026-05-09.",
    ),
    "word_max": (
        Demand("word_max", {"n": 30}, "No more than 30 words, please; it goes on a slip."),
        "Member M1 has Low Tide, due on 2026-05-02, and Salt Road, due on 2026-05-09.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", TRUE)
def test_an_answer_in_the_form_asked_for_passes_every_check(rule: str) -> None:
    assert failed(pair(*TRUE[rule])) == set()


@pytest.mark.parametrize(("rule", "other"), [(r, o) for r in TRUE for o in TRUE if r != o and r != "word_max"])
def test_a_true_answer_in_another_form_is_rejected_by_that_check(rule: str, other: str) -> None:
    assert "format_kept" in failed(pair(TRUE[rule][0], TRUE[other][1]))


@pytest.mark.parametrize("rule", TRUE)
def test_the_form_excuses_no_invented_value(rule: str) -> None:
    demand, answer = TRUE[rule]
    assert failed(pair(demand, answer.replace("2026-05-09", "2026-06-19"))) == {"answer_truthful"}


def test_figures_of_the_form_are_no_figures_of_the_matter() -> None:
    demand, answer = TRUE["word_max"]
    told = answer.replace("Member M1", "For 30 days member M1")
    assert failed(pair(demand, told)) == {"answer_truthful"}


def test_raw_data_is_still_no_answer_where_nobody_asked_for_it() -> None:
    made = pair(*TRUE["json_list"])
    bare = replace(made.instruction, facts={k: v for k, v in made.instruction.facts.items() if k != "demands"})
    assert "answer_for_the_user" in failed(replace(made, instruction=bare))


async def test_an_answer_out_of_form_is_sent_back_a_few_times_and_questions_are_not() -> None:
    words = Words(demands=[TRUE["word_max"][0]])
    long = {"answer": "word " * 31}
    first, second, third = [await words.call(FINAL, long) for _ in range(3)]
    assert first.is_error
    assert "31 words" in first.text
    assert second.is_error
    assert not third.is_error, "then it stands as it is, and the check rejects it"
    assert not (await Words(demands=[TRUE["word_max"][0]]).call("ask_user", {"question": "word " * 31})).is_error


async def test_json_given_as_it_is_becomes_the_text_the_user_reads() -> None:
    demand, answer = TRUE["json_list"]
    given = await Words(demands=[demand]).call(FINAL, {"answer": json.loads(answer)})
    assert not given.is_error
    assert json.loads(given.text) == json.loads(answer)


# -- whole conversations


BRIEFLY = Demand("sentence_max", {"n": 2}, "Please be brief: 2 sentences at the very most.")


def always(skill: Skill, **kinds: str) -> Skill:
    """The skill with the same form offered for every request, held to one kind of request."""
    flows = []
    for flow in skill.flows:
        flow = format_flow(lambda scene, instruction: [BRIEFLY], put, 1.0) if flow.stage == "demand" else flow
        if flow.stage in kinds:
            flow = replace(flow, kinds=tuple(kind for kind in flow.kinds if kind.name == kinds[flow.stage]))
        flows.append(flow)
    return replace(skill, flows=tuple(flows))


async def go(client: ScriptedClient, tmp_path: Path, **abilities: Any) -> tuple[list[Any], list[Any]]:
    folder = tmp_path / "code"
    folder.mkdir(exist_ok=True)
    (folder / "desk.py").write_text(CODE)
    model = Model("scripted", client, Abilities(**abilities))
    options = RunOptions(seeds=(folder,), run=tmp_path / "run")
    one = always(skill, instruct="one_call", refine="more_steps")
    await run(one, options, model_for=lambda role: model)
    rows = [[json.loads(line) for line in (tmp_path / "run" / name).read_text().splitlines()]
            for name in ("pairs.jsonl", "rejected.jsonl")]  # fmt: skip
    return rows[0], rows[1]


def telling(*answers: str) -> Callable[[Request], Any]:
    """An assistant that lends the book and then tells one thing after the other."""

    def speak(request: Request) -> Any:
        done = sum(m.type == "FunctionExecutionResultMessage" for m in request.messages)
        if not done:
            return call("lend", book="The Silver Fern", member="M1", days=21)
        return call("final_answer", answer=answers[min(done, len(answers)) - 1])

    return speak


def brief(request: Request) -> dict[str, Any]:
    """A setter who takes the form that is offered."""
    return {"why": "It is read out at the counter.", "choice": 1, "wording": BRIEFLY.statement}


@pytest.mark.usefixtures("no_sandbox")
async def test_a_form_is_asked_for_and_kept(tmp_path: Path) -> None:
    answer = "The Silver Fern is lent to member M1 and due in 21 days."
    kept, _ = await go(writer(format_setter=brief, assistant=telling(answer)), tmp_path)
    kept = [row for row in kept if row["kinds"]["demand"]]
    assert kept
    for row in kept:
        (demand,) = row["facts"]["demands"]
        user = next(m["content"] for m in row["messages"] if m["role"] == "user")
        assert user.endswith(demand["statement"])
        assert not faults_of(row["messages"][-1]["content"], demand)
        assert "format_kept" in {check["check"] for check in row["verdict"]["checks"]}


@pytest.mark.usefixtures("no_sandbox")
async def test_an_answer_that_is_sent_back_leaves_no_trace_in_the_pair(tmp_path: Path) -> None:
    long = "The Silver Fern is out. " * 9
    good = "The Silver Fern is lent to member M1 and due in 21 days."
    client = writer(format_setter=brief, assistant=telling(long, good))
    kept, _ = await go(client, tmp_path)
    kept = [row for row in kept if row["kinds"]["demand"]]
    assert kept
    assert all([m["role"] for m in row["messages"]].count("assistant") == 2 for row in kept)
    assert any("Not sent" in str(request.messages) for request in client.asked)


@pytest.mark.usefixtures("no_sandbox")
async def test_a_form_that_is_never_kept_is_rejected_by_its_check(tmp_path: Path) -> None:
    long = " ".join(
        f"{n} is lent to member M1."
        for n in ["The Silver Fern", "That book", "It", "This one", "The Fern", "The book", "So it"]
    )
    kept, out = await go(writer(format_setter=brief, assistant=telling(long)), tmp_path)
    assert not [row for row in kept if row["kinds"]["demand"]]
    reasons = [row["reasons"] for row in out if row["stage"] == "check" and "sentence_max" in row["id"]]
    assert reasons
    assert all(any(r.startswith("format_kept: sentence_max") for r in told) for told in reasons)


@pytest.mark.usefixtures("no_sandbox")
async def test_no_form_is_asked_for_of_a_small_model(tmp_path: Path) -> None:
    client = writer()
    await go(client, tmp_path, small=True)
    assert not any(request.role == "format_setter" for request in client.asked)
