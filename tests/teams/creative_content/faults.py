"""Pieces that are good, and pieces with a fault planted: which check catches which.

    python -m tests.teams.creative_content.faults

prints the table. The good ones are those of the recordings (one of them mended) and three more. Whoever reads here is honest, unless a case
says what they found.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.creative_content import BY_NAME, skill
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict
from tests.teams.judging import catches, verdict_of
from tests.teams.recording import FOLDER, read

RECORDED = sorted((FOLDER / "text").glob("creative_content-*.jsonl"))
WORN = """The Gate at Willow Creek

Nestled in the heart of the valley, the old gate stood as a testament to the resilience of those who built it. Elara had always felt a sense of wonder there. The air was thick with the scent of rain, and whispers of the past danced on the breeze, a rich tapestry of memory and hope.

She let out a breath she didn't know she had been holding. It wasn't just a gate; it was a reminder that every journey begins with a single step. Her heart swelled as the sun dipped below the horizon, bathing the creek in a warm glow.

In the end, she realized that home was never a place at all. It was the people who had waited for her, and nothing would ever be the same."""
SCENE = """Late freight, a loading dock at night. RUTH has a clipboard. OTTO has a thermos and no coat.

RUTH: You're not on the list.

OTTO: I'm on the other one.

RUTH: There's only this.

OTTO: (pouring) Then I'm early. Is that cup anybody's?

RUTH: It was Henrik's.

OTTO: He'd not mind. He minded the list, though. He used to write people in with a pencil.

RUTH: That was stopped.

OTTO: I know. I'm who it was stopped for.

She looks at the list. She turns it over, as if there might be more of it on the back.

RUTH: What time have you got?

OTTO: Ten to.

RUTH: Then you're early.

She holds out her hand for the cup."""
LETTER_DE = """Liebe Frau Albers,

ich bringe Ihnen den Schlüssel am Freitag zurück, vor neun, wenn es Ihnen passt. Den Keller habe ich gefegt, die Kiste mit den Gläsern steht noch unten, weil ich nicht wusste, ob Sie sie behalten wollen oder ob sie schon immer da war.

Wegen der Lampe: Sie haben recht, sie hing schief. Ich habe sie drei Winter lang schief gesehen und mir gesagt, so sei sie gemeint. Jetzt hängt sie gerade, und es sieht aus, als hätte nie jemand hier gewohnt.

Ihre Petunien habe ich gegossen, auch gestern noch.

Ihr Jonas Reuter"""
POEM = """Ebb

The keys to the pump house
hang where you hung them,
a little left of the nail's shadow.

Somebody asked me for the spare.
I gave directions
to the hardware store, which is closed on Mondays.

It was Monday.
He went, with his whole face forward,
into a street full of people carrying bread."""


SAID_BACK = "my tenant has moved out and owes me a letter about the key to the cellar and the lamp that hung askew all winter, and he is to write it before Friday so that I can put it with the papers of the house, and he is not to ask forgiveness for anything"


@dataclass(frozen=True)
class Case:
    """A pair, what should catch its fault, and what readers find where they aren't simply honest."""

    pair: Pair
    caught_by: str = ""
    read: Mapping[str, Any] = field(default_factory=dict)
    """What the reader of wishes answers in place of: all met, nothing contradicted, to be used."""
    later: Sequence[Mapping[str, Any]] = ()
    """What further readings answer, where they differ from the first."""
    second: Mapping[str, Any] = field(default_factory=dict)
    """What a second reader says of a place that is said to contradict; contradicted unless told otherwise."""
    better: str = "final"
    """Which version the arbiter prefers, wherever it stands; `first`: whichever comes first."""
    solved: Sequence[str] = ("14", "14", "14")


def recorded(name: str) -> Pair:
    """The recorded pair of a kind; with the last part of its id where there are two."""
    for path in RECORDED:
        recording = read(path)
        for line in recording.pairs:
            if line["pair"]["id"].split("/", 3)[-1] == name or line["pair"]["id"].endswith(f"/{name}"):
                return recording.pair(line)
    raise KeyError(name)


