"""Labelled pairs that are good, and pairs with a fault planted: which check catches which.

    python -m tests.teams.text_classification.faults

prints the table. Those who label blind here are honest: what they would say stands beside each pair.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.engine.records import Instruction, Pair, Seed
from teams.engine.stages.message import compose
from teams.engine.verdict import Verdict
from teams.text_classification import BY_NAME, skill
from teams.text_classification.forms import Label
from teams.text_classification.wishes import changes
from tests.teams.judging import catches, verdict_of
from tests.teams.stages.writer import reading
from tests.teams.text_classification.replying import shown, written

TICKET = """I came on Saturday with the belt sander in the rain and the shutter was down, although the slip says until one. My neighbour says you close at noon in winter, which may well be. On Monday the counter booked it back and asked four euros of me, two days at two.

By the way the cable has a nick near the plug, I put tape round it so that nobody gets a shock.

I don't mind the four euros as such. But my name is now on the list of those who were late, and for the drill stand on the 20th I am told to wait until somebody has looked at that. Could somebody please look at it before the 20th."""
TALK = """Gerrit: It's been up since April, and all I see is docks and some grass.
Annelie: The perennials don't flower in the year they are sown.
Gerrit: My brother-in-law has the plough on the tractor anyway, for the beet.
Annelie: You signed for three years, Gerrit.
Gerrit: So if I put a bit of cornflower in between, just along the gate, would that spoil your numbers?"""
CLAUSE = """6.4 If a thing is lost, the member pays its present value. Where the loss is due to a theft that was reported to the police within three days, the member pays half of it, provided that the report is shown to us; clause 5.1 does not apply in that case. A deposit under 3.3 is set off against the sum."""
NOTES = [
    ("Third time this week that the bin at the gate is full by nine. I took my bag home again.", "upkeep"),
    ("Whoever left the two pumpkins on the bench by the tap: they were very good.", "thanks"),
    ("The bench by the tap wants a new slat, the second from the left.", "upkeep"),
    ("Is the gate locked over Christmas, and who has the key then?", "question"),
]

PILE_REASONS = {
    NOTES[0][0]: "the bin is full",
    NOTES[1][0]: "the pumpkins were good",
    NOTES[2][0]: "a slat is wanted",
    NOTES[3][0]: "asks who has the key",
}
TICKET_DE = """Am Samstag stand ich mit dem Bandschleifer im Regen vor dem Rollladen, obwohl auf dem Zettel steht, bis eins. Am Montag hat man vier Euro von mir verlangt, zwei Tage zu zwei. Um die vier Euro geht es mir nicht. Aber mein Name steht jetzt auf der Liste der Säumigen, und für den Bohrständer am 20. heißt es, ich solle warten, bis jemand nachgesehen hat."""


def labels(*told: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "means": means} for name, means in told]


