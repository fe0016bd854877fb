"""Documents of offices: clauses, minutes, press releases, memos, e-mails, replies to customers, status reports."""

import re
from collections.abc import Iterator

from teams.engine.demands.rule import ENGLISH, Params, between, drawn, one_of, rule, same, short, unmarked
from teams.engine.demands.sections import iso_dates, lines_of, one, one_date, part_faults, parts
from tools.counting import paragraphs, word_count

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


@rule(
    source="FoFo",
    brief="A contract's clause: numbered sub-clauses (4.1, 4.2, …), a defined term in quotation marks that is then "
    "used "
    "with its capital. For rules, duties, agreements.",
    family="document",
    suits="structured prose",
    holds_in=ENGLISH,
    draw=drawn(number=between(2, 12), n=between(3, 5), verb=one_of("shall", "must")),
    wordings=(
        "Draft it as clause {number} of a contract with at least {n} sub-clauses {number}.1, {number}.2, …; define one "
        'term in quotation marks ("Term") and use it again; duties with "{verb}".',
        "Write a legal clause: number {number}, sub-clauses {number}.1 onwards ({n:word} or more), a capitalised "
        'defined term introduced in quotes and used later, and "{verb}" for obligations.',
        'I need contract language. Clause {number}, no fewer than {n} sub-clauses numbered {number}.1 up, "{verb}" for '
        "duties, one defined term in quotation marks that comes back.",
        "Please phrase this as clause {number} of an agreement, in {n:word} numbered sub-clauses or more "
        '({number}.1, …), using "{verb}" and one quoted defined term which is used again.',
    ),
)
def legal_clause(answer: str, p: Params) -> Iterator[str]:
    plain = unmarked(answer)
    marks = [
        int(m.group(1))
        for line in plain.split("\n")
        if (m := re.match(rf"\s*{p['number']}\.(\d{{1,3}})\.?\s+\S", line))
    ]
    if marks != list(range(1, len(marks) + 1)):
        yield f"the sub-clauses of {p['number']} are numbered {', '.join(map(str, marks[:12]))}"
    if len(marks) < p["n"]:
        yield f"{len(marks)} sub-clauses {p['number']}.1, … where at least {p['n']} were asked for"
    if not re.search(rf"\b{p['verb']}\b", plain, re.IGNORECASE):
        yield f"no duty is put with {p['verb']!r}"
    straight = same(plain)
    terms = {m.group(1) for m in re.finditer(r'"([A-Z][\w-]{0,40}(?: [A-Z][\w-]{0,40}){0,4})"', straight)}
    if not terms:
        yield "no term with a capital is defined in quotation marks"
    elif not any(_used_again(straight, term) for term in sorted(terms)[:50]):
        yield f"the defined term {', '.join(sorted(terms)[:4])} is not used again"


def _used_again(text: str, term: str) -> bool:
    return len(re.findall(rf"(?<!\")\b{re.escape(term)}s?\b(?!\")", text)) > 0


_MINUTES_OF = ["Meeting", "Date", "Present", "Discussion", "Decisions", "Action items"]


@rule(
    source="FoFo",
    brief="Minutes of a meeting with date, who was present, decisions, and actions with a person and a due date. For "
    "meetings and talks between several people.",
    family="document",
    suits="structured prose",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_MINUTES_OF), sign=one_of("|", ";")),
    wordings=(
        "Write minutes with {labels:plain}; dates as YYYY-MM-DD, and each action item as person {sign} task {sign} due "
        "date.",
        "Put it into the form of minutes ({labels:plain}), ISO dates throughout, action items line by line: "
        "person {sign} task {sign} due date.",
        "Our minutes have {labels:arrow}. Action items read “person {sign} task {sign} YYYY-MM-DD”; the meeting's date "
        "is written the same way.",
        "Please take minutes under the labels {labels:plain}. Every action is one line, person {sign} task {sign} "
        "deadline, with dates like 2024-05-17.",
    ),
)
def minutes(answer: str, p: Params) -> Iterator[str]:
    found = parts(answer, p["labels"])
    yield from part_faults(found, p["labels"])
    yield from one_date("Date", one(found, "Date"))
    for line in lines_of(one(found, "Action items")):
        pieces = [piece.strip() for piece in line.strip("| ").split(p["sign"])]
        if len(pieces) != 3 or not all(pieces) or not iso_dates(pieces[-1][:100]):
            yield f"the action {short(line)} is not person {p['sign']} task {p['sign']} YYYY-MM-DD"


_DATELINE = re.compile(
    r"[A-Z][A-Z .'-]{1,40}(?:, [\w. ]{2,30})?,? [–—-]? ?"
    rf"\(?(?:{_MONTHS})\.? \d{{1,2}}, \d{{4}}\)? ?(?:—|–|-{{1,2}}) ?\S"
)


