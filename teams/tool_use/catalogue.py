"""Content transformation: from a snippet or a description to a list of APIs, and library reconstruction both ways.

A clerk (a program) hands out what the syntax tree knows; a role says what only a reader can say. For the wider
libraries a librarian searches the index of all seed functions again and again, or an imaginer thinks up the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from agents.role import Role
from teams.engine.checks.known import split_name
from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Passage, Seed
from teams.engine.seeds_text import neutral, neutralise
from teams.engine.source_apis import as_api, spelled_out
from teams.engine.talk import Talk
from teams.tool_use.backend import listed
from teams.tool_use.forms import LONG, SHORT, Chosen, Imagined, key, notes_schema
from teams.tool_use.parts import is_plain
from teams.tool_use.words import script
from tools.apis import Api, Origin, SchemaError, as_dict, from_dict, sanitise_name, signature
from tools.index import ApiIndex, Entry
from tools.names import RESERVED

MOST = 10
"""APIs in one list: what fits a system message and still leaves something to choose from."""
FEW = 3
"""Functions taken from one seed for a small model: more make a backend it can't write (measured on 1.5B)."""
AT_A_TIME = 6
"""Functions described in one reply; small models get one at a time."""

WRITER = script.role("api_writer", hears=("clerk",), forgetful=True, max_tokens=2000, temperature=0.4)
# Whoever widens a list is shown the list as it stands, and not again the code it was written from.
LIBRARIAN = script.role(
    "librarian", hears=("clerk",), forgetful=True, tools=("search_apis",), tool_rounds=7, output=Chosen
)
IMAGINER = script.role("imaginer", hears=("clerk",), forgetful=True, output=Imagined, max_tokens=3000)
KINDS = tuple(
    Kind(name, script.brief(name), source)
    for name, source in (
        ("own_functions", "paper"),
        ("retrieved_library", "paper"),
        ("imagined_library", "paper"),
        ("described", "paper"),
        ("described_and_imagined", "ours"),
    )
)
SUITS = {
    "code": ("own_functions", "retrieved_library", "imagined_library"),
    "api": ("described", "described_and_imagined"),
}


def entries(seed: Seed) -> list[Entry]:
    """What a code seed adds to the index: its functions, found by what they are called and documented as."""
    return [
        Entry(
            f"{seed.id}#{key(function)}",
            neutralise(
                f"{key(function)}({', '.join(p['name'] for p in function['parameters'])}) {function.get('doc') or ''}"
            )[:800],
            {"function": json.dumps(function, ensure_ascii=False), "source": _place(seed, function)},
        )
        for function in offered(seed)
    ]


def offered(seed: Seed) -> list[Mapping[str, Any]]:
    """The functions of a code seed that somebody outside could call."""
    return [f for f in seed.facts.get("functions", ()) if f["is_offered"]]


def head_of(seed: Seed) -> str:
    """The constants and types of the file that the seed's functions speak of, for whoever reads its code."""
    head = neutralise(str(seed.facts.get("head", "")))
    return f"What the file says before them:\n```{seed.language}\n{head}\n```\n\n" if head else ""


def _place(seed: Seed, function: Mapping[str, Any]) -> str:
    return f"{seed.path}:{function['span'][0]}-{function['span'][1]}"


