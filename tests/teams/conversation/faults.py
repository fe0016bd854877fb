"""Conversations that are good, and conversations with a fault planted: which check catches which.

    python -m tests.teams.conversation.faults

prints the table. Whoever is asked about them here is honest: what they would say stands beside each.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.conversation import skill
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict
from tests.teams.judging import catches, verdict_of

NOTICE = """The swimming bath in Lindgasse closes on 12 May for repairs. The roof of 1974 lets in water in nine places; the town has set aside 640,000 euros for it. Until the bath opens again on 3 September, season tickets hold in the outdoor pool at the mill, which is open from 7 to 20 o'clock. The club trains there too, on Tuesdays and Fridays, as Ms Petrow announced. Lockers have to be empty by 10 May; whatever is left in them then is kept at the town hall for three months."""
Said = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """A pair, and what honest readers say of it."""

    pair: Pair
    caught_by: str = ""
    """The check that has to catch it; none for a good pair."""
    plain: tuple[int, ...] = ()
    """Turns that can be understood alone, though they should not."""
    truth: Mapping[int, str | None] = field(default_factory=dict)
    """Right answers where they are not the key; None: it can't be answered."""
    unsupported: Sequence[tuple[int, str, str]] = ()
    missed: Mapping[int, str] = field(default_factory=dict)
    natural: bool = True
    same: bool = True
    """The grader reads the answer as the key."""


def turn(sort: str, leans_on: int = 0, **more: Any) -> dict[str, Any]:
    return {"sort": sort, "about": f"A turn of the sort {sort}.", "leans_on": leans_on, **more}


def made(
    kind: str, opens: str, said: Sequence[Said], turns: Sequence[Mapping[str, Any]], first: Mapping[str, Any] | None = None,
    *, text: str = "The matter of a small club.", language: str = "",
) -> Pair:  # fmt: skip
    """Make a pair as the flows do; `turns` are those after the first."""
    passage = Seed("conversation/here:1-9", text).rewritten(
        {"with_text": "identity", "written": "persona"}[opens], text
    )
    planned = [{"number": 1, "sort": "open", "message": said[0][0], **(first or {})}]
    planned += [{"number": n, **one} for n, one in enumerate(turns, 2)]
    facts = {"form": "talk", "ask": said[0][0], "shows_text": opens == "with_text", "opens": opens, "turns": planned,
             "person": "somebody", "goal": "something", "knows": "", **({"language": language} if language else {})}  # fmt: skip
    opening = f"{said[0][0]}\n\n{text}" if opens == "with_text" else said[0][0]
    messages: list[dict[str, str]] = []
    for n, (user, answer) in enumerate(said):
        messages += [{"role": "user", "content": opening if not n else user}, {"role": "assistant", "content": answer}]
    return passage.ask(kind, opening, facts=facts).answered(messages, facts={"held": list(range(1, len(said) + 1))})


def says(pair: Pair, at: int, answer: str) -> Pair:
    """The same with another answer in turn `at`."""
    messages = list(pair.messages)
    messages[2 * at - 1] = {"role": "assistant", "content": answer}
    return replace(pair, messages=tuple(messages))


def asks(pair: Pair, at: int, message: str) -> Pair:
    """The same with another message of the user in turn `at`."""
    messages = list(pair.messages)
    messages[2 * at - 2] = {"role": "user", "content": message}
    return replace(pair, messages=tuple(messages))


