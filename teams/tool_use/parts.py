"""A backend in parts, for a model too small to write one whole: for each function some records, then its code.

The program does what it can: it sets out the fields (what the function takes), holds the function to the name and the
parameters the list of APIs promises, runs it on the records as soon as it is there, and sends it back with the error.
Each function keeps records of its own, because one that finds only what it needs is one a small model can write.
A function that never works is left out of the list.
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any

from sandbox import SessionFailed
from teams.engine.flow import Scene
from teams.engine.schemas import closed
from teams.engine.talk import Talk
from teams.tool_use.words import script
from tools.apis import Api, signature
from tools.backend import CLASS, code_of

MAKER = script.role("part_maker", hears=("bench",), forgetful=True, max_tokens=450, temperature=0.5)
TRIES = 2
"""Times a function is asked for; a third has hardly ever worked (measured on 1.5B)."""
_ORDINALS = ("first", "second", "third", "fourth")
RECORDS = len(_ORDINALS)
PLAIN: Mapping[str, Mapping[str, Any]] = {
    # Bounds, because a small model that begins a number or a text does not always end it.
    "string": {"type": "string", "minLength": 2, "maxLength": 40},
    "integer": {"type": "integer", "minimum": 0, "maximum": 100_000},
    "number": {"type": "number", "minimum": 0, "maximum": 100_000},
    "boolean": {"type": "boolean"},
}
"""JSON types a record can hold, and their form."""
_DAY = "202[4-6]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
FORMATS: Mapping[str, Mapping[str, Any]] = {
    "date": {"type": "string", "pattern": f"^{_DAY}$"},
    "date-time": {"type": "string", "pattern": f"^{_DAY}T(0[8-9]|1[0-9]):[0-5]0$"},
    "time": {"type": "string", "pattern": "^(0[8-9]|1[0-9]):[0-5]0$"},
}


_ID = re.compile(r"(?i)id$|isbn|sku|code|number|key|ref|mail|phone|url|path|date|day|time|^no$")
"""Names of fields that hold no name."""


def is_plain(schema: Mapping[str, Any]) -> bool:
    """Can a small model give this as an argument, and a record hold it?"""
    return schema.get("type") in PLAIN


@dataclass
class Part:
    """One function of the backend, as far as it is made."""

    api: Api
    more: dict[str, Any] = field(default_factory=dict)
    """Fields of its records beside what the function takes: what it answers with."""
    records: list[dict[str, Any]] = field(default_factory=list)
    body: str = ""
    """Of its method, which finds the records in `records`."""
    example: dict[str, Any] = field(default_factory=dict)
    """Arguments of a call that was seen to work."""

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a record, each with its form."""
        given = {n: s for n, s in self.api.parameters.get("properties", {}).items() if is_plain(s)}
        return {name: _form(schema) for name, schema in given.items()} | self.more

    @property
    def described(self) -> str:
        return f"{signature(self.api)}: {self.api.description} Returns: {self.api.returns}"