@rule(
    source="FoFo",
    brief="A press release: release line, headline, dateline with city and date, ### at the end. For news of a "
    "firm, an "
    "office, an event, a product.",
    family="document",
    suits="prose structured letter",
    holds_in=ENGLISH,
    draw=drawn(first=one_of("FOR IMMEDIATE RELEASE", "PRESS RELEASE"), most=between(8, 14, 2)),
    wordings=(
        'Format it as a press release: "{first}" on top, a headline of at most {most} words, a dateline such as '
        '"OSLO, May 3, 2024 —" at the start of the text, and ### at the end.',
        'Write a press release that opens with "{first}", then a headline ({most} words or fewer), then text with a '
        "dateline (CITY, Month D, YYYY —), and closes with ###.",
        'I need it ready for the wire: "{first}", headline up to {most} words, "CITY, Month D, YYYY —" before the '
        "first "
        "sentence, ### as the last line.",
        'Please follow the press release form ("{first}"; a headline, {most} words at most; a dateline '
        "CITY, Month D, YYYY —; ### alone at the very end).",
    ),
)
def press_release(answer: str, p: Params) -> Iterator[str]:
    lines = [unmarked(line).strip() for line in answer.split("\n") if line.strip()]
    if lines[0].rstrip(":").casefold() != p["first"].casefold():
        yield f"the first line is {short(lines[0])}, not {p['first']!r}"
    if len(lines) < 4:
        yield "release line, headline, text and ### are not all there"
        return
    if (count := word_count(lines[1])) > p["most"]:
        yield f"the headline has {count} words where at most {p['most']} were asked for: {short(lines[1])}"
    dated = [at for at, line in enumerate(lines[2:-1]) if _DATELINE.match(line[:200])]
    if not dated or dated[0] > 1:
        yield f"no dateline as CITY, Month D, YYYY — before the text: {short(lines[2])}"
    if answer.split("\n")[-1].strip() != "###":
        yield f"the last line is {short(lines[-1])}, not ###"


_MEMO = ["TO", "FROM", "DATE", "SUBJECT"]


@rule(
    source="FoFo",
    brief="A memo with TO, FROM, DATE, SUBJECT above the text. For notes and news inside an organisation.",
    family="document",
    suits="prose letter",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_MEMO, ["TO", "FROM", "CC", "DATE", "SUBJECT"]), n=between(2, 4)),
    wordings=(
        "Write it as a memo with the lines {labels:plain} on top (date as YYYY-MM-DD) and then {n} paragraphs or more.",
        "Make it an office memo: {labels:arrow}, one a line, ISO date, followed by at least {n:word} paragraphs.",
        "I have to circulate it as a memo, so begin with {labels:plain}, each on its own line with a colon, the "
        "date as "
        "YYYY-MM-DD; below, no fewer than {n} paragraphs.",
        "Please use memo form. Header lines: {labels:plain}. Date: YYYY-MM-DD. Body: {n:word} paragraphs minimum.",
    ),
)
def memo(answer: str, p: Params) -> Iterator[str]:
    head = [line for line in answer.split("\n") if line.strip()][: len(p["labels"]) + 2]
    found = parts("\n".join(head), p["labels"])
    first = [(label, body.split("\n")[0]) for label, body in found]
    yield from part_faults(first, p["labels"])
    yield from one_date("DATE", one(first, "DATE"))
    marked = [line for line in answer.split("\n") if not parts(line, p["labels"])]
    if (count := len(paragraphs("\n".join(marked).replace("MEMORANDUM", "").replace("MEMO\n", "\n")))) < p["n"]:
        yield f"{count} paragraphs under the head where at least {p['n']} were asked for"


_GREETING = re.compile(r"(?:Dear|Hello|Hi|Good (?:morning|afternoon|evening|day)|Greetings)\b[^\n]{0,80}[,:!]?$")
_CLOSINGS = ["Kind regards", "Best regards", "Yours sincerely", "Best wishes", "Sincerely"]


