"""Extractions that are good, and pairs with a fault planted: which check catches which.

    python -m tests.teams.text_extraction.faults

prints the table. Whoever reads blind here is honest: what they draw out of each text stands beside it.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.engine.records import Pair, Seed
from teams.engine.stages.forms import Form
from teams.engine.stages.message import compose
from teams.engine.verdict import Verdict
from teams.text_extraction import BY_NAME, skill
from teams.text_extraction.form import with_words
from teams.text_extraction.record import shape_of_facts
from teams.text_extraction.record.dresses import DRESSES, shown_form, written
from tests.teams.judging import catches, verdict_of
from tests.teams.text_extraction import drafts
from tests.teams.text_extraction.drafts import MAILS


@dataclass(frozen=True)
class Case:
    """A pair, and what honest readers draw out of its text."""

    pair: Pair
    readings: Sequence[Any]
    """What the first, second and third of them find; the last goes on."""
    caught_by: str = ""
    """The check that has to catch it; none for a good pair."""
    settled: Mapping[str, Any] = field(default_factory=lambda: {"values": [], "because": "all of it belongs", "serves": True})  # fmt: skip
    """What an honest referee says of a matter of judgement."""


def made(
    kind: str,
    draft: Mapping[str, Any],
    answer: str | None = None,
    *,
    dress: str = "schema",
    passage: str = MAILS,
    form: Form | None = None,
    demands: Sequence[Mapping[str, Any]] = (),
    **facts: Any,
) -> Pair:
    """Make a pair as the flows do, in a dress that is given; without an answer the key is the answer."""
    form = form or BY_NAME[kind].form
    asked = form.asked(draft, Random(kind))
    shape = shape_of_facts(asked.facts)
    assert DRESSES[dress].fits(shape), dress
    ask = f"{asked.facts['question']}\n\n{shown_form(dress, shape, Random(dress), 'en')}"
    known = {**asked.facts, "dress": dress, "form": form.name, "ask": ask, "shows_text": True, "evidence": [], **facts}
    known = form.settled(known, passage)
    if demands:
        known["demands"] = list(demands)
    text = compose(ask, passage, [d["statement"] for d in demands], Random(1), english=True, is_question=False)
    seed = Seed("text_extraction/case.txt:1-9", "Notes of an association on its roof.")
    instruction = seed.rewritten("email_thread", passage).ask(kind, text, facts=known)
    said = written(dress, known["key"], shape) if answer is None else answer
    return instruction.answered([{"role": "user", "content": text}, {"role": "assistant", "content": said}])


def key(pair: Pair) -> Any:
    return copy.deepcopy(pair.instruction.facts["key"])


def good() -> dict[str, Case]:
    pairs = {
        "offers in CSV": made("quantities", drafts.OFFERS, "firm,sum,currency,covering,from\nReuter,6950,EUR,tiles,\nOtt,5480,EUR,metal sheet,11-03", dress="csv"),
        "a slip with open fields": made("absent_fields", drafts.VISIT, json.dumps({"visit": {"date": "2025-09-17", "time": "18:00", "who": "Lauer"}, "key_from": "Feld", "key_phone": "0155 0143 87", "vote_on": None, "scaffold": None})),
        "a later mail counts": made("conflicting", drafts.VISIT, dress="typescript"),
        "lengths in one unit": made("quantities", drafts.LADDERS, "| which | length | broken |\n|---|---|---|\n| long | 7.5 | false |\n| the other one | 4.2 | true |", dress="table"),
        "names, one a line": made("named_entities", drafts.NAMES, "Irena Kolb\nTomas Wilk\nIlse Brandt\nKarim Haddad", dress="lines"),
        "causes as phrases": made("causes", drafts.CAUSES, json.dumps([{"cause": "tiles are too heavy for those beams", "effect": "would give Ott the work", "sure": "certain"}, {"cause": "The gutter isn't in his price", "effect": "it comes to 390 euros with him", "sure": "likely"}])),
        "nothing of the sort": made("nothing_there", drafts.RESIGNED, "[]", dress="prose"),
        "parts in a list": made("events", drafts.ORDER, dress="skeleton"),
        "a value and its words": made("absent_fields", drafts.VISIT, form=with_words(BY_NAME["absent_fields"].form)),
        "one object a line": made("filtered", drafts.OFFERS, dress="json_lines"),
        "compact, as asked": made("filtered", drafts.LADDERS, '[{"which":"long","length":7.5,"broken":false},{"which":"the other one","length":4.2,"broken":true}]', demands=[{"rule": "json_compact", "params": {}, "statement": "Minified, please: one line, no white space between the parts, no fence."}]),
    }  # fmt: skip
    cases = {name: Case(pair, [key(pair)]) for name, pair in pairs.items()}
    phrases = made("keyphrases", drafts.PHRASES, "Roof of the clubhouse\noffers\nmetal sheet\ntiles", dress="lines")
    cases["key phrases, nearly agreed on"] = Case(phrases, [["Roof of the clubhouse", "offers", "tiles", "gutter"], ["Roof of the clubhouse", "offers", "metal sheet"], ["Roof of the clubhouse", "tiles", "metal sheet"]])  # fmt: skip
    third = key(pairs["offers in CSV"])
    third[0]["from"] = "03-01"
    cases["one reader slips"] = Case(pairs["offers in CSV"], [third, key(pairs["offers in CSV"]), key(pairs["offers in CSV"])])  # fmt: skip
    return cases


def bad() -> dict[str, Case]:
    offers = made("quantities", drafts.OFFERS)
    truth = key(offers)
    return {
        "a record is missing from the key": _short_key(),
        "the key has one that does not belong": _long_key(),
        "the key's day is wrong": _wrong_day(),
        "the answer lacks a record": Case(answered(offers, json.dumps(truth[:1])), [truth], "answer_is_key"),
        "the answer adds a record": Case(answered(offers, json.dumps([*truth, {"firm": "Lauer", "sum": 390, "currency": "EUR", "covering": None, "from": None}])), [truth], "answer_is_key"),
        "a figure is another": Case(answered(offers, json.dumps(_with(truth, 0, sum=6590))), [truth], "answer_is_key"),
        "a name that is not in the text": Case(answered(offers, json.dumps(_with(truth, 0, firm="Reuter & Sons"))), [truth], "words_occur"),
        "an open field is filled": _filled(),
        "the near one is taken": _near(),
        "words beside a value that are not its own": _unfollowed(),
        "an answer where there is nothing": Case(made("nothing_there", drafts.RESIGNED, json.dumps([{"name": "Karim Haddad", "office": None, "on": None}])), [[]], "open_fields_null"),
        "a phrase that loses its not": _denied(),
        "a phrase with a hole in it": Case(answered(made("causes", drafts.CAUSES), json.dumps(_with(key(made("causes", drafts.CAUSES)), 0, cause="the tiles … heavy for those beams"))), [key(made("causes", drafts.CAUSES))], "words_occur"),
        "the request names what is to be found": Case(made("quantities", {**drafts.OFFERS, "question": "What do Reuter (tiles) and Ott (metal sheet) ask for the roof itself, without extras? A month alone is no day of work."}), [truth], "key_in_order"),
        "a fence around what is pasted": Case(made("quantities", drafts.OFFERS, "```csv\nfirm,sum,currency,covering,from\nReuter,6950,EUR,tiles,\nOtt,5480,EUR,metal sheet,11-03\n```", dress="csv"), [truth], "valid_by_schema"),
        "the JSON is broken": Case(answered(offers, '[{"firm": "Reuter", "sum": 6,950}]'), [truth], "valid_by_schema"),
        "a key of its own": Case(answered(offers, json.dumps(_with(truth, 0, note="tiles are dear"))), [truth], "valid_by_schema"),
        "a label that is not among them": _strange_label(),
        "words before the JSON": Case(answered(offers, f"Here is the JSON you asked for:\n\n{json.dumps(truth)}"), [truth], "valid_by_schema"),
        "a refusal": Case(answered(offers, "I'm sorry, but as an AI language model I can't read e-mails."), [truth], "answers_at_all"),
        "cut off": Case(answered(offers, json.dumps(truth)[:-30]), [truth], "valid_by_schema"),
        "a place left open": Case(answered(offers, json.dumps(_with(truth, 0, covering="[insert covering]"))), [truth], "nothing_left_open"),
        "a row of the table is short": Case(made("quantities", drafts.LADDERS, "| which | length | broken |\n|---|---|---|\n| long | 7.5 |\n| the other one | 4.2 | true |", dress="table"), [key(made("quantities", drafts.LADDERS))], "valid_by_schema"),
        "the order asked for is not kept": _unsorted(),
        "the format is broken": Case(made("filtered", drafts.LADDERS, json.dumps(key(made("filtered", drafts.LADDERS))), demands=[{"rule": "json_compact", "params": {}, "statement": "Minified, please."}]), [key(made("filtered", drafts.LADDERS))], "format_kept"),
        "the workshop shows": Case(replaced(offers, ask="As the original text was rewritten, give the firms with their prices."), [truth], "request_is_a_users"),
        "evidence that is not there": Case(_tampered(offers, quote="Reuter wants 7,950 euros for tiles"), [truth], "key_in_order"),
        "a value that does not follow": Case(_tampered(offers, value="9650"), [truth], "key_in_order"),
        "a key phrase nobody would take": Case(made("keyphrases", drafts.PHRASES, dress="lines"), [["Roof of the clubhouse", "offers", "Ott"], ["Roof of the clubhouse", "offers", "tiles"], ["Roof of the clubhouse", "tiles", "Reuter"]], "values_belong", {"values": [{"value": "metal sheet", "because": "it is only one of the offers", "belongs": False}], "because": "one of them is beside the matter", "serves": True}),
        "key phrases beside the matter": Case(made("keyphrases", drafts.PHRASES, dress="lines"), [["clubhouse roof", "gutter", "Ott"], ["Reuter", "offers", "visit"], ["beams", "Feld"]], "blind_agreement"),
    }  # fmt: skip


def _short_key() -> Case:
    draft = {**drafts.OFFERS, "rows": drafts.OFFERS["rows"][:1]}
    return Case(made("quantities", draft), [key(made("quantities", drafts.OFFERS))], "blind_agreement")


def _long_key() -> Case:
    lauer = drafts.row("From: Irena Kolb", drafts.value("name", "Irena"))
    draft = {**drafts.NAMES, "rows": [*drafts.NAMES["rows"], lauer]}
    return Case(made("named_entities", draft, dress="lines"), [key(made("named_entities", drafts.NAMES))], "blind_agreement")  # fmt: skip


def _wrong_day() -> Case:
    draft = copy.deepcopy(drafts.VISIT)
    draft["rows"][0]["quotes"].append("proposes Tuesday the 16th at half past four")
    draft["rows"][0]["values"][0] = drafts.value("visit.date", "Tuesday the 16th", "2025-09-16")
    truth = key(made("conflicting", drafts.VISIT))
    return Case(made("conflicting", draft), [truth], "blind_agreement")


def _filled() -> Case:
    pair = made("absent_fields", drafts.VISIT)
    return Case(answered(pair, json.dumps({**key(pair), "vote_on": "2025-09-16"})), [key(pair)], "open_fields_null")


def _near() -> Case:
    pair = made("absent_fields", drafts.VISIT)
    return Case(
        answered(pair, json.dumps({**key(pair), "key_phone": "0155 0143 22"})), [key(pair)], "left_out_stays_out"
    )


def _unfollowed() -> Case:
    pair = made("absent_fields", drafts.VISIT, form=with_words(BY_NAME["absent_fields"].form))
    value = key(pair)
    value["visit"]["date"]["text"] = "Tue 9 September 2025"
    return Case(answered(pair, json.dumps(value)), [key(pair)], "values_follow")


def _denied() -> Case:
    """The mail says that the gutter is not in the price; the answer takes the words without the "isn't"."""
    passage = drafts.MAILS.replace("The gutter isn't in his price", "The gutter is not included in the price he named")
    draft = copy.deepcopy(drafts.CAUSES)
    draft["rows"][1]["quotes"] = ["The gutter is not included in the price he named; it comes to 390 euros with him."]
    draft["rows"][1]["values"][0]["said"] = "is not included in the price he named"
    pair = made("causes", draft, passage=passage)
    return Case(answered(pair, json.dumps(_with(key(pair), 1, cause="included in the price he named"))), [key(pair)], "answer_is_key")  # fmt: skip


def _strange_label() -> Case:
    pair = made("causes", drafts.CAUSES)
    return Case(answered(pair, json.dumps(_with(key(pair), 1, sure="possible"))), [key(pair)], "valid_by_schema")


def _unsorted() -> Case:
    draft = {**drafts.OFFERS, "sort": {"field": "sum", "direction": "ascending"}}
    pair = made("filtered", draft, dress="csv")
    lines = "firm,sum,currency,covering,from\nReuter,6950,EUR,tiles,\nOtt,5480,EUR,metal sheet,11-03"
    return Case(answered(pair, lines), [key(pair)], "answer_is_key")


def _with(records: Sequence[Mapping[str, Any]], at: int, **values: Any) -> list[dict[str, Any]]:
    return [{**record, **(values if n == at else {})} for n, record in enumerate(records)]


def _tampered(pair: Pair, *, quote: str = "", value: str = "") -> Pair:
    rows = copy.deepcopy(pair.instruction.facts["rows"])
    if quote:
        rows[0]["quotes"][0] = quote
    if value:
        rows[0]["values"][1]["value"] = value
    return replaced(pair, rows=rows)


def answered(pair: Pair, answer: str) -> Pair:
    return replace(pair, messages=(*pair.messages[:-1], {"role": "assistant", "content": answer}))


def replaced(pair: Pair, **facts: Any) -> Pair:
    return replace(pair, instruction=replace(pair.instruction, facts={**pair.instruction.facts, **facts}))


def honest(case: Case) -> ScriptedClient:
    """Readers who know only what they are shown, one after the other."""

    def read(request: Request) -> str:
        answer = case.readings[min(request.turn, len(case.readings) - 1)]
        return json.dumps({"thought": "Read it through.", "answer": answer}, ensure_ascii=False)

    return ScriptedClient({"blind_reader": read, "referee": lambda request: json.dumps(dict(case.settled))})


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
