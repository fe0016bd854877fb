"""A run in which every field that a model or a document can reach holds something that would like to do harm."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from agents.hand import Hand
from agents.journal_tables import FOLLOWED, SCHEMA, VERSION

RAN = "window.ran=1;alert(1)"
MARKUP = "\n".join(
    (
        f"<script>{RAN}</script>",
        f"</script><script>{RAN}//",
        f"<img src=x onerror='{RAN}'>",
        f"<img src=http://127.0.0.1:9/i.png><svg onload='{RAN}'><script>{RAN}</script></svg>",
        f"<iframe src='javascript:{RAN}'></iframe><object data=/o></object><embed src=/e>",
        f"<body onload={RAN}><details open ontoggle={RAN}><input autofocus onfocus={RAN}>",
        "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'><base href=http://127.0.0.1:9/>",
        "<style>body{display:none}*{background:url(http://127.0.0.1:9/s)}</style>",
        "<link rel=stylesheet href=//127.0.0.1:9/l>",
        "<form action=http://127.0.0.1:9/f><button autofocus>Go</button></form><title>Gone</title>",
        "--><!--[if IE]><b>x</b><![endif]--><![CDATA[<b>]]></textarea></title></style><plaintext>",
        "<template><img src=x onerror=alert(1)></template>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        '"; background:red; x:" \'; } body{display:none} /* */ @import "http://127.0.0.1:9/c";',
    )
)
LINKS = "\n".join(
    (
        f"javascript:{RAN} data:text/html,<script>{RAN}</script> vbscript:x file:///etc/passwd blob:x",
        f"[click](javascript:{RAN}) ![i](http://127.0.0.1:9/i.png) <http://127.0.0.1:9/> http://127.0.0.1:9/",
        "//127.0.0.1:9/x \\\\127.0.0.1\\x #/pair/x http:&#47;&#47;x &lt;b&gt; &#x3c;script&#x3e;",
        "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {% raw %} {{constructor.constructor('alert(1)')()}} `${alert(1)}`",
        '=cmd|\' /C calc\'!A0 +1+1 -1 @SUM(1) =HYPERLINK("http://127.0.0.1:9","x") \t=1 %0A=1',
        "constructor toString hasOwnProperty __proto__ prototype valueOf then",
    )
)
CONTROLS = "".join(
    (
        "\x1b[2J\x1b]0;title\x07\x1b[31mred\x1b]8;;http://127.0.0.1:9\x1b\\link \x9b2J \x08\x08\x08 \x7f \x00null\x00 ",
        "\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061c a\u200bb\ufeffc a\u00adb w\u2060j \u2028 \u2029 ",
        "\U000e0041\U000e0042hidden \u3164 \u115f a\u200db z\u0336\u0353\u0353\u0353"
        + "\u0353" * 300
        + " \r x \x0c \x0b ",
        "مرحبا שלום 👩‍👩‍👧 🏳️‍🌈",
    )
)
HUGE = "W" * 30_000 + " " + "🙂" * 4_000 + "\n" * 300 + "<b>" + "مرحبا " * 3_000
BOMB = '{"a":' * 20_000 + "1" + "}" * 20_000
PROTO = '{"__proto__":{"polluted":"<b>yes</b>"},"constructor":{"prototype":{"polluted":1}},"toString":"<i>","": ""}'
PAYLOADS = {"markup": MARKUP, "links": LINKS, "controls": CONTROLS, "huge": HUGE, "json": PROTO, "bomb": BOMB}
IDS = (
    "a%00b",
    "a#b",
    "a?b=1&c",
    "a/../../b",
    "..",
    "x!y",
    "%2e%2e%2f",
    "a b+c%20d",
    "&lt;b&gt;",
    "'\"><img src=x onerror=alert(1)>",
    "\u202egnp",
    "a\\b",
    "__proto__",
    "é/🙂",
)


def write(folder: Path) -> dict[str, str]:
    """Write the run; return the pairs' ids by the name of what stands in all of their fields."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.executescript(f"PRAGMA journal_mode=WAL; {SCHEMA} {FOLLOWED} PRAGMA user_version={VERSION};")
        made = {name: _born(db, f"skill/{name}.md:1-3", text) for name, text in PAYLOADS.items()}
        made |= {id: _born(db, f"skill/{id}", "Nothing bad in here.", last=id) for id in IDS}
        bad = MARKUP[:300]
        meta = {"skill": bad, "language": bad, "seeds": [bad], "about": {"title": bad, "command": bad}}
        for key, value in meta.items():
            db.execute("INSERT INTO meta VALUES (?,?)", (key, json.dumps(value)))
        pulse = {"pid": 1, "in_flight": 2, "stopping": bad, "seeds": 3, "cost": "<b>", "pairs": bad}
        db.execute("INSERT INTO pulse VALUES (?,?)", (time.time(), json.dumps(pulse)))
        db.commit()
    hand = Hand(folder)
    for name, id in made.items():
        if name in PAYLOADS:
            text = PAYLOADS[name][:2000]
            act = hand.act(id, "reject", {"reason": text}, who=text[:100], base=0)
            messages = [{"role": "user", "content": text}, {"role": "assistant", "content": text}]
            hand.act(id, "edit", {"messages": messages}, who=text[:100], base=act.n)
    return made


