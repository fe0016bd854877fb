"""Every skill's apprentice in one client: for runs of all skills over documents nobody wrote for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.errors import CallError
from agents.models.scripted import Request, ScriptedClient
from tests.teams import library
from tests.teams.analytical_reasoning import writer as reasoner
from tests.teams.brain_teaser.writer import Setter
from tests.teams.coding.writer import Coder
from tests.teams.conversation.writer import Talker
from tests.teams.creative_content.writer import CreativeApprentice
from tests.teams.data_to_text.writer import Recorder
from tests.teams.fermi.writer import Reckoner
from tests.teams.few_shot_reasoning.writer import Examiner
from tests.teams.multiple_choice import writer as examiner
from tests.teams.open_domain_qa.scholar import Scholar
from tests.teams.rag.writer import Librarian
from tests.teams.stages.writer import Apprentice
from tests.teams.text_classification.writer import Designer
from tests.teams.text_extraction.writer import Extractor
from tests.teams.text_modification.clerk import Clerk
from tests.teams.web_agent.writer import Surfer


def answers() -> dict[str, Mapping[str, Any]]:
    """Return the roles' answers by skill."""
    return {
        "tool_use": library.answers(),
        "reading_comprehension": Apprentice().answers,
        "text_modification": Clerk().answers,
        "open_domain_qa": Scholar().answers,
        "multiple_choice": examiner.answers(),
        "creative_content": CreativeApprentice().answers,
        "conversation": Talker().answers,
        "text_classification": Designer().answers,
        "text_extraction": Extractor().answers,
        "analytical_reasoning": reasoner.answers(),
        "web_agent": Surfer().answers,
        "coding": Coder().answers,
        "brain_teaser": Setter().answers,
        "few_shot_reasoning": Examiner().answers,
        "rag": Librarian().answers,
        "data_to_text": Recorder().answers,
        "fermi": Reckoner().answers,
    }


def everyone() -> ScriptedClient:
    """Return a model that plays all roles of all skills; whose they are, the chat's id says."""
    by_skill = answers()

    def speak(request: Request) -> Any:
        skill = request.chat.split("/")[0]
        if skill not in by_skill or request.role not in by_skill[skill]:
            raise CallError(f"nobody plays {request.role!r} of {skill!r}")
        return by_skill[skill][request.role](request)

    return ScriptedClient({"*": speak})
