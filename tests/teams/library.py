"""A scripted writer for tool_use: a small library of loans, answered well enough that every stage yields something."""

from __future__ import annotations

import json
import re
from typing import Any

from agents.models.scripted import ScriptedClient, call

CODE = '''
class Desk:
    """Lends books."""

    def lend(self, book: str, member: str, days: int = 14) -> str:
        """Lend a book to a member and return the due date."""
        return ""

    def find_member(self, name: str) -> dict:
        """Find a member by full name."""
        return {}
'''

BACKEND = """```python
class Backend:
    def __init__(self):
        self.members = {"M1": "Ada Brook", "M2": "Ida Brook"}
        self.loans = {"The Silver Fern": None, "Low Tide": "M2"}

    def find_member(self, name):
        for number, full in self.members.items():
            if full == name:
                return {"member": number, "name": full}
        raise ValueError(f"no member is called {name}")

    def lend(self, book, member, days=14):
        if book not in self.loans:
            raise ValueError(f"no book is called {book}")
        if self.loans[book]:
            raise ValueError(f"{book} is lent already")
        self.loans[book] = member
        return {"book": book, "member": member, "due_in_days": days}

EXAMPLES = [("find_member", {"name": "Ada Brook"}), ("lend", {"book": "The Silver Fern", "member": "M1", "days": 7})]
```"""
NOTES = {
    "Desk.lend": {
        "useful": True,
        "description": "Lend a book to a member; fails if the book is out.",
        "parameters": {
            "book": "title of the book",
            "member": "number of the member, as found",
            "days": "days of the loan",
        },
        "returns": "the book, the member and in how many days it is due",
    },
    "Desk.find_member": {
        "useful": True,
        "description": "Find a member by full name; fails if there is none.",
        "parameters": {"name": "full name of the member"},
        "returns": "number and name",
    },
}
LEND = {"function": "lend", "arguments": {"book": "The Silver Fern", "member": "M1"}}
FIND = {"function": "find_member", "arguments": {"name": "Ada Brook"}}
REQUESTS: dict[str, dict[str, Any]] = {
    "one_call": {
        "calls": [{"function": "lend", "arguments": {"book": "The Silver Fern", "member": "M1", "days": 21}}],
        "request": "Hi, please put The Silver Fern on the card of member M1 for 21 days, they will pick it up tonight.",
    },
    "several_calls": {
        "calls": [FIND, LEND],
        "request": "Ada Brook would like to take The Silver Fern home today. Can you look her up and lend it to her?",
    },
    "one_call_fact_missing": {
        "calls": [{"function": "lend", "arguments": {"book": "The Silver Fern", "member": "M1"}}],
        "left_out": "member",
        "request": "Could you please lend out The Silver Fern for me? I would like to have it with me tonight.",
    },
    "no_such_function": {
        "missing": "a function that orders a book from another library",
        "request": "Low Tide is always out. Can you order a second copy for our branch from the county library?",
    },
}


def _notes(request: Any) -> dict[str, Any]:
    return {name: note for name, note in NOTES.items() if name in request.last}


def _request(request: Any) -> dict[str, Any]:
    kind = request.chat.rsplit("instruct-", 1)[1]
    return REQUESTS.get(kind, {"calls": [], "request": "This one is of no use and the gate will say so, I hope."})


def _assist(request: Any) -> Any:
    """Play the assistant: do what the request's kind asks for, seeing only the chat's id and its length."""
    results = [m for m in request.messages if m.type == "FunctionExecutionResultMessage"]
    steps = {
        "one_call-1": [
            call("lend", book="The Silver Fern", member="M1", days=21),
            call("final_answer", answer="The Silver Fern is lent to member M1 and due in 21 days."),
        ],
        "several_calls-1": [
            call("find_member", name="Ada Brook"),
            call("lend", book="The Silver Fern", member="M1"),
            call("final_answer", answer="I found Ada Brook and lent her The Silver Fern; it is due in 14 days."),
        ],
        "one_call_fact_missing-1": [
            call("ask_user", question="On which member's card should I put it?"),
            call("failed", reason="I can't lend The Silver Fern without knowing which member it is for."),
        ],
        "no_such_function-1": [call("failed", reason="I can't order from another library; I can only lend our own.")],
    }
    refined = re.search(r"/(more_steps|worked_out_value|depends_on_result)-\d/", request.chat)
    kind = "several_calls-1" if refined else next(name for name in steps if f"/{name}/" in request.chat)
    return steps[kind][min(len(results), len(steps[kind]) - 1)]


