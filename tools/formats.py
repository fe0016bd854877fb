"""Read JSON, YAML, CSV and XML that somebody else wrote: strictly, and whatever it holds."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import yaml

LONGEST = 50_000
"""Characters of YAML that are read: its parser is slow."""


class Unreadable(ValueError):
    """The text is not what it was to be; says why in a few words."""


def read_json(text: str) -> Any:
    """Return the value of a JSON text. Raises `Unreadable`, for a key that comes twice and for NaN too."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except Unreadable:
        raise
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except ValueError as error:  # an integer of thousands of digits
        raise Unreadable(str(error)[:120]) from None


def read_yaml(text: str) -> Any:
    """Return the value of one YAML document of plain types. Raises `Unreadable`."""
    if len(text) > LONGEST:
        raise Unreadable(f"longer than {LONGEST} characters")
    try:
        return yaml.load(text, _Plain)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}" if mark else ""
        raise Unreadable(f"{error.problem or 'not YAML'}{where}") from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise Unreadable(str(error).split("\n")[0][:120] or "not YAML") from None


def read_csv(text: str, delimiter: str = ",") -> list[list[str]]:
    """Return the rows of a CSV text, empty lines left out. Raises `Unreadable` for quotes that don't close."""
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True) if row]
    except csv.Error as error:
        raise Unreadable(str(error)) from None


def read_xml(text: str) -> ElementTree.Element:
    """Return the root of an XML text. Raises `Unreadable`, for document types and entities too."""
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise Unreadable("a document type is not read")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise Unreadable(str(error)) from None
    except ValueError as error:
        raise Unreadable(str(error)[:120]) from None


class _Plain(yaml.SafeLoader):
    """Aliases are refused: a few lines of them make gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias", problem_mark=None)
        return super().compose_node(parent, index)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise Unreadable(f"the key {key!r} comes twice")
        made[key] = value
    return made


def _no_constant(name: str) -> Any:
    raise Unreadable(f"{name} is no JSON")
