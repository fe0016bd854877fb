"""Verse as a program reads it, held against verse by people, all of it in the public domain.

Over 152 sonnets of Shakespeare's, the share of rhymes heard was 0.87 in the mean and below `ENOUGH` for none; with the
lines of each shuffled 0.27, with lines of other sonnets 0.05. The books are not kept here; a few pieces are.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.creative_content.verse import FORMS, rhymes, syllables, verse_faults, verse_of
from tests.teams.creative_content.faults import POEM, answer_of, recorded

SONNET = """Shall I compare thee to a summer's day?
Thou art more lovely and more temperate.
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date.
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimmed;
And every fair from fair sometime declines,
By chance or nature's changing course untrimmed;
But thy eternal summer shall not fade,
Nor lose possession of that fair thou ow'st,
Nor shall death brag thou wand'rest in his shade,
When in eternal lines to time thou grow'st.
So long as men can breathe or eyes can see,
So long lives this, and this gives life to thee."""
LIMERICK = """There was an Old Man with a beard,
Who said, "It is just as I feared!
Two Owls and a Hen,
Four Larks and a Wren,
Have all built their nests in my beard!\""""
TRIOLET = """How great my grief, my joys how few,
Since first it was my fate to know thee!
Have the slow years not brought to view
How great my grief, my joys how few,
Nor memory shaped old times anew,
Nor loving-kindness helped to show thee
How great my grief, my joys how few,
Since first it was my fate to know thee?"""
BALLAD = """The king sits in Dunfermline town,
Drinking the blood-red wine;
"O where shall I get a skilful skipper
To sail this ship of mine?"

Then up and spake an eldern knight,
Sat at the king's right knee:
"Sir Patrick Spens is the best sailor
That ever sailed the sea."

The king has written a broad letter,
And sealed it with his hand,
And sent it to Sir Patrick Spens,
Was walking on the sand.

The first line that Sir Patrick read,
A loud laugh laughed he;
The next line that Sir Patrick read,
The tear blinded his ee."""
COUPLETS = """Had we but world enough and time,
This coyness, lady, were no crime.
We would sit down, and think which way
To walk, and pass our long love's day.
Let us roll all our strength and all
Our sweetness up into one ball,
And tear our pleasures with rough strife
Thorough the iron gates of life."""
HAIKU = """An old silent pond.
A frog jumps into the pond,
splash! Silence again.

In the cicada's cry
no sign can foretell how soon
it will have to die.

Over the wintry
forest, winds howl in rage with
no leaves left to blow."""
PANTOUM = """The ferry leaves at ten.
Nobody waves from the pier.
The ropes are wet again.
There is less of us each year.

Nobody waves from the pier.
The café has been let.
There is less of us each year.
The dog has not come yet.

