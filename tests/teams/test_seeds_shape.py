"""The shape of a text: what is no prose is declined in words, and nothing that is prose."""

import gzip
import hashlib
import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.engine.records import Seed
from teams.engine.registry import load, skills
from teams.engine.seeds import read_seeds
from teams.engine.shape import KINDS, Shape, is_repetitive, shape_of, unfit_prose, words_of

SEEDS = Path(__file__).parents[1] / "seeds"
PROSE = (
    "The tide mill stands where the river meets the sea. When the tide comes in, the gate opens and the pond fills; "
    "when it goes out, the water turns the wheel. The miller keeps the hours of the moon, not those of the sun, and "
    "sleeps when the others work. Nobody envies him, but everybody eats his bread, and so he is left in peace. "
)


def why(text: str) -> str | None:
    return unfit_prose(Seed("s", text))


def repeated(line: str, times: int = 30) -> str:
    return "\n".join(line.format(n=n, m=n * 7 % 13) for n in range(times))


LETTERS = str.maketrans("0123456789", "ghijklmnop")
MENU = (
    "Home | About | Contact | Log in\nAccept all cookies\nSubscribe to our newsletter\nFollow us\nAll rights reserved\n"
)
UNFIT = {
    "only 3 words": "Just three words.",
    "no words": "--- *** ---",
    "code, not prose": repeated("def f{n}(a, b):\n    # adds what it is given\n    return a + b * {m}\n"),
    "markup soup": repeated('<div class="row"><span id="a{n}">Cell {m}</span><a href="/x">more of it</a></div>'),
    "a table with hardly a sentence": "| Mill | Year | Height | Owner |\n|---|---|---|---|\n"
    + repeated("| Eling {n} | 10{m} | {m},5 m | the parish |"),
    "a list of links": repeated("- [The mill number {n}](https://mills.example/{m})"),
    "boilerplate": MENU * 6,
    "more figures and signs than words": repeated(
        "{n}{n}{m} 93.1{m} 88{n} +44 -12 = {m}{n} % a{n} [{m}] ({n}) {m}/{n} ok"
    ),
    "the same over and over": "The mill turns and it turns and it turns.\n" * 40,
    "words without sentences": " ".join(
        hashlib.sha256(bytes([n])).hexdigest().translate(LETTERS)[:7] for n in range(250)
    ),
}


@pytest.mark.parametrize("reason", UNFIT)
def test_each_unfit_seed_has_its_reason(reason: str) -> None:
    assert why(UNFIT[reason]) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "#include <stdio.h>\n\nint main(void)\n{\n    int a = 0;\n    for (a = 0; a < 9; a++) {\n        f(a);\n"
            "}\n" * 5,
            "code",
        ),
        (".mill {\n  color: red;\n  margin: 0 auto;\n}\n.sea > .gate {\n  display: none;\n}\n" * 9, "code"),
        ('{"name": "mill",\n "height": 5,\n "parts": ["gate", "pond"],\n "open": true},\n' * 20, "code"),
        ("$ sudo apt install mill\n$ mill --open gate | grep sea\n$ cat /etc/mill.conf\n" * 12, "code"),
        ("name,year,height,owner\n" + repeated("Eling {n},10{m},5.{m},parish", 60), "table"),
        (repeated("10{m}.5   {n}.25    Eling     open", 60), "table"),
        (repeated("https://mills.example/page/{n}?from={m}"), "links"),
    ],
)
def test_code_tables_and_links_of_other_sorts(text: str, reason: str) -> None:
    assert reason in (why(text) or "")


def test_code_and_descriptions_are_told_by_what_they_were_read_as() -> None:
    assert unfit_prose(Seed("s", PROSE, kind="code")) == "code, not prose"
    assert unfit_prose(Seed("s", PROSE, kind="api")) == "an API description, not prose"


def test_noise_is_in_no_language() -> None:
    pytest.importorskip("py3langid", reason="extra documents")
    noise = " ".join(f"{a}{b}qx zk{b}{a}v wq{a} {b}jx." for a in "bcdfgh" for b in "klmnpr")
    assert why(noise) == "not in a language that can be told"


# What must not be declined

