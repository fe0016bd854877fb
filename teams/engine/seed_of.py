"""A seed from text in memory: what `read_seeds` does for files, for one piece without a name."""

from __future__ import annotations

import hashlib

from teams.engine.descriptions import read_description
from teams.engine.descriptions_load import DescriptionError
from teams.engine.records import Seed
from teams.engine.seeds_talks import talk_in
from teams.engine.seeds_walk import Skip
from teams.engine.source import SourceError, as_facts, parse
from teams.engine.source_languages import NAMES
from teams.engine.tongue import tongue
from tools.apis import as_dict

GUESSED = tuple(name for name in ("python", "typescript", "go", "java", "rust", "ruby", "php", "c") if name in NAMES)
"""Languages tried, in this order; the one in which most functions are found without errors is taken."""


def seed_of(text: str, skill: str, prefers: str = "code") -> Seed:
    """Return `text` as a seed: an API description, code in the language that fits best, or plain text.

    For a skill that prefers text it is text, whatever stands in it; for one that prefers talks, a row of JSON with
    `messages` is a talk, and all else is text.
    """
    number = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
    lines = text.count("\n") + 1
    known = (f"{skill}/text-{number[:12]}:1-{lines}", text, "text", (1, lines), number)
    if prefers == "talks" and not isinstance(talk := talk_in(text), Skip):
        return Seed(known[0], talk[0], *known[2:], "talk", tongue(talk[0]), talk[1])
    if prefers in ("text", "talks"):
        return Seed(*known, "text", tongue(text))
    try:
        apis = read_description(text).apis
        if apis:
            return Seed(*known, "api", "", {"apis": [as_dict(api) for api in apis]})
    except DescriptionError:
        pass
    found = []
    for language in GUESSED:
        try:
            source = parse(text, language)
        except SourceError:
            continue
        if any(function.is_offered for function in source.functions):
            found.append((source.flawed, -len(source.functions), GUESSED.index(language), source))
    if not found:
        return Seed(*known)
    source = min(found, key=lambda one: one[:3])[3]
    return Seed(*known, "code", source.language, as_facts(source))
