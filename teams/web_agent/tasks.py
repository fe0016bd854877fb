"""Tasks drawn from a site's own data, a drawer for each kind: what is wanted, what is said, what is found out."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from teams.web_agent.assemble import ITEMS
from tools.web.lists import sorts_of
from tools.web.site import NUMBERS, Field, Form, Record, Site, View, settled, shown_value, value_fault
from tools.web.state import Change
from tools.web.task import Task
from tools.web.words import say

Draw = Callable[[Random, Site], Task | None]
"""Draws a task; None where the site has nothing for it this time."""
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


def _login(site: Site, form: Form | None) -> tuple[tuple[str, ...], Mapping[str, Mapping[str, str]]]:
    """What has to be said and entered to use a form for which one has to be logged in."""
    if form is None or not form.needs_login:
        return (), {}
    return (site.user, site.password), {"login": {"user": site.user, "password": site.password}}


def _as_who(site: Site, form: Form | None) -> str:
    if form is None or not form.needs_login:
        return ""
    return f" The user's own login is {site.user} with the password {site.password}."


# -- looking


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


# -- doing


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


def _typed(fields: Sequence[Field], values: Mapping[str, str]) -> dict[str, Any]:
    return {f.name: settled(f, values[f.name]) for f in fields if f.name in values}


def _listing(fields: Sequence[Field], values: Mapping[str, str]) -> str:
    return "; ".join(f"{f.label}: {values[f.name]!r}" for f in fields if f.name in values)


def _fields(form: Form) -> list[Field]:
    return [f for step in form.steps for f in step]


def write_comment(r: Random, site: Site) -> Task | None:
    form = site.form("comment")
    if form is None:
        return None
    record = r.choice(items(site))
    text = comment_text(r, site, record)
    values = entered(r, site, _fields(form), {"text": text})
    new = {**_typed(_fields(form), values), ITEMS: str(record["id"])}
    about = f"On the page of {record['title']!r} the user wants to do this: {form.label}. {_listing(_fields(form), values)}."
    return Task("", about, (str(record["title"]), *values.values()), wanted=(Change("create", "comments", "", new),),
                fills={"comment": values, ITEMS: {"q": record["title"]}})  # fmt: skip


def comment_text(r: Random, site: Site, record: Record) -> str:
    """A line a visitor may write; made of the site's own words, so that it is in its language."""
    texts = [t for note in site.notes for _, t in note.sections]
    sentence = r.choice(texts).split(". ")[0].strip().rstrip(".")
    return " ".join(sentence.split()[:14]) + "."


def book(r: Random, site: Site) -> Task | None:
    form = site.form("book")
    if form is None:
        return None
    record = r.choice(items(site))
    values = entered(r, site, _fields(form), {})
    new = {**_typed(_fields(form), values), "item": str(record["title"])}
    about = f"For {record['title']!r} the user wants to do this: {form.label}. {_listing(_fields(form), values)}."
    return Task("", about, (str(record["title"]), *values.values()), wanted=(Change("create", "bookings", "", new),),
                fills={"book": values, ITEMS: {"q": record["title"]}})  # fmt: skip


def check_out(r: Random, site: Site) -> Task | None:
    form = site.form("checkout")
    if form is None:
        return None
    some = r.sample(items(site), r.choice((1, 1, 2)))
    quantity = str(r.randint(1, 4))
    values = entered(r, site, _fields(form), {})
    lying = tuple(Change("create", "basket", "", {"item": str(x["title"]), "quantity": int(quantity)}) for x in some)
    order = {"items": "; ".join(f"{quantity} × {x['title']}" for x in some), **_typed(_fields(form), values)}
    named = " and ".join(f"{x['title']!r}" for x in some)
    about = (
        f"The user wants to buy {named}, {quantity} of each and in this order, and to place the order. "
        f"{_listing(_fields(form), values)}."
    )
    told = (*(str(x["title"]) for x in some), quantity, *(v for k, v in values.items() if k != "wrapped"))
    return Task("", about, told, wanted=(Change("create", "orders", "", order),), passing=lying,
                fills={"add_to_basket": {"quantity": quantity}, "checkout": values})  # fmt: skip


