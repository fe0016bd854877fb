"""An apprentice for this skill: makes a site of a text's own words, and finds its way by what it reads on the page."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

import json
import re
from typing import Any

from agents.models.scripted import Call, Request
from tests.teams.stages.writer import Apprentice, sentences
from tests.teams.web_agent.matter import DRAFT

_QUOTED = re.compile(r'"([^"]+)"')
_TOLD = re.compile(r"^The request has to say, each exactly: (.*)$", re.MULTILINE)
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_ACTIVE = re.compile(r'^\s*(?:row: )?.*?\[(\d+)\] (\w+) "(.*?)"(?= |$)', re.MULTILINE)
_EACH = re.compile(r'\[(\d+)\] (\w+) "(.*?)"(?= |$)', re.MULTILINE)


class Surfer(Apprentice):
    """Plays the shared roles and this skill's own."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = {
            **self.answers,
            "site_author": self.make_site,
            "sign_writer": self.write_signs,
            "goal_writer": self.word_goal,
            "suggester": self.choose_harder,
            "editor": self.word_goal,
            "assistant": self.act,
            "stepper": self.step,
            "auditor": self.audit,
        }

    def make_site(self, request: Request) -> str:
        """The matter of a seed house, with one page of the text's own sentences."""
        told = sentences(str(request.messages[-1].content))[:2] or ["There is more to be said about it than that."]
        page = {"title": "About the subject", "sections": [{"heading": f"Part {n}", "text": s} for n, s in
                                                          enumerate([*told, "It can be read here at any time."], 1)]}  # fmt: skip
        page["sections"] = [s for s in page["sections"] if len(s["text"]) >= 20][:4]
        notes = [*DRAFT["notes"][:2], page] if len(page["sections"]) >= 2 else DRAFT["notes"]
        return json.dumps({**DRAFT, "notes": notes}, ensure_ascii=False)

    def write_signs(self, request: Request) -> str:
        lines = re.findall(r"^(s\d+): (.*)$", str(request.messages[-1].content), re.MULTILINE)
        return json.dumps(dict(lines), ensure_ascii=False)

    def word_goal(self, request: Request) -> str:
        task = "\n".join(str(m.content) for m in request.messages)
        found = _TOLD.findall(task)
        values = [a or b for a, b in _LITERAL.findall(found[-1])] if found else []
        about = re.findall(r"^The task: (.*)$", task, re.MULTILINE)[-1]
        asks = "What is it" if "asks for" in about or "wants to know" in about else "I would like this"
        words = f"{asks}, please: {'; '.join(f'{chr(34)}{v}{chr(34)}' for v in values) or 'what your pages say of it'}"
        return json.dumps({"who": "Somebody at a desk.", "request": f"{words}? Thank you."}, ensure_ascii=False)

    def choose_harder(self, request: Request) -> str:
        return json.dumps({"change": "They have come to need more than before.", "choice": 1})

    def act(self, request: Request) -> Any:
        name, arguments = decide([str(_text(m)) for m in request.messages[1:]])
        return Call(name, {"thought": "This comes next for what is wanted here.", **arguments})

    def step(self, request: Request) -> str:
        said = str(request.messages[-1].content)
        name, arguments = decide([said])
        arguments.pop("enter", None)
        return json.dumps({"thought": "This comes next.", "action": name, **arguments}, ensure_ascii=False)

    def audit(self, request: Request) -> str:
        return json.dumps({"steps": [], "unsupported": [], "because": "It is done as asked.", "serves": True})


def decide(said: list[str]) -> tuple[str, dict[str, Any]]:
    """Return the next action, from the messages so far: the request first, pages after."""
    wanted = _QUOTED.findall(said[0].partition("\n")[0])
    page, whole = said[-1], "\n".join(said)
    body = page.partition("Address:")[2]
    shown = [(int(i), role, name) for i, role, name in _EACH.findall(body)]
    first = wanted[0] if wanted else "it"
    for label in ("Only necessary", "No, thanks"):
        if found := next((i for i, role, name in shown if role == "button" and name == label), None):
            return "click", {"id": found}
    title = re.search(r"Page: (.*?) \| ", page)
    if title and title[1] == first:
        fact = next((m for label in wanted[1:] if (m := re.search(rf"{re.escape(label)}: (.*)", body))), None)
        answer = f"{fact[0]}." if fact else f"The page {first} is open."
        return "stop", {"outcome": "done", "answer": answer}
    if found := next((i for i, role, name in shown if role == "link" and name == first), None):
        return "click", {"id": found}
    if f'= "{first}"' in body and "Nothing found" not in body and "?q=" not in body:
        return "click", {"id": next(i for i, role, name in shown if name in ("Apply", "Search"))}
    if "Nothing found" not in body and (found := next((i for i, role, _ in shown if role == "searchbox"), None)):
        return "type", {"id": found, "text": first, "enter": False}
    menu = next((i for i, role, name in shown if role == "button" and name == "More"), None)
    if menu and "hover" not in whole and "Nothing found" not in body and "asks" not in said[0] and len(wanted) == 1:
        return "hover", {"id": menu}
    if "(11)" in body and (found := next((i for i, role, name in shown if "(11)" in name), None)):
        return "click", {"id": found}
    return "stop", {"outcome": "impossible", "answer": f"There is nothing called {first} here."}


def _text(message: Any) -> str:
    content = message.content
    if isinstance(content, list):
        return "\n".join(str(getattr(part, "content", getattr(part, "arguments", part))) for part in content)
    return str(content)
