"""Data sets of a hub as seeds, row by row over the network: `hub:OWNER/NAME[:CONFIG][:SPLIT][#COLUMN]`.

`hub:/a/folder` or `hub:./folder` reads data files on this machine by the same way. One word after the name is a split
if it is a usual name of one (`train`, `test`, `validation`), else a configuration; `hub:OWNER/NAME::SPLIT` names a
split of another name. No code of a data set is run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from teams.engine.documents.blocks import MAX_TEXT, Block, Note, Unreadable
from teams.engine.documents.columns import TEXTS, has_messages, text_column
from teams.engine.seeds_walk import Skip

MAX_ROWS = 10_000
"""Rows read of one data set; that there are more is told."""
PREFIX = "hub:"
_SPLITS = ("train", "test", "validation", "valid", "val", "dev", "eval")
_NAME = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
_PATIENCE = 100
"""Rows without text at the beginning after which the data set is given up."""


class HubError(Exception):
    """A data set can't be read; the message says why in one line."""


@dataclass(frozen=True)
class _Asked:
    """A data set as it was asked for."""

    name: str
    config: str = ""
    split: str = ""
    column: str = ""

    @property
    def is_local(self) -> bool:
        return self.name.startswith(("/", "./", "../", "~"))


def is_hub(root: Path) -> bool:
    """Whether a seed root names a data set rather than a path. A file of that very name is a path."""
    return str(root).startswith(PREFIX) and not root.exists()


def is_local(root: Path) -> bool:
    """Whether a data set is a folder on this machine. Raises `HubError` for what names no data set."""
    return _asked(root).is_local


def name(root: Path) -> str:
    """Return the data set's path as in seed ids; of a folder on this machine its last part alone."""
    asked = _asked(root)
    shown = os.path.basename(asked.name.rstrip("/")) if asked.is_local else asked.name
    return quote("/".join(part for part in (shown, asked.config, asked.split, asked.column) if part), safe="/").replace(
        "~", "%7E"
    )


def hint(root: Path) -> str:
    """Say what was meant by a path that does not exist but looks like a data set's name, or ""."""
    text = str(root)
    if (
        not _NAME.fullmatch(text)
        or Path(text.split("/")[0]).exists()
        or Path(text).suffix.lower() in (".py", ".md", ".txt")
    ):
        return ""
    return f"for a data set of the Hugging Face hub write --seeds {PREFIX}{text}"


def check(root: Path) -> None:
    """Raise `HubError` for what is wrong with a data set as far as can be told without asking anybody."""
    asked = _asked(root)
    if find_spec("datasets") is None:
        raise HubError(f'{str(root)!r} needs pip install "agentinstruct[documents]"')
    if asked.is_local and not Path(asked.name).expanduser().is_dir():
        raise HubError(f"no folder at {asked.name!r}")
    if not asked.is_local and _is_offline():
        raise HubError(f"{str(root)!r} can't be read: HF_HUB_OFFLINE is set, so no hub is asked")


def rows(root: Path) -> Iterator[Block | Note]:
    """Yield a block for each row that has text, in the data set's order. Raises `HubError` and `Unreadable`."""
    check(root)
    asked = _asked(root)
    try:
        data = _opened(asked)
        good = misses = 0
        column = _column(asked, data.column_names) if data.column_names else ""
        for number, row in enumerate(data, 1):
            if number > MAX_ROWS:
                raise Unreadable(Skip.MORE_ROWS)
            column = column or _column(asked, list(row))
            text = row.get(column)
            if isinstance(text, str) and text.strip():
                good += 1
                yield Block(text[:MAX_TEXT], {"row": number})
                continue
            misses += 1
            yield Note(f":{number}", Skip.NO_TEXT_IN_ROW)
            if not good and misses >= _PATIENCE:
                raise HubError(f"{str(root)!r}: column {column!r} holds no text in its first {misses} rows")
    except (HubError, Unreadable, GeneratorExit):
        raise
    except Exception as error:  # datasets, hub, file systems and parsers each have their own
        raise HubError(f"{str(root)!r} can't be read: {_line(error)}") from None


def _opened(asked: _Asked) -> Any:
    from datasets import disable_progress_bars, load_dataset

    disable_progress_bars()
    place = str(Path(asked.name).expanduser().resolve()) if asked.is_local else asked.name
    found = load_dataset(place, asked.config or None, streaming=True)
    splits = list(found)
    split = asked.split or ("train" if "train" in splits else splits[0])
    if split not in splits:
        raise HubError(f"{asked.name!r} has no split {split!r}; it has {', '.join(splits[:12])}")
    return found[split]


def _column(asked: _Asked, names: list[str]) -> str:
    if asked.column:
        if asked.column not in names:
            raise HubError(f"{asked.name!r} has no column {asked.column!r}; it has {', '.join(names[:20])}")
        return asked.column
    column = text_column(names)
    if column is None and has_messages(names):
        raise HubError(f"{asked.name!r} holds {Skip.CONVERSATIONS}; name a column of text: {PREFIX}{asked.name}#COLUMN")
    if column is None:
        known = ", ".join(names[:20])
        raise HubError(f"{asked.name!r} has no column called {TEXTS[0]}, {TEXTS[1]}, …; name one of {known} after a #")
    return column


def _asked(root: Path) -> _Asked:
    """Take the name apart. Raises `HubError`."""
    whole, _, column = str(root).removeprefix(PREFIX).partition("#")
    data_set, *rest = whole.split(":")
    asked = _Asked(data_set)
    if len(rest) > 2 or not (asked.is_local or _NAME.fullmatch(data_set)):
        raise HubError(f"{str(root)!r} names no data set; write {PREFIX}OWNER/NAME[:CONFIG][:SPLIT][#COLUMN]")
    if len(rest) == 1:
        rest = ["", rest[0]] if rest[0] in _SPLITS else [rest[0], ""]
    config, split = (*rest, "", "")[:2]
    return _Asked(data_set, config, split, column)


def _is_offline() -> bool:
    return any(
        os.environ.get(flag, "").upper() in ("1", "TRUE", "YES", "ON")
        for flag in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE")
    )


def _line(error: Exception) -> str:
    """The first line of an error: hubs answer with pages."""
    words = " ".join(str(error).split()) or type(error).__name__
    if "Connection" in type(error).__name__ or "Connect" in type(error).__name__ or "Max retries" in words:
        return "no hub can be reached (proxy? network? HF_ENDPOINT?)"
    return words if len(words) <= 240 else words[:239] + "…"