class Catalogue:
    """The state of one chat that writes a list of APIs: what is still to be described, and what has been."""

    def __init__(self, scene: Scene) -> None:
        assert isinstance(scene.record, Seed)
        self.scene, self.seed = scene, scene.record
        self.at_a_time = 1 if scene.small else AT_A_TIME
        self.widening = scene.kind.name in ("retrieved_library", "imagined_library", "described_and_imagined")
        functions = [spelled_out(function) for function in offered(self.seed)]
        most = FEW if scene.small else MOST - 2
        self.waiting = _some(_plain(functions) if scene.small else functions, most, scene.random)
        self.handed: list[Mapping[str, Any]] = []
        self.apis: list[Api] = []
        for api in self.seed.facts.get("apis", ()):
            self._add(from_dict(neutral(api)))
        self.room = MOST - len(self.apis) - len(self.waiting)
        """How many more a librarian or imaginer may bring."""
        self.widening = self.widening and self.room > 0
        self.fetched: set[str] = set()
        self.asked_wider = False
        self._read = 0

    # -- the clerk

    async def speak(self, talk: Talk) -> str:
        """Take in what the last speaker gave, then hand out the next thing to do."""
        await self.take_in(talk)
        if self.waiting:
            return self._hand_out()
        self.asked_wider = True
        return f"The functions so far:\n{listed(self.apis)}"

    def _hand_out(self) -> str:
        self.handed, self.waiting = self.waiting[: self.at_a_time], self.waiting[self.at_a_time :]
        sheets = [f"{key(f)}{_types(f)}\n```{f['language']}\n{neutralise(f['text'])}\n```" for f in self.handed]
        head = "" if self.scene.small else head_of(self.seed)
        asked = "Describe this function in one short sentence each" if self.scene.small else "Describe these functions"
        return f"{head}{asked}:\n\n" + "\n\n".join(sheets)

    def schema(self) -> dict[str, Any]:
        return notes_schema(self.handed, SHORT if self.scene.small else LONG)

    async def take_in(self, talk: Talk) -> None:
        """Merge what roles said since the clerk last looked."""
        for said in talk[self._read :]:
            if said.source == WRITER.name:
                self._note(json.loads(said.text))
            elif said.source == LIBRARIAN.name and said.call is None:
                await self._fetch(talk, Chosen.model_validate_json(said.text).chosen)
            elif said.source == IMAGINER.name:
                self._imagine(Imagined.model_validate_json(said.text))
        self._read = len(talk)

    def _note(self, notes: Mapping[str, Any]) -> None:
        for function in self.handed:
            note = notes.get(key(function))
            if note and note.get("useful") and (api := self._api(function, note)):
                self._add(api, _class_of(function))
        self.handed = []

    def _api(self, function: Mapping[str, Any], note: Mapping[str, Any]) -> Api | None:
        source = function.get("source")
        return api_of(function, note, "retrieved" if source else "seed", source or _place(self.seed, function))

    async def _fetch(self, talk: Talk, chosen: Sequence[str]) -> None:
        """Take from the index what the librarian chose among what its searches showed."""
        shown = {hit["id"]: hit["text"] for said in talk.by(LIBRARIAN.name) if said.call for hit in _hits(said.text)}
        own = {_place(self.seed, function) for function in offered(self.seed)}
        for number in dict.fromkeys(c for c in chosen if c not in self.fetched):
            self.fetched.add(number)
            for hit in await self.scene.supplies[ApiIndex].search(shown.get(number, ""), 5):
                if hit.id == number and hit.metadata["source"] not in own:
                    function = spelled_out(json.loads(hit.metadata["function"]))
                    self.waiting.append({**function, "source": hit.metadata["source"]})
        self.waiting = self.waiting[: MOST - len(self.apis)]

    def _imagine(self, imagined: Imagined) -> None:
        for made in imagined.functions:
            properties = {
                sanitise_name(p.name): {"type": p.type, "description": p.description} for p in made.parameters
            }
            required = [sanitise_name(p.name) for p in made.parameters if p.required]
            schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
            self._add(Api(sanitise_name(made.name), made.description, schema, made.returns, "imagined", ""))

    def _add(self, api: Api, of: str = "") -> None:
        """Take an API in. A second one of a name, or one named like a way to speak, gets its class's before it."""
        known = {api.name for api in self.apis}
        if api.name in RESERVED or (api.name in known and of):
            api = replace(api, name=sanitise_name(f"{of or 'service'}_{api.name}"))
        if len(self.apis) < MOST and api.name not in known:
            self.apis.append(api)

    # -- who speaks when

    def order(self, talk: Talk) -> str | None:
        """The clerk after everyone else; after the clerk whoever can do what it asked for."""
        if talk[-1].source != "clerk":
            return "clerk" if self._goes_on(talk) else None
        if self.handed:
            return WRITER.name
        return LIBRARIAN.name if self.scene.kind.name == "retrieved_library" else IMAGINER.name

    def _goes_on(self, talk: Talk) -> bool:
        """Is there still something to hand out, once the last words are taken in?"""
        if talk[-1].source == IMAGINER.name:
            return False
        if self.waiting or (self.widening and not self.asked_wider):
            return True
        if talk[-1].source == LIBRARIAN.name:
            return bool(Chosen.model_validate_json(talk[-1].text).chosen)
        return False


async def direct(scene: Scene) -> Staging | Sequence[Passage]:
    seed = scene.record
    assert isinstance(seed, Seed)
    catalogue = scene.notes["catalogue"] = Catalogue(scene)
    if not catalogue.waiting and not catalogue.widening:
        return [_passage(scene, catalogue)]
    if not catalogue.waiting and not catalogue.apis:
        raise Drop("no function an assistant could call")
    seats: list[Seat | Program] = [Program("clerk", catalogue.speak, "hands out functions to describe")]
    facts = {"count": 2 if scene.small else min(catalogue.room, 6)}
    for role in (WRITER, *_wideners(scene.kind.name)):
        seats.append(_seat(role, catalogue, facts))
    return Staging(f"Make a list of functions: {scene.kind.brief}", seats, catalogue.order)


