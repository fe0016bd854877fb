"""Tasks that change the records, drawn from a site's own data: what is wanted, what is said, what is entered."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from dataclasses import replace
from random import Random

from teams.web_agent.assemble import ITEMS
from teams.web_agent.looking import find_information, search_and_open
from teams.web_agent.values import as_who, entered, fields_of, items, listing, login_for, said, typed, value_for
from tools.web.spec import Field, Record, Site, value_fault
from tools.web.state import Change
from tools.web.task import Task


def write_comment(r: Random, site: Site) -> Task | None:
    form = site.form("comment")
    if form is None:
        return None
    about_which = {title for title, _ in site.remarks}
    record = r.choice([x for x in items(site) if x["title"] in about_which] or items(site))
    text = comment_text(r, site, record)
    values = entered(r, site, fields_of(form), {"text": text})
    new = {**typed(fields_of(form), values), ITEMS: str(record["id"])}
    about = f"On the page of {record['title']!r} the user wants to do this: {form.label}. {listing(fields_of(form), values)}."
    return Task("", about, (str(record["title"]), *values.values()), wanted=(Change("create", "comments", "", new),),
                fills={"comment": values, ITEMS: {"q": record["title"]}})  # fmt: skip


def comment_text(r: Random, site: Site, record: Record) -> str:
    """A line a visitor may write: the site's author's, or else of the site's own words, so in its language."""
    if said := [words for title, words in site.remarks if title == record["title"]]:
        return r.choice(said)
    texts = [t for note in site.notes for _, t in note.sections]
    sentences = [one.strip().rstrip(".") for text in texts for one in text.split(". ")]
    whole = [one for one in sentences if 4 <= len(one.split()) <= 14]
    return " ".join(r.choice(whole or sentences).split()[:14]) + "."


def book(r: Random, site: Site) -> Task | None:
    form = site.form("book")
    if form is None:
        return None
    record = r.choice(items(site))
    values = entered(r, site, fields_of(form), {})
    new = {**typed(fields_of(form), values), "item": str(record["title"])}
    about = f"For {record['title']!r} the user wants to do this: {form.label}. {listing(fields_of(form), values)}."
    return Task("", about, (str(record["title"]), *values.values()), wanted=(Change("create", "bookings", "", new),),
                fills={"book": values, ITEMS: {"q": record["title"]}})  # fmt: skip


def check_out(r: Random, site: Site) -> Task | None:
    form = site.form("checkout")
    if form is None:
        return None
    some = r.sample(items(site), r.choice((1, 1, 2)))
    quantity = str(r.randint(1, 4))
    values = entered(r, site, fields_of(form), {})
    lying = tuple(Change("create", "basket", "", {"item": str(x["title"]), "quantity": int(quantity)}) for x in some)
    order = {"items": "; ".join(f"{quantity} × {x['title']}" for x in some), **typed(fields_of(form), values)}
    named = " and ".join(f"{x['title']!r}" for x in some)
    about = (
        f"The user wants to buy {named}, {quantity} of each and in this order, and to place the order. "
        f"{listing(fields_of(form), values)}."
    )
    told = (*(str(x["title"]) for x in some), quantity, *(v for k, v in values.items() if k != "wrapped"))
    return Task("", about, told, wanted=(Change("create", "orders", "", order),), passing=lying,
                fills={"add_to_basket": {"quantity": quantity}, "checkout": values})  # fmt: skip


def create_record(r: Random, site: Site) -> Task | None:
    form = site.form("new_item")
    if form is None:
        return None
    fields = fields_of(form)
    new = dict(r.choice(site.later)) if site.later else _made_up(r, site, fields)
    if any(x["title"] == new["title"] for x in items(site)):
        return None
    values = entered(r, site, fields, {f.name: said(new[f.name]) for f in fields if new.get(f.name) not in ("", None)})
    login, fills = login_for(site, form)
    about = f"The user wants to do this: {form.label}. {listing(fields, values)}.{as_who(site, form)}"
    return Task("", about, (*values.values(), *login), wanted=(Change("create", ITEMS, "", typed(fields, values)),),
                fills={"new_item": values, **fills})  # fmt: skip


