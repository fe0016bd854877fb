"""Queries are carried out in the real sandbox: what reads passes on all sets of data, what does more is refused."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.pool import Pool
from teams.data_to_text.data.graphs import sql
from teams.data_to_text.forms.defined import Defined
from teams.data_to_text.forms.executed import Executed
from teams.data_to_text.kinds import BY_NAME
from teams.data_to_text.sandboxed import QueryFailed, ran
from tests.teams.data_to_text.sheets import FERRY_DATA

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]
POINTS = ["It says why boats without a trip are kept."]
PER_BOAT: dict[str, Any] = {
    "tables": ["boats", "trips"], "points": POINTS, "question": "How many people went with each boat? Boats that never went count too. Name and sum, please, by name.",
    "query": "SELECT b.boat, COALESCE(SUM(t.people), 0) AS people FROM boats b LEFT JOIN trips t ON t.boat = b.boat GROUP BY b.boat ORDER BY b.boat",
}  # fmt: skip
SAME = "SELECT (SELECT COALESCE(SUM(people), 0) FROM trips WHERE trips.boat = boats.boat) AS n, boat FROM boats ORDER BY boat;"
IN_GRAPH: dict[str, Any] = {
    "tables": ["boats", "trips"], "points": POINTS, "question": "Which boats at home in Holm made a trip, and with how many people each time?",
    "query": 'SELECT ?name ?n WHERE { ?t a ex:trips ; ex:boat ?b ; ex:people ?n . ?b ex:boat ?name ; ex:home "Holm" . }',
}  # fmt: skip
TABLES: dict[str, Any] = {
    "tables": ["boats", "trips"],
    "points": POINTS,
    "question": "Write the tables for this, keys and links kept by the database.",
}
DEFINED = """```sql
CREATE TABLE boats (boat TEXT PRIMARY KEY, home TEXT, built TEXT, load REAL, runs INTEGER);
CREATE TABLE trips (trip INTEGER PRIMARY KEY, boat TEXT NOT NULL REFERENCES boats (boat), at TEXT, people INTEGER);
```

The link keeps trips of unknown boats out."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Pool(size=1) as pool, pool.lease() as lent:
        yield lent


def facts_of(name: str, draft: dict[str, Any]) -> tuple[Executed, dict[str, Any]]:
    form = BY_NAME[name].form
    assert isinstance(form, Executed)
    return form, form.posed(draft, FERRY_DATA, Random(1), "en").facts


@pytest.mark.parametrize(("name", "draft"), [("sql_query", PER_BOAT), ("sparql_query", IN_GRAPH)])
async def test_a_query_that_reads_is_let_through(box: Sandbox, name: str, draft: dict[str, Any]) -> None:
    form, _ = facts_of(name, draft)
    assert list(form.faults(draft, FERRY_DATA)) == []
    assert await form.tried(box, draft, FERRY_DATA) == []


