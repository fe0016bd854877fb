"""Rules that lay an answer out as talk: questions and answers, a script."""

import re
from collections.abc import Iterator

from teams.engine.demands.rule import CASED, Params, between, drawn, rule, short, unmarked
from teams.engine.demands.sections import twins
from tools.markup import unfenced


@rule(
    source="InFoBench",
    brief="Questions and answers with Q: and A:. Fits explanations of a product, a rule, a topic for newcomers.",
    family="layout",
    suits="prose list",
    draw=drawn(n=between(3, 6)),
    content=lambda answer, p: re.sub(r"^[*# \t]{0,8}(?:Q|A)\d{0,2}[.:)][* \t]{0,8}", "", answer, flags=re.MULTILINE),
    wordings=(
        "Write it as an FAQ with {n} pairs of “Q:” and “A:”.",
        "Make it {n:word} questions with answers; questions start with Q: and answers with A:.",
        "Turn it into a question-and-answer list: {n} times Q: and A:, alternating.",
        "I'd like an FAQ of exactly {n:word} entries, each a line with Q: and below it one with A:.",
    ),
)
def question_answer(answer: str, p: Params) -> Iterator[str]:
    turns: list[tuple[str, str]] = []
    for line in unfenced(answer):
        match = re.match(r"(Q|A)(?:uestion|nswer)?\s?\d{0,2}\s?[.:)]\s*(.*)", unmarked(line).strip())
        if match:
            turns.append((match.group(1), match.group(2)))
        elif turns and any(c.isalnum() for c in line):
            turns[-1] = (turns[-1][0], f"{turns[-1][1][:200]} {line[:200]}")
    if "".join(kind for kind, _ in turns) != "QA" * p["n"]:
        yield f"{sum(k == 'Q' for k, _ in turns)} Q: and {sum(k == 'A' for k, _ in turns)} A:, or not alternating"
    yield from twins((said for kind, said in turns if kind == "Q"), "questions")
    for kind, said in turns:
        if not any(c.isalnum() for c in said):
            yield f"nothing stands behind {kind}:"
        elif kind == "Q" and "?" not in said and "？" not in said:
            yield f"{short(said)} is no question"


@rule(
    source="FoFo",
    brief="A dialogue as a script: every line begins with the speaker's name in capitals and a colon. Fits scenes, "
    "interviews, role plays.",
    family="layout",
    suits="dialogue",
    draw=drawn(speakers=between(2, 3), n=between(6, 12, 2)),
    holds_in=CASED,
    content=lambda answer, p: re.sub(
        r"^[*]{0,3}[^\W\d_a-z][^\n:a-z]{0,40}:[*]{0,3}[ \t]{0,8}", "", answer, flags=re.MULTILINE
    ),
    wordings=(
        "Write it as a script with {speakers} speakers: each speech starts with the NAME in capitals and a colon; "
        "{n} speeches or more.",
        "Format the dialogue like a play, “NAME: words”, names in capitals, {speakers:word} speakers, at least {n} "
        "turns.",
        "I want {speakers} characters whose names stand in capitals before a colon at every turn, and no fewer than "
        "{n:word} turns.",
        "Please set it as a script. {speakers:word} people speak, at least {n} times in all; NAME: in capitals opens "
        "each speech.",
    ),
)
def script(answer: str, p: Params) -> Iterator[str]:
    speeches: list[tuple[str, str]] = []
    for line in unfenced(answer):
        plain = unmarked(line).strip()
        name, colon, said = plain.partition(":")
        bare = re.sub(r"\([^)]*\)", "", name[:60]).strip()
        if colon and len(name) <= 60 and bare.isupper() and not plain.startswith(("(", "[")):
            speeches.append((bare, said))
        elif speeches and plain and not plain.startswith(("(", "[")):
            speeches[-1] = (speeches[-1][0], f"{speeches[-1][1][:100]} {plain[:100]}")
    names = {name for name, _ in speeches if name not in ("SCENE", "SETTING", "TITLE", "INT", "EXT")}
    if len(names) != p["speakers"]:
        yield f"{len(names)} speakers with names in capitals ({', '.join(sorted(names)[:6])}), not {p['speakers']}"
    if len(speeches) < p["n"]:
        yield f"{len(speeches)} speeches where at least {p['n']} were asked for"
    for name, said in speeches:
        if not any(c.isalnum() or c in "…." for c in said):
            yield f"{name} says nothing"
            break
