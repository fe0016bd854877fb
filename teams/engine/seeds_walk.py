"""The files under a seed folder, in a fixed order, one folder in memory at a time; what is passed over is said.

Names on disk are bytes and may be anything: paths are handled as bytes and shown percent-escaped, which can be undone.
"""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote_from_bytes, unquote_to_bytes


class Skip(StrEnum):
    """Why something was not read. The whole vocabulary: reports are counted by it."""

    NOT_REGULAR = "not a regular file"
    LINK_OUT = "link that leaves the folder"
    LINK_LOOP = "link loop"
    LINK_BROKEN = "link to nothing"
    LINK_INSIDE = "link to another place in the folder"
    UNREADABLE = "unreadable"
    BINARY = "binary"
    EMPTY = "empty"
    TOO_LARGE = "too large"
    REST_TOO_LARGE = "too large, only its beginning is read"
    ENCODING = "unknown encoding"
    HIDDEN = "hidden"
    VENDORED = "vendored or built"
    MINIFIED = "minified"
    GENERATED = "generated file"
    TESTS = "tests"
    TOO_DEEP = "nested too deep"
    TWICE = "given twice"
    NO_FUNCTIONS = "no functions found"
    NOT_PARSED = "code that can't be parsed safely"
    NOT_CODE = "neither code nor an API description"
    NOT_TEXT = "not text to read"
    NEEDS_EXTRA = 'a document, which needs pip install "agentinstruct[documents]"'
    BROKEN = "broken document"
    LOCKED = "locked by a password"
    NO_TEXT_LAYER = "pages without text, as scanned"
    NO_MAIN_TEXT = "no text but navigation and boilerplate"
    UNPACKS = "unpacks to too much"
    TOO_SLOW = "takes too long to read"
    TOO_HUNGRY = "takes too much memory to read"
    NO_TEXT_COLUMN = "no text column"
    NO_TEXT_IN_ROW = "row without text"
    CONVERSATIONS = "rows of messages, not documents"
    BROKEN_ROW = "broken row"
    MORE_ROWS = "more rows than are read of one data set"
    BAD_DESCRIPTION = "broken API description"
    SCHEMA_CYCLE = "schema refers to itself"
    SCHEMA_FOREIGN = "schema refers outside its document"
    SCHEMA_TOO_LARGE = "schema is too large or too deep"
    SCHEMA_UNUSABLE = "not a usable schema"


Report = Callable[[str, str], None]
"""Told of each thing passed over: its path as in seed ids, and a `Skip`."""

MAX_DEPTH = 60
_VENDORED = frozenset(
    b"node_modules bower_components __pycache__ dist build vendor third_party site-packages venv Pods".split()
)


@dataclass(frozen=True)
class Found:
    """A regular file to read."""

    place: bytes
    """Where it is on this machine."""
    path: str
    """Path inside the root, escaped, with the root's prefix."""
    name: str
    """Its last part, for looking at what it ends in."""
    size: int


def escape(path: bytes) -> str:
    """Return a path as plain ASCII without `:`, `@`, `~` or white space; `unescape` undoes it."""
    return quote_from_bytes(path, safe="/").replace("~", "%7E")


def unescape(path: str) -> bytes:
    return unquote_to_bytes(path)


def walk(root: bytes, prefix: str, report: Report) -> Iterator[Found]:
    """Yield the files under `root` (or `root` itself), sorted by the bytes of their names within each folder.

    Links are not followed: what they point to inside the folder is read in its own place, what lies outside was not
    given. Hidden and vendored folders are passed over whole.
    """
    if not os.path.isdir(root):
        name = os.path.basename(os.path.realpath(root) if os.path.islink(root) else root)
        yield from _file(os.path.realpath(root), prefix, name, report)
        return
    real = os.path.realpath(root)
    pending: list[Iterator[bytes]] = [iter(_names(real, prefix, b"", report))]
    folders: list[bytes] = [b""]
    while pending:
        entry = next(pending[-1], None)
        if entry is None:
            pending.pop()
            folders.pop()
            continue
        inside = os.path.join(folders[-1], entry)
        place = os.path.join(real, inside)
        if _is_to_enter(real, place, prefix + escape(inside), len(pending), report):
            pending.append(iter(_names(place, prefix, inside, report)))
            folders.append(inside)
        elif not (os.path.islink(place) or os.path.isdir(place)):
            yield from _file(place, prefix, inside, report)


def _names(place: bytes, prefix: str, inside: bytes, report: Report) -> list[bytes]:
    try:
        with os.scandir(place) as entries:
            return sorted(entry.name for entry in entries)
    except OSError:
        report(prefix + escape(inside) or ".", Skip.UNREADABLE)
        return []


def _is_to_enter(root: bytes, place: bytes, path: str, depth: int, report: Report) -> bool:
    """Whether `place` is a folder to go into; a folder or link that is not is reported."""
    name = os.path.basename(place)
    if os.path.islink(place):
        report(path, _link(root, place))
        return False
    if not os.path.isdir(place):
        return False
    if name.startswith(b".") or name in _VENDORED or name.endswith(b".egg-info"):
        report(path, Skip.HIDDEN if name.startswith(b".") else Skip.VENDORED)
        return False
    if depth >= MAX_DEPTH:
        report(path, Skip.TOO_DEEP)
        return False
    return True


def _link(root: bytes, place: bytes) -> Skip:
    try:
        target = os.path.realpath(place, strict=True)
    except FileNotFoundError:
        return Skip.LINK_BROKEN
    except OSError:  # too many links
        return Skip.LINK_LOOP
    if target == root or place.startswith(target + b"/"):
        return Skip.LINK_LOOP
    return Skip.LINK_INSIDE if target.startswith(root + b"/") else Skip.LINK_OUT


def _file(place: bytes, prefix: str, inside: bytes, report: Report) -> Iterator[Found]:
    path = prefix + escape(inside)
    name = os.path.basename(inside)
    try:
        status = os.lstat(place)
    except OSError:
        report(path, Skip.UNREADABLE)
        return
    if not stat.S_ISREG(status.st_mode):
        report(path, Skip.NOT_REGULAR)
    elif name.startswith(b"."):
        report(path, Skip.HIDDEN)
    elif status.st_size == 0:
        report(path, Skip.EMPTY)
    else:
        yield Found(place, path, name.decode("utf-8", "replace"), status.st_size)


def open_regular(place: bytes) -> int:
    """Return a descriptor for reading. It never waits (for a pipe that took the file's place) and follows no link.

    Raises `OSError`, also when the place holds no regular file any more.
    """
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return descriptor