POEM = """Im Nebel ruhet noch die Welt,
Noch träumen Wald und Wiesen:
Bald siehst du, wenn der Schleier fällt,
Den blauen Himmel unverstellt,
Herbstkräftig die gedämpfte Welt
In warmem Golde fließen.
"""
DIALOGUE = """MILLER: You are late again, and the tide will not wait for you.

BOY: The road was flooded, and I had to walk around by the bridge.

MILLER: Then leave an hour sooner. The sea keeps its hours, and so must we.

BOY: I would, if the sea kept the same hours every day. Yesterday it was noon, and today it is one.
"""
RECIPE = """# Bread

You need an hour of patience and a warm oven. The flour should be fresh.

- 500 g flour
- 300 ml water
- 10 g salt
- 5 g yeast

1. Mix the flour with the salt. Add the water slowly.
2. Knead it for ten minutes until it is smooth, and leave it to rise for an hour.
3. Bake it at 230 degrees for forty minutes. It is done when it sounds hollow.
"""
GOOD = {
    "prose": PROSE * 2,
    "one long line": " ".join((SEEDS / "articles/tide_mills.md").read_text(encoding="utf-8").split()),
    "wrapped": "\n".join((PROSE * 3)[at : at + 72] for at in range(0, len(PROSE) * 3, 72)),
    "poem": POEM * 2 + "\n" + POEM.replace("Welt", "Nacht"),
    "dialogue": DIALOGUE,
    "recipe": RECIPE,
    "german": "Die Gezeitenmühle steht, wo der Fluss ins Meer mündet. Sie mahlt nachts das Korn von drei Dörfern. " * 2
    + "Der Müller schläft, wenn die anderen arbeiten, und niemand beneidet ihn. Er lebt nach dem Mond. " * 3,
    "chinese": "潮汐磨坊坐落在河流入海的地方，夜里为三个村庄磨谷物。磨坊主按照月亮而不是太阳的时间工作。" * 2
    + "涨潮时闸门打开，池塘里灌满了水；退潮时水流推动轮子转动。没有人羡慕他，但每个人都吃他的面包。" * 3,
    "japanese": "潮力水車は川が海に注ぐ場所に立っている。夜には三つの村の穀物を挽く。"
    "粉屋は太陽ではなく月の時刻に従って働く。潮が満ちると水門が開き、池に水がたまる。潮が引くと、その水が車輪を回す。他の人が働いている間に彼は眠る。"
    "誰も彼を羨ましいとは思わないが、皆が彼のパンを食べるので、彼は静かに暮らしている。冬には嵐が水門を壊すこともある。",
    "thai": "โรงสีตั้งอยู่ที่ปากแม่น้ำและโม่ข้าวของสามหมู่บ้านในเวลากลางคืน เจ้าของโรงสีทำงานตามเวลาของดวงจันทร์ "
    "เมื่อน้ำขึ้นประตูจะเปิดและบ่อจะเต็มไปด้วยน้ำ เมื่อน้ำลงน้ำจะหมุนกังหัน ไม่มีใครอิจฉาเขาแต่ทุกคนกินขนมปังของเขา " * 2,
    "hindi": "ज्वार चक्की वहाँ खड़ी है जहाँ नदी समुद्र से मिलती है। वह रात में तीन गाँवों का अनाज पीसती है। जब ज्वार आता है तब फाटक "
    "खुलता है और तालाब भर जाता है। जब पानी उतरता है तब वह पहिये को घुमाता है। चक्कीवाला सूरज के नहीं, चाँद के समय पर काम करता है। "
    "जब दूसरे लोग काम करते हैं तब वह सोता है। कोई उससे ईर्ष्या नहीं करता, पर सब उसकी रोटी खाते हैं।",
    "arabic": "تقع الطاحونة حيث يلتقي النهر بالبحر. وهي تطحن ليلا حبوب ثلاث قرى. "
    "لا أحد يحسد الطحان لكن الجميع يأكل خبزه. عندما يأتي المد تفتح البوابة ويمتلئ الحوض بالماء. "
    "وعندما ينحسر البحر يدير الماء العجلة الكبيرة. يعمل الرجل بحسب ساعات القمر لا ساعات الشمس. "
    "وينام حين يعمل الآخرون في الحقول. "
    "وفي الشتاء قد تكسر العاصفة باب الحوض فيصلحه مع أبنائه. "
    "ثم يعود كل شيء إلى ما كان عليه ويجري الماء من جديد.",
    "manual": PROSE + "\n\n```\nmill --open\nmill --close\n```\n\n" + PROSE + "\n\n    mill --help\n\n" + PROSE,
    "report": "In 2023 the mill ground 412 tonnes, 8.3% more than in 2022. It sold 388 tonnes at 1.12 a kilogram. " * 2
    + "\n\n| Year | Tonnes |\n|---|---|\n| 2022 | 380 |\n| 2023 | 412 |\n\n" + PROSE,
    "law": "\n\n".join(f"§ {n} The tenant (hereinafter: \"the miller\") shall keep the gate (see § {n + 1}) in repair; "
    "the owner bears the cost of the wheel, unless it was broken by neglect." for n in range(1, 8)),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_prose_of_every_kind_is_not_declined(name: str) -> None:
    assert why(GOOD[name]) is None, shape_of(GOOD[name])


@pytest.mark.parametrize("article", sorted((SEEDS / "articles").iterdir()), ids=lambda path: path.stem)
def test_no_article_is_declined(article: Path) -> None:
    assert [unfit_prose(seed) for seed in read_seeds([article], "s", "text")] == [None] * len(
        list(read_seeds([article], "s", "text"))
    )


def test_programs_are_declined_and_nearly_all_of_them() -> None:
    programs = [path for path in sorted((SEEDS / "code").rglob("*")) if path.is_file()]
    told = [why(path.read_text(encoding="utf-8")) for path in programs]
    assert len(programs) > 10
    assert sum(reason == "code, not prose" for reason in told) >= 0.95 * len(programs), list(
        zip(programs, told, strict=True)
    )


@pytest.mark.skipif(not Path("/usr/share/common-licenses").is_dir(), reason="no licences on this machine")
def test_no_licence_is_declined(tmp_path: Path) -> None:
    for place in Path("/usr/share/common-licenses").iterdir():
        (tmp_path / f"{place.name}.txt").write_bytes(place.read_bytes())
    declined = {seed.id: reason for seed in read_seeds([tmp_path], "s", "text") if (reason := unfit_prose(seed))}
    assert not {name: reason for name, reason in declined.items() if not reason.startswith("only")}


@pytest.mark.skipif(not list(Path("/usr/share/doc").glob("*/changelog*.gz")), reason="no documentation on this machine")
def test_changelogs_are_no_tables_nor_markup() -> None:
    """They are lists of half sentences: a skill may take them or not, but they are neither of these."""
    told = set()
    for place in sorted(Path("/usr/share/doc").glob("*/changelog.Debian.gz"))[:40]:
        with gzip.open(place, "rt", errors="replace") as file:
            told.add(why(file.read(6_000)))
    assert not told & {"markup soup", "a table with hardly a sentence", "a list of links"}


# What comes again

MILL = "The tide mill stands where the river meets the sea and grinds the corn of three villages. "
SAME = {
    "a sentence": MILL * 41,
    "a wrapped sentence": textwrap.fill(MILL * 41, 72),
    "a sentence without a full stop": MILL.replace(".", "") * 41,
    "a sentence with another number each time": "".join(MILL.replace("three", str(n)) for n in range(41)),
    "a list of one entry": "".join(f"{n}. {MILL}\n" for n in range(41)),
    "a sentence, and a little beside": MILL * 41 + PROSE,
    "a paragraph": f"{PROSE}\n\n" * 6,
    "a sentence in Chinese": "潮汐磨坊坐落在河流入海的地方，夜里为三个村庄磨谷物。" * 30,
    "a sentence in Thai": "โรงสีตั้งอยู่ที่ปากแม่น้ำและโม่ข้าวของสามหมู่บ้านในเวลากลางคืน " * 30,
    "a line of a song": "Turn, you wheel, and turn again\n" * 40,
    "a row of a table of sentences": f"| Eling | {MILL}| the parish |\n" * 30,
}


@pytest.mark.parametrize("name", SAME)
def test_what_is_said_again_and_again_is_declined(name: str) -> None:
    assert why(SAME[name]) == "the same over and over"


def test_no_skill_reads_a_table_of_one_row() -> None:
    table = "| Mill | Height | Owner |\n|---|---|---|\n" + "| Eling mill | five metres | the parish |\n" * 40
    numbered = "| No | Mill | Owner |\n|---|---|---|\n" + "".join(
        f"| {n} | Eling mill | the parish |\n" for n in range(40)
    )
    assert is_repetitive(shape_of(table))
    assert is_repetitive(shape_of(numbered))
    for skill in load(skills()):
        if skill.prefers != "code":
            assert skill.declines(Seed("s/a:1-2", table))
            assert skill.declines(Seed("s/a:1-2", numbered))


DAYS = (
    "a partridge in a pear tree", "two turtle doves", "three French hens", "four calling birds", "five golden rings",
    "six geese a-laying", "seven swans a-swimming", "eight maids a-milking", "nine ladies dancing",
    "ten lords a-leaping", "eleven pipers piping", "twelve drummers drumming",
)  # fmt: skip
REFRAIN = "Turn, you wheel, and grind the corn,\nTurn from dusk until the morn,\nTurn, you wheel, and turn again.\n"
SONGS = {
    "a refrain": "\n".join(
        f"The {a} was on the {b} that night,\nThe miller put the {c} alight\nAnd sang to {d} and {e} and men:\n"
        f"{REFRAIN}"
        for a, b, c, d, e in (
            ("moon", "water", "lantern", "mice", "owls"), ("storm", "river", "candle", "rats", "crows"),
            ("frost", "meadow", "kindling", "geese", "cats"), ("mist", "harbour", "oven", "wives", "boys"),
        )
    ),
    "a song that adds a line to each stanza": "\n\n".join(
        f"On the day {n} of Christmas my true love sent to me\n"
        + "\n".join(day.capitalize() for day in reversed(DAYS[:n]))
        for n in range(1, 13)
    ),
    "prose under one motto": "\n\n".join(f"> {MILL}\n\n{part}" for part in re.split(r"(?<=\.) ", PROSE) if part),
}  # fmt: skip


@pytest.mark.parametrize("name", SONGS)
def test_a_refrain_may_come_again(name: str) -> None:
    assert why(SONGS[name]) is None, shape_of(SONGS[name])


@pytest.mark.skipif(not list(Path("/usr/share/doc").glob("*/copyright")), reason="no documentation on this machine")
def test_no_documentation_is_taken_for_the_same_over_and_over(tmp_path: Path) -> None:
    for number, place in enumerate(sorted(Path("/usr/share/doc").glob("*/copyright"))[::6][:60]):
        (tmp_path / f"{number}.txt").write_bytes(place.read_bytes()[:40_000])
    told = {seed.id: shape_of(seed.text) for seed in read_seeds([tmp_path], "s", "text")}
    assert not {id: shape for id, shape in told.items() if is_repetitive(shape)}


# Figures


def test_the_figures_of_a_shape() -> None:
    shape = shape_of("# Title\n\nOne mill has 12 wheels. Two have 3.5!\n\n- a\n- b\n\n```\nx = 1\n```\n")
    assert (shape.words, shape.sentences, shape.paragraphs) == (13, 2, 4)
    assert (shape.list, shape.code) == (2 / 7, 3 / 7)
    assert shape.longest_line == 37
    assert shape.figures == pytest.approx(100 * 3 / 13)


def test_text_without_spaces_has_words_too() -> None:
    assert 20 <= words_of(GOOD["chinese"][:50]) <= 30
    assert 10 <= words_of(GOOD["thai"][:60]) <= 20
    assert shape_of(GOOD["chinese"]).sentences == 10
    assert shape_of(GOOD["thai"]).sentences > 3


@given(st.text(max_size=400) | st.lists(st.sampled_from([*UNFIT.values(), POEM, DIALOGUE]), max_size=3).map("\n".join))
def test_any_text_has_a_shape(text: str) -> None:
    shape = shape_of(text)
    assert isinstance(shape, Shape)
    shares = [getattr(shape, kind) for kind in KINDS]
    assert all(0 <= share <= 1 for share in [*shares, shape.letters, shape.distinct, shape.packed])
    assert sum(shares) <= 1.000001
    assert shape == shape_of(text)
    reason = why(text)
    assert reason is None or (reason == reason.strip() != "")
