"""Commands of the text view about one record: what it is, where it came from, what a trainer sees of it."""

from __future__ import annotations

from collections.abc import Sequence

from agents.errors import UsageError
from agents.view.paper import Style, count
from agents.view.run import Missing
from agents.view.story import story
from agents.view.text_session import FLAG, Session, asked
from agents.view.text_story import write_chats, write_story, write_verdict


def open_(session: Session, words: Sequence[str]) -> None:
    """Show a record, by its id or its number in the list."""
    given = asked("open", words, ("record", {"metavar": "ID"}), whole=FLAG)
    _show(session, session.id_of(given.record), given.whole)


def _show(session: Session, id: str, whole: bool = False) -> None:
    told = story(session.run, session.hand, id)
    if session.seen[-1:] != [id]:
        session.seen.append(id)
    session.chat = ""
    write_story(session.paper, told, session.say, whole)


def next_(session: Session, words: Sequence[str]) -> None:
    """Show the record after the one looked at, of those the list was asked for."""
    at = session.current(words) if words or session.seen else ""
    entries = session.browser.page(session.wanted, at, 1)
    if not entries:
        raise UsageError("that was the last of the list; list shows it from its beginning")
    _show(session, entries[0].id)


def back(session: Session, words: Sequence[str]) -> None:
    """Show the record looked at before."""
    asked("back", words)
    if len(session.seen) < 2:
        raise UsageError("nothing was looked at before this one; list shows what there is")
    session.seen.pop()
    _show(session, session.seen[-1])


def verdict(session: Session, words: Sequence[str]) -> None:
    """Show everything the checks found."""
    write_verdict(session.paper, session.told(words), session.say)


def chats(session: Session, words: Sequence[str]) -> None:
    """Show the chats that made it."""
    write_chats(session.paper, session.told(words)["chats"])


def seed(session: Session, words: Sequence[str]) -> None:
    """Show the text it was made from, what came back word for word marked."""
    found = session.told(words)["seed"]
    first, last = found["span"]
    session.paper.line((f"{found['path']}, lines {first} to {last}", "bold"))
    if found["text"] is None:
        raise Missing("the text of the seed is neither in the journal nor in its file any more")
    if found["from"] == "chat":
        session.paper.line(("its file is gone or changed; this is what the first chat over it opened with", "dim"))
    pieces, at = list[tuple[str, Style]](), 0
    for begin, end in found["lit"]:
        pieces += [(found["text"][at:begin], ""), (found["text"][begin:end], "lit")]
        at = end
    session.paper.pieces([*pieces, (found["text"][at:], "")])


def trained(session: Session, words: Sequence[str]) -> None:
    """Show the pair as a trainer sees it, what is learnt marked."""
    made = session.told(words)["trained"]
    if not made["segments"]:
        raise Missing("this is no pair, so there is nothing to learn; siblings shows pairs of the same seed")
    session.paper.pieces([(part["text"], "lit" if part["trained"] else "") for part in made["segments"]])
    learnt, whole = made["characters"]["trained"], made["characters"]["all"]
    session.paper.line((f"{count(learnt)} of {count(whole)} characters are learnt (marked)", "dim"))


def trace(session: Session, words: Sequence[str]) -> int:
    """Show the family tree."""
    from agents.view.tracing import command

    given = asked("trace", words, ("record", {"nargs": "?", "default": ""}), json=FLAG)
    id = session.current([given.record] if given.record else [])
    return command(session.run, session.hand, id, session.paper, as_json=given.json)


def blame(session: Session, words: Sequence[str]) -> int:
    """Show what came of a role's work, or of each."""
    from agents.view.blame import command

    given = asked("blame", words, ("role", {"nargs": "?", "default": ""}), json=FLAG)
    return command(session.run, session.hand, given.role, session.paper, session.say, as_json=given.json)
