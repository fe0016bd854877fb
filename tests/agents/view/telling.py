"""What the text view says, as text."""

from __future__ import annotations

import io
import unicodedata

from agents.view.text_commands import do
from agents.view.text_session import Session

NAMED = ("open", "verdict", "chats", "siblings", "trace")
"""Commands that take an id."""


def said(session: Session, *words: str) -> str:
    stream = session.paper.stream
    assert isinstance(stream, io.StringIO)
    stream.seek(0)
    stream.truncate()
    do(session, words)
    return stream.getvalue()


def everything(session: Session) -> str:
    """What all commands say of the first entries of a run."""
    parts = [said(session, "list"), said(session, "failures"), said(session, "blame"), said(session, "help")]
    said(session, "list")
    for id in session.listed[:6]:
        parts += [said(session, name, id) for name in NAMED]
        told = session.told([id])
        if told["seed"]["text"] is not None:
            parts.append(said(session, "seed", id))
        parts += [said(session, "chat", str(n), "--of", id) for n in range(1, len(told["chats"]) + 1)]
        if told["row"]:
            parts += [said(session, "raw", id), said(session, "trained", id)]
    return "".join(parts)


def steers(text: str) -> set[str]:
    letters = set(text) - {"\n", "\u200c", "\u200d"}
    return {letter for letter in letters if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")}
