"""One headless Chromium for all chats of a run: a context for each, a fresh browser now and then, nothing reachable.

Four walls keep a page in: its context's proxy is its own site's server, which answers for that site alone; no name is
resolved; what could go round a proxy (WebRTC, QUIC, service workers, downloads) is off; and what a page does is counted
and timed, so that one that loops, storms or reloads is closed and said to have been.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from tools.web.errors import Contained, NoBrowser
from tools.web.observe import HEIGHT, WIDTH, Node, Seen, look, parse
from tools.web.server import HOST, SiteServer

CONTEXTS = 200
"""Contexts after which a browser is replaced by a fresh one, once its last chat is over."""
SECONDS = 8.0
"""A page that takes longer to come to rest is stopped."""
AT_ONCE = 48
"""Windows open at the same time; further chats wait for one. 64 chats so take 2.1 GB (64 windows would take 2.8)."""
PATIENCE = 60.0
"""The same for a page on which nothing is but ours: it is the machine that is busy."""
DIALOGS, WINDOWS, JOURNEYS = 5, 5, 25
"""Message boxes, new windows and changes of page after one action that are put up with."""
_LED_AWAY = re.compile(r"interrupted by another navigation|context was destroyed|frame was detached|ERR_ABORTED")
"""What the browser says of a page that went elsewhere while something was asked of it."""
PLACES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
REMEDY = "bash scripts/setup web (or: pip install playwright, and apt-get install chromium)"
_OFF = (
    # Of two lists Chromium heeds the last: what Playwright switches off is named again.
    "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
    "AutofillServerCommunication", "SpareRendererForSitePerProcess",
    # The address bar's pop-up, which nobody sees here, is a page with a process of its own in every window.
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip
_FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--dns-prefetch-disable", "--disable-extensions",
    "--disable-domain-reliability", "--disable-breakpad", "--no-pings", "--mute-audio",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-remote-fonts",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--js-flags=--max-old-space-size=256",
    "--disable-features=" + ",".join(_OFF),
)  # fmt: skip
_MUTE = (
    "window.open = () => null; window.print = () => {}; "
    "delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;"
)


def executable() -> str | None:
    """Return the path of a Chromium on this machine; None leaves it to Playwright's own."""
    named = os.environ.get("AGENTINSTRUCT_CHROMIUM")
    return named or next((found for name in PLACES if (found := shutil.which(name))), None)


def why_not() -> str | None:
    """Say in one line why no browser can be started here, or None."""
    import importlib.util

    if importlib.util.find_spec("playwright") is None:
        return f"Playwright is not installed: {REMEDY}"
    found = executable()
    if found is None and not _own():
        return f"there is no Chromium: {REMEDY}"
    return f"{found} is no program" if found and not os.access(found, os.X_OK) else None


def _own() -> bool:
    """Has Playwright fetched a browser of its own?"""
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return any(cache.glob("chromium*"))


class Browsers:
    """The browser of a run; started when first needed, replaced after `CONTEXTS` visits or when it broke."""

    def __init__(self, contexts: int = CONTEXTS) -> None:
        self._most = contexts
        self._lock = asyncio.Lock()
        self._windows = asyncio.Semaphore(AT_ONCE)
        self._playwright: Any = None
        self._browser: Any = None
        self._visits = 0
        self._open: dict[int, int] = {}
        """Open visits by browser."""
        self._old: list[Any] = []
        self.started = 0
        """Browsers started so far."""

    async def visit(self, server: SiteServer) -> Visit:
        """Open a window of its own on the site. Raises `NoBrowser`."""
        await self._windows.acquire()
        try:
            async with self._lock:
                browser = await self._current()
                self._visits += 1
                self._open[id(browser)] = self._open.get(id(browser), 0) + 1
        except BaseException:
            self._windows.release()
            raise
        try:
            made = await asyncio.wait_for(_context(browser, server), PATIENCE)
        except Exception as error:
            await self._left(browser, broken=True)
            raise NoBrowser(f"the browser opened no window: {str(error).splitlines()[0][:200]}") from None
        return Visit(self, browser, server, made)

    async def _current(self) -> Any:
        if self._browser is not None and (self._visits >= self._most or not self._browser.is_connected()):
            self._retire()
        if self._browser is None:
            self._browser = await self._launch()
            self._visits = 0
            self.started += 1
        return self._browser

    def _retire(self) -> None:
        self._old.append(self._browser)
        self._browser = None

    async def _launch(self) -> Any:
        if problem := why_not():
            raise NoBrowser(problem)
        from playwright.async_api import Error, async_playwright

        try:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            return await self._playwright.chromium.launch(
                executable_path=executable(),
                # Chromium's own sandbox does not work for root; what is shown was made here and reaches nothing.
                chromium_sandbox=os.geteuid() != 0 and not os.environ.get("AGENTINSTRUCT_NO_CHROMIUM_SANDBOX"),
                proxy={"server": "http://127.0.0.1:9"},  # whatever asks outside of a chat's context gets nowhere
                args=list(_FLAGS),
            )
        except Error as error:
            raise NoBrowser(f"Chromium does not start: {error.message.splitlines()[0][:200]}; {REMEDY}") from None

    async def _left(self, browser: Any, broken: bool = False) -> None:
        """A visit is over: an old browser whose last visit it was is closed."""
        self._windows.release()
        self._open[id(browser)] -= 1
        if broken and browser is self._browser:
            self._retire()
        for old in [b for b in self._old if not self._open.get(id(b))]:
            self._old.remove(old)
            self._open.pop(id(old), None)
            with suppress(Exception):
                await asyncio.wait_for(old.close(), 10)

    async def close(self) -> None:
        """Close every browser."""
        for browser in (*self._old, *([self._browser] if self._browser else ())):
            with suppress(Exception):
                await asyncio.wait_for(browser.close(), 10)
        self._old, self._browser = [], None
        if self._playwright is not None:
            with suppress(Exception):
                await self._playwright.stop()
            self._playwright = None


