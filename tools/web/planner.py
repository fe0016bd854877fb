"""The oracle: the shortest way through a site's pages to a goal, or the proof that there is none.

It walks the same pages a browser shows, but in memory: every link, and every form filled in with what the task says.
Ways on which a record changes that the task leaves alone are given up: no goal needs them. Where all that is left has
been seen without reaching the goal, there is no way.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from tools.web.backend import answer
from tools.web.pages import Asked, Page, Redirect, forms_of, links_of, texts_of
from tools.web.spec import NUMBERS, Field, Site, value_fault
from tools.web.state import State, fresh
from tools.web.task import Task, allows, reached, seen_on

MOST = 1500
"""Pages looked at before the search is given up."""
REDIRECTS = 6


@dataclass(frozen=True)
class Move:
    """One action of the way."""

    action: str
    role: str
    name: str
    value: str = ""
    """What is typed or chosen; of a link where it leads."""


@dataclass(frozen=True)
class Proof:
    """What the search found."""

    moves: tuple[Move, ...] | None
    """The shortest way; None: none was found."""
    pages: int
    """Pages looked at."""
    is_exhausted: bool
    """There was nothing left to look at."""


@dataclass(frozen=True)
class _Place:
    url: str
    page: Page
    state: State
    seen: frozenset[int]


def plan(site: Site, task: Task, start: str = "/", most: int = MOST) -> Proof:
    """Return the shortest way to the goal of a task, in actions."""
    first = _arrive(site, fresh(site), start)
    assert first is not None
    first = _reads(task, first)
    count, ticket = 0, itertools.count()
    heap: list[tuple[int, int, _Place, tuple[Move, ...]]] = [(0, next(ticket), first, ())]
    known: set[tuple[str, str, frozenset[int]]] = set()
    while heap:
        cost, _, place, way = heapq.heappop(heap)
        key = (place.url, place.state.key(), place.seen)
        if key in known:
            continue
        known.add(key)
        count += 1
        if not place.page.dialog and reached(site, task, place.state, place.url, set(place.seen)):
            return Proof(way, count, False)
        if count >= most:
            return Proof(None, count, False)
        for moves, there in _onward(site, task, place):
            heapq.heappush(heap, (cost + len(moves), next(ticket), there, (*way, *moves)))
    return Proof(None, count, True)


def _arrive(site: Site, state: State, url: str) -> _Place | None:
    for _ in range(REDIRECTS):
        page = answer(site, state, "GET", url)
        if isinstance(page, Page):
            return _Place(url, page, state, frozenset())
        url = page.path
    return None


def _reads(task: Task, place: _Place, before: frozenset[int] = frozenset(), unfolded: str = "") -> _Place:
    shown = seen_on(place.page, task.see, unfolded) if task.see else set()
    return replace(place, seen=before | shown)


def _onward(site: Site, task: Task, place: _Place) -> Iterator[tuple[tuple[Move, ...], _Place]]:
    """Yield what can be done at a place, and where one is then."""
    for fold in dict.fromkeys(under for _, under in texts_of(place.page) if under):
        after = _reads(task, place, place.seen, fold)
        if after.seen != place.seen:
            yield (Move("click", "button", fold),), after
    for link in {link.href: link for link in links_of(place.page)}.values():
        if link.href.startswith("/") and link.href != "/logout":
            there = _arrive(site, place.state.copy(), link.href)
            if there is not None and there.page.status == 200:
                hover = (Move("hover", "button", link.under),) if link.under else ()
                yield (*hover, Move("click", "link", link.text, link.href)), _reads(task, there, place.seen)
    for form in forms_of(place.page):
        for entered in _entries(task, form):
            if done := _sent(site, task, place, form, entered):
                yield done


def _entries(task: Task, form: Asked) -> Iterator[Mapping[str, str]]:
    """Yield ways to fill in a form: with all the task says for it; a list is also searched alone, or sorted alone."""
    name = form.action.split("?")[0].strip("/").split("/")
    given = task.fills.get(name[1] if name[0] == "do" and len(name) > 1 else name[0], {})
    known = {f.name: given[f.name] for f in form.fields if f.name in given}
    if form.method == "get":
        if known:
            yield known
            if len(known) > 1:
                yield from ({key: value} for key, value in known.items())
        return
    if known or not form.fields:  # nobody sends a form there is nothing to say for
        yield known


def _sent(
    site: Site, task: Task, place: _Place, form: Asked, entered: Mapping[str, str]
) -> tuple[tuple[Move, ...], _Place] | None:
    values = {**{f.name: standing(f, form.values.get(f.name, "")) for f in form.fields}, **entered}
    fills = tuple(fill_move(f, entered[f.name]) for f in form.fields
                  if f.name in entered and entered[f.name] != standing(f, form.values.get(f.name, "")))  # fmt: skip
    state = place.state.copy()
    moves = (*fills, Move("click", "button", form.button))
    if form.method == "get":
        there = _arrive(site, state, f"{form.action}?{urlencode(values)}")
    elif any(value_fault(f, values[f.name]) for f in form.fields):
        return None  # all that comes of it is a complaint
    else:
        made = answer(site, state, "POST", form.action, {**form.hidden, **values})
        if not allows(task, state.changes):
            return None
        there = _arrive(site, state, made.path) if isinstance(made, Redirect) else None
    return (moves, _reads(task, there, place.seen)) if there else None


def standing(one: Field, value: str) -> str:
    """Return what a browser has in a field before anybody touches it."""
    if value or one.type not in ("choice", "yes_no", "slider") or one.shape == "radio":
        return value
    if one.type == "slider":
        return str(one.maximum if one.maximum is not None else "")
    options = one.options or ("yes", "no")
    return options[0] if one.name == "sort" or not one.required else ""


def fill_move(one: Field, value: str) -> Move:
    """Return the action that enters a value into a field."""
    if one.shape == "radio":
        return Move("click", "radio", value)
    if one.type in ("choice", "yes_no"):
        return Move("select", "combobox", one.label, value)
    if one.type == "slider":
        return Move("type", "slider", one.label, value)
    role = "searchbox" if one.name == "q" else "spinbutton" if one.type in NUMBERS else "textbox"
    return Move("type", role, one.label, value)