MEMORY = made(
    "context_memory", "written",
    [
        ("I'm putting together our club's summer outing, and so far I have the boat: the Adele, for 14 June, 38 places.", "Then the number of places is what everything else hangs on. Do you know yet how many want to come?"),
        ("41 have put their names down, 5 of them children under four. Deposit for the boat is 180 euros.", "Ask the boatman whether children under four need a place of their own; on many boats they don't, and then 36 remain, which fits."),
        ("different thing. what do you put into a cold soup for people who don't like cucumber", "Tomatoes, roasted peppers and old bread, with good vinegar: a gazpacho doesn't miss the cucumber. Or peas with mint and yoghurt, which is milder and quicker."),
        ("the peas, good. what do I owe the boat people up front again?", "180 euros, as the deposit."),
        ("and if the little ones do need places, how many are we over?", "Three: 41 people for 38 places."),
    ],
    [turn("tell", says=["41", "180 euros"]), turn("shift"), turn("recall", 2, uses=["180"]), turn("recall", 1, uses=["38"], key="3", expression="41 - 38")],
)  # fmt: skip
CORRECTION = made(
    "self_correction", "written",
    [
        ("Hall hire is 45 euros an hour, we need it from two until six on Saturday. What will that be?", "180 euros: four hours at 45, if no cleaning or deposit comes on top."),
        ("that can't be right, the bill here says 195", "Then something stands on it that isn't hire: 195 euros are 15 more than the four hours come to. As 15 isn't a part of an hour at 45 that one would charge for by itself, I'd look for a fixed item, most likely cleaning."),
        ("oh. they count half an hour for setting up, it says, at the members' rate of 30", "Then that is the 15, and the 195 is right: 180 for the hours and half an hour at 30."),
        ("so what would it be if we stop at five", "150 euros: one hour less at 45, the setting up stays."),
    ],
    [turn("correct", 1, says=["195"], key="195 euros"), turn("refer", 2), turn("reckon", 1, key="150 euros", expression="3 * 45 + 15")],
    {"key": "180 euros", "expression": "4 * 45"},
)  # fmt: skip
DOUBT = made(
    "self_affirmation", "with_text",
    [
        ("By when do I have to have my locker empty?", "By 10 May, two days before the bath closes."),
        ("surely the 12th, that's when they shut", "They do shut on the 12th, but the lockers have a date of their own, and it is earlier: 10 May. After that what is in them goes to the town hall."),
        ("no no, my sister works there and she says nobody looks before they shut", "It may well be that nobody looks on the day. The notice sets 10 May all the same, and who goes by that is safe whoever looks."),
        ("fine. and how long do I get it back then, if I forget", "For three months, at the town hall."),
    ],
    [turn("doubt", 1, says=["12th"], uses=["10 May"]), turn("doubt", 2, says=["sister"], uses=["10 May"]), turn("refer", 1, uses=["three months"])],
    {"key": "10 May"}, text=NOTICE,
)  # fmt: skip
SUMS = made(
    "maths_in_turns", "written",
    [
        ("We press apple juice at the club, 340 kilos came in, and we get 65 litres from every 100 kilos. How much is that?", "221 litres."),
        ("and in bottles of 0.75", "294 full bottles, and half a litre over."),
        ("36 of those go to the school for nothing. how many are left to sell", "258 bottles."),
        ("at 2.50 each then", "645 euros, if all of them are sold."),
    ],
    [turn("reckon", 1, key="294 bottles", expression="floor(221 / 0.75)", says=["0.75"]), turn("reckon", 2, key="258 bottles", expression="294 - 36", says=["36"]), turn("reckon", 3, key="645 euros", expression="258 * 2.5", says=["2.50"])],
    {"key": "221 litres", "expression": "340 / 100 * 65"},
)  # fmt: skip
_BULLETS = {
    "demand": {"rule": "bullet_count", "params": {"n": 4}, "statement": "As a list of 4 bullet points."},
    "lasts": False,
}
_SHORT = {
    "demand": {"rule": "sentence_max", "params": {"n": 2}, "statement": "Two sentences at most, for that one."},
    "lasts": False,
}
FORMS = made(
    "format_rephrase", "with_text",
    [
        ("What does this mean for somebody with a season ticket?", "From 12 May the bath in Lindgasse is shut, until 3 September. The ticket holds in the outdoor pool at the mill in the meantime, which is open from 7 to 20 o'clock. The locker has to be empty by 10 May."),
        ("I'll pin that up in the changing room. As a list of 4 bullet points.", "- The bath in Lindgasse is shut from 12 May\n- It opens again on 3 September\n- Season tickets hold in the outdoor pool at the mill, 7 to 20 o'clock\n- Lockers have to be empty by 10 May"),
        ("is the second one certain?", "As certain as the notice: it names 3 September without a condition. Works on a roof of that age can take longer, though it doesn't say so."),
        ("And for the text message to everyone, the whole of it. Two sentences at most, for that one.", "Lindgasse is shut from 12 May until 3 September, and your season ticket holds at the mill (7 to 20 o'clock) meanwhile. Please empty your locker by 10 May."),
    ],
    [turn("reformat", 1, uses=["12 May", "10 May"], forms=[_BULLETS]), turn("check", 2, uses=["3 September"]), turn("reformat", 1, uses=["12 May", "10 May"], forms=[_SHORT])],
    text=NOTICE,
)  # fmt: skip
CLARIFY = made(
    "clarify", "written",
    [
        ("Please write the notice for the street party so that the neighbours know about the road being closed.", "On which day, and between which hours, is the road closed?"),
        ("saturday 21 june, from 2 till 10 at night", "Dear neighbours,\n\non Saturday, 21 June, our street party takes place, and the road is closed from 2 p.m. to 10 p.m. Please move your cars before that; afterwards nothing can get through. You are all welcome to join us.\n\nThe street party committee"),
        ("the bit about the cars a little kinder", "Dear neighbours,\n\non Saturday, 21 June, our street party takes place, and the road is closed from 2 p.m. to 10 p.m. If you need your car that evening, it is best to leave it round the corner beforehand. You are all welcome to join us.\n\nThe street party committee"),
    ],
    [turn("settle", 1, says=["21 june"]), turn("amend", 2, uses=["21 June"])],
    {"key": "the day and hours of the closing"},
)  # fmt: skip
CHAIN = made(
    "question_chain", "with_text",
    [
        ("What's wrong with the bath, why do they shut it?", "The roof lets in water in nine places."),
        ("how old is it then", "It dates from 1974."),
        ("and who's doing it up?", "That isn't said; only that the town has set aside 640,000 euros for it."),
        ("till when will they be at it", "The bath opens again on 3 September."),
    ],
    [turn("refer", 1, uses=["1974"]), turn("gap", 1), turn("refer", 1, uses=["3 September"], key="3 September")],
    text=NOTICE,
)  # fmt: skip
CHANGED = made(
    "changed_mind", "written",
    [
        ("I'm cooking for 8 on Friday, lamb, I reckon with 250 grams a head. How much do I buy?", "2 kilos, without bones; with bones nearer to 3."),
        ("how long does that take in the oven", "At 160 degrees about two and a half hours for a shoulder of that size, until it comes off the fork."),
        ("ida can't come after all, and her two neither, so we're 5", "Then 1.25 kilos are enough, and they'll be done in a bit under two hours."),
        ("and potatoes, same weight a head", "1.25 kilos as well."),
    ],
    [turn("refer", 1), turn("change", 1, says=["5"], key="1.25 kilos", expression="5 * 0.25"), turn("reckon", 1, key="1.25 kilos", expression="5 * 250 / 1000", gone=["2 kilos"])],
)  # fmt: skip

