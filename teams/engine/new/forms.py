"""The forms in which those who draft a skill hand in their work, and what a program says to them about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from teams.engine.new.plan import FORMS, IDENTITY, MEANS, ROLES, Aim, Part, Sort, Way
from teams.engine.schemas import closed, several, text

VERDICTS = ("clear", "unclear", "there_already", "unsuitable")
_NAME = text(2, 40, "small letters, digits and _")
TABLES = closed(
    {
        "title": text(10, 110, "the skill in one line, as in: Meeting notes: say what was decided and by whom"),
        "material": {"enum": ["text", "code", "both"], "description": "what examples are made from"},
        "shows_text": {
            "type": "boolean",
            "description": "the user's message brings the rewritten document along; else it has to be understood alone",
        },
        "ways": several(
            closed(
                {
                    "name": _NAME,
                    "what": text(10, 200, "in a line"),
                    "fewest": {"type": "integer", "minimum": 30, "maximum": 600, "description": "words at least"},
                    "most": {"type": "integer", "minimum": 80, "maximum": 900, "description": "words at most"},
                }
            ),
            2,
            5,
            "ways to rewrite a document",
        ),
        "goals": several(
            closed({"name": _NAME, "what": text(10, 200, "in a line"), "means": {"enum": list(MEANS)}}), 2, 4, ""
        ),
        "kinds": several(
            closed(
                {
                    "name": _NAME,
                    "what": text(10, 220, "what is asked for, and what has to be done in the head"),
                    "form": {"enum": list(FORMS)},
                    "suits": several(_NAME, 1, 6, f"names of ways, or {IDENTITY}"),
                    "goals": several(_NAME, 0, 4, "names of goals"),
                }
            ),
            5,
            12,
            "kinds of request",
        ),
    }
)
OBJECTIONS = closed(
    {
        "objections": several(
            closed({"what": text(10, 300, "what is wrong, with names"), "do": text(5, 300, "what to do about it")}),
            0,
            4,
        )
    }
)
_PART = closed(
    {
        "aim": text(20, 300, "one sentence that begins with You"),
        "good": several(text(10, 250, ""), 3, 5, "goes on from: A good piece / item / suggestion / change / answer"),
        "spoils": several(text(4, 120, ""), 2, 4, "a few words each"),
    }
)
PARTS = closed(dict.fromkeys(ROLES, _PART))
CHECKS = closed(
    {
        "most_words": {"type": "integer", "minimum": 20, "maximum": 2000},
        "never": several(text(4, 80, "exactly as it would stand in an answer"), 0, 8),
        "criteria": several(closed({"name": _NAME, "says": text(15, 250, "one sentence")}), 2, 5),
    }
)


def advice(skills: Sequence[str]) -> dict[str, Any]:
    return closed(
        {
            "meaning": text(30, 500, "what you take it to mean"),
            "request": text(20, 400, "a message as a user would write it, for these documents"),
            "answer": text(20, 400, "what a good answer to it says"),
            "other_reading": text(0, 300, "the best other reading; empty if there is none that leads elsewhere"),
            "verdict": {"enum": list(VERDICTS)},
            "why": text(10, 400, "for the person who wrote the sentence"),
            "questions": several(text(10, 200, ""), 0, 3, "only if it is unclear"),
            "instead": several(text(15, 250, ""), 0, 3, "sentences they could write instead"),
            "skill": {"enum": ["", *skills], "description": "the one that is there already, or empty"},
        }
    )


def advice_faults(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with advice: whoever is turned away has to be told what would be right."""
    verdict = said["verdict"]
    if verdict == "unclear" and not (said["questions"] and len(said["instead"]) >= 2):
        yield "it is unclear: ask at least one question, and give at least two sentences to write instead"
    if verdict == "clear" and said["questions"]:
        yield "it is clear: then settle yourself what you ask; or say that it is unclear"
    if verdict == "there_already" and not said["skill"]:
        yield "name the skill that is there already"


def briefs(names: Sequence[str]) -> dict[str, Any]:
    one = closed({"name": {"enum": list(names)}, "brief": text(120, 1000, "two to five sentences")})
    return closed({"briefs": several(one, len(names), len(names))})


def told() -> str:
    """What a designer has to know of forms and goals."""
    forms = "\n".join(f"- {name}: {what}" for name, what in FORMS.items())
    means = "\n".join(f"- {name}: {what}" for name, what in MEANS.items())
    return f"Forms of answers:\n{forms}\n\nWhat a goal may do:\n{means}"


def tables_of(said: Mapping[str, Any]) -> tuple[list[Way], list[Sort], list[Aim]]:
    """Return the tables as they were handed in, without briefs."""
    return (
        [Way(one["name"], "", (one["fewest"], one["most"])) for one in said["ways"]],
        [Sort(one["name"], "", one["form"], tuple(one["suits"]), tuple(one["goals"])) for one in said["kinds"]],
        [Aim(one["name"], "", one["means"]) for one in said["goals"]],
    )


def parts_of(said: Mapping[str, Any]) -> dict[str, Part]:
    return {role: Part(said[role]["aim"], tuple(said[role]["good"]), tuple(said[role]["spoils"])) for role in ROLES}


def tables_shown(said: Mapping[str, Any]) -> str:
    """The tables as those read them who write to them."""
    lines = [f"The skill: {said['title']}", "Ways to rewrite a document:"]
    lines += [f"- {one['name']}: {one['what']}" for one in said["ways"]]
    lines += [f"- {IDENTITY}: the document as it is", "Kinds of request:"]
    lines += [f"- {one['name']} ({one['form']}; for {', '.join(one['suits'])}): {one['what']}" for one in said["kinds"]]
    lines += ["Goals of refinement:"]
    lines += [f"- {one['name']} ({one['means']}): {one['what']}" for one in said["goals"]]
    shows = "brings the text along" if said["shows_text"] else "does not bring the text along"
    return "\n".join([*lines, f"The user's message {shows}."])
