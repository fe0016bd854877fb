"""What makes a tool, and what is refused before any model was called."""

import re
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from sandbox import Sandbox
from tools import ToolError, find_tool, supplied, tool
from tools.arguments import BadArguments
from tools.index import ApiIndex, DocumentIndex
from tools.names import RESERVED, told_names
from tools.registry import Tool


def made(name: str) -> Tool:
    found = find_tool(name)
    assert isinstance(found, Tool)
    return found


def test_the_model_sees_name_docstring_and_described_arguments():
    @tool
    async def order_status(order: Annotated[str, "As on the receipt."], days: int = 3) -> str:
        """Say where an order is."""
        return order * days

    schema = made("order_status").schema
    assert schema["name"] == "order_status"
    assert schema["description"] == "Say where an order is."
    assert schema["parameters"] == {
        "type": "object",
        "properties": {
            "order": {"type": "string", "description": "As on the receipt."},
            "days": {"type": "integer", "default": 3},
        },
        "required": ["order"],
        "additionalProperties": False,
    }


def test_the_function_stays_what_it_was():
    async def ping() -> str:
        """Ping."""
        return "pong"

    assert tool(ping) is ping


def test_supplied_parameters_are_hidden_whatever_is_around_them():
    @supplied
    class Printer:
        pass

    @tool
    async def everything(
        text: str,
        box: Sandbox,
        apis: ApiIndex | None,
        documents: Annotated[DocumentIndex, "hidden too"],
        printer: Printer,
    ) -> str:
        """Take all there is."""
        return text

    found = made("everything")
    assert list(found.schema["parameters"]["properties"]) == ["text"]
    assert found.needs == {"box": Sandbox, "apis": ApiIndex, "documents": DocumentIndex, "printer": Printer}
    assert found.may_lack == {"apis"}


def test_a_function_that_is_not_async_is_refused():
    with pytest.raises(ToolError, match="'plain' must be declared with `async def`"):

        @tool  # type: ignore[type-var]
        def plain(x: int) -> int:
            """Double."""
            return 2 * x


def test_a_function_without_words_is_refused():
    with pytest.raises(ToolError, match="'mute' needs a docstring"):

        @tool
        async def mute(x: int) -> int:
            return x


def test_a_parameter_without_annotation_is_named():
    with pytest.raises(ToolError, match="must annotate every parameter; missing: b, c"):

        @tool
        async def half(a: int, b, c=1) -> int:  # type: ignore[no-untyped-def]
            """Halve."""
            return a


@pytest.mark.parametrize("signature", ["*a: int", "**a: int", "a: int, /"])
def test_arguments_go_by_name(signature):
    scope: dict = {}
    exec(f"async def odd({signature}) -> int:\n    'Odd.'\n    return 1", scope)
    with pytest.raises(ToolError, match="take every argument by its name; not so: a"):
        tool(scope["odd"])


def test_an_annotation_nobody_can_fill_in_is_refused():
    class Opaque:
        pass

    with pytest.raises(ToolError, match="'strange' has a parameter no model can fill in"):

        @tool
        async def strange(x: Opaque) -> int:
            """Take something."""
            return 1


def test_a_second_tool_of_one_name_is_refused_with_both_places():
    async def calculator(x: int) -> int:
        """Not the calculator."""
        return x

    with pytest.raises(ToolError, match=r"tests\.tools\.test_registry.*from tools\.calculator"):
        tool(calculator)
    assert made("calculator").origin == "tools.calculator"


def test_parameters_may_have_names_pydantic_keeps_for_itself():
    @tool
    async def awkward(schema: str, model_config: int, _hidden: bool, json: float = 0.5) -> str:
        """Take awkward names."""
        return schema

    form = made("awkward").form
    assert list(form.schema["properties"]) == ["schema", "model_config", "_hidden", "json"]
    given = {"schema": "a", "model_config": 1, "_hidden": True}
    assert form.read(given) == given


def test_arguments_are_validated_and_the_complaint_says_what_is_taken():
    class Place(BaseModel):
        city: str

    @tool
    async def forecast(place: Place, unit: Literal["C", "F"] = "C", days: Annotated[int, Field(ge=1, le=7)] = 1) -> str:
        """Forecast."""
        return unit

    form = made("forecast").form
    assert form.read({"place": {"city": "Bonn"}, "days": "3"}) == {"place": Place(city="Bonn"), "days": 3}
    with pytest.raises(BadArguments) as caught:
        form.read({"place": {"town": "Bonn"}, "unit": "K", "day": 2})
    message = str(caught.value)
    for part in ("place.city: Field required", "unit: Input should be 'C' or 'F'", "day: Extra inputs", "It takes:"):
        assert part in message


def test_an_unknown_tool_is_answered_with_those_there_are():
    with pytest.raises(ToolError, match=r"no tool 'nope'; there are: .*calculator.*run_python"):
        find_tool("nope")


@pytest.mark.parametrize("name", ["ask_user", "final_answer", "failed"])
def test_a_name_assistants_speak_with_is_refused(name):
    scope: dict = {}
    exec(f"async def {name}(x: int) -> int:\n    'Odd.'\n    return 1", scope)
    with pytest.raises(ToolError, match=f"tool '{name}' has a name assistants speak with"):
        tool(scope[name])


def test_a_name_endpoints_do_not_take_is_brought_near_and_a_second_one_there_is_refused():
    @tool
    async def prüfe(x: int) -> int:
        """Check."""
        return x

    assert made("prufe").function is prüfe
    with pytest.raises(ToolError, match=r"'prüfe' and 'prufe' of .* are both told to models as 'prufe'"):

        @tool
        async def prufe(x: int) -> int:
            """Check something else."""
            return x


@given(
    st.lists(st.text(max_size=80) | st.sampled_from(["failed", "a.b", "a b", "a_b", "x" * 64, "x" * 70]), max_size=8)
)
def test_told_names_are_legal_and_never_two_alike(names):
    told = told_names(names)
    assert list(told) == list(dict.fromkeys(names))
    assert len(set(told.values())) == len(told)
    for name, said in told.items():
        assert re.fullmatch("[A-Za-z0-9_-]{1,64}", said)
        assert said not in RESERVED
        if re.fullmatch("[A-Za-z0-9_-]{1,64}", name) and name not in RESERVED:
            assert said == name