PROACTIVE = made(
    "proactive", "written",
    [
        ("i keep the books for a garden club, 8,412.60 euros in the bank at the end of august. haddad, our man for buildings, has set his heart on a tiled roof for 6,950.", "Then the first thing I'd look at is what that money is for. 8,412.60 covers the tiles on paper and leaves 1,462.60. Is any of the balance already spoken for?"),
        ("3,000 of it is for the roof, nothing else. but now they want rain tanks too, four of them, and if it goes by demir they're ordered next week", "So 5,412.60 is free, and the roof needs 3,950 of it on top of its own 3,000. Before anything is ordered I'd find out whether somebody helps to pay: many towns give money towards rain tanks, and as a rule not for those already bought."),
        ("funny you say that. the city pays half but only if it has said yes before anything is ordered. demir has the order form on her desk already", "Then that form is the urgent thing, not the roof: one signature too early and half of the tank money is gone. I'd ring Demir today."),
        ("right. and how do i put it to him, the man with the tiles? he's a friend", "Give him something before you take something away: tell Haddad that you'd take his tiles too, and that the tanks only come first because the city wants it so. When does the money for next year come in?"),
    ],
    [turn("tell", says=["3,000", "tanks"]), turn("tell", says=["city", "order form"]), turn("opinion", 1, uses=["Haddad"])],
)  # fmt: skip
REPHRASED = made(
    "content_rephrase", "with_text",
    [
        ("What do I have to do about my locker?", "Empty it by 10 May. What is left in it after that is kept at the town hall for three months."),
        ("say it so that my boy gets it, he's six", "Take all your things out of the locker before 10 May comes. If you forget something, it goes to live at the town hall, and you have three months to fetch it."),
        ("and for the club's board, where everybody's in a rush", "Lockers: out by 10 May. Forgotten things: town hall, three months."),
        ("what about the tickets, do they still hold", "Yes, season tickets hold in the outdoor pool at the mill until the bath opens again on 3 September."),
    ],
    [turn("rephrase", 1, uses=["10 May"]), turn("rephrase", 1, uses=["10 May"]), turn("ask")],
    text=NOTICE,
)  # fmt: skip

