"""Draw a page: plain HTML with real widgets, a little style, and the few lines of script that menus and boxes need."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby

from tools.web.pages import Asked, Block, Cards, Grid, Link, Page, Plan, Text
from tools.web.spec import NUMBERS, Field

_STYLE = """
*{box-sizing:border-box}body{font:16px/1.5 sans-serif;margin:0;color:#222}main{max-width:60rem;margin:0 auto;padding:1rem}
header{background:var(--c,#234);padding:.6rem 1rem}header ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;
margin:0;padding:0}header a{color:#fff}.menu{position:relative}.menu>span{color:#fff;cursor:default}.menu ul{display:none;
position:absolute;background:var(--c,#234);padding:.4rem 1rem;z-index:2;min-width:12rem}.menu:hover ul{display:block}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.5rem;text-align:left}
.field{display:block;margin:.5rem 0}.bar{display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:end}
input,select,textarea,button{font:inherit;padding:.3rem .5rem}.card{border:1px solid #ccc;padding:1rem;margin:.8rem 0}
.said{background:#ffd;border:1px solid #cc8;padding:.6rem}aside{background:#eee;padding:.5rem 1rem}dialog{max-width:30rem}
"""
_SCRIPT = """
document.querySelectorAll('dialog').forEach(d=>{d.addEventListener('cancel',e=>e.preventDefault());d.showModal()});
document.querySelectorAll('[aria-controls]').forEach(b=>b.addEventListener('click',()=>{const p=
document.getElementById(b.getAttribute('aria-controls'));p.hidden=!p.hidden;b.setAttribute('aria-expanded',!p.hidden)}));
document.querySelectorAll('input[type=range]').forEach(r=>{const o=r.nextElementSibling;const f=()=>{o.textContent=r.value};
r.addEventListener('input',f);f()});
"""
_COLOURS = ("#234", "#523", "#164", "#436", "#633", "#255")


def draw(page: Page, language: str = "en") -> str:
    """Return the HTML of a page."""
    nav = "".join(_nav(page.nav))
    adverts = "".join(f"<aside>{_link(link)}</aside>" for link in page.adverts)
    main = "\n".join(_blocks(page.blocks))
    dialog = f"<dialog>{''.join(_blocks(page.dialog))}</dialog>" if page.dialog else ""
    colour = _COLOURS[sum(page.title.split("|")[-1].encode()) % len(_COLOURS)]
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(page.title)}</title>'
        f'<link rel="icon" href="data:,"><style>:root{{--c:{colour}}}{_STYLE}</style></head><body>'
        f"<header><nav><ul>{nav}</ul></nav></header>{adverts}<main>{main}\n{page.fragment}</main>{dialog}"
        f"<script>{_SCRIPT}</script></body></html>"
    )


def _nav(links: tuple[Link, ...]) -> Iterator[str]:
    plain = [link for link in links if not link.under]
    yield from (f"<li>{_link(link)}</li>" for link in plain)
    for menu, several in groupby((link for link in links if link.under), key=lambda link: link.under):
        inner = "".join(f"<li>{_link(link)}</li>" for link in several)
        yield f'<li class="menu"><span role="button" aria-haspopup="true">{escape(menu)}</span><ul>{inner}</ul></li>'


def _blocks(blocks: tuple[Block, ...] | tuple[Text | Asked, ...]) -> Iterator[str]:
    for number, block in enumerate(blocks):
        if isinstance(block, Link):
            yield f"<p>{_link(block)}</p>"
        elif isinstance(block, Text):
            yield _text(block, number)
        elif isinstance(block, Asked):
            yield _form(block, number)
        elif isinstance(block, Grid):
            yield _grid(block, number)
        elif isinstance(block, Cards):
            yield from (_card(card) for card in block.cards)
        else:
            yield _plan(block)


def _link(link: Link) -> str:
    return f'<a href="{escape(link.href)}">{escape(link.text)}</a>'


def _text(text: Text, number: int) -> str:
    said = escape(text.text).replace("\n", "<br>")
    if text.under:
        name = f"fold{number}"
        button = f'<button type="button" aria-expanded="false" aria-controls="{name}">{escape(text.under)}</button>'
        return f'<div class="card">{button}<p id="{name}" hidden>{said}</p></div>'
    if text.is_alert:
        return f'<p class="said" role="status">{said}</p>'
    return f"<h{text.level}>{said}</h{text.level}>" if text.level else f"<p>{said}</p>"


def _grid(grid: Grid, number: int) -> str:
    heads = "".join(f"<th>{escape(head)}</th>" for head in grid.heads)
    rows = (
        "<tr>" + "".join(f"<td>{_cell(cell, number * 100 + at)}</td>" for cell in row) + "</tr>"
        for at, row in enumerate(grid.rows)
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _cell(cell: str | Link | Asked, at: int) -> str:
    if isinstance(cell, Link):
        return _link(cell)
    return _form(cell, at) if isinstance(cell, Asked) else escape(cell)


def _card(card: tuple[str | Link, ...]) -> str:
    inner = "".join(f"<h2>{_link(c)}</h2>" if isinstance(c, Link) else f"<p>{escape(c)}</p>" for c in card)
    return f'<article class="card">{inner}</article>'


def _plan(plan: Plan) -> str:
    marks = []
    for n, mark in enumerate(plan.marks):
        x, y = 60 + (n * 211) % 640, 40 + (n * 97) % 300
        marks.append(
            f'<a href="{escape(mark.href)}" aria-label="{escape(mark.text)}"><circle cx="{x}" cy="{y}" r="12" '
            f'fill="#c33"/><text x="{x + 16}" y="{y + 5}" font-size="13">{escape(mark.text[:24])}</text></a>'
        )
    box = '<rect width="800" height="380" fill="#e8efe4"/>'
    return f'<svg role="group" aria-label="{escape(plan.title)}" viewBox="0 0 800 380">{box}{"".join(marks)}</svg>'


def _form(form: Asked, number: int) -> str:
    hidden = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in form.hidden.items())
    fields = "".join(_field(f, form.values.get(f.name, ""), f"f{number}-{f.name}") for f in form.fields)
    kind = ' class="bar"' if form.is_inline else ""
    # The program behind the page says what is wrong with an entry; the browser's own bubbles no reader of roles sees.
    return (
        f'<form method="{form.method}" action="{escape(form.action)}"{kind} novalidate>{hidden}{fields}'
        f"<button>{escape(form.button)}</button></form>"
    )


def _field(one: Field, value: str, at: str) -> str:
    need = " required" if one.required else ""
    help = f" <small>{escape(one.help)}</small>" if one.help else ""
    name, label = escape(one.name), escape(one.label)
    if one.shape == "radio":
        radios = "".join(
            f'<label><input type="radio" name="{name}" value="{escape(o)}"{_if(o == value, "checked")}>{escape(o)}</label> '
            for o in one.options
        )
        return f'<fieldset class="field"><legend>{label}</legend>{radios}{help}</fieldset>'
    if one.type in ("choice", "yes_no"):
        widget = f'<select id="{at}" name="{name}"{need}>{_options(one, value)}</select>'
    elif one.type == "long":
        widget = f'<textarea id="{at}" name="{name}" rows="4" cols="50"{need}>{escape(value)}</textarea>'
    else:
        widget = _input(one, value, at, need)
    return f'<span class="field"><label for="{at}">{label}</label> {widget}{help}</span>'


def _options(one: Field, value: str) -> str:
    given = one.options or ("yes", "no")
    empty = [] if one.name == "sort" or value in given or not one.required else [""]
    return "".join(f'<option value="{escape(o)}"{_if(o == value, "selected")}>{escape(o)}</option>'
                   for o in (*empty, *given))  # fmt: skip


def _input(one: Field, value: str, at: str, need: str) -> str:
    kinds: Mapping[str, str] = {"date": "date", "slider": "range", "password": "password"}
    kind = kinds.get(one.type, "number" if one.type in NUMBERS else "search" if one.name == "q" else "text")
    limits = "".join(
        f' {name}="{escape(str(limit))}"' for name, limit in (("min", one.minimum), ("max", one.maximum))
        if limit is not None
    )  # fmt: skip
    step = ' step="any"' if one.type == "money" else ""
    after = "<output></output>" if kind == "range" else ""
    if kind == "range" and value == "":
        value = str(one.maximum if one.maximum is not None else "")
    return (
        f'<input id="{at}" type="{kind}" name="{escape(one.name)}" value="{escape(value)}"{limits}{step}{need}>{after}'
    )


def _if(is_so: bool, word: str) -> str:
    return f" {word}" if is_so else ""