def create_record(r: Random, site: Site) -> Task | None:
    form = site.form("new_item")
    if form is None:
        return None
    fields = _fields(form)
    like, other = r.sample(items(site), 2)
    title = f"{str(like['title']).split(':')[0]} {r.choice(('II', '2026', 'B', 'North', 'Plus'))}"
    if any(x["title"] == title for x in items(site)):
        return None
    words = {f.name: said(other[f.name]) for f in fields if f.type == "text" and other.get(f.name)}
    values = entered(r, site, fields, {**words, "title": title})
    login, fills = _login(site, form)
    about = f"The user wants to do this: {form.label}. {_listing(fields, values)}.{_as_who(site, form)}"
    return Task("", about, (*values.values(), *login), wanted=(Change("create", ITEMS, "", _typed(fields, values)),),
                fills={"new_item": values, **fills})  # fmt: skip


def edit_record(r: Random, site: Site) -> Task | None:
    form = site.form("edit_item")
    if form is None:
        return None
    record = r.choice(items(site))
    one = r.choice([f for f in _fields(form) if f.name != "title"])
    value = value_for(r, site, one) or said(r.choice(items(site)).get(one.name, ""))
    new = _typed([one], {one.name: value})
    if not value or new[one.name] == record.get(one.name):
        return None
    login, fills = _login(site, form)
    about = (
        f"The user wants to change {record['title']!r}: its {one.label!r} is to be {value!r} from now on, and nothing "
        f"else is to change.{_as_who(site, form)}"
    )
    return Task("", about, (str(record["title"]), one.label, value, *login),
                wanted=(Change("update", ITEMS, str(record["id"]), new),),
                fills={"edit_item": {one.name: value}, **fills})  # fmt: skip


def delete_record(r: Random, site: Site) -> Task | None:
    form = site.form("delete_item")
    if form is not None and r.random() < 0.7:
        record = r.choice(items(site))
        login, fills = _login(site, form)
        about = f"The user wants {record['title']!r} to be deleted, for good.{_as_who(site, form)}"
        return Task("", about, (str(record["title"]), *login), fills=fills,
                    wanted=(Change("delete", ITEMS, str(record["id"]), dict(record)),))  # fmt: skip
    if site.form("cancel_booking") is None:
        return None
    table = site.table("bookings")
    record = r.choice(table.records)
    about = f"The user wants one entry of {table.many!r} to be cancelled: that of {record['contact']!r} for {record['item']!r}."
    return Task("", about, (str(record["item"]), str(record["contact"])),
                wanted=(Change("delete", "bookings", str(record["id"]), dict(record)),))  # fmt: skip


def change_settings(r: Random, site: Site) -> Task | None:
    form = site.form("change_settings")
    if form is None:
        return None
    now = site.table("settings").records[0]
    fields = r.sample(_fields(form), r.choice((1, 1, 2)))
    values = {f.name: value_for(r, site, f) for f in fields}
    if any(now[k] == v for k, v in values.items()):
        return None
    login, fills = _login(site, form)
    about = (
        f"The user wants the settings of their own account changed: {_listing(fields, values)}.{_as_who(site, form)}"
    )
    return Task("", about, (*values.values(), *login), wanted=(Change("update", "settings", "1", values),),
                fills={"change_settings": values, **fills})  # fmt: skip


def change_booking(r: Random, site: Site) -> Task | None:
    form = site.form("change_booking")
    if form is None:
        return None
    table = site.table("bookings")
    record = r.choice(table.records)
    one = r.choice([f for f in _fields(form) if f.name in ("day", "place", "people")])
    value = value_for(r, site, one)
    new = _typed([one], {one.name: value})
    if new[one.name] == record[one.name]:
        return None
    about = (
        f"The user wants one entry of {table.many!r} changed: that of {record['contact']!r} for {record['item']!r} is to "
        f"have {one.label!r} {value!r}."
    )
    # Its form refuses what an older entry may hold already: a day before the first that can be chosen.
    stands = {f.name: str(record[f.name]) for f in _fields(form)}
    if any(value_fault(f, {**stands, one.name: value}[f.name]) for f in _fields(form)):
        return None
    return Task("", about, (str(record["item"]), str(record["contact"]), value),
                wanted=(Change("update", "bookings", str(record["id"]), new),),
                fills={"change_booking": {one.name: value}})  # fmt: skip


def through_popups(r: Random, site: Site) -> Task | None:
    inner = r.choice((search_and_open, find_information, write_comment, book))(r, site)
    if inner is None:
        return None
    about = f"{inner.about} Of cookies the user wants the necessary ones and no others; they say so."
    return replace(inner, about=about, consent="necessary")


