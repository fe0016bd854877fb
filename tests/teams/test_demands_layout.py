"""Rules on beginnings, endings, frames and layout: what meets them, what breaks them."""

import pytest

from teams.engine.demands import RULES
from tests.teams.demand_cases import Case, Edit

TEA = "Green tea is steamed or pan-fired soon after picking. That stops the leaf from turning black."
TEA_TWICE = f"{TEA}\n\nBlack tea is left to oxidise first, which gives it its colour and most of its body."
REQUEST = 'Why is the sky "blue"?\nAnswer for a child.'

CASES = [
    Case(
        "starts_with",
        {"phrase": "In short"},
        ["In short, it leaks.", "**In short**: it leaks.", "in short it leaks"],
        [
            Edit(0, "In short, it", "It", "not with 'In short'"),
            ("Well, in short, it leaks.", "not with 'In short'"),
            ("In shorthand she wrote it all down.", "not with 'In short'"),
            ("# Answer\nIn short, it leaks.", "not with 'In short'"),
        ],
    ),
    Case(
        "ends_with",
        {"phrase": "Is there anything else I can help with?"},
        [
            f"{TEA} Is there anything else I can help with?",
            f"{TEA}\n\n**Is there anything else I can help with?**\n",
            'She asked: "Is there anything else I can help with?"',
        ],
        [
            Edit(0, " Is there anything else I can help with?", "", "not with 'Is there"),
            Edit(0, "help with?", "help you with?", "not with 'Is there"),
            Edit(0, "help with?", "help with? Just ask.", "not with 'Is there"),
            Edit(0, "help with?", "help with", "not with 'Is there"),
        ],
    ),
    Case(
        "quoted_whole",
        {},
        [f'"{TEA}"', f"“{TEA}”", "«La pluie tombe.»", '"He said "go" and went."', "“He said “go” and went.”"],
        [
            (TEA, "double quotation marks"),
            Edit(0, '"', "'", "double quotation marks"),
            (f'Here you are: "{TEA}"', "double quotation marks"),
            (f'"{TEA}" — so they say', "double quotation marks"),
            ('"Yes" is what she said, never "no"', "closes before the end"),
            ("“Yes” is what she said, never “no”", "closes before the end"),
        ],
    ),
    Case(
        "postscript",
        {"mark": "P.S."},
        [f"{TEA}\n\nP.S. Don't boil it.", f"{TEA}\n**P.S.:** Keep it dry.", f"{TEA}\n\nPS: It keeps a year."],
        [
            (TEA, "no line begins with P.S."),
            Edit(0, "P.S.", "P.P.S.", "no line begins with P.S."),
            Edit(0, " Don't boil it.", "", "nothing stands behind"),
            ("P.S. Don't boil it.", "nothing stands before"),
            (f"{TEA}\n\nP.S. Now on to the rest.\n\n" + f"{TEA}\n\n" * 6, "not at the end"),
        ],
    ),
    Case(
        "bracketed_title",
        {"most": 5},
        [f"<<A leaf and its colour>>\n\n{TEA}", f"**<< Tea >>**\n{TEA}", f"# <<Tea>>\n{TEA}"],
        [
            (f"A leaf and its colour\n\n{TEA}", "not a title as"),
            Edit(0, "A leaf and", "All about the green leaf and", "8 words"),
            (f"<A leaf>\n{TEA}", "not a title as"),
            ("<<A leaf>>", "nothing stands under"),
            (f"{TEA}\n<<A leaf>>", "not a title as"),
        ],
    ),
    Case(
        "summary_first",
        {"mark": "TL;DR:", "n": 15},
        [
            f"TL;DR: Heat keeps green tea green.\n\n{TEA}",
            f"**TL;DR:** Heat keeps it green.\n{TEA}",
            f"TL;DR: Green.\n\n- {TEA}",
        ],
        [
            Edit(0, "TL;DR: ", "", "does not start with 'TL;DR:'"),
            Edit(0, "tea green.", "tea green, and " + "so " * 12 + "on.", "words after 'TL;DR:'"),
            ("TL;DR: Heat keeps green tea green.", "no longer text"),
            (f"TL;DR:\nHeat keeps green tea green.\n\n{TEA}", "0 words after"),
        ],
    ),
    Case(
        "answer_line",
        {"label": "Answer:"},
        ["12 eggs less 5 are 7.\n\nAnswer: 7", "It can't be A.\n**Answer:** B", "Answer: Oslo"],
        [
            Edit(0, "Answer: 7", "So it's 7.", "does not start with 'Answer:'"),
            Edit(0, "Answer: 7", "Answer: 7\n\nHope that helps!", "does not start with 'Answer:'"),
            Edit(0, " 7", " ", "nothing follows 'Answer:'"),
            Edit(0, "12 eggs", "Answer: 8\n12 eggs", "several lines"),
            Edit(2, "Oslo", "Oslo, " + "which is " * 13, "no bare answer"),
        ],
    ),
    Case(
        "confidence_line",
        {"levels": ["low", "medium", "high"]},
        ["It is Oslo.\n\nConfidence: high", "It is Oslo.\n**Confidence:** Low.", 'Oslo\nconfidence: "medium"'],
        [
            Edit(0, "\n\nConfidence: high", "", "does not start with"),
            Edit(0, "high", "very high", "none of low, medium, high"),
            ("Confidence: high", "no answer stands above"),
            Edit(0, "high", "high\nGood luck!", "does not start with"),
        ],
    ),
    Case(
        "repeat_request",
        {"request": REQUEST},
        [
            f"{REQUEST}\n\nBecause air scatters blue light most.",
            "> Why is the sky “blue”? Answer for a child.\n\nAir throws blue light about.",
            f'"{REQUEST}" The air does it.',
        ],
        [
            ("Because air scatters blue light most.", "not with the request"),
            Edit(0, "for a child", "for a kid", "not with the request"),
            (REQUEST, "no answer follows"),
            (f"Sure! {REQUEST}\n\nThe air does it.", "not with the request"),
        ],
    ),
    Case(
        "two_answers",
        {"mark": "******"},
        [
            "Warm bread, cold mornings.\n******\nWe bake before you wake.",
            "A\n\n* * * * * *\n\nB",
            "One line.\nAnother.\n******\nOther.",
        ],
        [
            Edit(0, "******\n", "", "0 lines of ******"),
            Edit(0, "wake.", "wake.\n******\nBread.", "2 lines of ******"),
            Edit(0, "We bake before you wake.", "", "only one answer"),
            ("Warm bread.\n******\n*warm* bread!", "the two answers are the same"),
            ("A ****** B", "0 lines of ******"),
        ],
    ),
    Case(
        "tagged_parts",
        {"tags": ["reasoning", "answer"]},
        [
            "<reasoning>Seven is odd.</reasoning>\n<answer>7</answer>",
            "<reasoning>\nA < B and B < C\n</reasoning>\n\n<answer>\nA\n</answer>\n",
            "<reasoning>Ja.</reasoning><answer>Nein</answer>",
        ],
        [
            Edit(0, "</answer>", "", "1 and 0 times"),
            ("<answer>7</answer><reasoning>Seven is odd.</reasoning>", "out of order"),
            Edit(0, "<reasoning>", "Sure: <reasoning>", "text outside the tags"),
            Edit(0, "7<", "<", "nothing between"),
            Edit(0, "</answer>", "</answer> That's it.", "text outside the tags"),
        ],
    ),
    Case(
        "front_matter",
        {"keys": ["title", "tags"]},
        [
            f"---\ntitle: Tea\ntags: [food, drink]\n---\n{TEA}",
            f'---\ntags:\n  - food\ntitle: "Tea: green"\n---\n\n# Tea\n\n{TEA}',
            f"---\ntitle: >\n  Tea\ntags: food\n---\n{TEA}\n\n---\n\n{TEA}",
        ],
        [
            (TEA, "no front matter"),
            Edit(0, "tags:", "tag:", "no key 'tags'"),
            Edit(0, "title: Tea", "title: Tea: green", "not YAML"),
            Edit(0, "title: Tea", "title:", "'title' is empty"),
            Edit(0, f"---\n{TEA}", "---\n", "no "),
            Edit(0, "title: Tea", "title: Tea\nauthor: me", "nobody asked for: author"),
        ],
    ),
    Case(
        "bullet_count",
        {"n": 3},
        [
            "Try this:\n- Air the room\n- Wipe the sill\n- Fix the gutter",
            "* Air\n  * in the morning\n  * at night\n* Wipe\n* Fix",
            "• Air the room\n\n• Wipe\n\n• Fix",
        ],
        [
            Edit(0, "\n- Fix the gutter", "", "2 bullet points"),
            Edit(0, "- Air", "1. Air", "2 bullet points"),
            Edit(0, "gutter", "gutter\n- Call a plumber", "4 bullet points"),
            ("Air, wipe, fix.", "0 bullet points"),
            Edit(0, "Air the room", "—", "says nothing"),
            Edit(0, "Fix the gutter", "wipe the sill!", "say the same"),
            ("- a\n- b\n- c\n\n" + TEA * 5, "stands outside"),
        ],
    ),
    Case(
        "numbered_items",
        {"n": 3},
        [
            "First of all:\n\n1. Soak\n2. Drain\n3. Boil",
            "1) Soak\n   - overnight\n2) Drain\n3) Boil",
            "1. Soak\nin cold water\n\n2. Drain\n\n3. Boil",
        ],
        [
            Edit(0, "\n3. Boil", "", "numbered 1, 2 where"),
            Edit(0, "3.", "4.", "1, 2, 4"),
            ("- Soak\n- Drain\n- Boil", "not at all"),
            ("1. Soak\n1. Drain\n1. Boil", "1, 1, 1"),
        ],
    ),
    Case(
        "checklist",
        {"n": 2},
        [
            "- [ ] Turn off the gas\n- [ ] Lock the door",
            "Before you go:\n\n* [ ] Gas\n* [ ] Door",
            "## List\n- [ ] Gas\n\n- [ ] Door",
        ],
        [
            Edit(0, "[ ] Lock", "[x] Lock", "ticked already"),
            Edit(0, "\n- [ ] Lock the door", "", "1 boxes"),
            ("- Gas\n- Door", "0 boxes"),
            ("- [] Gas\n- [] Door", "0 boxes"),
        ],
    ),
    Case(
        "numbered_sections",
        {"word": "Part", "n": 2},
        [
            f"Part 1\n{TEA}\n\nPart 2\n{TEA}",
            f"## Part 1: Picking\n\n{TEA}\n\n## Part 2: Firing\n\n{TEA}",
            f"Tea.\n\n**PART 1**\n{TEA}\n**PART 2**\nIn part 1 we saw it steamed.",
        ],
        [
            Edit(0, "Part 2\n", "", "sections Part 1 where"),
            Edit(0, "Part 2", "Part 3", "Part 1, Part 3"),
            Edit(0, "Part", "Section", "not found"),
            (f"Part 1\nPart 2\n{TEA}", "nothing stands under Part 1"),
            (f"Part 1 and Part 2 are one: {TEA}", "where Part 1 to 2"),
        ],
    ),
    Case(
        "given_headings",
        {"titles": ["Problem", "Remedies"], "level": 2},
        [
            f"## Problem\n\n{TEA}\n\n## Remedies\n- Steam it",
            f"## Problem:\n{TEA}\n## **Remedies**\nProblem: none is left.",
            f"{TEA}\n\n## Problem\nIt is so.\n\n## Remedies ##\nSteam.",
        ],
        [
            Edit(0, "## Remedies\n", "", "headings Problem where"),
            Edit(0, "## Problem", "# Problem", "level 1, not 2"),
            Edit(0, "## Problem", "## Tea\n\n## Problem", "headings Tea"),
            (f"## Problem\n\n## Remedies\n{TEA}", "nothing stands under 'Problem'"),
            (f"## Remedies\nSteam\n## Problem\n{TEA}", "headings Remedies, Problem"),
        ],
    ),
    Case(
        "table_columns",
        {"columns": ["Option", "Drawbacks"], "n": 2},
        [
            "| Option | Drawbacks |\n|---|---|\n| Train | slow |\n| Plane | loud |",
            "As asked:\n\nOption | Drawbacks\n:--- | :---:\nTrain | slow \\| dear\nPlane | –\n\nChoose.",
            "| **Option** | drawbacks |\n| - | - |\n| Train | none |\n| Plane | ✗ |",
        ],
        [
            Edit(0, "Drawbacks", "Costs", "columns Option, Costs"),
            Edit(0, "\n| Plane | loud |", "", "1 rows"),
            Edit(0, "| loud |", "| |", "row 2 has an empty cell"),
            Edit(0, "|---|---|\n", "", "0 Markdown tables"),
            Edit(0, "| loud |", "| loud | dear |", "row 2 has 3 cells"),
            Edit(0, "Plane | loud", "Train | slow", "two rows say the same"),
        ],
    ),
    Case(
        "outline",
        {"n": 3},
        [
            "I. Soil\n   A. Sand\n   B. Clay\nII. Water\n   A. Rain\n   B. Wells\nIII. Light\n   A. Sun\n   B. Shade",
            "**I. Soil**\nA. Sand\n1. fine\n2. coarse\nB. Clay\n\n**II. Water**\nA. Rain\nB. Wells\nC. Dew\n\n"
            "**III. Light**\nA. Sun\nB. Shade",
            "I) Soil\n  A) Sand\n  B) Clay\nII) Water\n  A) Rain\n  B) Wells\nIII) Light\n  A) Sun\n  B) Shade",
        ],
        [
            Edit(0, "\nIII. Light\n   A. Sun\n   B. Shade", "", "2 points"),
            Edit(0, "   B. Clay\n", "", "under I. come A"),
            Edit(0, "   B. Wells", "   C. Wells", "under II. come A, C"),
            Edit(0, "III. ", "IV. ", "2 points"),
            ("1. Soil\n2. Water\n3. Light", "0 points"),
        ],
    ),
    Case(
        "glossary",
        {"n": 3},
        [
            "**Ale** — a beer\n**Malt** — sprouted grain\n**Wort** — what is drawn off it",
            "- **Ale**: a beer\n- **Malt** – sprouted grain\n- **Wort** - the liquid",
            "## Terms\n\n**ale** — a beer\n\n**Malt:** sprouted grain\n\n**Wort** — liquid",
        ],
        [
            Edit(0, "**Malt** — sprouted grain\n", "", "2 lines"),
            Edit(0, "**Malt**", "**Yeast**", "not in alphabetical order"),
            Edit(0, "**", "", "0 lines"),
            Edit(0, "Malt", "Ale", "'ale' is defined twice"),
            Edit(0, " — a beer", "", "2 lines"),
        ],
    ),
    Case(
        "timeline",
        {"n": 3},
        [
            "1961-04-12: Gagarin flies\n1969-07-20: Eagle lands\n1998-11-20: Zarya starts",
            "- **1961-04-12** — Gagarin\n- **1961-04-12** — lands\n- **1998-11-20** — Zarya",
            "What happened:\n\n1961-04-12 Gagarin\n1969-07-20 Eagle\n1998-11-20 Zarya",
        ],
        [
            Edit(0, "1961-04-12", "1971-04-12", "1971-04-12 comes before 1969-07-20"),
            Edit(0, "1969-07-20", "1969-07-32", "1969-07-32 is no date"),
            Edit(0, "1969-07-20", "July 20, 1969", "2 lines"),
            Edit(0, ": Gagarin flies", "", "nothing is said of 1961-04-12"),
        ],
    ),
    Case(
        "question_answer",
        {"n": 2},
        [
            "Q: Is it safe?\nA: Yes.\n\nQ: For cats?\nA: No.",
            "**Q1: Is it safe?**\nA1: Yes.\nIt is.\n**Q2: For cats?**\nA2: No.",
            "Q: Is it safe?\n\nA: Yes. A: is a letter.\n\nQ: And now,\nfor cats?\n\nA: No.",
        ],
        [
            Edit(0, "\nA: No.", "", "2 Q: and 1 A:"),
            Edit(0, "\n\nQ: For cats?\nA: No.", "", "1 Q: and 1 A:"),
            Edit(0, "For cats?", "Cats.", "is no question"),
            Edit(0, "For cats?", "Is it safe?", "two questions"),
            Edit(0, "A: Yes.", "A:", "nothing stands behind A:"),
        ],
    ),
    Case(
        "script",
        {"speakers": 2, "n": 4},
        [
            "MIRA: You're late.\nTOM: The bridge was up.\nMIRA: Again?\nTOM: Again.",
            "(A kitchen.)\n\n**MIRA:** You're late.\n\n**TOM (sitting):** The bridge was up.\n\n**MIRA:** Again?\n\n"
            "**TOM:** …",
            "DR. LEE: Sit.\nANNA: Why?\n[She sits.]\nDR. LEE: Because: tea.\nANNA: Oh.",
        ],
        [
            Edit(0, "MIRA", "Mira", "1 speakers"),
            Edit(0, "\nTOM: Again.", "", "3 speeches"),
            Edit(0, "TOM: Again.", "JO: Again.", "3 speakers"),
            Edit(0, "TOM: Again.", "TOM:", "TOM says nothing"),
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