@rule(
    source="FoFo",
    brief="A reply to a customer: greeting by a line, body, given closing, and a name below. For complaints, "
    "questions, "
    "requests.",
    family="document",
    suits="letter prose",
    holds_in=ENGLISH,
    draw=drawn(closing=one_of(*_CLOSINGS), most=between(100, 180, 20)),
    wordings=(
        'Write it as a reply to the customer with a greeting, a body of at most {most} words, "{closing}" and a name '
        "under it.",
        'Make it a customer letter: salutation on its own line, up to {most} words, then "{closing}," and the '
        "signature.",
        'I\'ll send it to a customer, so add a greeting line and sign off with "{closing}" plus a name or [name]; '
        "{most} words at most in between.",
        'Please answer in letter form. Greeting first, "{closing}" and a name last, no more than {most} words for the '
        "body.",
    ),
)
def customer_reply(answer: str, p: Params) -> Iterator[str]:
    lines = [line.strip() for line in answer.split("\n") if line.strip()]
    if not _GREETING.match(unmarked(lines[0])):
        yield f"the first line is {short(lines[0])}, no greeting"
    at = next((i for i, line in enumerate(lines) if same(line).casefold().rstrip(",.") == p["closing"].casefold()), 0)
    if not at:
        yield f"no line says {p['closing']!r}"
        return
    if not 1 <= len(lines) - at - 1 <= 4 or word_count("\n".join(lines[at + 1 :])) > 20:
        yield f"under {p['closing']!r} stand {len(lines) - at - 1} lines, not a name"
    count = word_count("\n".join(lines[1:at]))
    if not 10 <= count <= p["most"]:
        yield f"the body has {count} words where 10 to {p['most']} are a reply"


@rule(
    source="FoFo",
    brief="An e-mail with a subject line of limited length, greeting and signature. For messages to a person.",
    family="document",
    suits="letter prose",
    holds_in=ENGLISH,
    draw=drawn(most=one_of(40, 50, 60), n=between(2, 3)),
    wordings=(
        "Write it as an e-mail: a line “Subject: …” of at most {most} characters, a greeting, {n} paragraphs or "
        "more, a "
        "signature.",
        "Make it an email with “Subject:” first (up to {most} characters), then salutation, at least {n:word} "
        "paragraphs, and a name at the end.",
        "I'd like to send this by mail, so start with “Subject:” and no more than {most} characters behind it; "
        "greeting, "
        "{n} body paragraphs at least, sign-off.",
        "Please draft an e-mail. The first line is “Subject: …” ({most} characters max.), and the body has {n:word} or "
        "more paragraphs between greeting and signature.",
    ),
)
def email(answer: str, p: Params) -> Iterator[str]:
    lines = [line.strip() for line in answer.split("\n") if line.strip()]
    label, colon, subject = unmarked(lines[0]).partition(":")
    if label.strip().casefold() != "subject" or not colon or not subject.strip():
        yield f"the first line is {short(lines[0])}, not 'Subject: …'"
    elif len(subject.strip()) > p["most"]:
        yield f"the subject has {len(subject.strip())} characters where at most {p['most']} were asked for"
    if len(lines) < 2 or not _GREETING.match(unmarked(lines[1])):
        yield f"after the subject comes {short(lines[1] if len(lines) > 1 else '')}, no greeting"
    body = [block for block in paragraphs(answer) if word_count(block) > 8 and not block.startswith("Subject:")]
    if len(body) < p["n"]:
        yield f"{len(body)} paragraphs of more than eight words where at least {p['n']} were asked for"
    if word_count(lines[-1]) > 6 or lines[-1].endswith(("?", "!")):
        yield f"the last line is {short(lines[-1])}, no signature"


_STATUS = ["Status", "Done", "Next", "Risks"]


@rule(
    source="ours",
    brief="A status report with a traffic light, what is done, what is next, risks. For projects, plans, work under "
    "way.",
    family="document",
    suits="structured list",
    holds_in=ENGLISH,
    draw=drawn(labels=one_of(_STATUS), lights=one_of(["green", "amber", "red"]), n=between(2, 3)),
    wordings=(
        "Write a status report with {labels:plain}; the status is one word out of {lights:plain}, and the rest are "
        "bullets, at least {n} under Done.",
        "Report it as {labels:arrow}. Status: just {lights:plain}, whichever fits; {n:word} or more bullets under "
        "Done.",
        "I need the weekly form: {labels:plain}, with a traffic light ({lights:plain}) as the status and no fewer than "
        "{n} points done.",
        "Please fill in {labels:plain}. For the status pick one of {lights:plain}; list what's done in {n:word} "
        "bullets "
        "or more.",
    ),
)
def status_report(answer: str, p: Params) -> Iterator[str]:
    found = parts(answer, p["labels"])
    yield from part_faults(found, p["labels"])
    status = one(found, "Status").strip(" .*_🟢🟡🔴🟠\n").casefold()
    if status not in p["lights"]:
        yield f"the status is {short(status)}, none of {', '.join(p['lights'])}"
    if (count := len(lines_of(one(found, "Done")))) < p["n"]:
        yield f"{count} points under 'Done' where at least {p['n']} were asked for"
