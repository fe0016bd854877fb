"""Works a question speaks of as known and that nobody named: "the study", "this method"."""

import re
from collections.abc import Iterator

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
