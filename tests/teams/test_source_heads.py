"""What a seed's functions need of the rest of their file goes with them, and nothing else does."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.engine.seeds import read_seeds
from teams.engine.source import SourceError, parse
from teams.engine.source_cuts import cut, head_of
from teams.engine.source_heads import MAX_HEAD, MAX_ONE
from teams.engine.source_languages import NAMES

CODE = Path(__file__).parent.parent / "seeds/code"
SAMPLES = {
    ("library/loans.py", 58): (
        ["LOAN_DAYS = 21", "MAX_LOANS = 6", "FINE_PER_DAY_CENTS = 20", "class Member:", "owed_cents: int = 0"],
        ["def lend", "return "],
    ),
    ("library/loans.py", 142): (["class Library:", "loans: list[Loan]"], ["def "]),
    ("tickets/boxOffice.ts", 47): (
        ['export type PriceClass = "full"', "interface Show {", "seatsPerRow: number", "MAX_SEATS = 8", "child: 50",
         "private readonly holds", "constructor(private readonly now"],
        ["hold(", "return "],
    ),
    ("bikes/rental.go", 153): (["Deposit        = 2000", "type Ride struct {", "balance  map[string]int"], ["func "]),
    ("parking/garage.rs", 66): (
        ["enum Space {", "NotPaid { owed: u32 }", "struct Ticket {", "HOUR_CENTS: u32 = 250", "struct Garage {"],
        ["fn ", "impl "],
    ),
    ("courses/Enrolment.java", 32): (
        ["MAX_COURSES = 3", "record Course(String code", "record Outcome(boolean enrolled", "Map<String, Deque<String>>"],
        ["return ", "public void", "throw "],
    ),
    ("cargo/manifest.go", 0): (["ErrOverweight", "type Container struct {", "Gross    int"], ["func "]),
    ("music/playlists.ts", 0): (["export interface Song {", "seconds: number", "class MusicBox {"], ["addSong("]),
}  # fmt: skip
IN_EVERY_LANGUAGE = {
    "python": ("LIMIT: int = 5\nOTHER = 6\n\ndef lend(n):\n    return n < LIMIT\n", "LIMIT: int = 5"),
    "javascript": ("const LIMIT = 5;\nlet other = 6;\nexport function lend(n) { return n < LIMIT; }\n", "const LIMIT = 5;"),
    "typescript": ("enum Limit { Most = 5 }\ntype Other = 6;\nfunction lend(n: Limit) { return n; }\n", "enum Limit { Most = 5 }"),
    "tsx": ("interface Limit { most: 5 }\ninterface Other {}\nfunction lend(n: Limit) { return n; }\n", "interface Limit { most: 5 }"),
    "go": ("package a\nvar limit = 5\nvar other = 6\nfunc Lend(n int) bool { return n < limit }\n", "var limit = 5"),
    "rust": ("static LIMIT: u32 = 5;\nconst OTHER: u32 = 6;\npub fn lend(n: u32) -> bool { n < LIMIT }\n", "static LIMIT: u32 = 5;"),
    "java": ("class Desk { int limit = 5; int lend() { return 1; } }\nclass Other { }\n", "class Desk { int limit = 5;  }"),
    "c": ("#define LIMIT 5\nstatic int other = 6;\nint lend(int n) { return n < LIMIT; }\n", "#define LIMIT 5"),
    "cpp": ("namespace a {\nconstexpr int limit = 5, most = 7;\nusing Other = int;\nint lend(int n) { return n < most; }\n}\n", "constexpr int limit = 5, most = 7;"),
    "csharp": ("public record Limit(int Most);\nenum Other { A }\nclass Desk { public int Lend(Limit n) { return 1; } }\n", "public record Limit(int Most);\nclass Desk {  }"),
    "ruby": ("LIMIT = 5\nOTHER = 6\ndef lend(n)\n  n < LIMIT\nend\n", "LIMIT = 5"),
    "php": ("<?php\nconst LIMIT = 5;\ndefine('OTHER', 6);\nfunction lend($n) { return $n < LIMIT; }\n", "const LIMIT = 5;"),
}  # fmt: skip


def heads(text: str, language: str) -> list[str]:
    source = parse(text, language)
    return [head_of(group, source) for group in cut(source.functions, text.count("\n"))]


@pytest.mark.parametrize(("file", "line"), SAMPLES)
def test_heads_of_samples(file: str, line: int) -> None:
    found = [seed for seed in read_seeds([CODE / file], "tool_use", "code") if line in (0, seed.span[0])]
    wanted, unwanted = SAMPLES[file, line]
    assert found
    head = found[0].facts["head"]
    assert [part for part in wanted if part not in head] == []
    assert [part for part in unwanted if part in head] == []


def test_every_code_seed_has_a_head_of_bounded_length() -> None:
    seeds = list(read_seeds([CODE], "tool_use", "code"))
    assert len(seeds) > 15
    assert all(len(seed.facts["head"]) <= MAX_HEAD for seed in seeds)
    assert sum(bool(seed.facts["head"]) for seed in seeds) > 0.9 * len(seeds)


@pytest.mark.parametrize("language", NAMES)
def test_every_language_has_heads(language: str) -> None:
    text, wanted = IN_EVERY_LANGUAGE[language]
    assert heads(text, language) == [wanted]
    assert heads(text.replace("LIMIT", "SOMETHING", 1).replace("imit ", "imits ", 1), language) != [wanted]


def test_nothing_mentioned_is_an_empty_head() -> None:
    assert heads("MAX = 5\n\ndef lend(n):\n    return n\n", "python") == [""]
    assert heads("def lend(n):\n    return n\n", "python") == [""]


def test_one_step_further_and_no_more() -> None:
    first, second = "class Loan:\n    book: 'Book'", "class Book:\n    shelf: 'Shelf'"
    text = f"{first}\n{second}\nclass Shelf:\n    row: int\n\ndef lend(loan: Loan):\n    return loan\n"
    assert heads(text, "python") == [f"{first}\n{second}"]


def test_what_a_helper_of_the_file_needs_goes_along() -> None:
    far = "\n".join(f"# {i}" for i in range(200))
    text = f"FEE = 3\nRATE = 4\n\ndef lend(n):\n    return fee(n)\n\n{far}\n\ndef fee(n):\n    return n * FEE\n"
    assert heads(text, "python")[0] == "FEE = 3"


def test_a_long_table_is_cut_and_the_rest_still_stands() -> None:
    table = ", ".join(f"'key{i}': {i}" for i in range(150))
    text = f"TABLE = {{{table}}}\nLIMIT = 5\n\ndef lend(n):\n    return TABLE[n] < LIMIT\n"
    [head] = heads(text, "python")
    assert len(head) <= MAX_ONE + 12
    assert head.endswith("…\nLIMIT = 5")


def test_what_is_mentioned_goes_before_what_is_behind_it() -> None:
    fields = "\n".join(f"    field_{i}: Other{i}" for i in range(40))
    others = "\n".join(f"class Other{i}:\n{fields}" for i in range(3))
    text = f"{others}\nclass Book:\n    a: Other0\n    b: Other1\n    c: Other2\n\ndef lend(b: Book):\n    return b\n"
    [head] = heads(text, "python")
    assert "class Book:" in head
    assert len(head) <= MAX_HEAD


def test_functions_within_values_lose_their_bodies() -> None:
    text = "const RATES = { a: 1, f(x) { secret(x); }, g: (x) => { secret(x); } };\nfunction lend() { return RATES; }\n"
    [head] = heads(text, "javascript")
    assert "secret" not in head
    assert "a: 1" in head


PIECES = [part for text, _ in IN_EVERY_LANGUAGE.values() for part in re.findall(r"\w+|\W", text)]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.sampled_from(NAMES))
def test_any_text_has_bounded_heads(text: str, language: str) -> None:
    with suppress(SourceError):
        assert all(len(head) <= MAX_HEAD for head in heads(text, language))
