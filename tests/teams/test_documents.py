"""Documents as seeds: what is kept of each kind, where it stood, and that what is around it is gone."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("trafilatura", reason="extra documents")
pytest.importorskip("reportlab")

from teams.engine.records import Seed
from teams.engine.seeds import SeedError, Skip, read_seeds
from tests.teams import making_documents as made
from tests.teams.making_documents import PARAGRAPH

PAGE = f"""<!doctype html><html><head><title>Mills</title><style>p {{color: red}}</style></head><body>
<nav><a href="/">Home</a> <a href="/shop">Shop</a> <a href="/login">Log in</a></nav>
<div class="cookie-banner" id="cookie-consent">We value your privacy. Accept all cookies</div>
<main><article><h1>Tide mills</h1><p>{PARAGRAPH}</p><h2>Parts</h2><ul><li>a deep pond</li><li>a strong gate</li></ul>
<table><tr><th>Mill</th><th>Year</th></tr><tr><td>Eling</td><td>1086</td></tr></table><p>{PARAGRAPH}</p></article></main>
<script>alert("script text")</script>
<footer>Imprint, contact, all rights reserved</footer></body></html>"""


def read(*roots: Path) -> tuple[list[Seed], dict[str, str]]:
    """The seeds, and what was passed over; no seeds at all are an empty list."""
    skipped: dict[str, str] = {}
    try:
        return list(read_seeds(roots, "s", "text", skipped.__setitem__)), skipped
    except SeedError:
        return [], skipped


def test_html_is_its_main_text_with_headings_lists_and_tables(tmp_path: Path) -> None:
    (tmp_path / "mill.html").write_text(PAGE)
    (seed,), skipped = read(tmp_path)
    assert not skipped
    assert seed.text.startswith("# Tide mills\n\nThe tide mill stands")
    assert "## Parts\n\n- a deep pond\n- a strong gate" in seed.text
    assert "| Eling | 1086 |" in seed.text
    for gone in ("Home", "cookies", "Imprint", "script text", "color: red", "<"):
        assert gone not in seed.text
    assert seed.id == f"s/mill.html:1-{seed.text.count(chr(10)) + 1}"
    assert seed.language == "en"
    assert seed.facts["place"] == {"chapter": "Tide mills"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251", "koi8-r"])
def test_html_is_read_in_the_encoding_it_states(tmp_path: Path, encoding: str) -> None:
    text = "Мельница стоит там, где река впадает в море. Раньше она молола зерно для деревень. " * 4
    page = f'<html><head><meta charset="{encoding}"></head><body><article><p>{text}</p></article></body></html>'
    (tmp_path / "mill.htm").write_bytes(page.encode(encoding))
    (seed,), _ = read(tmp_path)
    assert "Мельница стоит там, где река" in seed.text
    assert seed.language == "ru"


def test_a_page_of_menus_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "menu.html").write_text(
        "<html><body><nav><a href=/>Home</a></nav><footer>Imprint</footer></body></html>"
    )
    assert read(tmp_path) == ([], {"menu.html": Skip.NO_MAIN_TEXT})


# PDF


def test_pdf_paragraphs_are_whole_and_know_their_pages(tmp_path: Path) -> None:
    long = (PARAGRAPH + " ") * 9
    pages = [
        [(f"Tide mills {word}", 20), ("", 11), *made.wrapped(f"{word} begins. {long}")]
        for word in ("One", "Two", "Three")
    ]
    made.pdf(tmp_path / "mill.pdf", pages, running="Annals of Milling 1893")
    seeds, skipped = read(tmp_path)
    assert not skipped
    text = "\n".join(seed.text for seed in seeds)
    assert "Annals of Milling" not in text
    assert "Page 2" not in text
    assert [f"# Tide mills {word}" in text for word in ("One", "Two", "Three")] == [True] * 3
    assert f"Two begins. {long.strip()}" in text
    first, last = seeds[0].facts["place"], seeds[-1].facts["place"]
    assert first["page"] == 1
    assert last.get("last_page", last["page"]) == 3
    assert first["chapter"] == "Tide mills One"


def test_words_cut_at_the_end_of_a_line_are_mended(tmp_path: Path) -> None:
    lines = [
        "The miller of the tide mill was known in all three villages for his infor-",
        "mation about the moon, and his well-known almanac was sold as far as the well-",
        "known market of the county town, where people read it more than the Bible.",
    ]
    made.pdf(tmp_path / "mill.pdf", [[(line, 11) for line in lines]])
    (seed,), _ = read(tmp_path)
    assert "his information about" in seed.text
    assert "the well-known market" in seed.text


def test_lists_and_short_lines_of_a_pdf_keep_their_lines(tmp_path: Path) -> None:
    lines = [*made.wrapped(PARAGRAPH), ("", 11), ("1. Open the gate.", 11), ("2. Fill the pond.", 11)]
    made.pdf(tmp_path / "mill.pdf", [lines])
    (seed,), _ = read(tmp_path)
    assert "1. Open the gate.\n2. Fill the pond." in seed.text
    assert PARAGRAPH in seed.text


def test_two_hundred_pages_are_read_to_the_end(tmp_path: Path) -> None:
    pages = [made.wrapped(f"Page {n} tells its own story of {n} mills. {PARAGRAPH}") for n in range(1, 201)]
    made.pdf(tmp_path / "mill.pdf", pages, running="A long book")
    seeds, skipped = read(tmp_path)
    assert not skipped
    text = "\n".join(seed.text for seed in seeds)
    assert all(f"story of {n} mills" in text for n in range(1, 201))
    assert "A long book" not in text
    spans = [seed.span for seed in seeds]
    assert all(before[1] < after[0] for before, after in pairwise(spans))


# DOCX and EPUB


def test_docx_is_read_in_its_order(tmp_path: Path) -> None:
    made.docx(tmp_path / "mill.docx")
    (seed,), skipped = read(tmp_path)
    assert not skipped
    assert seed.text == "\n".join(
        [
            *("# Tide mills", "", PARAGRAPH, "", "# What it needs", "", "- a pond", "- a gate", ""),
            *("| Mill | Year |", "|---|---|", "| Eling | 1086 |", "| Woodbridge | 1170 |", ""),
            "After the table comes the end.",
        ]
    )


def test_epub_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    chapters = {
        name: f"<h1>Chapter of the {name}</h1><p>{PARAGRAPH}</p><p>So much for {name}.</p>" for name in ("sea", "mill")
    }
    made.epub(tmp_path / "book.epub", chapters, ["mill", "sea"])
    (seed,), skipped = read(tmp_path)
    assert not skipped
    assert seed.text.index("So much for mill") < seed.text.index("Chapter of the sea") < seed.text.index("much for sea")
    assert "# Chapter of the mill" in seed.text
    assert "Contents page" not in seed.text
    assert seed.facts["place"] == {"chapter": "Chapter of the mill"}


def test_short_paragraphs_of_a_chapter_are_not_taken_for_menus(tmp_path: Path) -> None:
    talk = "".join(f"<p>“{word}?”</p><p>“No.”</p>" for word in ("Rain", "Wind", "Snow", "Fog", "Hail", "Frost"))
    made.epub(tmp_path / "book.epub", {"talk": f"<h2>Weather</h2>{talk}"}, ["talk"])
    (seed,), _ = read(tmp_path)
    assert [word in seed.text for word in ("Rain", "Wind", "Snow", "Fog", "Hail", "Frost")] == [True] * 6
    assert seed.text.count("No.") == 6


def test_the_licence_around_a_free_book_is_gone(tmp_path: Path) -> None:
    licence = '<section class="pg-boilerplate pgheader" id="pg-header"><p>The licence of the book.</p></section>'
    body = f"{licence}<p>{PARAGRAPH}</p>"
    made.epub(tmp_path / "book.epub", {"a": body}, ["a"])
    (seed,), _ = read(tmp_path)
    assert "licence" not in seed.text
    assert PARAGRAPH in seed.text


# Rows


def test_json_lines_are_a_document_each(tmp_path: Path) -> None:
    rows = [{"id": n, "text": f"Story {n}. {PARAGRAPH}"} for n in (1, 2)]
    (tmp_path / "rows.jsonl").write_text(
        json.dumps(rows[0]) + "\n\n{broken\n" + json.dumps(rows[1]) + "\n" + '{"text": " "}\n'
    )
    seeds, skipped = read(tmp_path)
    assert [(seed.id, seed.span) for seed in seeds] == [("s/rows.jsonl:1-1", (1, 1)), ("s/rows.jsonl:4-4", (4, 4))]
    assert [seed.facts["place"] for seed in seeds] == [{"row": 1}, {"row": 4}]
    assert seeds[1].text == rows[1]["text"]
    assert skipped == {"rows.jsonl:3": Skip.BROKEN_ROW, "rows.jsonl:5": Skip.NO_TEXT_IN_ROW}


def test_a_long_row_is_cut_like_any_text_and_its_pieces_are_told_apart(tmp_path: Path) -> None:
    text = "\n\n".join([PARAGRAPH] * 40)
    (tmp_path / "rows.jsonl").write_text(json.dumps({"Content": text}) + "\n")
    seeds, _ = read(tmp_path)
    assert [seed.id for seed in seeds] == [
        "s/rows.jsonl:1-1",
        *(f"s/rows.jsonl:1-1~{n}" for n in range(2, len(seeds) + 1)),
    ]
    assert "\n\n".join(seed.text for seed in seeds) == text


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"messages": [{"role": "user", "content": "hello"}]}, Skip.CONVERSATIONS),
        ({"question": "why?", "answer": "so"}, Skip.NO_TEXT_COLUMN),
        ({"text": 5}, Skip.NO_TEXT_COLUMN),
        ("only a string", Skip.NO_TEXT_COLUMN),
        ({"text": "  "}, Skip.NO_TEXT_IN_ROW),
    ],
)
@pytest.mark.parametrize("many", [1, 5_000])
def test_a_file_of_rows_without_text_has_one_reason(tmp_path: Path, row: object, reason: Skip, many: int) -> None:
    (tmp_path / "rows.jsonl").write_text((json.dumps(row) + "\n") * many)
    assert read(tmp_path) == ([], {"rows.jsonl": reason})


def test_parquet_rows_are_a_document_each(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    texts = [f"Story {n}. {PARAGRAPH}" for n in range(300)]
    texts[7] = None  # type: ignore[call-overload]
    parquet.write_table(pa.table({"n": list(range(300)), "Text": texts}), tmp_path / "rows.parquet", row_group_size=50)
    seeds, skipped = read(tmp_path)
    assert [seed.facts["place"]["row"] for seed in seeds] == [n for n in range(1, 301) if n != 8]
    assert seeds[-1].text == texts[-1]
    assert skipped == {"rows.parquet:8": Skip.NO_TEXT_IN_ROW}


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"question": ["why?"]}, Skip.NO_TEXT_COLUMN),
        ({"text": [5]}, Skip.NO_TEXT_COLUMN),
        ({"messages": [[{"role": "user"}]]}, Skip.CONVERSATIONS),
    ],
)
def test_parquet_without_a_column_of_text(tmp_path: Path, columns: dict[str, list[object]], reason: Skip) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    parquet.write_table(pa.table(columns), tmp_path / "rows.parquet")
    assert read(tmp_path) == ([], {"rows.parquet": reason})


# Everything together


def test_the_same_documents_give_the_same_seeds_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    made.docx(tmp_path / "b.docx")
    made.pdf(tmp_path / "c.pdf", [made.wrapped(PARAGRAPH)])
    (tmp_path / "d.txt").write_text(PARAGRAPH)
    first, second = read(tmp_path)[0], read(tmp_path)[0]
    assert first == second
    assert [seed.path for seed in first] == ["a.html", "b.docx", "c.pdf", "d.txt"]
    assert all(str(tmp_path) not in json.dumps(seed.__dict__, default=str) for seed in first)


def test_personal_data_of_a_document_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{PARAGRAPH}\nWrite to anna.kern@web.de or ring +49 30 901820.\n")
    (seed,), _ = read(tmp_path)
    assert seed.facts["personal"] == {"email": 1, "phone": 1}


# The samples


def test_the_samples_are_read() -> None:
    seeds, skipped = read(Path(__file__).parents[1] / "seeds" / "documents")
    assert [seed.path for seed in seeds] == ["letters.jsonl", "letters.jsonl", "lock_keeper.html"]
    assert skipped == {"letters.jsonl:3": Skip.NO_TEXT_IN_ROW}
    page = seeds[-1].text
    assert page.startswith("# A day at Sandholm lock\n\nMarit Oll has kept")
    assert "| Barge | over 12 m | 11 crowns |" in page
    assert page.endswith("that people quarrel about, never the water.”")
    assert not [gone for gone in ("cookies", "Log in", "You may also like", "Imprint", "track") if gone in page]


def test_what_reads_documents_is_loaded_only_when_one_is_read() -> None:
    heavy = {
        "trafilatura",
        "lxml",
        "pypdf",
        "docx",
        "pyarrow",
        "datasets",
        "py3langid",
        "phonenumbers",
        "stdnum",
        "numpy",
    }
    program = f"import sys, teams.engine.seeds, teams.engine.shape; print(*sorted({heavy!r} & sys.modules.keys()))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
