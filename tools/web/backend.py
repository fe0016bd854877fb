"""The program behind a site: a request and a state to a page, and to what the request does to the records.

Everything happens in memory and nothing depends on the clock or on chance, so that a planner can play it a thousand
times and a browser once, and both see the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from tools.web.lists import list_page
from tools.web.pages import Asked, Block, Link, Page, Redirect, Text
from tools.web.spec import Field, Form, Site, View, shown_value, value_fault
from tools.web.state import Change, State, apply
from tools.web.words import say

MOST_FORM = 20_000
"""Characters of a form's content that are read."""


def answer(site: Site, state: State, method: str, url: str, body: Mapping[str, str] | None = None) -> Page | Redirect:
    """Answer one request. `url` is a path with its query; `body` are a form's fields. Changes `state`."""
    parts = urlsplit(url)
    path = [p for p in parts.path.split("/") if p]
    query = dict(parse_qsl(parts.query, keep_blank_values=True)[:40])
    if method == "POST":
        given = {str(k)[:60]: str(v)[:MOST_FORM] for k, v in list((body or {}).items())[:60]}
        given["$step"] = query.get("step", "1")
        return _post(site, state, path, given)
    page = _get(site, state, path, query, url)
    if isinstance(page, Redirect):
        return page
    return _dressed(site, state, page, url)


def _dressed(site: Site, state: State, page: Page, url: str) -> Page:
    """Put round a page what all pages have: the bar, what was said, what gets in the way."""
    state.views += 1
    if state.newsletter == "" and state.views >= 2 and state.consented:
        state.newsletter = "open"
    said = (Text(state.said, is_alert=True),) if state.said else ()
    state.said = ""
    banner = (Text(site.noise.banner),) if site.noise.banner else ()
    adverts = tuple(
        Link(f"{say(site, 'Advertisement')}: {a}", f"http://ads.invalid/{n}") for n, a in enumerate(site.noise.adverts)
    )
    return Page(
        f"{page.title} | {site.name}",
        url,
        _nav(site, state),
        (*banner, *said, *page.blocks),
        _dialog(site, state, url),
        adverts,
        page.status,
        page.fragment,
    )


def _nav(site: Site, state: State) -> tuple[Link, ...]:
    more = say(site, "More")
    links = [Link(say(site, "Home"), "/")]
    links += [Link(v.label, f"/{v.table}", more if v.is_tucked_away else "") for v in site.views]
    links += [Link(f.label, f"/do/{f.name}") for f in site.forms if not f.on and f.operation == "create"]
    links += [Link(n.title, f"/pages/{n.name}", more if at else "") for at, n in enumerate(site.notes[:4])]
    if site.user:
        links.append(Link(say(site, "My account"), "/account"))
        links.append(Link(say(site, "Log out"), "/logout") if state.user else Link(say(site, "Log in"), "/login"))
    return tuple(links)


def _dialog(site: Site, state: State, url: str) -> tuple[Text | Asked, ...]:
    noise = site.noise
    if not state.consented:
        return (
            Text(say(site, "Cookies"), 2),
            Text(noise.consent),
            Asked("/consent", say(site, noise.refusal), hidden={"answer": "necessary", "to": url}, is_inline=True),
            Asked("/consent", say(site, "Accept all"), hidden={"answer": "all", "to": url}, is_inline=True),
        )
    if state.newsletter == "open":
        mail = Field("mail", "E-mail", required=False)
        return (
            Text(noise.newsletter, 2),
            Asked("/newsletter", say(site, "No, thanks"), hidden={"answer": "no", "to": url}, is_inline=True),
            Asked("/newsletter", say(site, "Subscribe"), (mail,), {"answer": "yes", "to": url}),
        )
    return ()


# -- looking


def _get(site: Site, state: State, path: list[str], query: Mapping[str, str], url: str) -> Page | Redirect:
    match path:
        case []:
            return _home(site, state)
        case ["pages", name]:
            return _note(site, name)
        case ["login"]:
            return _login(site, query.get("to", "/account"))
        case ["logout"]:
            state.user = ""
            return Redirect("/")
        case ["account"] if state.user:
            return _account(site, state)
        case ["account"]:
            return _to_login(site, state, url)
        case ["do", name, *on]:
            return _form_page(site, state, name, on[0] if on else "", query, url)
        case [table, *id] if view := site.view(table):
            return _viewed(site, state, view, id, query, url)
    return _missing(site)


def _viewed(site: Site, state: State, view: View, id: list[str], query: Mapping[str, str], url: str) -> Page | Redirect:
    """A list, or one of its records."""
    if view.needs_login and not state.user:
        return _to_login(site, state, url)
    if not id:
        return list_page(site, state, view, query)
    if len(id) == 1 and id[0] in state.records[view.table]:
        return _record(site, state, view.table, id[0])
    return _missing(site)


def _missing(site: Site) -> Page:
    return Page("404", "", blocks=(Text(say(site, "There is no such page."), 1),), status=404)


