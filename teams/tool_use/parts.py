"""A backend in parts, for a model too small to write one whole: its records first, then one method at a time.

The program does what it can: it sets out the fields (what the functions take), holds each method to the name and the
parameters the list of APIs promises, runs it on the records as soon as it is there, and sends it back with the error.
A function whose method never works is left out of the list.
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from string import ascii_lowercase
from typing import Any

from sandbox import SessionFailed
from teams.engine.flow import Scene
from teams.engine.talk import Talk
from teams.tool_use.words import script
from tools.apis import Api, signature
from tools.backend import CLASS

MAKER = script.role("part_maker", hears=("bench",), forgetful=True, max_tokens=500, temperature=0.5)
TRIES = 2
"""Times a method is asked for; a third has hardly ever worked (measured on 1.5B)."""
LINES, WIDTH = 16, 140
"""Of a method, at most."""
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


class Parts:
    """The state of one chat that builds a backend part by part."""

    def __init__(self, scene: Scene, apis: list[Api]) -> None:
        # The original code is not shown: a small model copies it, with all that it calls and this class lacks.
        self.scene, self.apis = scene, apis
        self.letters = scene.random.sample("ABCDEFGHIJKLMNOPRSTVW", RECORDS)
        self.records: list[dict[str, Any]] = []
        self.methods: dict[str, str] = {}
        self.examples: dict[str, dict[str, Any]] = {}
        self.waiting = list(apis)
        self.more: dict[str, Any] = {}
        """Fields beside what the functions take: what they answer with."""
        self.asked = ""
        """What was asked for last: `fields`, `records`, `method`; '' before the first and after the last."""
        self.tries = 0
        self.problem = ""

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a record: what the functions take, and what they answer with."""
        given = {n: s for api in self.apis for n, s in api.parameters.get("properties", {}).items() if is_plain(s)}
        return {name: _form(schema) for name, schema in given.items()} | self.more

    # -- the bench

    async def speak(self, talk: Talk) -> str:
        """Take in the part that was made, try it, ask for the next."""
        if self.asked == "fields":
            found = json.loads(talk.words(MAKER.name))["fields"]
            self.more = {f["name"]: PLAIN[f["type"]] for f in found if f["name"] not in self.fields}
        elif self.asked == "records":
            self.records = list(json.loads(talk.words(MAKER.name))["records"].values())
        elif self.asked == "method":
            await self._take_method(json.loads(talk.words(MAKER.name))["lines"])
        if self.records and not self.waiting:
            self.asked = ""
            return "That is all." if self.methods else "None of the methods works."
        self.asked = {"": "fields", "fields": "records"}.get(self.asked, "method")
        if self.asked == "method":
            return self._for_method(self.waiting[0])
        return self._for_records() if self.asked == "records" else self._for_fields()

    def order(self, talk: Talk) -> str | None:
        if talk[-1].source != "bench":
            return "bench"
        return MAKER.name if self.asked else None

    def schema(self) -> Mapping[str, Any] | None:
        """The form of the part asked for."""
        if self.asked == "fields":
            # Fields that begin with other letters are other fields: asked in words alone, it names the same again.
            letters = "".join(sorted(set(ascii_lowercase) - {name[0].lower() for name in self.fields}))
            name = {"type": "string", "pattern": f"^[{letters or 'a-z'}][a-z]{{2,12}}(_[a-z]{{2,10}})?$"}
            return _listed("fields", _object({"name": name, "type": {"enum": list(PLAIN)}}), 1, 3)
        if self.asked == "records":
            return self._for_each_record()
        # Lines, so that it has an end: left free, a small model writes the class anew, records and all.
        line = {"type": "string", "minLength": 1, "maxLength": WIDTH}
        return _listed("lines", line, 1, LINES)

    def _for_each_record(self) -> Mapping[str, Any]:
        """Records whose texts begin with letters of their own: a small model numbers its records instead."""
        forms = (_begun(letter, self.fields) for letter in self.letters)
        return _object({"records": _object(dict(zip(_ORDINALS, forms, strict=True)))})

    def _functions(self) -> str:
        return "\n".join(f"- {signature(api)}: {api.description} Returns: {api.returns}" for api in self.apis)

    def _for_fields(self) -> str:
        return (
            f"The functions of a service:\n{self._functions()}\n\nIt keeps records with the fields "
            f"{', '.join(self.fields)}. Name one to three other fields, which hold what the functions answer with."
        )

    def _for_records(self) -> str:
        return (
            f"The functions of a service:\n{self._functions()}\n\nInvent {RECORDS} of its records, with the fields "
            f"{', '.join(self.fields)}."
        )

    def _for_method(self, api: Api) -> str:
        return (
            f"A class, and the beginning of its method {api.name}:\n```python\n{self.module([])}\n\n"
            f"    {_header(api)}\n```\n{self.problem}Give the lines of its body, each with its indentation. It is to "
            f"do this: {api.description} Its only data is the list self.records, as shown. It returns a dict with what "
            "the caller wants to know, with a name for each value. If there is no such record, or the call makes no "
            "sense, it raises ValueError with a sentence."
        )

    # -- what was made

    async def _take_method(self, lines: Sequence[str]) -> None:
        api = self.waiting[0]
        body, self.problem = _body(lines, _header(api))
        if not self.problem:
            self.methods[api.name] = body
            self.problem = await self._tried(api)
        self.tries += 1
        if self.problem and self.tries < TRIES:
            self.problem = f"The last try was no good: {self.problem} "
            return
        if self.problem:
            self.methods.pop(api.name, None)
        self.waiting.pop(0)
        self.tries, self.problem = 0, ""

    async def _tried(self, api: Api) -> str:
        """Call the method with the values of each record in turn, until it succeeds; say what went wrong if never."""
        required = api.parameters.get("required", ())
        problem = ""
        for record in self.records:
            arguments = {name: record[name] for name in required}
            error = await self._call(api.name, arguments)
            if not error:
                self.examples[api.name] = arguments
                return ""
            problem = problem or f"{api.name}({json.dumps(arguments, ensure_ascii=False)}) gave {error}."
        return problem

    async def _call(self, name: str, arguments: Mapping[str, Any]) -> str:
        """Call on a fresh instance; return the error, '' if it gave something."""
        try:
            session = await (await self.scene.lease()).open_session(self.module([name]), CLASS)
        except SessionFailed as error:
            return str(error)
        try:
            result = await session.call(name, arguments)
        finally:
            await session.close()
        if result.ok:
            return (
                ""
                if result.value not in (None, "", [], {})
                else f"{result.value!r} and not a dict that tells something"
            )
        return result.error

    # -- the whole

    def module(self, names: list[str]) -> str:
        """The class with its records and the methods named."""
        held = ",\n            ".join(repr(record) for record in self.records)
        lines = [
            f"class {CLASS}:",
            "    def __init__(self):",
            f"        self.records = [\n            {held},\n        ]",
        ]
        for api in self.apis:
            if api.name in names:
                lines += ["", f"    {_header(api)}", textwrap.indent(self.methods[api.name], " " * 8)]
        return "\n".join(lines)

    def whole(self) -> str:
        """The module of all that works, with its examples."""
        names = [api.name for api in self.apis if api.name in self.methods]
        examples = [(name, self.examples[name]) for name in names]
        return f"{self.module(names)}\n\nEXAMPLES = {examples!r}\n"


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    named = {"type": "object", "properties": dict(properties), "required": list(properties)}
    return {**named, "additionalProperties": False}


