"""Words that tie a question to a day or to something nobody introduced: "currently", "the study"."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
_WORKS = {
    "study": r"(?:the|this|that) (stud(?:y|ies)|experiments?|survey|research(?:ers?)?|authors?|approach|method|methodology|findings|dataset|data set)",  # noqa: E501
    "studie": r"(?:die|diese[rnms]?|de|deze) (studie|untersuchung|umfrage|forscher|methode|onderzoekers?)|(?:der|dieser) (ansatz|versuch)",  # noqa: E501
    "étude": r"(?:l['’]|cette |cet |les )(études?|expérience|enquête|approche|chercheurs|auteur)",
    "estudio": r"(?:el|este|la|esta|o) (estudio|estudo|encuesta|enfoque|experimento|abordagem|pesquisa)",
    "studio": r"(?:lo|questo|l['’]) ?(studio|esperimento|approccio|indagine)",
}
_UNNAMED = re.compile(
    rf"(?<!\w)(?:{'|'.join(_WORKS.values())})(?!\w)(?! (?:of|on|into|for|by|to|that|which|where|who|in|von|zu|zur|des|der|di|sur|de|sobre|sul)(?!\w))",  # noqa: E501
    re.IGNORECASE,
)
"""A work spoken of as known. What follows may name it: "the study of birds", "the method by which"."""


def dated_words(question: str) -> list[str]:
    """Return the words that make an answer change with the day on which it is given; in languages not listed, none."""
    return list(dict.fromkeys(match.group() for match in _IS_DATED.finditer(question)))


def unnamed_works(question: str) -> list[str]:
    """Return studies, methods and the like that a question speaks of as known and nowhere introduces."""
    return list(dict.fromkeys(_unnamed(question)))


def _unnamed(question: str) -> Iterator[str]:
    for match in _UNNAMED.finditer(question):
        noun = next(filter(None, match.groups()))
        # Named before, with "a" or "our" or a plural: then it is known.
        before = question[: match.start()].casefold()
        if not re.search(rf"(?<!\w){re.escape(noun.casefold()[:5])}", before):
            yield match.group()
