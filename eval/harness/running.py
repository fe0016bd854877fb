"""Run tasks of the harness over a benchmark's rows, and keep what it found, item by item."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from agents.errors import EndpointError, UsageError
from eval.folder import write_whole
from eval.harness.bridge import Stopped, as_harness_model
from eval.harness.leaves import ITEM, Leaf, leaves_of
from eval.records import Speaker
from eval.running import Stop
from eval.sources import Row
from eval.store import Store, StoreError
from eval.task import Task
from eval.transformers_speaker import quiet


@dataclass(frozen=True)
class Reading:
    """What one filter of one harness task made of one item."""

    item: str
    leaf: str
    filter: str
    generated: bool
    """It is of generated text; else options were compared by likelihood."""
    answer: str
    """The generated text; of options compared by likelihood, the option that is likeliest."""
    read: str
    """What the filter read out of it."""
    metrics: Mapping[str, float]


def require_harness() -> None:
    """Raise `UsageError` where lm-eval is not installed."""
    try:
        quiet()
        import lm_eval  # noqa: F401
    except ImportError:
        raise UsageError("the harness is not installed: pip install 'agentinstruct[eval]'") from None


@functools.cache
def task_manager() -> Any:
    """Return the index of the harness's tasks. Takes some ten seconds once: it reads fourteen thousand files."""
    from lm_eval.tasks import TaskManager

    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    return TaskManager()


def run_harness(
    manager: Any,
    task: Task,
    rows: Sequence[Row],
    speaker: Speaker,
    store: Store,
    loop: asyncio.AbstractEventLoop,
    tell: Callable[[str], None],
    stop: Stop,
    max_tokens: int | None = None,
) -> dict[str, Any] | None:
    """Return what the harness found, and keep it (`harness/TASK.json`); None where it can't ask these rows.

    Call it in the main thread: some of the harness's tasks set alarms. `loop` runs in another, and the speaker in it.
    `max_tokens` of one answer stands above what a task of the harness says.
    The kept record has `figures` by leaf, `readings` by item, `versions` and the harness's own version. Raise `Stopped`
    where the budget is spent before all is asked.
    """
    folder = store.folder / "harness"
    leaves, notes = leaves_of(manager, task, rows, folder)
    asked = [leaf for leaf in leaves if leaf.generates or _has_likelihoods(speaker)]
    notes += [f"{leaf.name} compares likelihoods: hf: models only" for leaf in leaves if leaf not in asked]
    for note in notes:
        tell(f"{task.name}: {note}")
    if not asked:
        return None
    model = as_harness_model(speaker, store, loop, stop, tell)
    found, broken = _evaluated(manager, model, asked, max_tokens)
    for note in broken:
        tell(f"{task.name}: {note}")
    notes += broken
    if not found:  # what was found before stands
        return None
    if failed := getattr(model, "failed", 0):
        notes.append(
            f"{failed:,} calls failed and are empty answers in the harness's figures; the same command asks again"
        )
        tell(f"{task.name}: {notes[-1]}")
    kept = {
        "task": task.name,
        "model": speaker.name,
        "harness": version("lm-eval"),
        "versions": {name: one["versions"][f"ours_{name}"] for name, one in found.items()},
        "max_tokens": max_tokens,
        "figures": {name: _figures(one["results"][f"ours_{name}"]) for name, one in found.items()},
        "readings": [asdict(one) for leaf in asked if leaf.name in found for one in found[leaf.name]["readings"]],
        "left_out": notes,
    }
    write_whole(folder / f"{task.name}.json", json.dumps(kept, ensure_ascii=False, indent=1))
    return kept


def _has_likelihoods(speaker: Speaker) -> bool:
    from eval.transformers_speaker import Transformers

    return isinstance(speaker, Transformers)


def _evaluated(
    manager: Any, model: Any, leaves: Sequence[Leaf], max_tokens: int | None
) -> tuple[dict[str, Any], list[str]]:
    """Return what came of each leaf, and lines on those whose own code failed: one is no reason to lose the others."""
    found, broken = {}, []
    for leaf in leaves:
        try:
            made = _evaluate(manager, model, leaf, max_tokens)
            found[leaf.name] = {**made, "readings": readings(leaf, made["samples"][f"ours_{leaf.name}"])}
        except (Stopped, UsageError, EndpointError, StoreError):  # ours: no other task would do better
            raise
        except Exception as error:  # theirs: words that NLTK would fetch, a sample their metrics can't take
            why = " ".join(str(error).split())[:200]
            broken.append(f"{leaf.name} fails in the harness, and is left out: {type(error).__name__}: {why}")
    return found, broken


def _evaluate(manager: Any, model: Any, leaf: Leaf, max_tokens: int | None) -> Any:
    from lm_eval import simple_evaluate

    return simple_evaluate(
        model,
        tasks=[str(leaf.yaml)],
        task_manager=manager,
        apply_chat_template=True,
        log_samples=True,
        gen_kwargs={"max_gen_toks": max_tokens} if max_tokens else None,
        bootstrap_iters=0,
        confirm_run_unsafe_code=False,
    )


def _figures(result: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in result.items()
        if "," in name and "stderr" not in name and isinstance(value, int | float)
    }


def readings(leaf: Leaf, samples: Sequence[Mapping[str, Any]]) -> list[Reading]:
    """Return what the harness's samples say, by item and filter."""
    return [
        Reading(
            item=str(sample["doc"].get(ITEM, sample["doc_id"])),
            leaf=leaf.name,
            filter=str(sample.get("filter", "none")),
            generated=leaf.generates,
            answer=_answer(sample, leaf),
            read=_read(sample, leaf),
            metrics={name: float(sample[name]) for name in sample.get("metrics", ()) if _is_number(sample.get(name))},
        )
        for sample in samples
    ]


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _answer(sample: Mapping[str, Any], leaf: Leaf) -> str:
    return str(sample["resps"][0][0]) if leaf.generates else _likeliest(sample)


def _read(sample: Mapping[str, Any], leaf: Leaf) -> str:
    if not leaf.generates:
        return _likeliest(sample)
    first = sample["filtered_resps"]
    while isinstance(first, list | tuple) and first:
        first = first[0]
    return str(first)


def _likeliest(sample: Mapping[str, Any]) -> str:
    """The continuation with the greatest likelihood."""
    chances = [float(response[0][0] if isinstance(response[0], list | tuple) else response[0])
               for response in sample["resps"]]  # fmt: skip
    best = max(range(len(chances)), key=chances.__getitem__)
    return str(sample["arguments"][best][1]).strip()
