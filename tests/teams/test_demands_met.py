"""Every parameter a rule can draw can be met: an answer is built for it, and the checker agrees."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.engine.demands import RULES
from tests.teams import test_demands_documents as documents

REQUEST = "How do I get a stain out of wool?"
SAID = "Cold water helps most"
LINES = "Here Over Past Each Rain In Very Bread All Dawn Late Grey To Wind No Salt My"


def words(count: int) -> str:
    """So many words in sentences of five."""
    spoken = [["we", "wash", "wool", "in", "tubs"][at % 5] for at in range(count)]
    return " ".join(w.capitalize() if at % 5 == 0 else w + "." * (at % 5 == 4) for at, w in enumerate(spoken))


def line(letter: str) -> str:
    return next(word for word in LINES.split() if word[0] == letter)


def lines(count: int, each: Callable[[int], str]) -> str:
    return "\n".join(each(at) for at in range(1, count + 1))


def fenced(text: str, p: dict[str, Any]) -> str:
    return text if p["fence"].startswith("without") else f"```\n{text}\n```"


def steps(count: int) -> str:
    return lines(count, lambda at: f"{at}. Step {at} of the work")


def objects(p: dict[str, Any]) -> list[dict[str, str]]:
    return [{key: f"{key} {at}" for key in p["keys"]} for at in range(p["n"])]


def labelled(p: dict[str, Any], **bodies: str) -> str:
    return "\n".join(f"{label}: {bodies.get(label.replace(' ', '_').replace('-', '_'), SAID)}" for label in p["labels"])


def outline(count: int) -> str:
    return "\n".join(f"{roman}. Point\n  A. One\n  B. Two" for roman in ["I", "II", "III", "IV", "V"][:count])


def scenario(at: int) -> str:
    return f"Scenario: case {at}\n  Given wool\n  When it is wet\n  Then it shrinks"


MEETING: dict[str, Callable[[dict[str, Any]], str]] = {
    "word_max": lambda p: words(p["n"]),
    "word_min": lambda p: words(p["n"]),
    "word_range": lambda p: words(p["most"]),
    "word_about": lambda p: words(p["n"]),
    "sentence_exact": lambda p: words(5 * p["n"]),
    "sentence_max": lambda p: words(5 * p["n"]),
    "paragraph_count": lambda p: "\n\n".join([SAID] * p["n"]),
    "paragraph_opening": lambda p: "\n\n".join(
        f"{p['word']} so" if at == p["k"] else SAID for at in range(1, p["n"] + 1)
    ),
    "short_sentences": lambda p: words(50),
    "character_max": lambda p: "x" * p["n"],
    "line_count": lambda p: "\n".join([SAID] * p["n"]),
    "words_present": lambda p: ". ".join(f"{SAID} {word}" for word in p["words"]),
    "word_often": lambda p: f"{p['word']} so " * p["n"],
    "words_forbidden": lambda p: SAID,
    "no_contractions": lambda p: SAID,
    "varied_openings": lambda p: "Wool shrinks. It felts. Keep it cool.",
    "letter_max": lambda p: p["letter"] * p["n"],
    "lipogram": lambda p: next(w for w in ("tea", "doll", "sun") if p["letter"] not in w),
    "acrostic": lambda p: "\n".join(f"{line(letter)} {SAID}" for letter in p["word"]),
    "no_commas": lambda p: SAID,
    "no_digits": lambda p: SAID,
    "plain_text": lambda p: SAID,
    "placeholders": lambda p: " ".join(f"[field {'abcdef'[at]}]" for at in range(p["n"])),
    "bold_phrases": lambda p: lines(p["n"], lambda at: f"Use **part {at}** of it with {SAID}"),
    "lower_case": lambda p: SAID.lower(),
    "upper_case": lambda p: SAID.upper(),
    "capital_words": lambda p: "NEVER " * p["least"] + SAID,
    "starts_with": lambda p: f"{p['phrase']}, {SAID}",
    "ends_with": lambda p: f"{SAID}. {p['phrase']}",
    "quoted_whole": lambda p: f'"{SAID}"',
    "postscript": lambda p: f"{SAID}\n\n{p['mark']} {SAID}",
    "bracketed_title": lambda p: f"<<{words(p['most'])}>>\n\n{SAID}",
    "summary_first": lambda p: f"{p['mark']} {words(p['n'])}\n\n{words(2 * p['n'])}",
    "answer_line": lambda p: f"{SAID}.\n{p['label']} yes",
    "confidence_line": lambda p: f"{SAID}.\nConfidence: {p['levels'][0]}",
    "repeat_request": lambda p: f"{p['request']}\n\n{SAID}",
    "two_answers": lambda p: f"{SAID}\n{p['mark']}\nVinegar",
    "tagged_parts": lambda p: "".join(f"<{tag}>{SAID}</{tag}>" for tag in p["tags"]),
    "front_matter": lambda p: "---\n" + "".join(f"{key}: wool\n" for key in p["keys"]) + f"---\n{SAID}",
    "bullet_count": lambda p: lines(p["n"], lambda at: f"- {SAID} {at}"),
    "numbered_items": lambda p: steps(p["n"]),
    "checklist": lambda p: lines(p["n"], lambda at: f"- [ ] {SAID} {at}"),
    "numbered_sections": lambda p: lines(p["n"], lambda at: f"{p['word']} {at}\n{SAID}"),
    "given_headings": lambda p: "\n".join(f"{'#' * p['level']} {title}\n{SAID}" for title in p["titles"]),
    "table_columns": lambda p: "\n".join(
        " | ".join(row)
        for row in [p["columns"], ["---"] * len(p["columns"]), *([str(at)] * len(p["columns"]) for at in range(p["n"]))]
    ),
    "outline": lambda p: outline(p["n"]),
    "glossary": lambda p: lines(p["n"], lambda at: f"**{'abcdefghij'[at]}** — {SAID}"),
    "timeline": lambda p: lines(p["n"], lambda at: f"2024-05-{at:02}: {SAID}"),
    "question_answer": lambda p: lines(p["n"], lambda at: f"Q: Why {at}?\nA: {SAID}"),
    "script": lambda p: lines(p["n"], lambda at: f"{['ANN', 'BO', 'CY'][at % p['speakers']]}: {SAID}"),
    "json_object": lambda p: fenced(json.dumps(dict.fromkeys(p["keys"], SAID)), p),
    "json_list": lambda p: fenced(json.dumps(objects(p)), p),
    "json_lines": lambda p: "\n".join(map(json.dumps, objects(p))),
    "json_compact": lambda p: '{"wool":["cold","water"]}',
    "json_indented": lambda p: json.dumps({"wool": ["cold", "water"]}, indent=p["n"]),
    "json_fenced": lambda p: '```json\n{"wool": "cold"}\n```',
    "json_keys_sorted": lambda p: json.dumps(
        dict.fromkeys(sorted(["b", "a", "c"], reverse=p["direction"] != "alphabetical"), SAID)
    ),
    "yaml_mapping": lambda p: fenced("\n".join(f"{key}: {SAID}" for key in p["keys"]), p),
    "csv_rows": lambda p: fenced(
        "\n".join([",".join(p["columns"]), *(",".join([str(at)] * len(p["columns"])) for at in range(p["n"]))]), p
    ),
    "xml_elements": lambda p: fenced(f"<{p['root']}>{''.join(f'<{t}>x</{t}>' for t in p['tags'])}</{p['root']}>", p),
    "flash_cards": lambda p: lines(p["n"], lambda at: f"card {at} {p['sign']} {SAID}"),
    "bibtex": lambda p: "@misc{one,\n" + "".join(f" {field} = {{Wool}},\n" for field in p["fields"]) + "}",
    "code_alone": lambda p: f"```text\n{'x' * p['most']}\n```",
    "code_then_notes": lambda p: f"```c\nint x;\n```\n## {p['heading']}\n" + lines(p["n"], lambda at: f"- {SAID} {at}"),
    "soap_note": lambda p: labelled(p, Plan="\n" + steps(p["n"])),
    "discharge_summary": lambda p: labelled(
        p, Admitted="2024-05-01", Discharged="2024-05-02", Medications=f"\nIron {p['sign']} 1 g {p['sign']} daily"
    ),
    "lab_protocol": lambda p: labelled(p, Materials="2 l water", Procedure="\n" + steps(p["n"])),
    "recipe_card": lambda p: labelled(
        p, Serves="4", Prep_time="5 min", Cook_time="1 h", Ingredients="\n- 2 eggs", Method="\n" + steps(p["n"])
    ),
    "lesson_plan": lambda p: labelled(p, Activities=f"\n- Talk (10 min)\n- Work ({p['total'] - 10} min)"),
    "decision_record": lambda p: f"# Wool\n{labelled(p, Status=p['states'][-1])}",
    "incident_report": lambda p: labelled(
        p, Timeline="\n" + lines(p["n"], lambda at: f"10:0{at} {SAID}"), Action_items="\n- Dry it (owner: Ann)"
    ),
    "changelog": lambda p: f"## [1.0.0] - 2024-05-01\n### {p['kinds'][0]}\n- {SAID}",
    "commit_message": lambda p: "x" * p["subject"] + "\n\n" + "x " * (p["width"] // 2),
    "gherkin": lambda p: "Feature: wool\n" + lines(p["n"], scenario),
    "legal_clause": lambda p: (
        f'{p["number"]}. Wool\n{p["number"]}.1 "Wool" is hair.\n'
        + lines(p["n"] - 1, lambda at: f"{p['number']}.{at + 1} The buyer {p['verb']} dry Wool.")
    ),
    "minutes": lambda p: labelled(
        p, Date="2024-05-01", Action_items=f"\nAnn {p['sign']} dry it {p['sign']} 2024-05-02"
    ),
    "press_release": lambda p: documents.PRESS.replace("FOR IMMEDIATE RELEASE", p["first"]),
    "memo": lambda p: labelled(p, DATE="2024-05-01") + "\n\n" + "\n\n".join([SAID] * p["n"]),
    "customer_reply": lambda p: f"Hello Ann,\n\n{words(p['most'])}\n\n{p['closing']}\nBo",
    "email": lambda p: f"Subject: {'x' * p['most']}\n\nHi Ann,\n\n" + f"{words(10)}\n\n" * p["n"] + "Bo",
    "status_report": lambda p: labelled(
        p, Status=p["lights"][0], Done="\n" + lines(p["n"], lambda at: f"- {SAID} {at}")
    ),
}


def test_an_answer_is_built_for_every_rule() -> None:
    assert MEETING.keys() == RULES.keys()


@pytest.mark.parametrize("name", RULES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=20)
def test_every_draw_can_be_met(name: str, seed: int) -> None:
    rule = RULES[name]
    for shape in sorted(rule.suits):
        params = {**rule.draw(Random(seed), shape), **({rule.needs: REQUEST} if rule.needs else {})}
        answer = MEETING[name](params)
        assert list(rule.faults(answer, params)) == [], answer