def _made_up(r: Random, site: Site, fields: list[Field]) -> Record:
    """A new record of a site whose author left none for later: called like one, its texts those of another."""
    like, other = r.sample(items(site), 2)
    words = {f.name: other[f.name] for f in fields if f.type == "text" and other.get(f.name)}
    return {**words, "title": f"{str(like['title']).split(':')[0]} {r.choice(('II', '2026', 'B', 'North', 'Plus'))}"}


def edit_record(r: Random, site: Site) -> Task | None:
    form = site.form("edit_item")
    if form is None:
        return None
    record = r.choice(items(site))
    one = r.choice([f for f in fields_of(form) if f.name != "title"])
    value = value_for(r, site, one) or said(r.choice(items(site)).get(one.name, ""))
    new = typed([one], {one.name: value})
    if not value or new[one.name] == record.get(one.name):
        return None
    login, fills = login_for(site, form)
    about = (
        f"The user wants to change {record['title']!r}: its {one.label!r} is to be {value!r} from now on, and nothing "
        f"else is to change.{as_who(site, form)}"
    )
    return Task("", about, (str(record["title"]), one.label, value, *login),
                wanted=(Change("update", ITEMS, str(record["id"]), new),),
                fills={"edit_item": {one.name: value}, **fills})  # fmt: skip


def delete_record(r: Random, site: Site) -> Task | None:
    form = site.form("delete_item")
    if form is not None and r.random() < 0.7:
        record = r.choice(items(site))
        login, fills = login_for(site, form)
        about = f"The user wants {record['title']!r} to be deleted, for good.{as_who(site, form)}"
        return Task("", about, (str(record["title"]), *login), fills=fills,
                    wanted=(Change("delete", ITEMS, str(record["id"]), dict(record)),))  # fmt: skip
    if site.form("cancel_booking") is None:
        return None
    table = site.table("bookings")
    record = r.choice(table.records)
    about = (
        f"The user wants one entry of {table.many!r} to be cancelled, as a whole: that of {record['contact']!r}, for "
        f"{record['people']} people, for {record['item']!r}."
    )
    return Task("", about, (str(record["item"]), str(record["contact"])),
                wanted=(Change("delete", "bookings", str(record["id"]), dict(record)),))  # fmt: skip


def change_settings(r: Random, site: Site) -> Task | None:
    form = site.form("change_settings")
    if form is None:
        return None
    now = site.table("settings").records[0]
    fields = r.sample(fields_of(form), r.choice((1, 1, 2)))
    values = {f.name: value_for(r, site, f) for f in fields}
    if any(now[k] == v for k, v in values.items()):
        return None
    login, fills = login_for(site, form)
    about = f"The user wants the settings of their own account changed: {listing(fields, values)}.{as_who(site, form)}"
    return Task("", about, (*values.values(), *login), wanted=(Change("update", "settings", "1", values),),
                fills={"change_settings": values, **fills})  # fmt: skip


def change_booking(r: Random, site: Site) -> Task | None:
    form = site.form("change_booking")
    if form is None:
        return None
    table = site.table("bookings")
    record = r.choice(table.records)
    one = r.choice([f for f in fields_of(form) if f.name in ("day", "place", "people")])
    value = value_for(r, site, one)
    new = typed([one], {one.name: value})
    if new[one.name] == record[one.name]:
        return None
    about = (
        f"The user wants one entry of {table.many!r} changed: that of {record['contact']!r} for {record['item']!r} is to "
        f"have {one.label!r} {value!r}."
    )
    # Its form refuses what an older entry may hold already: a day before the first that can be chosen.
    stands = {f.name: str(record[f.name]) for f in fields_of(form)}
    if any(value_fault(f, {**stands, one.name: value}[f.name]) for f in fields_of(form)):
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
