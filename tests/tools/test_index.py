"""Which entries an index is made of, and search by words."""

import asyncio
import json
import random
import sqlite3
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import RetrievalError
from tools.benches import RegisteredBench
from tools.guard import guarded_call
from tools.index import LEXICAL, ApiIndex, DocumentIndex, Entry, Index, choose
from tools.lexical import terms

SHOP = [
    Entry("orders.cancel", "cancel_order(order): Cancel an order that was not sent yet.", {"file": "orders.py"}),
    Entry("orders.refund", "refundPayment(order, amount): Give money back.", {"tags": ["money", {"deep": None}]}),
    Entry("weather.now", "weather_now(city): Current weather of a city."),
    Entry("dates.parse", "parseHTTPDate(text): Read a date as it stands in headers."),
    Entry("books.lend", "lend(book, member): Lend a book."),
]


def lexical(entries, folder, **options) -> Index:
    return ApiIndex(entries, model=LEXICAL, cache=folder, **options)


async def ids(index: Index, query: str, k: int = 5) -> list[str]:
    return [hit.id for hit in await index.search(query, k)]


@given(st.lists(st.integers(0, 60), max_size=80), st.integers(1, 20), st.randoms(use_true_random=False))
def test_the_same_entries_are_chosen_in_whatever_order_they_come(numbers, limit, shuffle):
    entries = [Entry(f"id{number // 2}", f"text {number}") for number in numbers]
    chosen = asyncio.run(choose(entries, limit))
    shuffle.shuffle(entries)
    assert asyncio.run(choose(iter(entries), limit)) == chosen
    assert len({entry.id for entry in chosen}) == len(chosen) <= min(limit, len({e.id for e in entries}))
    assert all(entry in entries for entry in chosen)


async def test_no_more_than_the_limit_is_held_in_memory():
    def many(number):
        for count in range(number):
            yield Entry(f"id{count}", f"{count} " + "x" * 2_000)

    async def peak(number: int) -> int:
        tracemalloc.start()
        try:
            assert len(await choose(many(number), 50)) == 50
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    await peak(100)
    assert await peak(5_000) < 2 * await peak(500)


async def test_entries_may_come_asynchronously_or_from_a_function(tmp_path):
    async def stream():
        for entry in SHOP:
            await asyncio.sleep(0)
            yield entry

    for source in (SHOP, iter(SHOP), stream(), stream, lambda: iter(SHOP)):
        assert await ids(lexical(source, tmp_path), "cancel an order", 1) == ["orders.cancel"]
    assert len(list(tmp_path.glob("index/*.sqlite"))) == 1


async def test_text_no_database_can_hold_is_cleaned(tmp_path):
    index = lexical([Entry("odd", "lone \ud800 surrogate \0 and nul"), Entry("empty", "  ")], tmp_path)
    assert await ids(index, "surrogate") == ["odd"]
    assert index.size == 1


async def test_finds_by_stems_and_by_parts_of_names(tmp_path):
    index = lexical(SHOP, tmp_path)
    assert await ids(index, "cancelling orders", 1) == ["orders.cancel"]
    assert await ids(index, "refund") == ["orders.refund"]
    assert await ids(index, "http date") == ["dates.parse"]
    assert await ids(index, "parseHTTPDate") == ["dates.parse"]
    assert await ids(index, "submarine") == []


async def test_hits_carry_what_is_known_of_them(tmp_path):
    (hit,) = await lexical(SHOP, tmp_path).search("refund")
    assert (hit.text, hit.metadata) == (SHOP[1].text, {"tags": ["money", {"deep": None}]})
    assert hit.score > 0


@pytest.mark.parametrize("query", ["", "  ", '"', "NEAR(", "a AND", "id:x", "* OR 1", "'; DROP TABLE entries", "\0"])
async def test_no_query_is_an_error(tmp_path, query):
    index = lexical(SHOP, tmp_path)
    await index.search(query)
    assert await ids(index, "weather", 1) == ["weather.now"]


async def test_equals_come_in_the_order_of_their_ids(tmp_path):
    entries = [Entry(f"same{number}", "one and the same text") for number in range(9)]
    random.Random(5).shuffle(entries)
    assert await ids(lexical(entries, tmp_path), "same text", 4) == ["same0", "same1", "same2", "same3"]


