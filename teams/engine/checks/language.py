"""Is what was said in the language it should be in?"""

import re
from collections.abc import Iterable, Iterator

from teams.engine.checks.conversation import short
from teams.engine.checks.quotes import without_quotations
from teams.engine.tongue import is_in, tag_of, tongue

_NO_LANGUAGE = re.compile(
    r"https?://\S+|\S+@\S+|[\w.]*[_/\\]\w[\w./\\]*|\b\w*\d\w*\b|(?<=[a-zß-ÿ] )[A-ZÀ-Þ]\w+(?: [A-ZÀ-Þ]\w+)+"
)
"""Addresses, paths, code names, figures, and names of several words."""
_LETTERS = 60
_UNSPACED_LETTERS = 15
"""In scripts without spaces a letter says more."""
_ALONE = 200
"""One paragraph of so many letters in another language is a fault by itself; shorter ones if they are the most."""
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")


def in_language(texts: Iterable[str], *tags: str) -> list[str]:
    """Return what of the texts is in none of the languages given by tag or name (`de`, `de-AT`, `German`).

    Judged by paragraphs. Let be: code, quotations, names, tables of figures, short strings, and whatever the judge is
    not sure of. One long paragraph in another language is a fault; short ones are if they are most of what was
    judged. Give both languages of a text that switches between two.
    """
    judged = [(paragraph, _fits(paragraph, tags)) for text in texts for paragraph in _paragraphs(text)]
    wrong = [paragraph for paragraph, fits in judged if fits is False]
    right = sum(len(paragraph) for paragraph, fits in judged if fits)
    if sum(map(len, wrong)) <= right:
        wrong = [paragraph for paragraph in wrong if len(paragraph) >= _ALONE]
    asked = " or ".join(tag_of(tag) or tag for tag in tags)
    return [f"{tongue(paragraph) or 'another language'}, not {asked}: {short(paragraph)!r}" for paragraph in wrong]


def _paragraphs(text: str) -> Iterator[str]:
    read = without_quotations(text)
    for paragraph in re.split(r"\n\s*\n", read):
        prose = " ".join(_NO_LANGUAGE.sub(" ", paragraph).split())
        letters = sum(map(str.isalpha, prose))
        if letters >= _LETTERS or (letters >= _UNSPACED_LETTERS and len(_UNSPACED.findall(prose)) > letters / 2):
            yield prose


def _fits(paragraph: str, tags: Iterable[str]) -> bool | None:
    """Say whether a paragraph is in one of the languages; None where nobody can tell."""
    said = [is_in(paragraph, tag_of(tag) or tag) for tag in tags]
    if any(said):
        return True
    return None if None in said or not said else False
