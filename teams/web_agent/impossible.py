"""Tasks that can't be done, drawn from a site's own data, each with the reason why."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from random import Random

from teams.web_agent.assemble import ITEMS
from teams.web_agent.doing import comment_text
from teams.web_agent.values import entered, fields_of, items, listing, typed
from tools.web.spec import Site
from tools.web.state import Change
from tools.web.task import Task


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
    bounded = [f for f in fields_of(form) if f.maximum is not None and f.type in ("number", "date")]
    if not bounded:
        return None
    record, one = r.choice(items(site)), r.choice(bounded)
    values = entered(r, site, fields_of(form), {"text": comment_text(r, site, record)})
    over = str(int(one.maximum) + r.randint(2, 9)) if one.type == "number" else f"{int(str(one.maximum)[:4]) + 1}-02-11"
    values = {**values, one.name: over}
    new = {
        **typed(fields_of(form), values),
        **({"item": str(record["title"])} if form.name == "book" else {ITEMS: str(record["id"])}),
    }
    about = (
        f"For {record['title']!r} the user wants to do this: {form.label}. {listing(fields_of(form), values)}. The site "
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
    place = next(f for f in fields_of(form) if f.name == "place")
    wish = r.choice(items(site))["title"]  # a word of the site's own language, and no place
    record = r.choice(items(site))
    values = {**entered(r, site, fields_of(form), {}), "place": wish}
    new = {**typed(fields_of(form), values), "item": str(record["title"])}
    about = (
        f"For {record['title']!r} the user wants to do this: {form.label}. {listing(fields_of(form), values)}. The site "
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
