"""The report as one self-contained page: nothing is fetched, nothing runs, what texts hold is shown and no more."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eval.data.plots import Bar, bars

_HERE = Path(__file__).parent
PLOTTED = ("request_tokens", "answer_tokens", "turns")


def page(report: Mapping[str, Any]) -> bytes:
    """Return the page in UTF-8."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        titled=_titled,
        share=_share,
        number=_number,
        viewer=_viewer,
        address=_address,
        shorter=_shorter,
        runs=sources_of,
        cards=cards,
    )
    severities = ("bad", "doubtful", "note", "good")
    found = {severity: [one for one in report["findings"] if one["severity"] == severity] for severity in severities}
    text = environment.get_template("page.html.jinja").render(
        report=report,
        found=found,
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),  # ours
        plots=_plots(report),
    )
    return text.encode("utf-8", "replace")


def _plots(report: Mapping[str, Any]) -> dict[str, Any]:
    skills = report["coverage"]["skills"]
    made = {
        "skills": bars(
            "skills",
            "Accepted pairs by skill",
            "A mark shows what was asked for, where a run was asked for a number; the table beside has the figures.",
            [Bar(r["skill"], r["accepted"], f"{r['accepted']:,}", goal=r["asked"]) for r in skills],
        ),
        "languages": bars(
            "languages",
            "Languages of answers in the sample",
            "As a program tells them; short answers are unsure.",
            [Bar(name, count, f"{count:,}") for name, count in report["languages"]["answer"]],
        ),
    }
    for name in PLOTTED:
        what = report["lengths"]["measures"][name]
        rows = report["lengths"]["all"][name]["histogram"]
        made[name] = bars(
            name,
            f"Distribution of {what}",
            "Each bar is a range that doubles; the table beside has the quantiles.",
            [Bar(_range(row), row["count"], f"{row['count']:,}") for row in rows],
        )
    if "skills" in report["cost"]:
        priced = [row for row in report["cost"]["skills"] if row["tokens_a_pair"]]
        made["cost"] = bars(
            "cost",
            "Tokens for an accepted pair, by skill",
            "The darker part led to no accepted pair; the table beside has the figures.",
            [
                Bar(r["skill"], r["tokens_a_pair"], _number(r["tokens_a_pair"]), r["tokens_a_pair"] * r["wasted_share"])
                for r in priced
            ],
        )
    return made


def _range(row: Mapping[str, int]) -> str:
    first, last = row["from"], row["to"] - 1
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _share(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0%}" if value == 0 or value >= 0.1 else f"{value:.1%}" if value >= 0.001 else f"{value:.2%}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _shorter(value: object, most: int = 160) -> str:
    text = str(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _titled(text: str) -> str:
    return text[:1].upper() + text[1:]


def _viewer(source: str) -> str:
    """The command that opens a run in the viewer."""
    return f"python -m agents.view {shlex.quote(source)}"


def _address(id: str) -> str:
    """What stands behind the viewer's address when it shows a pair."""
    return "#/pair/" + quote(id.encode("utf-8", "replace"), safe=":@,+-_.!~*'()")


def cards(found: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Return findings by card: what is said alike of several skills is one, where the worst of them would stand."""
    made: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for number, one in enumerate(found):
        made.setdefault((one["severity"], one["key"] if one["skill"] else str(number)), []).append(one)
    return list(made.values())


def sources_of(pairs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the runs that some pairs are from, each once."""
    return list(dict.fromkeys(pair["source"] for pair in pairs if pair["is_run"]))
