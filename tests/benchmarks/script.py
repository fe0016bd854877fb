"""What the stub says when whole flows of tool_use run on it: a small library, told apart by the number of its branch.

Every request of a seed holds the number, so that no two seeds ever ask the same, and a repeated request is a repeat.
"""

import json
import re
import zlib
from pathlib import Path
from typing import Any

_SOUNDS = ("ba", "do", "fen", "gri", "lo", "mar", "nu", "pel", "ro", "sti", "tam", "ve")
_BRANCH = re.compile(r"branch (\d+)")
_KIND_FIELDS = {
    "noise": "I also read that the county has 412 readers now, by the way.",
    "missing": "inter-library loan",
}


def write_seeds(folder: Path, count: int) -> Path:
    """Write `count` small modules, each of its own branch; return the folder."""
    from tests.teams.library import CODE

    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        place = folder / f"{number // 1000:03}"
        place.mkdir(exist_ok=True)
        code = CODE.replace("Lend a book", f"At branch {number}, lend a book").replace(
            "Find a", f"At branch {number}, find a"
        )
        (place / f"desk{number:06}.py").write_text(code)
    return folder


def _word(branch: str, which: int) -> str:
    """Make up a word: branches have members and books of different names, or all their pairs would be twins."""
    mark = zlib.crc32(f"{branch} {which}".encode())
    return "".join(_SOUNDS[mark // len(_SOUNDS) ** n % len(_SOUNDS)] for n in range(3)).capitalize()


def _member(branch: str) -> str:
    return f"{_word(branch, 1)} {_word(branch, 2)}"


def _book(branch: str) -> str:
    return f"{_word(branch, 3)} {_word(branch, 4)} {_word(branch, 5)}"


def answer(body: dict[str, Any]) -> dict[str, Any]:
    """Answer one request of any role as the library would."""
    raw = json.dumps(body["messages"]) + json.dumps(body.get("tools", ""))
    found = _BRANCH.search(raw)
    branch = found.group(1) if found else "0"
    if tools := body.get("tools"):
        return _call(body, [tool["function"]["name"] for tool in tools], branch)
    form = (body.get("response_format") or {}).get("json_schema")
    if not form:
        return _said("I don't know that, sorry.")
    return _said(json.dumps(_formed(form["name"], form["schema"], branch)))


def _said(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def _called(name: str, /, **arguments: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": "x", "type": "function", "function": function}]}


def _call(body: dict[str, Any], names: list[str], branch: str) -> dict[str, Any]:
    """The assistant's next step, by how many results it has seen."""
    if "get_weather" in names:
        return _called("get_weather", city="Bern")
    if "final_answer" not in names:
        return _said(json.dumps({"chosen": []}))
    done = sum(message["role"] == "tool" for message in body["messages"])
    if done == 0:
        return _called("find_member", name=_member(branch))
    if done == 1:
        return _called("lend", book=_book(branch), member="M1")
    return _called("final_answer", answer=f"{_member(branch)} has {_book(branch)} now.")


def _formed(role: str, schema: dict[str, Any], branch: str) -> Any:
    fields = schema.get("properties", {})
    if role == "api_writer":
        return {name: _note(note, branch) for name, note in fields.items()}
    if role in ("requester", "editor"):
        return _request(fields, branch)
    if role == "suggester":
        ideas = ["Have her looked up by name first.", "Let her take it only if it is in.", "Ask who has it now."]
        return {"suggestions": [f"{idea} (branch {branch})" for idea in ideas]}
    if role == "imaginer":
        return {"theme": f"lending at branch {branch}", "functions": []}
    if role == "format_setter":
        return {"why": "None would help at the counter.", "choice": 0, "wording": ""}
    if role == "api":
        return {"done": True, "member": "M1"}
    if role == "auditor":
        return {"claims": [], "serves_all": True, "because": "both steps were done"}
    return {"colour": "red", "warm": True}


def _note(schema: dict[str, Any], branch: str) -> dict[str, Any]:
    note: dict[str, Any] = {}
    for name, field in schema["properties"].items():
        if "anyOf" in field:
            note[name] = None
        elif field.get("type") == "object":
            values = field["properties"]
            note[name] = {p: ("string" if "enum" in s else f"the {p}, as on the card") for p, s in values.items()}
        else:
            note[name] = True if field.get("type") == "boolean" else f"Serves branch {branch} of the library."
    return note


def _request(fields: dict[str, Any], branch: str) -> dict[str, Any]:
    find = {"function": "find_member", "arguments": {"name": _member(branch)}}
    lend = {"function": "lend", "arguments": {"book": _book(branch), "member": "M1"}}
    made: dict[str, Any] = {}
    if calls := fields.get("calls"):
        wanted = [find, lend, {"function": "find_member", "arguments": {"name": f"Ida {_word(branch, 2)}"}}]
        made["calls"] = wanted[: max(calls.get("minItems", 1), 1)]
    if "left_out" in fields:
        made["left_out"] = fields["left_out"]["enum"][0]
    made |= {name: text for name, text in _KIND_FIELDS.items() if name in fields}
    text = f"{_member(branch)}, card M1, would like {_book(branch)} today. Could you look her up and lend it to her?"
    return {
        **made,
        "request": text + (f" And is Ida {_word(branch, 2)} with us, too?" if len(made.get("calls", ())) > 2 else ""),
    }
