"""A site as data: tables of records, lists that show them, forms that change them, texts, and what gets in the way.

Nothing here is code. A spec made of these classes is JSON (`as_json`, `site_of`); `tools.web.backend` plays it and
`tools.web.markup` draws it, so that a planner can walk through the very pages a browser will show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from math import isfinite
from typing import Any

from tools.web.errors import WebError

TYPES = ("text", "long", "number", "money", "date", "choice", "yes_no", "slider", "password")
"""Sorts of field; `long` is written in several lines, a `slider` is a number chosen by dragging."""
NUMBERS = ("number", "money", "slider")
OPERATIONS = ("create", "update", "delete", "checkout")
MOST_RECORDS, MOST_FIELDS, MOST_TEXT = 200, 12, 4000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

Record = Mapping[str, Any]
"""A record: its `id` and a value for each field of its table."""


@dataclass(frozen=True)
class Field:
    """One thing a record holds, or one thing a form asks for."""

    name: str
    label: str
    type: str = "text"
    options: tuple[str, ...] = ()
    """Of a choice."""
    unit: str = ""
    required: bool = True
    minimum: Any = None
    """Least value of a number, or first day of a date (ISO)."""
    maximum: Any = None
    shape: str = ""
    """Of a choice in a form: `radio` sets its options out, else they are in a list that unfolds."""
    help: str = ""
    preset: str = ""
    """What stands in a form before anybody types."""


@dataclass(frozen=True)
class Table:
    """Records of one sort."""

    name: str
    one: str
    many: str
    title: str
    """Name of the field people know a record by."""
    fields: tuple[Field, ...]
    records: tuple[Record, ...] = ()
    of: str = ""
    """Table whose records these belong to (the replies of a thread), by the field of that name; '' for none."""
    is_mine: bool = False
    """Shown on the page of one's account."""

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True)
class View:
    """A list of the records of a table, and the page of each."""

    table: str
    label: str
    shape: str = "table"
    """`table`, `cards` or `map`: a drawing whose marks lead to the records."""
    columns: tuple[str, ...] = ()
    """Fields the list shows; the page of a record shows all."""
    filters: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    has_search: bool = True
    per_page: int = 8
    needs_login: bool = False
    is_tucked_away: bool = False
    """Its link stands in a menu that shows when the pointer is over it."""
    hides: tuple[str, ...] = ()
    """Fields that no page shows."""


@dataclass(frozen=True)
class Form:
    """Something one can do: what it asks for, page after page, and what it then does to the records."""

    name: str
    label: str
    """Words of the link or button that leads to it."""
    operation: str
    table: str
    """Table whose records it changes."""
    on: str = ""
    """Table on whose records' pages it stands; '' for a form of the whole site."""
    steps: tuple[tuple[Field, ...], ...] = ()
    submit: str = "Send"
    values: Mapping[str, Any] = field(default_factory=dict)
    """What it sets beside what was asked for; `$id` and `$field` stand for the record it stands on."""
    when: Mapping[str, Any] = field(default_factory=dict)
    """It is there only for records with these values."""
    confirms: str = ""
    """A question to be answered on a page of its own before it is done."""
    needs_login: bool = False
    is_flaky: bool = False
    """The first try fails with a message, and nothing is kept."""
    note: str = ""


@dataclass(frozen=True)
class Note:
    """A page of text, in sections that may be folded."""

    name: str
    title: str
    sections: tuple[tuple[str, str], ...]
    """Heading and text of each."""
    is_folded: bool = False
    links: tuple[str, ...] = ()
    """Names of notes it leads to."""


@dataclass(frozen=True)
class Noise:
    """What gets in the way."""

    consent: str = ""
    """A notice about cookies that has to be answered first."""
    refusal: str = "Only necessary"
    newsletter: str = ""
    """A box that comes up on the second page."""
    adverts: tuple[str, ...] = ()
    banner: str = ""


