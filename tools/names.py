"""Names of tools as endpoints take them: at most 64 ASCII letters, digits, `_` and `-`, and none an assistant needs."""

import re
import unicodedata
from collections.abc import Iterable

RESERVED = ("ask_user", "final_answer", "failed")
"""What an assistant speaks with. A tool of one of these names would take its words away."""
MOST = 64
"""Characters of a name."""


def told_names(names: Iterable[str]) -> dict[str, str]:
    """Return for each of `names` the one a model is told, different for each; those that will do stay as they are."""
    names = list(dict.fromkeys(names))
    told = {name: name for name in names if legal(name) == name and name not in RESERVED}
    taken = set(told.values())
    for name in names:
        if name not in told:
            told[name] = _free(legal(name), taken)
            taken.add(told[name])
    return {name: told[name] for name in names}


def legal(name: str) -> str:
    """Return the name nearest to `name` that endpoints take; of a name without a letter they know, `tool`."""
    plain = unicodedata.normalize("NFKD", name[:500]).encode("ascii", "ignore").decode()
    if re.fullmatch(rf"[A-Za-z0-9_-]{{1,{MOST}}}", name):
        return name
    return re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_")[:MOST] or "tool"


def _free(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found in taken or found in RESERVED:
        number += 1
        found = f"{name[: MOST - 1 - len(str(number))]}_{number}"
    return found