async def test_no_entries_nothing_found(tmp_path):
    index = lexical([], tmp_path)
    assert await index.search("anything") == []
    assert not (tmp_path / "index").exists()


async def test_many_first_searches_build_once(tmp_path):
    begun = 0

    async def stream():
        nonlocal begun
        begun += 1
        for entry in SHOP:
            await asyncio.sleep(0.01)
            yield entry

    index = lexical(stream, tmp_path)
    first = asyncio.create_task(index.search("weather"))
    others = [asyncio.create_task(index.search("weather")) for _ in range(5)]
    await asyncio.sleep(0.01)
    first.cancel()  # the chat that happened to begin it goes; the others still get their answer
    hits = await index.search("weather")
    assert await asyncio.gather(*others) == [hits] * 5
    assert hits
    assert begun == 1


async def test_an_index_that_can_not_be_built_says_why(tmp_path):
    (tmp_path / "index").write_text("a file where the folder should be")
    index = lexical(SHOP, tmp_path)
    for _ in range(2):
        with pytest.raises(RetrievalError, match="could not be built in"):
            await index.search("order")


async def test_a_half_built_index_is_never_trusted(tmp_path):
    def failing():
        yield from SHOP
        raise OSError("the disk went away")

    with pytest.raises(RetrievalError, match="can't be read: OSError: the disk went away"):
        await lexical(failing, tmp_path).search("order")
    assert list(tmp_path.glob("index/*")) == []

    index = lexical(SHOP, tmp_path)
    await index.ready()
    (file,) = tmp_path.glob("index/*.sqlite")
    with sqlite3.connect(file) as base:
        assert base.execute("SELECT count(*) FROM entries").fetchone() == (len(SHOP),)


def test_terms_are_whole_and_in_parts():
    assert list(terms("parseHTTPDate(to_city2) Straße")) == [
        *("parsehttpdate", "parse", "http", "date"),
        *("to_city2", "to", "city", "2"),
        *("straße",),
    ]


async def test_search_as_a_tool(tmp_path):
    long = [Entry(f"long{n}", f"invoice number {n}", {"code": "x" * 3_000}) for n in range(9)]
    supplies = {
        ApiIndex: lexical(SHOP + long, tmp_path),
        DocumentIndex: DocumentIndex(long, model=LEXICAL, cache=tmp_path),
    }
    bench = RegisteredBench(["search_apis", "search_documents"], supplies)
    properties = (await bench.schemas())[0]["parameters"]["properties"]
    assert list(properties) == ["query", "k"]
    answer = await guarded_call(bench, "search_apis", {"query": "give money back", "k": 1})
    assert '"id":"orders.refund"' in answer.text
    assert (await guarded_call(bench, "search_documents", {"query": "x"})).text == "[]"
    assert "xxx" not in (await guarded_call(bench, "search_apis", {"query": "invoice"})).text, "code is not shown"
    assert (
        "k: Input should be less than or equal to 20"
        in (await guarded_call(bench, "search_apis", {"query": "x", "k": 99})).text
    )
    hits = json.loads((await guarded_call(bench, "search_documents", {"query": "invoice", "k": 9})).text)
    assert [hit["id"] for hit in hits] == ["long0", "long1"]
    assert hits[0]["metadata"] == {"code": "x" * 3_000}


@pytest.mark.parametrize("k", [5, 10, 20])
@pytest.mark.parametrize("tool", ["search_apis", "search_documents"])
async def test_what_is_found_is_whole_json_however_much_it_is(tool, k, tmp_path):
    many = [Entry(f"m{n}", f"book a place {n} " + 'Keeps "records" of the place.\n' * 25) for n in range(30)]
    many.append(Entry("giant", 'giant "x"\n' * 790))
    supplies = {
        ApiIndex: lexical(many, tmp_path),
        DocumentIndex: DocumentIndex(many, model=LEXICAL, cache=tmp_path),
    }
    bench = RegisteredBench([tool], supplies)
    hits = json.loads((await guarded_call(bench, tool, {"query": "book a place", "k": k})).text)
    assert min(k, 8) <= len(hits) <= k
    assert all(hit["text"] == next(e.text for e in many if e.id == hit["id"]) for hit in hits)
    (giant,) = json.loads((await guarded_call(bench, tool, {"query": "giant", "k": k})).text)
    assert giant["text"].startswith('giant "x"')