async def _context(browser: Any, server: SiteServer) -> tuple[Any, Any]:
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        proxy={"server": server.address, "bypass": "<-loopback>"},
        accept_downloads=False,
        service_workers="block",
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    await context.add_init_script(_MUTE)
    return context, await context.new_page()


class Visit:
    """One chat's window."""

    def __init__(self, browsers: Browsers, browser: Any, server: SiteServer, made: tuple[Any, Any]) -> None:
        self._browsers, self._browser, self.server = browsers, browser, server
        self._context, self.page = made
        self.seconds = SECONDS if server.site.fragment else PATIENCE
        self._context.set_default_timeout(self.seconds * 1000)
        self.boxes = self.windows = self.journeys = 0
        self._crashed = self._closed = False
        self.page.on("dialog", self._box)
        self.page.on("crash", lambda _: setattr(self, "_crashed", True))
        self.page.on("framenavigated", self._moved)
        self._context.on("page", self._window)

    def _box(self, dialog: Any) -> None:
        self.boxes += 1
        if self.boxes <= DIALOGS:  # further ones stay, and the page with them: it is closed by whoever waits for it
            self._later(dialog.dismiss())

    def _window(self, page: Any) -> None:
        if page is not self.page:
            self.windows += 1
            self._later(page.close())

    def _moved(self, frame: Any) -> None:
        if frame == self.page.main_frame:
            self.journeys += 1

    def _later(self, work: Any) -> None:
        async def quietly() -> None:
            with suppress(Exception):
                await asyncio.wait_for(work, 5)

        task = asyncio.ensure_future(quietly())
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)

    async def goto(self, path: str) -> None:
        """Open a path of the site."""
        await self.within(self._gone(f"http://{HOST}{path}"))

    async def _gone(self, address: str) -> None:
        try:
            await self.page.goto(address, wait_until="domcontentloaded")
        except Exception as error:
            if not _LED_AWAY.search(str(error)):  # else it led elsewhere as it came: that is looked at
                raise

    async def within(self, work: Any) -> Any:
        """Await something that a page may never let happen. Raises `Contained`, with the page closed."""
        self.boxes = self.windows = self.journeys = 0
        try:
            done = await asyncio.wait_for(work, self.seconds + 2)
        except Exception as error:
            if fault := self._fault():
                await self.close(broken=False)
                raise Contained(fault) from None
            if isinstance(error, TimeoutError) or "imeout" in str(error)[:300] or self._crashed:
                await self.close(broken=False)
                raise Contained("the page did not come to rest and was closed") from None
            raise
        if fault := self._fault():
            await self.close(broken=False)
            raise Contained(fault)
        return done

    def _fault(self) -> str:
        if self.boxes > DIALOGS:
            return f"the page opened more than {DIALOGS} message boxes and was closed"
        if self.windows > WINDOWS:
            return f"the page opened more than {WINDOWS} windows and was closed"
        if self.journeys > JOURNEYS:
            return "the page kept leading elsewhere and was closed"
        return "the page crashed" if self._crashed else ""

    async def see(self) -> Seen:
        """Look at the page. Raises `Contained`."""
        seen: Seen = await self.within(self._steadily())
        return seen

    async def _steadily(self) -> Seen:
        """Look, and again where the page led elsewhere under the eye: what it leads to is what it shows."""
        while True:
            try:
                return await self._look()
            except Exception as error:
                if not _LED_AWAY.search(str(error)) or self._fault() or self.page.is_closed():
                    raise
                await asyncio.sleep(0.05)

    async def _look(self) -> Seen:
        with suppress(Exception):  # a click that leads elsewhere has begun to by then, and ends this wait
            await self.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))")
        with suppress(Exception):
            await self.page.wait_for_load_state("load", timeout=3000)
        top, full = await self.page.evaluate("[Math.round(scrollY), document.documentElement.scrollHeight]")
        snapshot = await self.page.aria_snapshot(mode="ai", boxes=True, timeout=self.seconds * 1000)
        address = self.page.url.removeprefix(f"http://{HOST}") or "/"
        return look(parse(snapshot), (await self.page.title())[:200], address[:300], int(top), int(full))

    def locate(self, node: Node) -> Any:
        """Return the element that a node of the last look stands for."""
        return self.page.locator(f"aria-ref={node.ref}")

    async def picture(self) -> bytes:
        """Return what the window shows, as a PNG."""
        made: bytes = await self.within(self.page.screenshot(type="png"))
        return made

    async def close(self, broken: bool = False) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            await asyncio.wait_for(self._context.close(), 6)
        except Exception:
            broken = True  # a browser that can't close a window is replaced when its last visit is over
        await self._browsers._left(self._browser, broken)


_tasks: set[Any] = set()
"""Kept, for a loop holds its tasks weakly."""
