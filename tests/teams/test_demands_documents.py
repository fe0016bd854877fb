"""Rules that make an answer data or a document of some trade: what meets them, what breaks them."""

import pytest

from teams.engine.demands import RULES
from tests.teams.demand_cases import Case, Edit

BARE, FENCED = "without a code fence", "in one code fence"
SOAP = ["Subjective", "Objective", "Assessment", "Plan"]
DISCHARGE = ["Patient", "Admitted", "Discharged", "Diagnosis", "Hospital course", "Medications", "Follow-up"]
PROTOCOL = ["Aim", "Materials", "Procedure", "Safety"]
RECIPE = ["Serves", "Prep time", "Cook time", "Ingredients", "Method"]
LESSON = ["Objective", "Materials", "Activities", "Assessment"]
DECISION = ["Status", "Context", "Decision", "Consequences"]
STATES = ["Proposed", "Accepted", "Superseded", "Rejected"]
INCIDENT = ["Summary", "Impact", "Timeline", "Root cause", "Action items"]
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
MINUTES = ["Meeting", "Date", "Present", "Discussion", "Decisions", "Action items"]
MEMO = ["TO", "FROM", "DATE", "SUBJECT"]
STATUS = ["Status", "Done", "Next", "Risks"]


def bold(text: str, labels: list[str]) -> str:
    """The same document with its labels in bold."""
    for label in labels:
        text = text.replace(f"{label}:", f"**{label}:**")
    return text


def headed(text: str, labels: list[str]) -> str:
    """The same document with its labels as headings."""
    for label in labels:
        text = text.replace(f"{label}:", f"\n## {label.upper()}\n\n")
    return text


SOAP_NOTE = """Subjective: Woman, 34, three days of sore throat, no cough.
Objective: T 38.4 °C, tonsils red with exudate.
Assessment: Probable streptococcal pharyngitis.
Plan:
1. Rapid antigen test
2. Penicillin V if positive
3. Review in 48 hours"""
SUMMARY = """Patient: Male, 71
Admitted: 2024-03-02
Discharged: 2024-03-09
Diagnosis: Community-acquired pneumonia
Hospital course: Improved on intravenous antibiotics; oxygen stopped on day four.
Medications:
- Amoxicillin; 1 g; three times daily
- Ramipril; 5 mg; once daily
Follow-up: Chest X-ray in six weeks."""
PROTOCOL_TEXT = """Aim: Show that yeast gives off carbon dioxide.
Materials:
- 7 g dry yeast
- 200 ml warm water
- one balloon
Procedure:
1. Dissolve the sugar.
2. Add the yeast.
3. Stretch the balloon over the neck.
Safety: Wear goggles."""
CARD = """# Leek soup
Serves: 4
Prep time: 15 min
Cook time: 1 h 10 min
Ingredients:
- 3 leeks
- ½ onion
- a pinch of salt
Method:
1. Slice the leeks.
2. Sweat them.
3. Add water and simmer."""
LESSON_TEXT = """Objective: Pupils can read a map's scale.
Materials: Maps, rulers.
Activities:
- Warm-up with the school's plan (10 min)
- Measuring in pairs (25 min)
- Talk about results (10 min)
Assessment: Three distances on an exit slip."""
RECORD = """# 7. Keep sessions in the database

Status: Accepted
Context: Two servers answer for one user.
Decision: Sessions move into a table.
Consequences: One more query a request; restarts lose nobody."""
REPORT = """Summary: Orders failed for forty minutes.
Impact: 312 customers saw an error.
Timeline:
- 09:02 First alert
- 09:15 Rollback begins
- 09:42 Orders work again
Root cause: A full disk on the queue's host.
Action items:
- Alarm at 80 % (owner: Ines)
- Rotate the logs daily (owner: Paul)"""
LOG = """# Changelog

## [Unreleased]

### Added
- Dark theme

## [1.3.0] - 2024-05-17

### Changed
- Export writes UTF-8

### Fixed
- Crash on empty files

## [1.2.1] - 2024-02-01

### Security
- Newer parser"""
COMMIT = """Read the seed before the folder is made

A run that failed at its first seed left an empty folder behind,
which the next run then refused to use.

See https://example.org/a/very/long/address/that/cannot/be/wrapped/at/seventy/two"""
FEATURE = """Feature: Returning books

  Scenario: A book comes back in time
    Given a book lent on 1 May
    When it comes back on 20 May
    Then no fee is due

  Scenario: A book comes back late
    Given a book lent on 1 May
    And the term is 28 days
    When it comes back on 2 June
    Then a fee of 2 euros is due"""
