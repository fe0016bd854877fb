"""The commands of the text view, by their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agents.errors import UsageError
from agents.view import text_lists as lists
from agents.view import text_record as record
from agents.view import text_talk as talk
from agents.view.browsing import VERDICTS
from agents.view.paper import count
from agents.view.plain import inert
from agents.view.text_session import Session

Command = Callable[[Session, Sequence[str]], int | None]
COMMANDS: dict[str, tuple[Command, str, str]] = {
    "list": (lists.list_, "[accepted|rejected|dropped] [--skill S] [--kind K] [--stage S] [--failed CHECK] [--limit N] "
             "[--after ID]", "pairs, and what fell out before there was one"),
    "more": (lists.more, "", "the next page of the list"),
    "open": (record.open_, "ID [--whole]", "one of them, by its id or its number: what it says, why, whence"),
    "next": (record.next_, "", "the one after it, of what the list was asked for"),
    "back": (record.back, "", "the one looked at before"),
    "verdict": (record.verdict, "[ID]", "what every check found, with its evidence"),
    "chats": (record.chats, "[ID]", "the chats that made it, numbered"),
    "chat": (talk.chat, "N [--walk] [--whole] [--of ID]", "a chat, by its number or id; --walk stops after each turn"),
    "prompt": (talk.prompt_, "ROLE [--of ID] [--plain]", "what a role was told in the chat; --plain: that alone"),
    "raw": (talk.raw_, "[ID], [CHAT] TURN", "what is stored, as JSON: the row, or one call of the chat"),
    "seed": (record.seed, "[ID]", "the text it was made from; what comes back word for word is marked"),
    "siblings": (lists.siblings_, "[ID]", "what else came of that text"),
    "trained": (record.trained, "[ID]", "the pair as a trainer sees it; what is learnt is marked"),
    "failures": (lists.failures_, "", "why things fell out, and how often"),
    "grep": (lists.grep, "WORDS [-i] [-e] [--all]", "look for words in all that was said; -i any case, -e expression"),
    "blame": (record.blame, "[ROLE] [--json]", "what came of a role's work"),
    "trace": (record.trace, "[ID] [--json]", "the family tree"),
}  # fmt: skip
"""Each with what it takes and what it shows."""
HELP = (*COMMANDS, "help", "quit")
_ENDS_IN_ROLE = ("prompt", "blame")


def do(session: Session, words: Sequence[str]) -> int:
    """Carry out one command; return its exit code. A beginning of a name will do. Raises `UsageError`."""
    name, *rest = words
    near = [name] if name in HELP else [known for known in HELP if known.startswith(name)]
    if len(near) != 1:
        between = f"which of {', '.join(near)}" if near else f"there is no command {name[:40]!r}; there are"
        raise UsageError(f"{between}: {', '.join(HELP)}" if not near else f"{name!r}: {between}?")
    if near[0] == "help" or {"--help", "-h"} & set(rest):
        help_(session, near if near[0] != "help" else rest)
        return 0
    return COMMANDS[near[0]][0](session, rest) or 0


def help_(session: Session, words: Sequence[str] = ()) -> None:
    """Show what there is, or one command."""
    for name in [word for word in words if word in COMMANDS] or COMMANDS:
        _, takes, shows = COMMANDS[name]
        session.paper.line((name, "bold"), f" {takes}" if takes else "", indent=2)
        session.paper.line((shows, "dim"), indent=6)
    if not words:
        of = "what was listed last; quit ends it" if session.in_shell else "the whole list, as list shows it"
        session.paper.line((f"open and others take a number of {of}", "dim"))


def greet(session: Session) -> None:
    """Show what there is, before the first command."""
    said = ", ".join(f"{count(number)} {verdict}" for verdict, number in session.browser.counts().items())
    session.paper.line((str(session.run.folder), "bold"), f": {said}")
    session.paper.line(("list shows them, failures says why, help what else there is", "dim"))


def completions(session: Session, before: Sequence[str], begun: str) -> list[str]:
    """Return what a word may be that begins so, by the words before it."""
    if not before:
        known: Sequence[str] = [f"{name} " for name in HELP]
    elif before[-1] == "--verdict" or (before == ["list"] and not begun.startswith("-")):
        known = VERDICTS
    elif begun.startswith("-"):
        known = [word.strip("[]") for word in COMMANDS.get(before[0], (None, "", ""))[1].split() if "-" in word]
    elif before[0] == "help":
        known = list(COMMANDS)
    elif before[0] in _ENDS_IN_ROLE:
        known = talk.cast(session) if session.seen or session.chat else []
    else:
        known = list(dict.fromkeys([*session.listed, *session.seen]))
    # What is completed is shown by a library that lets some letters through.
    return [word for word in known if word.startswith(begun) and inert(word) == word]
