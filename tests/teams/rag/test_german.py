"""Good pairs in German pass every program; sentences are told apart where days and abbreviations have their stops."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from typing import Any

import pytest

from teams.engine.verdict import run_checks
from teams.rag.checks import CHECKS
from teams.rag.documents import Document
from teams.rag.reply import sentences
from tests.teams.rag import sets
from tests.teams.rag.faults import as_json, made
from tests.teams.rag.sets import held

HAFEN = [
    Document(
        "1",
        "Liegegebühren 2024 | Hafenamt Kelmund",
        "https://hafen.kelmund.example/gebuehren",
        "2024-01-15",
        "Gäste zahlen im Sommer 2,40 Euro je Meter und Nacht, im Winter 1,60 Euro. Wer drei Nächte oder länger bleibt, erhält 15 Prozent Nachlass; Strom kostet 4 Euro je Nacht. Duschen sind im Preis enthalten.",
    ),
    Document(
        "2",
        "Neuer Schwimmsteg eingeweiht - Kelmunder Bote",
        "https://bote.example.org/steg",
        "2023-06-18",
        "Der Schwimmsteg an der Ostseite hat 34 Liegeplätze und wurde von der Werft Anna Brill in Dunmoor gebaut. Die alte Steintreppe bleibt gesperrt, bis die Mauer ausgebessert ist, sagte Hafenmeister Jonas Reet am Sonntag.",
    ),
    Document(
        "3",
        "Werft Brill - Über uns",
        "https://werft-brill.example.net/ueber",
        "",
        "Anna Brill lernte ihr Handwerk in Ostby und führt seit 2009 ihre eigene Werft mit einer Helling für Boote bis 22 Meter Länge und 30 Tonnen Gewicht. Im Winter werden vor allem Holzboote überholt.",
    ),
    Document(
        "4",
        "Bekanntmachung: Öffnung des Sperrtors",
        "https://hafen.kelmund.example/tor",
        "2024-06-20",
        "Ab dem 1. Juli 2024 öffnet das Tor zum inneren Becken zwei Stunden vor Hochwasser und schließt eine Stunde danach. Bisher öffnete es erst eine Stunde vor Hochwasser.",
    ),
    Document(
        "5",
        "Segelforum: Kelmund im August",
        "https://forum.example.com/kelmund",
        "2024-08-11",
        "Waren letzte Woche dort. Ich habe am Schwimmsteg 40 Plätze gezählt, es wurde ein Finger angebaut. Bezahlt haben wir 1,90 Euro je Meter, aber das war wohl noch die Liste vom Vorjahr.",
    ),
]

FEE: dict[str, Any] = {
    "support": [held("1", "Gäste zahlen im Sommer 2,40 Euro je Meter und Nacht")],
    "question": "Was zahlt ein Gast im Sommer 2024 je Meter und Nacht?",
    "answer": "2,40 Euro",
    "also": [],
}

HOP: dict[str, Any] = {
    "support": [
        held("2", "wurde von der Werft Anna Brill in Dunmoor gebaut"),
        held("3", "Anna Brill lernte ihr Handwerk in Ostby"),
    ],
    "question": "Wo hat die Bootsbauerin gelernt, deren Werft den Schwimmsteg in Kelmund gebaut hat?",
    "answer": "Ostby",
    "also": [],
}

BER: dict[str, Any] = {
    "question": "Wie viele Liegeplätze hat der Schwimmsteg in Kelmund?",
    "support": [{**held("2", "hat 34 Liegeplätze"), "says": "34"}, {**held("5", "40 Plätze gezählt"), "says": "40"}],
    "stands": "Die neuere Zahl hat ein Segler selbst gezählt.",
}

WIN: dict[str, Any] = {
    **sets.WINTER,
    "question": "Was kostet in Kelmund ein Dauerliegeplatz für das ganze Jahr?",
    "near": [
        {"document": "1", "quote": "Gäste zahlen im Sommer 2,40 Euro", "lacks": "Es sind Gebühren je Nacht."},
        {"document": "5", "quote": "Bezahlt haben wir 1,90 Euro je Meter", "lacks": "Je Nacht, und vom Vorjahr."},
    ],
    "missing": "Eine Jahresgebühr wird nirgends genannt.",
}

PAP: dict[str, Any] = {
    **sets.PAPER,
    "question": "Schreib mir drei Sätze für das Vereinsblatt: was Gäste in Kelmund 2024 erwartet.",
    "points": ["Es nennt die Gebühr.", "Es nennt die neuen Torzeiten."],
    "support": [
        held("1", "2,40 Euro je Meter und Nacht"),
        held("4", "zwei Stunden vor Hochwasser"),
        held("2", "34 Liegeplätze"),
    ],
}

GOOD: list[tuple[str, dict[str, Any], str, str]] = [
    ("simple_fact", FEE, "Im Sommer zahlen Gäste 2,40 € je Meter und Nacht [1].", "cited"),
    ("simple_fact", FEE, as_json("2,40 Euro je Meter und Nacht", 1), "json"),
    ("simple_fact", FEE, "2,40 Euro je Meter und Nacht; im Winter wären es 1,60 Euro.\n\nQuellen: 1", "sources_line"),
    (
        "simple_fact",
        FEE,
        '> "Gäste zahlen im Sommer 2,40 Euro je Meter und Nacht" [1]\n\nAntwort: 2,40 Euro.',
        "quote_first",
    ),
    ("multi_hop", HOP, "Den Steg hat die Werft von Anna Brill gebaut [2]; gelernt hat sie in Ostby [3].", "cited"),
    (
        "conflicting_sources",
        BER,
        "Das ist strittig: Der Bote schrieb am 18. Juni 2023 von 34 Liegeplätzen [2], ein Segler zählte im August 2024 dagegen 40, weil ein Finger angebaut worden sei [5].",
        "cited",
    ),
    (
        "negative_rejection",
        WIN,
        "Das steht nicht in den Ergebnissen. Genannt werden nur Gebühren je Nacht, etwa 2,40 Euro je Meter im Sommer [1].",
        "cited",
    ),
    ("negative_rejection", WIN, as_json("Die Ergebnisse nennen keine Jahresgebühr, nur Preise je Nacht."), "json"),
    (
        "grounded_summary",
        PAP,
        "Gäste zahlen 2024 im Sommer 2,40 Euro je Meter und Nacht, ab drei Nächten 15 Prozent weniger [1]. Der Schwimmsteg an der Ostseite bietet mindestens 34 Plätze [2]. Seit dem 1. Juli öffnet das Tor schon zwei statt einer Stunde vor Hochwasser [4].",
        "cited",
    ),
    ("simple_fact", FEE, "2,40 Euro.", "plain"),
]


@pytest.mark.parametrize(("kind", "draft", "answer", "reply"), GOOD, ids=range(len(GOOD)))
def test_a_good_pair_in_german_passes(kind: str, draft: dict[str, Any], answer: str, reply: str) -> None:
    verdict = run_checks(made(kind, draft, answer, reply, documents=HAFEN, language="German"), CHECKS)
    assert verdict.accepted, verdict.reasons


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Am 18. Juni 2023 waren es 34 [2]. Im August zählte einer 40 [5].", 2),
        ("Mr. Reed of St. Mary's yard built it [2]. It has 34 berths.", 2),
        ("Es kostet ca. 5 Euro [1]; z. B. im Winter weniger.", 1),
        ("One.\nTwo.\n\nThree", 3),
        ("潮が満ちる。門が開く。", 2),
        ("", 0),
    ],
)
def test_a_stop_within_a_sentence_ends_none(text: str, count: int) -> None:
    assert len(sentences(text)) == count
