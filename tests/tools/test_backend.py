"""A backend is tried before it is trusted; what it answers is an answer, what breaks it is not."""

from __future__ import annotations

import json

import pytest

from sandbox.pool import Pool
from tools.apis import Api, from_dict
from tools.backend import CLASS, ApiBench, BackendFault, static_problems, try_out

GOOD = """
class Backend:
    def __init__(self):
        self.books = {"B-1": {"title": "Salt Road", "member": ""}, "B-2": {"title": "Low Tide", "member": "M-9"}}
    def lend(self, book, member):
        if book not in self.books:
            raise ValueError(f"there is no book {book}")
        if self.books[book]["member"]:
            raise ValueError("it is lent already")
        self.books[book]["member"] = member
        return dict(self.books[book])

EXAMPLES = [("lend", {"book": "B-1", "member": "M-4"})]
"""


def lend() -> Api:
    properties = {"book": {"type": "string"}, "member": {"type": "string"}}
    schema = {"type": "object", "properties": properties, "required": ["book", "member"]}
    return from_dict({"name": "lend", "description": "Lends a book.", "parameters": schema})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("class Backend:", "import random\n\nclass Backend:"), "it imports random"),
        (("(self, book, member)", "(self, book)"), "lend must take exactly (book, member)"),
        (("def lend", "def give"), "there is no method lend"),
        (("class Backend", "class Back"), "there is no class Backend"),
        (("return dict", "return return dict"), "the code doesn't parse"),
    ],
)
def test_what_is_wrong_is_seen_before_it_is_run(change: tuple[str, str], said: str) -> None:
    assert said in " ".join(static_problems(GOOD.replace(*change), [lend()]))


@pytest.mark.docker
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("", ""), ""),
        (("return dict(self.books[book])", "pass"), "returned None"),
        (("return dict(self.books[book])", "return {'error': 'no'}"), "returned an error as a result"),
        (
            ("return dict(self.books[book])", "return __import__('time').perf_counter_ns()"),
            "gave two different results",
        ),
        (("self.books = {", "self.books = unknown = {}[{"), "doesn't parse"),
        (('"member": ""}', '"member": "M-1"}'), "it is lent already"),
    ],
)
async def test_a_backend_is_tried_on_its_own_examples(change: tuple[str, str], said: str) -> None:
    async with Pool(size=1) as pool, pool.lease() as box:
        trial = await try_out(GOOD.replace(*change), [lend()], box)
    assert said in " ".join(trial.problems)
    assert bool(trial.problems) == bool(said)
    if not said:
        assert trial.examples[0]["changes"] is True
        assert trial.data["books"]["B-1"]["member"] == "", "the data are those before the calls"


@pytest.mark.docker
@pytest.mark.parametrize(("name", "seen"), [("shelf", False), ("SHELF", True)])
async def test_data_outside_of_the_instance_are_not_seen(name: str, seen: bool) -> None:
    code = f"""
{name} = {{"B-1": ""}}
class Backend:
    def lend(self, book, member):
        return {{"book": book, "was": {name}[book]}}
EXAMPLES = [("lend", {{"book": "B-1", "member": "M-4"}})]
"""
    async with Pool(size=1) as pool, pool.lease() as box:
        trial = await try_out(code, [lend()], box)
    assert bool(trial.problems) != seen, "capitals say that it stays as it is"


@pytest.mark.docker
async def test_a_refusal_is_an_answer_and_a_fault_is_none() -> None:
    code = GOOD.replace('raise ValueError(f"there is no book {book}")', "pass")
    async with Pool(size=1) as pool, pool.lease() as box:
        bench = ApiBench([lend()], open_session=lambda: box.open_session(code, CLASS))
        answer = await bench.call("lend", {"book": "B-2", "member": "M-1"})
        assert (json.loads(answer.text), answer.is_error) == ({"error": "it is lent already"}, True)
        assert bench.failure is None
        with pytest.raises(BackendFault, match="KeyError"):
            await bench.call("lend", {"book": "B-7", "member": "M-1"})
        assert isinstance(bench.failure, BackendFault)
        await bench.close()


async def test_an_illegal_call_never_reaches_the_backend() -> None:
    bench = ApiBench([lend()], simulate=None)
    answer = await bench.call("lend", {"book": 7})
    assert answer.is_error
    assert bench.made == 0
