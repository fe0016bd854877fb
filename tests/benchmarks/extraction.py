"""Answers written by hand, read by our patterns and by lm-evaluation-harness's own filters, side by side.

    python -m tests.benchmarks.extraction [--part all|tuned|held|fresh|later] [--no-list]

The filters and answer functions are taken from the installed lm_eval, by its task files, and marked generously: as
right wherever what they return means the gold, also in a form that their exact match would refuse. "Unparsed" is their
"[invalid]", or nothing. `minerva_math` needs math_verify and is left out; for multi-select and JSON it has no filter.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.eval.answers import KINDS, PARTS, Answer, agrees, answers, read

OUTCOMES = ("right", "wrong", "unparsed, rightly", "unparsed, wrongly")
FILTERS = {
    "choice": {
        "mmlu_flan_cot strict-match": "mmlu/flan_cot_zeroshot/_mmlu_flan_cot_zeroshot_template_yaml",
        "mmlu_flan_cot flexible-extract": "mmlu/flan_cot_zeroshot/_mmlu_flan_cot_zeroshot_template_yaml",
        "mmlu_generative get_response": "mmlu/generative/_default_template_yaml",
        "gpqa_cot strict-match": "gpqa/cot_zeroshot/_gpqa_cot_zeroshot_yaml",
        "bbh_cot date flexible-extract": "bbh/cot_zeroshot/date_understanding.yaml",
    },
    "number": {
        "gsm8k strict-match": "gsm8k/gsm8k.yaml",
        "gsm8k flexible-extract": "gsm8k/gsm8k.yaml",
        "gsm8k_cot strict-match": "gsm8k/gsm8k-cot-zeroshot.yaml",
    },
    "yes_no": {
        "bbh_cot navigate flexible-extract": "bbh/cot_zeroshot/navigate.yaml",
        "bbh_cot navigate strict-match": "bbh/cot_zeroshot/navigate.yaml",
    },
    "free": {"bbh_cot flexible-extract": "", "bbh_cot strict-match": ""},
}
FUNCTIONS = {"math": {"hendrycks_math": "", "agieval_math": ""}, "span": {"drop em": ""}}
_BBH = {"valid": "formal_fallacies", "True": "boolean_expressions", "05/01/2021": "date_understanding"}


def main() -> None:
    """Print the table, and where ours and theirs differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("all", *PARTS), default="all")
    parser.add_argument("--no-list", action="store_true", help="the table alone")
    asked = parser.parse_args()
    table: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    differing = []
    for one in chosen(asked.part):
        ours = outcome(one, read(one).value)
        table[one.kind, "ours"][ours] += 1
        theirs = {name: peer(one) for name, peer in peers(one.kind)}
        for name, said in theirs.items():
            table[one.kind, name][said] += 1
        if any(is_right(said) != is_right(ours) for said in theirs.values()):
            differing.append((one, ours, theirs))
    show(table)
    if not asked.no_list:
        for one, ours, theirs in differing:
            print(f"\n{one.id} ({one.note}); gold {one.gold!r}; …{one.answer[-90:]!r}\n  ours: {ours}")
            print("\n".join(f"  {name}: {said}" for name, said in theirs.items()))


def chosen(part: str) -> Iterator[Answer]:
    """Yield the answers of a part, or all."""
    return (one for one in answers() if part in ("all", one.part))


def outcome(one: Answer, value: Any) -> str:
    """Name what came of an answer."""
    if value is None:
        return "unparsed, rightly" if one.gold is None else "unparsed, wrongly"
    return "right" if agrees(one, value) else "wrong"


def is_right(said: str) -> bool:
    """Say whether an outcome is what a careful reader would want."""
    return said in ("right", "unparsed, rightly")


def show(table: dict[tuple[str, str], Counter[str]]) -> None:
    """Print the table as Markdown."""
    print(f"| kind | reader | {' | '.join(OUTCOMES)} | all well |\n|---|---|{'---:|' * 5}")
    for kind in KINDS:
        for (of, name), counted in table.items():
            if of == kind:
                well = sum(count for said, count in counted.items() if is_right(said))
                cells = " | ".join(str(counted[said]) for said in OUTCOMES)
                print(f"| {kind} | {name} | {cells} | {well}/{counted.total()} |")