MEETING = """Meeting: Garden committee
Date: 2024-04-03
Present: Abe, Rosa, Lin
Discussion: The pump is loud. Rosa has an offer for a new one.
Decisions: Buy the new pump.
Action items:
- Rosa | order the pump | 2024-04-10
- Lin | tell the neighbours | 2024-04-08"""
PRESS = """FOR IMMEDIATE RELEASE

Harbour library opens on Sundays

BERGEN, May 3, 2024 — The harbour library will open its doors on Sundays from June.

"Readers asked for it," said its head.

###"""
MEMO_TEXT = """TO: All staff
FROM: Facilities
DATE: 2024-05-02
SUBJECT: Lift out of order

The lift in wing B will be closed from Monday on.

Please use the stairs or the lift in wing A."""
REPLY = """Dear Ms Hart,

I am sorry that your kettle arrived with a cracked lid. A new lid left our warehouse this morning.

Kind regards,
Tom Brandt"""
MAIL = """Subject: New lid for your kettle

Dear Ms Hart,

I am sorry that your kettle arrived with a cracked lid.

A new lid left our warehouse this morning and should reach you on Friday.

Best,
Tom"""
WEEK = """Status: amber
Done:
- Moved the archive
- Trained two colleagues
Next:
- Switch off the old server
Risks: The contractor is ill."""
CLAUSE = """4. Confidentiality
4.1 "Confidential Information" means all drawings and figures that one party gives the other.
4.2 The receiving party shall keep Confidential Information secret for five years.
4.3 This duty shall not cover what is public already."""
BIB = """@book{darwin1859,
  author = {Darwin, Charles},
  title = {On the Origin of Species},
  year = 1859
}
@article{watson1953,
  author = "Watson, J. D. and Crick, F.",
  title = {Molecular Structure of {Nucleic} Acids},
  year = {1953}
}"""