def _born(db: sqlite3.Connection, seed: str, text: str, last: str = "") -> str:
    """Write a seed with all that came of it: passage, instruction, refined instruction, pair, chats, drops."""
    short = text[:400]
    passage, asked = f"{seed}/kind", f"{seed}/kind/asked-1"
    pair = f"{asked}/{last or short.splitlines()[0][:60]}-1"
    found = {"id": seed, "text": text, "path": short, "span": [1, 3], "hash": "h", "kind": short, "language": short}
    db.execute("INSERT INTO seeds VALUES (?,?)", (seed, json.dumps(found)))
    births = (
        (passage, "passage", seed),
        (asked, "instruction", passage),
        (pair, "instruction", asked),
        (pair, "pair", asked),
    )
    for id, type_, parent in births:
        stage = {"passage": "transform", "pair": "respond"}.get(type_, "instruct" if id == asked else "refine")
        record: dict[str, Any] = {"id": id, "kind": short, "text": text, "facts": {short: short}}
        if type_ == "pair":
            record = {**record, "messages": _messages(text, short), "tools": []}
        chat = {asked: f"{passage}/instruct-x", pair: f"{asked}/refine-x"}.get(id, f"{seed}/transform-x")
        chat = f"{pair}/respond-x" if type_ == "pair" else chat
        values = (id, type_, parent, seed, stage, short, 1, chat, "p", json.dumps(record))
        db.execute("INSERT OR IGNORE INTO records VALUES (?,?,?,?,?,?,?,?,?,?)", values)
        _chat(db, chat, parent, seed, stage, text, short)
    _chat(db, f"{pair}/check-judge", pair, seed, "check", text, short)
    checks = [{"check": short, "passed": n > 0, "evidence": text, "by": short} for n in range(2)]
    verdict = {"accepted": False, "judged_by": [short], "checks": checks}
    tool = {"type": "function", "function": {"name": short, "description": text, "parameters": {short: short}}}
    kinds = {"transform": short, "instruct": short, "refine": [short], "demand": [short]}
    row = {
        "id": pair, "skill": short, "kinds": kinds, "stage": short, "messages": _messages(text, short), "tools": [tool],
        "seed": {"path": short, "span": [1, 3]}, "models": {short: short}, "facts": {"x": text}, "verdict": verdict,
    }  # fmt: skip
    db.execute("INSERT INTO verdicts VALUES (?,?,?,?,?)", (pair, 0, json.dumps(verdict), json.dumps(row), "p"))
    dropped = f"{passage}/instruct-{last or 'gone'}"
    db.execute("INSERT INTO drops VALUES (?,?,?,?,?,?,?)", (dropped, seed, 1, short, short, json.dumps([text]), "p"))
    return pair


def _messages(text: str, short: str) -> list[Mapping[str, Any]]:
    surrogates = "\ud800 lone \udfff"
    call = {"id": short, "type": "function", "function": {"name": short, "arguments": text}}
    return [
        {"role": "system", "content": text + surrogates},
        {"role": "user", "content": text},
        {"role": "assistant", "content": text, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": short, "content": text},
        {"role": "assistant", "content": text, "reasoning_content": text},
    ]


def _chat(db: sqlite3.Connection, id: str, record: str, seed: str, stage: str, text: str, short: str) -> None:
    values = (id, record, seed, 1, stage, short, json.dumps([short, "b"]), "failed", text)
    db.execute("INSERT OR IGNORE INTO chats VALUES (?,?,?,?,?,?,?,?,?)", values)
    call = json.dumps([{"id": "1", "name": short, "arguments": text}])
    said = (
        ("task", "text", text, None), (short, "text", text, None), (short, "call", "", call),
        (short, "result", text, json.dumps({"id": "1", "name": short, "error": True})), (short, "thought", text, None),
    )  # fmt: skip
    for n, (source, type_, words, extra) in enumerate(said):
        db.execute("INSERT OR IGNORE INTO messages VALUES (?,?,?,?,?,?)", (id, n, source, type_, words, extra))
    db.execute("INSERT OR IGNORE INTO prompts VALUES (?,?)", (short[:50], text))
    replies = ({"content": text}, {"calls": [{"id": "1", "name": short, "arguments": text}]})
    for turn, reply in enumerate(replies, 1):
        values = (id, f"h{turn}", 0, turn, short, short, short[:50], json.dumps(reply), 3, 4, 0.5)
        db.execute("INSERT OR IGNORE INTO calls VALUES (?,?,?,?,?,?,?,?,?,?,?)", values)
    values = (id, "t", 0, 3, short, short, text, text, 1, 0.1)
    db.execute("INSERT OR IGNORE INTO tools VALUES (?,?,?,?,?,?,?,?,?,?)", values)
