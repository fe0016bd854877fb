"""Passages that are code: read by their language before anything is asked about them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox import Sandbox
from sandbox.languages import BY_KEY, Language, named, run_program
from teams.coding.programs import blocks
from teams.engine.flow import Scene

CODE = frozenset({"isolated_function", "small_module", "small_program"})
"""Materials that are code: it stands in a block that names its language."""
CHECKED = CODE | {"tables"}
SECONDS = 15.0
_SCRIPT = re.compile(r"\A#!|^(?:function |(?:if|for|while|until|case) .|\w+ ?\(\) *\{)", re.MULTILINE)
_PROMPT = re.compile(r"^[$%>] ", re.MULTILINE)


async def unread(scene: Scene, passage: str) -> list[str]:
    """Return why the code of a passage is no program of its language, as words to its writer."""
    if scene.kind.name not in CHECKED:
        return []
    if scene.kind.name in CODE and not any(name for name, _ in blocks(passage)):
        return ["put the code into a block: ``` and the name of its language above it, ``` below"]
    if not scene.has_sandbox:
        return []
    box = await scene.lease()
    return [fault for language, code in _parts(passage) if (fault := await _unreadable(box, language, code))]


def _parts(passage: str) -> Iterator[tuple[Language, str]]:
    """Return the code of a passage by language: blocks of one language may build on each other."""
    found: dict[str, list[str]] = {}
    for name, code in blocks(passage):
        language = named(name)
        if language and (language.key != "bash" or _is_script(code)):
            found.setdefault(language.key, []).append(code)
    for key, codes in found.items():
        yield BY_KEY[key], "\n\n".join(codes)


def _is_script(code: str) -> bool:
    """Say whether a shell's block is a script: as often it shows a session, commands with what they print."""
    return bool(_SCRIPT.search(code)) and not _PROMPT.search(code)


async def _unreadable(box: Sandbox, language: Language, code: str) -> str:
    is_sql = language.key == "sql"
    if not language.checked_by and not is_sql:
        return ""
    # Statements are read as they are carried out: SQLite has no other way to say that a table is missing.
    ran = await run_program(box, language, code, timeout=SECONDS, only_check=not is_sql)
    return "" if ran.ok else f"its {language.name} can't be read by a machine: {ran.complaint}"
