"""Rules on length, words, letters, signs and capitals: what meets them, what breaks them."""

import pytest

from teams.engine.demands import RULES
from tests.teams.demand_cases import Case, Edit

BEES = (
    "Bees find their way by the sun. On cloudy days they read the pattern of polarised light, "
    "which reaches them even when the sun itself is hidden."
)
RIVER = (
    "The river rose overnight.\n\nBy noon it had reached the old mill, and the miller carried his ledgers upstairs."
    "\n\nNobody was hurt."
)
POEM = "Snow on the gate,\nsalt on the stair.\n\nThe postman is late,\nand nobody there."
LETTER = (
    "Dear Ms Okafor,\n\nthank you for the photographs. We have shown them to our roofer, who thinks the flashing "
    "around the chimney has come loose.\n\nHe can come on Thursday. Would that suit you?\n\nKind regards\nJ. Lind"
)

CASES = [
    Case(
        "word_max",
        {"n": 30},
        [
            BEES,
            "- Boil water\n- Add tea\n- Wait three minutes",
            "Don't re-send it — the well-known 3,500.50 € is paid.",
        ],
        [
            Edit(0, "hidden.", "hidden behind a thick bank of cloud.", "at most 30"),
            ("word " * 31, "31 words"),
            ("one two—three " * 11, "33 words"),
            ("it_is_" * 16 + "so", "33 words"),
            ("我喜欢在早晨喝茶，因为那时候很安静，没有人打扰我，也不需要说任何话了", "31 words"),
        ],
    ),
    Case(
        "word_min",
        {"n": 25},
        [BEES, BEES + " " + BEES, LETTER],
        [
            Edit(0, "On cloudy days they read", "They read", "at least 25"),
            ("Too short.", "2 words"),
            ("- — … *** " * 30 + "word", "1 words"),
            ("🙂 " * 40, "0 words"),
        ],
    ),
    Case(
        "word_range",
        {"least": 20, "most": 40},
        [BEES, " ".join(["tea"] * 20), " ".join(["tea"] * 40)],
        [
            (" ".join(["tea"] * 19), "19 words"),
            (" ".join(["tea"] * 41), "41 words"),
            Edit(
                0,
                "Bees find",
                "Nobody quite knew for a very long time, but bees, like ants and some birds, find",
                "words",
            ),
            ("— … ***", "0 words"),
        ],
    ),
    Case(
        "word_about",
        {"n": 100},
        [" ".join(["tea"] * 90), " ".join(["tea"] * 110), " ".join(["it's well-made"] * 50)],
        [
            (" ".join(["tea"] * 89), "89 words"),
            (" ".join(["tea"] * 111), "111 words"),
            (BEES, "more than a tenth off 100"),
            ("tea - " * 88 + "x", "89 words"),
        ],
    ),
    Case(
        "sentence_exact",
        {"n": 3},
        [
            "Dr. Smith paid 3.50 for it, e.g. in coins. Was it worth it? He thought so!",
            "The U.S. team left at 5 p.m. Nobody saw them go. It rained.",
            '"Stop!" she cried. Nobody stopped. The bus, No. 7, was gone…',
        ],
        [
            Edit(0, " Was it worth it?", "", "2 sentences"),
            Edit(1, "It rained.", "It rained. We slept. We woke.", "sentences where exactly 3"),
            ("- One\n- Two\n- Three\n- Four", "4 sentences"),
            ("it rains. it pours. it snows. it stops.", "4 sentences"),
            ("One long sentence, which goes on; and on, but never quite comes to an end.", "1 sentences"),
        ],
    ),
    Case(
        "sentence_max",
        {"n": 3},
        ["Yes.", "Mr. J. R. Hale says so. So does Ms. Lee. I agree.", "It is so, etc. and so on. Really? Yes."],
        [
            ("One. Two. Three. Four.", "4 sentences"),
            Edit(0, "Yes.", "Yes! No! Perhaps! Who knows?", "4 sentences"),
            Edit(1, "I agree.", "I agree. They don't.", "sentences where at most 3"),
            ("1. Buy it\n2. Wash it\n3. Cook it\n4. Eat it", "4 sentences"),
        ],
    ),
    Case(
        "paragraph_count",
        {"n": 3},
        [RIVER, "# The flood\n\n" + RIVER, RIVER.replace("\n\n", "\n \n\n")],
        [
            Edit(0, "overnight.\n\n", "overnight.\n", "2 paragraphs"),
            Edit(0, "upstairs.", "upstairs.\n\nThere they stayed.", "4 paragraphs"),
            Edit(0, "\n\n", " ", "1 paragraphs"),
            ("One.\n\n---\n\nTwo.", "2 paragraphs"),
        ],
    ),
    Case(
        "paragraph_opening",
        {"n": 3, "k": 2, "word": "However"},
        [
            "It looked easy.\n\nHowever, the valve was stuck.\n\nWe called a plumber.",
            "It looked easy.\n\n**However**, the valve was stuck.\n\nWe called a plumber.",
            "Cats sleep.\n\nHOWEVER they hunt.\n\nAt night.",
        ],
        [
            Edit(0, "However, the", "The", "not with 'However'"),
            Edit(0, "\n\nWe", " We", "2 paragraphs"),
            Edit(0, "It looked easy.\n\n", "", "not with 'However'"),
            ("However, one paragraph.", "there is no paragraph 2"),
        ],
    ),
    Case(
        "short_sentences",
        {"n": 12},
        [
            "Wash your hands. Dry them well. Then put on the gloves, one by one.",
            "- Open the lid\n- Take out the filter, e.g. with a spoon\n- Rinse it",
            "Is it hot? Wait. Try it again after ten minutes.",
        ],
        [
            Edit(0, "one by one.", "one by one, and take care not to touch the outside of either glove.", "12"),
            (BEES, "a sentence of"),
            Edit(
                2,
                "Wait.",
                "Wait until the plate under it no longer feels warm to the back of your hand.",
                "a sentence of",
            ),
            ("- " + "very " * 13 + "long", "14 words"),
        ],
    ),
    Case(
        "character_max",
        {"n": 100},
        ["The library closes at six on Friday.", "x" * 100, "x" * 99 + "\n\n"],
        [
            ("x" * 101, "101 characters"),
            (BEES, "characters where at most 100"),
            ("a " * 60, "119 characters"),
            ("line\n\n" * 20, "characters"),
        ],
    ),
    Case(
        "line_count",
        {"n": 4},
        [POEM, POEM.replace("\n\n", "\n"), POEM.replace("\n", "  \n")],
        [
            Edit(0, "\nand nobody there.", "", "3 lines"),
            Edit(0, "gate,\n", "gate, ", "3 lines"),
            ("Winter\n\n" + POEM, "5 lines"),
            Edit(0, "Snow on the gate,\n", "Snow on\nthe\ngate,\n", "6 lines"),
        ],
    ),
    Case(
        "words_present",
        {"words": ["for example", "because"]},
        [
            "Some birds cheat, for example the cuckoo, because raising chicks is hard.",
            "BECAUSE it is cheap. For example: salt.",
            "It floats *because* it is light; cork, for\nexample, does.",
        ],
        [
            Edit(0, "because", "since", "'because' does not occur"),
            Edit(0, "for example ", "", "'for example' does not occur"),
            Edit(0, "for example", "for examples", "'for example' does not occur"),
            ("An example for that is none.", "'because' does not occur"),
            ("Cork floats.\n\nKeywords: because, for example", "only listed"),
        ],
    ),
    Case(
        "word_often",
        {"word": "when", "n": 3},
        [
            "When it rains we read. When it snows we read. When it shines, we go out.",
            "Say when, then when told, and when asked.",
            "Tell me when. I know when! And “when” is all I know.",
        ],
        [
            Edit(0, "When it snows", "If it snows", "2 times"),
            Edit(1, "when,", "whenever,", "2 times"),
            ("When when when.", "1 times"),
            ("When.", "1 times"),
            ("Whence? Whenever. Nowhen.", "0 times"),
        ],
    ),
    Case(
        "words_forbidden",
        {"words": ["very", "just", "important"]},
        [BEES, "Every reason is justified, and its importance clear.", "It is quite hot today."],
        [
            Edit(2, "quite", "very", "'very' occurs 1"),
            Edit(0, "On cloudy", "Just think: on cloudy", "'just' occurs"),
            ("Important! IMPORTANT!", "'important' occurs 2"),
            ("It is **very** hot.", "'very' occurs"),
        ],
    ),
    Case(
        "no_contractions",
        {},
        [BEES, "The dogs' bowls are Anna's, and it is not ours.", "We will see what the 1990s' music did."],
        [
            ("It isn't ours.", "isn't"),
            ("We’ll see.", "we'll"),
            ("That's it, and it's late.", "that's, it's"),
            ("They **can't** come; I'd rather wait.", "can't"),
        ],
    ),
    Case(
        "varied_openings",
        {},
        [BEES, "I came. She left. I stayed.", "Yes. No. Perhaps."],
        [
            Edit(1, "She left", "I left", "'i'"),
            Edit(0, "On cloudy days they", "Bees", "'bees'"),
            ("The cat sat. The dog ran.", "'the'"),
            ("*The* cat sat.\n\nThe end.", "'the'"),
        ],
    ),
    Case(
        "letter_max",
        {"letter": "k", "n": 2},
        ["Keep the book.", "No such sign anywhere.", "Kk."],
        [
            Edit(0, "Keep", "Kick", "3 times"),
            ("kkk", "3 times"),
            ("Knock, knock.", "4 times"),
            Edit(1, "No such sign", "Kiosk of the king", "3 times"),
        ],
    ),
    Case(
        "lipogram",
        {"letter": "b"},
        ["A cat sat on the mat.", "Rain, rain, rain.", "Salt and iron and air."],
        [
            Edit(0, "cat", "bat", "bat"),
            ("Best.", "Best"),
            Edit(1, "Rain, rain,", "Rain, Bob,", "2 times"),
            ("The cab\nis gone", "cab"),
        ],
    ),
    Case(
        "acrostic",
        {"word": "HOPE"},
        [
            "Hands in the earth,\nOnly the spade speaks.\nPatience, says the seed.\nEvery root agrees.",
            "*High* tide\n\nOver rocks\nPebbles roll\nEvening",
            "**H**alf a loaf\n**O**ne knife\n**P**lates for two\n**E**nough",
        ],
        [
            Edit(0, "Patience", "Calm", "HOCE"),
            Edit(0, "\nEvery root agrees.", "", "HOP"),
            Edit(0, "Hands in", "Spring\nHands in", "SHOPE"),
            ("Hope is a word on one line.", "'H'"),
            ("H\nO\nP\nE", "only a letter"),
        ],
    ),
    Case(
        "no_commas",
        {},
        ["Bread and salt and water.", "It rained. We stayed in.", "- tea\n- milk"],
        [
            Edit(0, "Bread and", "Bread,", "a comma in"),
            ("It cost 3,500 pounds.", "a comma in"),
            ("我来，你去。", "a comma in"),
            ("First line\nthen, the second", "a comma in"),
        ],
    ),
    Case(
        "no_digits",
        {},
        ["Forty-two of them came.", "In nineteen ninety the third one left.", "Twice."],
        [
            Edit(0, "Forty-two", "42", "42"),
            Edit(1, "third", "3rd", "3rd"),
            ("1. Wash\n2. Dry", "digits"),
            ("The B2B trade.", "B2B"),
        ],
    ),
    Case(
        "plain_text",
        {},
        [BEES, RIVER, "Use snake_case, 3*4 and a - b; #1 is fine."],
        [
            Edit(1, "The river", "# The river", "a heading"),
            Edit(0, "the sun.", "**the sun**.", "**"),
            ("Buy:\n- milk\n- tea", "a list"),
            ("Run `ls`.", "mark `"),
            ("1. Wash it\n2. Dry it", "a numbered list"),
            ("It is *quite* old.", "italics"),
        ],
    ),
    Case(
        "placeholders",
        {"n": 2},
        [
            "Dear [name], your order of [date] is ready.",
            "Pay [amount] to [Account Holder] by [due date].",
            "[ City ], [street]",
        ],
        [
            Edit(0, "[date]", "Monday", "1 different"),
            Edit(0, "[date]", "[name]", "1 different"),
            ("See [here](x) and [there](y).", "0 different"),
            ("- [ ] milk\n- [x] tea [1]", "0 different"),
        ],
    ),
    Case(
        "bold_phrases",
        {"n": 2},
        [
            "Keep the **lid closed** and never add **water to acid**, whatever happens in the lab that day.",
            "**Sleep** matters more than people think. So do **light** and a walk in the evening.",
            "- **Rent** takes most of it\n- **Food** the rest of what is left",
        ],
        [
            Edit(0, "**water to acid**", "water to acid", "1 different"),
            Edit(1, "**light**", "**sleep**", "1 different"),
            ("**All of this is bold** and **this is too** now.", "highlights nothing"),
            ("Keep the *lid closed* and *cool*.", "0 different"),
        ],
    ),
    Case(
        "lower_case",
        {},
        ["the sun is up.", "it rained in oslo, 3 mm or so.", "straße und ça va"],
        [
            Edit(0, "the sun", "The sun", "The"),
            Edit(1, "oslo", "Oslo", "Oslo"),
            ("i saw it; so did I", "I"),
            ("ÉTÉ en france", "ÉTÉ"),
        ],
    ),
    Case(
        "upper_case",
        {},
        ["NO SWIMMING AFTER 8 P.M.", "ÇA VA?", "GATE 7 — CLOSED"],
        [
            Edit(0, "SWIMMING", "Swimming", "Swimming"),
            ("stop", "stop"),
            Edit(2, "GATE", "gATE", "gATE"),
            ("12 34", "no capital letters"),
        ],
    ),
    Case(
        "capital_words",
        {"least": 1, "most": 3},
        ["NEVER mix the two.", "Wash it TWICE, and NEVER boil it.", "The **UN** said NO, I think."],
        [
            Edit(0, "NEVER", "Never", "0 words"),
            Edit(1, "Wash it", "WASH IT", "4 words"),
            ("I came. A day passed.", "0 words"),
            ("ALL OF THIS IS LOUD", "5 words"),
        ],
    ),
]
TABLE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)


@TABLE
def test_answers_that_meet_a_rule_pass(case: Case) -> None:
    for answer in case.good:
        assert list(RULES[case.rule].faults(answer, case.params)) == [], answer


@TABLE
def test_answers_that_break_a_rule_are_named_with_evidence(case: Case) -> None:
    for answer, evidence in case.broken():
        found = list(RULES[case.rule].faults(answer, case.params))
        assert any(evidence in fault for fault in found), (answer, found)
