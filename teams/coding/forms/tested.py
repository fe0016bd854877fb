"""Tests are wanted: they pass on the right code and fail on the wrong turns that a program makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import Sandbox
from sandbox.languages import BY_KEY
from teams.coding.forms.base import LANGUAGE, POINTS, QUESTION, RAN, Task, fenced, found
from teams.coding.mutants import mutants
from teams.coding.programs import SECONDS, code_in
from teams.engine.stages.forms import Draft, Facts, text
from teams.engine.verdict import Finding

FEWEST, MOST = 3, 8
"""Wrong turns that the writer's own tests have to see, and how many of those are kept."""
SEEN = 0.75
"""Share of them that an answer's tests have to see."""
_COMMANDS = {
    "python": ("python3", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "test_it.py"),
    "javascript": ("node", "test_it.js"), "lua": ("lua5.4", "test_it.lua"), "ruby": ("ruby", "test_it.rb"),
    "perl": ("perl", "-I.", "test_it.pl"),
}  # fmt: skip


class Tested(Task):
    """Code for which tests are to be written."""

    name = "tested"
    tongues: tuple[str, ...] = tuple(_COMMANDS)
    kept: tuple[str, ...] = ("given", "file")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "written_in": LANGUAGE,
            "file": text(4, 40, "the name of the file it stands in: stock.py, queue.js, Folder.pm"),
            "given": text(60, 3500, "the code to be tested: it is right; JavaScript and Lua: with its exports"),
            "own_tests": text(
                60, 3500, "your own tests: pytest functions; else a script that loads the file and fails with an error"
            ),
            "question": QUESTION,
            "points": POINTS,
        }

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        return [fenced(draft["given"], draft["written_in"])]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if draft["file"] not in draft["question"]:
            yield f"the question does not say that the code stands in {draft['file']}"
        if "/" in draft["file"] or not draft["file"].rpartition(".")[0].isidentifier():
            yield f"{draft['file']!r} is no plain file name that can be loaded"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        if fault := await outcome(box, draft, draft["given"], draft["own_tests"]):
            return [f"your own tests fail on the code: {fault}"]
        seen: list[dict[str, str]] = []
        made = mutants(draft["given"], draft["written_in"], MOST + 4)
        for one in made:
            if len(seen) < MOST and await outcome(box, draft, one.code, draft["own_tests"]):
                seen.append({"code": one.code, "what": str(one)})
        draft[RAN] = {"mutants": seen, "key_shown": "\n".join(f"Tests should see: {one['what']}" for one in seen)}
        if len(seen) < FEWEST:
            return [
                f"your own tests see {len(seen)} of {len(made)} small wrong turns in it; at least {FEWEST} are wanted"
            ]
        return []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        tries = code_in(answer, facts["written_in"])
        if not tries:
            return [found("tests_pass", f"no code in {BY_KEY[facts['written_in']].name} in the answer", "")]
        faults = {code: await outcome(box, facts, facts["given"], code) for code in tries}
        passing = [code for code, fault in faults.items() if not fault]
        if not passing:
            return [found("tests_pass", next(iter(faults.values())), "")]
        comment = f"\n{BY_KEY[facts['written_in']].comment} {facts['file']}\n"
        if await outcome(box, facts, f"{facts['given'].rstrip()}\n{comment}", passing[0]):
            return [found("tests_pass", "they fail when a comment is added to the code: they look at its text", "")]
        best: list[str] = []
        for code in passing:
            seen = [one["what"] for one in facts["mutants"] if await outcome(box, facts, one["code"], code)]
            best = max(best, seen, key=len)
        lost = [one["what"] for one in facts["mutants"] if one["what"] not in best]
        held = f"{len(best)} of {len(facts['mutants'])} wrong turns are seen"
        fault = "" if len(best) >= SEEN * len(facts["mutants"]) else f"{held}; passed over: {'; '.join(lost[:3])}"
        return [found("tests_pass", "", "they pass on the code"), found("tests_see_faults", fault, held)]


async def outcome(box: Sandbox, facts: Mapping[str, Any], code: str, tests: str) -> str:
    """Return why tests fail on code; '' if they pass. Tests of nothing fail."""
    language = BY_KEY[facts["written_in"]]
    files = {facts["file"]: code, f"test_it{language.extension}": tests}
    ran = await box.run(_COMMANDS[language.key], files=files, timeout=SECONDS)
    if not ran.exit_code:
        return ""
    if ran.timed_out:
        return "they do not end"
    said = [line.strip() for line in f"{ran.stdout}\n{ran.stderr}".splitlines() if line.strip()]
    told = [line for line in said if line.startswith("E ") or "rror" in line or "FAILED" in line]
    return (told or said or [f"exit code {ran.exit_code}"])[0][:240]
