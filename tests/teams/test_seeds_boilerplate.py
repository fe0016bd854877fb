"""What stands around a text goes, and nothing of the text does."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.engine.seeds import read_seeds
from teams.engine.seeds_boilerplate import first_line, is_furniture, without_boilerplate
from teams.engine.seeds_text import lines_of

ARTICLES = Path(__file__).parents[1] / "seeds" / "articles"
STORY = "The tide mill stands where the river meets the sea.\nIt grinds by night.\n"


def kept(text: str) -> str:
    return "".join(line for _, line in without_boilerplate(lines_of(io.StringIO(text)), first_line(text)))


def test_the_licence_of_a_free_book_is_cut_and_spans_stay_those_of_the_file(tmp_path: Path) -> None:
    book = (
        "The Project Gutenberg eBook of Mills\n\nThis eBook is for the use of anyone anywhere.\n\n"
        f"*** START OF THE PROJECT GUTENBERG EBOOK MILLS ***\n\n{STORY}\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK MILLS ***\nUpdated editions will replace the previous one.\n"
        + "Law. \n"
        * 300
    )
    (tmp_path / "book.txt").write_text(book)
    (seed,) = read_seeds([tmp_path], "s", "text")
    assert seed.text == STORY.strip()
    assert seed.span == (7, 8)


def test_metadata_at_the_head_of_markdown_is_cut() -> None:
    assert kept(f"---\ntitle: Mills\ntags:\n  - sea\n---\n{STORY}") == STORY
    rule = f"---\n{STORY}---\n"
    assert kept(rule) == rule


def test_a_table_of_contents_goes_and_a_price_list_stays() -> None:
    contents = "Contents\n\nThe sea .......... 3\nThe mill ......... 12\nThe miller ....... 40\n\n"
    assert kept(contents + STORY) == "Contents\n\n\n" + STORY
    prices = "Coffee ......... 3\nTea ............ 2\nCake ........... 5\n"
    assert kept(prices + STORY) == prices + STORY
    one = "The sum of it is .......... 12\n"
    assert kept(one + STORY) == one + STORY


def test_links_within_a_page_go_and_other_lists_of_links_stay() -> None:
    contents = "- [Sea](#sea)\n- [Mill](#mill)\n  - [Wheel](#wheel)\n"
    assert kept(contents + STORY) == STORY
    links = "- [Sea](https://sea.example)\n- [Mill](https://mill.example)\n- [Wheel](https://wheel.example)\n"
    assert kept(links + STORY) == links + STORY


@pytest.mark.parametrize(
    "line",
    [
        "HOME  |  RECIPES  |  HEALTH  |  SHOP  |  Log in",
        "Home > Recipes > Soups > Chickpea and spinach soup",
        "About | Contact | Imprint | Cookie settings",
        "[ADVERTISEMENT - content continues below]",
        "We value your privacy! We and our 814 partners store information on your device.   [Accept all]   [Settings]",
        "[![build](https://ci.example/b.svg)](https://ci.example)",
        "<!-- a remark -->",
        "Postel                                                        [Page 4]",
        "Page 3 of 20",
        "- 12 -",
        "Back to top",
        "Skip to content",
        "This website uses cookies to make it better.",
    ],
)
def test_lines_of_a_site_or_a_printer_go(line: str) -> None:
    assert is_furniture(line)
    assert kept(f"{STORY}{line}\n{STORY}") == STORY * 2


@pytest.mark.parametrize(
    "line",
    [
        "Serves 4 | Preparation 10 min | Cooking 30 min | Vegan without the yoghurt",
        "| Home | About | Contact |",
        "She went home, searched the shop, and printed the news.",
        "We value your privacy, said the miller, and he accepted all of it in silence.",
        "The advertisement for the mill hung in the town hall for six years and nobody ever answered it.",
        "See page 4 for the wheel, and page 7 for the gate.",
        "1893",
        "- 12 sheep",
        "Cookies",
        "Home",
        "Share your bread with the miller",
        "a > b > c",
        "Subscribe to nothing you have not read.",
    ],
)
def test_lines_of_a_text_stay(line: str) -> None:
    assert kept(f"{STORY}{line}\n{STORY}") == f"{STORY}{line}\n{STORY}"


def test_code_between_fences_is_left_alone() -> None:
    text = f"{STORY}\n```\n<!-- shown -->\nHome | About | Contact\n- [a](#a)\n- [b](#b)\n- [c](#c)\n```\n{STORY}"
    assert kept(text) == text


LINES = [
    "Home | About | Contact",
    "A sentence.",
    "",
    "- [a](#a)",
    "One ..... 3",
    "Two ..... 9",
    "```",
    "Page 3",
    "---",
    "title: x",
]


@given(st.lists(st.sampled_from(LINES), max_size=60))
def test_what_stays_are_lines_of_the_text_with_their_numbers_in_order(lines: list[str]) -> None:
    text = "".join(line + "\n" for line in lines)
    made = list(without_boilerplate(lines_of(io.StringIO(text)), first_line(text)))
    numbers = [number for number, _ in made]
    assert numbers == sorted(set(numbers))
    assert all(line == lines[number - 1] + "\n" for number, line in made)
    begin = first_line(text) - 1
    prose = [number for number, line in enumerate(lines, 1) if line in ("A sentence.", "") and number > begin]
    assert set(prose) <= set(numbers)


@pytest.mark.parametrize("article", sorted(ARTICLES.iterdir()), ids=lambda path: path.stem)
def test_articles_lose_no_sentence(article: Path) -> None:
    text = article.read_text(encoding="utf-8")
    gone = set(text.split("\n")) - set(kept(text).split("\n"))
    assert all(is_furniture(line.strip()) for line in gone)
    assert len(gone) <= 8
    assert not [line for line in gone if line.rstrip().endswith(".") and "cookie" not in line.casefold()]
