"""Tasks that look for something and leave the records as they are, drawn from a site's own data."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from teams.web_agent.assemble import ITEMS
from teams.web_agent.values import items, kept_off, said, shown, view_of
from tools.web.lists import sorts_of
from tools.web.spec import NUMBERS, Field, Record, Site
from tools.web.task import Task
from tools.web.words import say


def navigate(r: Random, site: Site) -> Task | None:
    note = r.choice(site.notes)
    about = f"The user wants to have the page of text called {note.title!r} open before them."
    return Task("", about, (note.title,), at=f"/pages/{note.name}")


def search_and_open(r: Random, site: Site) -> Task | None:
    record = r.choice(items(site))
    about = f"The user wants the page of one {site.table(ITEMS).one} open: the one called {record['title']!r}."
    return Task(
        "", about, (str(record["title"]),), at=f"/{ITEMS}/{record['id']}", fills={ITEMS: {"q": record["title"]}}
    )


def _extreme(
    r: Random, site: Site, among: Sequence[Record], fields: Sequence[Field]
) -> tuple[Field, bool, Record] | None:
    """A field by whose value one record stands out, whether by the most, and that record."""
    for one in r.sample(list(fields), len(fields)):
        most = r.random() < 0.5
        values = sorted({x[one.name] for x in among if x.get(one.name) not in ("", None)}, reverse=most)
        best = [x for x in among if values and x.get(one.name) == values[0]]
        if len(best) == 1 and len(values) > 1:
            return one, most, best[0]
    return None


def _chosen(r: Random, site: Site, fewest: int = 2) -> tuple[Field, str, list[Record]] | None:
    """A choice and those records that have it."""
    found = []
    for one in site.table(ITEMS).fields:
        for option in one.options if one.type == "choice" else ():
            having = [x for x in items(site) if x.get(one.name) == option]
            if fewest <= len(having) < len(items(site)):
                found.append((one, option, having))
    return r.choice(found) if found else None


def filter_and_sort(r: Random, site: Site) -> Task | None:
    if (choice := _chosen(r, site)) is None:
        return None
    field, option, having = choice
    ranked = [f for f in site.table(ITEMS).fields if f.name in view_of(site).sorts]
    if (found := _extreme(r, site, having, ranked)) is None:
        return None
    one, most, best = found
    end = "the highest (or latest)" if most else "the lowest (or earliest)"
    about = (
        f"Among the {site.table(ITEMS).many} whose {field.label!r} is {option!r}, the user wants the page open of the "
        f"one with {end} {one.label!r}. They don't know which it is."
    )
    label = next(s for s, name, falls in sorts_of(site, view_of(site)) if name == one.name and falls == most)
    fills = {ITEMS: {field.name: option, "sort": label}}
    seen = ((str(best["title"]), option),)
    return Task(
        "", about, (option, one.label), (str(best["title"]),), at=f"/{ITEMS}/{best['id']}", fills=fills, see=seen
    )


def find_information(r: Random, site: Site) -> Task | None:
    fields = [f for f in (kept_off(site) or site.table(ITEMS).fields[1:]) if f.type != "long"]
    record, one = r.choice(items(site)), r.choice(fields)
    value = shown(site, record, one.name)
    if value == "–" or value.casefold() in str(record["title"]).casefold():
        return None
    about = f"The user asks for one fact: the {one.label!r} of the {site.table(ITEMS).one} called {record['title']!r}."
    kind = "number" if one.type in NUMBERS else "text"
    answer = said(record[one.name]) if kind == "number" else value
    see = (
        ((str(record["title"]), f"{one.label}: {value}"),)
        if one in kept_off(site)
        else ((str(record["title"]), value),)
    )
    return Task("", about, (str(record["title"]), one.label), (value,), see=see, answer=answer, answer_type=kind,
                fills={ITEMS: {"q": record["title"]}})  # fmt: skip


def read_page(r: Random, site: Site) -> Task | None:
    note = r.choice(site.notes)
    heading, text = r.choice(note.sections)
    about = (
        f"The user asks what the site says about {heading!r}, on its page {note.title!r}. It says: {text!r}. Ask for one "
        "fact of that in plain words; name the page's subject, not where it stands."
    )
    return Task("", about, (), see=((text[:200],),), answer=text, answer_type="gist")


def compare(r: Random, site: Site) -> Task | None:
    fields = [f for f in site.table(ITEMS).fields if f.type in (*NUMBERS, "date")]
    some = r.sample(items(site), min(len(items(site)), r.choice((2, 2, 3))))
    if len(some) < 2 or (found := _extreme(r, site, some, fields)) is None:
        return None
    one, most, best = found
    more = "higher (or later)" if most else "lower (or earlier)"
    named = " and ".join(repr(str(x["title"])) for x in some)
    about = (
        f"The user wants to know which of these has the {more} {one.label!r}: {named}. They want its name and value."
    )
    see = tuple((str(x["title"]), shown(site, x, one.name)) for x in some)
    told = (*(str(x["title"]) for x in some), one.label)
    answer = f"{best['title']}; {said(best[one.name])}" if one.type in NUMBERS else str(best["title"])
    hidden = tuple(shown(site, x, one.name) for x in some)
    return Task("", about, told, hidden, see=see, answer=answer, answer_type="several",
                fills={ITEMS: {"q": best["title"]}})  # fmt: skip


def list_matching(r: Random, site: Site) -> Task | None:
    numbers = [f for f in site.table(ITEMS).fields if f.type in NUMBERS]
    if (choice := _chosen(r, site)) is None or not numbers:
        return None
    field, option, having = choice
    one = r.choice(numbers)
    values = sorted({x[one.name] for x in having if x.get(one.name) not in ("", None)})
    if len(values) < 2:
        return None
    most = values[r.randrange(len(values) - 1)]
    found = [x for x in having if x.get(one.name) not in ("", None) and x[one.name] <= most]
    if not 1 <= len(found) <= 6 or len(found) == len(having):
        return None
    about = (
        f"The user wants the names of all {site.table(ITEMS).many} whose {field.label!r} is {option!r} and whose "
        f"{one.label!r} is at most {said(most)}. How many there are they don't know."
    )
    fills = {ITEMS: {field.name: option, f"max_{one.name}": said(most)}}
    told = (option, said(most), one.label)
    return Task("", about, told, tuple(str(x["title"]) for x in found), answer="; ".join(str(x["title"]) for x in found),
                answer_type="several", fills=fills,
                see=tuple((str(x["title"]), say(site, "{n} found", n=len(found))) for x in found))  # fmt: skip


def count(r: Random, site: Site) -> Task | None:
    if (choice := _chosen(r, site)) is None:
        return None
    field, option, having = choice
    about = f"The user wants to know how many {site.table(ITEMS).many} have {option!r} as their {field.label!r}."
    see = ((say(site, "{n} found", n=len(having)),),)
    return Task("", about, (option,), answer=str(len(having)), answer_type="number", see=see,
                fills={ITEMS: {field.name: option}})  # fmt: skip


def page_through(r: Random, site: Site) -> Task | None:
    last = items(site)[view_of(site).per_page :]
    fields = [f for f in site.table(ITEMS).fields if f.name in view_of(site).columns]
    if not last or not fields:
        return None
    record, one = r.choice(last), r.choice(fields)
    value = shown(site, record, one.name)
    if value == "–":
        return None
    kind = "number" if one.type in NUMBERS else "text"
    about = f"The user asks for the {one.label!r} of {record['title']!r}, which stands somewhere in a long list."
    return Task("", about, (str(record["title"]), one.label), (value,), see=((str(record["title"]), value),),
                answer=said(record[one.name]) if kind == "number" else value, answer_type=kind)  # fmt: skip
