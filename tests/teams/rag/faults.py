"""Answers from search results that are good, and pairs with a fault planted: which check catches which.

    python -m tests.teams.rag.faults

prints the table. Whoever looks blind here is honest: what they find in these results stands beside it.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict
from teams.rag import skill
from teams.rag.documents import Document, plain, read
from teams.rag.forms import OfDocuments
from teams.rag.kinds import BY_NAME
from tests.teams.judging import catches, verdict_of
from tests.teams.rag import sets
from tests.teams.rag.sets import HARBOUR, held
from tests.teams.stages.writer import _schema, reading


@dataclass(frozen=True)
class Case:
    """A pair, and what honest people find who look for its answer without knowing it."""

    pair: Pair
    found: Any
    """With all documents; None: they say that it isn't there."""
    rests: Sequence[str] = ()
    caught_by: str = ""
    left: Any = None
    """What they find without the needed documents, with the documents they find it in."""
    known: Any = None
    """What they answer without any."""
    same: bool = True
    invented: Sequence[str] = ()


def made(
    kind: str,
    draft: Mapping[str, Any],
    answer: str,
    reply: str = "cited",
    *,
    documents: Sequence[Document] = HARBOUR,
    **facts: Any,
) -> Pair:
    """Make a pair as the flows do, with a form of reply that is given."""
    form = BY_NAME[kind].form
    assert isinstance(form, OfDocuments)
    passage = plain(documents)
    asked = form.asked(draft, Random(kind))
    known = {
        **asked.facts,
        "reply": reply,
        "form": form.name,
        "ask": asked.text,
        "shows_text": True,
        "evidence": [],
        **facts,
    }
    known = form.settled(known, passage)
    seed = Seed("rag/case.txt:1-9", "Notes on a harbour.")
    origins = {document.id: {"from": "written", "source": ""} for document in documents}
    born = seed.rewritten("document_set", passage, facts={"origins": origins, "style": "numbers", "retrievals": []})
    instruction = born.ask(kind, known["brought"], facts=known)
    said = [{"role": "user", "content": known["brought"]}, {"role": "assistant", "content": answer}]
    return instruction.answered(said, facts={"ask": asked.text})


def as_json(answer: str, *ids: Any) -> str:
    return json.dumps({"answer": answer, "relevant_passages": list(ids)}, ensure_ascii=False)


def evidence(answer: str, *rows: tuple[Any, str]) -> str:
    return json.dumps({"answer": answer, "evidence": [{"document_id": id, "quote": quote} for id, quote in rows]})


BOTH = (
    "The documents differ: a report of 18 June 2023 gives the pontoon 34 berths [2]; a sailor counted 40 berths in "
    "August 2024 and says that a finger was added [7]. The later figure rests on one person's count."
)
_HOP = "Anna Brill, whose yard built the pontoon [2], learnt her trade in Ostby [3]."


