"""Put an exported model on the hub, for oneself alone unless it is said otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from training.errors import UsageError

GOES: Final = (
    "README.md", "settings.yaml", "config.json", "generation_config.json", "chat_template.jinja", "*.safetensors",
    "*.safetensors.index.json", "tokenizer*", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "merges.txt",
)  # fmt: skip
"""What of a folder is put there, and nothing else: no optimizer's state, nobody's notes."""


def files(folder: Path) -> list[Path]:
    """Return what of an exported folder goes to the hub. UsageError: it isn't one."""
    found = sorted({file for pattern in GOES for file in folder.glob(pattern) if file.is_file()})
    names = {file.name for file in found}
    if not {"README.md", "config.json"} <= names or not any(name.endswith(".safetensors") for name in names):
        raise UsageError(f"{folder} is no exported model: `python -m training export OUT --to {folder}` makes one")
    return found


def push(folder: Path, repository: str, *, public: bool = False, tell: Callable[[str], None]) -> str:
    """Put the files of an exported model into a hub's repository, made if it isn't there; return its address.

    Who pushes is who is logged in (`hf auth login`, or HF_TOKEN). UsageError: no exported model, no such name, refused.
    """
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise UsageError(f"{repository!r} is no repository: say OWNER/NAME")
    names = [file.name for file in files(folder)]
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled

    api = HfApi()
    try:
        address = str(api.create_repo(repository, private=not public, exist_ok=True))
        if not public and not api.repo_info(repository).private:  # it was there already
            raise UsageError(f"{repository} is there already, and public: say --public, or another name")
        tell(f"{len(names)} files of {folder} to {address}")
        api.upload_folder(
            repo_id=repository, folder_path=folder, allow_patterns=names, commit_message="Fine-tuned model"
        )
    except OfflineModeIsEnabled:
        raise UsageError("HF_HUB_OFFLINE is set, so that the hub isn't asked: unset it to push") from None
    except (HfHubHTTPError, LocalTokenNotFoundError, ConnectionError) as error:
        first = " ".join(str(error).split())[:200] or type(error).__name__
        raise UsageError(f"the hub did not take it ({first}): log in with `hf auth login`, or set HF_TOKEN") from None
    return address
