"""What tasks are drawn from: the items of a site and what they hold, and values for its forms."""

# lines of data and of words

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from teams.web_agent.assemble import ITEMS
from tools.web.spec import NUMBERS, Field, Form, Record, Site, View, settled, shown_value

_FIRST = (
    "Ida",
    "Marc",
    "Nuria",
    "Paul",
    "Aiko",
    "Tess",
    "Omar",
    "Lena",
    "Joan",
    "Petra",
    "Samir",
    "Eva",
    "Kofi",
    "Rosa",
)
_LAST = ("Lund", "Okafor", "Brand", "Rossi", "Tanaka", "Moreau", "Silva", "Novak", "Haddad", "Byrne", "Costa", "Weiss")
_STREETS = ("Mill Lane 4", "Harbour Road 17", "Rua do Sol 9", "Lindenweg 22", "Station Street 3", "Quai Nord 51")
_TOWNS = ("Aarhus", "Ghent", "Porto", "Leeds", "Graz", "Turku", "Tours", "Split")


def items(site: Site) -> list[Record]:
    return list(site.table(ITEMS).records)


def view_of(site: Site) -> View:
    found = site.view(ITEMS)
    assert found is not None
    return found


def label_of(site: Site, name: str) -> str:
    found = site.table(ITEMS).field(name)
    return found.label if found else name


def shown(site: Site, record: Record, name: str) -> str:
    one = site.table(ITEMS).field(name)
    assert one is not None
    return shown_value(one, record.get(name))


def said(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def kept_off(site: Site) -> list[Field]:
    """Fields that only the pages of records show."""
    columns = view_of(site).columns
    return [f for f in site.table(ITEMS).fields if f.name != "title" and f.name not in columns]


def login_for(site: Site, form: Form | None) -> tuple[tuple[str, ...], Mapping[str, Mapping[str, str]]]:
    """What has to be said and entered to use a form for which one has to be logged in."""
    if form is None or not form.needs_login:
        return (), {}
    return (site.user, site.password), {"login": {"user": site.user, "password": site.password}}


def as_who(site: Site, form: Form | None) -> str:
    if form is None or not form.needs_login:
        return ""
    return f" The user's own login is {site.user} with the password {site.password}."


# -- what is entered


def value_for(r: Random, site: Site, one: Field) -> str:
    """Draw a value that a field takes."""
    if one.type in ("choice", "yes_no"):
        return r.choice(one.options or ("yes", "no"))
    if one.type in NUMBERS:
        least = int(one.minimum or 1)
        top = int(one.maximum if one.maximum is not None else least + 40)
        return str(r.randint(max(least, 1), max(top, 1)))
    if one.type == "date":
        return _day(r, one)
    named = {"contact": f"{r.choice(_FIRST)} {r.choice(_LAST)}", "name": f"{r.choice(_FIRST)} {r.choice(_LAST)}",
             "street": r.choice(_STREETS), "town": r.choice(_TOWNS),
             "mail": f"{r.choice(_FIRST).lower()}.{r.choice(_LAST).lower()}@mail.example"}  # fmt: skip
    return named.get(one.name, "")


def _day(r: Random, one: Field) -> str:
    least = str(one.minimum or "2026-03-01")
    month = r.randint(int(least[5:7]) + 1, 11)
    return f"{least[:4]}-{month:02}-{r.randint(1, 28):02}"


def entered(r: Random, site: Site, fields: Sequence[Field], words: Mapping[str, str]) -> dict[str, str]:
    """Draw what to enter; texts that a user makes up are `words`, by field, or taken from another record."""
    made = {}
    for one in fields:
        value = words.get(one.name) or value_for(r, site, one)
        if not value:
            others = [str(x[one.name]) for x in items(site) if x.get(one.name)]
            value = r.choice(others) if others else str(r.choice(items(site))["title"])
        made[one.name] = value
    return made


def typed(fields: Sequence[Field], values: Mapping[str, str]) -> dict[str, Any]:
    return {f.name: settled(f, values[f.name]) for f in fields if f.name in values}


def listing(fields: Sequence[Field], values: Mapping[str, str]) -> str:
    return "; ".join(f"{f.label}: {values[f.name]!r}" for f in fields if f.name in values)


def fields_of(form: Form) -> list[Field]:
    return [f for step in form.steps for f in step]
