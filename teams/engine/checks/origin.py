"""Where does each argument's value come from: the user, a result, a default, a computation — or nowhere?"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isclose
from typing import Any

from teams.engine.checks.arithmetic import derived
from teams.engine.checks.conversation import Call, Conversation, calls_of, judged, read_result, short, words_of
from teams.engine.checks.known import Known, Parameter, plain, split_name, stem
from teams.engine.checks.measures import converted, keyed
from teams.engine.checks.moments import is_moment, moment_from
from teams.engine.checks.spelling import numbers
from teams.engine.checks.synonyms import code_for, same_meaning, sign_named
from teams.engine.records import Pair
from teams.engine.verdict import Finding

_YES = re.compile(
    r"\W*(?:yes|yeah|yep|sure|ok(?:ay)?|correct|right|exactly|please do|go ahead|perfect|great|that|sounds"
    r"|the (?:first|second|last))\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not?|don'?t|doesn'?t|without|never|none|nothing|skip|except|only)\b", re.IGNORECASE)
_LESS = re.compile(
    r"\b(?:minus|negative|below|less|withdraw\w*|deduct\w*|subtract\w*|reduce\w*|refund\w*|remove\w*|debit\w*|sold|west"
    r"|south)\b",
    re.I,
)
_COUNTED = re.compile(
    r"\b(?:quantity|count|copies|amount|number of|how many|party|guests|people|seats|tickets|units)\b", re.I
)
_DEFAULT = re.compile(r"\bdefaults? (?:is |to |value )?[:=]?\s*['\"`]?([^\s'\"`,;)]+)", re.IGNORECASE)
_CONSTANTS = frozenset(
    {0, 1, 2, 3, 4, 7, 10, 12, 24, 30, 31, 52, 60, 100, 365, 366, 1000, 1024, 3600, 86400, 0.5, 0.01}
)
"""Numbers a computation may bring along: units of time, of percent, of scale."""
_SORTS = re.compile(r"\b(?:category|topic|genre|department|sentiment|classification)\b")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w+")
_CODE_INPUT = {"calculator": "expression", "run_python": "code"}


def no_invented_values(pair: Pair) -> Iterable[Finding]:
    """Each argument comes from the user's words so far, an earlier result, a default, or a computation on those."""
    talk = Conversation(pair)
    faults: list[str] = []
    seen: list[str] = []
    for call in talk.calls:
        known = known_before(talk, call.turn)
        for path, origin in _origins(call, talk, known):
            (seen if origin else faults).append(f"message {call.turn} {path}: {origin or 'comes from nowhere'}")
    yield judged("no_invented_values", faults, short("; ".join(seen), 1200) or "no values given")


def known_before(talk: Conversation, turn: int, *, own_words: bool = False) -> Known:
    """Return everything said before a message, the assistant's own words only where the user agreed to them."""
    known = Known()
    proposal = ""
    for at, message in enumerate(talk.messages[: turn - 1], 1):
        role, text = message.get("role"), words_of(message)
        if role == "user":
            known.add(f"user (message {at})", text, by_user=True)
            if proposal and _YES.match(text):
                known.add(f"proposed by the assistant, agreed to in message {at}", proposal)
        elif role == "tool":
            name = next((call.name for call in talk.calls if call.result == text), "a call")
            read, described = read_result(text), str(talk.functions.get(name, {}).get("description", ""))
            known.add(f"result of {name} (message {at})", flat(read), keyed=keyed(read, "", described))
        elif role == "system":
            known.add("system message", text)
        proposal = text if role == "assistant" and not calls_of(message) else ""
    return known