def _home(site: Site, state: State) -> Page:
    blocks: list[Block] = [Text(site.name, 1), Text(site.tagline)]
    for view in site.views:
        if view.needs_login or view.is_tucked_away:
            continue
        blocks.append(Link(f"{view.label} ({len(state.records[view.table])})", f"/{view.table}"))
    blocks += [Link(n.title, f"/pages/{n.name}") for n in site.notes[:1]]
    return Page(say(site, "Home"), "/", blocks=tuple(blocks), fragment=site.fragment)


def _note(site: Site, name: str) -> Page:
    note = next((n for n in site.notes if n.name == name), None)
    if note is None:
        return _missing(site)
    blocks: list[Block] = [Text(note.title, 1)]
    for heading, text in note.sections:
        if note.is_folded:
            blocks.append(Text(text, under=heading))
        else:
            blocks += [Text(heading, 2), Text(text)]
    titles = {n.name: n.title for n in site.notes}
    blocks += [Link(titles[one], f"/pages/{one}") for one in note.links]
    return Page(note.title, "", blocks=tuple(blocks))


def _record(site: Site, state: State, name: str, id: str) -> Page:
    table, record = site.table(name), state.records[name][id]
    view = site.view(name)
    hidden = view.hides if view else ()
    blocks: list[Block] = [Text(str(record.get(table.title, "")), 1)]
    for one in table.fields:
        if one.name not in (table.title, *hidden):
            blocks.append(Text(f"{one.label}: {shown_value(one, record.get(one.name))}"))
    for form in site.forms:
        if form.on == name and all(record.get(k) == v for k, v in form.when.items()):
            blocks.append(_way_in(form, id))
    for other in site.tables:
        if other.of == name:
            blocks.append(Text(other.many, 2))
            rows = [r for r in state.records[other.name].values() if str(r.get(name)) == id]
            blocks += [_beside(site, other.name, row) for row in rows] or [Text(say(site, "Nothing here yet"))]
    return Page(str(record.get(table.title, "")), "", blocks=tuple(blocks))


def _beside(site: Site, name: str, row: Mapping[str, object]) -> Block:
    """A record that belongs to another one: a link where it has a page of its own."""
    table = site.table(name)
    if site.view(name):
        return Link(str(row[table.title]), f"/{name}/{row['id']}")
    return Text("; ".join(f"{f.label}: {shown_value(f, row.get(f.name))}" for f in table.fields if f.name in row))


def _way_in(form: Form, on: str) -> Block:
    """How a page leads to a form: a form of one short page stands there itself, as does one of nothing but a button."""
    href = f"/do/{form.name}/{on}" if on else f"/do/{form.name}"
    if len(form.steps) <= 1 and not form.confirms and sum(map(len, form.steps)) <= 1 and not form.needs_login:
        fields = form.steps[0] if form.steps else ()
        return Asked(href, form.label, fields, values={f.name: f.preset for f in fields})
    return Link(form.label, href)


def _account(site: Site, state: State) -> Page:
    blocks: list[Block] = [Text(say(site, "My account"), 1)]
    for table in site.tables:
        if not table.is_mine:
            continue
        blocks.append(Text(table.many, 2))
        rows = state.records[table.name]
        for row in rows.values():
            if site.view(table.name):
                blocks.append(Link(str(row[table.title]), f"/{table.name}/{row['id']}"))
            else:
                blocks.append(Text("; ".join(f"{f.label}: {shown_value(f, row.get(f.name))}" for f in table.fields)))
        if not rows:
            blocks.append(Text(say(site, "Nothing here yet")))
    blocks += [Link(f.label, f"/do/{f.name}") for f in site.forms if not f.on and f.operation == "update"]
    return Page(say(site, "My account"), "", blocks=tuple(blocks))


def _login(site: Site, to: str) -> Page:
    fields = (Field("user", say(site, "User name")), Field("password", say(site, "Password"), "password"))
    form = Asked("/login", say(site, "Log in"), fields, {"to": to})
    return Page(say(site, "Log in"), "", blocks=(Text(say(site, "Log in"), 1), form))


def _to_login(site: Site, state: State, url: str) -> Redirect:
    state.said = say(site, "Please log in first.")
    return Redirect(f"/login?to={quote(url)}")


