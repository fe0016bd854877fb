"""A scripted writer in all roles of multiple choice: good items of every kind, whatever the text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from agents.models.scripted import Request
from tests.teams.multiple_choice.drafts import DRAFTS
from tests.teams.stages.writer import reading

RIGHT = {str(draft["right"]) for draft in DRAFTS.values() if isinstance(draft.get("right"), str)}
FACTS = [
    "- Water that holds salt freezes at a lower temperature than pure water, as ions are in the way.",
    "- Sound is faster in stiff matter than in thin gas because the parts of it push one another more at once.",
    "- A thicker wedge needs more force to be pushed through bread, and it bends less when it meets a bone.",
]


def choice(words: str) -> tuple[str, list[str]] | None:
    """The label of the right option in a message, and the labels of the others; None where it is not there."""
    shown = re.findall(r"^\(?([A-Ja-j1-9])[.)]+ (.*)$", words, re.MULTILINE)
    right = [label for label, option in shown if option in RIGHT]
    return (right[0], [label for label, _ in shown if label != right[0]]) if right else None


def ask(request: Request) -> dict[str, Any]:
    kind = request.chat.rsplit("instruct-", 1)[1]
    return {"items": [DRAFTS[kind]] if kind in DRAFTS else [], "left_out": "nothing of this kind"}


def answer(request: Request) -> str:
    found = choice(str(request.messages[1].content))
    if found is None:
        return "**A.** All that speaks for it has been said, and nothing against it could be found anywhere."
    why = " ".join(f"{label}: this overlooks what decides the matter." for label in found[1])
    return f"The answer is **{found[0]}**. It follows from what is given. {why}"


def solve(request: Request) -> dict[str, Any]:
    found = choice(str(request.messages[-1].content))
    several = '"type": "array"' in json.dumps(
        request.extra["response_format"]["json_schema"]["schema"]["properties"]["answer"]
    )
    letter = found[0] if found else "A"
    return {
        "thought": "Worked out.",
        "answerable": bool(found),
        "answer": [letter] if several else letter,
        "doubtful": [],
    }


def guess(request: Request) -> dict[str, Any]:
    found = choice(str(request.messages[-1].content))
    return {"because": "nothing gives it away", "guess": found[1][0] if found else "A"}


def answers() -> dict[str, Callable[[Request], Any]]:
    """Return the answers of all roles."""
    return {
        "chooser": lambda request: {"why": "It holds facts.", "chosen": ["key_facts", "identity"]},
        "passage_writer": lambda request: {"why": "facts", "fits": True, "passage": "\n".join(FACTS * 3)},
        "question_writer": ask,
        "suggester": lambda request: {"suggestions": ["Change one of the wrong options.", "Change another option."]},
        "editor": lambda request: {"item": DRAFTS["single_best"]},
        "format_setter": lambda request: {"why": "none is of use", "choice": 0, "wording": ""},
        "assistant": answer,
        "solver": solve,
        "guesser": guess,
        "advocate": lambda request: {"cases": []},
        "examiner": reading,
    }
