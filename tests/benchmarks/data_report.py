"""What the data's report costs: CPU seconds and peak memory on made-up pairs, and whether both stay in bounds.

    python -m tests.benchmarks.data_report [--pairs 10000 100000] [--profile]

The pairs are as long and as varied as those of real runs: some texts in them are shared by siblings, some are nearly
the same, a few are in a made-up benchmark of 10,000 items. The report runs in a child process, without embeddings.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

MOST_BYTES = 4 * 2**30
STEEPEST = 11.5
"""Times the CPU seconds for ten times the pairs."""
SKILLS = ("reading_comprehension", "tool_use", "coding", "rag", "fermi", "brain_teaser", "text_modification")
KINDS = 12
CHECKS = [
    {"check": f"check_{i}", "passed": True, "evidence": "2 messages in order", "by": "program"} for i in range(14)
]
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai", "ou")]


def vocabulary(random: Random, size: int = 30_000) -> list[str]:
    """Return words, the frequent ones first."""
    return ["".join(random.choices(_SYLLABLES, k=random.choice((1, 2, 2, 3, 3)))) for _ in range(size)]


def sentence(random: Random, words: list[str], size: int) -> str:
    """Return words as often as words are: each in inverse proportion to its rank."""
    picked = [words[int(len(words) ** random.random()) - 1] for _ in range(size)]
    return " ".join(picked).capitalize() + "."


def prose(random: Random, words: list[str], size: int) -> str:
    """Return sentences of about `size` words together."""
    return " ".join(sentence(random, words, random.randint(6, 18)) for _ in range(max(1, size // 12)))


def pairs(count: int, seed: int = 7) -> Iterator[dict[str, object]]:
    """Yield rows as a run writes them."""
    random = Random(seed)
    words = vocabulary(random)
    text, items = "", [item["question"] for item in benchmark(100)]
    for n in range(count):
        if n % 3 == 0:
            text = prose(random, words, random.randint(80, 350))
        skill = SKILLS[n % len(SKILLS)]
        ask = sentence(random, words, random.randint(8, 30))
        brought = n % 2 == 0
        request = f"{text}\n\n{ask}" if brought else f"{ask} {prose(random, words, random.randint(10, 120))}"
        answer = prose(random, words, random.randint(20, 300))
        if n % 1000 == 999:
            answer = f"{answer} {random.choice(items)}"
        refined = n % 3 == 2
        id = f"{skill}/seed-{n // 3}.md:1-40/way/kind-{n % KINDS}" + ("/harder-1" if refined else "")
        yield {
            "id": id, "skill": skill, "stage": "refine" if refined else "instruct", "split": "train",
            "kinds": {"transform": "way", "instruct": f"kind-{n % KINDS}", "refine": ["harder"] * refined},
            "messages": [{"role": "user", "content": request}, {"role": "assistant", "content": answer}],
            "facts": {"ask": ask} if brought else {},
            "verdict": {"accepted": True, "judged_by": ["program"], "checks": CHECKS},
        }  # fmt: skip


def benchmark(count: int = 10_000) -> Iterator[dict[str, str]]:
    """Yield items of a benchmark."""
    random = Random(1)
    words = vocabulary(Random(7))
    for _ in range(count):
        yield {"question": sentence(random, words, random.randint(12, 60))}


def measure(count: int, scratch: Path, profile: bool) -> tuple[float, int]:
    """Return CPU seconds and the most bytes that were resident."""
    folder = scratch / str(count)
    folder.mkdir()
    with (folder / "pairs.jsonl").open("w", encoding="utf-8") as file:
        for row in pairs(count):
            file.write(json.dumps(row) + "\n")
    with (scratch / "items.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(item) + "\n" for item in benchmark())
    size = (folder / "pairs.jsonl").stat().st_size
    command = [
        sys.executable,
        *(["-m", "cProfile", "-s", "tottime"] if profile else []),
        "-m",
        "eval",
        "data",
        str(folder),
    ]
    command += ["--no-embeddings", "--benchmarks", str(scratch / "items.jsonl")]
    child = os.fork()
    if not child:
        out = os.open(scratch / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.execv(sys.executable, command)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"the report ended with {os.waitstatus_to_exitcode(status)}")
    if profile:
        print("\n".join((scratch / "said").read_text().splitlines()[:60]))
    print(f"{count:>9,} pairs ({size / 1e6:,.0f} MB): {used.ru_utime + used.ru_stime:.1f} CPU s, ", end="")
    print(f"{(used.ru_utime + used.ru_stime) / count * 1e6:.0f} µs a pair, {used.ru_maxrss / 2**10:.0f} MB at most")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 2**10


def main() -> int:
    """Measure each size; 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.data_report", description=__doc__)
    parser.add_argument("--pairs", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as scratch:
        found = {count: measure(count, Path(scratch), asked.profile) for count in asked.pairs}
    holds = all(most < MOST_BYTES for _, most in found.values())
    for small, large in zip(asked.pairs, asked.pairs[1:], strict=False):
        ratio, bound = found[large][0] / found[small][0], STEEPEST * large / small / 10
        print(f"{large / small:g} times the pairs: {ratio:.1f} times the CPU seconds (bound {bound:.1f})")
        holds &= ratio <= bound
    print("holds" if holds else "DOES NOT HOLD")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
