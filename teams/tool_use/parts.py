"""A backend in parts, for a model too small to write one whole: the data, then one method and one example at a time.

The program does what it can: it sets out each part, holds it to the names and parameters the list of APIs promises,
puts the parts together, runs each method as soon as it is there, and sends it back with the error. A function whose
method never works is left out of the list.
"""

from __future__ import annotations

import ast
import json
import keyword
import textwrap
from collections.abc import Mapping
from typing import Any

from sandbox import SessionFailed
from teams.engine.flow import Scene
from teams.engine.talk import Talk
from teams.tool_use.words import script
from tools.apis import Api, complaints, signature
from tools.backend import CLASS, code_of

MAKER = script.role("part_maker", hears=("bench",), forgetful=True, max_tokens=500, temperature=0.4)
TRIES = 2
"""Times a method or an example is asked for."""
_VALUE: dict[str, Any] = {"anyOf": [{"type": "string", "maxLength": 60}, {"type": "number"}, {"type": "boolean"}]}
_RECORD = {"type": "object", "additionalProperties": _VALUE, "minProperties": 2, "maxProperties": 6}
DATA_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "tables": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "pattern": "^[a-z][a-z_]{2,20}$"},
                    "records": {"type": "array", "items": _RECORD, "minItems": 3, "maxItems": 4},
                },
                "required": ["name", "records"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["tables"],
    "additionalProperties": False,
}


