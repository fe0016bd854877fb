"""Label sets as users show them: in what order, under what names, laid out how.

A label is `{"name", "shown", "means"}`: what its designer calls it, what the user calls it, and its definition ('' for
none). Keys and checks go by `name`; whoever answers sees and writes `shown`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

Label = Mapping[str, str]
PATH = " > "
"""Between the levels of a hierarchical label."""
UNFIT = re.compile(r"[,;:：|>\"“”„<>{}\[\]`*]|\s[–—-]\s")
"""What a label's name can't hold, since answers list names, quote them and put them into JSON."""
POOLS: Mapping[str, tuple[str, ...]] = {
    "letters": tuple("ABCDEFGHIJ"),
    "codes": tuple(f"K{n}" for n in (11, 24, 37, 42, 58, 63, 79, 85, 90, 96)),
    "greek": ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    "colours": ("red", "blue", "green", "amber", "violet", "grey", "white", "teal", "brown", "pink"),
    "words": ("zubi", "harri", "lore", "ekaitz", "mahai", "itsaso", "ardo", "sagar", "txori", "gona"),
}
"""Names that say nothing: letters, codes, colours, and Basque nouns."""
WORDLESS = ("letters", "codes", "greek")
"""Those that are no words of any language."""


def tidy(said: str) -> str:
    """Return what a designer wrote in one line: names and definitions stand in lists and tables."""
    return " ".join(said.split())


def renamed(labels: Sequence[Mapping[str, str]], names: str, random: Random) -> list[dict[str, str]]:
    """Return the labels, in the order they are shown in, with names of a pool, or their own where it is `own`."""
    if names == "own":
        return [{**label, "shown": label["name"]} for label in labels]
    pool = POOLS[names]
    # Letters go by place, as options do; all others are drawn.
    drawn = pool[: len(labels)] if names == "letters" else random.sample(pool, len(labels))
    return [{**label, "shown": shown} for label, shown in zip(labels, drawn, strict=True)]


def _bullets(labels: Sequence[Label]) -> str:
    return "\n".join(f"- {one['shown']}{': ' * bool(one['means'])}{one['means']}" for one in labels)


def _brackets(labels: Sequence[Label]) -> str:
    return "\n".join(f"[{one['shown']}] {one['means']}".rstrip() for one in labels)


def _codebook(labels: Sequence[Label]) -> str:
    return "\n\n".join(f"{one['shown']}\n    {one['means']}" for one in labels)


def _table(labels: Sequence[Label]) -> str:
    rows = "\n".join(f"| {one['shown']} | {one['means'].replace('|', '/')} |" for one in labels)
    return f"| Label | What it covers |\n|---|---|\n{rows}"


def _mapping(labels: Sequence[Label]) -> str:
    return json.dumps({one["shown"]: one["means"] for one in labels}, ensure_ascii=False, indent=2)


def _enum(labels: Sequence[Label]) -> str:
    return json.dumps([one["shown"] for one in labels], ensure_ascii=False)


def _inline(labels: Sequence[Label]) -> str:
    return ", ".join(one["shown"] for one in labels)


def _bars(labels: Sequence[Label]) -> str:
    return " | ".join(one["shown"] for one in labels)


def _grouped(labels: Sequence[Label]) -> dict[str, dict[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    for one in labels:
        group, leaf = one["shown"].split(PATH, 1)
        groups.setdefault(group, {})[leaf] = one["means"]
    return groups


def _tree(labels: Sequence[Label]) -> str:
    lines: list[str] = []
    for group, leaves in _grouped(labels).items():
        lines += [f"- {group}", *(f"  - {leaf}{': ' * bool(means)}{means}" for leaf, means in leaves.items())]
    return "\n".join(lines)


def _nested(labels: Sequence[Label]) -> str:
    return json.dumps(_grouped(labels), ensure_ascii=False, indent=2)


LAYOUTS: Mapping[str, Callable[[Sequence[Label]], str]] = {
    "bullets": _bullets,
    "brackets": _brackets,
    "codebook": _codebook,
    "table": _table,
    "mapping": _mapping,
    "enum": _enum,
    "inline": _inline,
    "bars": _bars,
    "tree": _tree,
    "nested": _nested,
}
_DEFINED = ("bullets", "bullets", "brackets", "codebook", "table", "mapping")
_PARTLY = ("bullets", "brackets", "table")
_BARE = ("bullets", "brackets", "enum", "inline", "inline", "bars")


def layout_of(labels: Sequence[Mapping[str, str]], random: Random, *, is_tree: bool, english: bool) -> str:
    """Draw a layout that suits: trees branch, definitions need room, and a table's head is in English."""
    if is_tree:
        return random.choice(("tree", "tree", "nested", "bullets"))
    defined = sum(bool(one["means"]) for one in labels)
    fitting = _DEFINED if defined == len(labels) else _PARTLY if defined else _BARE
    return random.choice([name for name in fitting if english or name != "table"])


def laid_out(labels: Sequence[Label], layout: str) -> str:
    """Return the label set as text."""
    return LAYOUTS[layout](labels)


def stands_in(name: str, text: str) -> bool:
    """Say whether a label's name stands in a text in so many words; `_` and `-` are read as spaces."""
    words = [re.escape(word) for word in re.split(r"[\s_\-/]+", name.casefold()) if word]
    if not words:
        return False
    # From CJK on words have no borders one could see.
    border = "{}" if is_unspaced(name) else r"(?<!\w){}(?!\w)"
    return re.search(border.format(r"[\s_\-/]+".join(words)), text.casefold()) is not None


def is_unspaced(name: str) -> bool:
    """Say whether a name is in a script that puts no space between words."""
    return re.search(r"[\u2e80-\u9fff\uac00-\ud7af]", name) is not None
