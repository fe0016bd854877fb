"""A hash of what an object holds, equal for equal state, so that one can tell whether a call changed anything."""

import hashlib
import json
import re
import types
from collections.abc import Mapping
from typing import Any

MOST_VALUES = 100_000
"""Values beyond which no hash is made."""


def state_of(thing: Any) -> str:
    """Hash an object's attributes, those of its class included; '' if it has none or they cannot be walked."""
    try:
        attributes = {
            name: value
            for kind in reversed(type(thing).__mro__[:-1])
            for name, value in vars(kind).items()
            if not (name.startswith("__") or callable(value) or hasattr(value, "__get__"))
        } | getattr(thing, "__dict__", {})
        if not attributes:
            return ""
        plain = Plain().of(attributes, ())
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    except BaseException:
        return ""


class Plain:
    """Turns any value into JSON that is equal for equal state: sets sorted, objects as attributes, no addresses."""

    def __init__(self) -> None:
        self._seen = 0

    def of(self, value: Any, path: tuple[int, ...]) -> Any:
        """Convert one value; `path` holds the ids of what it is inside of, to cut loops."""
        self._seen += 1
        if self._seen > MOST_VALUES:
            raise ValueError("too much state")
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
        if isinstance(value, (bytes, bytearray)):
            return ["bytes", value.hex()]
        if id(value) in path:
            return ["loop", len(path) - path.index(id(value))]
        inner = (*path, id(value))
        if isinstance(value, dict):
            return self._dict(value, inner)
        if isinstance(value, (list, tuple)):
            return [self.of(item, inner) for item in value]
        if isinstance(value, (set, frozenset)):
            return sorted((self.of(item, inner) for item in value), key=json.dumps)
        return self._object(value, inner)

    def _dict(self, value: Mapping[Any, Any], path: tuple[int, ...]) -> Any:
        if all(isinstance(key, str) for key in value):
            return {key: self.of(item, path) for key, item in value.items()}
        pairs = ([self.of(key, path), self.of(item, path)] for key, item in value.items())
        return sorted(pairs, key=lambda pair: json.dumps(pair, sort_keys=True))

    def _object(self, value: Any, path: tuple[int, ...]) -> Any:
        kind = type(value).__qualname__
        if isinstance(value, (type, types.FunctionType, types.MethodType, types.ModuleType)):
            return [kind, getattr(value, "__qualname__", value.__name__)]
        try:
            # Objects, dates, queues, random generators: what pickling would keep is their state.
            made = value.__reduce_ex__(4)
        except Exception:
            return [kind, re.sub(r" at 0x[0-9a-f]+", "", repr(value))]
        parts = made if isinstance(made, tuple) else [made]
        # The items of a list or dict come as iterators.
        return [kind, *(self.of(list(part) if hasattr(part, "__next__") else part, path) for part in parts)]
