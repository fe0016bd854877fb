"""Tasks made harder by changing their site or what is asked of it; each comes out proved, as the first did."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from teams.web_agent import doing, looking, values
from teams.web_agent.assemble import ITEMS
from tools.web.spec import NUMBERS, Form, Record, Site, Table
from tools.web.task import Task

Harder = Callable[[Random, Site, Task], "tuple[Site, Task] | None"]


def target_of(site: Site, task: Task) -> Record | None:
    """Return the record a task is about: the one its user names, or the one whose page it ends on."""
    by_id = {str(r["id"]): r for r in site.table(ITEMS).records}
    if task.at.startswith(f"/{ITEMS}/"):
        return by_id.get(task.at.split("/")[2])
    named = [r for r in by_id.values() if str(r["title"]) in task.told]
    return named[0] if named else None


def _with_records(site: Site, records: tuple[Record, ...]) -> Site:
    return replace(site, tables=tuple(replace(t, records=records) if t.name == ITEMS else t for t in site.tables))


def _with_view(site: Site, **changes: Any) -> Site:
    return replace(site, views=tuple(replace(v, **changes) if v.table == ITEMS else v for v in site.views))


def on_page_two(r: Random, site: Site, task: Task) -> tuple[Site, Task] | None:
    """What is needed stands at the end of a list in short pages, which can't be searched."""
    if (target := target_of(site, task)) is None and not task.see:
        return None
    rows = list(site.table(ITEMS).records)
    if target is not None:
        rows.remove(target)
        rows.insert(len(rows) - r.randint(0, 2), target)
    fills = {name: given for name, given in task.fills.items() if name != ITEMS}
    if task.kind in ("filter_and_sort", "list_matching"):
        fills = dict(task.fills)
    harder = _with_view(_with_records(site, tuple(rows)), per_page=3, has_search=False)
    return harder, replace(task, fills=fills, about=f"{task.about} It stands several pages into a list.")


def similar_elements(r: Random, site: Site, task: Task) -> tuple[Site, Task] | None:
    """Two records that could be taken for the right one stand beside it."""
    if (target := target_of(site, task)) is None:
        return None
    rows, title = list(site.table(ITEMS).records), str(target["title"])
    others = [x for x in rows if x is not target]
    ids = max(int(x["id"]) for x in rows)
    for n, ending in enumerate(r.sample(("II", "(2nd)", "B", "XL", "2025", "mini"), 2), 1):
        twin = {**r.choice(others), "id": str(ids + n), "title": f"{title} {ending}"}
        rows.insert(rows.index(target) + r.choice((0, 1)), twin)
    about = f"{task.about} There are others whose names begin alike; only the one named exactly so is meant."
    return _with_records(site, tuple(rows)), replace(task, about=about)


def constraint(r: Random, site: Site, task: Task) -> tuple[Site, Task] | None:
    """What is wanted is told by limits and not by its name."""
    found = looking.filter_and_sort(r, site)
    if found is None:
        return None
    if task.kind == "search_and_open":
        return site, replace(found, kind=task.kind)
    record = target_of(site, found)
    fields = [f for f in site.table(ITEMS).fields[1:] if f.type != "long" and f.label not in found.told]
    if record is None or not fields:
        return None
    one = r.choice(fields)
    value = values.shown(site, record, one.name)
    if value == "–":
        return None
    is_number = one.type in NUMBERS
    about = f"{found.about} Of that one they ask for the {one.label!r}, and for nothing else."
    see = ((str(record["title"]), value),)
    answer = values.said(record[one.name]) if is_number else value
    return site, replace(found, kind=task.kind, about=about, at="", see=see, told=(*found.told, one.label),
                         hidden=(*found.hidden, value), answer=answer, answer_type="number" if is_number else "text")  # fmt: skip


_SECOND = (doing.write_comment, doing.book, doing.change_settings, doing.edit_record)


def more_steps(r: Random, site: Site, task: Task) -> tuple[Site, Task] | None:
    """A second thing is to be done in the same errand."""
    for draw in r.sample(_SECOND, len(_SECOND)):
        other = draw(r, site)
        if other is None or any(name in task.fills for name in other.fills if name not in (ITEMS, "login")):
            continue
        if {(c.table, c.id) for c in other.wanted} & {(c.table, c.id) for c in task.wanted}:
            continue
        fills = {name: given for name, given in {**task.fills, **other.fills}.items() if name != ITEMS}
        about = f"Two things in one errand. First: {task.about} Second: {other.about}"
        told = tuple(dict.fromkeys((*task.told, *other.told)))
        return site, replace(task, about=about, told=told, wanted=(*task.wanted, *other.wanted), fills=fills)
    return None


def ambiguous_label(r: Random, site: Site, task: Task) -> tuple[Site, Task] | None:
    """Beside the form that is meant stands one that is called nearly alike and does something else."""
    form = next((site.form(n) for n in ("comment", "book", "edit_item") if n in task.fills), None)
    if form is None:
        return None
    words = {name: site.words.get(name, name) for name in ("as a draft", "draft", "Drafts")}
    fields = tuple(f for step in form.steps for f in step)
    drafts = Table("drafts", words["draft"], words["Drafts"], fields[0].name, fields)
    twin = Form("draft", f"{form.label} {words['as a draft']}", "create", "drafts", form.on, form.steps, form.submit)
    at = site.forms.index(form)
    forms = (*site.forms[:at], *r.sample((twin, form), 2), *site.forms[at + 1 :])
    about = f"{task.about} It is really to be done, and not {words['as a draft']}; the user takes that for granted."
    return replace(site, tables=(*site.tables, drafts), forms=forms), replace(task, about=about)


def remove_element(r: Random, site: Site, task: Task) -> tuple[Site, Task] | None:
    """What the task needs is gone: a record, or the form to do it with. It has to be found out, and said."""
    form = next((site.form(n) for n in task.fills if site.form(n)), None)
    if form is None and task.wanted and task.wanted[0].operation == "delete":
        form = site.form("delete_item" if task.wanted[0].table == ITEMS else "cancel_booking")
    if form is not None:
        harder = replace(site, forms=tuple(f for f in site.forms if f is not form))
        about = f"{task.about} The site has no way to do that any more; the user does not know."
        because = f"the site offers no {form.label!r}"
        names = (*task.told[:2], form.label)
        return harder, replace(task, about=about, is_feasible=False, because=because, reason=names)
    target = target_of(site, task)
    if target is None or str(target["title"]) not in task.told:
        return None
    rows = tuple(x for x in site.table(ITEMS).records if x is not target)
    title = str(target["title"])
    about = f"{task.about} It is on the site no more; the user does not know."
    gone = replace(task, about=about, is_feasible=False, because=f"the site has nothing called {title!r}",
                   reason=(title,), answer="", answer_type="")  # fmt: skip
    return _with_records(site, rows), gone


HARDER: Mapping[str, Harder] = {
    "on_page_two": on_page_two,
    "similar_elements": similar_elements,
    "constraint": constraint,
    "more_steps": more_steps,
    "ambiguous_label": ambiguous_label,
    "remove_element": remove_element,
}
