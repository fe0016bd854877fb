"""The browser as tools of one chat: every action really happens, and what it changed on the site is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.bench import Answer
from tools.web.actions import STOP, schemas
from tools.web.browser import Browsers, Visit
from tools.web.errors import Contained
from tools.web.observe import HEIGHT, TYPED, Node, Seen
from tools.web.server import HOST, SiteServer
from tools.web.spec import Site
from tools.web.state import Change, State, fresh

CLICKED = ("link", "button", "checkbox", "radio", "switch", "tab", "menuitem", "option")
RETURNS = 3
"""How often one goes back to a page that leads outside while it is looked at."""
BUDGET_S = 240.0
"""An action waits for a page to come to rest, perhaps on a busy machine."""


@dataclass(frozen=True)
class Step:
    """One action, as it went."""

    action: str
    arguments: Mapping[str, Any]
    ok: bool
    told: str
    """What came back, without the new look at the page."""
    path: str
    """Where one is afterwards."""
    element: str = ""
    """What was acted on: role and name."""
    changes: tuple[Change, ...] = ()


@dataclass
class Trace:
    """All steps of a chat and what they made of the site."""

    steps: list[Step] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)


class _Refused(Exception):
    """A field does not take what was typed: a result for whoever typed it."""


class WebBench:
    """A site in a browser, for one chat. `pictures`: a folder in which each step leaves a screenshot."""

    def __init__(
        self, site: Site, browsers: Browsers, *, start: str = "/", pictures: Path | None = None,
        ends: Callable[[Mapping[str, Any]], Answer] | None = None,
    ) -> None:  # fmt: skip
        self.site, self.start, self.trace = site, start, Trace()
        self._browsers, self._pictures, self._ends = browsers, pictures, ends
        self.state: State = fresh(site)
        self._server: SiteServer | None = None
        self._visit: Visit | None = None
        self._seen: Seen | None = None
        self._heard: list[tuple[str, Mapping[str, Any]]] = []
        """Actions that were answered from a journal and have not been gone through here."""
        self._is_closed = False
        self.failure: BaseException | None = None
        self.seconds = BUDGET_S

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        return schemas()

    async def open(self) -> Seen:
        """Open the first page and return what it shows; again on later calls, without going there again."""
        if self._visit is None:
            self._server = SiteServer(self.site, self.state)
            await self._server.start()
            self._visit = await self._browsers.visit(self._server)
            await self._visit.goto(self.start)
            await self._looked()
        assert self._seen is not None
        return self._seen

    @property
    def seen(self) -> Seen | None:
        """The last look."""
        return self._seen

    @property
    def refused(self) -> Sequence[str]:
        """Addresses outside of the site that were asked for."""
        return self._server.refused if self._server else ()

    def replayed(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Hear of an action whose result was read from a journal: the browser goes through it before the next one."""
        if name != STOP:
            self._heard.append((name, arguments))

    async def settle(self) -> None:
        """Go through all that was heard of, in a window of its own where the chat's is closed already."""
        if self._heard:
            await self._guarded(self._catch_up())

    async def _catch_up(self) -> None:
        heard, self._heard = self._heard, []
        if self._is_closed:
            self.state, self.trace = fresh(self.site), Trace()
            self._visit = self._server = self._seen = None
            self._is_closed = False
        await self.open()
        for name, arguments in heard:
            await self._act(name, arguments)

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        if name == STOP:
            return self._ends(arguments) if self._ends else Answer(str(arguments.get("answer", "")))
        done: Answer = await self._guarded(self._opened_and_act(name, arguments))
        return done

    async def _opened_and_act(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        await self._catch_up()
        return await self._act(name, arguments)

    async def _guarded(self, work: Any) -> Any:
        try:
            return await work
        except BaseException as error:
            self.failure = error
            raise

    async def _act(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        """Do one thing, look again, write down what became of it. Raises `Contained` where the page was closed."""
        assert self._visit is not None
        assert self._seen is not None
        before, refused = len(self.state.changes), len(self.refused)
        node = self._seen.shown.get(_number(arguments.get("id")))
        problem = self._problem(name, arguments, node)
        told = ""
        if not problem:
            try:
                told = await self._do(name, arguments, node)
            except _Refused as refusal:
                problem = str(refusal)
        if len(self.refused) > refused or (not problem and self._outside()):
            problem = "That leads outside of this site, which can't be opened from here; you are back where you were"
            await self._return()
        await self._looked()
        element = f'{node.role} "{node.name}"' if node else ""
        made = self.state.changes[before:]
        text = f"{problem}." if problem else told
        self.trace.steps.append(Step(name, dict(arguments), not problem, text, self._seen.path, element, made))
        await self._picture()
        return Answer(f"{text}\n\n{self._seen.text}", is_error=bool(problem))

    def _problem(self, name: str, arguments: Mapping[str, Any], node: Node | None) -> str:
        """Say why an action can't be done on what is shown; '' if it can."""
        if "id" in arguments and node is None:
            return f"The window shows no element [{arguments['id']}]"
        if node is not None and "disabled" in node.marks:
            return f"[{arguments['id']}] can't be used now: it is disabled"
        if name == "click" and node is not None and node.role not in CLICKED:
            hint = "use select" if node.role == "combobox" else "use type to put something in"
            return f"[{arguments['id']}] is a {node.role}: {hint}"
        if name == "type" and node is not None and node.role not in TYPED:
            return f"[{arguments['id']}] is a {node.role}, which takes no text"
        if name == "select" and node is not None:
            options = [n.name for n in node.children if n.role == "option"]
            if node.role != "combobox" or not options:
                return f"[{arguments['id']}] is a {node.role}, which has no options to select"
            if arguments.get("option") not in options:
                return f"[{arguments['id']}] has no option {arguments.get('option')!r}; it has: {', '.join(options)}"
        if name == "goto" and not _is_own(str(arguments.get("address", ""))):
            return "Only addresses of this site can be opened; they begin with /"
        if name == "scroll":
            return self._scroll_problem(str(arguments.get("direction")))
        return ""

    def _scroll_problem(self, direction: str) -> str:
        assert self._seen is not None
        if direction == "up" and self._seen.top <= 0:
            return "The window is at the top already"
        if direction == "down" and self._seen.top + HEIGHT >= self._seen.full - 1:
            return "The window is at the end of the page already"
        return ""

    async def _do(self, name: str, arguments: Mapping[str, Any], node: Node | None) -> str:
        assert self._visit is not None
        page, within = self._visit.page, self._visit.within
        told = f'{name} [{arguments["id"]}] {node.role} "{node.name}"' if node else name
        if node is not None:
            element = self._visit.locate(node)
            if name == "click":
                await within(element.click())
            elif name == "hover":
                await within(element.hover())
            elif name == "select":
                await within(element.select_option(label=str(arguments["option"])))
            else:
                await self._type(element, arguments)
        elif name == "scroll":
            sign = "" if arguments["direction"] == "down" else "-"
            await within(page.evaluate(f"scrollBy(0, {sign}{HEIGHT - 80})"))
            told = f"scroll {arguments['direction']}"
        elif name == "goto":
            await self._visit.goto(str(arguments["address"]))
            told = f"goto {arguments['address']}"
        else:
            await within(page.go_back(wait_until="domcontentloaded"))
        return f"Done: {told}."

    async def _type(self, element: Any, arguments: Mapping[str, Any]) -> None:
        """Fill a field. Raises `_Refused` for what it does not take."""
        assert self._visit is not None
        try:
            await self._visit.within(element.fill(str(arguments["text"])))
        except Contained:
            raise
        except Exception as error:
            said = str(error).splitlines()[0].removeprefix("Locator.fill: Error: ")
            raise _Refused(f"The field does not take {arguments['text']!r} ({said[:120]})") from None
        if arguments.get("enter"):
            await self._visit.within(element.press("Enter"))

    async def _looked(self) -> None:
        assert self._visit is not None
        for _ in range(RETURNS):
            if self._outside():
                await self._return()
            seen = await self._visit.see()
            if not self._outside():  # nor was it led outside while it was looked at
                break
        else:
            await self._visit.close()
            raise Contained("the page kept leading outside of its site and was closed")
        self._seen = seen
        path = self._seen.path
        if not self.trace.visited or self.trace.visited[-1] != path:
            self.trace.visited.append(path)

    def _outside(self) -> bool:
        return self._visit is not None and not self._visit.page.url.startswith(f"http://{HOST}/")

    async def _return(self) -> None:
        assert self._visit is not None
        await self._visit.goto(self._seen.path if self._seen else self.start)

    async def _picture(self) -> None:
        if self._pictures is not None and self._visit is not None:
            self._pictures.mkdir(parents=True, exist_ok=True)
            picture = await self._visit.picture()
            (self._pictures / f"{len(self.trace.steps):02}.png").write_bytes(picture)

    async def close(self) -> None:
        self._is_closed = True
        if self._visit is not None:
            await self._visit.close()
        if self._server is not None:
            with suppress(Exception):
                await self._server.close()


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return -1


def _is_own(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//") and "\\" not in address
