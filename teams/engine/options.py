"""What a run was asked to do: one frozen dataclass, from which the command line is made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunOptions:
    """Options of a run. The same words everywhere: command line, Python API, journal."""

    seeds: tuple[Path, ...]
    """Files or folders of code, API descriptions or text to start from."""
    run: Path | None = None
    """Run folder: a new one, or one to go on with. Default: runs/<skill>-<time>."""
    pairs: int | None = None
    """Stop after so many accepted pairs. Default: go through every seed once."""
    mix: Path | None = None
    """YAML file of skills and their shares, for a run of all. Default: the shares of the data the paper's authors gave
    out."""
    transform: str = "chosen"
    """How seeds meet ways to rewrite them: chosen by a chat where a skill has one, or random as in the paper."""
    model: tuple[str, ...] = ()
    """[role=]model, repeatable: openai:gpt-…, http://host:port/v1:name, a .gguf file, local. Default: what is found."""
    watch: bool = False
    """Print chats as they are spoken: who speaks, tools and what they gave, verdicts."""
    step: bool = False
    """One chat at a time, in a terminal: after each reply of a model you go on, say it yourself, or quit."""
    human: tuple[str, ...] = ()
    """ROLE: a person plays it, in the terminal, in every chat. Repeatable."""
    at_once: int | None = None
    """Model calls in flight at most. Default: 32, or what a local model can take."""
    tools: tuple[str, ...] = ()
    """Further tools for the assistant: module:tool or file.py:tool, repeatable."""
    mcp: tuple[str, ...] = ()
    """Command line of an MCP server whose tools the assistant gets, repeatable."""
    language: str = ""
    """Language of the data. Default: that of the seeds' prompts, English."""
    max_tokens: int | None = None
    """End the run when so many tokens are spent."""
    max_cost: float | None = None
    """End the run when so much is spent; needs a known price or --price."""
    max_minutes: float | None = None
    """End the run after so many minutes; fractions are fine."""
    price: str | None = None
    """IN,OUT: price of a million prompt and completion tokens."""
    estimate: bool = False
    """Run three seeds, say what the whole would take, and stop. Nothing is lost: go on with the same --run."""
    hold_out: float = 0.0
    """Share of seeds (0 to 1) whose pairs are marked for evaluation only."""
    decontaminate: tuple[Path, ...] = ()
    """Benchmark files; pairs that overlap them are rejected. Repeatable."""
    chroma: str | None = None
    """Address of a Chroma server. Default: embedded."""
    otel: str | None = None
    """Send OpenTelemetry spans of chats, turns, model and tool calls to this collector (http://HOST:4318), or without
    URL where OTEL_EXPORTER_OTLP_ENDPOINT says; needs the extra `otel`."""
    runtime: str = "lean"
    """AutoGen runtime of the chats: lean, or stock for AutoGen's own."""

    def __post_init__(self) -> None:
        """Take one path or word for a tuple of one, and text for a path."""
        for name in ("seeds", "decontaminate", "model", "human", "tools", "mcp"):
            given = getattr(self, name)
            several = (given,) if isinstance(given, (str, Path)) else tuple(given)
            is_path = name in ("seeds", "decontaminate")
            object.__setattr__(self, name, tuple(map(Path, several)) if is_path else several)
        for name in ("run", "mix"):
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, Path(given))
        if self.step:
            object.__setattr__(self, "at_once", 1)
