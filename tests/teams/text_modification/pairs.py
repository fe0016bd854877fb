"""Changed texts, good and bad: what was asked in wording and fields, what came back, and which check has to say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from teams.engine.records import Pair, Passage, Seed
from teams.text_modification.kinds import KINDS

BY_NAME = {kind.name: kind for kind in KINDS}
LETTER = """Dear Ms Okafor,

I rang the clinic on 3 May 2024 at 4 pm and spoke to Dr Adler, who promised me a call back. Nobody rang. My \
number is 020 7946 0958, my address ada.brook@example.org. The bill of £1,240 came on 12/05/2024 all the same. \
Dr Adler's nurse said the X-ray (taken at the old site) was lost.

Please let me know by the end of the month.

Ada Brook"""
NOTICE = """The library closes at 18:00 from 1 June. Members may keep a book for 21 days. A late book costs 2 euros a \
week, but nobody pays more than 10 euros. Books for children cost nothing, however late they are."""


@dataclass(frozen=True)
class Case:
    """A pair, and the check that has to reject it; '' for one that is good."""

    name: str
    kind: str
    original: str
    wants: Mapping[str, Any]
    wording: str
    answer: str
    caught_by: str = ""

    def pair(self) -> Pair:
        """Build the pair as the skill does."""
        kind = BY_NAME[self.kind]
        draft = {**self.wants, "question": self.wording}
        asked = kind.form.asked(draft, Random(1))
        facts = {**asked.facts, "form": kind.form.name, "ask": asked.text, "shows_text": True, "evidence": []}
        seed = Seed("text_modification/t.md:1-9", self.original)
        passage = Passage("text_modification/t.md:1-9/identity", "identity", self.original, seed)
        instruction = passage.ask(self.kind, f"{asked.text}\n\nText:\n{self.original}", facts=facts)
        turns = [
            {"role": "user", "content": instruction.text},
            {"role": "assistant", "content": self.answer},
        ]
        return instruction.answered(turns)

    def complaints(self) -> list[str]:
        """What the desk says of the draft: nothing, if wording, fields and text go together."""
        return list(BY_NAME[self.kind].form.complaints({**self.wants, "question": self.wording}, self.original))


RULES = """The Tool Library lends things to members for 7 days. Members must report any defect to Ms Kolb at the \
counter before they use a thing again. A member who is ill does not pay the charge of 2 euros a day, but has to \
write to the library within 3 days. Chainsaws may be lent for a weekend if a certificate from Vikby is shown. Nobody \
may pass a thing on to others. The deposit of 50 euros comes back within 14 days, unless something is owed."""
REWORDED = """Things are out for 7 days when the Tool Library lends them to a member. Whoever finds a defect has to \
tell Ms Kolb at the counter, and only then go on using the thing. In case of illness the daily charge of 2 euros is \
waived; the library wants to hear of it in writing, though, within 3 days. A weekend is possible for chainsaws, \
given a certificate from Vikby. Things stay with the member who took them. After 14 days at most the deposit of 50 \
euros is returned, except where money is still due."""
PLAIN: Mapping[str, Any] = {"keeps": [], "conditions": []}
RULES_WORDING = (
    "For the board at the door: the whole in other words, please, nothing left out and no longer than it is."
)
CASE = {"to": "upper", "scope": "pieces", "n": 0, "pieces": ["Members", "Books"], "then": []}
CASE_WORDING = "Put the words Members and Books into capitals where they begin a sentence, nothing else."
REPLACE = {
    "pairs": [{"old": "book", "new": "volume"}, {"old": "books", "new": "volumes"}],
    "which": "all",
    "n": 0,
    "then": [],
}
REPLACE_WORDING = "Our house style says volume instead of book, in the plural too. Change it everywhere."
REMOVE = {"pieces": ["(taken at the old site)"], "then": []}
REMOVE_WORDING = "Take out whatever stands in brackets, with the brackets, and leave the rest as it is."
MASK: dict[str, Any] = {
    "hide": [
        {"sort": "person", "as_written": ["Ms Okafor"], "label": "[NAME]"},
        {"sort": "person", "as_written": ["Dr Adler"], "label": "[NAME]"},
        {"sort": "person", "as_written": ["Ada Brook"], "label": "[NAME]"},
        {"sort": "phone", "as_written": ["020 7946 0958"], "label": "[PHONE]"},
        {"sort": "e-mail", "as_written": ["ada.brook@example.org"], "label": "[E-MAIL]"},
    ],
    "style": "numbered",
    "n": 0,
    "then": [],
}
MASK_WORDING = (
    "Before I show this to the lawyer, hide who is in it: [NAME 1], [NAME 2] and so on for people, in the order in "
    "which they come up, [PHONE 1] and [E-MAIL 1] for the rest. Titles go with the names."
)
MASKED = (
    LETTER.replace("Ms Okafor", "[NAME 1]")
    .replace("Dr Adler", "[NAME 2]")
    .replace("Ada Brook", "[NAME 3]")
    .replace("020 7946 0958", "[PHONE 1]")
    .replace("ada.brook@example.org", "[E-MAIL 1]")
)
DATES: dict[str, Any] = {
    "target": "YYYY-MM-DD",
    "decimals": 0,
    "items": [
        {"find": "3 May 2024", "value": "2024-05-03"},
        {"find": "12/05/2024", "value": "2024-05-12"},
    ],
    "then": [],
}
DATES_WORDING = "All dates as YYYY-MM-DD please, the day comes first in what I wrote. Leave the hours alone."
DATED = LETTER.replace("3 May 2024", "2024-05-03").replace("12/05/2024", "2024-05-12")
MARK = {"pieces": ["2 euros", "10 euros"], "mark": "bold", "which": "all", "n": 0, "then": []}
MARK_WORDING = "Bold (Markdown) for every sum of money, with its currency."
FREE: Mapping[str, Any] = {"keeps": ["18:00", "1 June"], "conditions": []}
PARAPHRASE_WORDING = "For the second mailing: the same in other words, so that nobody thinks they have read it already."
PARAPHRASED = """From 1 June our doors shut at 18:00. You can have each loan for 21 days; after that, every week of \
delay is charged at 2 euros, up to a ceiling of 10 euros. Whoever borrows for children is never \
charged for being late."""
EXPAND = {"words": 60, "adds": ["why somebody would want to know"], "keeps": ["21 days"], "conditions": []}
EXPAND_WORDING = "Make at least 60 words of this for the website, with a reason where one is plain. Invent nothing."
EXPANDED = """From 1 June the library closes at 18:00, so please plan your visit with that in mind if you come \
after work. As a member you may keep a book for 21 days, which leaves three weeks to read it without \
haste. A late book costs 2 euros a week, because others wait for it, but nobody pays more than 10 \
euros. Books for children cost nothing, however late they are, for no child should be afraid of \
coming back."""
TRANSLATE = {"to": "de", "glossary": [{"term": "Members", "as": "Mitglieder"}], "keeps": [], "conditions": []}
TRANSLATE_WORDING = "Into German for the notice board, please; members are Mitglieder with us."
TRANSLATED = """Die Bibliothek schließt ab dem 1. Juni um 18:00 Uhr. Mitglieder dürfen ein Buch 21 Tage behalten. Ein \
verspätetes Buch kostet 2 Euro pro Woche, aber niemand zahlt mehr als 10 Euro. Kinderbücher kosten nichts, wie \
spät sie auch kommen."""
NOTE = {"pieces": ["21 days"], "style": "inline", "opening": "Note:", "about": "how the days are counted"}
NOTE_WORDING = 'After "21 days" add a remark in square brackets, beginning with Note:, on how one counts them.'
JSON = {"layout": "json", "columns": ["what", "cost"], "count": 2, "keeps": ["2 euros", "10 euros"]}
JSON_WORDING = "Give me the two sums as JSON, 2 objects with the keys what and cost; words as they stand."
RULE = {
    "told": ["the library closes earlier"],
    "rule": "every_word_begins",
    "letters": "s",
    "n": 0,
    "words": 5,
    "conditions": [],
}
RULE_WORDING = "Tell it in at least 5 words that all begin with s. That it shuts sooner is enough."
DISGUISE = {"run": 5, "credit": "Town Library", "keeps": [], "conditions": []}
DISGUISE_WORDING = "For my report: never more than 5 words in a row as they stand there, and name the Town Library."
RELATE = {"sentences": [{"relation": "contradicts", "about": "children"}], "conditions": []}
RELATE_WORDING = "One sentence about children, please, that nobody who believes this could accept."

SING = {
    "reader": "a song for the counter", "told": ["it closes at 18:00 from 1 June", "children's books cost nothing"],
    "keeps": ["18:00", "21 days", "10 euros"], "conditions": [],
}  # fmt: skip
SING_WORDING = (
    "A song of it for the counter, with a refrain of two lines after each verse; 18:00, 21 days, 10 euros stay."
)
_REFRAIN = "Bring it back, bring it back, and the small may be late, as late as the latest of all."
SONG = "\n\n".join((
    "From 1 June we close at 18:00, my friend,\nAnd 21 days is the time that we lend.", _REFRAIN,
    "A week beyond that costs you 2 euros more,\nUntil 10 euros, and then no more.", _REFRAIN,
    "A child's book costs nothing at all,\nHowever late it may fall.", _REFRAIN,
))  # fmt: skip
EASY = {"reader": "Sami, who learns English", "hard": ["defect"], "sentence_words": 0, "keeps": ["50 euros"],
        "conditions": []}  # fmt: skip
EASY_WORDING = (
    "A little talk at the counter for Sami, who learns English: short sentences, and without the word defect."
)
TALKED = """ASSISTANT: You can have a thing for 7 days.
NEWCOMER: What if it is broken?
ASSISTANT: You must tell Ms Kolb at the Tool Library first.
NEWCOMER: What if I am ill?
ASSISTANT: Then you do not pay the 2 euros a day. But write to us within 3 days.
NEWCOMER: Can I have a chainsaw?
ASSISTANT: For a weekend, yes. Show us a paper from Vikby.
NEWCOMER: Can my friend use it?
ASSISTANT: No. You may not give it to others.
NEWCOMER: When do I get my 50 euros back?
ASSISTANT: Within 14 days. Not if you owe us something."""
HOURS = "At 2.15 pm the sluice was shut. The flour, 3 pounds 20 for a kilo, has a label. We waited an hour in the wind."
MISSED = {"sought": ["fax number"], "nearest": "the hours"}
MISSED_WORDING = "Please take out the fax number wherever it stands; nobody has one any more."
GOOD = (
    Case("capitals", "capitalisation", NOTICE, CASE, CASE_WORDING,
         NOTICE.replace("Members", "MEMBERS").replace("Books", "BOOKS")),
    Case("replaced", "keyword_replacement", NOTICE, REPLACE, REPLACE_WORDING,
         NOTICE.replace("book", "volume").replace("Book", "Volume")),
    Case("removed, and the comma with it", "removal", LETTER, REMOVE, REMOVE_WORDING,
         LETTER.replace(" (taken at the old site)", "")),
    Case("masked; the letter keeps its own 'let me know'", "obfuscation", LETTER, MASK, MASK_WORDING, MASKED),
    Case("dates in one form", "normalisation", LETTER, DATES, DATES_WORDING, DATED),
    Case("bold, written as HTML", "styling", NOTICE, MARK, MARK_WORDING,
         NOTICE.replace("2 euros", "<b>2 euros</b>").replace("10 euros", "<b>10 euros</b>")),
    Case("paraphrased", "paraphrasing", NOTICE, FREE, PARAPHRASE_WORDING, PARAPHRASED),
    Case("rules in other words", "paraphrasing", RULES, PLAIN, RULES_WORDING, REWORDED),
    Case("a song with its refrain", "content_rewriting", NOTICE, SING, SING_WORDING, SONG),
    Case("a talk, made easy", "simplification", RULES, EASY, EASY_WORDING, TALKED),
    Case("a time with a dot", "paraphrasing", HOURS, PLAIN, RULES_WORDING,
         "The doors stayed shut at 2.15 pm, and whoever wanted a kilo of flour for 3 pounds 20, as the label has it, "
         "stood waiting in the wind for an hour."),
    Case("nothing to take out", "nothing_to_change", NOTICE, MISSED, MISSED_WORDING,
         "There is no fax number in it; the only figures are hours, days and euros. I have changed nothing."),
    Case("expanded", "expansion", NOTICE, EXPAND, EXPAND_WORDING, EXPANDED),
    Case("translated", "translation", NOTICE, TRANSLATE, TRANSLATE_WORDING, TRANSLATED),
    Case("annotated", "annotation", NOTICE, NOTE, NOTE_WORDING,
         NOTICE.replace("21 days", "21 days [Note: the day of lending is not counted]")),
    Case("laid out", "formatting", NOTICE, JSON, JSON_WORDING,
         '[{"what": "A late book, a week", "cost": "2 euros"}, {"what": "nobody pays more than", "cost": "10 euros"}]'),
    Case("all with s", "vocabulary_limits", NOTICE, RULE, RULE_WORDING,
         "Six sharp: shelves shut, sooner since summer."),
    Case("disguised", "plagiarism_rewording", NOTICE, DISGUISE, DISGUISE_WORDING,
         "At the Town Library doors shut at 18:00 as of 1 June. The loan period is 21 days; each week beyond it is "
         "charged at 2 euros until 10 euros are reached. Children's titles are never charged."),
    Case("a sentence against it", "entailment", NOTICE, RELATE, RELATE_WORDING,
         "A family that brings back a picture book a month late is charged for it."),
)  # fmt: skip
BAD = (
    Case("one word forgotten", "capitalisation", NOTICE, CASE, CASE_WORDING,
         NOTICE.replace("Members", "MEMBERS"), "done_as_asked"),
    Case("the rest was touched", "keyword_replacement", NOTICE, REPLACE, REPLACE_WORDING,
         NOTICE.replace("book", "volume").replace("Book", "Volume").replace("nobody pays", "no one pays"),
         "done_as_asked"),
    Case("a sentence too many went", "removal", LETTER, REMOVE, REMOVE_WORDING,
         LETTER.replace(" (taken at the old site)", "").replace(" Nobody rang.", ""), "done_as_asked"),
    Case("two people under one number", "obfuscation", LETTER, MASK, MASK_WORDING,
         MASKED.replace("[NAME 3]", "[NAME 1]"), "done_as_asked"),
    Case("an address can still be read", "obfuscation", LETTER, MASK, MASK_WORDING,
         MASKED.replace("[E-MAIL 1]", "ada.brook@example.org"), "done_as_asked"),
    Case("day and month swapped", "normalisation", LETTER, DATES, DATES_WORDING,
         DATED.replace("2024-05-12", "2024-12-05"), "done_as_asked"),
    Case("a mark left open", "styling", NOTICE, MARK, MARK_WORDING,
         NOTICE.replace("2 euros", "**2 euros").replace("10 euros", "**10 euros**"), "done_as_asked"),
    Case("copied with a word changed", "paraphrasing", NOTICE, FREE, PARAPHRASE_WORDING,
         NOTICE.replace("closes", "shuts"), "done_as_asked"),
    Case("every sentence with a word exchanged", "paraphrasing", RULES, PLAIN, RULES_WORDING,
         RULES.replace("lends", "gives").replace("report", "mention").replace("charge", "fee").replace("shown", "seen")
         .replace("pass a thing on", "hand a thing on").replace("comes back", "returns").replace("counter", "desk"),
         "done_as_asked"),
    Case("a duty became a choice", "paraphrasing", RULES, PLAIN, RULES_WORDING,
         REWORDED.replace("Whoever finds a defect has to tell Ms Kolb at the counter, and only then go on using the "
                          "thing.", "Members can report any defect to Ms Kolb at the counter before using a thing."),
         "done_as_asked"),
    Case("a denial is gone", "paraphrasing", RULES, PLAIN, RULES_WORDING,
         REWORDED.replace("In case of illness the daily charge of 2 euros is waived;", "A member who is ill does pay "
                          "the charge of 2 euros a day;"), "done_as_asked"),
    Case("a figure beside another unit", "paraphrasing", RULES, PLAIN, RULES_WORDING,
         REWORDED.replace("14 days", "14 euros").replace("50 euros", "50 days"), "done_as_asked"),
    Case("names are lost", "paraphrasing", RULES, PLAIN, RULES_WORDING,
         REWORDED.replace("Ms Kolb", "somebody").replace("Vikby", "a school").replace("Tool Library", "shop"),
         "done_as_asked"),
    Case("a name that nobody gave", "paraphrasing", RULES, PLAIN, RULES_WORDING,
         REWORDED.replace("Ms Kolb at the counter", "Ms Kolb or Mr Tallroth at the counter"), "done_as_asked"),
    Case("another matter under the same figures", "paraphrasing", RULES, PLAIN, RULES_WORDING,
         "For 7 days the orchestra of Vikby plays without pause. Ms Kolb, who sings, earns 2 euros an evening, and "
         "after 3 days nobody listens to the Tool Library quartet any longer. Tickets are 50 euros, which seems a good "
         "deal to whoever sits through all 14 days of music under open skies.", "done_as_asked"),
    Case("in another language", "paraphrasing", RULES, PLAIN, RULES_WORDING,
         "Die Tool Library verleiht Dinge für 7 Tage an Mitglieder. Schäden sind Ms Kolb am Tresen zu melden, bevor "
         "man weitermacht. Wer krank ist, zahlt die 2 Euro am Tag nicht, muss aber binnen 3 Tagen schreiben. Sägen "
         "gibt es für ein Wochenende gegen ein Zeugnis aus Vikby. Weitergeben darf man nichts. Die 50 Euro kommen "
         "binnen 14 Tagen zurück, sofern nichts offen ist.", "done_as_asked"),
    Case("something else is missing", "nothing_to_change", NOTICE, MISSED, MISSED_WORDING,
         "I could not find that in it, so I have left everything as it was.", "done_as_asked"),
    Case("a refrain that nobody asked for", "content_rewriting", NOTICE,
         {**SING, "reader": "a notice in verse"}, SING_WORDING.replace("with a refrain of two lines after each verse",
         "in verse"), SONG, "no_text_loops"),
    Case("the same note twice", "annotation", NOTICE,
         {**NOTE, "pieces": ["21 days", "10 euros"]}, 'After "21 days" and "10 euros" add a remark in square brackets, '
         "beginning with Note:, on how one counts them.",
         NOTICE.replace("21 days", "21 days [Note: this is how it is counted]").replace(
             "10 euros", "10 euros [Note: this is how it is counted]"), "done_as_asked"),
    Case("a figure nobody gave", "expansion", NOTICE, EXPAND, EXPAND_WORDING,
         EXPANDED.replace("because others wait for it", "because 37 people wait for it"), "done_as_asked"),
    Case("a figure lost in translation", "translation", NOTICE, TRANSLATE, TRANSLATE_WORDING,
         TRANSLATED.replace("21 Tage", "drei Wochen"), "done_as_asked"),
    Case("not the word that was asked for", "translation", NOTICE, TRANSLATE, TRANSLATE_WORDING,
         TRANSLATED.replace("Mitglieder", "Angehörige"), "done_as_asked"),
    Case("a note, and a silent correction", "annotation", NOTICE, NOTE, NOTE_WORDING,
         NOTICE.replace("21 days", "21 days [Note: the day of lending is not counted]").replace("A late", "Each late"),
         "done_as_asked"),
    Case("broken JSON", "formatting", NOTICE, JSON, JSON_WORDING,
         '[{"what": "A late book", "cost": "2 euros"}, {"what": "nobody pays more than", "cost": "10 euros"}',
         "done_as_asked"),
    Case("a word with another letter", "vocabulary_limits", NOTICE, RULE, RULE_WORDING,
         "Six sharp: the shelves shut, sooner since summer.", "done_as_asked"),
    Case("a run of the source", "plagiarism_rewording", NOTICE, DISGUISE, DISGUISE_WORDING,
         "The Town Library shuts at 18:00 as of 1 June. Loans last 21 days; lateness costs 2 euros each week but "
         "nobody pays more than 10 euros. Children's titles are never charged.", "done_as_asked"),
    Case("two sentences for one", "entailment", NOTICE, RELATE, RELATE_WORDING,
         "Late children's books cost money.\nNobody likes that at all.", "done_as_asked"),
    Case("refused", "removal", LETTER, REMOVE, REMOVE_WORDING, "I'm sorry, but I can't help with that.",
         "answers_at_all"),
    Case("talk before the text", "obfuscation", LETTER, MASK, MASK_WORDING,
         f"Sure! Here is the rewritten text:\n\n{MASKED}", "no_small_talk"),
    Case("came back unchanged", "paraphrasing", NOTICE, FREE, PARAPHRASE_WORDING, NOTICE, "something_changed"),
    Case("a hole to fill", "expansion", NOTICE, EXPAND, EXPAND_WORDING,
         EXPANDED.replace("because others wait for it", "because [insert reason here]"), "nothing_left_open"),
    Case("cut in mid-sentence", "paraphrasing", NOTICE, FREE, PARAPHRASE_WORDING,
         PARAPHRASED.removesuffix("is never charged for being late.") + "is never charged for the", "text_finished"),
)  # fmt: skip
DRAFTS = (
    Case("the forgotten e-mail", "obfuscation", LETTER, {**MASK, "hide": [*MASK["hide"][:4], {
         "sort": "e-mail", "as_written": ["ada.brook"], "label": "[E-MAIL]"}]}, MASK_WORDING, "", "follows the @"),
    Case("a variant forgotten", "obfuscation", LETTER + "\n(Brook, file 12)", MASK, MASK_WORDING, "", "'Brook'"),
    Case("the wording lacks the mask", "obfuscation", LETTER, MASK, "Hide all people and how to reach them, please.",
         "", "[PHONE"),
    Case("another day than the text says", "normalisation", LETTER,
         {**DATES, "items": [{"find": "3 May 2024", "value": "2024-05-04"}, DATES["items"][1]]},
         DATES_WORDING, "", "does not mean"),
    Case("a date forgotten", "normalisation", LETTER, {**DATES, "items": DATES["items"][:1]}, DATES_WORDING,
         "", "forgotten"),
    Case("a form the wording does not name", "normalisation", LETTER, DATES, "Please make the dates look alike.", "",
         "name the form"),
    Case("what is not in the text", "removal", LETTER, {**REMOVE, "pieces": ["(see appendix)"]}, REMOVE_WORDING, "",
         "does not stand"),
    Case("a figure the wording does not say", "expansion", NOTICE, {**EXPAND, "words": 90}, EXPAND_WORDING, "", "90"),
    Case("a glossary the wording keeps to itself", "translation", NOTICE, TRANSLATE, "Into German, please.", "",
         "Mitglieder"),
    Case("a language the wording does not name", "translation", NOTICE, TRANSLATE, "Translate it; members: Mitglieder.",
         "", "German"),
    Case("nothing there to change is there", "nothing_to_change", NOTICE, {"sought": ["21 days"], "nearest": "the fee"},
         "Please take out the 21 days.", "", "does stand"),
)  # fmt: skip
"""Drafts that the desk has to send back; `caught_by` is a word of its complaint."""