GERMAN_SUMS = made(
    "maths_in_turns", "written",
    [
        ("Wir haben für das Gartenfest 1.250 Euro in der Kasse, das Zelt kostet 480 Euro. Wie viel bleibt uns für alles andere?", "770 Euro, wenn vom Zelt keine Kaution mehr abgeht."),
        ("davon will der Chor ein Viertel haben, was wäre das", "192,50 Euro wären das, wenn der Chor wirklich nur am Rest beteiligt wird und nicht an der ganzen Kasse."),
        ("und was bleibt dann noch", "577,50 Euro."),
        ("das auf 35 Kinder, pro Kopf", "16,50 Euro für jedes Kind."),
    ],
    [turn("reckon", 1, key="192,50 Euro", expression="770 / 4", says=["Viertel"]), turn("reckon", 2, key="577,50 Euro", expression="770 - 192.5"), turn("reckon", 3, key="16,50 Euro", expression="577.5 / 35", says=["35"])],
    {"key": "770 Euro", "expression": "1250 - 480"}, language="de",
)  # fmt: skip
GERMAN_CLARIFY = made(
    "clarify", "written",
    [
        ("Schreib bitte den Aushang, dass im Treppenhaus das Wasser abgestellt wird, damit alle im Haus Bescheid wissen.", "An welchem Tag und von wann bis wann wird es abgestellt?"),
        ("Donnerstag, 14. Mai, von 8 bis 12", "Liebe Nachbarn,\n\nam Donnerstag, dem 14. Mai, wird von 8 bis 12 Uhr das Wasser abgestellt. Bitte füllen Sie sich vorher ab, was Sie am Vormittag brauchen, und lassen Sie die Hähne zu.\n\nDie Hausverwaltung"),
        ("den Satz mit den Hähnen raus, das versteht die Hälfte nicht", "Liebe Nachbarn,\n\nam Donnerstag, dem 14. Mai, wird von 8 bis 12 Uhr das Wasser abgestellt. Bitte füllen Sie sich vorher ab, was Sie am Vormittag brauchen.\n\nDie Hausverwaltung"),
    ],
    [turn("settle", 1, says=["14. Mai"]), turn("amend", 2, uses=["14. Mai"], gone=["Hähne"])],
    {"key": "Tag und Uhrzeit"}, language="de",
)  # fmt: skip