class Parts:
    """The state of one chat that builds a backend part by part."""

    def __init__(self, scene: Scene, apis: list[Api]) -> None:
        # The original code is not shown: a small model copies it, with all that it calls and this class lacks.
        self.scene, self.apis = scene, apis
        self.data: dict[str, list[Any]] = {}
        self.methods: dict[str, str] = {}
        self.examples: dict[str, dict[str, Any]] = {}
        self.waiting = list(apis)
        self.part = ""
        """What was asked for last: `data`, `method` or `example`; '' when all is done."""
        self.tries = 0
        self.problem = ""

    @property
    def api(self) -> Api:
        return self.waiting[0]

    # -- what the bench says

    async def speak(self, talk: Talk) -> str:
        """Take in the part that was made, try it, ask for the next."""
        if self.part:
            await self._take(talk.words(MAKER.name))
        else:
            self.part = "data"
        if not self.waiting:
            self.part = ""
            return "That is all." if self.methods else "Nothing works."
        return self._ask()

    def order(self, talk: Talk) -> str | None:
        if talk[-1].source != "bench":
            return "bench"
        return MAKER.name if self.part else None

    def schema(self) -> Mapping[str, Any] | None:
        """The form of the part asked for; a method is plain code."""
        if self.part == "data":
            return DATA_SCHEMA
        return {**self.api.parameters, "additionalProperties": False} if self.part == "example" else None

    def _ask(self) -> str:
        functions = "\n".join(f"- {signature(api)}: {api.description}" for api in self.apis)
        if self.part == "data":
            return (
                f"The functions of a service:\n{functions}\n\nInvent the data it holds: one or two tables, each with "
                "three or four records. Name the fields as the functions name what they take: "
                f"{', '.join(self._names())}."
            )
        shown = self.module([]) + f"\n\n    {self._header()}\n"
        if self.part == "example":
            return (
                f"```python\n{shown}{textwrap.indent(self.methods[self.api.name], ' ' * 8)}\n```\n{self.problem}"
                f"Give arguments for one call of {self.api.name} that succeeds on this data."
            )
        return (
            f"Here is a class without the method {self.api.name}:\n```python\n{shown}```\n{self.problem}"
            f"Write the method {self.api.name} ({self.api.description}) and nothing else. Its data are "
            f"{', '.join(f'self.{name}' for name in self.data)}: lists of dicts, as shown. It returns a dict with all "
            "a caller wants to know. If a record is not found or the call makes no sense, it raises ValueError."
        )

    def _names(self) -> list[str]:
        return list(dict.fromkeys(name for api in self.apis for name in api.parameters.get("properties", {})))

    def _header(self) -> str:
        properties = self.api.parameters.get("properties", {})
        required = self.api.parameters.get("required", ())
        ordered = [*(p for p in properties if p in required), *(p for p in properties if p not in required)]
        given = [p if p in required else f"{p}={properties[p].get('default')!r}" for p in ordered]
        return f"def {self.api.name}({', '.join(['self', *given])}):"

    # -- what was made

    async def _take(self, text: str) -> None:
        self.problem = ""
        if self.part == "data":
            self._take_data(json.loads(text))
            self.part = "method"
            return
        if self.part == "method":
            body, self.problem = self._body(text)
            if not self.problem:
                self.methods[self.api.name] = body
                self.part, self.tries = ("example", 0) if self.api.name not in self.examples else ("tried", self.tries)
        elif self.part == "example":
            arguments = json.loads(text)
            self.problem = "; ".join(complaints(arguments, self.api))
            self.examples[self.api.name] = arguments
            self.part = "tried" if not self.problem else "example"
        if self.part == "tried":
            await self._try()
        elif self.problem:
            self._again(self.part)

    def _take_data(self, made: Mapping[str, Any]) -> None:
        for table in made["tables"]:
            name = table["name"] if not keyword.iskeyword(table["name"]) else f"{table['name']}_"
            self.data[name] = table["records"]

    def _body(self, text: str) -> tuple[str, str]:
        """Find the method in a reply; return its body, or what is wrong."""
        code = textwrap.dedent(code_of(text))
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError) as error:
            return "", f"The method doesn't parse: {error}."
        named = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == self.api.name)
        if (found := next(named, None)) is None:
            return "", f"There is no method {self.api.name} in it."
        lines = [n for n in found.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
        return "\n".join(ast.unparse(line) for line in lines or found.body), ""

    async def _try(self) -> None:
        """Run the method on its example; keep it, or say what went wrong and ask again."""
        box = await self.scene.lease()
        try:
            session = await box.open_session(self.module([self.api.name]), CLASS)
        except SessionFailed as error:
            self.problem = f"It doesn't run: {error}."
            self._again("method")
            return
        try:
            result = await session.call(self.api.name, self.examples[self.api.name])
        finally:
            await session.close()
        if result.ok and result.value is not None:
            self._next()
            return
        # A refusal may be the example's fault or the method's: the example is the cheaper one to make again.
        refused = result.error.startswith("ValueError") and not self.tries
        self.problem = f"{self.api.name}({json.dumps(self.examples[self.api.name])}) gave: {result.error or 'None'}. "
        self._again("example" if refused else "method")

    def _again(self, part: str) -> None:
        self.tries += 1
        self.part = part
        if self.tries > TRIES:
            self.methods.pop(self.api.name, None)
            self.examples.pop(self.api.name, None)
            self._next()

    def _next(self) -> None:
        self.waiting.pop(0)
        self.part, self.tries, self.problem = "method", 0, ""

    # -- the whole

    def module(self, names: list[str]) -> str:
        """The class with its data and the methods named."""
        lines = [f"class {CLASS}:", "    def __init__(self):"]
        lines += [f"        self.{name} = {records!r}" for name, records in self.data.items()]
        waiting = self.waiting
        for api in self.apis:
            if api.name in names and api.name in self.methods:
                self.waiting = [api]
                lines += ["", f"    {self._header()}", textwrap.indent(self.methods[api.name], " " * 8)]
        self.waiting = waiting
        return "\n".join(lines)

    def whole(self) -> str:
        """The module of all that works, with its examples."""
        names = [api.name for api in self.apis if api.name in self.methods]
        examples = [(name, self.examples[name]) for name in names]
        return f"{self.module(names)}\n\nEXAMPLES = {examples!r}\n"
