"""Make an Orca-Bench of runs: held-out pairs, so many a set, none of which overlaps the training part.

Seeds are held out *before* generation (`python -m teams --hold-out SHARE`): a pair's split is its seed's. Which pairs
are taken is decided by a hash of each, so that the same runs give the same bench on every machine, and a bench of 50
is the first half of the bench of 100. No seed gives a set its second pair while another has given none: pairs of one
seed are alike, and intervals over items take them for independent.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.orca.flattening import FlatteningError, as_text
from eval.orca.overlap import Overlap, asked_of
from eval.orca.records import SETS, Entry, read_lines, set_of, siblings

ITEMS = 100
"""A set, in the paper."""
_TRAIN = "train"


@dataclass
class Built:
    """A bench, and what is to be said of it."""

    entries: list[Entry]
    asked: int
    counts: dict[str, int]
    """Items, by set: of every set that was wanted."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Pairs that could have been taken and were not, by reason."""
    held_out: bool = True

    @property
    def short(self) -> dict[str, int]:
        """Sets with fewer items than asked."""
        return {name: count for name, count in self.counts.items() if count < self.asked}


def build(
    runs: Sequence[Path],
    *,
    items: int = ITEMS,
    sets: Sequence[str] = SETS,
    not_held_out: bool = False,
    against: Sequence[Path] = (),
) -> Built:
    """Return a bench of the accepted pairs of `runs`: folders with `pairs.jsonl`, folders of such, or the files.

    `against` are more files of training data, or other runs, of which the training part counts. With `not_held_out`
    pairs of any seed are taken, and each is marked so.
    Raise `UsageError` where nothing was held out, or something is no run.
    """
    if items < 1:
        raise UsageError(f"--items is a count from 1, not {items}")
    if odd := [name for name in sets if name not in SETS]:
        raise UsageError(f"no set {odd[0]!r}; there are: {', '.join(SETS)}")
    files = [file for run in runs for file in files_of(run)]
    built = Built([], items, dict.fromkeys(sets, 0), held_out=not not_held_out)
    waiting = _candidates(files, sets, built.left_out, not_held_out)
    if not any(waiting.values()):
        raise UsageError(_nothing(files, built.left_out, not_held_out))
    # Of a run's folder its training part; a file that is named alone is training data as a whole.
    training = {file: False for place in against if place.is_dir() for file in files_of(place)}
    training |= {} if not_held_out else dict.fromkeys(files, False)
    training |= {place: True for place in against if not place.is_dir()}
    taken: dict[str, list[Entry]] = defaultdict(list)
    while batch := _next_batch(waiting, taken, items):
        found = _overlap(batch, training)
        for number, entry in enumerate(batch):
            if number in found:
                built.left_out[found[number]] += 1
            else:
                taken[entry.set].append(entry)
    built.left_out["more than asked"] = sum(map(len, waiting.values()))
    built.left_out += Counter()  # drops what is zero
    built.entries = [entry for name in sets for entry in taken[name]]
    built.counts = {name: len(taken[name]) for name in sets}
    if not built.entries:
        raise UsageError(f"nothing is left to ask: {_reasons(built.left_out)}")
    return built


def files_of(run: Path) -> list[Path]:
    """Return the files of pairs of a run's folder, of a folder of runs, or the file itself."""
    if run.is_file():
        return [run]
    found = [run / "pairs.jsonl"] if (run / "pairs.jsonl").is_file() else sorted(run.glob("*/pairs.jsonl"))
    if not found:
        raise UsageError(f"{run} holds no pairs.jsonl; give the folder of a run of python -m teams, or of several")
    return found


def _candidates(
    files: Iterable[Path], sets: Sequence[str], left_out: Counter[str], not_held_out: bool
) -> dict[str, list[Entry]]:
    """Return what could be taken, by set, in the order in which it is."""
    found: dict[str, list[Entry]] = {name: [] for name in sets}
    seen: dict[str, str] = {}
    ids: Counter[tuple[str, str]] = Counter()
    for file in files:
        for place, row in read_lines(file):
            name = set_of(str(row.get("skill")), str(row.get("stage")))
            if (row.get("split") or _TRAIN) == _TRAIN and not not_held_out:
                continue
            if why := _unfit(row, name, sets):
                left_out[why] += 1
                continue
            try:
                entry = _entry(row, name, place)
            except FlatteningError as error:
                left_out[str(error)] += 1
                continue
            if seen.setdefault(asked_of(entry.messages), place) != place:
                left_out["asks what another item asks"] += 1
                continue
            ids[name, entry.id] += 1  # two runs may name their pairs alike
            if (count := ids[name, entry.id]) > 1:
                entry = replace(entry, id=f"{entry.id} ({count})")
            found[name].append(entry)
    return {name: _in_turn(entries) for name, entries in found.items()}


def _in_turn(entries: Sequence[Entry]) -> list[Entry]:
    """Order entries by their hash: the first of each seed, then the second of each, and so on."""
    given: Counter[str] = Counter()
    order: list[tuple[int, str, Entry]] = []
    for drawn, entry in sorted(((_drawn(entry), entry) for entry in entries), key=lambda one: one[0]):
        seed = str(entry.seed.get("hash") or entry.id)
        order.append((given[seed], drawn, entry))
        given[seed] += 1
    return [entry for *_, entry in sorted(order, key=lambda one: one[:2])]


