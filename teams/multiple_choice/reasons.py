"""Whether an answer says of an option why it fails: words of substance where it speaks of it, beside "B is wrong"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from teams.engine.checks.choices import as_printed
from teams.engine.checks.known import STOP_WORDS, plain
from teams.engine.checks.reversals import wording

FEWEST = 3
"""Words of a reason at least, one of them more than a word like "it" or "too"."""
_ENOUGH = 0.5
"""Share of a wrong option's words by which an answer speaks of it without its label."""
_PIECE = re.compile(r"(?<=[.!?;。！？；؟])\s+|(?<=[。！？；])|\n")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_WORDS = "aeiouy"
"""Labels that are words of some language too: they count only where they are set off, or lead a line."""
_PER_WORD = 2
"""Characters of a writing without spaces that count as a word."""
_VERDICT = """
not wrong right false true correct incorrect mistaken ruled out answer option choice question other others too also
either both same reason because therefore here
"""
_EMPTY = STOP_WORDS | set(_VERDICT.split())


def gives_reason(answer: str, label: str, option: str, others: Mapping[str, str]) -> bool:
    """Does an answer give a reason where it speaks of an option: by its label, set off as one, or by most of its words?

    What follows in the next sentence belongs to it, unless that speaks of another of `others`, by label. Behind a label
    that stands alone ("B. A strip so old …") only one set off as such is another: "A" may be a word there.
    """
    pieces = [piece for piece in _PIECE.split(as_printed(answer)) if piece.strip()]
    for n, piece in enumerate(pieces):
        if not _speaks_of(piece, label, option):
            continue
        said = [piece]
        is_next = _opens_with if re.sub(r"[\W_]", "", piece) == label else _is_labelled
        for following in pieces[n + 1 :]:
            if any(is_next(following, other) for other in others):
                break
            is_next = _is_labelled
            said.append(following)
            if _has_substance(following, option, others):
                break
        if any(_has_substance(one, option, others) for one in said):
            return True
    return False


def _speaks_of(piece: str, label: str, option: str) -> bool:
    if _is_labelled(piece, label):
        return True
    wanted = set(plain(option).split())
    return bool(wanted) and len(wanted & set(plain(piece).split())) >= len(wanted) * _ENOUGH


def _set_off(label: str) -> str:
    return rf"(?:\(|\*\*|\b)\(?{re.escape(label)}(?:\)|\.|:|\*\*|,|;|\s(?=[—–-])|\]|’s|'s)"


def _opens_with(piece: str, label: str) -> bool:
    return re.match(rf"\W*?{_set_off(label)}", piece) is not None


def _is_labelled(piece: str, label: str) -> bool:
    mark = re.escape(label)
    # A particle of Korean or Japanese may stand right behind a label, and a letter of Chinese before it.
    around = r"[^\W\u3040-\u30ff\u3400-\u9fff가-힣]"
    is_word = label in _WORDS
    bare = rf"(?<!{around}){mark}(?!{around}|['’]|\.\w)"
    leads = rf"\A\s*(?:[-*•–]\s+)?{mark}(?=\s)"
    return bool(
        (not is_word and re.search(bare, piece))
        or re.search(leads, piece)
        or re.search(rf"(?<!\w)(?:{_set_off(label)})", piece)
    )


def _has_substance(piece: str, option: str, others: Collection[str]) -> bool:
    """Are there words in it beside labels, the option itself and a mere verdict?"""
    rest = wording("rejects").sub(" ", wording("false").sub(" ", piece))
    own = plain(option)
    said = f" {plain(rest)} ".replace(f" {own} ", " ") if own else plain(rest)
    told = list(_words(said, {label.casefold() for label in others}))
    return sum(count for _, count in told) >= FEWEST and any(word not in _EMPTY for word, _ in told)


def _words(said: str, labels: Collection[str]) -> Iterator[tuple[str, float]]:
    for word in said.split():
        many = len(_UNSPACED.findall(word))
        if word not in labels:
            yield word, many / _PER_WORD if many else 1