def good() -> dict[str, Case]:
    gone = removed(made("simple_fact", sets.FEE, "The documents give no fee for the summer of 2024."))
    return {
        "a fact with its source": Case(made("simple_fact", sets.FEE, "Visiting boats pay 2.40 pounds a night per metre [1]."), "2.40 pounds", ["1"]),
        "a fact as JSON": Case(made("noise_robust", sets.FEE, as_json("2.40 pounds a night per metre of length.", 1), "json"), "2.40 pounds a night", ["1"]),
        "two hops": Case(made("multi_hop", sets.HOP, _HOP), "Ostby", ["2", "3"]),
        "two hops, quoted first": Case(made("multi_hop", sets.HOP, '> "was built by the yard of Anna Brill in Dunmore" [2]\n> "Brill learnt her trade in Ostby" [3]\n\nAnswer: Ostby, where Anna Brill was taught before she had the yard that built the pontoon.', "quote_first"), "Ostby", ["2", "3"]),
        "a bill": Case(made("post_processing", sets.BILL, "**81.60 pounds**: 10 metres at 2.40 pounds for four nights are 96 pounds, less 15 percent for members who stay three nights or more.\nSources: 1", "sources_line"), 81.6, ["1"]),
        "a bill, step by step": Case(made("post_processing", {**sets.BILL, "expression": "10 * 2.40 * 4 * (1 - 0.15)"}, "It is **81.60 pounds**: a night is 24 pounds for 10 metres, and four nights less 15 percent are that.\nSources: 1", "sources_line"), 81.6, ["1"]),
        "what holds on a day": Case(made("time_sensitive", sets.GATE, evidence("Two hours before high water, as of 1 July 2024; on 2 July that is 7:05 and 19:35.", (4, "opens two hours before high water"), (8, "Tuesday 2 July: 7:05 and 19:35")), "json_quotes"), "two hours", ["4", "8"]),
        "both sides": Case(made("conflicting_sources", sets.BERTHS, BOTH), [{"says": "34", "documents": ["2"]}, {"says": "40", "documents": ["7"]}]),
        "nothing there": Case(made("negative_rejection", sets.WINTER, as_json("The results do not say what a berth for a year costs; they give fees by the night only."), "json"), None),
        "a wrong premise": Case(made("false_premise", sets.STEPS, "They were not opened: the old stone steps stay closed until the wall is mended [2]."), None),
        "the needed one is gone": Case(gone, None),
        "two parts": Case(made("information_integration", sets.PARTS, "- Anna Brill [2]\n- since 2009 [3]"), ["Anna Brill", "since 2009"], ["2", "3"]),
        "a note": Case(made("grounded_summary", sets.PAPER, "In summer visitors pay 2.40 pounds per metre and night; electricity is 4 pounds a night [1]. From 1 July 2024 the gate to the inner basin opens two hours before high water and closes one hour after it [4]. The floating pontoon on the east side has berths too [2]."), None),
        "plain, as asked": Case(made("simple_fact", sets.FEE, "2.40 pounds a night.", "plain"), "2.40 pounds a night", ["1"]),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    fee = good()["a fact with its source"].pair
    hop = good()["two hops"].pair
    doubled = [*HARBOUR, replace(HARBOUR[5], id="9", url="https://mirror.example.org/x")]
    real = [replace(HARBOUR[0], url="https://www.bbc.co.uk/news"), *HARBOUR[1:]]
    known = {
        **sets.FEE,
        "answer": "Anna Brill's yard",
        "also": [],
        "question": "Which yard built the floating pontoon at Kelmouth?",
        "support": [held("2", "was built by the yard of Anna Brill in Dunmore")],
    }
    return {
        "a document that is not there": Case(answered(fee, "Visiting boats pay 2.40 pounds a night per metre [12]."), "2.40 pounds", ["1"], "cited_exist"),
        "cited from the wrong document": Case(answered(fee, "Visiting boats pay 2.40 pounds a night per metre [6]."), "2.40 pounds", ["1"], "cited_hold"),
        "a name the document has not": Case(answered(hop, "The pontoon came from the yard of Anna Brill [2], and Brill learnt her trade in Ostby from Jonas Reed [3]."), "Ostby", ["2", "3"], "cited_hold"),
        "an invented figure": Case(answered(fee, "Visiting boats pay 2.40 pounds a night per metre, 3.10 at weekends [1]."), "2.40 pounds", ["1"], "cited_hold"),
        "a figure that names no document": Case(answered(fee, "Visiting boats pay 2.40 pounds a night per metre [1]. A shower costs 1.50 pounds more."), "2.40 pounds", ["1"], "statements_cited"),
        "a name that names no document": Case(answered(hop, "Anna Brill, whose yard built the pontoon [2], learnt her trade in Ostby [3]. She was taught there by Jonas Reed."), "Ostby", ["2", "3"], "statements_cited"),
        "a negation that is none": Case(made("negative_rejection", sets.WINTER, "A berth costs 4 pounds a night at Kelmouth, not 5 [1]."), None, (), "abstains_rightly"),
        "a document cited for nothing": Case(made("simple_fact", sets.FEE, as_json("2.40 pounds a night per metre.", 1, 3), "json"), "2.40 pounds", ["1"], "cited_needed"),
        "a needed document uncited": Case(answered(hop, "She learnt her trade in Ostby [3]."), "Ostby", ["2", "3"], "needed_cited"),
        "words quoted that are not there": Case(made("simple_fact", sets.FEE, evidence("2.40 pounds a night.", (1, "Guests pay 2.40 pounds a metre")), "json_quotes"), "2.40 pounds", ["1"], "quotes_stand"),
        "prose around the JSON": Case(made("simple_fact", sets.FEE, "Here it is:\n" + as_json("2.40 pounds a night.", 1), "json"), "2.40 pounds", ["1"], "reply_in_form"),
        "another key in the JSON": Case(made("simple_fact", sets.FEE, '{"answer": "2.40 pounds a night.", "documents": [1]}', "json"), "2.40 pounds", ["1"], "reply_in_form"),
        "last year's fee": Case(answered(fee, "Visiting boats pay 1.90 pounds a night per metre [5]."), "2.40 pounds", ["1"], "needed_cited"),
        "gives up though it is there": Case(answered(fee, "The documents do not say what visiting boats pay."), "2.40 pounds", ["1"], "abstains_rightly"),
        "answers though it is not there": Case(made("negative_rejection", sets.WINTER, "A berth costs 4 pounds a night at Kelmouth [1]."), None, (), "abstains_rightly"),
        "answers from memory when it was removed": Case(removed(fee, "Visiting boats pay 2.40 pounds a night per metre."), None, (), "abstains_rightly"),
        "cites where there is no answer": Case(made("negative_rejection", sets.WINTER, as_json("The results do not say what a year costs.", 1), "json"), None, (), "abstains_rightly"),
        "one side of two": Case(made("conflicting_sources", sets.BERTHS, "The pontoon has 34 berths, as was reported in June 2023 [2]. Another count of 2024 exists [7]."), [{"says": "34", "documents": ["2"]}, {"says": "40", "documents": ["7"]}], (), "conflict_named"),
        "two sides without dates": Case(made("conflicting_sources", sets.BERTHS, "The documents differ: one says 34 berths [2], another 40 berths [7]."), [{"says": "34", "documents": ["2"]}, {"says": "40", "documents": ["7"]}], (), "conflict_named"),
        "a bill that does not add up": Case(made("post_processing", sets.BILL, "**96 pounds**: 10 metres at 2.40 pounds for four nights.\nSources: 1", "sources_line"), 81.6, ["1"], "result_told"),
        "the key is wrong": Case(made("simple_fact", {**sets.FEE, "answer": "1.60 pounds", "also": []}, "Visiting boats pay 1.60 pounds a night [1]."), "2.40 pounds", ["1"], "blind_agreement", same=False),
        "a distractor holds it too": Case(made("simple_fact", known, "Anna Brill's yard built the floating pontoon [2].", documents=[*HARBOUR, Document("9", "Works at Kelmouth", "https://works.example.net/k", "", "The floating pontoon at Kelmouth, east side, is the work of Anna Brill's yard and was paid by the county; which yard mends the wall is open.")]), "Anna Brill's yard", ["2"], "distractors_clean"),
        "readers find it elsewhere": Case(fee, "2.40 pounds", ["1"], "only_the_needed", left=("2.40 pounds", ["6"])),
        "blind readers rest on another": Case(fee, "2.40 pounds", ["1", "8"], "needed_confirmed"),
        "anybody knows it": Case(fee, "2.40 pounds", ["1"], "needs_documents", known="2.40 pounds a night"),
        "evidence that was never there": Case(tampered(fee), "2.40 pounds", ["1"], "support_occurs"),
        "two documents are one": Case(made("simple_fact", sets.FEE, "Visiting boats pay 2.40 pounds a night per metre [1].", documents=doubled), "2.40 pounds", ["1"], "documents_sound"),
        "an address of a real site": Case(made("simple_fact", sets.FEE, "Visiting boats pay 2.40 pounds a night per metre [1].", documents=real), "2.40 pounds", ["1"], "documents_sound"),
        "said to be retrieved": Case(unfound(fee), "2.40 pounds", ["1"], "origins_hold"),
        "a refusal": Case(answered(fee, "I'm sorry, but as an AI language model I can't browse the web [1]."), "2.40 pounds", ["1"], "answers_at_all"),
        "a closing": Case(answered(fee, "Visiting boats pay 2.40 pounds a night per metre [1].\n\nLet me know if you need anything else!"), "2.40 pounds", ["1"], "no_chatter"),
        "a reason nobody gave": Case(answered(hop, "Anna Brill, whose yard won the tender because it was cheapest [2], learnt her trade in Ostby [3]."), "Ostby", ["2", "3"], "answer_supported", invented=["won the tender because it was cheapest"]),
        "an answer of another matter": Case(answered(hop, "Anna Brill runs a yard in Dunmore [2] with a slip for boats of up to 22 metres [3]."), "Ostby", ["2", "3"], "answer_is_key", same=False),
    }  # fmt: skip


def removed(pair: Pair, answer: str = "") -> Pair:
    """The pair with its needed documents taken out, as refinement does it."""
    facts = pair.instruction.facts
    gone = {held["document"] for held in facts["support"]}
    left = [document for document in read(pair.instruction.passage.text) if document.id not in gone]
    known = {
        **facts,
        "answerable": False,
        "was": facts["key"],
        "support": [],
        "ids": [d.id for d in left],
        "why_not": "No document says it.",
    }
    passage = replace(pair.instruction.passage, text=plain(left))
    instruction = replace(pair.instruction, facts=known, passage=passage)
    messages = pair.messages if not answer else (pair.messages[0], {"role": "assistant", "content": answer})
    return replace(pair, instruction=instruction, messages=messages)


def answered(pair: Pair, answer: str) -> Pair:
    return replace(pair, messages=(*pair.messages[:-1], {"role": "assistant", "content": answer}))


def tampered(pair: Pair) -> Pair:
    facts = copy.deepcopy(dict(pair.instruction.facts))
    facts["support"][0]["quote"] = "Visitors pay 2.45 pounds per metre"
    return replace(pair, instruction=replace(pair.instruction, facts=facts))


def unfound(pair: Pair) -> Pair:
    passage = pair.instruction.passage
    origins = {**passage.facts["origins"], "3": {"from": "corpus", "source": "rag/b.txt:1-9#2"}}
    passage = replace(passage, facts={**passage.facts, "origins": origins})
    return replace(pair, instruction=replace(pair.instruction, passage=passage))


def honest(case: Case) -> ScriptedClient:
    """Solvers, graders and examiners who know only what they are shown."""
    ids = [document.id for document in read(case.pair.instruction.passage.text)]

    def sit(request: Request) -> str:
        task = str(request.messages[-1].content)
        here = [document.id for document in read(task)]
        rests = list(case.rests)
        if "kept from you" in task:
            given, rests = case.known, []
        elif len(here) < len(ids):
            given, rests = case.left or (None, [])
        else:
            given = case.found
        at = task.rfind('{"type": "object"')
        sheet = json.loads(task[at:]) if "response_format" not in request.extra else _schema(request)
        blank = {"number": 0, "array": []}.get(sheet["properties"]["answer"].get("type", ""), "")
        said = {
            "thought": "Looked it up.",
            "answerable": given is not None,
            "answer": blank if given is None else given,
            "documents": rests,
        }
        return json.dumps({name: said[name] for name in sheet["properties"]}, ensure_ascii=False)

    def read_it(request: Request) -> str:
        return json.dumps(reading(request, same=case.same, invented=case.invented), ensure_ascii=False)

    return ScriptedClient({"solver": sit, "grader": read_it, "examiner": read_it})


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
