"""`python -m teams`: list the skills, run all, show one, make a new one; and what can be done with a run afterwards."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

COMMANDS = ("show", "new", "doctor", "export", "export-studio", "replay", "branch", "keep", "forget")
FORMATS = ("messages", "sharegpt", "alpaca", "action-text", "dpo", "parquet")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the commands."""
    from agents.command_line import Parser, path
    from teams.engine.again import command as again

    made = Parser(prog="python -m teams", description="List the skills.", epilog=_EACH)
    made.add_argument("--all", action="store_true", help="run all skills: python -m teams --all --help says more")
    commands = made.add_subparsers(dest="command", metavar=f"[{' | '.join(COMMANDS)}]")
    show = commands.add_parser("show", help="what a skill consists of: kinds, roles, tools, checks", description=_SHOW)
    show.add_argument("skills", nargs="*", metavar="SKILL", help="with its briefs; none: a table of all skills")
    new = commands.add_parser("new", help="write a skill of your own", description=_NEW)
    new.add_argument("name", metavar="NAME", help="what it is called: small letters, digits and _")
    new.add_argument("--from", dest="sentence", metavar="SENTENCE", help="what it is to teach: agents draft it")
    new.add_argument("--seeds", nargs="+", action="extend", type=path, default=[], metavar="PATH", help="with --from: "
                     "the documents or code that examples will be made from; it is tried on two of them")  # fmt: skip
    new.add_argument("--model", action="append", default=[], metavar="[ROLE=]MODEL", help="with --from: who drafts")
    new.add_argument("--run", type=path, metavar="FOLDER", help="where the drafters' chats and the trial are kept; "
                     "default: runs/new-NAME")  # fmt: skip
    new.add_argument("--language", default="", help="language of the trial's pairs")
    doctor = commands.add_parser("doctor", help="what a run needs and what is missing", description=_DOCTOR)
    doctor.add_argument("--model", action="append", default=[], metavar="[ROLE=]MODEL", help="as a run would be given")
    doctor.add_argument("--run", type=path, default=Path("runs"), metavar="FOLDER", help="as a run would be given")
    doctor.add_argument("--try", dest="try_out", action="store_true", help="ask each model something: costs tokens")
    export = commands.add_parser("export", help="write a run's pairs in another form", description=_EXPORT)
    export.add_argument("run", type=path, metavar="RUN", help="the run's folder")
    export.add_argument("--format", choices=FORMATS, default="messages", help="default: %(default)s")
    export.add_argument(
        "--out", type=path, metavar="FILE", help="default: FORMAT.jsonl or .parquet in the run's folder"
    )
    export.add_argument("--no-reasoning", action="store_true", help="strip the assistant's thoughts")
    again.add(commands)
    studio = commands.add_parser(
        "export-studio", help="write a skill as a team for AutoGen Studio", description=_STUDIO
    )
    studio.add_argument("skill", metavar="SKILL")
    studio.add_argument("-o", "--out", type=path, required=True, metavar="FILE", help="where the team's JSON goes")
    studio.add_argument("--kind", action="append", default=[], metavar="STAGE=KIND", help="what is made at a stage, as "
                        "`show SKILL` lists them: instruct=…; default: the first that suits")  # fmt: skip
    studio.add_argument("--model", default="gpt-4o-mini", metavar="NAME", help="who plays the roles; default: "
                        "%(default)s. The key is not in the file: OPENAI_API_KEY where Studio runs")  # fmt: skip
    studio.add_argument(
        "--base-url", default="", metavar="URL", help="an OpenAI-compatible server: http://HOST:PORT/v1"
    )
    return made


_EACH = (
    "One skill: python -m teams.<skill> --seeds FOLDER. All of them: python -m teams --all --seeds FOLDER. "
    "Look inside a run, while it goes on or later: python -m agents.view RUN."
)
_SHOW = "Print a table of all skills, or all kinds of some with their sources and briefs, as Markdown."
_NEW = (
    "Write a skill file, its script and its tests into this checkout: a plain one that runs, or, with --from, one that "
    "agents draft from a sentence, for you to edit."
)
_DOCTOR = "Look at everything a run needs; one line each, with its remedy. Exit code 0 if a run can start, else 1."
_EXPORT = (
    "Write the accepted pairs of a run, finished or going on, in another form. Where people decided about pairs, the "
    "run's own files are written anew too; its journal stays as it is. An export that "
    "was edited since is not overwritten."
)

