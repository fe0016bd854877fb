"""Personal data: numbers that are right are found, numbers that only look so are not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("phonenumbers", reason="extra documents")
pytest.importorskip("stdnum", reason="extra documents")

import itertools

from teams.engine.personal import personal, personal_spans

ARTICLES = Path(__file__).parents[1] / "seeds" / "articles"


@pytest.mark.parametrize(
    ("text", "sort", "what"),
    [
        ("Write to anna.kern+mill@web.de.", "email", "anna.kern+mill@web.de"),
        ("Ring +49 30 901820 tonight.", "phone", "+49 30 901820"),
        ("Call (415) 555-2671, please.", "phone", "(415) 555-2671"),
        ("Tel.: 030 12345678", "phone", "030 12345678"),
        ("Phone 020 7946 0958", "phone", "020 7946 0958"),
        ("Pay to DE89 3704 0044 0532 0130 00 BIC COBADEFF", "iban", "DE89 3704 0044 0532 0130 00"),
        ("Pay to GB29NWBK60161331926819.", "iban", "GB29NWBK60161331926819"),
        ("The card 4556 7375 8689 9855 expires", "card", "4556 7375 8689 9855"),
        ("His number is 536-90-4399.", "national id", "536-90-4399"),
        ("PESEL: 44051401359", "national id", "44051401359"),
        ("DNI 12345678Z", "national id", "12345678Z"),
        ("CPF 111.444.777-35", "national id", "111.444.777-35"),
        ("seen from 93.184.216.34 at noon", "ip address", "93.184.216.34"),
        ("seen from 2606:2800:220:1:248:1893:25c8:1946 at noon", "ip address", "2606:2800:220:1:248:1893:25c8:1946"),
    ],
)
def test_each_sort_is_found_where_it_stands(text: str, sort: str, what: str) -> None:
    start = text.index(what)
    assert personal_spans(text) == [(sort, start, start + len(what))]
    assert personal(f"{text}\n{text}") == {sort: 2}


@pytest.mark.parametrize(
    "text",
    [
        "12345",
        "Number 1234567 of 9876543",
        "In 1939-1945 and on 2024-05-03, 03.05.2024 or 5/3/2024 12:30",
        "ISBN 978-0-306-40615-7, ISSN 0378-5955",
        "1,234,567 people and 1 234 567 sheep; 3.14159265358979",
        "Version 2.4.1.3 and section 1.2.3.4 at 127.0.0.1, 192.168.1.10 and 10.0.0.1",
        "IBAN DE89 3704 0044 0532 0130 01 is wrong",
        "Card 4556 7375 8689 9856 is wrong, 0000 0000 0000 0000 too",
        "Order 44051401359 was sent",
        "PESEL: 44051401358",
        "user@example.com, root@localhost, logo@2x.png",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "the ratio 16:9, at 10:20:30, 1:2:3:4",
        "Coordinates 52.5200 13.4050",
        "call f(1234567890) or ring 0",
    ],
)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert personal(text) == {}


@pytest.mark.parametrize("article", sorted(ARTICLES.iterdir()), ids=lambda path: path.stem)
def test_articles_hold_none_but_what_is_made_to_look_so(article: Path) -> None:
    found = personal_spans(article.read_text(encoding="utf-8"))
    assert {sort for sort, *_ in found} <= {"email", "phone"}


@given(st.text(alphabet="0123456789 +-()./:@abcDE\n", max_size=120))
def test_spans_lie_in_the_text_and_apart(text: str) -> None:
    spans = personal_spans(text)
    assert all(0 <= first < last <= len(text) for _, first, last in spans)
    assert all(before[2] <= after[1] for before, after in itertools.pairwise(spans))
    assert sum(personal(text).values()) == len(spans)
