"""The card of a built Orca-Sum: what is in it, what is not and why, whose licences hold, which prompts were asked."""

from __future__ import annotations

from collections.abc import Iterator

from eval.orca_sum.build import FILE, Report, SetReport
from eval.orca_sum.documents import FEWEST, MOST, SCAN
from eval.orca_sum.prompts import script

_SURE = {
    "checked": "looked up for our list, not loaded",
    "known": "as its card gives it",
    "likely": "from memory; see its card",
    "": "not in our list",
}
_SOUND = ("not drawn", "not needed")


def card(report: Report) -> str:
    """Return the card in Markdown; what is lacking is said first."""
    return "\n".join([*_head(report), *_how(report), *_table(report), *_dropped(report), *_prompts(report)]) + "\n"


def _head(report: Report) -> Iterator[str]:
    plan, used = report.plan, [one for one in report.sets if one.used]
    yield "# Orca-Sum, built anew\n"
    if report.missing > 0:
        yield f"**{report.missing} of the {plan.total} items asked for are missing:** the sets hold no more.\n"
    if left_out := [one for one in report.sets if one.left_out]:
        yield f"**{len(left_out)} of {len(report.sets)} sets are left out:**\n"
        yield from (f"- {one.set.name}: {one.left_out}" for one in left_out)
        yield ""
    if not plan.against:
        yield "**Not held against any training data** (`--against` was not given).\n"
    yield f"`{FILE}` holds {report.items} documents of {len(used)} sets, each with one prompt: "
    yield f"{', '.join(f'{count} {kind}' for kind, count in sorted(report.kinds.items())) or 'none'}."
    yield "The items of the original were not published; these follow its recipe and are not they: figures on them can "
    yield "be compared with one another, not with the original's.\n"


def _how(report: Report) -> Iterator[str]:
    plan = report.plan
    yield "## How it was made\n"
    yield f"- Of each set the first {SCAN:,} rows at most were read, and up to {plan.most:,} documents of {FEWEST} to "
    yield f"  {MOST:,} words drawn by a hash of their words and the seed {plan.seed}."
    if plan.against:
        names = ", ".join(path.name for path in plan.against)
        yield f"- Documents were held against {report.training_texts:,} texts of training data: {names}."
    yield f"- Prompts: {report.writer}"
    if report.writer != "packaged":
        yield f"  ({plan.prompts} asked for a set, a third of each kind; words of the request: {script.hash})"
    yield ""


def _table(report: Report) -> Iterator[str]:
    yield "## Sets\n"
    yield "Licences are what each set's card gives, and hold for its documents here.\n"
    yield "| set | domain | from | licence | entry | rows read | drawn | here |"
    yield "|---|---|---|---|---|---:|---:|---:|"
    for one in report.sets:
        about = one.set
        yield (
            f"| {about.name} | {about.domain} | {about.place} | {about.licence} | {_SURE.get(about.sure, about.sure)} "
            f"| {one.read} | {one.drawn} | {one.used} |"
        )
    yield ""


def _dropped(report: Report) -> Iterator[str]:
    yield "## What fell out\n"
    reasons = sorted({why for one in report.sets for why, count in one.dropped.items() if count})
    for why in (*(why for why in reasons if why not in _SOUND), *(why for why in _SOUND if why in reasons)):
        of = [(one.set.name, one.dropped[why]) for one in report.sets if one.dropped[why]]
        yield f"- {why}: {sum(count for _, count in of):,} ({', '.join(f'{name} {count:,}' for name, count in of)})"
    if not reasons:
        yield "Nothing."
    yield ""


def _prompts(report: Report) -> Iterator[str]:
    yield "## Prompts\n"
    for one in report.sets:
        if one.written:
            yield from _prompts_of(one)


def _prompts_of(one: SetReport) -> Iterator[str]:
    assert one.written
    written = one.written
    yield f"### {one.set.name} ({len(written.prompts)}, {written.by})\n"
    if written.unfit:
        yield f"{written.unfit} lines of the model's were unfit: blanks, words of a specimen, or one said before.\n"
    yield from (f"Lacking: {note}.\n" for note in written.notes)
    yield from (f"- ({prompt.kind}) {prompt.text}" for prompt in written.prompts)
    yield ""