@dataclass(frozen=True)
class Site:
    """A whole site."""

    name: str
    kind: str
    tagline: str
    tables: tuple[Table, ...]
    views: tuple[View, ...]
    forms: tuple[Form, ...] = ()
    notes: tuple[Note, ...] = ()
    user: str = ""
    """Name to log in with; '' where nobody logs in."""
    password: str = ""
    noise: Noise = Noise()
    words: Mapping[str, str] = field(default_factory=dict)
    """The site's own words in place of the English ones (`tools.web.words`)."""
    language: str = "en"
    later: tuple[Record, ...] = ()
    """Records that are not there yet: what somebody would enter next. Tasks are drawn from them; no page shows them."""
    remarks: tuple[tuple[str, str], ...] = ()
    """What visitors would write, each after the title of the record it is about. No page shows them."""
    fragment: str = ""
    """HTML of the site's makers on its first page, shown as it is; the browser is what keeps it in bounds."""

    def table(self, name: str) -> Table:
        found = next((t for t in self.tables if t.name == name), None)
        if found is None:
            raise WebError(f"there is no table {name!r}; there are: {', '.join(t.name for t in self.tables)}")
        return found

    def form(self, name: str) -> Form | None:
        return next((f for f in self.forms if f.name == name), None)

    def view(self, table: str) -> View | None:
        return next((v for v in self.views if v.table == table), None)


def as_json(site: Site) -> dict[str, Any]:
    """Return the site as JSON; `site_of` reads it back."""
    return asdict(site)


def site_of(data: Mapping[str, Any]) -> Site:
    """Read a site from JSON. Raises `WebError` saying what is wrong with it."""
    try:
        tables = tuple(
            Table(**{**t, "fields": _fields(t["fields"]), "records": tuple(map(dict, t["records"]))})
            for t in data["tables"]
        )
        views = tuple(View(**{k: _tuple(v) for k, v in view.items()}) for view in data["views"])
        forms = tuple(Form(**{**f, "steps": tuple(map(_fields, f["steps"]))}) for f in data.get("forms", ()))
        notes = tuple(
            Note(**{**n, "sections": tuple(tuple(s) for s in n["sections"]), "links": tuple(n.get("links", ()))})
            for n in data.get("notes", ())
        )
        noise = Noise(**{k: _tuple(v) for k, v in data.get("noise", {}).items()})
        beside = {
            "later": tuple(map(dict, data.get("later", ()))),
            "remarks": tuple(tuple(r) for r in data.get("remarks", ())),
        }
        made = {**data, "tables": tables, "views": views, "forms": forms, "notes": notes, "noise": noise, **beside}
        site = Site(**made)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise WebError(f"this is no site: {type(error).__name__}: {error}") from None
    if faults := list(faults_of(site)):
        raise WebError(f"the site is not well formed: {'; '.join(faults[:5])}")
    return site


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _fields(given: Any) -> tuple[Field, ...]:
    return tuple(Field(**{**one, "options": tuple(one.get("options", ()))}) for one in given)


def faults_of(site: Site) -> Iterator[str]:
    """Yield what keeps a site from working: names that are nobody's, values that don't fit their fields, too much."""
    names = [t.name for t in site.tables]
    if len(set(names)) < len(names):
        yield "two tables have one name"
    for table in site.tables:
        yield from _table_faults(table, names)
    for view in site.views:
        if view.table not in names:
            yield f"a list of {view.table}, which is no table"
            continue
        known = {f.name for f in site.table(view.table).fields}
        lost = {*view.columns, *view.filters, *view.sorts, *view.hides} - known
        yield from (f"{view.table} has no field {name}" for name in sorted(lost))
        if not 1 <= view.per_page <= 100:
            yield f"{view.table}: {view.per_page} records a page"
    yield from _form_faults(site, names)
    notes = {note.name for note in site.notes}
    yield from (f"page {n.name} leads to {one}" for n in site.notes for one in n.links if one not in notes)