def _unfit(row: Mapping[str, Any], name: str, sets: Sequence[str]) -> str:
    verdict = row.get("verdict")
    if isinstance(verdict, Mapping) and verdict.get("accepted") is False:
        return "not accepted"
    if not name:
        return "of a skill that is none of the 17"
    return "" if name in sets else "of a set that was not asked for"


def _entry(row: Mapping[str, Any], name: str, place: str) -> Entry:
    key, messages, seed, facts = row.get("id"), row.get("messages"), row.get("seed"), row.get("facts")
    if not isinstance(key, str) or not key.strip() or not isinstance(messages, list):
        raise UsageError(f"{place}: a pair has an `id` and `messages`; is this a run's pairs.jsonl?")
    seed = seed if isinstance(seed, Mapping) else {}
    outcome = facts.get("outcome") if isinstance(facts, Mapping) else None
    split = str(row.get("split") or _TRAIN)
    return Entry(
        id=key,
        set=name,
        skill=str(row["skill"]),
        stage=str(row.get("stage", "")),
        kinds=row.get("kinds") or {},
        seed=seed,
        split=split,
        held_out=split != _TRAIN,
        models=row.get("models") or {},
        licence=str(seed.get("licence") or seed.get("license") or "unknown"),
        messages=tuple(as_text(messages, row.get("tools") or [], str(outcome or "final_answer"))),
    )


def _drawn(entry: Entry) -> str:
    """Return what decides when an item is taken: nothing but itself."""
    told = f"orca-bench {entry.set} {entry.id} {entry.seed.get('hash')} {asked_of(entry.messages)}"
    return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _next_batch(waiting: Mapping[str, list[Entry]], taken: Mapping[str, list[Entry]], items: int) -> list[Entry]:
    """Take as many of each set as it still lacks: only they are held against the training part."""
    batch: list[Entry] = []
    for name, entries in waiting.items():
        lacking = items - len(taken.get(name, ()))
        batch += entries[:lacking]
        del entries[:lacking]
    return batch


def _overlap(batch: Sequence[Entry], training: Mapping[Path, bool]) -> dict[int, str]:
    overlap = Overlap([(str(entry.seed.get("hash") or ""), entry.messages) for entry in batch])
    for file, whole in training.items():
        for place, row in read_lines(file):
            if whole or (row.get("split") or _TRAIN) == _TRAIN:
                seed = row.get("seed")
                overlap.see(str(seed.get("hash") or "") if isinstance(seed, Mapping) else "", _talk(row, place))
    return overlap.found


def _talk(row: Mapping[str, Any], place: str) -> Sequence[Mapping[str, Any]]:
    """Return the messages of a training row, of whatever form an export has."""
    if isinstance(found := row.get("messages"), list):
        return [message for message in found if isinstance(message, Mapping)]
    if isinstance(found := row.get("conversations"), list):
        names = {"human": "user", "gpt": "assistant", "system": "system", "tool": "tool"}
        return [
            {"role": names.get(str(one.get("from")), "user"), "content": one.get("value")}
            for one in found
            if isinstance(one, Mapping)
        ]
    asked = [str(row[key]) for key in ("instruction", "input", "prompt", "text") if row.get(key)]
    said = [str(row[key]) for key in ("output", "response", "completion") if row.get(key)]
    if not asked and not said:
        raise UsageError(f"{place}: no `messages`, `conversations`, `instruction` or `text`; what does it train on?")
    return [{"role": "user", "content": words} for words in asked] + [
        {"role": "assistant", "content": words} for words in said
    ]


def _nothing(files: Sequence[Path], left_out: Mapping[str, int], not_held_out: bool) -> str:
    where = ", ".join(str(file) for file in files[:3]) + (" …" if len(files) > 3 else "")
    if left_out:
        return f"{where}: no pair can be taken: {_reasons(left_out)}"
    if not_held_out:
        return f"{where}: there are no pairs"
    return (
        f"{where}: no pair of a held-out seed. Seeds are held out before pairs are made of them: "
        "python -m teams --all --hold-out 0.1 …; --not-held-out takes any pair, and marks each as perhaps trained on"
    )


def _reasons(left_out: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {why}" for why, count in sorted(left_out.items(), key=lambda one: -one[1]))


def told(built: Built) -> Iterator[str]:
    """Yield what is to be said of a bench, one line each, what is bad first."""
    if not built.held_out:
        yield "NOT HELD OUT: seeds of this bench may have been trained on; what it measures may be memory."
    for name, count in built.short.items():
        yield f"{name}: {count} of {built.asked} items"
    for why, count in sorted(built.left_out.items(), key=lambda one: -one[1]):
        yield f"left out: {count} ({why})"
    if alike := siblings((entry.set, entry.seed) for entry in built.entries):
        yield f"{alike} items are of a seed that gave their set another: intervals, over items, are too narrow"
    if unknown := sum(entry.licence == "unknown" for entry in built.entries):
        yield f"{unknown} items: the run does not say what licence their seed has; find out before you pass them on"
    full = len(built.counts) - len(built.short)
    yield f"{len(built.entries)} items in {len(built.counts)} sets, {full} of them full"
