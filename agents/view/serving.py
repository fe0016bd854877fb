"""Opens the page over a run and serves it until Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from agents.view.server import Viewer


def serve(folder: Path, *, port: int | None, who: str, browser: bool, say: Callable[[str], None]) -> None:
    """Serve a run's page until the process is told to end. Raises `UsageError` before anything is served."""
    # What strangers send is no news for who started this.
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    asyncio.run(_serve(folder, port, who, browser, say))


async def _serve(folder: Path, port: int | None, who: str, browser: bool, say: Callable[[str], None]) -> None:
    viewer = Viewer(folder, who=who)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        await viewer.start(port)
        say(f"Looking into {folder}: {viewer.url}")
        say("The address lets in whoever knows it. Ctrl-C ends this.")
        if browser and has_browser(os.environ):
            threading.Thread(target=_open, args=(viewer.url,), daemon=True).start()
        await ended.wait()
    finally:
        await viewer.close()


def has_browser(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Say whether a browser can show up: one in this terminal would take it over."""
    if platform in ("darwin", "win32"):
        return True
    return any(environment.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))


def _open(url: str) -> None:
    with suppress(Exception):  # the address is printed anyway
        webbrowser.open(url)
