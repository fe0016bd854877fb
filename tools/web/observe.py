"""What an agent sees of a page: the browser's accessibility tree with numbers, as far as the window shows it.

Made of Playwright's snapshot of roles, names and states (it is taken in a world of its own, out of reach of the page's
scripts). An element's number is the snapshot's; numbers hold for one look at one page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

WIDTH, HEIGHT = 1024, 720
MOST_CHARACTERS = 6000
"""Of one observation."""
MOST_SNAPSHOT = 400_000
"""Characters of a snapshot that are read: a page of ten thousand links has more."""
ACTIVE = ("link", "button", "textbox", "searchbox", "combobox", "checkbox", "radio", "slider", "spinbutton", "switch",
          "tab", "menuitem", "option")  # fmt: skip
"""Roles that get a number."""
TYPED = ("textbox", "searchbox", "spinbutton", "slider")
"""Roles one can type into."""
_HEAD = re.compile(r'^(?P<role>[\w-]+)(?: (?P<name>"(?:[^"\\]|\\.)*"|/.*?/))?(?P<marks>(?: \[[^\]]*\])*)$', re.DOTALL)
_REF = re.compile(r"(?:f\d+)?e(\d+)")
"""A reference of a snapshot; the page counts its elements, and `f` its pages."""
_MARK = re.compile(r"\[([\w-]+)(?:=([^\]]*))?\]")
_LANDMARKS = ("navigation", "main", "banner", "dialog", "search", "form", "table", "list", "complementary", "group")
_STATES = ("checked", "disabled", "expanded", "selected", "pressed")


@dataclass
class Node:
    """One node of the tree."""

    role: str
    name: str = ""
    value: str = ""
    """What stands in a field; of a text the text."""
    marks: Mapping[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    url: str = ""

    @property
    def id(self) -> int | None:
        """The number it is shown with; None if it has none."""
        found = _REF.fullmatch(self.ref)
        return int(found[1]) if self.role in ACTIVE and found else None

    @property
    def ref(self) -> str:
        """What Playwright finds it by."""
        return self.marks.get("ref", "")

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """Left, top, width and height in the window."""
        parts = self.marks.get("box", "").split(",")
        try:
            x, y, w, h = map(float, parts)
        except ValueError:
            return None
        return x, y, w, h

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Seen:
    """One look at a page."""

    text: str
    """As an agent reads it."""
    shown: Mapping[int, Node]
    """The numbered elements the window shows."""
    tree: Node
    title: str
    path: str
    top: int = 0
    """Pixels scrolled."""
    full: int = 0
    """Height of the page."""


def parse(snapshot: str) -> Node:
    """Read a snapshot. What is no tree becomes a tree of nothing."""
    cut = snapshot[:MOST_SNAPSHOT]
    if len(snapshot) > MOST_SNAPSHOT:
        cut = cut[: cut.rfind("\n- ") if "\n- " in cut else cut.rfind("\n")]
    try:
        loaded = yaml.load(cut, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError, ValueError):
        loaded = None
    root = Node("page")
    if isinstance(loaded, list):
        root.children = [node for item in loaded for node in _nodes(item)]
    return root


def _nodes(item: Any) -> Iterator[Node]:
    if isinstance(item, Mapping):
        for key, inner in item.items():
            yield from _made(str(key), inner)
    elif item is not None:
        yield from _made(str(item), None)


def _made(head: str, inner: Any) -> Iterator[Node]:
    if head == "text":
        yield Node("text", value="" if inner is None else str(inner))
        return
    if head.startswith("/"):  # /url: …, /placeholder: …
        yield Node("/", name=head, value=str(inner))
        return
    found = _HEAD.match(head)
    if not found:
        return
    name = found["name"] or ""
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    marks = {m[1]: m[2] or "" for m in _MARK.finditer(found["marks"] or "")}
    node = Node(found["role"], name, marks=marks)
    if isinstance(inner, list):
        for child in (n for one in inner for n in _nodes(one)):
            if child.role == "/":
                node.url = child.value if child.name == "/url" else node.url
            else:
                node.children.append(child)
    elif inner is not None:
        node.value = str(inner)
    yield node


def look(tree: Node, title: str, path: str, top: int, full: int) -> Seen:
    """Return what the window shows of a page. `top` and `full` in pixels."""
    lines: list[str] = []
    shown: dict[int, Node] = {}
    dialog = next((n for n in tree.walk() if n.role in ("dialog", "alertdialog")), None)
    for node in [dialog] if dialog else tree.children:
        _write(node, 0, lines, shown)
    body, cut = [], False
    size = 0
    for line in lines:
        size += len(line) + 1
        if size > MOST_CHARACTERS:
            cut = True
            break
        body.append(line)
    if cut:
        kept = {int(n) for n in re.findall(r"\[(\d+)\]", "\n".join(body))}
        shown = {n: node for n, node in shown.items() if n in kept}
        body.append("(the rest of this window is left out: it holds too much)")
    where = f"Page: {title}\nAddress: {path}"
    return Seen("\n".join([where, *_window(top, full), *body]), shown, tree, title, path, top, full)


def _window(top: int, full: int) -> Iterator[str]:
    if full > HEIGHT + 4:
        above, below = top > 4, top + HEIGHT < full - 4
        told = " and ".join(word for word, so in (("above", above), ("below", below)) if so)
        yield f"Window: {round(top / HEIGHT, 1)} of {round(full / HEIGHT, 1)} screens scrolled; there is more {told}"


def _in_window(node: Node) -> bool:
    box = node.box
    if box is None:
        return True
    _, y, _, h = box
    # A thing shows if its middle does; a container if any of it does.
    if node.children and node.id is None:
        return y < HEIGHT and y + h > 0
    return 0 <= y + h / 2 < HEIGHT


def _write(node: Node, depth: int, lines: list[str], shown: dict[int, Node]) -> None:
    if not _in_window(node) or depth > 40:
        return
    pad = "  " * min(depth, 6)
    if node.role == "row":
        if line := _row(node, shown):
            lines.append(f"{pad}{line}")
        return
    if node.id is not None:
        shown[node.id] = node
        lines.append(f"{pad}{_active(node)}")
        return
    if node.role == "banner" or (node.role == "list" and not node.name):
        _inside(node, depth, lines, shown)
        return
    if node.role in _LANDMARKS:
        at = len(lines)
        lines.append(f"{pad}{node.role}{f' {chr(34)}{node.name}{chr(34)}' if node.name else ''}:")
        _inside(node, depth + 1, lines, shown)
        if len(lines) == at + 1:
            lines.pop()
        return
    _write_text(node, depth, lines, shown)


def _write_text(node: Node, depth: int, lines: list[str], shown: dict[int, Node]) -> None:
    """What is read and not used, and what stands inside."""
    pad = "  " * min(depth, 6)
    if (said := _said(node)) and node.role not in ("generic", "listitem", "rowgroup"):
        lines.append(f"{pad}{'heading ' if node.role == 'heading' else ''}{said}")
        if node.role == "heading" and node.name:
            # A heading has its name from what it holds; only what can be used in it is told as well.
            _inside(Node("generic", children=[n for n in node.walk() if n.id]), depth, lines, shown)
            return
    elif node.value and node.role in ("generic", "listitem"):
        lines.append(f"{pad}{node.value}")
    _inside(node, depth, lines, shown)


def _inside(node: Node, depth: int, lines: list[str], shown: dict[int, Node]) -> None:
    names = {child.name for child in node.children if child.id is not None}
    for child in node.children:
        # The label of a field is its name, told already.
        if child.role == "text" and child.value.strip() in names:
            continue
        _write(child, depth, lines, shown)


def _said(node: Node) -> str:
    if node.role == "text":
        return node.value.strip()
    if node.role in ("heading", "paragraph", "status", "alert", "cell", "img", "blockquote", "code", "strong"):
        return f"{node.name or node.value}".strip()
    return ""


def _row(node: Node, shown: dict[int, Node]) -> str:
    cells = []
    for cell in node.children:
        active = [n for n in cell.walk() if n.id is not None]
        for one in active:
            shown[one.id or 0] = one
        inner = " ".join(_active(one) for one in active)
        cells.append(inner or cell.name or cell.value or " ".join(_said(n) for n in cell.children))
    return "row: " + " | ".join(cells)


def _active(node: Node) -> str:
    """An element as it is shown: `[12] combobox "Sort by" = "Price" (one of: Price, Title)`."""
    shown = f'[{node.id}] {node.role} "{node.name}"'
    if node.role in TYPED:
        shown += f' = "{node.value}"'
    options = [n for n in node.children if n.role == "option"]
    if node.role == "combobox" and options:
        chosen = next((o.name for o in options if "selected" in o.marks), "")
        shown += f' = "{chosen}" (one of: {", ".join(o.name for o in options if o.name)[:600]})'
    states = [s if node.marks.get(s) in ("", None) else f"{s} {node.marks[s]}" for s in _STATES if s in node.marks]
    return shown + (f" ({', '.join(states)})" if states else "")
