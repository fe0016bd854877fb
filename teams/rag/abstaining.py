"""Does an answer give up, in so many words, and only where no document holds what is asked for?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from teams.engine.checks.conversation import judged, short
from teams.engine.records import Pair
from teams.engine.stages.forms import Facts
from teams.engine.stages.forms.form import Form
from teams.engine.verdict import Finding
from teams.rag.forms import Grounded, Mistaken
from teams.rag.kinds import BY_NAME
from teams.rag.parts import reply_of
from teams.rag.reply import CITING

_VERBS = (
    r"(?:say|state|mention|give|given|hold|contain|specif|tell|told|include|answer|cover|provide|list|record|report|name"
    r"|settle|show|indicate|address|disclose|in (?:the|these|any|there)|available|found|known)"
)
_ABSTAINS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        rf"(?:n['’]t|\b(?:not|none|no|nothing|nowhere|neither|never|without|missing|unknown|unclear))\b[^.\n]{{0,90}}?\b{_VERBS}"
        rf"|\b{_VERBS}\w*\s+(?:no|nothing|none)\b"
        r"|\b(?:silent|missing from|unanswered|can(?:no|['’])t be (?:answered|told|determined))\b",
        re.IGNORECASE,
    ),
    "de": re.compile(r"\b(?:nicht|kein\w*|nichts|nirgends|fehlt|fehlen|weder|offen)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:ne|n['’]\w+)\b[^.\n]{0,80}\b(?:pas|aucun\w*|rien|nulle|ni)\b|\baucun\w*\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:no|ningun\w*|ningún|nada|tampoco)\b", re.IGNORECASE),
    "it": re.compile(r"\b(?:non|nessun\w*|niente|nulla)\b", re.IGNORECASE),
    "pt": re.compile(r"\b(?:não|nenhum\w*|nada)\b", re.IGNORECASE),
    "nl": re.compile(r"\b(?:niet|geen|niets|nergens|ontbreekt)\b", re.IGNORECASE),
    "ru": re.compile(r"\b(?:не|нет|ничего|ни)\b", re.IGNORECASE),
    "ja": re.compile(r"ない|ません|なし"),
    "zh": re.compile(r"没有|未|无法|不"),
}  # fmt: skip


def abstains(said: str, tag: str) -> bool:
    """Say whether an answer says, in so many words, that something is not told."""
    return bool(_ABSTAINS.get(tag, _ABSTAINS["en"]).search(said))


def abstains_rightly(pair: Pair) -> Iterable[Finding]:
    """Where no document holds the answer it says so and gives none; where one does, it doesn't give up."""
    facts, reply, form = pair.instruction.facts, reply_of(pair), BY_NAME[pair.kind].form
    tag, faults = str(facts.get("words_of", "en")), []
    if not facts.get("answerable", True):
        if isinstance(form, Mistaken):
            return
        if not abstains(reply.answer, tag):
            faults.append("no document holds the answer, and it does not say so")
        if facts["reply"] in ("json", "json_quotes") and reply.cited:
            faults.append(f"the list has to be empty where there is no answer; it holds {', '.join(reply.cited)}")
        if _gives(reply.answer, facts, form):
            faults.append(f"it gives {short(facts['was'])} all the same, which no document holds any more")
        yield judged("abstains_rightly", faults, "says that the documents do not hold it")
    elif facts["reply"] in CITING and not reply.cited:
        said = "it gives up, and the answer is there" if abstains(reply.answer, tag) else "it names no document"
        yield Finding("abstains_rightly", False, said)
    else:
        yield Finding("abstains_rightly", True, "the documents hold the answer, and it is given")


def _gives(answer: str, facts: Facts, form: Form) -> bool:
    """Does an answer give the key that went with the documents?"""
    was = facts.get("was")
    if was is None or not isinstance(form, Grounded) or isinstance(was, list | dict):
        return False
    old = {**facts, "key": was}
    found = form.inner.found(answer, old)
    return found is not None and form.agrees(found, old)
