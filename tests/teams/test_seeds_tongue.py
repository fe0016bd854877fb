"""Natural languages: told where they can be, and not guessed where they can't."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("py3langid", reason="extra documents")

from agents.errors import UsageError
from teams.engine import tongue as tongues
from teams.engine.tongue import is_in, tag_of, tongue

TEXTS = {
    "en": "The tide mill stands where the river meets the sea, and it grinds the corn of three villages by night.",
    "de": "Die Gezeitenmühle steht, wo der Fluss ins Meer mündet, und mahlt nachts das Korn von drei Dörfern.",
    "fr": "Le moulin à marée se trouve là où la rivière rejoint la mer, et il moud la nuit le blé de trois villages.",
    "es": "El molino de mareas está donde el río llega al mar, y muele de noche el trigo de tres pueblos pequeños.",
    "it": "Il mulino a marea sta dove il fiume incontra il mare e di notte macina il grano di tre villaggi vicini.",
    "nl": "De getijdenmolen staat waar de rivier de zee ontmoet, en maalt 's nachts het koren van drie dorpen.",
    "pl": "Młyn pływowy stoi tam, gdzie rzeka spotyka się z morzem, i nocą miele zboże z trzech okolicznych wsi.",
    "ru": "Приливная мельница стоит там, где река впадает в море, и по ночам мелет зерно для трёх деревень.",
    "uk": "Припливний млин стоїть там, де річка впадає в море, і щоночі меле зерно для трьох навколишніх сіл.",
    "tr": "Gelgit değirmeni nehrin denizle buluştuğu yerde durur ve geceleri üç köyün buğdayını öğütür.",
    "el": "Ο παλιρροϊκός μύλος βρίσκεται εκεί όπου το ποτάμι συναντά τη θάλασσα και αλέθει τη νύχτα.",
    "ar": "تقع طاحونة المد والجزر حيث يلتقي النهر بالبحر، وهي تطحن ليلا حبوب ثلاث قرى مجاورة.",
    "he": "טחנת הגאות עומדת במקום שבו הנהר פוגש את הים, והיא טוחנת בלילה את התבואה של שלושה כפרים.",
    "hi": "ज्वार चक्की वहाँ खड़ी है जहाँ नदी समुद्र से मिलती है और वह रात में तीन गाँवों का अनाज पीसती है।",
    "zh": "潮汐磨坊坐落在河流入海的地方，夜里为三个村庄磨谷物。",
    "ja": "潮力水車は川が海に注ぐ場所に立っていて、夜には三つの村の穀物を挽いている。",
    "ko": "조수 방앗간은 강이 바다와 만나는 곳에 서 있고 밤마다 세 마을의 곡식을 빻는다.",
    "th": "โรงสีพลังน้ำขึ้นน้ำลงตั้งอยู่ที่ปากแม่น้ำและโม่ข้าวของสามหมู่บ้านในเวลากลางคืน",
}


@pytest.mark.parametrize("tag", TEXTS)
def test_a_sentence_is_enough(tag: str) -> None:
    assert tongue(TEXTS[tag]) == tag
    assert is_in(TEXTS[tag], tag) is True
    assert is_in(TEXTS[tag], "en" if tag != "en" else "de") is False


def test_code_and_addresses_in_a_text_do_not_count() -> None:
    code = "```python\nfor number in range(10):\n    print(number, 'is the number of the loop')\n```\n" * 3
    assert tongue(f"{code}{TEXTS['de']} https://example.com/this/is/an/english/path/of/words") == "de"


@pytest.mark.parametrize(
    "text", ["", "ok", "12345 67890", "```\nx = 1\n```", "Taxi Hotel Radio", "https://example.com", "\n\n"]
)
def test_too_little_is_not_told(text: str) -> None:
    assert tongue(text) == ""
    assert is_in(text, "en") is None


def test_regions_and_scripts_of_a_tag_are_left_aside() -> None:
    assert is_in(TEXTS["de"], "de-AT") is True
    assert is_in(TEXTS["zh"], "zh-Hant-TW") is True
    assert is_in(TEXTS["en"], "") is None


def test_languages_taken_for_each_other_are_not_denied() -> None:
    norwegian = "Tidevannsmøllen står der elven møter havet, og den maler kornet til tre landsbyer om natten hele året."
    assert is_in(norwegian, "nb") in (True, None)
    assert is_in(norwegian, "de") in (False, None)


@given(st.text(max_size=300))
def test_any_text_has_a_tag_or_none(text: str) -> None:
    tag = tongue(text)
    assert tag == "" or (tag.isalpha() and tag.islower() and 2 <= len(tag) <= 3)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        *(("German", "de"), ("german", "de"), (" German ", "de"), ("de", "de"), ("de-AT", "de-AT"), ("de_AT", "de-AT")),
        *(
            ("zh", "zh"),
            ("Chinese", "zh"),
            ("zh-Hans", "zh-Hans"),
            ("Deutsch", "de"),
            ("français", "fr"),
            ("日本語", "ja"),
        ),
        *(("Brazilian Portuguese", "pt-BR"), ("Swahili", "sw"), ("ENGLISH", "en")),
    ],
)
def test_names_and_tags_are_understood(name: str, tag: str) -> None:
    assert tag_of(name) == tag


@pytest.mark.parametrize(
    ("name", "said"), [("Germn", "did you mean 'German' (de)?"), ("xx", "its tag: 'German', 'de'"), ("", "'de'")]
)
def test_a_name_of_no_language_says_what_would_be_right(name: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        tag_of(name)
    assert said in str(caught.value)


def test_without_the_library_only_scripts_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    tongues._identifier.cache_clear()
    try:
        assert tongue(TEXTS["de"]) == ""
        assert tongue(TEXTS["ja"]) == "ja"
        assert is_in(TEXTS["de"], "de") is None
    finally:
        tongues._identifier.cache_clear()
