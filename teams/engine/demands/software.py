"""Documents of people who make software: changelogs, commit messages, scenarios, decisions, incidents."""

import re
from collections.abc import Iterator

from teams.engine.demands.data import unfenced_data
from teams.engine.demands.rule import ENGLISH, Params, between, drawn, one_of, rule, short
from teams.engine.demands.sections import iso_dates, parts, twins
from tools.counting import word_count
from tools.markup import bullets, fences, headings, unfenced

_KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
_VERSION = re.compile(r"\[?v?(\d+\.\d+\.\d+)\]?(?:\([^)]*\))? [-–—] (\S+)")


@rule(
    source="FoFo",
    brief="A changelog as keepachangelog.com has it: versions with ISO dates, changes under Added, Changed, Fixed, … "
    "For changes to software or rules.",
    family="document",
    suits="structured list",
    holds_in=ENGLISH,
    draw=drawn(kinds=one_of(_KINDS)),
    wordings=(
        "Format it as a changelog in the Keep a Changelog style: headings like “## [1.2.0] - 2024-05-17”, and bullets "
        "under those of ### {kinds:plain} that apply.",
        "Write it the Keep a Changelog way, i.e. “## [x.y.z] - YYYY-MM-DD” for each version, newest first, and the "
        "bullets grouped by {kinds:plain}.",
        "I keep a CHANGELOG.md by the keepachangelog convention ({kinds:plain} as level-3 headings, versions as "
        "“## [x.y.z] - date”, newest on top), so stick to it.",
        "Please use the changelog form: ## [version] - YYYY-MM-DD, newest first, then ### headings out of "
        "{kinds:plain} "
        "with bulleted entries.",
    ),
)
def changelog(answer: str, p: Params) -> Iterator[str]:
    dates, versions = [], []
    for level, title in headings(answer):
        if level == 2 and title.strip("[]").casefold() != "unreleased":
            match = _VERSION.fullmatch(title)
            if not match or len(iso_dates(match.group(2))) != 1:
                yield f"the heading {short(title)} is not [x.y.z] - YYYY-MM-DD"
                continue
            versions.append(tuple(map(int, (n[:9] for n in match.group(1).split(".")))))
            dates += iso_dates(match.group(2))
        elif level == 3 and title not in p["kinds"]:
            yield f"the heading {short(title)} is none of {', '.join(p['kinds'])}"
    if not versions:
        yield "no heading of a released version"
    if versions != sorted(versions, reverse=True) or dates != sorted(dates, reverse=True):
        yield "the versions are not in order, newest first"
    yield from _grouped(answer)


def _grouped(answer: str) -> Iterator[str]:
    """Bullets of a changelog stand under a kind of change, and each kind has some."""
    level, title, entries = 0, "", 0
    for line in [*unfenced(answer), "## end"]:
        if (found := headings(line)) and found[0][0] <= 3:
            if level == 3 and not entries:
                yield f"no bullets under {short(title)}"
            (level, title), entries = found[0], 0
        elif bullets(line):
            entries += 1
            if level == 2:
                yield f"the entry {short(line)} stands under no kind of change"


@rule(
    source="FoFo",
    brief="A Git commit message: short imperative subject, blank line, wrapped body. For describing a change to "
    "code or "
    "text.",
    family="document",
    suits="code structured short",
    holds_in=ENGLISH,
    draw=drawn(subject=one_of(50, 60, 72), width=one_of(72, 76, 80)),
    wordings=(
        "Write it as a Git commit message: a subject of at most {subject} characters, a blank line, a body wrapped at "
        "{width} columns.",
        "Make that a commit message (subject up to {subject} characters without a period, empty line, then the body, "
        "no line over {width}).",
        "I need a commit message whose first line has {subject} characters or fewer; after an empty line comes a body "
        "with lines of {width} characters at most.",
        "Please stick to Git's conventions: subject line ≤ {subject} characters with no full stop, blank second line, "
        "body wrapped at {width}.",
    ),
)
def commit_message(answer: str, p: Params) -> Iterator[str]:
    block = "```"
    lines = answer.strip("`\n").split("\n") if answer.startswith(block + "\n") else answer.split("\n")
    subject = lines[0].strip()
    if len(subject) > p["subject"]:
        yield f"the subject has {len(subject)} characters where at most {p['subject']} were asked for"
    if subject.endswith("."):
        yield "the subject ends with a full stop"
    if subject.startswith(("#", "**", "Subject:")):
        yield f"the subject is marked up: {short(subject)}"
    if len(lines) < 2 or lines[1].strip():
        yield "the second line is not empty" if len(lines) > 1 else "there is no body"
    elif not any(word_count(line) for line in lines[2:]):
        yield "there is no body"
    for at, line in enumerate(lines[1:], 2):
        # A long address can't be wrapped.
        if len(line) > p["width"] and max(map(len, line.split())) <= p["width"] // 2:
            yield f"line {at} has {len(line)} characters where at most {p['width']} were asked for"
            return