def _form_page(site: Site, state: State, name: str, on: str, query: Mapping[str, str], url: str) -> Page | Redirect:
    form = site.form(name)
    if form is None or (form.on and on not in state.records[form.on]):
        return _missing(site)
    if form.on and any(state.records[form.on][on].get(k) != v for k, v in form.when.items()):
        return _missing(site)
    if form.needs_login and not state.user:
        return _to_login(site, state, url)
    if form.operation == "checkout" and not state.records[str(form.values["from"])]:
        return Redirect("/" + str(form.values["from"]))
    here = _address(form, on)
    step = min(_count(query.get("step", "1")), max(1, len(form.steps)))
    done = state.drafts.get(here, {})
    if step > 1 and not done:
        step = 1
    blocks: list[Block] = [Text(form.label, 1)]
    if form.on:
        blocks.append(Link(str(state.records[form.on][on][site.table(form.on).title]), f"/{form.on}/{on}"))
    if form.note:
        blocks.append(Text(form.note))
    if query.get("step") == "sure":
        blocks += [Text(form.confirms), Asked(f"{here}?step=sure", say(site, "Yes, go on"), is_inline=True)]
        blocks.append(Link(say(site, "No, go back"), f"/{form.on}/{on}" if form.on else "/"))
        return Page(form.label, "", blocks=tuple(blocks))
    if len(form.steps) > 1:
        blocks.append(Text(say(site, "Step {n} of {all}", n=step, all=len(form.steps))))
    fields = form.steps[step - 1] if form.steps else ()
    last = step >= len(form.steps)
    values = {**{f.name: f.preset for f in fields}, **_as_is(state, form, on), **done}
    blocks.append(Asked(f"{here}?step={step}", form.submit if last else say(site, "Next"), fields, values=values))
    return Page(form.label, "", blocks=tuple(blocks))


def _as_is(state: State, form: Form, on: str) -> dict[str, str]:
    """What a form to change a record has in it before anybody types: what the record holds."""
    if form.operation != "update":
        return {}
    rows = state.records[form.table]
    row = rows[on] if form.on == form.table else next(iter(rows.values()), {})
    return {name: str(value) for name, value in row.items()}


def _address(form: Form, on: str) -> str:
    return f"/do/{form.name}/{on}" if on else f"/do/{form.name}"


def _count(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


# -- doing


def _post(site: Site, state: State, path: list[str], body: Mapping[str, str]) -> Page | Redirect:
    to = body.get("to", "/")
    to = to if to.startswith("/") and not to.startswith("//") else "/"
    match path:
        case ["consent"]:
            state.consented = "all" if body.get("answer") == "all" else "necessary"
            return Redirect(to)
        case ["newsletter"]:
            state.newsletter = "subscribed" if body.get("mail") else "closed"
            return Redirect(to)
        case ["login"]:
            if site.user and (body.get("user"), body.get("password")) == (site.user, site.password):
                state.user = site.user
                return Redirect(to)
            state.said = say(site, "The user name or the password is wrong.")
            return Redirect(f"/login?{urlencode({'to': to})}")
        case ["do", name, *on] if form := site.form(name):
            return _entered(site, state, form, on[0] if on else "", body)
    return _dressed(site, state, _missing(site), "/" + "/".join(path))


def _entered(site: Site, state: State, form: Form, on: str, body: Mapping[str, str]) -> Page | Redirect:
    """Take in one page of a form: say what is wrong with it, go on to the next, or do what the form does."""
    if form.needs_login and not state.user:
        return _to_login(site, state, _address(form, on))
    if isinstance(page := _form_page(site, state, form.name, on, {}, ""), Redirect) or page.status != 200:
        return Redirect("/")
    here = _address(form, on)
    draft = state.drafts.get(here, {})
    at = _count(body.get("$step", "1"))
    fields = form.steps[min(at, len(form.steps)) - 1] if form.steps and body.get("$step") != "sure" else ()
    entered = {f.name: body.get(f.name, "").strip() for f in fields}
    faults = [f"{f.label}: {fault}" for f in fields if (fault := value_fault(f, entered[f.name]))]
    draft = {**draft, **entered}
    if faults:
        state.said = f"{say(site, 'Please check what you entered.')} {'; '.join(faults)}"
        state.drafts[here] = draft
        return Redirect(f"{here}?step={at}")
    return _going_on(site, state, form, on, draft, body.get("$step", "1"), at)


def _going_on(
    site: Site, state: State, form: Form, on: str, draft: dict[str, str], step: str, at: int
) -> Page | Redirect:
    here = _address(form, on)
    if step != "sure" and at < len(form.steps):
        state.drafts[here] = draft
        return Redirect(f"{here}?step={at + 1}")
    if form.confirms and step != "sure":
        if draft:
            state.drafts[here] = draft
        return Redirect(f"{here}?step=sure")
    lacking = [f.label for s in form.steps for f in s if value_fault(f, draft.get(f.name, ""))]
    if lacking:
        return Redirect(here)
    if form.is_flaky and here not in state.failed:
        state.failed = (*state.failed, here)
        state.drafts[here] = draft
        state.said = say(site, "Something went wrong on our side and nothing was saved. Please try again.")
        return Redirect(f"{here}?step={step}" if form.steps else (f"/{form.on}/{on}" if form.on else "/"))
    state.drafts.pop(here, None)
    made = apply(site, state, form, draft, on)
    state.said = say(site, "Done: {what}", what=form.label)
    return Redirect(_after(site, state, form, on, made))


def _after(site: Site, state: State, form: Form, on: str, made: Sequence[Change]) -> str:
    """Where one is led after a form."""
    if form.operation == "delete":
        return f"/{form.table}" if site.view(form.table) else "/"
    if form.on and site.view(form.on):
        return f"/{form.on}/{on}"
    if form.operation == "create" and site.view(form.table) and made:
        return f"/{form.table}/{made[0].id}"
    return "/account" if state.user else "/"