def recover(r: Random, site: Site) -> Task | None:
    flaky = [f.name for f in site.forms if f.is_flaky]
    for draw in (write_comment, book, edit_record, create_record, change_settings):
        task = draw(r, site)
        if task is not None and any(name in task.fills for name in flaky):
            return task
    return None


# -- what can't be done


def no_such_record(r: Random, site: Site) -> Task | None:
    one, other = r.sample(items(site), 2)
    first, second = str(one["title"]).split(), str(other["title"]).split()
    made = " ".join([*first[: max(1, len(first) // 2)], *second[len(second) // 2 :]])
    if any(made.casefold() in str(x["title"]).casefold() or str(x["title"]).casefold() in made.casefold()
           for x in items(site)):  # fmt: skip
        return None
    field = r.choice([f for f in site.table(ITEMS).fields if f.name != "title"])
    about = f"The user asks for the {field.label!r} of {made!r}. There is no such {site.table(ITEMS).one} on the site."
    return Task("", about, (made, field.label), see=((made, field.label),), fills={ITEMS: {"q": made}}, is_feasible=False,
                because=f"the site has nothing called {made!r}", reason=(made,))  # fmt: skip


def out_of_bounds(r: Random, site: Site) -> Task | None:
    """A value that a form does not take."""
    form = site.form("book") or site.form("comment")
    if form is None:
        return None
    bounded = [f for f in _fields(form) if f.maximum is not None and f.type in ("number", "date")]
    if not bounded:
        return None
    record, one = r.choice(items(site)), r.choice(bounded)
    values = entered(r, site, _fields(form), {"text": comment_text(r, site, record)})
    over = str(int(one.maximum) + r.randint(2, 9)) if one.type == "number" else f"{int(str(one.maximum)[:4]) + 1}-02-11"
    values = {**values, one.name: over}
    new = {
        **_typed(_fields(form), values),
        **({"item": str(record["title"])} if form.name == "book" else {ITEMS: str(record["id"])}),
    }
    about = (
        f"For {record['title']!r} the user wants to do this: {form.label}. {_listing(_fields(form), values)}. The site "
        f"does not take {over!r} as {one.label!r}; the user does not know that."
    )
    return Task("", about, (str(record["title"]), *values.values()), wanted=(Change("create", form.table, "", new),),
                fills={form.name: values, ITEMS: {"q": record["title"]}}, is_feasible=False, reason=(over, str(one.maximum), one.label),
                because=f"{one.label} {over} is not accepted: at most {one.maximum}")  # fmt: skip


def no_such_option(r: Random, site: Site) -> Task | None:
    """A choice that a form does not offer."""
    form = site.form("book")
    if form is None:
        return no_such_action(r, site)
    place = next(f for f in _fields(form) if f.name == "place")
    wish = r.choice(items(site))["title"]  # a word of the site's own language, and no place
    record = r.choice(items(site))
    values = {**entered(r, site, _fields(form), {}), "place": wish}
    new = {**_typed(_fields(form), values), "item": str(record["title"])}
    about = (
        f"For {record['title']!r} the user wants to do this: {form.label}. {_listing(_fields(form), values)}. The site "
        f"offers no {wish!r}, only {', '.join(place.options)}; the user does not know that and wants nothing else."
    )
    return Task("", about, (str(record["title"]), *values.values()), wanted=(Change("create", "bookings", "", new),),
                fills={"book": values}, is_feasible=False, because=f"{wish!r} is not offered", reason=(wish, *place.options))  # fmt: skip


def no_such_action(r: Random, site: Site) -> Task | None:
    """Something that the site lets nobody do."""
    record = r.choice(items(site))
    absent = []
    if site.form("delete_item") is None:
        absent.append((f"the {site.table(ITEMS).one} called {record['title']!r} to be deleted from the site",
                       Change("delete", ITEMS, str(record["id"]), dict(record)), "delete"))  # fmt: skip
    if site.form("edit_item") is None:
        new = f"{record['title']} (old)"
        absent.append((f"{record['title']!r} to be renamed to {new!r}",
                       Change("update", ITEMS, str(record["id"]), {"title": new}), "rename"))  # fmt: skip
    if not absent:
        return None
    what, change, _ = r.choice(absent)
    about = f"The user wants {what}. The site offers no way to do that; the user does not know."
    return Task("", about, (str(record["title"]),), wanted=(change,), is_feasible=False,
                because=f"the site has nothing with which to do that to {record['title']!r}",
                reason=(str(record["title"]),))  # fmt: skip
