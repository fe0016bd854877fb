"""Lists of records: searched, filtered, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from tools.web.pages import Asked, Block, Cards, Grid, Link, Page, Plan, Text
from tools.web.spec import NUMBERS, Field, Site, View, number_of, shown_value
from tools.web.state import State
from tools.web.words import say

MORE = "max_"
"""Before the name of a field in a filter: at most so much."""


def of_field(site: Site, view: View) -> tuple[Field, ...]:
    """Return the fields of the form that filters and sorts a list."""
    table = site.table(view.table)
    asked = [Field("q", f"{say(site, 'Search')}: {view.label}", required=False)] if view.has_search else []
    for name in view.filters:
        one = table.field(name)
        assert one is not None
        if one.type in NUMBERS:
            asked.append(Field(MORE + name, f"{one.label}, {say(site, 'at most')}", "slider" if one.type == "slider"
                               else "number", required=False, minimum=one.minimum, maximum=one.maximum))  # fmt: skip
        elif one.type in ("choice", "yes_no"):
            options = one.options or ("yes", "no")
            asked.append(Field(name, one.label, "choice", (say(site, "any"), *options), required=False))
    if view.sorts:
        sorts = (say(site, "as listed"), *(label for label, *_ in sorts_of(site, view)))
        asked.append(Field("sort", say(site, "Sort by"), "choice", sorts, required=False))
    return tuple(asked)


def sorts_of(site: Site, view: View) -> Iterator[tuple[str, str, bool]]:
    """Yield the orders of a list: label, field, whether the greatest comes first."""
    for name in view.sorts:
        one = site.table(view.table).field(name)
        assert one is not None
        up, down = ("low to high", "high to low") if one.type in (*NUMBERS, "date") else ("A to Z", "Z to A")
        yield f"{one.label}: {say(site, up)}", name, False
        yield f"{one.label}: {say(site, down)}", name, True


def found(site: Site, state: State, view: View, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the records a query asks for, in its order."""
    table, rows = site.table(view.table), list(state.records[view.table].values())
    if words := query.get("q", "").casefold().split():
        known = [f.name for f in table.fields if f.type in ("text", "long", "choice") and f.name not in view.hides]
        texts = [" ".join(str(row.get(name, "")) for name in known).casefold() for row in rows]
        rows = [row for row, text in zip(rows, texts, strict=True) if all(word in text for word in words)]
    for name in view.filters:
        if (most := number_of(query.get(MORE + name, ""))) is not None:
            rows = [row for row in rows if (number_of(row.get(name)) or 0) <= most]
        if (wanted := query.get(name, "")) and wanted != say(site, "any"):
            rows = [row for row in rows if str(row.get(name)) == wanted]
    for label, name, falling in sorts_of(site, view):
        if query.get("sort") == label:
            rows.sort(key=lambda row: _rank(row.get(name)), reverse=falling)
    return rows


def _rank(value: Any) -> tuple[int, float, str]:
    number = number_of(value)
    return (0, float(number), "") if number is not None else (1, 0.0, str(value).casefold())


def list_page(site: Site, state: State, view: View, query: Mapping[str, str]) -> Page:
    """Return one page of a list."""
    rows = found(site, state, view, query)
    pages = max(1, -(-len(rows) // view.per_page))
    asked = query.get("page", "1")
    at = min(int(asked) if asked.isdecimal() and len(asked) < 6 else 1, pages) or 1
    part = rows[(at - 1) * view.per_page : at * view.per_page]
    blocks: list[Block] = [Text(view.label, 1)]
    if fields := of_field(site, view):
        button = say(site, "Apply") if view.filters or view.sorts else say(site, "Search")
        values = {f.name: query.get(f.name, "") for f in fields}
        blocks.append(Asked(f"/{view.table}", button, fields, values=values, method="get", is_inline=True))
    blocks.append(Text(say(site, "{n} found", n=len(rows)) if rows else say(site, "Nothing found")))
    blocks += _shown(site, view, part) if part else []
    blocks += _below(site, state, view)
    if pages > 1:
        blocks.append(Text(say(site, "Page {n} of {all}", n=at, all=pages)))
        kept = {k: v for k, v in query.items() if k != "page" and v}
        if at > 1:
            blocks.append(Link(say(site, "Previous page"), f"/{view.table}?{urlencode({**kept, 'page': at - 1})}"))
        if at < pages:
            blocks.append(Link(say(site, "Next page"), f"/{view.table}?{urlencode({**kept, 'page': at + 1})}"))
    return Page(view.label, "", blocks=tuple(blocks))


def _shown(site: Site, view: View, rows: list[dict[str, Any]]) -> list[Block]:
    table = site.table(view.table)
    fields = [f for f in (table.field(name) for name in view.columns) if f]
    links = [Link(str(row.get(table.title, "")), f"/{view.table}/{row['id']}") for row in rows]
    cells = [[shown_value(f, row.get(f.name)) for f in fields] for row in rows]
    title = table.field(table.title)
    assert title is not None
    if view.shape == "map":
        marks = tuple(Link(", ".join([link.text, *cell]), link.href) for link, cell in zip(links, cells, strict=True))
        return [Plan(view.label, marks)]
    if view.shape == "cards":
        labelled = [[f"{f.label}: {c}" for f, c in zip(fields, cell, strict=True)] for cell in cells]
        return [Cards(tuple((link, *cell) for link, cell in zip(links, labelled, strict=True)))]
    heads = (title.label, *(f.label for f in fields))
    return [Grid(heads, tuple((link, *cell) for link, cell in zip(links, cells, strict=True)))]


def _below(site: Site, state: State, view: View) -> list[Block]:
    """What can be done with all that a list shows: a basket leads to the till."""
    forms = [f for f in site.forms if f.operation == "checkout" and f.values.get("from") == view.table]
    return [Link(f.label, f"/do/{f.name}") for f in forms if state.records[view.table]]
