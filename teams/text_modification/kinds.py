"""What text modification is made of: eight transformations, the paper's eighteen kinds and one more, three goals.

The paper (section 2.2, appendix A) fixes the kinds and leaves the text as it is; the texts worth changing that are made
besides are ours, and so is the request that rests on something the text has not. The goals are what its worked example
shows: a form nobody expects, facts kept, a limit that can be counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from teams.engine.stages.asking import Asking, Goal, Transformation
from teams.text_modification.forms import FORMS, Change
from teams.text_modification.looks import has_figures, has_fragments, has_personal_data, has_turns
from teams.text_modification.words import script


@dataclass(frozen=True)
class Modification(Asking):
    """A sort of change."""

    kept: str = ""
    """What a reader who compares has to know of it; '' where a program says all."""

    @property
    def change(self) -> Change:
        assert isinstance(self.form, Change)
        return self.form


def _made(name: str, words: tuple[int, int], **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), "ours", words, **how)


TRANSFORMATIONS = (
    _made("untidy_email", (120, 320)),
    _made("rough_notes", (90, 280), looks=has_fragments),
    _made("product_page", (160, 380)),
    _made("personal_letter", (160, 380), looks=has_personal_data),
    _made("record_of_figures", (120, 320), looks=has_figures),
    _made("dialogue", (180, 420), looks=has_turns),
    _made("complaint", (150, 360)),
    _made("identity", (0, 0), is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)
"""A small model's own texts are not tried: nothing in them is worth changing."""

SECOND, COUNTED, OTHER = "second_thing", "counted", "other_form"
_FREE = (SECOND, COUNTED, OTHER)


_SEEN_BY_PROGRAM = ("capitalisation", "styling", "normalisation", "obfuscation", "entailment")
"""Nothing is left for a reader who compares."""


def _changes(
    name: str, form: str, goals: tuple[str, ...] = _FREE, *, source: str = "paper", small: bool = False, tools: str = ""
) -> Modification:
    kept = "" if name in _SEEN_BY_PROGRAM else script.brief(f"{name}_kept")
    return Modification(
        name, script.brief(name), source, FORMS[form], tuple(tools.split()), small, goals, per_chat=3, kept=kept
    )


KINDS = (
    _changes("paraphrasing", "paraphrased", small=True),
    _changes("simplification", "simplified", tools="measure_text"),
    _changes("expansion", "expanded", (SECOND, COUNTED), tools="measure_text"),
    _changes("translation", "translated", (SECOND, COUNTED)),
    _changes("formatting", "laid_out", (), tools="measure_text"),
    _changes("sentiment", "felt", (SECOND, COUNTED)),
    _changes("annotation", "annotated", ()),
    _changes("keyword_replacement", "computed_replace", (SECOND, COUNTED), small=True),
    _changes("removal", "computed_remove", (SECOND,), small=True),
    _changes("capitalisation", "computed_case", (SECOND, COUNTED), tools="run_python", small=True),
    _changes("styling", "computed_mark", (SECOND, COUNTED), small=True),
    _changes("content_rewriting", "rewritten", tools="measure_text"),
    _changes("normalisation", "computed_normal", (SECOND,), tools="calculator"),
    _changes("plagiarism_rewording", "disguised", (SECOND, COUNTED)),
    _changes("code_switching", "switched", ()),
    _changes("obfuscation", "computed_mask", (SECOND,)),
    _changes("entailment", "related", (SECOND, COUNTED)),
    _changes("vocabulary_limits", "constrained", (SECOND, COUNTED), tools="run_python"),
    _changes("nothing_to_change", "absent", (), source="ours"),
)

_SUITED = {
    "untidy_email": """
        paraphrasing simplification expansion translation formatting sentiment keyword_replacement removal styling
        content_rewriting normalisation obfuscation entailment nothing_to_change
        """,
    "rough_notes": "expansion formatting annotation removal styling content_rewriting normalisation translation",
    "product_page": """
        paraphrasing simplification translation formatting sentiment annotation keyword_replacement removal
        capitalisation styling content_rewriting normalisation plagiarism_rewording code_switching vocabulary_limits
        nothing_to_change
        """,
    "personal_letter": """
        obfuscation paraphrasing simplification translation removal styling content_rewriting entailment
        nothing_to_change keyword_replacement
        """,
    "record_of_figures": """
        normalisation formatting styling removal annotation simplification content_rewriting translation
        nothing_to_change
        """,
    "dialogue": """
        code_switching content_rewriting sentiment removal capitalisation keyword_replacement translation expansion
        paraphrasing entailment vocabulary_limits
        """,
    "complaint": """
        sentiment paraphrasing obfuscation content_rewriting removal simplification formatting entailment
        vocabulary_limits translation
        """,
    "identity": " ".join(kind.name for kind in KINDS),
}
SUITS = {passage: tuple(dict.fromkeys(kinds.split())) for passage, kinds in _SUITED.items()}
"""Which sorts of change suit which sort of text."""

GOALS = (
    Goal(SECOND, script.brief(SECOND), "ours"),
    Goal(COUNTED, script.brief(COUNTED), "paper"),
    Goal(OTHER, script.brief(OTHER), "paper"),
)
