"""What the models of the data's report will take, before any is asked: of the sample that they will be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from eval.data.build import Asked, read_rejected
from eval.data.keys import key_of
from eval.data.models import JUDGE_TOKENS, LONGEST, NEW_TOKENS, brief
from eval.data.rows import as_text, prompt_of
from eval.data.sample import Sample
from eval.data.sources import Source
from eval.estimate import USUAL, Share


def forecast(sources: Sequence[Source], asked: Asked, roles: Collection[str]) -> Iterator[Share]:
    """Yield what `model` and `judge` take at most, as far as they are among `roles`; the sources are read for it.

    A judge's replies that hold no verdict are asked for again: those come on top.
    """
    sample = Sample(asked.sample, asked.seed)
    numbered = (item for place, source in enumerate(sources) for item in source.items(place))
    for number, item in enumerate(numbered):
        sample.add(number, item)
    pairs = [item.row for _, item in sample.pairs()]
    if "model" in roles:
        requests = [prompt_of(row) for row in pairs if key_of(row) is not None]
        yield _share("model", asked.tries, [_characters(messages) for messages in requests], NEW_TOKENS)
    if "judge" in roles:
        _, rejected = read_rejected(sources, asked.sample // 2, asked.seed)
        shown = [as_text(row) for row in (*pairs[::2], *(row for _, row in rejected))]
        lengths = [len(text) + brief() for text in shown if len(text) <= LONGEST]
        yield _share("judge", 1, lengths, JUDGE_TOKENS)


def _characters(messages: Sequence[Mapping[str, str]]) -> int:
    return sum(len(message["content"]) for message in messages)


def _share(role: str, times: int, lengths: Sequence[int], longest: int) -> Share:
    calls = times * len(lengths)
    return Share("data", role, calls, times * sum(lengths) // 4, int(USUAL * calls * longest), calls * longest)
