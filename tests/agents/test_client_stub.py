"""The stub endpoint the benchmarks stand on: what it answers is legal, and what it counts is true."""

import asyncio
import json
from typing import Any, Literal

import jsonschema
import pytest
from autogen_core.models import FunctionExecutionResult, FunctionExecutionResultMessage, UserMessage
from autogen_core.tools import FunctionTool
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from agents.models.client import LeanClient
from agents.models.endpoint import Patience
from agents.models.limiter import Limiter
from tests.benchmarks.instances import smallest
from tests.benchmarks.stub import Config, Stub, running, serve


def user(text: str) -> UserMessage:
    return UserMessage(content=text, source="user")


class Leaf(BaseModel):
    name: str = Field(min_length=30, max_length=40)
    kind: Literal["a", "b"]
    share: float = Field(gt=0, lt=1)


class Tree(BaseModel):
    leaves: list[Leaf] = Field(min_length=2)
    count: int = Field(ge=3, multiple_of=5)
    parent: "Tree | None"
    note: str | int
    year: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    more: dict[str, int]


async def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@given(st.integers(0, 2**32))
def test_the_smallest_instance_is_legal(mark: int) -> None:
    schema = Tree.model_json_schema()
    instance = smallest(schema, mark)
    jsonschema.validate(instance, schema)
    Tree.model_validate(instance)


bounds = st.integers(-50, 50)
numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={"minimum": bounds, "maximum": st.integers(60, 90), "multipleOf": st.integers(1, 5)},
)
simple = st.one_of(
    numbers,
    st.fixed_dictionaries({"type": st.just("string")}, optional={"minLength": st.integers(0, 60)}),
    st.builds(lambda values: {"enum": values}, st.lists(st.integers() | st.text(max_size=3), min_size=1, max_size=3)),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"const": 7}, {"type": ["null", "string"]}]),
)
schemas: st.SearchStrategy[Any] = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(lambda items, n: {"type": "array", "items": items, "minItems": n}, inner, st.integers(0, 3)),
        st.builds(
            lambda fields: {"type": "object", "properties": fields, "required": list(fields)},
            st.dictionaries(st.text(max_size=4), inner, max_size=3),
        ),
        st.builds(lambda options: {"anyOf": options}, st.lists(inner, min_size=1, max_size=2)),
    ),
    max_leaves=6,
)


@given(schemas, st.integers(0, 2**32))
def test_any_schema_gets_a_legal_instance(schema: Any, mark: int) -> None:
    jsonschema.validate(smallest(schema, mark), schema)


def test_a_schema_that_needs_itself_is_refused() -> None:
    endless = {"$defs": {"x": {"type": "object", "properties": {"x": {"$ref": "#/$defs/x"}}, "required": ["x"]}}}
    with pytest.raises(ValueError, match="without end"):
        smallest({**endless, "$ref": "#/$defs/x"})


def client_of(server: asyncio.Server, **patience: Any) -> LeanClient:
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    return LeanClient(
        "stub", address, limiter=Limiter(64, start=20_000), patience=Patience(first_pause=0.01, **patience)
    )


async def test_forms_tools_and_echo() -> None:
    stub = Stub(Config(latency=0, echo=True))
    server = await serve(stub)
    client = client_of(server)
    tool = FunctionTool(add, description="Add two numbers.")
    assert (await client.create([user("Say this")])).content == "Say this"
    form = await client.create([user("x")], json_output=Tree)
    Tree.model_validate_json(str(form.content))
    first = await client.create([user("x")], tools=[tool])
    assert not isinstance(first.content, str)
    jsonschema.validate(json.loads(first.content[0].arguments), tool.schema["parameters"])
    outcome = FunctionExecutionResult(content="2", name="add", call_id=first.content[0].id, is_error=False)
    second = await client.create([user("x"), FunctionExecutionResultMessage(content=[outcome])], tools=[tool])
    assert isinstance(second.content, str)
    assert isinstance((await client.create([user("x")], tools=[tool], tool_choice="none")).content, str)
    assert await client.models() == ["stub"]
    await client.close()
    server.close()


async def test_scripts_answer_in_words_or_whole_messages() -> None:
    def script(body: dict[str, Any]) -> str | dict[str, Any]:
        said = body["messages"][-1]["content"]
        return said.upper() if said != "call" else {"tool_calls": [{"id": "1", "function": {"name": "f"}}]}

    server = await serve(Stub(Config(latency=0), script))
    client = client_of(server)
    assert (await client.create([user("hi")])).content == "HI"
    assert (await client.create([user("call")])).finish_reason == "function_calls"
    await client.close()
    server.close()


async def test_counts_are_true_and_answers_repeat() -> None:
    stub = Stub(Config(latency=0.02, size=50))
    server = await serve(stub)
    client = client_of(server)
    texts = ["a", "b", "a", "c" * 200_000]
    answers = [(await client.create([user(text)])).content for text in texts]
    assert answers[0] == answers[2] != answers[1]
    assert len(str(answers[0])) == 50
    assert (stub.counts.served, stub.counts.repeated, stub.counts.in_flight) == (4, 1, 0)
    assert sum(stub.counts.served_in.values()) == 4
    await asyncio.gather(*(client.create([user(f"{i}")]) for i in range(20)))
    assert stub.counts.most_in_flight == 20
    await client.close()
    server.close()


async def test_faults_and_limits_reach_the_client_and_are_mended() -> None:
    stub = Stub(Config(latency=0, rate=200, burst=5, stray=0.1, faults=0.1, retry_after=0.01))
    server = await serve(stub)
    client = client_of(server, attempts=50)
    results = await asyncio.gather(*(client.create([user(f"{i}")]) for i in range(100)))
    assert len(results) == 100
    assert stub.counts.served == 100
    assert stub.counts.refused > 0
    assert stub.counts.faulty > 0
    await client.close()
    server.close()


async def test_a_stub_of_its_own_process() -> None:
    with running(latency=0.01, size=30) as stub:
        client = LeanClient("stub", stub.url)
        assert len(str((await client.create([user("x")])).content)) == 30
        assert (await asyncio.to_thread(stub.stats))["served"] == 1
        await asyncio.to_thread(stub.config, size=70)
        assert len(str((await client.create([user("x")])).content)) == 70
        assert (await asyncio.to_thread(stub.stats))["served"] == 1
        await client.close()
