"""An apprentice who hands in estimates that are right by construction, and plays those who answer and read them."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from random import Random
from typing import Any

from agents.models.scripted import Request
from teams.fermi.chain import links
from teams.fermi.planting import lines, sound, unit_words, with_words
from teams.fermi.tree import reckoned, rounded, tree_of
from tests.teams.fermi import drafts
from tests.teams.stages.writer import Apprentice

_LINE = re.compile(r"^([AB]?)(\d)\. (.*)$", re.MULTILINE)
_OPTION = re.compile(r"^([A-J])\. (.*)$", re.MULTILINE)
SIZES = "\n".join(f"- Shelf number {n} holds about {n}0 books, from {n}0 to {n}5 kg in all." for n in range(3, 14))


class Reckoner(Apprentice):
    """Knows all forms of fermi."""

    def __init__(self) -> None:
        super().__init__()
        self.answers |= {"newcomer": self.wonder}
        self.task = ""

    def rewrite(self, request: Request) -> str:
        """Lines with figures and dashes, so that it passes for every kind of material."""
        made = json.loads(super().rewrite(request))
        words = made["passage"].split("\n")
        most = int(re.findall(r"and (\d+) words", str(request.messages[-1].content))[-1])
        while words and len(f"{' '.join(words)} {SIZES}".split()) > most * 1.2:
            words.pop()
        return json.dumps({**made, "passage": "\n".join([*words, SIZES])}, ensure_ascii=False)

    def ask(self, request: Request) -> str:
        self.task = "\n".join(str(message.content) for message in request.messages[1:])
        return super().ask(request)

    def edit(self, request: Request) -> str:
        self.task = "\n".join(str(message.content) for message in request.messages[1:])
        return super().edit(request)

    def item(self, passage: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        name = form_of(fields, self.task)
        draft = {"strange": drafts.STRANGE, "idle": drafts.IDLE, "withheld": _WITHHELD}.get(name) or drafts.BY_FORM[
            name
        ]
        if fields.get("steps", {}).get("maxItems") == 1:
            draft = {**draft, "steps": [drafts.step("mass", "people * readers * loans * weight", "t / year")]}
        # Questions that differ in a number only are twins.
        words = sorted({word.lower() for word in re.findall(r"[^\W\d_]{5,}", passage)})
        talk = ", ".join(Random(f"{place}{len(self.known)}").sample(words, min(14, len(words))))
        question = f"Among friends one came from {talk} to sums. {draft['question']}"
        item = {field: {**draft, "question": question}[field] for field in fields}
        self.known[question.replace("{claim}", "")] = {**item, "form": name}
        return item

    def found(self, text: str) -> Mapping[str, Any]:
        bare = re.sub(r"(said that readers carry) [\d.,]+(?: \w+)? tonnes", r"\1  tonnes", text)
        return next((item for question, item in self.known.items() if question in bare), {})

    def answer(self, request: Request) -> Any:
        task = str(request.messages[1].content)
        item = self.found(task)
        talk = re.search(r"came from (.*?) to sums", task)
        said = drafts.ANSWERS.get(_told(item.get("form", "")), "It comes to nothing.")
        said = told(said, item.get("form", ""), task)
        return f"With {talk[1] if talk else 'other things'} it has nothing to do. {said}"

    def solve(self, request: Request) -> str:
        paper = str(request.messages[-1].content)
        item = self.found(paper)
        form = item.get("form", "")
        value: Any = {"low": 40.0, "high": 160.0} if form in ("bounds", "interval") else 70.0
        if form in ("sensitive", "larger", "enough", "claimed"):
            value = right_letter(form, paper)
        elif form in ("faulty", "rivals"):
            step, right = right_step(form, paper)
            value = {"step": step or "none", "right": right}
        elif item and form not in ("bounds", "interval"):
            value = 320.0 if form == "inverse" else rounded(reckoned(tree_of(item)).value)
        return json.dumps({"thought": "Worked out and tried.", "answerable": bool(item), "answer": value})

    def wonder(self, request: Request) -> str:
        return json.dumps({"quote": "", "because": "It is plain.", "understood": True, "open": True, "known": False})


_WITHHELD = {
    **drafts.LOANS,
    "leaves": [drafts.leaf("people", "people in a middling town", 50000, 120000, "person"), *drafts.LOANS["leaves"][1:]],
    "question": "Our library, in a town one crosses on foot in half an hour, wants to know whether to ask for a lift. About how many tonnes of books do readers carry home from it in a year?",
}  # fmt: skip


def form_of(fields: Mapping[str, Any], task: str) -> str:
    """Return the form that has these fields; some differ only in what is told beside them."""
    for field, form in (
        ("yes", "enough"),
        ("first", "larger"),
        ("too_high", "claimed"),
        ("unknown", "inverse"),
        ("idle", "idle"),
    ):
        if field in fields:
            return form
    if "words" in fields["leaves"]["items"]["properties"]:
        is_working = "words" in fields["steps"]["items"]["properties"]
        return ("rivals" if "other" in fields else "faulty") if is_working else "sensitive"
    if "nobody reckons in" in task:
        return "strange"
    if "No leaf is `said`" in task:
        return "withheld"
    if "how likely something rare" in task:
        return "odds"
    for mark, form in (("by two independent routes", "two_routes"), ("by two routes that share", "two_routes"),
                       ("Ask between which two figures", "bounds"), ("nine times of ten", "interval"),
                       ("with its range now", "interval"), ("nobody can argue with", "bounds"),
                       ("bet nine to one", "interval"), ("two sides that share no guess", "two_routes"),
                       ("one falling pot", "odds")):  # fmt: skip
        if mark in task:
            return form
    return "estimate"


def _told(form: str) -> str:
    return {"idle": "estimate", "withheld": "estimate", "rivals": "faulty"}.get(form, form)


def told(said: str, form: str, task: str) -> str:
    """Put the letter or the step of a question into an answer."""
    if form in ("faulty", "rivals"):
        step, right = right_step(form, task)
        if not step:
            return drafts.ANSWERS["sound"]
        made = said.replace("step {step}", step if form == "rivals" else f"step {step}")
        if right < 1000:  # the bookkeeper's
            made = re.sub(
                r"\n\n240.*kg a year\n\n",
                "\n\n5 boxes × 12 months × 12 packs = 720 packs a year\n720 packs × 1 kg = 720 kg a year\n\n",
                made,
                flags=re.DOTALL,
            ).replace("1,420 kg", "720 kg")
        return made.replace("{why}", "One line of it doesn't follow from the values it names.")
    return said.replace("{letter}", right_letter(form, task)) if "{letter}" in said else said


def right_letter(form: str, task: str) -> str:
    options = {text.strip(): letter for letter, text in _OPTION.findall(task)}
    wanted = {"sensitive": "a diameter", "larger": "the rain", "enough": "Yes"}.get(form)
    if form == "claimed":
        figure = re.search(r"carry ([\d.,]+)( \w+)? tonnes", task)
        assert figure
        claim = float(figure[1].replace(",", "")) * {"million": 1e6, "billion": 1e9}.get((figure[2] or "").strip(), 1)
        wanted = "far too high" if claim > 400 else "far too low" if claim < 15 else "about right"
    return str(next(letter for text, letter in options.items() if wanted and text.startswith(wanted)))


def right_step(form: str, task: str) -> tuple[str, float]:
    """Return the step that is not as in the sound working, and what comes out without it."""
    sides = [drafts.FAULTY] if form == "faulty" else [drafts.RIVALS, drafts.RIVALS["other"]]
    shown = [(f"{mark}{number}", text) for mark, number, text in _LINE.findall(task)]
    for side in sides:
        main = with_words(tree_of(side), side["steps"])
        working = sound(main)
        right = [line.partition(". ")[2] for line in lines(main, working, unit_words(side["leaves"], side["steps"]))]
        mine = [
            (number, text) for number, text in shown if text.split(":")[0] in {line.split(":")[0] for line in right}
        ]
        if form == "rivals":  # both end in the coffee that is used
            mark = next(n[0] for n, text in shown if text.split(":")[0] == right[0].split(":")[0])
            mine = [(number, text) for number, text in shown if number.startswith(mark)]
        for (number, text), line in zip(mine, right, strict=True):
            if text.strip() != line.strip():
                return number, working.right
    return "", sound(tree_of(drafts.FAULTY)).right


__all__ = ["Reckoner", "form_of", "links", "right_letter", "right_step", "told"]