def made(kind: str, request: str, piece: str, seed: str = "A note on gates and lists.", **facts: Any) -> Pair:
    """A pair that was never drafted twice."""
    passage = Seed("creative_content/a.txt:1-9", seed).rewritten("theme", "- a gate\n- a list\n- a cup\n- a nail")
    known = {"question": request, "ask": request, "form": BY_NAME[kind].form.name, "shows_text": False, "evidence": [],
             "requirements": [], "wishes": [], **facts}  # fmt: skip
    instruction = passage.ask(kind, request, facts=known)
    turns = [{"role": "user", "content": request}, {"role": "assistant", "content": piece}]
    return instruction.answered(turns, facts={"requirements": known["requirements"]})


def need(rule: str, wording: str, *words: str, low: int = 0, high: int = 0) -> dict[str, Any]:
    return {"wording": wording, "rule": rule, "from": low, "to": high, "words": list(words)}


def good() -> dict[str, Case]:
    night = "Our night school needs a scene for Ruth and Otto, two speakers on a loading dock and nobody else. It has to be played in the car park, so no lights. Under 150 words, and not a single exclamation mark, they shout enough as it is. What he came for mustn't be said."
    german = 'Mein Untermieter ist ausgezogen und ich soll ihm vorschreiben, wie er mir schreibt: ein Brief von Jonas Reuter an mich, Frau Albers, höchstens 120 Wörter, in dem das Wort "Schlüssel" vorkommt. Er soll nicht um Verzeihung bitten und man soll es trotzdem merken.'
    ebb = "A free verse poem for the back page of the waterworks' newsletter, no rhyme, nine lines at the most, about the man who had the pump house before me. He retired, he isn't dead, please."
    names = ("recipe-1", "childrens_story-1", "poem-1", "speech-1", "keep_facts-1", "capital_words")
    # As it was recorded, the label says of the rope what the facts deny.
    label = swapped(recorded("museum_label-1"), "Not for the mail. That", "At first for the mail. That")
    return {
        **{name: Case(recorded(name)) for name in names},
        "museum_label-1": Case(label),
        "a contradiction that only one reader sees": Case(label, read={"contradicted": [{"quote": "Not for", "because": "he pulled it"}]}, second={"contradicts": False}),
        "a contradiction of what nobody gave": Case(label, read={"contradicted": [{"quote": "Not for", "because": "he pulled it"}]}, second={"given": "the postmaster never skied"}),
        "scene": Case(made("screenplay", night, SCENE, requirements=[
            need("speakers_are", "a scene for Ruth and Otto, two speakers on a loading dock and nobody else", "Ruth", "Otto"),
            need("word_count", "Under 150 words", high=150), need("no_exclamations", "not a single exclamation mark")],
            wishes=[{"wording": "What he came for mustn't be said", "sign": "nobody says it"}])),
        "German letter": Case(made("letter", german, LETTER_DE, language="de", requirements=[
            need("word_count", "höchstens 120 Wörter", high=120), need("words_in", "in dem das Wort \"Schlüssel\" vorkommt", "Schlüssel")])),
        "free verse": Case(made("poem", ebb, POEM, verse_form="free_verse", requirements=[need("lines", "nine lines at the most", high=9)])),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    fine = {name: case.pair for name, case in good().items()}
    recipe, story, poem, speech = fine["recipe-1"], fine["childrens_story-1"], fine["poem-1"], fine["speech-1"]
    label, problem, scene = fine["museum_label-1"], fine["capital_words"], fine["scene"]
    wishes = len(speech.instruction.facts["wishes"])
    first, *others = speech.instruction.facts["requirements"]
    page = (
        "When the mail had to go over and the ice would bear neither horse nor boat the postmaster went on foot alone"
    )
    return {
        "too long": Case(swapped(speech, "Now the winter.", "Now the winter. " + "He went out in the morning and came back at night. " * 30), "requirements_met"),
        "a word that was ruled out": Case(swapped(recipe, "Wash 900 g", "Never mind the eel. Wash 900 g"), "requirements_met"),
        "a shouted line once too often": Case(swapped(story, "Then there was no pond", "BANG went the gate!\n\n" * 3 + "Then there was no pond"), "requirements_met"),
        "an exclamation mark": Case(swapped(scene, "It was Henrik's.", "It was Henrik's!"), "requirements_met"),
        "a third speaker": Case(swapped(scene, "OTTO: Ten to.", "OTTO: Ten to.\n\nHENRIK: Nine, by mine.\n\nOTTO: No."), "requirements_met"),
        "a refrain that does not return": Case(swapped(poem, "He's paid by weight. He eats, and so he will.\nThe tide will have a year to put it back.", "He's paid by weight. He eats, and so he will.\nA boot of mud is hiding in his sack."), "verse_form_kept"),
        "a villanelle without rhymes": Case(answered(poem, unrhymed(answer_of(poem))), "verse_form_kept"),
        "rhymes in free verse": Case(answered(fine["free verse"], "\n".join(f"and what the water left me was the {one}\nand every evening after that the {two}\n" for one, two in (("light", "night"), ("stone", "bone"), ("hall", "wall"), ("rain", "train"), ("well", "bell"), ("ring", "king")))), "verse_form_kept"),
        "a fact of the pack is lost": Case(swapped(label, "three metres each", "very long"), "pack_kept"),
        "a figure nobody gave": Case(swapped(label, "He began alone.", "He began alone, 214 steps from the beach."), "figures_given"),
        "a wrong sum": Case(swapped(problem, "2 + 12 = 14", "2 + 12 = 15"), "sums_come_out"),
        "a wrong answer": Case(answered(problem, answer_of(problem).replace("14 days", "12 days")), "blind_agreement"),
        "a problem without its answer": Case(answered(problem, answer_of(problem).replace("14 days", "As above.")), "answer_is_a_number"),
        "a part without its label": Case(swapped(problem, "Solution\n", ""), "requirements_met"),
        "the worn voice": Case(made("short_story", "A short story for the gate's hundredth year, please, to be read aloud at the creek.", WORN), "not_worn"),
        "the same words again and again": Case(answered(scene, answer_of(scene).replace("RUTH: ", "RUTH: I am telling you it is not for me to say. ").replace("You're not", "\"You're not")[:880] + "\n\nOTTO: Yes."), "no_self_repetition"),
        "the source's own sentence": Case(made("diary", "Three days of a postmaster's diary, please, for the school play.", f"Monday. {page}. The straps had frozen.\n\nTuesday. Nothing came.\n\nWednesday. I mended the other ski.", seed=f"In that winter, {page}, and came back the day after."), "not_the_seeds_words"),
        "a greeting before the piece": Case(answered(recipe, "Sure! Here is the recipe you asked for:\n\n" + answer_of(recipe)), "no_chatter"),
        "a note on the work": Case(answered(poem, answer_of(poem) + "\n\nNote: I have kept the villanelle's form and avoided the words you listed."), "no_chatter"),
        "a refusal": Case(answered(speech, "I'm sorry, but as an AI language model I can't write a speech that criticises a private person."), "answers_at_all"),
        "a place left open": Case(swapped(fine["German letter"], "Jonas Reuter", "[Name einfügen]"), "nothing_left_open"),
        "cut off": Case(answered(story, answer_of(story)[:700].rsplit(" ", 1)[0] + " and the"), "text_finished"),
        "a format that was asked for": Case(answered(problem, answer_of(problem).replace("ALL", "all").replace("WHOLE", "whole").replace("ONE", "one")), "format_kept"),
        "a request that leans on the sheet": Case(known(speech, question=speech.instruction.facts["question"] + " The rest is as described in the sheet; see the material."), "request_stands_alone"),
        "a limit nobody asked for": Case(known(speech, requirements=[{**first, "to": 450}, *others]), "request_says_it"),
        "a word wanted in that was ruled out": Case(known(speech, requirements=[*others, need("words_in", "no \"courage\", no \"heroes\"", "cold")]), "request_says_it"),
        "facts the source does not hold": Case(known(label, pack=[*label.instruction.facts["pack"], {"fact": "The skis weigh 17 kilograms.", "token": ""}]), "pack_grounded"),
        "the wrong language": Case(answered(fine["German letter"], "Dear Frau Albers,\n\nI am bringing the Schlüssel back on Friday before nine, if that suits you, and the lamp hangs straight now. I watered the petunias, too, until yesterday evening.\n\nJonas Reuter"), "in_the_language"),
        "two wishes missed": Case(speech, "wishes_met", {"met": [True, False, False]}),
        "a wish shown by words that are not there": Case(speech, "wishes_met", {"quotes": ["He clapped for a long time."] * wishes}),
        "a given fact contradicted": Case(recorded("museum_label-1"), "facts_not_contradicted", {"contradicted": [{"quote": "Not for the mail.", "because": "he pulled the mail on it"}]}),
        "a line too many": Case(answered(fine["free verse"], POEM + "\nThey were warm.\nNobody said so."), "requirements_met"),
        "a line in place of a piece": Case(answered(fine["scene"], "RUTH: You're not on the list.\n\nOTTO: I'm on the other one."), "long_enough"),
        "a form in place of a piece": Case(answered(scene, json.dumps({"because": "Nothing that Ruth says here is more than she has to say.", "better": "first"} | {"alive": ["You're not on the list", "Then you're early, said Otto, and held out a hand for the cup"]})), "words_not_data"),
        "the request said back": Case(made("letter", SAID_BACK, f"Dear Ms Albers,\n\n{SAID_BACK}\n\nJonas Reuter"), "not_the_request_again"),
        "several answers at once": Case(answered(problem, answer_of(problem).replace("14 days", "12, 13 or 14 days")), "answer_is_a_number"),
        "a wish that two of three readings miss": Case(scene, "wishes_met", later=({"met": [False]}, {"met": [False]})),
        "not to be used, for two of three readings": Case(fine["German letter"], "would_be_used", later=({"use": False}, {"use": False})),
        "a contradiction in the second reading": Case(scene, "facts_not_contradicted", {"contradicted": []}, later=({"contradicted": [{"quote": "It was Henrik's.", "because": "nobody else was to be named"}]},)),
        "not what they would use": Case(recipe, "would_be_used", {"use": False}),
        "a revision that made it worse": Case(poem, "revision_not_worse", better="draft"),
    }  # fmt: skip


def answer_of(pair: Pair) -> str:
    return str(pair.messages[-1]["content"])


def answered(pair: Pair, piece: str) -> Pair:
    return replace(pair, messages=(pair.messages[0], {"role": "assistant", "content": piece}))


def swapped(pair: Pair, old: str, new: str) -> Pair:
    assert old in answer_of(pair), old
    return answered(pair, answer_of(pair).replace(old, new, 1))


def known(pair: Pair, **facts: Any) -> Pair:
    return replace(pair, instruction=replace(pair.instruction, facts={**pair.instruction.facts, **facts}))


def unrhymed(poem: str) -> str:
    """The same poem with ends that rhyme with nothing; returning lines return."""
    ends = {"back": "again", "still": "closed", "track": "marsh", "stack": "pile", "spill": "lose", "crack": "seam"}
    ends |= {"until": "before", "snack": "lunch", "will": "does", "rack": "shelf", "sill": "ledge", "black": "worn"}
    return re.sub(rf"\b({'|'.join(ends)})(?=[.;,]?$)", lambda match: ends[match[1]], poem, flags=re.MULTILINE)


def readers(case: Case) -> ScriptedClient:
    """Readers who judge as the case says."""
    solved = iter(case.solved)
    readings = iter((case.read, *(case.later or (case.read, case.read))))
    turned = iter((False, True, False))

    def read_wishes(request: Request) -> str:
        wishes = case.pair.instruction.facts["wishes"]
        piece = answer_of(case.pair)
        said = next(readings)
        quotes = said.get("quotes", [" ".join(piece.split("\n")[0].split()[:5])] * len(wishes))
        met = said.get("met", [True] * len(wishes))
        seen = [{"quote": q, "because": "it stands there", "met": m} for q, m in zip(quotes, met, strict=True)]
        seen = seen[::-1] if next(turned) else seen
        return json.dumps({"wishes": seen, "contradicted": said.get("contradicted", []),
                           "because": "as it is", "use": said.get("use", True)})  # fmt: skip

    def read_again(request: Request) -> str:
        given = " ".join(case.pair.instruction.text.split()[:4])
        place = {"given": given, "because": "so it was given", "contradicts": True, **case.second}
        return json.dumps(
            {"places": [place] * str(request.messages[-1].content).rsplit("against each:", 1)[1].count("\n   ")}
        )

    def arbitrate(request: Request) -> str:
        first = str(request.messages[-1].content).split("The second piece:")[0]
        is_final_first = answer_of(case.pair) in first
        if case.better in ("first", "equal"):
            return json.dumps({"because": "the first one read", "better": case.better})
        return json.dumps(
            {"because": "the better one", "better": "first" if is_final_first == (case.better == "final") else "second"}
        )

    def solve(request: Request) -> str:
        return json.dumps({"thought": "worked out by shares", "answerable": True, "answer": next(solved)})

    return ScriptedClient(
        {"wish_reader": read_wishes, "second_reader": read_again, "arbiter": arbitrate, "solver": solve}
    )


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, readers(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
