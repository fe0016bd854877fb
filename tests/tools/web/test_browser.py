"""The real browser: it shows and does what the planner says, reaches nothing else, and outlives hostile pages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.tools.web.sites import SHOP, hostile, noisy
from tools.web.bench import WebBench
from tools.web.browser import Browsers
from tools.web.errors import Contained
from tools.web.planner import plan
from tools.web.spec import Site
from tools.web.state import Change
from tools.web.task import Task, differences, expected
from tools.web.walk import walk

pytestmark = pytest.mark.chromium


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that does come to rest may take long to on a busy machine."""
    monkeypatch.setattr("tools.web.browser.SECONDS", 60.0)


def _id(bench: WebBench, role: str, name: str) -> int:
    assert bench.seen
    return next(n for n, node in bench.seen.shown.items() if (node.role, node.name) == (role, name))


async def test_a_planned_way_can_be_gone_and_leaves_the_records_as_planned(browsers: Browsers, tmp_path: Path) -> None:
    new = Change("create", "reviews", "", {"stars": 3, "text": "Fine", "books": "14"})
    task = Task("t", "", wanted=(new,), fills={"review": {"stars": "3", "text": "Fine"}})
    bench = WebBench(noisy(), browsers, pictures=tmp_path)
    assert await walk(bench, plan(noisy(), task).moves or ()) == ""
    assert not differences(SHOP, bench.state.records, expected(SHOP, task))
    assert [s.changes for s in bench.trace.steps if s.changes] == [bench.state.changes]
    assert not bench.refused
    assert len(list(tmp_path.glob("*.png"))) == len(bench.trace.steps)
    await bench.close()


async def test_what_cannot_be_done_comes_back_as_a_result(browsers: Browsers) -> None:
    bench = WebBench(SHOP, browsers)
    await bench.open()
    assert "no element [999]" in (await bench.call("click", {"id": 999})).text
    await bench.call("click", {"id": _id(bench, "link", "Books")})
    sort, search = _id(bench, "combobox", "Sort by"), _id(bench, "searchbox", "Search: Books")
    assert "use select" in (await bench.call("click", {"id": sort})).text
    assert "takes no text" in (await bench.call("type", {"id": sort, "text": "x"})).text
    assert "no option 'dear'" in (await bench.call("select", {"id": sort, "option": "dear"})).text
    assert "no options" in (await bench.call("select", {"id": search, "option": "x"})).text
    assert "begin with /" in (await bench.call("goto", {"address": "http://site.test/"})).text
    assert "at the top" in (await bench.call("scroll", {"direction": "up"})).text
    assert not any(step.ok for step in bench.trace.steps if step.action != "click")
    await bench.close()


async def test_actions_from_a_journal_are_gone_through_before_the_next(browsers: Browsers) -> None:
    bench = WebBench(SHOP, browsers)
    await bench.open()
    first = {"id": _id(bench, "link", "Books")}
    bench.replayed("click", first)
    assert "Address: /books?" in (await bench.call("goto", {"address": "/books?page=2"})).text
    assert [s.action for s in bench.trace.steps] == ["click", "goto"]
    bench.replayed("click", {"id": _id(bench, "link", "Home")})
    await bench.close()
    await bench.settle()  # in a window of its own: the chat's is closed
    assert bench.seen
    await bench.close()


# -- walls


async def _listener() -> tuple[asyncio.Server, list[bytes], int]:
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(200))
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    return server, heard, server.sockets[0].getsockname()[1]


