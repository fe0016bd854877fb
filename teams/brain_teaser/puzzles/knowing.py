"""What people know of what others know: worlds that are struck out with each remark."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist

Cell = tuple[int, int]


class WhoKnows(Puzzle):
    """One is told the row, the other the column of a cell; their remarks give it away to whoever listens."""

    name = "who_knows"
    answers = "names"
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        rows, columns = (4, 6) if twist == "harder" else (random.choice((3, 4)), random.choice((4, 5)))
        count = random.randint(rows + columns - 1, rows * columns // 2 + 1)
        cells = sorted(random.sample([(r, c) for r in range(1, rows + 1) for c in range(1, columns + 1)], count))
        remarks = ["row_surely_not", "column_now", *(["row_now"] if random.random() < 0.6 else [])]
        if random.random() < 0.3:
            remarks = ["column_not", "row_not", "column_now"]
        return {"cells": [list(cell) for cell in cells], "remarks": remarks}

    def solutions(self, data: Data) -> list[Any]:
        worlds = [(r, c) for r, c in data["cells"]]
        for remark in data["remarks"]:
            worlds = [cell for cell in worlds if _true(remark, cell, worlds)]
        return [list(cell) for cell in worlds][:2]

    def key(self, data: Data, solution: Any) -> list[str]:
        return [f"R{solution[0]}", f"C{solution[1]}"]

    def telling(self, data: Data) -> Telling:
        rows = sorted({r for r, _ in data["cells"]})
        columns = sorted({c for _, c in data["cells"]})
        at = "; ".join(f"[R{row}] with {_either([f'[C{c}]' for r, c in data['cells'] if r == row])}" for row in rows)
        said = {
            "row_surely_not": "[A] says: I don't know both, and I am sure that [B] doesn't know both either.",
            "column_now": "[B] says: until now I didn't know both, but now I do.",
            "row_now": "[A] says: then I know both now too.",
            "column_not": "[B] says: I don't know both.",
            "row_not": "[A] says: until now I didn't know both, and I still don't.",
        }
        rules = [
            f"[X] is one of these, as all know: {at}.",
            "[A] has been told the first part only, [B] the second part only; each knows that of the other,"
            " and both reason"
            " without a flaw and say the truth. They speak in this order:",
            *(said[remark] for remark in data["remarks"]),
        ]
        names = {"X": "what is to be found out", "A": "a person", "B": "another person"}
        first = {f"R{n}": "a first part, of one sort: a month, a room, a colour" for n in rows}
        second = {f"C{n}": "a second part, of one sort: a day's number, a shelf, a size" for n in columns}
        return Telling({**names, **first, **second}, rules, "What is [X]: which first part, with which second?")

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        worlds = [(r, c) for r, c in data["cells"]]
        left = []
        for remark in data["remarks"]:
            worlds = [cell for cell in worlds if _true(remark, cell, worlds)]
            left.append(len(worlds))
        counts = ", ".join(map(str, left))
        return (
            f"After the remarks {counts} of the {len(data['cells'])} are left, in this order.",
            "It says at each remark what falls out and why.",
        )


def _either(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def _true(remark: str, cell: Cell, worlds: Sequence[Cell]) -> bool:
    """Can the remark be made truly where `cell` is so, and `worlds` are what all hold possible?"""
    row = [one for one in worlds if one[0] == cell[0]]
    column = [one for one in worlds if one[1] == cell[1]]
    if remark == "row_surely_not":
        return len(row) > 1 and all(sum(other[1] == one[1] for other in worlds) > 1 for one in row)
    if remark == "column_now":
        return len(column) == 1
    if remark == "row_now":
        return len(row) == 1
    return len(column if remark == "column_not" else row) > 1
