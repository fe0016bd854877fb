"""Records that are kept: decisions, incidents, sources, cards to learn from."""

import re
from collections.abc import Iterator

from teams.engine.demands.rule import ENGLISH, Params, between, drawn, one_of, rule, short, unmarked
from teams.engine.demands.sections import Part, lines_of, one, part_faults, parts

_DECISION = ["Status", "Context", "Decision", "Consequences"]
_STATES = ["Proposed", "Accepted", "Superseded", "Rejected"]


@rule(
    source="FoFo",
    brief="A decision record: title, status, context, decision, consequences. For choices between ways to do "
    "something.",
    family="document",
    suits="structured prose",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_DECISION), states=one_of(_STATES)),
    wordings=(
        "Write it as a decision record: a title, then {labels:plain}; the status is one of {states:plain}.",
        "Use the ADR template, i.e. a heading for the title and the sections {labels:plain}, "
        "with a status out of {states:plain}.",
        "I'd file this as an architecture decision record with {labels:arrow} under its title. Status: one of "
        "{states:plain}.",
        "Please put it in the form of a decision record ({labels:plain} below a title) and choose as its status "
        "one of {states:plain}.",
    ),
)
def decision_record(answer: str, p: Params) -> Iterator[str]:
    found = parts(answer, p["labels"])
    yield from part_faults(found, p["labels"])
    if not any(c.isalnum() for c in answer.partition("\n")[0]) or parts(answer.partition("\n")[0], p["labels"]):
        yield "there is no title above the first part"
    status = (lines_of(one(found, "Status")) or [""])[0]
    if not status.strip(" .").casefold().startswith(tuple(state.casefold() for state in p["states"])):
        yield f"the status is {short(status)}, none of {', '.join(p['states'])}"


_INCIDENT = ["Summary", "Impact", "Timeline", "Root cause", "Action items"]
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?!\d)")


@rule(
    source="FoFo",
    brief="An incident report with impact, a timeline of clock times, root cause and actions with owners. For outages, "
    "accidents, mishaps.",
    family="document",
    suits="structured prose",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_INCIDENT), n=between(3, 5)),
    wordings=(
        "Write an incident report with {labels:plain}; the timeline has at least {n} lines starting with HH:MM, and "
        "every action item names its (owner: …).",
        "Make it a post-mortem: {labels:arrow}. Times as HH:MM at the start of each timeline line, {n:word} or more; "
        "each action ends with (owner: name).",
        "I need the incident form {labels:plain}, with no fewer than {n} timeline entries in order (HH:MM first) and "
        "action items marked (owner: …).",
        "Please report it under {labels:plain}. Timeline: {n:word} HH:MM lines or more, earliest first; actions: "
        "(owner: …) on each.",
    ),
)
def incident_report(answer: str, p: Params) -> Iterator[str]:
    found = parts(answer, p["labels"])
    yield from part_faults(found, p["labels"])
    yield from _clocked(found, p["n"])
    for line in lines_of(one(found, "Action items")):
        if not re.search(r"\(owner: ?\w[^)]{0,80}\)", line[-200:], re.IGNORECASE):
            yield f"the action {short(line)} names no (owner: …)"


def _clocked(found: list[Part], least: int) -> Iterator[str]:
    times = []
    for line in lines_of(one(found, "Timeline")):
        if not (match := _CLOCK.match(line.lstrip("| "))):
            yield f"the timeline's line {short(line)} does not start with HH:MM"
            return
        times.append(match.group())
    if len(times) < least:
        yield f"{len(times)} lines in the timeline where at least {least} were asked for"
    if times != sorted(times):
        yield f"the times {', '.join(times[:10])} are not in order"


_ENTRY = re.compile(r"@(article|book|misc|inproceedings|techreport|online)\s*\{\s*([^\s,{}]+)\s*,", re.IGNORECASE)


@rule(
    source="FoFo",
    brief="Sources as BibTeX entries with given fields. For extracting or listing books, papers and pages.",
    family="data",
    suits="structured list",
    draw=drawn(fields=one_of(["author", "title", "year"], ["author", "title", "year", "note"], ["title", "year"])),
    content=lambda answer, p: "\n".join(line.strip().strip("{},") for line in unmarked(answer).split("\n")[1:]),
    wordings=(
        "Give the sources as BibTeX, each entry with at least the fields {fields:plain}.",
        "Output BibTeX only: every entry has a key and the fields {fields:plain}.",
        "I need .bib entries ({fields:plain} in all of them), no other text.",
        "Please format each source as a BibTeX entry that has {fields:plain} filled in.",
    ),
)
def bibtex(answer: str, p: Params) -> Iterator[str]:
    body = "\n".join(line for line in answer.split("\n") if not line.startswith("```"))
    starts = list(_ENTRY.finditer(body))
    if not starts or body[: starts[0].start()].strip():
        yield f"it begins with {short(body, 40)}, not with an entry"
        return
    if len({m.group(2) for m in starts}) < len(starts):
        yield "two entries have the same key"
    for match, following in zip(starts, [*starts[1:], None], strict=True):
        entry = body[match.start() : following.start() if following else len(body)]
        if entry.count("{") != entry.count("}") or not entry.rstrip().endswith("}"):
            yield f"the braces of {match.group(2)[:40]!r} do not close, or text follows it"
        for field in p["fields"]:
            if not re.search(rf"\b{field}\s{{0,20}}=\s{{0,20}}(?:[{{\"]\s{{0,20}}\w|\w)", entry, re.IGNORECASE):
                yield f"the entry {match.group(2)[:40]!r} has no {field}"


@rule(
    source="ours",
    brief="Flash cards: front and back on one line, parted by a sign, as card programs import them. For learning "
    "terms, "
    "dates, facts.",
    family="data",
    suits="list structured",
    draw=drawn(sign=one_of("::", "|", "=>"), n=between(4, 8)),
    wordings=(
        "Write flash cards, one a line as front {sign} back, {n} or more, nothing else.",
        "Turn it into at least {n:word} flash cards in the form “front {sign} back”, one per line, no numbering.",
        "I import cards as lines of front {sign} back; give me a minimum of {n} and no other lines.",
        'Please output flash cards only: "question {sign} answer" on each line, {n:word} cards at least.',
    ),
    content=lambda answer, p: answer.replace(p["sign"], "—"),
)
def flash_cards(answer: str, p: Params) -> Iterator[str]:
    lines = [line for line in answer.split("\n") if line.strip()]
    fronts: list[str] = []
    for line in lines[:500]:
        pieces = [piece.strip() for piece in line.split(p["sign"])]
        if len(pieces) != 2 or not all(any(c.isalnum() for c in piece) for piece in pieces):
            yield f"the line {short(line)} is not front {p['sign']} back"
            return
        if re.match(r"(?:\d{1,3}[.)]|[-*•]) ", line):
            yield f"the line {short(line)} is numbered or bulleted"
            return
        fronts.append(pieces[0].casefold())
    if len(lines) < p["n"]:
        yield f"{len(lines)} cards where at least {p['n']} were asked for"
    if len(set(fronts)) < len(fronts):
        yield "two cards have the same front"
