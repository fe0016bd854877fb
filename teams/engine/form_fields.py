"""A form's JSON schema as questions: what can be asked of a person field by field, and what their answers mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NUMBERS = ("integer", "number")
YES, NO = ("y", "yes", "true"), ("n", "no", "false")


@dataclass(frozen=True)
class Field:
    """One question."""

    name: str
    type: str
    """string, integer, number, boolean, or null for one that is always empty."""
    is_list: bool = False
    choices: tuple[Any, ...] = ()
    is_required: bool = True
    may_be_null: bool = False
    about: str = ""
    """What the form says of it."""

    @property
    def hint(self) -> str:
        """What may be answered, in a few words."""
        if self.choices:
            return " | ".join(map(str, self.choices))
        what = {"boolean": "yes or no", "integer": "a whole number", "number": "a number", "null": "nothing"}
        return what.get(self.type, "")

    def read(self, text: str) -> Any:
        """Return what an answer means. Raises `ValueError` in words for the person."""
        text = text.strip()
        if self.choices:
            found = [choice for choice in self.choices if str(choice) == text]
            if not found:
                raise ValueError(f"{self.name} is one of: {self.hint}")
            return found[0]
        if self.type == "boolean":
            if text.lower() not in YES + NO:
                raise ValueError(f"{self.name} is yes or no")
            return text.lower() in YES
        if self.type in NUMBERS:
            return self._number(text)
        return text

    def _number(self, text: str) -> int | float:
        try:
            return int(text) if self.type == "integer" or text.lstrip("+-").isdecimal() else float(text)
        except ValueError:
            raise ValueError(f"{self.name} is {self.hint}, not {text[:40]!r}") from None


def fields_of(schema: Mapping[str, Any]) -> list[Field] | None:
    """Return a form's questions, or None where it is not flat: then it has to be given whole."""
    whole = _resolved(schema, schema)
    properties = whole.get("properties")
    if not isinstance(properties, Mapping) or not properties or whole.keys() & {"anyOf", "oneOf", "allOf"}:
        return None
    required = _listed(whole.get("required"))
    made = [_field(name, _resolved(form, schema), schema, name in required) for name, form in properties.items()]
    found = [field for field in made if field]
    return found if len(found) == len(made) else None


def _field(name: str, form: Mapping[str, Any], root: Mapping[str, Any], required: bool) -> Field | None:
    about, null = str(form.get("description", "")), False
    if isinstance(options := form.get("anyOf"), list):
        resolved = [_resolved(option, root) for option in options]
        others = [option for option in resolved if option.get("type") != "null"]
        if len(others) != 1:
            return None
        null, form = len(others) < len(resolved), others[0]
    is_list = form.get("type") == "array"
    if is_list:
        form = _resolved(form.get("items") or {}, root)
    if "const" in form:
        choices: tuple[Any, ...] = (form["const"],)
    else:
        choices = tuple(_listed(form.get("enum")))
    kind = form.get("type", "string" if choices else None)
    if kind not in ("string", "boolean", "null", *NUMBERS):
        return None
    return Field(name, kind, is_list, choices, required, null or kind == "null", about)


def _listed(value: Any) -> list[Any]:
    """What a schema should list may be anything: schemas come from tools of strangers."""
    return value if isinstance(value, list) else []


def _resolved(form: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references within the schema, a few steps at most."""
    for _ in range(8):
        if not isinstance(form, Mapping):
            return {}
        place = form.get("$ref")
        if not isinstance(place, str):
            return form
        found: Any = root
        for part in place.removeprefix("#/").split("/"):
            found = found.get(part) if isinstance(found, Mapping) else None
        form = found
    return {}


def shown(value: Any) -> str:
    """Return a field's value as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
