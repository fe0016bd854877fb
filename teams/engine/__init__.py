"""How any skill runs. `run` is what the command line calls; `RunOptions` are its flags."""

from typing import Any

from teams.engine.options import RunOptions

__all__ = ["RunOptions", "run"]


def __getattr__(name: str) -> Any:
    # AutoGen and what else a run needs take a second to import; `--help` must not.
    if name == "run":
        from teams.engine.running import run

        return run
    raise AttributeError(name)
