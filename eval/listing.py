"""The table of benchmarks that `python -m eval` prints."""

from __future__ import annotations

from collections.abc import Callable

from eval.task import load, names


def list_tasks(tell: Callable[[str], None]) -> int:
    """Tell what there is: name, items, metric, whether it is judged, where the data are from, under which licence."""
    tell(f"{'task':<14} {'items':>6}  {'metric':<24} {'judge':<5} {'from':<46} licence")
    for name in names():
        task = load(name)
        place = task.source.hub or task.source.url or "a file that a `build` of ours writes"
        gated = " (gated)" if task.source.gated else ""
        tell(
            f"{name:<14} {task.source.size or '':>6}  {task.metrics[0].title or task.metrics[0].name:<24} "
            f"{'yes' if task.judged else '':<5} {place.removeprefix('https://')[: 46 - len(gated)] + gated:<46} "
            f"{task.source.licence}"
        )
    tell("\nRun some: python -m eval bench gsm8k mmlu --model MODEL; all that the paper has: bench paper; --miniature "
         "tries them on a few items of our own.")  # fmt: skip
    return 0
