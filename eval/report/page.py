"""One page as one file: no script, no network, nothing in it that a model's name or answer could set going.

The page's policy allows its own style, by its hash, and nothing else. All foreign words go through `words`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

from agents.view.plain import inert
from eval.report.drawing import STYLE as DRAWN

STYLE = (
    """
:root { color-scheme: light dark; --ground: light-dark(#fafaf8, #15161a); --surface: light-dark(#ffffff, #1b1d22);
  --line: light-dark(#d9d9d3, #343842); --text: light-dark(#1b1c1f, #e3e4e8); --quiet: light-dark(#5b5f66, #a0a5b0);
  --bad: light-dark(#a03c12, #f2a37e); --bad-soft: light-dark(#fbece4, #3a241a);
  --accent: light-dark(#2457b3, #8fb3ff); --soft: light-dark(#f1f1ee, #22252c); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; }
main { max-width: 76rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: .95rem; margin: 1.25rem 0 .25rem; color: var(--quiet); }
p, ul { max-width: 75ch; margin: .4rem 0; }
ul { padding-left: 1.2rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.quiet { color: var(--quiet); }
.loud { background: var(--bad-soft); color: var(--bad); border: 1px solid; border-radius: 6px; padding: .5rem .75rem;
  margin: .75rem 0; max-width: none; }
.wide { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px;
  background: var(--surface); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .875rem; }
caption { text-align: left; padding: .5rem .6rem; color: var(--quiet); }
th, td { text-align: left; padding: .3rem .6rem; vertical-align: baseline; border-top: 1px solid var(--line);
  overflow-wrap: normal; }
thead th { border-top: 0; color: var(--quiet); font-weight: 500; vertical-align: bottom;
  overflow-wrap: anywhere; min-width: 7rem; }
tbody th { font-weight: 500; min-width: 9rem; position: sticky; left: 0; background: var(--surface); }
td.n, .figure { white-space: nowrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
td .note, th .note { display: block; color: var(--quiet); font-size: .8rem; font-weight: 400; }
.published { background: var(--soft); font-style: italic; }
.best { font-weight: 650; }
.bad { color: var(--bad); }
td.said { min-width: 16rem; max-width: 30rem; overflow-wrap: anywhere; white-space: pre-wrap; }
figure { margin: .75rem 0; }
.beside { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
.beside > figure { flex: 0 1 auto; max-width: 100%; }
.beside > .wide { flex: 1 1 28rem; min-width: 0; }
svg.narrow { display: none; }
details > summary { cursor: pointer; color: var(--quiet); }
@media (max-width: 48rem) { svg.broad { display: none; } svg.narrow { display: block; }
  th, td { padding: .3rem .45rem; }
  tbody th { min-width: 7rem; max-width: 9rem; } }
@media print { .wide { overflow: visible; border: 0; } }
"""
    + DRAWN
)


def words(text: object) -> str:
    """Return foreign words as markup that only shows them; lines stay lines."""
    return f"<bdi>{escape(inert(str(text)))}</bdi>"


def page(title: str, body: Iterable[str]) -> str:
    """Return a whole page; `body` is markup."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(inert(title))}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    kinds: Sequence[str] = (),
    is_headed: bool = False,
) -> str:
    """Return a table that scrolls in itself. Cells are markup, or whole `<td>`s; `kinds` are classes of the columns.

    With `is_headed` the caption stands above already, and is only heard.
    """
    classes = [f' class="{kind}"' if kind else "" for kind in kinds] + [""] * len(heads)
    head = "".join(f'<th scope="col"{classes[n]}>{cell}</th>' for n, cell in enumerate(heads))
    body = []
    for first, *rest in rows:
        cells = "".join(
            cell if cell.startswith("<td") else f"<td{classes[n]}>{cell}</td>" for n, cell in enumerate(rest, 1)
        )
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    said = escape(inert(caption), quote=True)
    unseen = ' class="unseen"' if is_headed else ""
    return (
        f'<div class="wide" role="region" aria-label="{said}" tabindex="0"><table><caption{unseen}>{said}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def loud(messages: Iterable[str]) -> str:
    """Return messages that must be read before anything else, or nothing."""
    told = list(messages)
    if not told:
        return ""
    return f'<div class="loud" role="note">{"".join(f"<p>{words(one)}</p>" for one in told)}</div>'