The café has been let.
The ferry leaves at ten.
The dog has not come yet.
The ropes are wet again."""
GHAZAL = "\n\n".join(
    f"{one}\n{two} the rain" for one, two in (
        ("Whoever left the window up the rain", "has let it in to sit with us, the rain"),
        ("We put the chairs up on the table", "and then we read aloud across"),
        ("My aunt came by to ask about the boat", "and asked about the boat, and not about"),
        ("The letters went to somebody before", "the street was turned the other way by"),
        ("I had a thing to tell you on the stairs", "I told it to the bucket and"),
    )
)  # fmt: skip
KEPT = {
    "sonnet": SONNET, "limerick": LIMERICK, "triolet": TRIOLET, "ballad": BALLAD, "couplets": COUPLETS,
    "haiku_sequence": HAIKU, "pantoum": PANTOUM, "ghazal": GHAZAL, "free_verse": POEM,
    "villanelle": answer_of(recorded("poem-1")).partition("\n\n")[2],
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_found_kept(form: str) -> None:
    assert verse_faults(KEPT[form], form) == []
    assert verse_faults(f"**A title**\n\n{KEPT[form]}", form) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_no_form_passes_for_another(form: str, other: str) -> None:
    # A pantoum's lines may rhyme in couplets' way or in a ballad's, and short unrhymed verse is free.
    if form == other or {form, other} <= {"pantoum", "ballad", "couplets"} or other == "free_verse":
        return
    assert verse_faults(KEPT[form], other)


@given(st.integers(0, 500))
def test_a_sonnet_with_its_lines_shuffled_is_hardly_one(seed: int) -> None:
    lines = SONNET.split("\n")
    Random(seed).shuffle(lines)
    again = [line for line in SONNET.split("\n") if lines.index(line) != SONNET.split("\n").index(line)]
    if len(again) > 11:
        # Fourteen lines in some order: by chance one in twenty keeps enough of its rhymes.
        faults = verse_faults("\n".join(lines), "sonnet")
        assert faults == [] or "rhymes" in faults[0]


def test_shuffled_sonnets_are_mostly_told_from_sonnets() -> None:
    told = 0
    for seed in range(60):
        lines = SONNET.split("\n")
        Random(seed).shuffle(lines)
        told += bool(verse_faults("\n".join(lines), "sonnet"))
    assert told > 45


@pytest.mark.parametrize(
    ("one", "other"),
    [("eight", "late"), ("sky", "lie"), ("love", "above"), ("bough", "now"), ("stone", "known"), ("days", "praise"),
     ("word", "heard"), ("sea", "be"), ("through", "blue"), ("hand", "sand"), ("walked", "talked"), ("night", "white")],
)  # fmt: skip
def test_words_that_rhyme(one: str, other: str) -> None:
    assert rhymes(f"and so the {one}.", f"it was the {other}?")
    assert rhymes(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("gate", "boot"), ("river", "stone"), ("love", "move on it"), ("bread", "road"), ("cough", "bough"), ("", "sea"),
     ("mud", "tide"), ("table", "window"), ("hand", "hound")],
)  # fmt: skip
def test_words_that_do_not(one: str, other: str) -> None:
    assert not rhymes(one, other)


def test_other_languages_rhyme_by_their_letters() -> None:
    assert rhymes("in der Nacht", "gelacht", "de")
    assert not rhymes("in der Nacht", "am Meer", "de")
    assert rhymes("la chanson", "la façon", "fr")


@pytest.mark.parametrize(
    ("line", "count"),
    [("An old silent pond", 5), ("every evening", 5), ("little apples", 4), ("walked", 1), ("wanted", 2), ("idea", 3),
     ("something", 2), ("tables", 2), ("houses", 2), ("poem", 2), ("fire", 1), ("careless", 2)],
)  # fmt: skip
def test_syllables_are_in_bounds(line: str, count: int) -> None:
    found = syllables(line)
    assert found
    assert found[0] <= count <= found[1]


def test_kana_are_counted_and_what_shows_no_syllables_is_not() -> None:
    assert syllables("ふるいけや", "ja") == (5, 5)
    assert syllables("古池や", "ja") is None
    assert syllables("Тихая ночь", "ru") is None
    assert syllables("der alte Teich", "de") is not None


@given(st.lists(st.lists(st.from_regex(r"[a-z]{2,8}( [a-z]{2,8}){1,4}", fullmatch=True), min_size=2, max_size=5), min_size=2, max_size=6))  # fmt: skip  # noqa: E501
def test_stanzas_come_back_as_they_were_written(stanzas: list[list[str]]) -> None:
    text = "\n\n".join("\n".join(stanza) for stanza in stanzas)
    assert verse_of(text) == stanzas
    assert verse_of(f"# A title\n\n{text}") == stanzas
    assert verse_of(f"A title\n\n{text}".replace("\n", "\r\n")) == stanzas


@given(st.text(max_size=300), st.sampled_from(sorted(FORMS)))
def test_no_text_breaks_a_checker(text: str, form: str) -> None:
    assert isinstance(verse_faults(text, form), list)
