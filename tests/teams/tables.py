"""What holds of the tables of every skill of text: kinds have briefs of their own, sources, and something to suit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from agents.script import Script
from teams.engine.flow import Kind

ALIKE = 0.75
"""Briefs that share more than this (of their words, in order) are one brief with a word changed."""


def brief_faults(tables: Iterable[Sequence[Kind]]) -> list[str]:
    """Return what is wrong with the briefs of a skill: too short, too long, without a source, nearly alike."""
    faults = []
    for table in tables:
        for kind in table:
            sentences = sum(kind.brief.count(mark) for mark in ".?!")
            if not 2 <= sentences <= 8 and kind.name != "identity":
                faults.append(f"{kind.name}: {sentences} sentences")
            if not kind.source:
                faults.append(f"{kind.name}: from nowhere")
        for one, other in combinations(table, 2):
            if one.name == other.name:
                faults.append(f"{one.name}: twice")
            elif (share := likeness(one.brief, other.brief)) > ALIKE:
                faults.append(f"{one.name} and {other.name}: {share:.0%} alike")
    return faults


def likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def suit_faults(suits: Mapping[str, Sequence[str]], passages: Sequence[Kind], kinds: Sequence[Kind]) -> list[str]:
    """Return which passages nothing suits, which kinds suit nothing, and which names there are not."""
    names, known = {kind.name for kind in kinds}, {kind.name for kind in passages}
    suited = {name for several in suits.values() for name in several}
    faults = [f"nothing can be asked about {name}" for name in known if not suits.get(name)]
    faults += [f"{name} suits nothing" for name in sorted(names - suited)]
    return faults + [f"there is no {name}" for name in sorted((suited - names) | (suits.keys() - known))]


def unused_words(script: Script, roles: Iterable[str], kinds: Iterable[Kind]) -> list[str]:
    """Return roles and briefs of a script that nobody uses."""
    used = {kind.name for kind in kinds}
    told = [name for name in script if name not in set(roles)]
    return told + [name for name in script.briefs if name not in used]
