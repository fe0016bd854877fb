"""Preparations that are asked for quickly, for tests."""

import time
from pathlib import Path
from typing import Any

from training.config import Config
from training.prepare import prepare
from training.store import Store


def configured(asked: dict[str, Any], tokenizer: Path) -> Config:
    common = {"model": {"name": str(tokenizer), "template": "chatml"}, "packing": {"window": 512}}
    return Config.model_validate(common | asked)


def changed(config: Config, **sections: dict[str, Any]) -> Config:
    whole = config.model_dump()
    return Config.model_validate(whole | {name: whole[name] | fields for name, fields in sections.items()})


def quietly(config: Config) -> Store:
    return prepare(config, tell=lambda line: None)


def told(config: Config) -> list[str]:
    lines: list[str] = []
    prepare(config, tell=lines.append)
    return lines


def left_in(folder: Path) -> list[Path]:
    """Return what is there beside locks and remembered hashes."""
    return [path for path in folder.iterdir() if path.suffix != ".lock" and path.name != "hashes"]


def aged(path: Path) -> None:
    """Give a file a time of last change that lies behind, as if it had been written long ago."""
    while time.time_ns() - path.stat().st_ctime_ns < 2.1e9:
        time.sleep(0.1)
