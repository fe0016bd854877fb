"""Are two mathematical answers the same?

Both are normalised (LaTeX spacing, sizes, fractions, degrees, units, dollars, percent, thousands), parted into sets,
tuples and intervals where they are such, and compared part by part: as text, then by value at fixed points of their
letters (`eval.extract.arithmetic`), to nine digits. Nothing is computed symbolically, so nothing can hang.

Beside math_verify, which parses LaTeX with ANTLR and asks sympy: it also solves inequalities, compares matrices by
entry and takes assignments apart in more forms; ours keeps a bracket's kind ("[2,5)" is not "(2,5)"), takes "50%" for
50 only where the other side has no "%" as well, and holds expressions equal that agree at four points rather than by
proof. Known to be unequal here though equal: sets in builder notation, "x \\in [0, 1]" and "0 \\le x \\le 1".
"""

from __future__ import annotations

import cmath
import re

from eval.extract.arithmetic import NotComputable, compute, names
from eval.extract.marks import bare, boxes

LONGEST = 2_000
_POINTS = (0.7390851332 + 0.2j, 1.6180339887, 2.2360679775 - 0.5j, 0.3678794412)
_DIGITS = 1e-9
_GONE = re.compile(
    r"\\(?:left|right|displaystyle|big|Big|bigl|bigr|quad|qquad|!|;|:|,(?!\d{3}))|~|\\ |\$(?!\d)|\\\$|\$"
)
_UNIT = re.compile(
    r"(?<=[\d}\)πi°\s])\s{0,3}(?:square |cubic )?\b(?:k?m|cm|mm|km/h|m/s|kg|g|mg|l|ml|s|h|hours?|minutes?|seconds?"
    r"|days?|years?|inch(?:es)?|in|feet|ft|"
    r"miles?|meters?|metres?|units?|dollars?|cents?|euros?|degrees?|percent|people|points?"
    r"|sq)(?: units?)?(?:\s?\^?\s?\{?[23²³]\}?)?\s{0,3}$"
)  # fmt: skip
_GREEK = {"≤": r"\le", "≥": r"\ge", "−": "-", "–": "-", "∪": r"\cup", "∞": r"\infty", "·": "*"}


def math_equal(given: str, gold: str) -> bool:
    """Say whether two answers are the same in mathematics: 0.5 and \\frac{1}{2}, {2, 3} and "3 or 2"."""
    if not given.strip() or not gold.strip() or max(len(given), len(gold)) > LONGEST:
        return given.strip() == gold.strip() != ""
    left, right = _normal(given), _normal(gold)
    if left == right:
        return True
    if ("=" in left) != ("=" in right):
        left, right = _without_subject(left), _without_subject(right)
    return _same(left, right)


def _normal(words: str) -> str:
    words = boxes(words)[-1].words if boxes(words) else words
    words = words.replace("\\\\", ";")  # rows of a matrix
    for sign, plain in _GREEK.items():
        words = words.replace(sign, plain)
    words = re.sub(r"\\text\{\s{0,3}(?:and|or)\s{0,3}\}|\b(?:and|or)\b", ",", words)
    words = re.sub(r"\\(?:dfrac|tfrac|cfrac)", r"\\frac", words)
    words = re.sub(r"\\text\{([^{}]{0,200})\}|\\mathrm\{([^{}]{0,200})\}|\\mbox\{([^{}]{0,200})\}", r" \1\2\3 ", words)
    words = re.sub(r"\^\s?\{?\s?\\circ\s?\}?|\\degree|°", " ", words)
    words = re.sub(r"(\d)(?:\{,\}|,\\!|\\,|,\\,)(?=\d{3}(?!\d))", r"\1", words)
    words = _GONE.sub("", bare(words).replace("\\%", "%"))
    words = re.sub(r"\\begin\{[pbv]?matrix\}", r"\\matrix(", re.sub(r"\\end\{[pbv]?matrix\}", ")", words))
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", words.strip()):
        words = words.replace(",", "")
    words = _UNIT.sub("", words.strip().rstrip("."))
    return re.sub(r"\s+", " ", words).strip()


def _without_subject(words: str) -> str:
    """Return `2` of `x = 2`, and `2, 3` of `x = 2, x = 3`."""
    return ", ".join(part.split("=")[-1].strip() for part in _parts(words)) if "=" in words else words


def _same(left: str, right: str) -> bool:
    shut = _shut(left), _shut(right)
    if shut[0] and shut[1]:
        (kind, ours), (other, theirs) = shut[0], shut[1]
        if len(ours) > 1 or len(theirs) > 1 or "matrix" in kind:
            return kind == other and _all_same(ours, theirs, ordered=kind != "{}")
    ours, theirs = _members(left), _members(right)
    if len(ours) > 1 or len(theirs) > 1:
        return _all_same(ours, theirs, ordered=False)
    return _scalar(ours[0], theirs[0])


def _shut(words: str) -> tuple[str, list[str]] | None:
    """Return the brackets around all of it and the parts within: a tuple, an interval, a set, a matrix."""
    inner = words.replace("\\{", "{").replace("\\}", "}")
    if inner.startswith("\\matrix("):
        return "matrix", re.split(r"[;&]", inner[len("\\matrix(") : -1])
    if len(inner) > 2 and inner[0] in "([{" and inner[-1] in ")]}" and len(_parts(inner)) == 1:
        kind = inner[0] + inner[-1]
        return kind, _parts(inner[1:-1])
    return None


def _members(words: str) -> list[str]:
    shut = _shut(words)
    return shut[1] if shut and shut[0] == "{}" else _parts(words)


def _parts(words: str) -> list[str]:
    """Part at commas outside of brackets."""
    parts, depth, begin = [], 0, 0
    for at, char in enumerate(words):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth <= 0:
            parts.append(words[begin:at].strip())
            begin = at + 1
    return [part for part in [*parts, words[begin:].strip()] if part] or [""]


def _all_same(ours: list[str], theirs: list[str], ordered: bool) -> bool:
    if len(ours) != len(theirs) or len(ours) > 40:
        return False
    if ordered:
        return all(map(_same, ours, theirs))
    left = list(theirs)
    for one in ours:
        match = next((other for other in left if _same(one, other)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _scalar(left: str, right: str) -> bool:
    if "%" not in left or "%" not in right:
        left, right = left.replace("%", ""), right.replace("%", "")
    if left.replace(" ", "") == right.replace(" ", "") or left.lower() == right.lower():
        return bool(left)
    if left.count("=") == right.count("=") == 1:
        (a, b), (c, d) = left.split("="), right.split("=")
        return _agree(f"({a})-({b})", f"({c})-({d})") or _agree(f"({a})-({b})", f"({d})-({c})")
    return "=" not in left + right and _agree(left.replace("%", ""), right.replace("%", ""))


def _agree(left: str, right: str) -> bool:
    """Say whether two expressions have the same values at all points."""
    letters = sorted(names(left) | names(right))
    if letters and names(left) != names(right):
        return False
    try:
        return all(
            _close(compute(left, point), compute(right, point))
            for start in range(len(_POINTS) if letters else 1)
            for point in [
                {letter: _POINTS[(start + nth) % len(_POINTS)] + nth / 7 for nth, letter in enumerate(letters)}
            ]
        )
    except NotComputable:
        return False


def _close(left: complex, right: complex) -> bool:
    if cmath.isnan(left) or cmath.isnan(right):
        return False
    return left == right or cmath.isclose(left, right, rel_tol=_DIGITS, abs_tol=1e-12)
