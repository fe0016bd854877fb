"""Commands of the text view that show many things: lists, why things fell out, what holds some words.

They number what they show for `open` and others. Called one at a time from outside nothing is remembered, so that only
the whole list has numbers, which mean the same in the next command.
"""

from __future__ import annotations

from collections.abc import Sequence

from agents.errors import UsageError
from agents.view.browsing import PAGE, VERDICTS, Wanted
from agents.view.failing import failures
from agents.view.paper import Style, count
from agents.view.plain import one_line
from agents.view.seeking import Found, pattern, seek
from agents.view.siblings import siblings
from agents.view.text_session import FLAG, Session, asked, positive
from agents.view.text_story import sign

MOST_FOUND = 40
"""Places that are shown of those that hold some words; the others are counted."""


def list_(session: Session, words: Sequence[str]) -> None:
    """Show a page of pairs and of what fell out."""
    text = {"default": ""}
    given = asked(
        "list",
        words,
        ("only", {"nargs": "?", "choices": VERDICTS, "metavar": "VERDICT"}),
        skill=text,
        kind=text,
        stage=text,
        failed=text,
        after=text,
        verdict={"default": "", "choices": ["", *VERDICTS]},
        limit={"type": positive, "default": PAGE},
    )
    if given.only and given.verdict not in ("", given.only):
        raise UsageError(f"list {given.only} and --verdict {given.verdict} ask for different things; say one of them")
    verdict = given.only or given.verdict
    session.wanted = Wanted(given.skill, given.kind, given.stage, verdict, given.failed)
    session.listed = []
    _page(session, given.after, given.limit)


def more(session: Session, words: Sequence[str]) -> None:
    """Show the page behind the last."""
    asked("more", words)
    _page(session, session.listed[-1] if session.listed else "", PAGE)


def _page(session: Session, after: str, limit: int) -> None:
    entries = session.browser.page(session.wanted, after, limit + 1)
    # `open 3` in a command of its own opens the third of the whole list.
    is_numbered = session.in_shell or (session.wanted == Wanted() and not after)
    for number, entry in enumerate(entries[:limit], len(session.listed) + 1):
        by_hand = " (by hand)" if entry.by_hand else ""
        _line(session, number if is_numbered else None, entry.verdict, entry.id + by_hand, entry.reason, entry.text)
    session.listed += [entry.id for entry in entries[:limit]]
    if not entries:
        session.paper.line(("nothing more" if session.listed else "nothing like that in this run", "dim"))
    elif len(entries) > limit:
        more = "more" if session.in_shell else session.say("list", *_options(session.wanted, limit, session.listed[-1]))
        session.paper.line((f"go on: {more}", "dim"))


def _options(wanted: Wanted, limit: int, after: str) -> list[str]:
    """The words that ask for the next page of a list."""
    given = {"skill": wanted.skill, "kind": wanted.kind, "stage": wanted.stage, "failed": wanted.failed}
    words = [wanted.verdict, *(f"--{name}={value}" for name, value in given.items() if value)]
    return [*filter(None, words), *([f"--limit={limit}"] if limit != PAGE else []), f"--after={after}"]


def _line(
    session: Session, number: int | None, verdict: str, name: str, reason: str, text: str, style: Style = ""
) -> None:
    session.paper.line(f"{number or '':>3} ", sign(verdict), " ", (name, style))
    session.paper.line((session.paper.fit(reason or text, 6), "bad" if reason else "dim"), indent=6)


def siblings_(session: Session, words: Sequence[str]) -> None:
    """Show what else came of the seed, numbered for `open`."""
    id = session.current(words)
    found = siblings(session.run, session.hand, id)
    session.paper.line((found["seed"], "bold"))
    for number, row in enumerate(found["records"], 1):
        name = row["id"].removeprefix(f"{found['seed']}/") if session.in_shell else row["id"]
        _line(
            session,
            number if session.in_shell else None,
            row["verdict"],
            name,
            row["reason"],
            row["text"],
            "bold" if row["id"] == id else "",
        )
    session.listed = [row["id"] for row in found["records"]]


def failures_(session: Session, words: Sequence[str]) -> None:
    """Show why things fell out, commonest first, with an example of each numbered for `open`."""
    asked("failures", words)
    reasons = failures(session.run)
    for number, reason in enumerate(reasons, 1):
        session.paper.line(f"{count(reason.count):>7} × ", (reason.name, "bold"), (f" at {reason.stage}", "dim"))
        session.paper.line((f"{number if session.in_shell else 'one'}: {reason.example}", "dim"), indent=10)
    session.listed = [reason.example for reason in reasons]
    if not reasons:
        session.paper.line(("nothing fell out", "dim"))
        return
    session.paper.line((f"the example of the first: {session.say('open', reasons[0].example)}", "dim"))
    if check := next((reason.name for reason in reasons if reason.stage == "check"), ""):
        session.paper.line((f"all that fell to {check}: {session.say('list', '--failed', check)}", "dim"))


def grep(session: Session, words: Sequence[str]) -> int:
    """Show what holds some words; 1 where nothing does."""
    given = asked("grep", words, ("words", {"nargs": "+"}), ("-i", FLAG), ("-e", FLAG), all=FLAG)
    found, places = 0, set[str]()
    wanted = pattern(" ".join(given.words), regex=given.e, ignore_case=given.i)
    session.listed = []
    for hit in seek(session.run, wanted):
        found += 1
        if len(places) < 100_000:
            places.add(hit.id)
        if given.all or found <= MOST_FOUND:
            session.listed.append(hit.id)
            _found(session, hit, len(session.listed) if session.in_shell else None)
    rest = "" if given.all or found <= MOST_FOUND else f"; the first {MOST_FOUND} are shown, --all shows all"
    session.paper.line((f"{count(found)} found, in {count(len(places))} chats and pairs{rest}", "bold"))
    return 0 if found else 1


def _found(session: Session, hit: Found, number: int | None) -> None:
    where = hit.id if hit.where == "pair" else f"{hit.id}  {hit.n} {hit.who}"
    session.paper.line(f"{number or '':>3} ", (where, "dim"))
    before, after = one_line(f".{hit.before}.")[1:-1], one_line(f".{hit.after}.")[1:-1]  # keep the spaces next to it
    session.paper.line(before, (one_line(hit.words), "lit"), after, indent=6)
