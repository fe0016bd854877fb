"""Documents of clinics, laboratories, kitchens and classrooms, where the form carries the safety."""

import re
from collections.abc import Iterator

from teams.engine.demands.rule import ENGLISH, Params, between, drawn, one_of, rule, short
from teams.engine.demands.sections import before_parts, iso_dates, lines_of, one, one_date, part_faults, parts
from tools.counting import word_count
from tools.markup import numbered

_SOAP = ["Subjective", "Objective", "Assessment", "Plan"]


@rule(
    source="FoFo",
    brief="A clinical note in SOAP form: Subjective, Objective, Assessment, Plan. Only for a patient's visit or a "
    "case.",
    family="document",
    suits="structured prose",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_SOAP), n=between(2, 4)),
    wordings=(
        "Write it as a SOAP note with the parts {labels:plain}; number the steps of the plan, at least {n}.",
        "Use the clinical note format: {labels:plain}, in this order, and {n:word} or more numbered items under the "
        "plan.",
        "I need a proper SOAP note ({labels:arrow}), with not fewer than {n} numbered plan items.",
        "Please chart this under {labels:plain}. The plan has to be a numbered list of {n:word} steps or more.",
    ),
)
def soap_note(answer: str, p: Params) -> Iterator[str]:
    found = parts(answer, p["labels"])
    yield from part_faults(found, p["labels"])
    if (above := word_count(before_parts(answer, p["labels"]))) > 40:
        yield f"{above} words stand above the note"
    plan = one(found, p["labels"][-1])
    if [i.number for i in numbered(plan)] != list(range(1, len(numbered(plan)) + 1)) or len(numbered(plan)) < p["n"]:
        yield f"{len(numbered(plan))} items numbered in order under the plan where at least {p['n']} were asked for"


_DISCHARGE = ["Patient", "Admitted", "Discharged", "Diagnosis", "Hospital course", "Medications", "Follow-up"]


@rule(
    source="FoFo",
    brief="A hospital's discharge summary with fixed parts, ISO dates, medications as 'name; dose; frequency'. "
    "Only for a stay in hospital.",
    family="document",
    suits="structured",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_DISCHARGE), sign=one_of(";", "|")),
    wordings=(
        "Format it as a discharge summary with {labels:plain}; dates as YYYY-MM-DD, one medication a line as "
        "name {sign} dose {sign} frequency.",
        "Write a discharge summary under the labels {labels:plain}. Each medication gets a line "
        "“name {sign} dose {sign} frequency”; both dates are YYYY-MM-DD.",
        "Our ward's template is {labels:arrow}. Use ISO dates, and list medications line by line: "
        "name {sign} dose {sign} frequency.",
        "Please fill in a discharge summary ({labels:plain}), with ISO dates and medications as "
        "name {sign} dose {sign} frequency, one per line.",
    ),
)
def discharge_summary(answer: str, p: Params) -> Iterator[str]:
    found = parts(answer, p["labels"])
    yield from part_faults(found, p["labels"])
    for label in ("Admitted", "Discharged"):
        yield from one_date(label, one(found, label))
    came, left = (iso_dates(one(found, label)[:500]) for label in ("Admitted", "Discharged"))
    if came and left and came[0] > left[0]:
        yield f"discharged on {left[0]}, before {came[0]}, when admitted"
    for line in lines_of(one(found, "Medications")):
        pieces = [piece.strip() for piece in line.split(p["sign"])]
        if line.strip(" .").casefold() not in ("none", "no medications") and (len(pieces) != 3 or not all(pieces)):
            yield f"the medication {short(line)} is not written as name {p['sign']} dose {p['sign']} frequency"


_PROTOCOL = ["Aim", "Materials", "Procedure", "Safety"]
_AMOUNT = re.compile(r"\d|½|¼|¾|⅓|⅔|\b(?:a|an|one|two|three|half|some|pinch|handful)\b", re.IGNORECASE)