CASES = [
    Case(
        "json_object",
        {"keys": ["answer", "reason"], "fence": BARE},
        [
            '{"answer": "Oslo", "reason": "It is the capital."}',
            '{\r\n "reason": ["a", "b"],\r\n "answer": 7\r\n}\r\n',
            '{"answer": false, "reason": {"given": "none"}}',
        ],
        [
            Edit(0, ', "reason": "It is the capital."', "", "no key 'reason'"),
            Edit(0, '"}', '",}', "not JSON"),
            Edit(0, '"}', '", "note": 1}', "nobody asked for: note"),
            Edit(0, "{", "Sure! {", "not JSON"),
            ('```json\n{"answer": 1, "reason": "x"}\n```', "a code fence, which was not wanted"),
            Edit(0, "It is the capital.", "", "'reason' is empty"),
            Edit(0, "It is the capital.", "...", "'reason' is empty"),
            ('{"answer": 1, "answer": 2, "reason": "x"}', "comes twice"),
        ],
    ),
    Case(
        "json_list",
        {"keys": ["id", "item"], "n": 2, "fence": FENCED},
        [
            '```json\n[{"id": 1, "item": "tea"}, {"id": 2, "item": "salt"}]\n```',
            '```\n[\n{"item": "tea", "id": "a"},\n{"item": "oil", "id": "b"},\n{"item": "rye", "id": "c"}]\n```',
            '~~~json\n[{"id": 1, "item": ["x"]}, {"id": 0, "item": "y"}]\n~~~',
        ],
        [
            ('[{"id": 1, "item": "tea"}, {"id": 2, "item": "salt"}]', "not one code fence"),
            Edit(0, ', {"id": 2, "item": "salt"}', "", "1 objects"),
            Edit(0, '"item": "salt"', '"name": "salt"', "object 2: no key 'item'"),
            ('```json\n{"id": 1, "item": "tea"}\n```', "a dict where a list"),
            Edit(0, "```json", "Here:\n```json", "nothing around it"),
        ],
    ),
    Case(
        "json_lines",
        {"keys": ["term", "definition"], "n": 2},
        [
            '{"term": "ale", "definition": "beer"}\n{"term": "malt", "definition": "grain"}',
            '{"definition": "beer", "term": "ale"}\n\n{"term": "malt", "definition": "grain"}\n',
            '{"term":"a","definition":1}\n{"term":"b","definition":2}\n{"term":"c","definition":3}',
        ],
        [
            Edit(0, '\n{"term": "malt", "definition": "grain"}', "", "1 lines"),
            Edit(0, '}\n{"', '},\n{"', "line 1 is not JSON"),
            ('[\n{"term": "ale", "definition": "beer"}\n]', "line 1 is not JSON"),
            Edit(0, '"malt"', '""', "line 2: the key 'term' is empty"),
        ],
    ),
    Case(
        "yaml_mapping",
        {"keys": ["summary", "action"], "fence": BARE},
        [
            "summary: The pump is loud.\naction: Replace it.",
            "action:\n  - ask\n  - buy\nsummary: |\n  Loud: very.\n  Old too.",
            '---\nsummary: "a: b"\naction: none',
        ],
        [
            Edit(0, "action:", "todo:", "no key 'action'"),
            Edit(0, "is loud", "is loud: very", "not YAML"),
            ('{"summary": "a", "action": "b"}', "JSON, not YAML"),
            Edit(0, " Replace it.", "", "'action' is empty"),
            ("The pump is loud.", "a str where"),
            ("summary: &x [a]\naction: *x", "an alias"),
        ],
    ),
    Case(
        "csv_rows",
        {"columns": ["term", "definition", "example"], "n": 2, "fence": BARE},
        [
            'term,definition,example\nale,"beer, top-fermented",stout\nmalt,grain,barley',
            "term, definition, example\r\nale, beer, stout\r\nmalt, grain, barley\r\n",
            '"term","definition","example"\n"ale","say ""ah""","x"\n"b","c","d"\n"e","f","g"',
        ],
        [
            Edit(0, "term,definition", "word,definition", "the header is"),
            Edit(0, '"beer, top-fermented"', "beer, top-fermented", "row 1 has 4 fields"),
            Edit(0, "\nmalt,grain,barley", "", "1 rows"),
            Edit(0, "grain", "", "row 2 has an empty field"),
            Edit(0, 'fermented"', "fermented", "not CSV"),
            ("term;definition;example\na;b;c\nd;e;f", "the header is"),
        ],
    ),
    Case(
        "xml_elements",
        {"root": "entry", "tags": ["title", "body"], "fence": BARE},
        [
            "<entry><title>Tea</title><body>Steam &amp; fire</body></entry>",
            '<?xml version="1.0"?>\n<entry>\n  <title lang="en">Tea</title>\n  <body><p>1</p><p>2</p></body>\n</entry>',
            "<entry>\n<title>Té</title>\n<!-- draft -->\n<body>Vert</body>\n</entry>\n",
        ],
        [
            Edit(0, "&amp;", "&", "not XML"),
            Edit(0, "</body>", "", "not XML"),
            Edit(0, "<title>Tea</title>", "", "the children are body"),
            Edit(0, "Tea", "", "<title> is empty"),
            Edit(0, "entry>", "item>", "the root is"),
            Edit(0, "<body>", "and <body>", "text between the elements"),
            ('<!DOCTYPE e [<!ENTITY a "b">]><entry><title>&a;</title><body>x</body></entry>', "document type"),
        ],
    ),
    Case(
        "flash_cards",
        {"sign": "::", "n": 2},
        [
            "capital of Peru :: Lima\ncapital of Chile :: Santiago",
            "1492::Columbus sails\n1588::the Armada\n",
            "a :: b\n\nc :: d",
        ],
        [
            Edit(0, "\ncapital of Chile :: Santiago", "", "1 cards"),
            Edit(0, ":: Lima", "- Lima", "is not front :: back"),
            Edit(0, "capital of Peru", "- capital of Peru", "numbered or bulleted"),
            Edit(0, "Chile", "Peru", "two cards have the same front"),
            ("Here you go:\na :: b\nc :: d", "is not front :: back"),
        ],
    ),
    Case(
        "bibtex",
        {"fields": ["author", "title", "year"]},
        [BIB, f"```bibtex\n{BIB}\n```", BIB.replace("author", "AUTHOR").replace(" = ", "=")],
        [
            Edit(0, "  year = 1859\n", "", "'darwin1859' has no year"),
            Edit(0, "watson1953", "darwin1859", "the same key"),
            Edit(0, "{1953}\n}", "{1953}\n", "do not close"),
            ("Darwin, C. (1859). On the Origin of Species.", "not with an entry"),
            Edit(0, "@book", "Sources:\n@book", "not with an entry"),
        ],
    ),
    Case(
        "code_alone",
        {"most": 80},
        [
            "```python\nprint(sum(range(10)))\n```",
            "~~~sql\nSELECT name\nFROM users;\n~~~\n",
            "````markdown\n```\nx\n```\n````",
        ],
        [
            Edit(0, "```python", "Here:\n```python", "nothing around it"),
            Edit(0, "```python", "```", "does not name the language"),
            Edit(0, "range(10)", "range(" + "1 + " * 20 + "1)", "line 1 has"),
            ("print(1)", "not one code fence"),
            ("```python\n\n```", "empty"),
            ("```python\nprint(1)", "not one code fence"),
        ],
    ),
    Case(
        "code_then_notes",
        {"heading": "Notes", "n": 2},
        [
            "```python\nprint(1)\n```\n\n## Notes\n- Prints one\n- Needs no input",
            "```sh\n# Notes\nls\n```\n**Notes**\n\n* a\n* b",
            "```c\nint x;\n```\nNotes:\n- global\n- zero",
        ],
        [
            Edit(0, "\n- Needs no input", "", "1 bullet points"),
            Edit(0, "## Notes", "## Remarks", "0 headings 'Notes'"),
            Edit(0, "```python", "Sure:\n```python", "not with the code"),
            Edit(0, "input", "input\n```sh\nls\n```", "2 fenced blocks"),
        ],
    ),
    Case(
        "soap_note",
        {"labels": SOAP, "n": 3},
        [SOAP_NOTE, bold(SOAP_NOTE, SOAP), headed(SOAP_NOTE, SOAP)],
        [
            Edit(0, "Assessment: Probable", "Probable", "no part is labelled 'Assessment'"),
            Edit(0, "3. Review", "Review", "2 items"),
            Edit(0, " T 38.4 °C, tonsils red with exudate.", "", "nothing stands under 'Objective'"),
            Edit(0, "Subjective:", "Plan: see below\nSubjective:", "comes 2 times"),
            (
                SOAP_NOTE.replace("Subjective", "X").replace("Objective", "Subjective").replace("X:", "Objective:"),
                "parts come",
            ),
        ],
    ),
    Case(
        "discharge_summary",
        {"labels": DISCHARGE, "sign": ";"},
        [
            SUMMARY,
            bold(SUMMARY, DISCHARGE),
            SUMMARY.replace("- Amoxicillin; 1 g; three times daily\n- Ramipril; 5 mg; once daily", "None"),
        ],
        [
            Edit(0, "2024-03-09", "9 March 2024", "'Discharged' holds"),
            Edit(0, "2024-03-09", "2024-03-01", "before 2024-03-02"),
            Edit(0, "Ramipril; 5 mg; once daily", "Ramipril 5 mg once daily", "is not written as name"),
            Edit(0, "Follow-up: Chest X-ray in six weeks.", "", "no part is labelled 'Follow-up'"),
            Edit(0, "1 g; ", "; ", "is not written as name"),
        ],
    ),
    Case(
        "lab_protocol",
        {"labels": PROTOCOL, "n": 3},
        [PROTOCOL_TEXT, bold(PROTOCOL_TEXT, PROTOCOL), headed(PROTOCOL_TEXT, PROTOCOL)],
        [
            Edit(0, "7 g dry yeast", "dry yeast", "no amount is given for 'dry yeast'"),
            Edit(0, "3. Stretch", "Stretch", "2 numbered steps"),
            Edit(0, "2. Add", "4. Add", "numbered 1, 4, 3"),
            Edit(0, "Safety: Wear goggles.", "", "no part is labelled 'Safety'"),
        ],
    ),
    Case(
        "recipe_card",
        {"labels": RECIPE, "n": 3},
        [CARD, bold(CARD, RECIPE), CARD.replace("Cook time: 1 h 10 min", "Cook time: none")],
        [
            Edit(0, "Serves: 4", "Serves: the family", "no number"),
            Edit(0, "15 min", "short", "no time"),
            Edit(0, "- 3 leeks", "- leeks", "no amount is given for 'leeks'"),
            Edit(0, "3. Add water", "Add water", "2 numbered steps"),
            Edit(0, "Method:", "Steps:", "no part is labelled 'Method'"),
        ],
    ),
    Case(
        "lesson_plan",
        {"labels": LESSON, "total": 45},
        [LESSON_TEXT, bold(LESSON_TEXT, LESSON), LESSON_TEXT.replace("(25 min)", "(25 minutes)")],
        [
            Edit(0, "25 min", "30 min", "= 50 minutes, not 45"),
            Edit(0, " (25 min)", "", "= 20 minutes"),
            Edit(0, "min)", "m)", "0 activities"),
            Edit(0, "Objective:", "Goal:", "no part is labelled 'Objective'"),
        ],
    ),
    Case(
        "decision_record",
        {"labels": DECISION, "states": STATES},
        [RECORD, headed(RECORD, DECISION), bold(RECORD, DECISION).replace("Accepted", "accepted (2024-05-01)")],
        [
            Edit(0, "Accepted", "Done", "none of Proposed"),
            Edit(0, "# 7. Keep sessions in the database\n\n", "", "no title"),
            Edit(0, "Consequences: One", "One", "no part is labelled 'Consequences'"),
            Edit(0, " Sessions move into a table.", "", "nothing stands under 'Decision'"),
        ],
    ),
    Case(
        "incident_report",
        {"labels": INCIDENT, "n": 3},
        [REPORT, bold(REPORT, INCIDENT), headed(REPORT, INCIDENT)],
        [
            Edit(0, "09:15", "08:15", "are not in order"),
            Edit(0, "09:15 Rollback", "Rollback", "does not start with HH:MM"),
            Edit(0, " (owner: Paul)", "", "names no (owner"),
            Edit(0, "- 09:15 Rollback begins\n", "", "2 lines in the timeline"),
            Edit(0, "Root cause: A full", "A full", "no part is labelled 'Root cause'"),
        ],
    ),
    Case(
        "changelog",
        {"kinds": KINDS},
        [LOG, LOG.split("\n\n## [1.2.1]")[0], LOG.replace("[1.3.0] - ", "1.3.0 – ").replace("# Changelog\n\n", "")],
        [
            Edit(0, "2024-05-17", "May 17, 2024", "is not [x.y.z] - YYYY-MM-DD"),
            Edit(0, "### Changed", "### Improved", "'Improved' is none of"),
            Edit(0, "- Crash on empty files\n", "", "no bullets under 'Fixed'"),
            Edit(0, "1.2.1", "1.4.0", "newest first"),
            Edit(0, "### Security\n", "", "stands under no kind"),
            ("- Export writes UTF-8\n- Crash fixed", "no heading of a released version"),
        ],
    ),
    Case(
        "commit_message",
        {"subject": 50, "width": 72},
        [COMMIT, f"```\n{COMMIT}\n```", COMMIT.replace("\n\nSee", "\n\n- one\n- two\n\nSee")],
        [
            Edit(0, "is made", "is made, and not the other way round", "the subject has"),
            Edit(0, "made\n\n", "made\n", "second line is not empty"),
            Edit(0, "is made", "is made.", "full stop"),
            ("Fix the thing", "there is no body"),
            Edit(0, "behind,\nwhich", "behind, which", "line 3 has"),
        ],
    ),
    Case(
        "gherkin",
        {"n": 2},
        [FEATURE, f"```gherkin\n{FEATURE}\n```", FEATURE.replace("    ", "").replace("And the", "* the")],
        [
            Edit(0, "Feature: Returning books\n", "", "not 'Feature"),
            Edit(0, "    When it comes back on 20 May\n", "", "scenario 1 goes Given, Then"),
            Edit(0, "  Scenario: A book comes back late\n", "", "1 scenarios"),
            Edit(0, "Then no fee", "So no fee", "is no step"),
            Edit(0, "back late", "back in time", "two scenarios"),
        ],
    ),
    Case(
        "legal_clause",
        {"number": 4, "n": 3, "verb": "shall"},
        [
            CLAUSE,
            CLAUSE.replace('"Confidential Information"', "“Confidential Information”").replace("\n", "\n\n"),
            CLAUSE.replace("4. Conf", "## 4. Conf").replace("4.1", "**4.1**"),
        ],
        [
            Edit(0, "4.3", "4.4", "numbered 1, 2, 4"),
            Edit(0, "\n4.3 This duty shall not cover what is public already.", "", "2 sub-clauses"),
            Edit(0, "keep Confidential Information", "keep these", "is not used again"),
            Edit(0, '"', "", "no term"),
            Edit(0, "shall", "will", "no duty is put with 'shall'"),
        ],
    ),
    Case(
        "minutes",
        {"labels": MINUTES, "sign": "|"},
        [MEETING, bold(MEETING, MINUTES), headed(MEETING, MINUTES)],
        [
            Edit(0, "Date: 2024-04-03", "Date: last Wednesday", "not one date"),
            Edit(0, "Lin | tell the neighbours | 2024-04-08", "Lin tells the neighbours", "is not person"),
            Edit(0, "| 2024-04-08", "| soon", "is not person"),
            Edit(0, "Decisions: Buy the new pump.\n", "", "no part is labelled 'Decisions'"),
        ],
    ),
    Case(
        "press_release",
        {"first": "FOR IMMEDIATE RELEASE", "most": 8},
        [
            PRESS,
            PRESS.replace("FOR IMMEDIATE RELEASE", "**For immediate release:**"),
            PRESS.replace("BERGEN, May", "BERGEN, Norway – May").replace("Harbour lib", "# Harbour lib", 1),
        ],
        [
            Edit(0, "FOR IMMEDIATE RELEASE\n\n", "", "the first line is"),
            Edit(0, "BERGEN, May 3, 2024 — ", "", "no dateline"),
            Edit(0, "\n\n###", "", "not ###"),
            Edit(0, "opens on", "opens for everybody who likes to read on", "the headline has"),
        ],
    ),
    Case(
        "memo",
        {"labels": MEMO, "n": 2},
        [MEMO_TEXT, bold(MEMO_TEXT, MEMO), "MEMORANDUM\n\n" + MEMO_TEXT.replace("\nFROM", "\n\nFROM")],
        [
            Edit(0, "FROM: Facilities\n", "", "no part is labelled 'FROM'"),
            Edit(0, "2024-05-02", "Thursday", "not one date"),
            Edit(0, "Monday on.\n\nPlease", "Monday on. Please", "1 paragraphs"),
            Edit(0, "TO: All staff\nFROM: Facilities", "FROM: Facilities\nTO: All staff", "the parts come as"),
        ],
    ),
    Case(
        "customer_reply",
        {"closing": "Kind regards", "most": 100},
        [
            REPLY,
            REPLY.replace("Dear Ms Hart,", "Hello [name]!"),
            REPLY.replace("Tom Brandt", "Tom Brandt\nKettle & Co."),
        ],
        [
            Edit(0, "Dear Ms Hart,\n\n", "", "no greeting"),
            Edit(0, "Kind regards", "Cheers", "no line says 'Kind regards'"),
            Edit(0, "\nTom Brandt", "", "not a name"),
            Edit(0, "this morning.", "this morning." + " So sorry." * 50, "the body has"),
        ],
    ),
    Case(
        "email",
        {"most": 50, "n": 2},
        [MAIL, MAIL.replace("Subject:", "**Subject:**"), MAIL.replace("Dear Ms Hart,", "Hi Ann,")],
        [
            Edit(0, "Subject: New lid for your kettle\n\n", "", "not 'Subject"),
            Edit(0, "New lid", "About the new lid and the crack in the old one", "the subject has"),
            Edit(0, "Dear Ms Hart,\n\n", "", "no greeting"),
            Edit(0, "lid.\n\nA", "lid. A", "1 paragraphs"),
            Edit(0, "\n\nBest,\nTom", "", "no signature"),
        ],
    ),
    Case(
        "status_report",
        {"labels": STATUS, "lights": ["green", "amber", "red"], "n": 2},
        [WEEK, bold(WEEK, STATUS), WEEK.replace("amber", "🟢 Green.")],
        [
            Edit(0, "amber", "amber to red", "none of green"),
            Edit(0, "\n- Trained two colleagues", "", "1 points"),
            Edit(0, "Risks: The contractor is ill.", "", "no part is labelled 'Risks'"),
            Edit(0, "\n- Switch off the old server", "", "nothing stands under 'Next'"),
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
