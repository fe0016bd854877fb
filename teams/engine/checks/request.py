"""Is the user's first message a request in the user's own voice, free of the functions' code names?"""

import re
from collections.abc import Iterable, Iterator

from teams.engine.checks.conversation import Conversation, bare, judged, short
from teams.engine.records import Pair
from teams.engine.verdict import Finding

_CODE = re.compile(
    r"```|^\s*(?:def|function|class)\s+\w+\s*[({:]|^\s*(?:const|let|var)\s+\w+\s*=|^\s*import\s+[\w.{}* ,]+(?:;|\s*$)"
    r"|^\s*from\s+\S+\s+import\b|^\s*return\s+(?:\w+\s*$|[\w.]+[(\[]|[^\n]*;\s*$)|^\s*public\s+(?:static|class|void)\b"
    r"|^\s*SELECT\s+[\w*]|^\s*curl\s+(?:-|http)|[;{}]\s*$|=>|\bprint\("
    r"|^\s*[\[{][\s\S]*[\]}]\s*$|\b[a-z]\w*\([^)\n]*\w+\s*=[^)\n]*\)",
    re.MULTILINE,
)
_ANSWER = re.compile(
    r"^\W*(?:no|yes),? (?:the|it|you|this|that|there|i)\b|^\W*(?:the answer|as requested)\b"
    r"|^\W*to [^?\n]{3,160}?,? (?:you|one|the user) (?:can|could|must|should|need|would|will|have to)\b"
    r"|^\W*(?:i|we) (?:executed|retrieved|successfully)\b|\bhow can i (?:help|assist) you\b",
    re.IGNORECASE,
)
_OPENS_AN_ANSWER = re.compile(
    r"^\W*(?:sure|certainly|of course|absolutely)[,!. ]|^\W*(?:here(?:'s|’s| is| are)|based on|according to)\b"
    r"|^\W*i(?:'ve|’ve| have) (?:found|looked)\b|^\W*(?:i|we) (?:found|called)\b"
    r"|^\W*to [^?\n]{3,160}?,? we (?:can|could|must|should|need|would|will|have to)\b",
    re.IGNORECASE,
)
"""An answer opens so, and so do people: "I found B-102 behind the sofa. Please take it back."."""
_WANTS = re.compile(
    r"\?|\bplease\b|\b(?:i|we)(?:['’]d| would)? (?:like|want|need|wish)\b|\b(?:can|could|would|will) you\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|\bplease\b|\b(?:i|we)(?:['’](?:d|m|ve)| (?:would|am|have|need|want|wish|must|should|forgot|lost|can))\b"
    r"|\b(?:need|want|help|let me know|tell me|show me|give me|looking for|wondering|should|must"
    r"|has to|wants|would like|thanks|my|me|us|our)\b",
    re.IGNORECASE,
)
_STATES = re.compile(r"^\W*(?:the|this|that|it|there|he|she|they|these|those|a|an)\b", re.IGNORECASE)
_BESIDE_CODE = r"(?:\s*\(|[`\"']?\s+(?:function|method|api|endpoint|tool|call)\b)"


def request_is_the_users(pair: Pair) -> Iterable[Finding]:
    """The first message asks for something, as a person would: it is no answer, no explanation, no code."""
    yield judged("request_is_the_users", _not_asking(Conversation(pair).request), "a request")


def names_no_function(pair: Pair) -> Iterable[Finding]:
    """The user knows no function or parameter by its code name."""
    talk = Conversation(pair)
    names = {n for tool in pair.tools for n in _code_names(tool)}
    for api in pair.instruction.passage.facts.get("apis") or ():
        names |= set(_code_names(api)) if isinstance(api, dict) else set()
    said = talk.words("user")
    faults = [f"message {w.turn}: {shown!r}" for w in said for name in sorted(names) for shown in _spoken(name, w.text)]
    yield judged("names_no_function", faults, f"none of {len(names)} code names is spoken")


def _not_asking(text: str) -> Iterator[str]:
    if not text.strip():
        yield "the user says nothing"
        return
    if code := _CODE.search(text):
        yield f"code in the request: {short(code.group())!r}"
    opening = None if _WANTS.search(text) else _OPENS_AN_ANSWER.search(text)
    if answer := _ANSWER.search(text) or opening:
        yield f"an answer or an explanation: {short(answer.group())!r}"
    elif not _ASKS.search(text) and all(map(_STATES.match, re.split(r"(?<=[.!])\s+", text.strip()))):
        yield f"states and asks nothing: {short(text)!r}"


def _code_names(tool: object) -> Iterator[str]:
    if not isinstance(tool, dict):
        return
    schema = bare(tool)
    yield str(schema.get("name", ""))
    parameters = schema.get("parameters")
    properties = parameters.get("properties") if isinstance(parameters, dict) else None
    yield from map(str, properties or ())


def is_code_name(name: str) -> bool:
    """Say whether a name looks like code wherever it stands: `due_date`, `dueDate`, `get2`."""
    return len(name) > 2 and bool(re.search(r"_|[a-z][A-Z]|\w\.\w|[a-z]\d|[A-Z]{2,}[a-z]", name))


def _spoken(name: str, text: str) -> Iterator[str]:
    """Yield how a code name is spoken; a name that is an everyday word counts only where it is treated as code."""
    if len(name) < 2:
        return
    if is_code_name(name):
        pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
    else:
        pattern = rf"`{re.escape(name)}`|\b{re.escape(name)}{_BESIDE_CODE}"
    yield from (match.group() for match in re.finditer(pattern, text))