def _listed(name: str, item: Mapping[str, Any], fewest: int, most: int) -> dict[str, Any]:
    return _object({name: {"type": "array", "items": item, "minItems": fewest, "maxItems": most}})


def _form(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form of a field: its type with bounds, its choices, or a day or time as people write them."""
    if "enum" in schema:
        return {"enum": schema["enum"]}
    return FORMATS.get(schema.get("format", ""), PLAIN[schema["type"]])


def _begun(letter: str, fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The form of a record whose texts begin with a letter; an id, which is more than a word, begins as it likes."""
    begun = {"type": "string", "pattern": f'^[{letter}0-9][^"\\\\\\n\\t]{{1,39}}$'}
    return _object({n: begun if form == PLAIN["string"] and not _ID.search(n) else form for n, form in fields.items()})


def _header(api: Api) -> str:
    properties = api.parameters.get("properties", {})
    required = api.parameters.get("required", ())
    ordered = [*(p for p in properties if p in required), *(p for p in properties if p not in required)]
    given = [p if p in required else f"{p}={properties[p].get('default')!r}" for p in ordered]
    return f"def {api.name}({', '.join(['self', *given])}):"


def _body(lines: Sequence[str], header: str) -> tuple[str, str]:
    """Return the body of a method that was given in lines, or what is wrong with it."""
    own = lines[1:] if lines[0].lstrip().startswith("def ") else lines
    text = textwrap.indent(textwrap.dedent("\n".join(own)), "    ")
    try:
        found = ast.parse(f"{header}\n{text}").body[0]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return "", f"it doesn't parse: {error}."
    assert isinstance(found, ast.FunctionDef)
    kept = [n for n in found.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    if not isinstance(kept[-1] if kept else None, ast.Return | ast.Raise):
        kept.append(ast.parse("raise ValueError('there is nothing that fits')").body[0])  # it would give None
    return "\n".join(ast.unparse(line) for line in kept), ""
