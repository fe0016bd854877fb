"""The words of `python -m training`, read: what each command takes, and which of them are fields of the settings.

Settings come from a preset, a file and words as `--optimizer.rate=1e-5`, each over the one before. Nothing is imported
here that takes time: `--help` answers at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from training.errors import UsageError

SHORT: Final = {
    "pairs": "data.paths", "mean-tokens": "estimate.mean_tokens", "examples": "estimate.examples",
    "hardware": "estimate.hardware", "mfu": "estimate.mfu", "price": "estimate.price", "max-steps": "max_steps",
}  # fmt: skip
"""Flags that are other words for a field."""
RECKON: Final = ("estimate", "doctor")
"""What reads the section `estimate`: elsewhere its words would do nothing."""


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong. Flags are given whole."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{' '.join(message.split())}; --help says what there is")


@dataclass(frozen=True)
class Asked:
    """A command line, read."""

    options: argparse.Namespace
    overrides: tuple[tuple[str, str], ...] = ()
    """Dotted field and what stands there."""


def parser() -> Parser:
    """Return the parser of the commands."""
    made = Parser(prog="python -m training", description=_ALL, epilog=_EPILOG, allow_abbrev=False)
    commands = made.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)

    def command(name: str, help: str, description: str, configured: bool = True) -> argparse.ArgumentParser:
        epilog = _FIELDS if configured else None
        one = commands.add_parser(name, help=help, description=description, epilog=epilog, allow_abbrev=False)
        if configured:
            _configured(one)
        return one

    command("prepare", "encode pairs into a store of tokens", _PREPARE)
    preview = command("preview", "show chats as they are trained", _PREVIEW)
    preview.add_argument(
        "--chats", type=_count, default=3, metavar="N", help="how many are printed; default: %(default)s"
    )
    preview.add_argument("--skill", default="", help="of which")
    preview.add_argument("--whole", action="store_true", help="long text that is not trained too")
    preview.add_argument("--ids", action="store_true", help="each token on a line of its own")
    preview.add_argument("--no-colour", action="store_true", help="mark what is trained with signs")
    estimate = command("estimate", "steps, tokens, memory, hours, cost", _ESTIMATE)
    estimate.add_argument("--hardware", metavar="N x GPU", help="as '8 x H100'; default: this machine")
    estimate.add_argument("--mean-tokens", metavar="N", help="of a chat, where no pairs are given")
    estimate.add_argument("--examples", metavar="N", help="how many such chats")
    estimate.add_argument("--mfu", metavar="SHARE", help="of the peak, which is reached: 0.4")
    estimate.add_argument("--price", metavar="USD", help="for an hour of one device")
    train = command("train", "train, or go on with it", _TRAIN)
    train.add_argument("--max-steps", metavar="N", help="0: check everything and train nothing")
    for name, past, help, description in (
        ("merge", "merged", "lay adapters in, put shards together", _MERGE),
        ("export", "exported", "a model for others, with a card", _EXPORT),
    ):
        one = command(name, help, description, configured=False)
        one.add_argument("source", type=_path, metavar="FOLDER", help="a run's (`out`), or one of its checkpoints")
        one.add_argument("--to", type=_path, metavar="FOLDER", help=f"a new one; default: {past} in the run's")
        one.add_argument("--base", default="", metavar="NAME", help="where the base of the adapters is now")
        choices = ("auto", "bf16", "fp16", "fp32")
        one.add_argument(
            "--precision", default="auto", choices=choices, help="default: as the base, or the run, has it"
        )
    push = command("push", "put an exported model on the hub", _PUSH, configured=False)
    push.add_argument("source", type=_path, metavar="FOLDER", help="what `export` wrote")
    push.add_argument("repository", metavar="OWNER/NAME")
    push.add_argument("--public", action="store_true", help="for everyone; otherwise for yourself")
    command("doctor", "what training needs and what is missing here", _DOCTOR)
    return made


def _configured(one: argparse.ArgumentParser) -> None:
    one.add_argument("config", nargs="?", type=_path, metavar="CONFIG.yaml", help="settings, over the preset's")
    one.add_argument("--preset", default="", metavar="NAME", help="settings to start from")
    one.add_argument(
        "--pairs",
        type=_path,
        nargs="+",
        action="extend",
        default=[],
        metavar="PATH",
        help="exported files or run folders",
    )


def _path(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty path")
    return Path(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of chats: 0 or more")
    return int(text)


_ALL = "From a run's pairs to a fine-tuned model."
_EPILOG = (
    "First: python -m training estimate --preset lora --pairs runs/my-run. COMMAND --help says more; presets: "
    "lora, orca3, orca3-one-gpu, tiny-cpu."
)
_FIELDS = (
    "Any field can be set as --section.field=value: --model.name=OWNER/NAME --optimizer.rate=1e-5 --batch.windows=32 "
    "--data.skills=fermi,coding --lora.bits=4 --memory.shard=fsdp --epochs=2 --out=trained. training/config.py has all."
)
_PREPARE = "Encode the pairs into a store of tokens. The same pairs and tokenizer are encoded once; train does it too."
_PREVIEW = (
    "Print chats with the trained tokens coloured (control tokens in inverse video), how long they are, how they are "
    "packed, and what was left out."
)
_ESTIMATE = (
    "Say how many steps a run takes, how much memory, how long and at what price; from the pairs themselves, or from "
    "how many and how long they will be. Exit code 0 also where it would not fit: it says so."
)
_TRAIN = (
    "Train; where a checkpoint is in `out`, go on from it. Ctrl-C or SIGTERM writes one first. Several GPUs: "
    "torchrun --nproc-per-node 8 -m training train …"
)
_MERGE = "Write a model that stands alone: adapters laid into their base, or the shards of a checkpoint put together."
_EXPORT = "Write safetensors, tokenizer, chat template and a card, checked: whole, no NaN, a template that works."
_PUSH = "Put what `export` wrote on the Hugging Face hub, private unless you say --public."
_DOCTOR = "Look at what training needs: packages, devices, attention, room; one line each, with its remedy."


def read(words: Sequence[str]) -> Asked:
    """Read a command line. UsageError in one line; `--help` exits."""
    made = parser()
    known = _flags(made, words)
    plain, overrides = _split(words, known)
    options, rest = made.parse_known_args(plain)
    if rest:
        shown = " ".join(rest[0].split()) or repr(rest[0])
        raise UsageError(f"what is {shown}? {options.command} --help says what there is")
    if idle := [field for field, _ in overrides if field.startswith("estimate.") and options.command not in RECKON]:
        raise UsageError(f"{options.command} takes no --{idle[0]}: it is for {' and '.join(RECKON)}")
    for short, field in SHORT.items():
        value = getattr(options, short.replace("-", "_"), None)
        if value and short != "pairs":
            overrides.append((field, value))
    if wrong := [path for path in getattr(options, "pairs", ()) if path.suffix in (".yaml", ".yml")]:
        raise UsageError(f"{wrong[0]} is no data: put settings before --pairs")
    if not hasattr(options, "config") and overrides:
        raise UsageError(f"{options.command} takes no settings: what is --{overrides[0][0]}?")
    return Asked(options, tuple(overrides))


def _flags(made: argparse.ArgumentParser, words: Sequence[str]) -> set[str]:
    """Return the flags of the command that is meant: they are not fields."""
    flags = {"-h", "--help"}
    for action in made._subparsers._group_actions if made._subparsers else ():
        for name, one in dict(action.choices or {}).items():
            if name in words[:1]:
                flags |= set(one._option_string_actions)
    return flags


def _split(words: Sequence[str], known: set[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Part the flags of the parser from words that set a field, `--a.b=c` or `--a.b c`."""
    plain: list[str] = []
    overrides: list[tuple[str, str]] = []
    left = list(words)
    while left:
        word = left.pop(0)
        name, given, value = word.partition("=")
        if not word.startswith("--") or len(word) == 2 or name in known:
            plain.append(word)
            continue
        if not given:
            if not left or left[0].startswith("--"):
                raise UsageError(f"{word} needs a value: {word}=…")
            value = left.pop(0)
        overrides.append((_field(name[2:]), value))
    return plain, overrides


def _field(name: str) -> str:
    """`max-steps` is `max_steps`; what a skill is called stays."""
    return name if name.startswith("data.mix.") else SHORT.get(name, name.replace("-", "_"))
