"""Code that was left out is seen; what only looks like it, is let be."""

# ruff: noqa: E501  # rows of data
from __future__ import annotations

import pytest

from teams.coding.gaps import gaps

WHOLE = [
    'def half(n):\n    """Halve.\n\n    >>> for k in (2, 4):\n    ...     half(k)\n    ...\n    1\n    2\n    """\n    return n // 2',
    'def half(n):\n    """Halve.\n\n    >>> half("x")\n    Traceback (most recent call last):\n        ...\n    TypeError: x\n    """\n    return n // 2',
    "from typing import Protocol\n\n\nclass Store(Protocol):\n    def get(self, key: str) -> str: ...\n\n    def put(self, key: str) -> None:\n        ...",
    "from abc import ABC, abstractmethod\n\n\nclass Shape(ABC):\n    @abstractmethod\n    def area(self):\n        ...",
    "class OutOfStock(Exception):\n    ...",
    "# an item keeps its existing code\ncode = known.get(item)\n# the rest of the code is a check digit\ndigit = code[-1]",
    "# first the empty one\n# ...and then the others\nx = 1",
    "# same as before midnight\nlate = True",
]
CUT = [
    ("def f(n):\n    # ... rest of the code\n    return n", "# ... rest of the code"),
    ("def f(n):\n    ...\n    return n", "..."),
    ("def f(n):\n    ...", "..."),
    (
        "class A:\n    def __init__(self):\n        self.n = 1\n\n    # (other methods unchanged)",
        "# (other methods unchanged)",
    ),
    ("x = 1\n# the rest stays the same", "# the rest stays the same"),
    ("x = 1\n# your code here", "# your code here"),
    ("x = 1\n# ... existing code ...", "# ... existing code ..."),
    ("x = 1\n# Rest bleibt unverändert", "# Rest bleibt unverändert"),
]
CUT_ELSEWHERE = ["// ...", "  ...", "/* same as before */", "-- unchanged", "// Existing code here...", "// …"]


@pytest.mark.parametrize("code", WHOLE)
def test_code_that_is_whole_has_no_gap(code: str) -> None:
    assert gaps(code, is_python=True) == []


@pytest.mark.parametrize(("code", "gap"), CUT)
def test_what_stands_for_code_is_seen(code: str, gap: str) -> None:
    assert gaps(code, is_python=True) == [gap]


@pytest.mark.parametrize("line", CUT_ELSEWHERE)
def test_in_other_languages_too(line: str) -> None:
    assert gaps(f"let a = 1;\n{line}\nlet b = [...a];") == [line.strip()]
