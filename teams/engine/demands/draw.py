"""Draw demands that go together: which rules suit an answer and a language, and which contradict each other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from random import Random
from typing import Any

from teams.engine.demands.catalogue import RULES
from teams.engine.demands.rule import ANY, CASED, ENGLISH, SPACED, Params, Rule

_COUNTS = "sentence_exact sentence_max paragraph_count paragraph_opening line_count character_max"
# They count lines, sentences or paragraphs: is a title one, is a postscript? Better not asked.
_CLASHES: Mapping[str, str] = {
    "data": "length words letters marks case opening ending frame layout document",
    "document": "length letters marks case opening ending frame layout varied_openings",
    "frame": "length letters marks case opening ending layout",
    "layout": "length letters case plain_text no_digits bold_phrases varied_openings",
    "letters": "words opening ending case word_min word_range word_about character_max placeholders",
    "case": "opening ending paragraph_opening",
    "opening": _COUNTS,
    "ending": _COUNTS,
}
"""What a family cannot go with, families or single rules; it holds both ways."""
_GO_TOGETHER: Mapping[str, str] = {
    "bullet_count": "word_max word_range lower_case capital_words",
    "numbered_items": "word_max word_range capital_words",
    "checklist": "word_max word_range",
    "quoted_whole": "word_max word_min word_range word_about sentence_exact lower_case upper_case no_commas no_digits",
    "starts_with": "sentence_exact paragraph_count",
    "ends_with": "sentence_exact paragraph_count",
    "two_answers": "short_sentences lower_case no_commas",
}
"""What a rule can go with, whatever the families say."""
_UNSPACED = "Hans Hant Jpan Thai Laoo Khmr Mymr Tibt"
_CASED = "Latn Cyrl Grek Armn"


@dataclass(frozen=True)
class Demand:
    """A rule with its parameters, and the words it is asked in."""

    rule: str
    params: Mapping[str, Any]
    statement: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values, for `Instruction.facts["demands"]`."""
        return asdict(self)


def fitting(
    shape: str, *, language: str = "", among: Collection[str] | None = None, given: Collection[str] = ()
) -> list[Rule]:
    """Return the rules for answers of `shape` in `language` (a code or an English name; none: English).

    `among` keeps only these; `given` names what the caller can supply (`request`). Raises `ValueError` for a name in
    `among` that is no rule.
    """
    if unknown := sorted(set(among or ()) - RULES.keys()):
        raise ValueError(f"no such format rule: {', '.join(unknown)}; there are: {', '.join(sorted(RULES))}")
    holds = _holding(language.strip().casefold())
    return [
        rule
        for name, rule in RULES.items()
        if shape in rule.suits
        and rule.holds_in in holds
        and (among is None or name in among)
        and (not rule.needs or rule.needs in given)
    ]


def draw_demands(
    random: Random,
    shape: str,
    *,
    language: str = "",
    count: int = 1,
    among: Collection[str] | None = None,
    given: Mapping[str, Any] | None = None,
) -> list[Demand]:
    """Draw up to `count` demands for an answer of `shape` that go together; fewer where no more fit.

    Statements are in English. `given` supplies what only the caller knows: `{"request": <what the user asked>}`.
    """
    given = given or {}
    open_rules = fitting(shape, language=language, among=among, given=given)
    chosen: list[Demand] = []
    while open_rules and len(chosen) < count:
        rule = open_rules.pop(random.randrange(len(open_rules)))
        params = dict(rule.draw(random, shape))
        if rule.needs:
            params[rule.needs] = given[rule.needs]
        demand = Demand(rule.name, params, rule.state(params, random))
        if any(_contradict(demand, other) for other in chosen):
            continue
        chosen.append(demand)
        open_rules = [other for other in open_rules if not clash(rule, other)]
    return chosen


def clash(one: Rule, other: Rule) -> bool:
    """Say whether two rules cannot be demanded together."""
    if one.name == other.name or one.family == other.family:
        return True
    if other.name in _GO_TOGETHER.get(one.name, "").split() or one.name in _GO_TOGETHER.get(other.name, "").split():
        return False
    return _refuses(one, other) or _refuses(other, one)


def faults_of(answer: str, demand: Demand | Mapping[str, Any]) -> list[str]:
    """Return what in `answer` breaks a demand (or its JSON), at most eight lines; none: it is met."""
    demand = demand if isinstance(demand, Demand) else Demand(**demand)
    if demand.rule not in RULES:
        return [f"there is no format rule {demand.rule!r} to check"]
    found: list[str] = []
    for fault in RULES[demand.rule].faults(answer, demand.params):
        found.append(fault)
        if len(found) == 8:
            break
    return found


def content_of(answer: str, demands: Iterable[Demand | Mapping[str, Any]]) -> str:
    """Return the answer's own words without what the demands wrapped around them, for checks of what it says."""
    for given in demands:
        demand = given if isinstance(given, Demand) else Demand(**given)
        if demand.rule in RULES:
            answer = RULES[demand.rule].content(answer, demand.params)
    return answer


def combine(statements: list[str], random: Random) -> str:
    """Say several statements as one request, in one of a few ways."""
    if len(statements) < 2:
        return "".join(statements)
    ways = [" ".join(statements), "\n".join(f"- {statement}" for statement in statements)]
    ways.append("Two things about the form:" if len(statements) == 2 else "A few things about the form:")
    ways[2] += "".join(f"\n{at}. {statement}" for at, statement in enumerate(statements, 1))
    ways.append("\n\n".join([" ".join(statements[:-1]), f"One more thing. {statements[-1]}"]))
    return random.choice(ways)


def _refuses(one: Rule, other: Rule) -> bool:
    return not {other.name, other.family}.isdisjoint(one.clashes.union(_CLASHES.get(one.family, "").split()))


def _contradict(one: Demand, other: Demand) -> bool:
    """Say whether a word that one forbids stands in what the other asks for."""
    for forbids, asks in ((one, other), (other, one)):
        if forbids.rule == "words_forbidden":
            asked = f" {' '.join(map(str, _leaves(asks.params)))} ".casefold()
            if any(f" {word} " in asked for word in forbids.params["words"]):
                return True
    return False


def _leaves(params: Params) -> Iterable[Any]:
    for value in params.values():
        yield from value if isinstance(value, list) else [value]


@cache
def _holding(language: str) -> frozenset[str]:
    """In which of `any`, `spaced`, `cased`, `english` a language is."""
    if language in ("", "english") or language.split("-")[0].split("_")[0] == "en":
        return frozenset({ANY, SPACED, CASED, ENGLISH})
    script = _script(language)
    holds = {ANY}
    if script and script not in _UNSPACED.split():
        holds.add(SPACED)
    if script in _CASED.split():
        holds.add(CASED)
    return frozenset(holds)


def _script(language: str) -> str:
    """The script a language is most likely written in (`Latn`), nothing for a language nobody knows."""
    from babel import Locale
    from babel.core import get_global

    names = {str(name).casefold(): code for code, name in Locale("en").languages.items()}
    code = names.get(language, language.replace("-", "_"))
    likely = get_global("likely_subtags")
    for known in (code, code.split("_")[0]):
        if parts := [part for part in str(likely.get(known, "")).split("_") if len(part) == 4]:
            return next((p.title() for p in code.split("_")[1:] if len(p) == 4), parts[0])
    return ""