_STEP = re.compile(r"(Given|When|Then|And|But|\*) +\S")


@rule(
    source="FoFo",
    brief="Behaviour as Gherkin scenarios (Given, When, Then). For requirements, rules, features, processes.",
    family="document",
    suits="structured code",
    holds_in=ENGLISH,
    draw=drawn(n=between(2, 3)),
    wordings=(
        "Write it in Gherkin: one Feature with exactly {n} scenarios in Given/When/Then form.",
        "Express this as a .feature file, that is a Feature and {n:word} scenarios, each with Given, When and Then.",
        "I'd like Gherkin: a Feature line, {n} scenarios, and steps starting with Given, When, Then, And or But.",
        "Please turn it into a Cucumber feature with {n:word} scenarios of Given, When, Then in that order.",
    ),
)
def gherkin(answer: str, p: Params) -> Iterator[str]:
    lines = [
        line.strip() for line in answer.split("\n") if line.strip() and not line.strip().startswith(("```", "#", "@"))
    ]
    if not lines or not re.match(r"Feature: *\S", lines[0]):
        yield f"the first line is {short(lines[0] if lines else '')}, not 'Feature: …'"
    names: list[str] = []
    scenarios: list[list[str]] = []
    for line in lines[1:]:
        if re.match(r"Scenario(?: Outline)?: *\S", line):
            names.append(line)
            scenarios.append([])
        elif match := _STEP.match(line):
            (scenarios[-1] if scenarios else []).append(match.group(1))
        elif scenarios and not line.startswith(("|", "Examples:", '"""')):
            yield f"the line {short(line)} is no step"
            return
    if len(scenarios) != p["n"]:
        yield f"{len(scenarios)} scenarios where {p['n']} were asked for"
    yield from twins(names, "scenarios")
    for at, steps in enumerate(scenarios, 1):
        order = [step for step in steps if step in ("Given", "When", "Then")]
        if order[:1] != ["Given"] or list(dict.fromkeys(order)) != ["Given", "When", "Then"]:
            yield f"scenario {at} goes {', '.join(steps[:10]) or 'nowhere'}, not Given, When, Then"


@rule(
    source="ours",
    brief="Nothing but one fenced block of code with its language named, no words around it. Fits answers in code.",
    family="data",
    suits="code",
    draw=drawn(most=one_of(80, 88, 100, 120)),
    content=lambda answer, p: unfenced_data(answer, "in")[0],
    wordings=(
        "Only the code, in one fenced block that names the language, lines of at most {most} characters.",
        "Reply with a single code block (``` and the language) and no words outside it; wrap lines at {most} "
        "characters.",
        "I paste your answer straight into a file, so give just one labelled code fence, no line over {most} "
        "characters.",
        "Please answer with nothing except one ``` block marked with its language. Line length: {most} or less.",
    ),
)
def code_alone(answer: str, p: Params) -> Iterator[str]:
    body, fault = unfenced_data(answer, "in one code fence")
    if fault:
        yield fault
        return
    if not fences(answer)[0].label:
        yield "the fence does not name the language"
    if not any(c.isalnum() for c in body):
        yield "the code block is empty"
    for at, line in enumerate(body.split("\n"), 1):
        if len(line) > p["most"]:
            yield f"line {at} has {len(line)} characters where at most {p['most']} were asked for"
            return


@rule(
    source="ours",
    brief="The code first, then notes on it as bullets under a given heading. Fits answers in code with choices to "
    "explain.",
    family="layout",
    suits="code",
    draw=drawn(heading=one_of("Notes", "How it works", "Assumptions"), n=between(2, 4)),
    wordings=(
        'Give the code in one fenced block first, then a heading "{heading}" with exactly {n} bullet points.',
        'After a single code block, add "{heading}" as a heading and {n:word} bullets under it.',
        'I want one code block, followed by a "{heading}" section of {n} bullets; nothing before the code.',
        'Please start with the code (one fence); below it comes "{heading}" with {n:word} bullet points.',
    ),
)
def code_then_notes(answer: str, p: Params) -> Iterator[str]:
    if len(blocks := fences(answer)) != 1:
        yield f"{len(blocks)} fenced blocks where one was asked for"
        return
    if not answer.startswith(("```", "~~~")):
        yield f"it begins with {short(answer, 40)}, not with the code"
    notes = [body for _, body in parts("\n".join(unfenced(answer)), [p["heading"]])]
    if len(notes) != 1:
        yield f"{len(notes)} headings {p['heading']!r} where one was asked for"
    elif (count := len(bullets(notes[0]))) != p["n"]:
        yield f"{count} bullet points under {p['heading']!r} where {p['n']} were asked for"
    if not blocks[0].body.strip():
        yield "the code block is empty"