def _wideners(kind: str) -> tuple[Role, ...]:
    if kind == "retrieved_library":
        return (LIBRARIAN,)
    return (IMAGINER,) if kind in ("imagined_library", "described_and_imagined") else ()


def _seat(role: Role, catalogue: Catalogue, facts: Mapping[str, Any]) -> Seat:
    if role is WRITER:
        # The form depends on what the clerk handed out last, so it is made when it is asked for.
        return Seat(role, facts, schema=catalogue.schema)
    if role is LIBRARIAN and catalogue.scene.small:
        return Seat(replace(role, tool_rounds=2), facts)  # one search: it searches for the same again and again
    return Seat(role, facts)


async def harvest(scene: Scene, talk: Talk) -> Sequence[Passage]:
    catalogue: Catalogue = scene.notes["catalogue"]
    await catalogue.take_in(talk)
    return [_passage(scene, catalogue)]


def _passage(scene: Scene, catalogue: Catalogue) -> Passage:
    seed = scene.record
    assert isinstance(seed, Seed)
    if not catalogue.apis:
        raise Drop("no function an assistant could call")
    text = "\n".join(f"{signature(api)}: {api.description}" for api in catalogue.apis)
    facts = {"apis": [as_dict(api) for api in catalogue.apis]}
    return seed.rewritten(scene.kind.name, text, round=scene.round, facts=facts)


def api_of(function: Mapping[str, Any], note: Mapping[str, Any], origin: Origin, source: str) -> Api | None:
    """Merge what the syntax tree knows with what the model said. None if a caller could not call it."""
    words, types = note.get("parameters", {}), note.get("types", {})
    wanted = [
        {**p, "schema": p["schema"] or {"type": types.get(p["name"], "string")}}
        for p in function["parameters"]
        # What is internal is filled in by the program that owns the function.
        if not p["is_rest"] and types.get(p["name"]) != "internal"
    ]
    try:
        draft = as_api(neutral({**function, "parameters": wanted}))
    except SchemaError:
        return None
    properties = {
        name: {**schema, "description": words.get(name) or schema.get("description", "")}
        for name, schema in draft.parameters["properties"].items()
    }
    parameters = {**draft.parameters, "properties": properties}
    if thing := note.get("of"):
        name = sanitise_name(thing["name"])
        first = {name: {"type": "string", "description": thing["description"]}}
        required = [name, *(n for n in draft.parameters["required"] if n != name)]
        parameters |= {"properties": {**first, **properties}, "required": required}
    # Of a thing among many, `stop` says too little: stop what?
    name = sanitise_name(f"{split_name(_class_of(function)).replace(' ', '_')}_{draft.name}") if thing else draft.name
    return Api(name, note["description"], parameters, note.get("returns", ""), origin, source)


def _class_of(function: Mapping[str, Any]) -> str:
    return str(function.get("container") or "").rsplit(".", 1)[-1]


def _plain(functions: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that need only what a small model can give (texts, numbers, yes or no), without what else they may take."""
    needed = [[p for p in f["parameters"] if p["required"]] for f in functions]
    return [
        {**function, "parameters": [p for p in function["parameters"] if is_plain(p["schema"])]}
        for function, given in zip(functions, needed, strict=True)
        if given and all(is_plain(p["schema"]) for p in given)
    ]


def _some(functions: list[Mapping[str, Any]], most: int, random: Random) -> list[Mapping[str, Any]]:
    """Take at most so many, neighbours in the code: they belong together."""
    start = random.randint(0, max(0, len(functions) - most))
    return functions[start : start + most]


def _types(function: Mapping[str, Any]) -> str:
    """The types callers will see, where the syntax tree knows them: a description's units must fit them."""
    known = [f"{p['name']} {p['schema']['type']}" for p in function["parameters"] if _typed(p)]
    return f" (its caller gives: {', '.join(known)})" if known else ""


def _typed(parameter: Mapping[str, Any]) -> bool:
    schema = parameter["schema"] or {}
    return not parameter["is_rest"] and isinstance(schema.get("type"), str) and schema["type"] != "internal"


def _hits(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return []
    return value if isinstance(value, list) else []


SMALL_KINDS = ("own_functions", "retrieved_library", "described")
"""What a small model imagines copies the prompt."""
flow = Flow("transform", direct, harvest, KINDS, sample=1, suits=SUITS, small_kinds=SMALL_KINDS)
