"""Code in a passage is read by its language before anything is asked about it, and its writer hears what is wrong."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.pool import Pool
from teams.coding import WRITER
from teams.coding.kinds import TRANSFORMATIONS
from teams.coding.passages import CHECKED, unread
from teams.engine.flow import Scene
from teams.engine.records import Seed
from teams.engine.stages.transform import Reader
from teams.engine.talk import Said, Talk
from tests.teams.coding.cases import FINE, MENDED, QUERIED
from tests.teams.judging import scene_of

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]
BY_NAME = {kind.name: kind for kind in TRANSFORMATIONS}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Pool(size=1) as pool, pool.lease() as lent:
        yield lent


def scene(box: Sandbox, kind: str) -> Scene:
    async def lease() -> Sandbox:
        return box

    seed = Seed("coding/a.txt:1-9", "Children pay half.")
    pair = seed.rewritten(kind, "x").ask("from_spec", "x").answered([])
    made = scene_of(pair, BY_NAME[kind])
    made.has_sandbox, made.lease = True, lease
    return made


def fenced(language: str, code: str) -> str:
    return f"What the desk works with.\n\n```{language}\n{code}\n```\n\nAn input:\n\n```\n3 1 4\n```"


SESSION = "$ fine 5 < late.txt\n40 (children: 20)"
GOOD = [
    ("isolated_function", fenced("python", FINE)),
    ("isolated_function", fenced("lua", MENDED["solution"])),
    ("isolated_function", fenced("c", "int twice(int n) {\n    return 2 * n;\n}")),
    ("small_module", fenced("js", "const rate = 20;") + "\n\n```js\nmodule.exports = { rate };\n```"),
    ("small_module", fenced("go", "func Fine(days int) int {")),
    ("small_program", fenced("python", FINE) + f"\n\n```sh\n{SESSION}\n```"),
    ("small_program", fenced("python", FINE) + "\n\n```sh\nfine 5 < late.txt\n40 (children: 20)\n```"),
    ("small_program", fenced("bash", "while read -r days; do\n  echo $((days * 20))\ndone")),
    ("small_program", fenced("awk", "$1 > 3 { n += $1 - 3 }\nEND { print 20 * n }")),
    ("tables", fenced("sql", QUERIED["setup"])),
    ("usage_examples", fenced("python", "fine(3) gives 0")),
]
BAD = [
    (
        "small_program",
        fenced("bash", "while read -r days; do\n  echo $((days * 20))"),
        "its shell (bash) can't be read",
    ),
    ("small_program", fenced("awk", "$1 > 3 { n += $1 - 3\nEND { print 20 * n }"), "its awk can't be read"),
    ("isolated_function", fenced("python", FINE.replace("if days <= 3:", "if days <= 3")), "its Python can't be read"),
    ("isolated_function", fenced("c", "int twice(int n) {\n    return 2 * m;\n}"), "its C can't be read"),
    ("small_module", fenced("js", "const rate = ;"), "its JavaScript can't be read"),
    ("small_module", FINE, "put the code into a block"),
    ("small_program", fenced("", FINE), "put the code into a block"),
    ("tables", fenced("sql", QUERIED["setup"].replace("INSERT INTO seen", "INSERT INTO sean")), "no such table: sean"),
]


@pytest.mark.parametrize(("kind", "passage"), GOOD, ids=range(len(GOOD)))
async def test_code_that_can_be_read_is_taken(box: Sandbox, kind: str, passage: str) -> None:
    assert await unread(scene(box, kind), passage) == []


@pytest.mark.parametrize(("kind", "passage", "complaint"), BAD, ids=range(len(BAD)))
async def test_code_that_cannot_is_sent_back(box: Sandbox, kind: str, passage: str, complaint: str) -> None:
    assert complaint in "; ".join(await unread(scene(box, kind), passage))


async def test_its_writer_hears_of_it_and_mends_it(box: Sandbox) -> None:
    reader = Reader(scene(box, "isolated_function"), WRITER.name, "another text", unread)

    def handed_in(code: str) -> Talk:
        draft = {"why": "The rule of late books.", "fits": True, "passage": fenced("python", code)}
        return Talk([Said(WRITER.name, json.dumps(draft))])

    said = await reader.speak(handed_in(FINE.replace("return min(", "return min((")))
    assert "its Python can't be read by a machine" in said
    assert "never closed" in said or "SyntaxError" in said
    assert not reader.is_over
    assert await reader.speak(handed_in(FINE)) == "Taken."


async def test_what_is_read_is_made_here() -> None:
    assert set(BY_NAME) >= CHECKED
