"""Words that tie a question to a day: "currently", "this year"."""

from __future__ import annotations

import re

_DATED = (
    r"currently|nowadays|(?:these|at the present) days?|as of (?:today|now)|at present|right now|the latest|recently|"
    r"most recent(?:ly)?|this year|last year|next year|up to now|"
    r"derzeit|zurzeit|momentan|heutzutage|gegenwärtig|neueste[rns]?|kürzlich|dieses jahr|letztes jahr|"
    r"actuellement|de nos jours|récemment|cette année|l['’]an dernier|"
    r"actualmente|hoy en día|recientemente|este año|el año pasado|"
    r"attualmente|oggigiorno|recentemente|quest['’]anno|l['’]anno scorso|"
    r"atualmente|hoje em dia|este ano|ano passado|"
    r"tegenwoordig|momenteel|onlangs|dit jaar|vorig jaar"
)
_IS_DATED = re.compile(rf"(?<!\w)(?:{_DATED})(?!\w)|目前|如今|最近|今年|去年|現在|最新の", re.IGNORECASE)


def dated_words(question: str) -> list[str]:
    """Return the words that make an answer change with the day on which it is given; in languages not listed, none."""
    return list(dict.fromkeys(match.group() for match in _IS_DATED.finditer(question)))
