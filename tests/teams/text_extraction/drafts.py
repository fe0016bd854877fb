"""Texts and drafts of extractions, in short hand: fields, values, rows."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from typing import Any

MAILS = """From: Irena Kolb
To: Tomas Wilk; Ilse Brandt
Date: Mon 8 September 2025, 08:12
Subject: Roof of the clubhouse

The two offers are in. Reuter wants 6,950 euros for tiles and could begin in March; Ott asks 5,480 euros for metal sheet and has a crew free from 3 November. Ott's foreman, a Mr Lauer, proposes Tuesday the 16th at half past four. The key is with Feld.

Irena
0155 0143 22

---

From: Ilse Brandt
To: Irena Kolb; Tomas Wilk
Date: Tue 9 September 2025, 07:55
Subject: Re: Roof of the clubhouse

I have spoken to Lauer. Tuesday won't do for him, but Wednesday the 17th at six would. The gutter isn't in his price; it comes to 390 euros with him. The long ladder is 7.5 m, the other one 420 cm and has lost a rung.

Feld's new number is 0155 0143 87 (the old one is dead). "Nobody goes up on the north side," says Karim Haddad, who looked at it in spring; he would give Ott the work, because the tiles are too heavy for those beams."""


def field(name: str, type: str, means: str = "", **more: Any) -> dict[str, Any]:
    given = {"labels": [], "several": False, "optional": False, "unit": "", **more}
    return {"name": name, "means": means or f"the {name.replace('_', ' ')} as told", "type": type, **given}


def value(field: str, said: str, value: str = "", part: int = 0) -> dict[str, Any]:
    return {"field": field, "said": said, "value": value, "part": part}


def row(quotes: str | list[str], *values: dict[str, Any]) -> dict[str, Any]:
    return {"quotes": [quotes] if isinstance(quotes, str) else quotes, "values": list(values)}


def left(said: str, because: str = "it does not belong to those wanted") -> dict[str, str]:
    return {"said": said, "because": because}


def item(
    container: str, fields: list[dict[str, Any]], rows: list[dict[str, Any]], out: list[dict[str, str]], question: str
) -> dict[str, Any]:
    return {"container": container, "fields": fields, "rows": rows, "left_out": out, "question": question}