INTENT = {
    "evidence": ["my name is now on the list of those who were late", "Could somebody please look at it before the 20th."],
    "question": "Every message to the tool library gets opened as one case, by the step that would settle it for the writer. Which one do we open?",
    "labels": labels(
        ("correct_record", "an entry about the member is to be changed or taken out"),
        ("refund_charge", "money that was asked or paid is to come back"),
        ("reserve_thing", "a thing is to be put down for a day, or a reservation moved"),
        ("report_defect", "a thing is broken or unsafe and has to be taken out of lending"),
    ),
    "gold": "correct_record", "near": "refund_charge", "why_not": "The four euros are told at length, and then let go.", "rule": "", "borderline": "",
}  # fmt: skip
INTENT_DE = {
    "evidence": ["mein Name steht jetzt auf der Liste der Säumigen"],
    "question": "Jede Nachricht wird ein Vorgang, nach dem Schritt, mit dem der Fall erledigt wäre. Welcher ist es hier?",
    "labels": labels(
        ("Eintrag berichtigen", "ein Eintrag über das Mitglied ist zu ändern oder zu streichen"),
        ("Gebühr erstatten", "verlangtes oder gezahltes Geld soll zurück"),
        ("Gerät vormerken", "ein Gerät soll für einen Tag vorgemerkt werden"),
    ),
    "gold": "Eintrag berichtigen", "near": "Gebühr erstatten", "why_not": "Das Geld wird genannt und stehen gelassen.", "rule": "", "borderline": "",
}  # fmt: skip
URGENCY = {
    "evidence": ["Could somebody please look at it before the 20th."],
    "question": "When does somebody have to act on this message?",
    "labels": labels(
        ("whenever", "nobody is stopped and nothing falls due"),
        ("this month", "something the writer has planned fails if nothing is done by a day they name"),
        ("today", "somebody may be hurt by a thing that is in use, or is locked out of it"),
    ),
    "gold": "this month", "near": "today", "why_not": "A nicked cable could hurt somebody, but the sander is back and not in use.", "rule": "", "borderline": "",
}  # fmt: skip
TAGS = {
    "evidence": ["I put tape round it", "I don't mind the four euros as such."],
    "question": "Which of these does the message contain? A tag holds only if the writer does it themselves in this message.",
    "labels": labels(
        ("owns to being late", "says that the thing came back after its day"),
        ("reports a defect", "says what is broken, and where"),
        ("asks for money back", "wants a charge returned or struck"),
        ("sets a date", "names a day by which something is needed"),
        ("thanks us", "says thanks for anything"),
    ),
    "gold": ["reports a defect", "sets a date"], "near": "asks for money back", "why_not": "The charge is told, and expressly let go.", "rule": "", "borderline": "",
}  # fmt: skip
TURN = {
    "evidence": ["would that spoil your numbers?"],
    "question": "What does Gerrit do with his last turn?",
    "labels": labels(
        ("gives up", "says that he will do as the other asks, and asks nothing in return"),
        ("bargains", "having been held to an agreement, puts forward something smaller that he could have"),
        ("enquires", "asks for a fact, with no plan of his own hanging on it"),
    ),
    "gold": "bargains", "near": "enquires", "why_not": "It is put as a question, but a plan of his own hangs on the answer.", "rule": "", "borderline": "",
}  # fmt: skip
TREE = {
    "evidence": ["the member pays half of it, provided that the report is shown to us"],
    "question": "Under which head does this clause go in our index, by what it settles?",
    "labels": [
        {"name": "Money", "leaves": labels(("Fees", "what a service costs"), ("Compensation", "who bears a loss, and how much of it"))},
        {"name": "Conduct", "leaves": labels(("Duties", "what a member has to do while they have a thing"), ("Reporting", "what has to be told to whom, as a duty of its own"))},
    ],
    "gold": "Money > Compensation", "near": "Conduct > Reporting", "why_not": "The report to the police is a condition for paying less, no duty of its own.", "rule": "", "borderline": "",
}  # fmt: skip
SCOPE = {
    **INTENT,
    "labels": labels(
        ("refund_charge", "money that was asked or paid is to come back"),
        ("reserve_thing", "a thing is to be put down for a day, or a reservation moved"),
        ("opening_hours", "the writer wants to know when we are open"),
        ("for_a_person", "none of these three would settle the matter"),
    ),
    "gold": "for_a_person", "near": "reserve_thing", "why_not": "The drill stand waits for the list to be looked at; no new day is wanted.", "none": "for_a_person",
}  # fmt: skip
PILE = {
    "question": "We put every note from the board of the allotments into one of these boxes. Where does each go?",
    "labels": labels(("upkeep", "something has to be mended, emptied or cleaned"), ("thanks", ""), ("question", "the writer wants to know something")),
    "items": [{"text": text, "because": "so it says", "gold": gold} for text, gold in NOTES], "rule": "", "borderline": "",
}  # fmt: skip
FIRST = {
    **URGENCY,
    "question": "Which desk gets this message?",
    "labels": labels(
        ("workshop", "something about the state of a thing is told"),
        ("records", "an entry about a member is in dispute"),
        ("bookings", "a thing is wanted for a day"),
    ),
    "gold": "workshop", "near": "records", "why_not": "The entry takes up most of the message, but a thing's state goes first.",
    "evidence": ["the cable has a nick near the plug"],
    "rule": "If several would take it, it goes to whoever keeps people from getting hurt.", "borderline": "Two desks hold; the rule decides.",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A pair, and what honest readers would label it."""

    pair: Pair
    truth: Any
    """In the designer's names; None: it can't be answered."""
    caught_by: str = ""
    """The check that has to catch it; none for a good pair."""
    also: Any = ""
    """The label they could have defended as well."""
    invented: tuple[str, ...] = ()
    """What the reason says that the text does not."""


def made(kind: str, passage: str, draft: Mapping[str, Any], says: Any = None, *, reply: str = "", answer: str = "", reason: str = "", goal: str = "", before: Mapping[str, Any] | None = None, old: str = "", **facts: Any) -> Pair:  # fmt: skip
    """Make a pair as the flows do. `says` is the label answered, in the designer's names; `answer` the words instead."""
    form = BY_NAME[kind].form
    assert isinstance(form, Label)
    seed = next(n for n in range(900) if not reply or form.asked(draft, Random(n)).facts["reply"] == reply)
    asked = form.asked(draft, Random(seed))
    known = {**asked.facts, "form": form.name, "ask": asked.text, "evidence": list(draft.get("evidence", ())),
             "shows_text": asked.facts.get("shows_text", True), **facts}  # fmt: skip
    text = compose(asked.text, passage if known["shows_text"] else "", [d["statement"] for d in known.get("demands", ())], Random(1), english=True)  # fmt: skip
    born = Seed("text_classification/case.txt:1-9", "Notes of a tool library.").rewritten("identity", passage)
    instruction = born.ask(kind, text, facts=known)
    if goal:
        known = {**known, "before": dict(before or {}), "changed": changes(old, passage)}
        instruction = replace(instruction, facts=known, refinements=(goal,), stage="refine")
    said = answer or written(
        known["key"] if says is None else says,
        known,
        quote=next(iter(known["evidence"]), ""),
        **({"reason": reason} if reason else {}),
    )
    return instruction.answered(
        [{"role": "user", "content": text}, {"role": "assistant", "content": said}], facts={"key": known["key"]}
    )


TURNED = TICKET.replace(
    "I don't mind the four euros as such. But my name", "I should like the four euros back, then. My name"
).replace(" Could somebody please look at it before the 20th.", " I can live without it.")


def good() -> dict[str, Case]:
    refund = {
        **INTENT,
        "gold": "refund_charge",
        "near": "correct_record",
        "evidence": ["I should like the four euros back, then."],
    }
    return {
        "intent, a bare label": Case(made("intent", TICKET, INTENT, reply="bare"), "correct_record"),
        "intent, JSON with a reason": Case(made("intent", TICKET, INTENT, reply="json_reason", reason="The four euros are let go (\"I don't mind the four euros as such\"); what stops the writer is the entry, which is to be looked at before the 20th."), "correct_record"),
        "urgency, a scale, reason first": Case(made("urgency", TICKET, URGENCY, reply="last_line", reason="The drill stand on the 20th falls through if nobody looks at the list before then; the nick in the cable hurts nobody while the sander is back on the shelf."), "this month"),
        "tags": Case(made("multi_label", TICKET, TAGS, reply="json"), ["reports a defect", "sets a date"]),
        "a turn, no form asked for": Case(made("dialogue_act", TALK, TURN, reply="open", reason="He has just been held to his three years, and puts forward something smaller."), "bargains"),
        "a turn, names that say nothing": Case(made("renamed", TALK, TURN, reply="json_quote"), "bargains"),
        "a path": Case(made("hierarchical", CLAUSE, TREE, reply="tag"), "Money > Compensation"),
        "nothing fits": Case(made("out_of_scope", TICKET, SCOPE, reply="first_line", reason="The four euros are let go and the drill stand is booked; what is asked for is that somebody looks at the list of those who were late."), "for_a_person"),
        "a few words for each of a pile": Case(made("batch", TICKET, PILE, reply="lines_reasoned", answer=pile(PILE_REASONS)), None),
        "a reason in German": Case(made("intent", TICKET_DE, INTENT_DE, reply="open", answer="**Eintrag berichtigen**. Die vier Euro lässt er ausdrücklich stehen; aufhalten kann ihn nur, dass sein Name auf der Liste der Säumigen steht."), "Eintrag berichtigen"),
        "a pile": Case(made("batch", TICKET, PILE, reply="rows_object"), None),
        "a rule of precedence": Case(made("precedence", TICKET, FIRST, reply="json_confidence"), "workshop", also="records"),
        "a contrast": Case(made("intent", TURNED, refund, reply="json_quote", goal="contrast", before={"key": "correct_record"}, old=TICKET), "refund_charge"),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    fine = good()
    bare = fine["intent, a bare label"].pair
    named = {
        **INTENT,
        "labels": [
            {**one, "name": "near the plug"} if one["name"] == "report_defect" else one for one in INTENT["labels"]
        ],
    }
    gives = {**named, "gold": "near the plug", "evidence": ["the cable has a nick near the plug"]}
    wordy = {"rule": "word_max", "params": {"n": 6}, "statement": "In at most 6 words, please."}
    twice = {
        **INTENT,
        "labels": [
            *INTENT["labels"][:3],
            {"name": "mend_record", "means": "An entry about the member is to be changed or taken out"},
        ],
    }
    return {
        "the key is wrong": Case(made("intent", TICKET, {**INTENT, "gold": "reserve_thing"}, reply="bare"), "correct_record", "blind_agreement"),
        "the answer misses the key": Case(made("intent", TICKET, INTENT, "refund_charge", reply="bare"), "correct_record", "label_is_gold"),
        "off by one on the scale": Case(made("urgency", TICKET, URGENCY, "today", reply="json"), "this month", "label_is_gold"),
        "one tag too few": Case(made("multi_label", TICKET, TAGS, ["sets a date"], reply="json"), TAGS["gold"], "label_is_gold"),
        "a label nobody offered": Case(made("intent", TICKET, INTENT, reply="bare", answer="account_issue"), "correct_record", "label_in_set"),
        "a label spelt otherwise": Case(made("intent", TICKET, INTENT, reply="bare", answer="Correct record"), "correct_record", "label_in_set"),
        "words around the JSON": Case(replace_answer(made("intent", TICKET, INTENT, reply="json"), lambda said: f"Sure! Here it is: {said}"), "correct_record", "label_in_set"),
        "two labels in bold": Case(made("intent", TICKET, INTENT, reply="open", answer="**correct_record** or **refund_charge**: both have something for them."), "correct_record", "label_in_set"),
        "a row left out": Case(drop_row(fine["a pile"].pair), None, "label_in_set"),
        "evidence that is not there": Case(made("intent", TICKET, {**INTENT, "evidence": ["my name is in your black book"]}, reply="bare"), "correct_record", "evidence_shown"),
        "a quotation made up in the JSON": Case(made("renamed", TALK, TURN, reply="json_quote", answer=quoting("then I shall plough it in")), "bargains", "account_holds"),
        "a reason that defines the label": Case(made("intent", TICKET, INTENT, reply="json_reason", reason="The entry about the member is to be changed or taken out, so a correction of the record is the step that settles the case."), "correct_record", "account_holds"),
        "a reason that would stand under any text": Case(made("urgency", TICKET, URGENCY, reply="first_line", reason="Having read it to the end I find that this label describes the situation best and none of the others comes as near."), "this month", "account_holds"),
        "a German reason that defines the label": Case(made("intent", TICKET_DE, INTENT_DE, reply="open", answer="**Eintrag berichtigen**. Der Eintrag über das Mitglied ist zu ändern, und genau dafür ist diese Kategorie in der Liste da."), "Eintrag berichtigen", "account_holds"),
        "no reason where one was asked for": Case(made("intent", TICKET, {**INTENT, "question": f"{INTENT['question']} Say briefly why."}, reply="open", answer="**correct_record**"), "correct_record", "account_holds"),
        "the whole text for evidence": Case(made("renamed", TALK, TURN, reply="json_quote", answer=quoting(TALK)), "bargains", "account_holds"),
        "evidence that says nothing": Case(made("renamed", TALK, TURN, reply="json_quote", answer=quoting("It's")), "bargains", "account_holds"),
        "rows whose reasons define their labels": Case(made("batch", TICKET, PILE, reply="lines_reasoned", answer=pile({"upkeep": "something has to be mended", "thanks": "thanks", "question": "the writer wants to know"})), None, "account_holds"),
        "a row told twice": Case(made("batch", TICKET, PILE, reply="lines", answer=pile({}, twice=True)), None, "label_in_set"),
        "a wild confidence": Case(replace_answer(fine["a rule of precedence"].pair, lambda said: said.replace("0.8", "8")), "workshop", "account_holds"),
        "a figure from nowhere in the reason": Case(made("intent", TICKET, INTENT, reply="json_reason", reason="The 37 euros are let go; what stops the writer is the entry."), "correct_record", "reason_from_text"),
        "a quotation nobody said in the reason": Case(made("intent", TICKET, INTENT, reply="json_reason", reason="The writer says \"please take me off the list at once\", so it is the entry."), "correct_record", "reason_from_text"),
        "the text names its label": Case(made("intent", TICKET, gives, reply="bare"), "near the plug", "label_not_given_away"),
        "two labels defined alike": Case(made("intent", TICKET, twice, reply="bare"), "correct_record", "labels_apart"),
        "right, for an invented reason": Case(made("dialogue_act", TALK, TURN, reply="open", reason="He has just been held to his three years, and his brother-in-law has already bought the seed."), "bargains", "answer_supported", invented=("his brother-in-law has already bought the seed",)),
        "two labels hold": Case(made("dialogue_act", TALK, {**TURN, "labels": labels(("bargains", "puts something forward"), ("asks leave", "wants to be allowed something"), ("enquires", "asks for a fact"))}, reply="bare"), "bargains", "one_label_holds", also="asks leave"),
        "something fits after all": Case(made("out_of_scope", TICKET, SCOPE, reply="bare"), "for_a_person", "none_fits_indeed", also="refund_charge"),
        "the set lacks what to say if nothing fits": Case(made("out_of_scope", TICKET, SCOPE, reply="bare", none="other"), "for_a_person", "none_is_offered"),
        "the labels are not shown": Case(hide_labels(bare), "correct_record", "labels_shown"),
        "a contrast that rewrote the text": Case(made("intent", TICKET, INTENT, reply="json_quote", goal="contrast", before={"key": "refund_charge"}, old=CLAUSE), "correct_record", "contrast_is_small"),
        "the format is broken": Case(made("dialogue_act", TALK, TURN, reply="open", reason="He has just been held to his three years.", demands=[wordy]), "bargains", "format_kept"),
        "the workshop shows": Case(made("intent", TICKET, {**INTENT, "question": "By the rewritten passage, which case do we open?"}, reply="bare"), "correct_record", "no_workshop_talk"),
        "a refusal": Case(made("dialogue_act", TALK, TURN, reply="open", answer="I'm sorry, but as an AI language model I can't say. It might be **bargains**."), "bargains", "answers_at_all"),
    }  # fmt: skip


def quoting(words: str) -> str:
    pair = made("renamed", TALK, TURN, reply="json_quote")
    said = json.loads(pair.messages[-1]["content"])
    return json.dumps({**said, "evidence": words})


def pile(reasons: Mapping[str, str], *, twice: bool = False) -> str:
    """Label the notes of the pile; a reason goes by a note's text, or by its label."""
    known = made("batch", TICKET, PILE, reply="lines_reasoned" if reasons else "lines").instruction.facts
    lines = []
    for row in known["rows"]:
        label = dict(NOTES)[row["text"]]
        reason = reasons.get(row["text"], reasons.get(label))
        lines.append(f"{row['key']}: {label}" + (f" – {reason}" if reason else ""))
    return "\n".join([lines[0].replace(": ", ": ").rsplit(": ", 1)[0] + ": thanks", *lines] if twice else lines)


def drop_row(pair: Pair) -> Pair:
    def shorter(said: str) -> str:
        rows = json.loads(said)
        rows.pop("2")
        return json.dumps(rows)

    return replace_answer(pair, shorter)


def hide_labels(pair: Pair) -> Pair:
    text = pair.messages[0]["content"].replace("refund_charge", "the second")
    return replace(pair, messages=({"role": "user", "content": text}, pair.messages[1]))


def replace_answer(pair: Pair, change: Any) -> Pair:
    last = pair.messages[-1]["content"]
    return replace(pair, messages=(*pair.messages[:-1], {"role": "assistant", "content": change(last)}))


def honest(case: Case) -> ScriptedClient:
    """Readers who know only what they are shown, and label rightly."""
    instruction: Instruction = case.pair.instruction
    facts = instruction.facts
    truth = case.truth
    if truth is None and "rows" in facts:
        right = dict(NOTES)
        truth = {row["key"]: right[row["text"]] for row in facts["rows"]}

    def solve(request: Request) -> str:
        also: Any = shown(case.also, facts) if case.also else "" if isinstance(truth, str) else []
        reply = {"thought": "Read to its end.", "answerable": True, "answer": shown(truth, facts), "also": also}
        return json.dumps(reply)

    def examine(request: Request) -> Any:
        return reading(request, invented=case.invented)

    return ScriptedClient({"solver": solve, "examiner": examine})


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