@pytest.mark.parametrize(
    ("name", "query", "complaint"),
    [
        ("sql_query", "DROP TABLE boats", "only SELECT"),
        ("sql_query", "DELETE FROM trips", "only SELECT"),
        ("sql_query", "UPDATE boats SET load = 0", "only SELECT"),
        ("sql_query", "ATTACH DATABASE '/tmp/x' AS x", "only SELECT"),
        ("sql_query", "PRAGMA table_info(boats)", "only SELECT"),
        ("sql_query", "SELECT 1; DROP TABLE boats", "one statement"),
        ("sql_query", "SELECT load_extension('x')", "only SELECT"),
        ("sql_query", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT MAX(x) FROM n", "end"),
        ("sql_query", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n", "200 rows"),
        ("sql_query", "SELECT colour FROM boats", "no such column"),
        ("sql_query", "SELECT 'Ida', 71", "whatever the data are"),
        ("sparql_query", "SELECT ?s WHERE { SERVICE <http://a.example/> { ?s ?p ?o } }", "opens a connection"),
        ("sparql_query", "LOAD <http://a.example/x.ttl>", "opens a connection"),
        ("sparql_query", "SELECT ?s FROM <http://a.example/x> WHERE { ?s ?p ?o }", "opens a connection"),
        ("sparql_query", "DELETE WHERE { ?s ?p ?o }", "query"),
        ("sparql_query", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "SELECT or ASK"),
        ("sparql_query", "SELECT ?a ?b ?c WHERE { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z }", "200 rows"),
        ("sparql_query", "SELECT ?s WHERE {", "query"),
    ],
)
async def test_a_query_that_does_more_or_never_ends_is_sent_back(
    box: Sandbox, name: str, query: str, complaint: str
) -> None:
    draft = {**(PER_BOAT if name == "sql_query" else IN_GRAPH), "query": query}
    form, _ = facts_of(name, draft)
    said = [*form.faults(draft, FERRY_DATA)] or await form.tried(box, draft, FERRY_DATA)
    assert complaint in "; ".join(said)


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        (SAME, True),
        (PER_BOAT["query"].replace("ORDER BY b.boat", "ORDER BY b.boat DESC"), False),
        (PER_BOAT["query"].replace("LEFT JOIN", "JOIN"), False),
        ("SELECT 'Bo', 62 UNION SELECT 'Eva', 55 UNION SELECT 'Ida', 71 UNION SELECT 'Per', 0 UNION SELECT 'Ulla', 18", False),
        ("DROP TABLE boats", False),
    ],
)  # fmt: skip
async def test_an_answer_has_to_give_the_rows_on_every_set(box: Sandbox, query: str, passes: bool) -> None:
    form, facts = facts_of("sql_query", PER_BOAT)
    found = await form.carried_out(box, facts, f"```sql\n{query}\n```\n\nIt counts boats without a trip as none.")
    assert [finding.passed for finding in found] == [passes], found


async def test_a_graph_is_asked_in_more_than_one_way(box: Sandbox) -> None:
    form, facts = facts_of("sparql_query", IN_GRAPH)
    other = 'PREFIX ex: <http://example.org/>\nSELECT ?n ?name WHERE { ?b ex:home ?h ; ex:boat ?name . FILTER(?h = "Holm") ?t ex:boat ?b ; ex:people ?n }'
    assert (await form.carried_out(box, facts, f"```sparql\n{other}\n```"))[0].passed
    wrong = 'SELECT ?name ?n WHERE { VALUES (?name ?n) { ("Eva" 55) ("Ulla" 18) } }'
    assert not (await form.carried_out(box, facts, f"```sparql\n{wrong}\n```"))[0].passed


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("", ""), ""),
        (("trip INTEGER PRIMARY KEY", "trip INTEGER"), "it takes"),
        ((" PRIMARY KEY, home", ", home"), "foreign key mismatch"),
        ((" REFERENCES boats (boat)", ""), "it takes"),
        (("load REAL", "load TEXT"), "is declared TEXT"),
        (("people INTEGER", "persons INTEGER"), "no column people"),
        (("built TEXT", "built TEXT NOT NULL"), "refused"),
        (("CREATE TABLE boats (", "CREATE TABLE boats (("), "the statements fail"),
    ],
)
async def test_tables_have_to_take_the_data_and_nothing_else(box: Sandbox, change: tuple[str, str], fault: str) -> None:
    form, facts = facts_of("table_definition", TABLES)
    assert isinstance(form, Defined)
    found = (await form.carried_out(box, facts, DEFINED.replace(*change) if change[0] else DEFINED))[0]
    assert found.passed == (not fault)
    assert fault in found.evidence


async def test_what_eats_memory_is_stopped(box: Sandbox) -> None:
    query = "SELECT LENGTH(HEX(RANDOMBLOB(500000000)))"
    try:
        found = await ran(box, "sql", query, [sql(FERRY_DATA)])
    except QueryFailed:
        return
    assert found[0].error


async def test_the_query_that_is_asked_about_gives_what_the_plan_comes_to(box: Sandbox) -> None:
    from teams.data_to_text.checks import _returned
    from tests.teams.data_to_text.faults import GIVEN_BACK, made

    facts = made("query_result", GIVEN_BACK).instruction.facts
    assert (await _returned(box, facts)).passed
    assert not (await _returned(box, {**facts, "query": str(facts["query"]).replace("DESC", "ASC")})).passed
