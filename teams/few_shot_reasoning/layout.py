"""How examples stand in a message, and how an answer that goes on in their form is read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

SIGNS = ("->", "=>", "→", "↦", "::", "~>", "—")
_FENCED = re.compile(r"```[^\n]*\n(.*?)\n?```", re.DOTALL)
_REASONS = {
    "en": ("Reasoning", "Steps", "Working", "Because"), "de": ("Begründung",), "fr": ("Raisonnement",),
    "es": ("Razonamiento",), "it": ("Ragionamento",), "pt": ("Raciocínio",),
}  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """An example as it is written: input, reasons where it has some, output."""

    x: str
    y: str
    why: str = ""


@dataclass(frozen=True)
class Layout:
    """One way to write examples. Its names are what the user calls input and output."""

    name: str
    input: str = "Input"
    output: str = "Output"
    sign: str = ""
    reasons: str = "Reasoning"

    @property
    def mark(self) -> str:
        """What stands before the output of an example; '' where nothing that could be looked for."""
        marks = {
            "labelled": f"{self.output}:",
            "numbered": f"{self.output}:",
            "bold": f"**{self.output}:**",
            "qa": "A:",
        }
        return marks.get(self.name, self.sign)

    def message(self, shots: Sequence[Shot], query: str) -> str:
        """Return the examples and what is asked, one after the other."""
        if self.name == "table":
            return self._table(shots, query)
        between = "\n" if self.name in ("arrow", "jsonl", "call", "prose") else "\n\n"
        return between.join(
            [
                *(self.shot(n, shot) for n, shot in enumerate(shots, 1)),
                self._query(len(shots) + 1, query, has_reasons=any(shot.why for shot in shots)),
            ]
        )

    def shot(self, n: int, shot: Shot) -> str:
        """Return one example."""
        x, y, why = shot.x, shot.y, shot.why
        if self.name == "jsonl":
            cells = {self.input: x, **({self.reasons: why} if why else {}), self.output: y}
            return json.dumps(cells, ensure_ascii=False)
        if self.name == "arrow":
            return f"{x} {self.sign} {y}"
        if self.name == "call":
            return f"{self.input}({x}) = {y}"
        if self.name == "prose":
            return f"From “{x}” comes “{y}”."
        if self.name == "tags":
            middle = f"<{self.reasons}>{why}</{self.reasons}>\n" if why else ""
            return f"<{self.input}>{_block(x)}</{self.input}>\n{middle}<{self.output}>{_block(y)}</{self.output}>"
        if self.name == "fenced":
            return f"{self.input} {n}\n```\n{x}\n```\n{self.output} {n}\n```\n{y}\n```"
        if self.name == "qa":
            return f"Q: {x}\nA: {why} {self.output}: {y}" if why else f"Q: {x}\nA: {y}"
        head, opened = self._head(n), self._open
        middle = f"{opened(self.reasons)} {why}\n" if why else ""
        return f"{head}{opened(self.input)}{_after(x)}\n{middle}{opened(self.output)}{_after(y)}"

    def _query(self, n: int, x: str, *, has_reasons: bool) -> str:
        if self.name == "jsonl":
            given = json.dumps({self.input: x}, ensure_ascii=False)[:-1]
            wanted = [self.reasons, self.output] if has_reasons else [self.output]
            return ", ".join([given, *(f"{json.dumps(name, ensure_ascii=False)}: …" for name in wanted)]) + "}"
        if self.name == "arrow":
            return f"{x} {self.sign}"
        if self.name == "call":
            return f"{self.input}({x}) ="
        if self.name == "prose":
            return f"From “{x}” comes …"
        if self.name == "tags":
            return f"<{self.input}>{_block(x)}</{self.input}>"
        if self.name == "fenced":
            return f"{self.input} {n}\n```\n{x}\n```\n{self.output} {n}"
        if self.name == "qa":
            return f"Q: {x}\nA:"
        return f"{self._head(n)}{self._open(self.input)}{_after(x)}"

    def _head(self, n: int) -> str:
        return f"({n})\n" if self.name == "numbered" else ""

    def _open(self, name: str) -> str:
        return f"**{name}:**" if self.name == "bold" else f"{name}:"

    def _table(self, shots: Sequence[Shot], query: str) -> str:
        rows = [(self.input, self.output), ("---", "---"), *((s.x, s.y) for s in shots), (query, "?")]
        return "\n".join(f"| {x} | {y} |" for x, y in rows)

    def read(self, answer: str, key: str, *, is_bare: bool) -> str | None:
        """Return the output an answer gives, None where it is not in the form of the examples.

        `is_bare`: nothing but the output is wanted; of `key` only its number of lines counts.
        """
        text = answer.strip()
        given = self._read_whole(text)
        if given is None:
            given = self._marked(text)
        if given is None:
            if self._needs_mark and not is_bare:
                return None
            fenced = _FENCED.findall(text)
            given = fenced[-1] if fenced else text if is_bare else "\n".join(text.splitlines()[-_lines(key) :])
        elif is_bare and len(text.split()) > len(given.split()) + 40 + 2 * len(key.split()):
            return None
        given = given.strip("\n") if _lines(key) > 1 else given.strip()
        if is_bare and len(given.splitlines()) > _lines(key) + 1:
            return None
        return given

    @property
    def _needs_mark(self) -> bool:
        return self.name in ("labelled", "numbered", "bold", "qa")

    def _read_whole(self, text: str) -> str | None:
        """What stands where the layout itself says: a cell, a tag, a key of JSON."""
        if self.name == "jsonl":
            for line in reversed([_unfenced(text), *text.splitlines()]):
                try:
                    said = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if isinstance(said, Mapping) and self.output in said:
                    return str(said[self.output])
        if self.name == "tags" and (found := re.findall(rf"<{self.output}>(.*?)</{self.output}>", text, re.DOTALL)):
            return str(found[-1])
        if self.name == "table" and (rows := [line for line in text.splitlines() if line.strip().startswith("|")]):
            return rows[-1].strip().strip("|").split("|")[-1].strip()
        return None

    def _marked(self, text: str) -> str | None:
        for mark in dict.fromkeys(
            (f"**{self.output}:**", f"{self.output}:", self.mark if self.name != "prose" else "")
        ):
            if mark and mark in text:
                return _unfenced(text.rsplit(mark, 1)[1])
        if self.name == "call" and (found := re.search(r"\)\s*=\s*(.+)$", text)):
            return found[1]
        if self.name == "prose" and (found := re.search(r"comes “(.+)”", text.splitlines()[-1] if text else "")):
            return found[1]
        return None


def _after(value: str) -> str:
    return f"\n{value}" if "\n" in value else f" {value}"


def _block(value: str) -> str:
    return f"\n{value}\n" if "\n" in value else value


def _unfenced(text: str) -> str:
    found = _FENCED.findall(text)
    return found[-1] if found else text


def _lines(text: str) -> int:
    return len(text.splitlines()) or 1


def canonical(value: str) -> str:
    """Return an output as it is compared: blanks and the marks around it are no difference, letters are."""
    lines = [" ".join(line.split()) for line in value.strip().splitlines()]
    text = "\n".join(line for line in lines if line)
    for _ in range(2):
        if len(text) > 2 and (text[0], text[-1]) in (('"', '"'), ("`", "`"), ("“", "”"), ("'", "'")):
            text = text[1:-1]
        if text.startswith("**") and text.endswith("**") and len(text) > 4:
            text = text[2:-2]
    return text.rstrip(".") or text


def drawn(
    random: Random, shots: Sequence[Shot], query: str, names: tuple[str, str], language: str, *, numbered: bool
) -> Layout:
    """Draw a layout in which these examples can stand."""
    tag = language[:2] or "en"
    reasons = random.choice(_REASONS.get(tag, _REASONS["en"]))
    if numbered:
        return Layout("numbered", *names, reasons=reasons)
    values = [text for shot in shots for text in (shot.x, shot.y)] + [query]
    name = random.choice(_fitting(values, names, tag, has_reasons=any(shot.why for shot in shots)))
    if name == "arrow":
        return Layout(name, *names, sign=random.choice([s for s in SIGNS if not any(s in value for value in values)]))
    if name == "call":
        return Layout(name, names[0].lower(), names[1])
    if name == "tags":
        return Layout(name, names[0].lower(), names[1].lower(), reasons=reasons.lower())
    return Layout(name, *names, reasons=reasons)


def _fitting(values: Sequence[str], names: tuple[str, str], tag: str, *, has_reasons: bool) -> list[str]:
    """Name the layouts that hold these values; one that stands twice is drawn twice as often."""

    def free(signs: str) -> bool:
        return not any(sign in value for value in values for sign in signs)

    many, longest = any("\n" in value for value in values), max(map(len, values))
    safe = all(re.fullmatch(r"[^\W\d]\w*", name) for name in names)
    fit = ["labelled", "labelled", "numbered", "bold"]
    fit += [] if many else ["qa", "jsonl", "jsonl"]
    fit += ["tags"] if safe and free("<") else []
    if has_reasons:
        return fit
    if many:
        return [*fit, "fenced", "fenced"]
    fit += ["table"] if free("|") else []
    fit += ["prose"] if longest < 80 and free("“”") and tag == "en" else []
    fit += ["call"] if longest < 40 and safe and free("=()") else []
    signs = [sign for sign in SIGNS if not any(sign in value for value in values)]
    return fit + (["arrow"] * 3 if longest < 80 and signs else [])


def from_facts(facts: Mapping[str, Any]) -> Layout:
    """Return the layout that an instruction remembers."""
    return Layout(**facts["layout"])
