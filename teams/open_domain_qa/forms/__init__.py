"""The forms of questions that stand alone, each with the evidence that its answer is right."""

from teams.open_domain_qa.forms.coded import Discrepancy, Function, Query
from teams.open_domain_qa.forms.executed import Executed
from teams.open_domain_qa.forms.formula import Derivation, Formula
from teams.open_domain_qa.forms.known import Known, KnownList, Premise
from teams.open_domain_qa.forms.reasoned import Claim, Reasoned
from teams.open_domain_qa.forms.worked import Probability, Withheld, Worked

KNOWN, KNOWN_LIST, PREMISE = Known(), KnownList(), Premise()
REASONED, CLAIM = Reasoned(), Claim()
WORKED, PROBABILITY, WITHHELD = Worked(), Probability(), Withheld()
FORMULA, DERIVATION = Formula(), Derivation()
FUNCTION, QUERY, DISCREPANCY = Function(), Query(), Discrepancy()

__all__ = [
    "CLAIM", "DERIVATION", "DISCREPANCY", "FORMULA", "FUNCTION", "KNOWN", "KNOWN_LIST", "PREMISE", "PROBABILITY",
    "QUERY", "REASONED", "WITHHELD", "WORKED", "Claim", "Derivation", "Discrepancy", "Executed", "Formula", "Function",
    "Known", "KnownList", "Premise", "Probability", "Query", "Reasoned", "Withheld", "Worked",
]  # fmt: skip