RECORDS = [
    {"name": "Ada Brook", "book": "The Silver Fern", "member": "M1", "days": 21, "until": "2026-05-01"},
    {"name": "Ida Brook", "book": "Low Tide", "member": "M2", "days": 14, "until": "2026-05-02"},
    {"name": "Per Holm", "book": "Salt Road", "member": "M3", "days": 7, "until": "2026-05-03"},
    {"name": "Eva Lund", "book": "Nine Lamps", "member": "M4", "days": 28, "until": "2026-05-04"},
]


def make_part(request: Any) -> Any:
    """Play the maker of parts, who at first forgets what a method needs and then gives records that have it."""
    if "other fields" in request.last:
        return {"fields": [{"name": "until", "type": "string"}]}
    if "Invent" in request.last:
        forms = request.extra["response_format"]["json_schema"]["schema"]["properties"]["records"]["properties"]
        return {"records": {n: _begun(r, f["properties"]) for r, (n, f) in zip(RECORDS, forms.items(), strict=True)}}
    header, needed = re.findall(r"(def \w+\(records, (\w+).*:)", request.last)[-1]
    found = f"    for record in records:\n        if record['{needed}'] == {needed}:\n            return dict(record)"
    return f"{header}\n{found}" if "no good" in request.last else f"{header}\n    return record['nothing']"


def _begun(record: dict[str, Any], forms: dict[str, Any]) -> dict[str, Any]:
    """Let texts begin with the letter that is asked for."""
    letters = {name: re.match(r"\^\[(\w)0-9\]", form.get("pattern", "")) for name, form in forms.items()}
    return {name: letter[1] + record[name][1:] if letter else record[name] for name, letter in letters.items()}


def speak(request: Any) -> Any:
    """Play the speaker: begin as one is told to, say the values one is told to say."""
    told = dict(line.split(": ", 1) for line in request.last.splitlines() if ": " in line)
    values = told.get("The message says", "nothing")
    return {"request": f"{told['The message begins']} a little help with this today. I can tell you: {values}."}


def serve_small(request: Any) -> Any:
    """Play the assistant of a small model's requests: call with what the user said, then tell what came back."""
    if results := [m for m in request.messages if m.type == "FunctionExecutionResultMessage"]:
        done = json.loads(results[0].content[0].content)
        return call("final_answer", answer=f"Here is what I found: {', '.join(map(str, done.values()))}.")
    said = next(m.content for m in request.messages if m.type == "UserMessage")
    told = dict(pair.split(" ", 1) for pair in said.split("tell you: ", 1)[1].rstrip(".").split(", "))
    return call("lend" if "book" in told else "find_member", **told)


def set_format(request: Any) -> dict[str, Any]:
    """Play the setter of formats: ask for an upper limit, which the assistant's short answers keep."""
    limits = re.findall(r"^(\d)\. (?:An upper|At most)[^\n]* Here: ([^\n]+)$", request.last, re.MULTILINE)
    number, wording = limits[0] if limits else ("0", "")
    return {"why": "They read it at the counter.", "choice": int(number), "wording": wording}


def answers() -> dict[str, Any]:
    """Return the answers of all roles of tool_use over `CODE`."""
    return {
        "api_writer": _notes,
        "builder": lambda request: BACKEND,
        "requester": _request,
        "suggester": lambda request: {
            "suggestions": ["Have the member looked up by name first.", "Say who takes it, not her number."]
        },
        "editor": lambda request: {"calls": [FIND, LEND], "request": REQUESTS["several_calls"]["request"]},
        "assistant": _assist,
        "format_setter": set_format,
        "person": lambda request: "Sorry, I don't know the number of the card.",
        "api": lambda request: json.dumps({"done": True}),
        "auditor": lambda request: {"claims": [], "serves_all": True, "because": "all done"},
        "imaginer": lambda request: {"theme": "a library", "functions": []},
        "librarian": lambda request: {"chosen": []},
    }


def writer(**more: Any) -> ScriptedClient:
    """Return a model that plays all roles of tool_use over `CODE`."""
    return ScriptedClient({**answers(), **more})