def flat(value: Any) -> str:
    """Return a result as plain text: names of its fields and their values, one a line."""
    if isinstance(value, Mapping):
        return "\n".join(f"{split_key(key)} {flat(inner)}" for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(flat(inner) for inner in value)
    return (
        value
        if isinstance(value, str)
        else {True: "true", False: "false"}.get(value, str(value))
        if isinstance(value, bool)
        else str(value)
    )


def split_key(key: str) -> str:
    """Return a result's key; one that is data (`B-102`, `Oslo`) stays as it is."""
    return key if re.search(r"[A-Z\d]", key) else split_name(key)


def leaves(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any, Parameter]]:
    """Yield each single value of an argument, its path, and what the schema says of its place."""
    if isinstance(value, Mapping):
        properties = schema.get("properties") or {}
        for key, inner in value.items():
            yield from leaves(inner, properties.get(key) or {}, f"{path}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        items = schema.get("items")
        described = {"description": schema.get("description", ""), **(items if isinstance(items, Mapping) else {})}
        for i, inner in enumerate(value):
            yield from leaves(inner, described, f"{path}[{i}]")
    else:
        yield path, value, Parameter(path.rsplit(".", 1)[-1].partition("[")[0], schema)


def _origins(call: Call, talk: Conversation, known: Known) -> Iterator[tuple[str, str | None]]:
    if call.name in _CODE_INPUT and not call.is_api:
        yield from _code_origins(call, known)
        return
    schema = talk.functions.get(call.name, {}).get("parameters") or {}
    own = " ".join(w.text for w in talk.words("assistant") if w.turn <= call.turn)
    for name, value in (call.arguments or {}).items():
        described = (schema.get("properties") or {}).get(name) or {}
        # A whole list or object may be the default; only then are its parts looked at.
        if "default" in described and described["default"] == value:
            yield f"{name}={short(value)}", "default"
            continue
        for path, leaf, parameter in leaves(value, described, name):
            yield f"{path}={short(leaf)!r}", origin(leaf, parameter, known, own)


def _code_origins(call: Call, known: Known) -> Iterator[tuple[str, str | None]]:
    """A helper that computes: every figure it is fed must be known, or be a constant of arithmetic."""
    code = str((call.arguments or {}).get(_CODE_INPUT[call.name], ""))
    literals = _literals(code)
    # Constants serve what is known; of constants alone any figure can be made.
    if len(literals) > 1 and not any(n not in _CONSTANTS or known.number(n) for n in literals):
        yield f"{call.name}({short(code)!r})", None
    for n in sorted(literals):
        yield f"{call.name}({n:g})", known.number(n) or ("a constant" if abs(n) in _CONSTANTS else _derived(n, known))


def _derived(n: float, known: Known, constants: Iterable[float] = ()) -> str | None:
    how = derived(n, known.numbers() | set(constants))
    return f"computed: {how}" if how else None


def _literals(code: str) -> set[float]:
    try:
        tree = ast.parse(code.replace("^", "**").strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {n for n in numbers(re.sub(r"[a-zA-Z_]\w*", " ", code)) if n >= 0}
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {float(v) for v in constants if isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e300}


def origin(value: Any, parameter: Parameter, known: Known, own_words: str = "") -> str | None:
    """Return where one value comes from, or None."""
    if _is_default(value, parameter):
        return "default"
    if value is None:
        return "left open"
    if isinstance(value, bool):
        return _truth(value, parameter, known)
    if isinstance(value, int | float):
        return _number(float(value), parameter, known, own_words)
    return _text(str(value), parameter, known, own_words)


def _is_default(value: Any, parameter: Parameter) -> bool:
    schema = parameter.schema
    if ("default" in schema and schema["default"] == value) or ("const" in schema and schema["const"] == value):
        return True
    if schema.get("enum") == [value]:
        return True
    stated = _DEFAULT.search(parameter.description)
    return bool(stated) and stated is not None and stated[1].rstrip(".").lower() == str(value).lower()


def _truth(value: bool, parameter: Parameter, known: Known) -> str | None:
    words = {stem(w) for w in split_name(parameter.name).split()} | parameter.words
    for source in known.user:
        if words & source.stems or any(f" {w} " in source.plain for w in split_name(parameter.name).split()):
            return f"{source.label}, by intent"
    return "negation by the user" if not value and any(_NOT.search(s.text) for s in known.user) else None


def _number(value: float, parameter: Parameter, known: Known, own_words: str) -> str | None:
    if label := known.number(value):
        return label
    if value < 0 and any(_LESS.search(source.text) for source in known.user) and (label := known.number(-value)):
        return f"{label}, taken as negative"
    if how := converted(value, parameter, known):
        return how
    if value == 1 and _COUNTED.search(f"{split_name(parameter.name)} {parameter.description}"):
        return "one, as nothing else was said"
    if label := same_meaning(f"{value:g}", parameter, known):
        return label
    stated = numbers(own_words)
    if not any(isclose(value, n, rel_tol=1e-9) for n in stated):
        return None
    # "half of 90 is 45" may bring along its half and steps on the way, but no figure of its own.
    sources = known.numbers()
    steps = {n for n in stated - {value} if derived(n, sources)}
    return _derived(value, known, (stated & _CONSTANTS - {value}) | steps)


def _text(value: str, parameter: Parameter, known: Known, own_words: str) -> str | None:
    if label := known.verbatim(value):
        return label
    if not any(c.isalnum() for c in value):
        return sign_named(value, known)
    if is_moment(value):
        return moment_from(value, known)[0]
    if re.fullmatch(r"[-+$€£]?\d[\d.,' ]*%?", value):
        figure = re.sub(r"[^\d.-]", "", value)
        # Digits that are no amount (a phone number, an id) are compared digit by digit.
        return known.token(value) or (
            _number(float(figure), parameter, known, own_words) if _is_float(figure) else None
        )
    if label := same_meaning(value, parameter, known) or code_for(value, parameter, known):
        return label
    if any(c.isdigit() for c in value) and " " not in value.strip():
        return known.token(value) or _prefixed(value, parameter, known)
    if "enum" in parameter.schema:
        return _of_enum(value, parameter, known)
    if _EMAIL.fullmatch(value):
        return known.piece(value) or next((s.label for s in known.user if _spelled(value) in plain(s.text)), None)
    if _of_two_people(value, known):
        return None
    return known.composed(value)[0]


def _spelled(address: str) -> str:
    return plain(address.replace("@", " at ").replace(".", " dot "))


def _of_two_people(value: str, known: Known) -> bool:
    """Say whether a full name is one person's first name with another's last: nobody said the two for one person."""
    name = re.fullmatch(r"([A-Z]\w+) ([A-Z]\w+)", value)
    if not name:
        return False
    after = {m for s in known.sources for m in re.findall(rf"\b{name[1]}(?: ([A-Z]\w+))?\b", s.text)}
    before = {m for s in known.sources for m in re.findall(rf"\b(?:([A-Z]\w+) )?{name[2]}\b", s.text)}
    return bool(before and after - {""}) and not before & {"", name[1]}


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return len(text) < 16


def _prefixed(value: str, parameter: Parameter, known: Known) -> str | None:
    """An id whose form the schema prescribes: `ORD-1042` for order 1042, where the description says `ORD-`."""
    head, digits = re.fullmatch(r"(.*?)(\d*)", value, re.DOTALL).groups()  # type: ignore[union-attr]
    shown = f"{parameter.description} {parameter.schema.get('pattern', '')}"
    return known.token(digits) if head and digits and head in shown else None


def _of_enum(value: str, parameter: Parameter, known: Known) -> str | None:
    """A choice is the user's if all its words are, or the one that tells it; to sort things is the assistant's part."""
    label, _ = known.composed(value)
    words = [word for word in split_name(value).split() if len(word) > 3]
    label = label or next((found for word in words if (found := known.word(word) or known.begins(word[:5]))), None)
    return label or ("the assistant's to sort" if _SORTS.search(split_name(parameter.name)) else None)