class Parts:
    """The state of one chat that builds a backend part by part."""

    def __init__(self, scene: Scene, apis: list[Api]) -> None:
        # The original code is not shown: a small model copies it, with all that it calls and this class lacks.
        self.scene = scene
        self.waiting = [Part(api) for api in apis]
        self.working: list[Part] = []
        self.letters = scene.random.sample("ABCDEFGHIJKLMNOPRSTVW", RECORDS)
        self.asked = ""
        """What was asked for last: `fields`, `records`, `function`; '' before the first and after the last."""
        self.tries = 0
        self.problem = ""

    @property
    def part(self) -> Part:
        """The one in work."""
        return self.waiting[0]

    # -- the bench

    async def speak(self, talk: Talk) -> str:
        """Take in what was made, try it, ask for the next."""
        if self.asked:
            await self._take_in(talk.words(MAKER.name))
        else:
            self.asked = "fields"
        if not self.waiting:
            self.asked = ""
            return "That is all." if self.working else "None of the functions works."
        return {"fields": self._for_fields, "records": self._for_records, "function": self._for_function}[self.asked]()

    def order(self, talk: Talk) -> str | None:
        if talk[-1].source != "bench":
            return "bench"
        return MAKER.name if self.asked else None

    def schema(self) -> Mapping[str, Any] | None:
        """The form of what is asked for; a function is plain code."""
        if self.asked == "fields":
            # Fields that begin with other letters are other fields: asked in words alone, it names the same again.
            letters = "".join(sorted(set(ascii_lowercase) - {name[0].lower() for name in self.part.fields}))
            name = {"type": "string", "pattern": f"^[{letters or 'a-z'}][a-z]{{2,12}}(_[a-z]{{2,10}})?$"}
            return _listed("fields", closed({"name": name, "type": {"enum": list(PLAIN)}}), 1, 2)
        if self.asked == "records":
            forms = (_begun(letter, self.part.fields) for letter in self.letters)
            return closed({"records": closed(dict(zip(_ORDINALS, forms, strict=True)))})
        return None

    def _for_fields(self) -> str:
        return (
            f"A function of a service:\n{self.part.described}\n\nThe service keeps records with the fields "
            f"{', '.join(self.part.fields)}. Name one or two other fields, which hold what the function answers with."
        )

    def _for_records(self) -> str:
        return (
            f"A function of a service:\n{self.part.described}\n\nInvent {RECORDS} of the service's records, with the "
            f"fields {', '.join(self.part.fields)}."
        )

    def _for_function(self) -> str:
        held = ",\n    ".join(repr(record) for record in self.part.records)
        # A function and no class: shown a class, a small model writes it anew, records and all.
        return (
            f"```python\nrecords = [\n    {held},\n]\n```\n{self.problem}Write this function, which works on such "
            f"records:\n```python\n{_header(self.part.api, 'records')}\n    # {self.part.api.description}\n```\nIt "
            "returns a dict with what the caller wants to know, with a name for each value. If there is no such "
            "record, it raises ValueError with a sentence."
        )

    # -- what was made

    async def _take_in(self, words: str) -> None:
        part = self.part
        if self.asked == "fields":
            made = json.loads(words)["fields"]
            # A result with an `error` in it says that the call failed.
            part.more = {f["name"]: PLAIN[f["type"]] for f in made if f["name"] not in (*part.fields, "error")}
            self.asked = "records"
        elif self.asked == "records":
            part.records = list(json.loads(words)["records"].values())
            self.asked = "function"
        else:
            await self._take_function(part, code_of(words))

    async def _take_function(self, part: Part, code: str) -> None:
        part.body, problem = _body(code, part.api.name)
        problem = problem or await self._tried(part)
        self.tries += 1
        if problem and self.tries < TRIES:
            self.problem = f"The last try was no good: {problem} "
            return
        if not problem:
            self.working.append(part)
        self.waiting.pop(0)
        self.asked, self.tries, self.problem = "fields", 0, ""

    async def _tried(self, part: Part) -> str:
        """Call the method with the values of each record in turn, until it succeeds; say what went wrong if never."""
        problem = ""
        for record in part.records:
            part.example = {name: record[name] for name in part.api.parameters.get("required", ())}
            if not (error := await self._call(part)):
                return ""
            shown = json.dumps(part.example, ensure_ascii=False)
            problem = problem or f"{part.api.name}({shown}) gave {error}."
        return problem

    async def _call(self, part: Part) -> str:
        """Call on a fresh instance; return the error, '' if it gave something."""
        try:
            session = await (await self.scene.lease()).open_session(_module([part]), CLASS)
        except SessionFailed as error:
            return str(error)
        try:
            result = await session.call(part.api.name, part.example)
        finally:
            await session.close()
        if not result.ok:
            return result.error
        # A bare value leaves the assistant in doubt what it is.
        told = isinstance(result.value, dict) and result.value and "error" not in result.value
        return "" if told else f"{result.value!r} and not a dict that tells something"

    # -- the whole

    @property
    def apis(self) -> list[Api]:
        """Those whose method works."""
        return [part.api for part in self.working]

    def whole(self) -> str:
        """The module of all that works, with its examples."""
        examples = [(part.api.name, part.example) for part in self.working]
        return f"{_module(self.working)}\n\nEXAMPLES = {examples!r}\n"


def _module(parts: Sequence[Part]) -> str:
    """A class in which each function has its own records."""
    lines = [f"class {CLASS}:", "    def __init__(self):"]
    for part in parts:
        held = ",\n            ".join(repr(record) for record in part.records)
        lines.append(f"        self.{part.api.name}_records = [\n            {held},\n        ]")
    for part in parts:
        body = f"records = self.{part.api.name}_records\n{part.body}"
        lines += ["", f"    {_header(part.api, 'self')}", textwrap.indent(body, " " * 8)]
    return "\n".join(lines)


def _listed(name: str, item: Mapping[str, Any], fewest: int, most: int) -> dict[str, Any]:
    return closed({name: {"type": "array", "items": item, "minItems": fewest, "maxItems": most}})


def _form(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form of a field: its type with bounds, its choices, or a day or time as people write them."""
    if "enum" in schema:
        return {"enum": schema["enum"]}
    return FORMATS.get(schema.get("format", ""), PLAIN[schema["type"]])


def _begun(letter: str, fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The form of a record whose texts begin with a letter; an id, which is more than a word, begins as it likes."""
    begun = {"type": "string", "pattern": f'^[{letter}0-9][^"\\\\\\n\\t]{{1,39}}$'}
    return closed({n: begun if form == PLAIN["string"] and not _ID.search(n) else form for n, form in fields.items()})


def _header(api: Api, first: str) -> str:
    properties = api.parameters.get("properties", {})
    required = api.parameters.get("required", ())
    ordered = [*(p for p in properties if p in required), *(p for p in properties if p not in required)]
    given = [p if p in required else f"{p}={properties[p].get('default')!r}" for p in ordered]
    return f"def {api.name}({', '.join([first, *given])}):"


def _body(code: str, name: str) -> tuple[str, str]:
    """Return the body of the function in a reply, or what is wrong with it."""
    try:
        tree = ast.parse(textwrap.dedent(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return "", f"it doesn't parse: {error}."
    found = next((n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name), None)
    if found is None:
        return "", f"there is no function {name} in it."
    kept = [n for n in found.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    for node in ast.walk(found):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Subscript):
            node.value = _named(node.value)
    if not isinstance(kept[-1] if kept else None, ast.Return | ast.Raise):
        kept.append(ast.parse("raise ValueError('there is nothing that fits')").body[0])  # it would give None
    return "\n".join(ast.unparse(line) for line in kept), ""


def _named(value: ast.Subscript) -> ast.expr:
    """`record['price']` as `{'price': record['price']}`: a bare value leaves its reader in doubt what it is."""
    if not (isinstance(value.slice, ast.Constant) and isinstance(value.slice.value, str)):
        return value
    return ast.Dict(keys=[ast.Constant(value.slice.value)], values=[value])