REUTER, OTT = (
    "Reuter wants 6,950 euros for tiles",
    "Ott asks 5,480 euros for metal sheet and has a crew free from 3 November.",
)
GUTTER = "it comes to 390 euros with him."
OFFERS = item(
    "many",
    [field("firm", "words"), field("sum", "number", "price in euros"), field("currency", "currency"), field("covering", "words", optional=True), field("from", "date", "first day of work", optional=True)],
    [
        row(REUTER, value("firm", "Reuter"), value("sum", "6,950 euros", "6950"), value("currency", "euros", "EUR"), value("covering", "tiles")),
        row(OTT, value("firm", "Ott"), value("sum", "5,480 euros", "5480"), value("currency", "euros", "EUR"), value("covering", "metal sheet"), value("from", "3 November", "11-03")),
    ],
    [left("390 euros", "the gutter, not the roof"), left("March", "no day is named")],
    "I compare the offers for the roof itself, without extras. For each firm its price and what it would put up, and the first day of work if one is named; a month alone is none.",
)  # fmt: skip
VISIT = item(
    "one",
    [field("visit.date", "date"), field("visit.time", "time"), field("visit.who", "words", "family name"), field("key_from", "words"), field("key_phone", "words", optional=True), field("vote_on", "date", optional=True), field("scaffold", "words", "firm that puts up the scaffold", optional=True)],
    [row(["Wednesday the 17th at six would", "Ott's foreman, a Mr Lauer", "The key is with Feld.", "Feld's new number is 0155 0143 87"], value("visit.date", "Wednesday the 17th", "2025-09-17"), value("visit.time", "six", "18:00"), value("visit.who", "Lauer"), value("key_from", "Feld"), value("key_phone", "0155 0143 87"))],
    [left("0155 0143 22", "Irena Kolb's own number"), left("Tuesday the 16th", "given up for another day")],
    "Fill in the slip for whoever stands at the gate. Where two mails differ, the later one counts.",
)  # fmt: skip
LADDERS = item(
    "many",
    [field("which", "words", "how the mail tells it from the other"), field("length", "number", "its length", unit="m"), field("broken", "yes_no", "whether something is missing from it")],
    [
        row("The long ladder is 7.5 m, the other one 420 cm and has lost a rung.", value("which", "long"), value("length", "7.5 m", "7.5"), value("broken", "", "false")),
        row("The long ladder is 7.5 m, the other one 420 cm and has lost a rung.", value("which", "the other one"), value("length", "420 cm", "4.2"), value("broken", "has lost a rung", "true")),
    ],
    [],
    "For the list of our tools I need the ladders in these mails, all lengths in metres.",
)  # fmt: skip
NAMES = item(
    "plain",
    [field("name", "words", "full name, as it first stands there")],
    [row("From: Irena Kolb", value("name", "Irena Kolb")), row("To: Tomas Wilk; Ilse Brandt", value("name", "Tomas Wilk")), row("To: Tomas Wilk; Ilse Brandt", value("name", "Ilse Brandt")), row("says Karim Haddad", value("name", "Karim Haddad"))],
    [left("Lauer", "only by the family name"), left("Feld", "only by the family name")],
    "Everybody who is called by first and family name in these mails, each once, for the list of members.",
)  # fmt: skip
SPEECH = item(
    "many",
    [field("words", "phrase", "what is said, without the marks"), field("speaker", "words", "full name")],
    [row('"Nobody goes up on the north side," says Karim Haddad', value("words", "Nobody goes up on the north side"), value("speaker", "Karim Haddad")),
     row("Tuesday won't do for him, but Wednesday the 17th at six would.", value("words", "Tuesday won't do for him"), value("speaker", "him"))],
    [], "Who says what in direct speech?",
)  # fmt: skip
CAUSES = item(
    "many",
    [field("cause", "phrase"), field("effect", "phrase"), field("sure", "label", labels=["certain", "likely"])],
    [row("he would give Ott the work, because the tiles are too heavy for those beams.", value("cause", "the tiles are too heavy for those beams"), value("effect", "he would give Ott the work"), value("sure", "", "certain")),
     row("The gutter isn't in his price; it comes to 390 euros with him.", value("cause", "The gutter isn't in his price"), value("effect", "it comes to 390 euros with him"), value("sure", "", "likely"))],
    [left("looked at it in spring", "no cause")],
    "What the mails give as a reason for what, sentence by sentence.",
)  # fmt: skip
RESIGNED = item(
    "many",
    [field("name", "words"), field("office", "words", optional=True), field("on", "date", optional=True)],
    [],
    [left("Nobody goes up on the north side"), left("Tuesday won't do for him", "he is busy, he gives nothing up")],
    "For the register of offices: everybody who lays down an office in these mails, with the office and the day.",
)  # fmt: skip
ORDER = item(
    "many",
    [field("firm", "words"), field("parts[].what", "words"), field("parts[].price", "number", optional=True)],
    [
        row(REUTER, value("firm", "Reuter"), value("parts[].what", "tiles", part=1), value("parts[].price", "6,950 euros", "6950", 1)),
        row([OTT, "The gutter isn't in his price; it comes to 390 euros with him."], value("firm", "Ott"), value("parts[].what", "metal sheet", part=1), value("parts[].price", "5,480 euros", "5480", 1), value("parts[].what", "gutter", part=2), value("parts[].price", "390 euros", "390", 2)),
    ],
    [left("March")],
    "Each firm with all that it would supply and what that costs.",
)  # fmt: skip
PHRASES = item(
    "plain",
    [field("phrase", "words")],
    [row("Subject: Roof of the clubhouse", value("phrase", "Roof of the clubhouse")), row("The two offers are in.", value("phrase", "offers")), row(OTT, value("phrase", "metal sheet")), row(REUTER, value("phrase", "tiles"))],
    [left("ladder", "only on the way"), left("spring", "a time")],
    "Four or so key phrases under which the association files this thread, as they stand in it.",
)  # fmt: skip
SLIP = item(
    "one",
    [field("who", "words", "family name of the foreman"), field("day", "date"), field("firms", "words", several=True), field("vote_on", "date", optional=True), field("steep", "yes_no")],
    [row(["Ott's foreman, a Mr Lauer, proposes Tuesday the 16th", "Wednesday the 17th at six would", REUTER], value("who", "Lauer"), value("day", "Wednesday the 17th", "2025-09-17"), value("firms", "Ott"), value("firms", "Reuter"), value("steep", "", "false"))],
    [left("Tuesday the 16th")],
    "For the notice at the gate: who comes when, and which firms have made an offer.",
)  # fmt: skip