def peers(kind: str) -> Iterator[tuple[str, Callable[[Answer], str]]]:
    """Yield the readers of lm_eval for a kind, each with its name."""
    for name, file in FILTERS.get(kind, {}).items():
        yield name, lambda one, name=name, file=file: outcome(one, _meant(one, _filtered(one, name, file)))
    for name in FUNCTIONS.get(kind, {}):
        yield name, lambda one, name=name: _functions(one, name)


def _filtered(one: Answer, name: str, file: str) -> str:
    """Return what the filter makes of an answer."""
    from lm_eval.api.registry import get_filter

    file = file or f"bbh/cot_zeroshot/{_bbh(one)}.yaml"
    lettered = [f"({letter}) {text}" for letter, text in zip("ABCDEFGH", one.options, strict=False)]
    listed = "\n".join(["Options:", *lettered])
    words = f"List: {one.question.split(':')[-1].replace(',', ' ')}"
    doc = {"choices": list(one.options), "input": listed if one.kind == "choice" or _dates(one) else words}
    said: Any = [[one.answer]]
    for step in _steps(file, name.split()[-1]):
        arguments = {key: value for key, value in step.items() if key != "function"}
        function = step["function"]
        made = function if callable(function) else get_filter(function)
        said = list(made(**arguments).apply(said, [doc]))
    return str(said[0] if isinstance(said[0], str) else said[0][0])


def _dates(one: Answer) -> bool:
    return any("/" in text for text in one.options[:1])


def _bbh(one: Answer) -> str:
    if one.options:
        if "Yes" in one.options:
            return "web_of_lies"
        return next(task for word, task in _BBH.items() if word in one.options)
    return "word_sorting" if "Sort" in one.question else "dyck_languages"


def _steps(file: str, name: str) -> list[dict[str, Any]]:
    for filtering in _task(file)["filter_list"]:
        if filtering["name"] == name:
            return list(filtering["filter"])
    raise KeyError(name)


def _task(file: str) -> dict[str, Any]:
    """Read a task file of lm_eval, its functions resolved."""
    import lm_eval
    from lm_eval.tasks._yaml_loader import load_yaml

    return dict(load_yaml(Path(lm_eval.__file__).parent / "tasks" / file))


def _meant(one: Answer, said: str) -> Any:
    """Return what a filter's string means, generously; None for its "[invalid]" and for nothing."""
    said = said.strip()
    if not said or said.startswith("[invalid"):
        return None
    if one.kind == "choice":
        letter = re.match(r"\W*([A-P])(?:\W|$)", said)
        return letter[1] if letter else said
    if one.kind == "number":
        plain = said.replace(",", "").replace("$", "").rstrip(".")
        try:
            return Fraction(plain)
        except (ValueError, ZeroDivisionError):
            return Fraction(-(10**9))
    if one.kind == "free" and _dates(one):
        letter = re.match(r"\W*([A-H])\W", said)
        return one.options["ABCDEFGH".index(letter[1])] if letter and ord(letter[1]) - 65 < len(one.options) else said
    if one.kind == "free":
        plain = " ".join(said.replace(",", " ").rstrip(".").split())
        return next((text for text in one.options if text.lower() == plain.lower()), plain)
    return said.lower().rstrip(".")


def _functions(one: Answer, name: str) -> str:
    """Let lm_eval's answer functions mark: they never say "unparsed", so they are wrong where the gold is none."""
    if one.gold is None:
        return "wrong" if one.answer.strip() else "unparsed, rightly"
    file = {"hendrycks_math": "hendrycks_math/hendrycks_math_algebra.yaml", "agieval_math": "agieval/math.yaml"}
    process = _task(file.get(name, "drop/default.yaml"))["process_results"]
    if name == "drop em":
        gold = (one.gold,) if isinstance(one.gold, str) else tuple(one.gold)
        # It stops generating at the first full stop.
        said = process({"answers": [gold]}, [one.answer.split(".")[0]])["em"]
    else:
        gold = f"\\boxed{{{one.gold}}}"
        said = next(iter(process({"solution": gold, "answer": gold}, [one.answer]).values()))
    return "right" if said else "wrong"


if __name__ == "__main__":
    main()