_STUDIO = (
    "Write one path through a skill as a plain team of AutoGen 0.7.5 that AutoGen Studio opens: its roles with their "
    "own prompts, in turn. What such a file can't carry (checks, fan-out, forms, programs) stands in its description."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code: 0 well, 1 something is missing or failed, 2 wrong use.

    A run of all skills exits with the codes of a run.
    """
    from teams.engine.again import command as again

    words = sys.argv[1:] if argv is None else list(argv)
    if "--all" in words and not set(COMMANDS) & set(words[:1]):
        from teams.engine.cli import main as run

        words.remove("--all")
        run(None, words)  # exits
    asked = parser().parse_args(words)
    try:
        if asked.command == "doctor":
            from teams.engine.doctor import Asked, doctor

            return doctor(Asked(tuple(asked.model), asked.run, asked.try_out), lambda line: print(line, flush=True))
        if asked.command == "export":
            return _export(asked)
        if asked.command in again.NAMES:
            return again.main(asked)
        if asked.command == "new":
            return _new(asked)
        if asked.command == "export-studio":
            return _export_studio(asked)
        if asked.command == "show":
            return _show(asked.skills)
        return _list()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read us has seen enough
        sys.stderr.close()
        return 0


def _list() -> int:
    from teams.engine.registry import skills
    from teams.engine.shadow import foreign_package_problem

    found = skills()
    width = max(map(len, found), default=0)
    for name, about in found.items():
        print(f"{name:<{width}}  {about}")
    print("\nRun one: python -m teams.<skill> --seeds FOLDER (--help says more); all: "
          "python -m teams --all --seeds FOLDER. What is missing here: "
          "python -m teams doctor; look inside a run: python -m agents.view RUN")  # fmt: skip
    if problem := foreign_package_problem():
        print(f"Note: {problem}.", file=sys.stderr)
    return 0


def _show(names: Sequence[str]) -> int:
    from agents.errors import UsageError
    from teams.engine.about import details, overview
    from teams.engine.registry import load, skills

    if strange := [name for name in names if name not in skills()]:
        print(f"no skill {strange[0]!r}; there are: {', '.join(skills())}", file=sys.stderr)
        return 2
    try:
        found = load(names or skills())
    except UsageError as error:
        print(error, file=sys.stderr)
        return 1
    for line in overview(found) if not names else [line for skill in found for line in details(skill)]:
        print(line)
    return 0


def _new(asked: argparse.Namespace) -> int:
    from agents.errors import CallError, EndpointError, UsageError
    from agents.journal import JournalError
    from sandbox import SandboxError
    from teams.engine.new.command import new
    from teams.engine.options import RunOptions

    options = RunOptions(seeds=tuple(asked.seeds), model=asked.model, run=asked.run, language=asked.language)
    try:
        return new(asked.name, asked.sentence, options, lambda line: print(line, flush=True))
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except (CallError, EndpointError, JournalError, SandboxError, OSError) as error:
        # What was said until then is kept: the same command goes on from there.
        print(f"{error}; the same command goes on from here", file=sys.stderr)
        return 1


def _export(asked: argparse.Namespace) -> int:
    from agents.errors import UsageError
    from teams.engine.ending import export_run, refresh

    try:
        print(export_run(asked.run, asked.format, asked.out, reasoning=not asked.no_reasoning))
        if line := refresh(asked.run):
            print(line)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _export_studio(asked: argparse.Namespace) -> int:
    from agents.errors import UsageError
    from teams.engine.studio.command import export_studio

    try:
        export_studio(asked.skill, asked.out, print, kinds=asked.kind, model=asked.model, url=asked.base_url)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # names of files may be any bytes
    sys.exit(main())