@rule(
    source="FoFo",
    brief="A laboratory protocol: aim, materials with amounts, numbered procedure, safety. For experiments, measuring, "
    "practical science.",
    family="document",
    suits="structured list prose",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_PROTOCOL), n=between(3, 6)),
    wordings=(
        "Write a lab protocol with the sections {labels:plain}; every material with its amount, and at least {n} "
        "numbered steps in the procedure.",
        "Lay it out like a laboratory protocol: {labels:arrow}. Number the steps ({n:word} or more) and give "
        "quantities for all materials.",
        "I need it as a bench protocol ({labels:plain}), materials listed one a line with amounts, procedure in no "
        "fewer than {n} numbered steps.",
        "Please use the protocol form {labels:plain}. Materials need quantities; the procedure needs {n:word} "
        "numbered steps at least.",
    ),
)
def lab_protocol(answer: str, p: Params) -> Iterator[str]:
    found = parts(answer, p["labels"])
    yield from part_faults(found, p["labels"])
    yield from _amounts(lines_of(one(found, "Materials")))
    yield from _steps(one(found, "Procedure"), p["n"])


def _amounts(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not _AMOUNT.search(line[:300]):
            yield f"no amount is given for {short(line)}"


def _steps(body: str, least: int) -> Iterator[str]:
    numbers = [item.number for item in numbered(body)]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the steps are numbered {', '.join(map(str, numbers[:12]))}"
    if len(numbers) < least:
        yield f"{len(numbers)} numbered steps where at least {least} were asked for"


_TIME = re.compile(r"\d+ ?(?:min|h|sec)|none|no cook", re.IGNORECASE)
_RECIPE = ["Serves", "Prep time", "Cook time", "Ingredients", "Method"]


@rule(
    source="FoFo",
    brief="A recipe card: servings, times, ingredients with amounts, numbered method. Only for food and drink.",
    family="document",
    suits="structured list prose",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_RECIPE), n=between(3, 6)),
    wordings=(
        "Set it out as a recipe card: {labels:plain}, each ingredient with its amount, the method in at least {n} "
        "numbered steps.",
        "Use a recipe card with the lines {labels:plain}; amounts for every ingredient, {n:word} numbered steps or "
        "more.",
        "I collect cards, so write {labels:arrow}. One ingredient a line with a quantity, no fewer than {n} numbered "
        "steps.",
        "Please give the recipe under {labels:plain}. Ingredients come with amounts; the method is numbered and has "
        "{n:word} steps or more.",
    ),
)
def recipe_card(answer: str, p: Params) -> Iterator[str]:
    found = parts(answer, p["labels"])
    yield from part_faults(found, p["labels"])
    if not any(c.isdigit() for c in one(found, "Serves")[:100]):
        yield f"'Serves' holds {short(one(found, 'Serves'))}, no number"
    for label in ("Prep time", "Cook time"):
        if label in dict(found) and not re.search(
            r"\d+ ?(?:min|h|hour|sec)|none|no cook", one(found, label)[:100], re.I
        ):
            yield f"{label!r} holds {short(one(found, label))}, no time"
    yield from _amounts([line for line in lines_of(one(found, "Ingredients")) if not line.endswith(":")])
    yield from _steps(one(found, "Method"), p["n"])


_LESSON = ["Objective", "Materials", "Activities", "Assessment"]
_MINUTES = re.compile(r"\((\d{1,3}) ?min(?:utes?)?\.?\)")


@rule(
    source="FoFo",
    brief="A lesson plan whose activities carry minutes that add up to the lesson. For teaching something.",
    family="document",
    suits="structured list prose",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_LESSON), total=one_of(30, 40, 45, 50, 60, 90)),
    wordings=(
        "Write it as a lesson plan with {labels:plain}; each activity ends with its minutes like (10 min), and they "
        "add up to {total}.",
        "Make a lesson plan of {total} minutes under {labels:plain}. Put the time behind every activity, e.g. (5 min).",
        "I teach this in {total} minutes: give me {labels:arrow}, one activity a line with its share as (15 min), "
        "the shares summing to the whole.",
        "Please use the parts {labels:plain}. The activities' times, each written like (10 min), must total {total} "
        "minutes.",
    ),
)
def lesson_plan(answer: str, p: Params) -> Iterator[str]:
    found = parts(answer, p["labels"])
    yield from part_faults(found, p["labels"])
    minutes = [int(m.group(1)) for m in _MINUTES.finditer(one(found, "Activities"))]
    if len(minutes) < 2:
        yield f"{len(minutes)} activities with their minutes as (10 min)"
    elif sum(minutes) != p["total"]:
        yield f"the activities take {' + '.join(map(str, minutes[:12]))} = {sum(minutes)} minutes, not {p['total']}"
