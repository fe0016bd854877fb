"""Does an answer give up, in so many words, and only where no document holds what is asked for?"""

# ruff: noqa: E501  # rows of words

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
_LONGEST = 6_000
"""Characters of an answer that are read: who gives up does so sooner."""
_NEAR = 90
"""Characters that may stand between what is denied and the verb of telling, in the same sentence."""


def _said_not(no: str, told: str, alone: str) -> re.Pattern[str]:
    """Return what says that something is not told: a negation near a verb of telling, or words that say so alone."""
    between = rf"[^.!?;\n]{{0,{_NEAR}}}?"
    either = rf"\b(?:{no})\b{between}\b(?:{told})\b|\b(?:{told})\b{between}\b(?:{no})\b"
    return re.compile(rf"{either}|\b(?:{alone})\b", re.IGNORECASE)


_ABSTAINS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        rf"(?:n['’]t|\b(?:not|none|no|nothing|nowhere|neither|never|without|missing|unknown|unclear))\b[^.;\n]{{0,{_NEAR}}}?\b{_VERBS}"
        rf"|\b{_VERBS}\w*\s+(?:no|nothing|none)\b"
        r"|\b(?:silent|missing from|unanswered|can(?:no|['’])t be (?:answered|told|determined))\b",
        re.IGNORECASE,
    ),
    "de": _said_not(
        r"nicht|kein\w*|nichts|nirgends?|nirgendwo|weder|ohne|niemand",
        r"steh\w*|stand\w*|sag\w*|gesagt|nenn\w*|genannt\w*|gib\w*|gab\w*|geben|angegeben\w*|angab\w*|entnehm\w*|entnomm\w*"
        r"|enth[aä]lt\w*|enthalten\w*|erw[aä]hn\w*|hervor\w*|find\w*|gefunden|beantwort\w*|antwort\w*|beleg\w*|auskunft|aussag\w*"
        r"|bekannt|ersicht\w*|verr[aä]t\w*|mitgeteilt|berichte\w*|darin|davon|dazu|dar[uü]ber|hinweis\w*|festgehalten|vermerkt",
        r"bleibt (?:\w+ )?(?:offen|unklar)|fehl(?:t|en|ende?\w*)|unbeantwortet|unbekannt|schweig\w*|offengelassen",
    ),
    "fr": _said_not(
        r"ne|n['’](?=\w)|pas|aucune?s?|rien|nulle|ni|sans|personne",
        r"di(?:t|sent|re|ts?)|donn\w*|indiqu\w*|mentionn\w*|pr[eé]cis\w*|contien\w*|contenu\w*|figur\w*|trouv\w*|r[eé]pon\w*"
        r"|r[eé]v[eè]l\w*|permet\w*|fourni\w*|nomm\w*|appara[iî]\w*|conna[iî]\w*|connu\w*|sait|savoir|information\w*|abord\w*|tranch\w*|y est",
        r"manqu\w*|absente?s? d\w*|inconnue?s?|muets?|muettes?|sans r[eé]ponse|se tai(?:t|sent)",
    ),
    "es": _said_not(
        r"no|ning[uú]n\w*|nada|tampoco|sin|ni|nadie",
        r"dic\w*|dij\w*|decir|indic\w*|mencion\w*|consta\w*|contien\w*|conten\w*|figur\w*|aparec\w*|encuentr\w*|encontr\w*|respond\w*"
        r"|respuesta|precis\w*|especific\w*|ofrec\w*|da|dan|dato\w*|informaci[oó]n|sabe\w*|se sabe|recog\w*|aclar\w*|permit\w*|est[aá]",
        r"falta\w*|desconoc\w*|ausente\w*|guardan? silencio|sin respuesta",
    ),
    "it": _said_not(
        r"non|nessun\w*|niente|nulla|senza|n[eé]",
        r"dic\w*|dett\w*|dir[eà]|indic\w*|menzion\w*|contien\w*|conten\w*|figur\w*|trov\w*|rispon\w*|risposta|precis\w*|specific\w*"
        r"|riporta\w*|forni\w*|sa|sapere|si sa|informazion\w*|c['’][eè]|compar\w*|emerg\w*|cita\w*|permett\w*",
        r"manca\w*|assent[ei]|sconosciut\w*|tacciono|tace|senza risposta",
    ),
    "pt": _said_not(
        r"n[aã]o|nenhum\w*|nada|sem|nem|tampouco",
        r"diz\w*|dit\w*|indic\w*|mencion\w*|consta\w*|cont[eéê]m|cont[ié]\w*|figur\w*|aparec\w*|encontr\w*|respond\w*|resposta|precis\w*"
        r"|especific\w*|inform\w*|traz\w*|d[aá]|d[aã]o|sab\w*|refer\w*|cit\w*|est[aá]|permit\w*",
        r"falta\w*|desconhecid\w*|ausente\w*|sem resposta",
    ),
    "nl": _said_not(
        r"niet|geen|niets|nergens|noch|zonder|niemand",
        r"sta\w*|zeg\w*|gezegd|noem\w*|genoemd|geef\w*|geven|gegeven|vermeld\w*|bevat\w*|vind\w*|gevonden|antwoord\w*|blijk\w*|bekend"
        r"|informatie|erin|daarover|hierover|beschreven|opgenomen|aangegeven|weten",
        r"ontbre\w*|blijft (?:\w+ )?(?:open|onduidelijk)|onbekend|onvermeld|zwijg\w*",
    ),
    "ru": _said_not(
        r"не|нет|ничего|ни|нигде|без",
        r"сказан\w*|говор\w*|указ\w*|упом\w*|содерж\w*|сообща\w*|отве\w*|найд\w*|наш[лё]\w*|приво\w*|назва\w*|извест\w*|данн\w*|сведени\w*"
        r"|информаци\w*|документ\w*|результат\w*|ясно|узнать|определить",
        r"отсутств\w*|неизвест\w*|неясн\w*|умалчива\w*|без ответа",
    ),
    "ja": re.compile(
        r"(?:記載|記述|書かれ|書い|載っ|示され|示し|述べ|言及|触れ|含まれ|見つか|見当た|答え|回答|情報|わか|分か|明らか|説明|特定|確認)"
        r"[^。\n]{0,24}?(?:ない|ません|なし|無し|無い|ありませ|ず[、。])|不明|未記載"
    ),
    "zh": re.compile(
        r"(?:没有|没|未|无法|无从|不能|并不|不曾|均未|都未)[^。\n]{0,24}?"
        r"(?:提到|提及|说明|说|给出|提供|包含|记载|写|回答|答案|指出|列出|涉及|找到|得知|知道|信息|确定|显示|交代|载明)|不详|未知|不清楚|缺少"
    ),
}  # fmt: skip


def abstains(said: str, tag: str) -> bool:
    """Say whether an answer says, in so many words, that something is not told."""
    return bool(_ABSTAINS.get(tag, _ABSTAINS["en"]).search(said[:_LONGEST]))


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