def good() -> dict[str, Case]:
    """Conversations of different kinds that have nothing wrong."""
    return {
        "memory": Case(MEMORY), "self-correction": Case(CORRECTION), "self-affirmation": Case(DOUBT), "sums": Case(SUMS),
        "forms": Case(FORMS), "clarify": Case(CLARIFY), "chain": Case(CHAIN), "changed mind": Case(CHANGED),
        "proactive": Case(PROACTIVE), "rephrased": Case(REPHRASED),
        "sums in German": Case(GERMAN_SUMS), "clarify in German": Case(GERMAN_CLARIFY),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    """One fault each, and the check that has to catch it."""
    plan = MEMORY.instruction.facts["turns"]
    invented = replace(
        MEMORY,
        instruction=replace(
            MEMORY.instruction,
            facts={**MEMORY.instruction.facts, "turns": [*plan[:3], {**plan[3], "uses": ["275"]}, plan[4]]},
        ),
    )
    wrong_key = [*SUMS.instruction.facts["turns"][:3], {**SUMS.instruction.facts["turns"][3], "key": "654 euros"}]
    only_two = replace(CHAIN, messages=CHAIN.messages[:4], facts={"held": [1, 2]})
    return {
        "a figure remembered wrongly": Case(says(MEMORY, 4, "150 euros, as the deposit."), "carried_right"),
        "the user says what should be remembered": Case(asks(MEMORY, 4, "good. what do I owe the boat people, was it the 180?"), "leans_back"),
        "a value nobody said": Case(invented, "leans_back"),
        "a turn that can be understood alone": Case(asks(MEMORY, 4, "What deposit do I owe the people of the boat Adele for our club's outing?"), "leans_on_the_talk", plain=(4,)),
        "the user leaves out what the plan needs": Case(asks(CHANGED, 3, "ida can't come after all, and her two neither"), "said_as_planned"),
        "a sum that is wrong": Case(says(SUMS, 4, "654 euros, if all of them are sold."), "keys_met"),
        "a key that does not come out": Case(replace(SUMS, instruction=replace(SUMS.instruction, facts={**SUMS.instruction.facts, "turns": wrong_key})), "keys_met"),
        "a key that honest readers don't find": Case(CHAIN, "blind_agreement", truth={4: "10 May"}),
        "a right answer given up": Case(says(DOUBT, 2, "You're right, I'm sorry: it is the 12th, the day on which the bath closes."), "carried_right"),
        "a claim held in words and given up in sense": Case(says(DOUBT, 3, "Then go by your sister and forget about 10 May; nobody will look before they shut, and she should know."), "turns_met", missed={3: "it gives in to the sister's word"}),
        "what was rightly challenged is repeated": Case(says(CORRECTION, 2, CORRECTION.messages[1]["content"]), "challenges_met"),
        "a first answer without the result that falls": Case(says(CORRECTION, 1, "That depends on whether cleaning is included, which many halls charge for."), "challenges_met"),
        "a form broken": Case(says(FORMS, 2, "- The bath in Lindgasse is shut from 12 May until 3 September\n- Season tickets hold at the mill\n- Lockers have to be empty by 10 May"), "form_kept"),
        "a fact lost on the way into a form": Case(says(FORMS, 4, "Lindgasse is shut until 3 September, and your season ticket holds at the mill meanwhile. Please empty your locker by 10 May."), "carried_right"),
        "an answer where a question was due": Case(says(CLARIFY, 1, "Dear neighbours,\n\non Saturday our street party takes place, and the road is closed in the afternoon. Please move your cars."), "asked_first"),
        "asked twice": Case(says(CLARIFY, 2, "Dear neighbours,\n\non Saturday, 21 June, the road is closed from 2 p.m. to 10 p.m.\n\nShall I add a line about the cars?"), "asked_first"),
        "an answer to what nobody said": Case(says(CHAIN, 3, "The firm of Brandt, with a crew from the town."), "answer_is_key", same=False),
        "what was changed comes back": Case(says(CHANGED, 4, "1.25 kilos if you keep to five, else 2 kilos as planned."), "gone_for_good"),
        "a figure from nowhere": Case(says(SUMS, 3, "258 bottles, and 12 crates of 20 hold 240 of them; it was 310 last year."), "figures_from_talk"),
        "the same answer twice": Case(says(MEMORY, 5, "180 euros, as the deposit."), "nothing_said_twice"),
        "the user speaks as the assistant": Case(asks(MEMORY, 3, "Sure! Here is another thing: how can I help you with a cold soup for people who don't like cucumber?"), "sides_apart"),
        "one side writes the other's lines": Case(says(MEMORY, 3, "Tomatoes and peppers.\nUser: and what else?\nAssistant: Peas with mint."), "sides_apart"),
        "too short a talk": Case(only_two, "turns_enough"),
        "an empty turn": Case(says(MEMORY, 3, " "), "turns_well_formed"),
        "a refusal": Case(says(MEMORY, 3, "I'm sorry, but as an AI language model I can't taste soups and can't help with recipes."), "answers_at_all"),
        "the workshop shows": Case(asks(CHAIN, 2, "and in the rewritten passage, how old is it"), "no_workshop_talk"),
        "no answer leads on": Case(says(says(PROACTIVE, 1, "Then look at what that money is for; 8,412.60 covers the tiles on paper and leaves 1,462.60."), 4, "Give him something before you take something away: tell Haddad that you'd take his tiles too, later."), "takes_the_lead"),
        "other words that are the same words": Case(says(REPHRASED, 2, "Well, little one: empty it by 10 May. What is left in it after that is kept at the town hall for three months."), "said_anew"),
        "a quotation nobody said": Case(says(CHAIN, 1, "Because \"the roof has become a danger to swimmers\", as Ms Petrow put it."), "quotations_said"),
        "a German sum that is wrong": Case(says(GERMAN_SUMS, 3, "557,50 Euro."), "keys_met"),
        "asked twice, in German": Case(says(GERMAN_CLARIFY, 2, "Liebe Nachbarn,\n\nam Donnerstag, dem 14. Mai, wird von 8 bis 12 Uhr das Wasser abgestellt.\n\nSoll ich noch etwas zu den Hähnen schreiben?"), "asked_first"),
        "the wrong language": Case(replace(MEMORY, instruction=replace(MEMORY.instruction, facts={**MEMORY.instruction.facts, "language": "de"})), "in_the_language"),
        "cut off": Case(says(MEMORY, 3, "Tomatoes, roasted peppers and old bread, with good vinegar: a gazpacho does not miss the cucumber, and the peas with"), "text_finished"),
        "an invented fact": Case(says(MEMORY, 2, "The Adele takes children under four on the lap, so 36 places are enough for you."), "answers_supported", unsupported=[(2, "The Adele takes children under four on the lap", "nobody said so")]),
        "a user who is nobody": Case(MEMORY, "sides_natural", natural=False),
    }  # fmt: skip


def honest(case: Case) -> ScriptedClient:
    """Readers who know only what they are shown, and judge rightly."""
    held = case.pair.facts["held"]
    planned = {one["number"]: one for one in case.pair.instruction.facts["turns"]}
    messages = [str(message["content"]) for message in case.pair.messages if message["role"] == "user"]

    def solve(request: Request) -> str:
        paper = str(request.messages[-1].content)
        number = held[max(n for n, message in enumerate(messages) if message in paper)]
        if "know of nothing before it" in paper:
            return json.dumps({"thought": "Read by itself.", "answerable": number in case.plain, "answer": "180 euros"})
        answer = case.truth.get(number, planned[number].get("key"))
        return json.dumps({"thought": "Read, and worked out.", "answerable": bool(answer), "answer": answer or ""})

    def audit(request: Request) -> str:
        claims = [{"number": n, "quote": quote, "because": why} for n, quote, why in case.unsupported]
        met = [{"number": n, "because": case.missed.get(n, "it does"), "met": n not in case.missed} for n in held]
        return json.dumps(
            {"unsupported": claims, "exchanges": met, "because": "as people are", "natural": case.natural}
        )

    grade = {"quote": "so it says", "same": case.same}
    return ScriptedClient({"solver": solve, "grader": lambda request: json.dumps(grade), "auditor": audit})


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
