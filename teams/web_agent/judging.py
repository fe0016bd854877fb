"""The reader of a finished conversation: do the thoughts go with the actions, is what is said in the end borne out?"""

from __future__ import annotations

from collections.abc import Sequence

from teams.engine.checks.known import plain
from teams.engine.flow import Flow, Kind, Scene, Seat, Staging
from teams.engine.records import Pair
from teams.engine.schemas import closed, several, text
from teams.engine.talk import Talk
from teams.engine.verdict import Finding
from teams.web_agent.checks import final_words, turns_of
from teams.web_agent.words import script
from tools.web.actions import as_line

AUDITOR = script.role("auditor", max_tokens=1800, temperature=0.0)
PAGE_SHOWN = 2500
"""Characters of each page that the reader is shown."""
_FORM = closed(
    {
        "steps": several(
            closed(
                {
                    "action": {"type": "integer", "minimum": 1, "maximum": 60},
                    "because": text(5, 300, "what in the thought does not go with the action or the page"),
                }
            ),
            0, 6, "actions whose thought does not go with them; none if all do",
        ),
        "unsupported": several(
            closed({"quote": text(3, 300, "words of the closing message"), "because": text(5, 300, "")}),
            0, 5, "what the closing message says that no page bears out",
        ),
        "because": text(5, 400, "is the user served, as far as it could be done?"),
        "serves": {"type": "boolean"},
    }
)  # fmt: skip


async def direct(scene: Scene) -> Staging | Sequence[Pair]:
    pair = scene.record
    assert isinstance(pair, Pair)
    if scene.small:
        scene.notes["findings"] = []
        return []  # a small model is no judge of it
    lines = [f"The user's request: {pair.instruction.text}", ""]
    pages: list[str] = []
    for n, (message, name, given, page, back) in enumerate(turns_of(pair), 1):
        if not pages:
            lines += ["The first page:", page.partition("The browser shows:\n")[2][:PAGE_SHOWN], ""]
        pages.append(back)
        lines += [f"Action {n}. Thought: {message.get('content')}", f"{as_line(name, given)}", back[:PAGE_SHOWN], ""]
    lines += ["The closing message:", final_words(pair)]
    return Staging("\n".join(lines), [Seat(AUDITOR, schema=_FORM)])


async def harvest(scene: Scene, talk: Talk) -> Sequence[Pair]:
    pair, said = scene.record, talk.value(AUDITOR.name)
    assert isinstance(pair, Pair)
    answer = plain(final_words(pair))
    # A complaint counts only where it quotes what was really said.
    wrong = [one for one in said["unsupported"] if plain(one["quote"]) in answer]
    count = len(list(turns_of(pair)))
    off = [one for one in said["steps"] if one["action"] <= count]
    scene.notes["findings"] = [
        Finding("thoughts_go_with_actions", not off, "; ".join(f"{o['action']}: {o['because']}" for o in off[:3])
                or f"{count} actions read", "model"),
        Finding("closing_words_supported", not wrong, "; ".join(f"{w['quote']!r}: {w['because']}" for w in wrong[:3])
                or "all of it is borne out", "model"),
        Finding("user_served", said["serves"], said["because"], "model"),
    ]  # fmt: skip
    return []


judge = Flow("check", direct, harvest, (Kind("audit", ""),))
