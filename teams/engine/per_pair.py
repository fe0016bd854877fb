"""What an accepted pair took, by skill and stage, and how much of the prompts said again what others began with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agents.meter import Usage

STAGES = ("transform", "instruct", "refine", "demand", "respond", "check")
"""In the order in which data takes them; stages of other names come after."""
ByStage = Mapping[tuple[str, str], Usage]
"""Usage by skill and stage, as a meter has it."""


def per_pair(by_stage: ByStage, new: Mapping[str, int]) -> list[str]:
    """Say what each of the `new` pairs of each skill took; calls answered from the journal took nothing.

    One skill gets a line for each stage, several get a line each with a column for each stage.
    """
    used = {key: usage for key, usage in by_stage.items() if usage.calls}
    # Fewer than none: after a prompt was edited, pairs accepted before may be judged again and fall out.
    new = {skill: max(0, pairs) for skill, pairs in new.items()}
    skills = list(dict.fromkeys(skill for skill, _ in sorted(used)))
    if not skills:
        return []
    stages = sorted({stage for _, stage in used}, key=_place)
    if len(skills) == 1:
        head, *rows = _of_one(skills[0], {stage: used[skills[0], stage] for stage in stages}, new.get(skills[0], 0))
    else:
        head, *rows = _of_several(used, skills, stages, new)
    # A run gone on with takes up what was begun and paid for before: its pairs look cheaper than they were.
    beside = ", beside what the journal answered:" if any(usage.replayed for usage in by_stage.values()) else ":"
    return [head + beside, *rows]


def repeated(usages: Iterable[Usage]) -> list[str]:
    """Say which share of all prompt tokens a prefix cache saves, by our reckoning and by the endpoint's own word."""
    whole = together(usages)
    if not whole.prompt_tokens:
        return []
    told = f"; the server reports {whole.cached_tokens / whole.told_tokens:.0%}" if whole.told_tokens else ""
    return [
        f"Prompts: {_share(whole)} of their tokens repeat an earlier prompt's beginning "
        f"(a server with a prefix cache need not compute them again){told}."
    ]


def together(usages: Iterable[Usage]) -> Usage:
    """Add usages up."""
    whole = Usage()
    for usage in usages:
        for name, value in vars(usage).items():
            setattr(whole, name, getattr(whole, name) + value)
    return whole


def _place(stage: str) -> tuple[int, str]:
    return (STAGES.index(stage) if stage in STAGES else len(STAGES), stage)


def _share(usage: Usage) -> str:
    return f"{usage.repeated_tokens / usage.prompt_tokens:.0%}" if usage.prompt_tokens else "-"


def _of_one(skill: str, used: Mapping[str, Usage], pairs: int) -> list[str]:
    rows = {**used, "all stages": together(used.values())}
    if pairs == 1:
        head = f"The new pair of {skill} took"
    else:
        head = f"Each of {pairs:,} new pairs of {skill} took" if pairs else f"No new pair of {skill}; by stage"
    return [head, *(_line(stage, usage, pairs) for stage, usage in rows.items())]


def _line(stage: str, usage: Usage, pairs: int) -> str:
    def each(value: int, form: str) -> str:
        return format(value / pairs, form) if pairs else "-"

    return (
        f"  {stage:12} {each(usage.calls, '.1f'):>6} calls {each(usage.prompt_tokens, ',.0f'):>10} prompt "
        f"{each(usage.completion_tokens, ',.0f'):>9} new {_share(usage):>5} of the prompts repeated"
    )


def _of_several(used: ByStage, skills: Sequence[str], stages: Sequence[str], new: Mapping[str, int]) -> list[str]:
    def row(name: str, of: Mapping[str, Usage], pairs: int) -> str:
        whole = together(of.values())
        cells = [_thousands(of.get(stage), pairs).rjust(max(len(stage), 6) + 2) for stage in stages]
        return f"  {name:21}{pairs:7,}{''.join(cells)}{_thousands(whole, pairs):>7}{_share(whole):>9}"

    columns = "".join(stage.rjust(max(len(stage), 6) + 2) for stage in stages)
    lines = [
        "Thousands of tokens for each new pair, by stage, and the share of the prompts that is repeated",
        f"  {'':21}{'pairs':>7}{columns}{'all':>7}{'repeated':>9}",
    ]
    for skill in skills:
        of = {stage: used[skill, stage] for stage in stages if (skill, stage) in used}
        lines.append(row(skill, of, new.get(skill, 0)))
    all_of = {stage: together(u for (_, at), u in used.items() if at == stage) for stage in stages}
    return [*lines, row("all skills", all_of, sum(new.get(skill, 0) for skill in skills))]


def _thousands(usage: Usage | None, pairs: int) -> str:
    """Tokens for each pair; nothing where there was no such stage, a dash where no pair came of it."""
    if usage is None:
        return ""
    return f"{(usage.prompt_tokens + usage.completion_tokens) / pairs / 1000:,.1f}" if pairs else "-"