@pytest.mark.usefixtures("patience")
async def test_nothing_but_the_site_is_reached(browsers: Browsers) -> None:
    """Another port of this machine stands for all that is outside: it hears nothing, whatever a page tries."""
    server, heard, port = await _listener()
    there = f"127.0.0.1:{port}"
    tries = f"""<img src="http://{there}/a.png"><link rel="dns-prefetch" href="//{there}">
    <link rel="prefetch" href="http://{there}/p"><iframe src="http://{there}/f"></iframe>
    <script src="http://{there}/s.js"></script><a id="out" href="http://{there}/link">Way out</a>
    <a download href="http://{there}/file">Load</a>
    <script>
    fetch("http://{there}/fetch").catch(()=>0); navigator.sendBeacon("http://{there}/beacon");
    try {{ new WebSocket("ws://{there}/ws") }} catch (e) {{}}
    try {{ new EventSource("http://{there}/es") }} catch (e) {{}}
    try {{ navigator.serviceWorker.register("/sw.js") }} catch (e) {{}}
    try {{ new RTCPeerConnection({{iceServers:[{{urls:"stun:{there}"}}]}}).createDataChannel("x") }} catch (e) {{}}
    window.open("http://{there}/open"); new Image().src = "http://localhost:{port}/i";
    </script>"""
    bench = WebBench(hostile(tries), browsers)
    await bench.open()
    answer = await bench.call("click", {"id": _id(bench, "link", "Way out")})
    assert answer.is_error
    assert "outside of this site" in answer.text
    assert "Address: /\n" in answer.text  # back where it was
    await bench.call("goto", {"address": "/books"})
    await asyncio.sleep(0.5)
    await bench.close()
    server.close()
    assert heard == []


@pytest.mark.parametrize("after", [0, 5, 30, 45, 150])
async def test_a_redirect_outside_leads_back(browsers: Browsers, after: int) -> None:
    """Whether it comes before the page is looked at, meanwhile, or later (milliseconds)."""
    server, heard, port = await _listener()
    site = hostile(f"<script>setTimeout(() => location = 'http://127.0.0.1:{port}/', {after})</script>")
    bench = WebBench(site, browsers)
    try:
        await bench.open()
        for _ in range(3):
            await asyncio.sleep(0.2)
            seen = (await bench.call("goto", {"address": "/books"})).text
            assert "Address: /books" in seen
    except Contained as stopped:  # it leads outside each time it is opened
        assert "page" in str(stopped)
    await bench.close()
    server.close()
    assert heard == []
    await _works(browsers, SHOP)


HOSTILE = {
    "loop": "<script>while (true) {}</script>",
    "alerts": "<script>while (true) alert('x')</script>",
    "reloads": "<script>location.reload()</script>",
    "grows": "<script>const a=[];while(true){a.push(new Array(1e6).fill(Math.random()))}</script>",
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_page_is_closed_and_the_browser_lives_on(browsers: Browsers, html: str) -> None:
    bench = WebBench(hostile(html), browsers)
    with pytest.raises(Contained):
        await bench.open()
    await bench.close()
    await _works(browsers, SHOP)


@pytest.mark.usefixtures("patience")
async def test_windows_are_closed_as_they_open(browsers: Browsers) -> None:
    bench = WebBench(
        hostile("<a target=_blank href=/books>Away</a><script>for(;;){window.open('/');break}</script>"), browsers
    )
    await bench.open()
    await bench.call("click", {"id": _id(bench, "link", "Away")})
    assert bench.seen
    await bench.close()
    await _works(browsers, SHOP)


@pytest.mark.usefixtures("patience")
async def test_ten_thousand_links_are_cut(browsers: Browsers) -> None:
    links = "".join(f"<a href='/books?page={n}'>Link number {n}</a> " for n in range(10_000))
    bench = WebBench(hostile(links), browsers)
    seen = await bench.open()
    assert len(seen.text) < 7000
    assert "there is more below" in seen.text
    await bench.close()


async def _works(browsers: Browsers, site: Site) -> None:
    bench = WebBench(site, browsers)
    assert "Harbour Books" in (await bench.open()).text
    await bench.close()


async def test_a_browser_is_replaced_after_so_many_windows() -> None:
    browsers = Browsers(contexts=2)
    for _ in range(5):
        await _works(browsers, SHOP)
    assert browsers.started == 3
    await browsers.close()


async def test_chats_do_not_see_each_other(browsers: Browsers) -> None:
    one, other = WebBench(SHOP, browsers), WebBench(SHOP, browsers)
    for bench in (one, other):
        await bench.open()
    await one.call("goto", {"address": "/do/remove/3"})
    await one.call("click", {"id": _id(one, "button", "Send")})
    await one.call("click", {"id": _id(one, "button", "Yes, go on")})
    assert "3" not in one.state.records["books"]
    assert "3" in other.state.records["books"]
    await one.close()
    await other.close()