def _table_faults(table: Table, names: list[str]) -> Iterator[str]:
    if not _NAME.fullmatch(table.name):
        yield f"{table.name!r} is no name of a table"
    if table.field(table.title) is None:
        yield f"{table.name}: its title {table.title!r} is no field"
    if len(table.fields) > MOST_FIELDS or len(table.records) > MOST_RECORDS:
        yield f"{table.name}: at most {MOST_FIELDS} fields and {MOST_RECORDS} records"
    if table.of and table.of not in names:
        yield f"{table.name} belongs to {table.of}, which is no table"
    ids = [str(record.get("id", "")) for record in table.records]
    if len(set(ids)) < len(ids) or "" in ids:
        yield f"{table.name}: every record needs an id of its own"
    for one in table.fields:
        if one.type not in TYPES:
            yield f"{table.name}.{one.name}: {one.type!r} is no type; there are {', '.join(TYPES)}"
    yield from _value_faults(table)


def _value_faults(table: Table) -> Iterator[str]:
    for record in table.records:
        for one in table.fields:
            if one.name in record and (fault := value_fault(one, record[one.name])):
                yield f"{table.name} {record.get('id')}, {one.name}: {fault}"


def _form_faults(site: Site, names: list[str]) -> Iterator[str]:
    for form in site.forms:
        if form.operation not in OPERATIONS:
            yield f"form {form.name}: {form.operation!r} is none of {', '.join(OPERATIONS)}"
        if form.table not in names or (form.on and form.on not in names):
            yield f"form {form.name} is about a table that is not there"
            continue
        known = {f.name for f in site.table(form.table).fields} | {site.table(form.table).of}
        asked = {f.name for step in form.steps for f in step}
        lost = (set(form.values) | asked) - known if form.operation in ("create", "update") else set()
        yield from (f"form {form.name} sets {name}, which {form.table} has not" for name in sorted(lost))


def value_fault(one: Field, value: Any) -> str:
    """Say why a value does not fit a field; '' if it does. Also what a form answers to somebody who typed it."""
    if value in ("", None):
        return "it is needed" if one.required else ""
    if one.type in NUMBERS:
        return _number_fault(one, value)
    text = str(value)
    if one.type == "date":
        return _date_fault(one, text)
    if one.type == "choice" and text not in one.options:
        return f"choose one of {', '.join(one.options)}"
    if one.type == "yes_no" and text not in ("yes", "no"):
        return "yes or no"
    return f"at most {MOST_TEXT} characters" if len(text) > MOST_TEXT else ""


def _number_fault(one: Field, value: Any) -> str:
    number = number_of(value)
    if number is None:
        return "enter a number"
    if one.minimum is not None and number < one.minimum:
        return f"at least {one.minimum}"
    if one.maximum is not None and number > one.maximum:
        return f"at most {one.maximum}"
    return ""


def _date_fault(one: Field, text: str) -> str:
    if not _is_day(text):
        return "enter a date as YYYY-MM-DD"
    if one.minimum and text < str(one.minimum):
        return f"no earlier than {one.minimum}"
    if one.maximum and text > str(one.maximum):
        return f"no later than {one.maximum}"
    return ""


def _is_day(text: str) -> bool:
    # No calendar's day: a browser's own field would be empty, and the form could never be sent.
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def number_of(value: Any) -> float | int | None:
    """Read a number as forms send it; None if it is none."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return (int(number) if number == int(number) else round(number, 4)) if isfinite(number) else None


def settled(one: Field, value: Any) -> Any:
    """Return a value as records hold it: numbers as numbers, everything else as text."""
    if value in ("", None):
        return ""
    return number_of(value) if one.type in NUMBERS else str(value)


def shown_value(one: Field, value: Any) -> str:
    """Return a value as pages show it."""
    if value in ("", None):
        return "–"
    if one.type == "money":
        return f"{float(value):.2f} {one.unit}".strip()
    return f"{value} {one.unit}".strip()
