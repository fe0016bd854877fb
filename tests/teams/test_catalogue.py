"""How a list of APIs comes of what the syntax tree knows and what a role said."""

import json

from hypothesis import given
from hypothesis import strategies as st

from teams.engine.flow import Kind
from teams.engine.records import Seed
from teams.engine.source import parse
from teams.engine.source_apis import spelled_out
from teams.engine.stagehand import Stagehand
from teams.engine.talk import Said, Talk
from teams.tool_use.catalogue import Catalogue, api_of
from tests.teams.library import writer
from tests.teams.test_engine import playing
from tools.apis import check_list

CODE = '''
class Loans:
    def find(self, card, limit: int = 5, when=None):
        """Find loans.

        :param card: number on the card
        """

class Books:
    def find(self, title: str): """Find books."""
'''
STOP = """
def stop(**kwargs):
    '''Stops a container.

    Args:
        timeout (int): Seconds to wait.
        force (bool): Kill it: at once.

    Returns:
        nothing (str): at all.

    Raises:
        APIError: If the server
    '''
"""
NOTE = {"useful": True, "description": "Finds what is looked for.", "returns": "what was found"}


def functions(code: str) -> list[dict[str, object]]:
    return [function.as_dict() for function in parse(code, "python").functions]


def test_the_tree_gives_types_and_defaults_and_the_role_the_words() -> None:
    words = {"card": "the member's number, as in M-12"}
    api = api_of(functions(CODE)[0], {**NOTE, "parameters": words, "types": {"card": "string"}}, "seed", "a.py:1-3")
    assert api is not None
    assert not check_list([api])
    properties = api.parameters["properties"]
    assert properties["card"] == {"type": "string", "description": "the member's number, as in M-12"}
    assert properties["limit"]["default"] == 5
    assert list(api.parameters["required"]) == ["card"]
    assert (api.description, api.returns) == ("Finds what is looked for.", "what was found")


def test_what_the_role_left_unsaid_is_taken_from_the_documentation() -> None:
    api = api_of(functions(CODE)[0], NOTE, "seed", "")
    assert api is not None
    assert api.parameters["properties"]["card"]["description"] == "number on the card"


def test_what_no_caller_could_give_is_left_out() -> None:
    api = api_of(functions(CODE)[0], {**NOTE, "types": {"card": "string", "when": "internal"}}, "seed", "")
    assert api is not None
    assert set(api.parameters["properties"]) == {"card", "limit"}
    (spoken,) = functions("def run(ctx: context.Context, name: str): ...")
    api = api_of(spoken, NOTE, "seed", "")
    assert api is not None
    assert set(api.parameters["properties"]) == {"name"}


def test_a_method_of_one_thing_among_many_says_which() -> None:
    thing = {"name": "shelf", "description": "the shelf's name, as returned by list_shelves"}
    api = api_of(functions(CODE)[1], {**NOTE, "of": thing}, "seed", "")
    assert api is not None
    assert not check_list([api])
    assert list(api.parameters["required"]) == ["shelf", "title"]
    assert api.name == "books_find"
    assert api.parameters["properties"]["shelf"]["description"] == thing["description"]
    alone = api_of(functions(CODE)[1], {**NOTE, "of": None}, "seed", "")
    assert alone is not None
    assert list(alone.parameters["required"]) == ["title"]


def test_what_a_function_takes_by_name_is_read_from_its_documentation() -> None:
    (stop,) = functions(STOP)
    api = api_of(spelled_out(stop), {**NOTE, "types": {}}, "seed", "")
    assert api is not None
    assert not check_list([api])
    assert api.parameters["properties"] == {
        "timeout": {"type": "integer", "description": "Seconds to wait."},
        "force": {"type": "boolean", "description": "Kill it: at once."},
    }
    assert api.parameters["required"] == []
    assert spelled_out(functions(CODE)[0]) == functions(CODE)[0]


@given(st.text(max_size=300))
def test_no_documentation_breaks_it(doc: str) -> None:
    (stop,) = functions(STOP)
    made = spelled_out({**stop, "doc": f"Args:\n{doc}"})
    names = [p["name"] for p in made["parameters"]]
    assert len(names) == len(set(names))


async def test_two_functions_of_one_name_get_their_class_before_it() -> None:
    seed = Seed("a.py", CODE, path="a.py", kind="code", facts={"functions": functions(CODE)})
    async with Stagehand().scene("a", seed, Kind("own_functions", ""), 1, playing(writer())) as scene:
        catalogue = Catalogue(scene)
        asked = await catalogue.speak(Talk())
        assert "Loans.find" in asked
        assert "Books.find" in asked
        notes = {"Loans.find": NOTE, "Books.find": NOTE}
        await catalogue.take_in(Talk([Said("api_writer", json.dumps(notes))]))
    assert [api.name for api in catalogue.apis] == ["find", "Books_find"]
