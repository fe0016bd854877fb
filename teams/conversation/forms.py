"""Forms that can be asked for in a turn: a few of the library's, offered by number, worded by whoever plans."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.demands import RULES, Demand, draw_demands

OFFERED = 5
LAYOUTS = frozenset("""
bullet_count numbered_items table_columns checklist outline question_answer timeline json_object json_list csv_rows
yaml_mapping email memo glossary flash_cards minutes status_report
""".split())  # fmt: skip  # noqa: SIM905
"""What the same content can be put into."""
RULES_OF_TALK = frozenset("""
sentence_max word_max character_max short_sentences plain_text starts_with answer_line bracketed_title summary_first
lower_case no_commas confidence_line bold_phrases
""".split())  # fmt: skip  # noqa: SIM905
"""What can hold for every answer of a talk."""
TAKES_WORDS_AWAY = frozenset("no_digits lipogram letter_max acrostic upper_case words_forbidden".split())  # noqa: SIM905
"""Forms under which a value may be impossible to say, or hard to find again."""


def offered(
    random: Random, shape: str, among: Collection[str] | None, language: str, most: int = OFFERED
) -> list[Demand]:
    """Draw forms to choose among, all of different rules."""
    found: dict[str, Demand] = {}
    for _ in range(most * 4):
        for demand in draw_demands(random, shape, language=language, among=among):
            if demand.rule not in TAKES_WORDS_AWAY:
                found.setdefault(demand.rule, demand)
        if len(found) >= most:
            break
    return list(found.values())[:most]


def listed(forms: Sequence[Demand]) -> str:
    """The forms as a prompt shows them."""
    return "\n".join(f"{n}. {RULES[form.rule].brief} Here: {form.statement}" for n, form in enumerate(forms, 1))


def wording_faults(wording: str, form: Demand) -> Iterator[str]:
    """What a wording lacks of its form: the form's own figures and words have to stand in it."""
    if len(wording.strip()) < 8:
        yield "say the form that is asked for in a sentence, as this person would, in `wording`"
        return
    lost = [value for value in _values(form.params) if value.casefold() not in wording.casefold()]
    if lost:
        yield f"the wording of the form has to name {', '.join(map(repr, lost[:6]))} exactly"


def _values(params: Mapping[str, Any]) -> list[str]:
    flat: list[str] = []
    for value in params.values():
        several = value if isinstance(value, list) else [value]
        flat += [str(one) for one in several if isinstance(one, str | int) and not isinstance(one, bool)]
    return [value for value in flat if value.strip()]
