"""The page in a real browser, and the viewer that serves it."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.teams.command import ROOT, environment

PORT = ("--port", "0")
NEWS = """
window.news = 1;
window.heard = 0;
window.fetched = window.fetch;
window.fetch = async (url, ...rest) => {
  const since = /api\\/changes.*since=(\\d+)/.exec(String(url));
  if (!since) return window.fetched(url, ...rest);
  while (window.news <= Number(since[1])) await new Promise((go) => setTimeout(go, 10));
  setTimeout((n) => { window.heard = n; }, 500, window.news);
  return new Response(JSON.stringify({changed: window.news}));
};
"""
"""A script: the page hears that something is new whenever `window.news` grows; `window.heard` grows well after it."""
PATIENCE = 30_000
"""Milliseconds: the machine may be busy."""


def escaped(id: str) -> str:
    """Return an id as addresses of the page hold it."""
    return quote(id, safe="!'()*-._~:@,+")


class Viewers:
    """Viewers over copies of runs, one for each run that is asked for."""

    def __init__(self, places: pytest.TempPathFactory) -> None:
        self._places = places
        self._known: dict[Path, Viewer] = {}

    def __enter__(self) -> Viewers:
        return self

    def __exit__(self, *_: object) -> None:
        for viewer in self._known.values():
            viewer.end()

    def over(self, run: Path) -> Viewer:
        """Return the viewer over a copy of `run`, started if it is not going."""
        if run not in self._known:
            folder = self._places.mktemp("viewed") / run.name
            shutil.copytree(run, folder)
            self._known[run] = Viewer(folder)
            self._known[run].read()
        return self._known[run]


class Viewer:
    """`python -m agents.view FOLDER`, the very command people use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self, *words: str) -> None:
        """Start it, on a port that nobody else is after, and wait for the address it prints."""
        command = [sys.executable, "-m", "agents.view", str(self.folder), "--no-browser", "--as", "Ada", *PORT, *words]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=environment()
        )
        assert self._process.stdout
        for line in self._process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+/\?token=[\w-]+", line):
                self.url = found.group()
                return
        raise AssertionError(f"no address was printed; it ended with {self._process.wait()}")

    def read(self, judged: int | None = None) -> None:
        """Wait till it has read the whole journal, or says why it can't; or till it knows of so many judged pairs."""
        address, _, token = self.url.partition("/?token=")
        request = Request(f"{address}/api/overview", headers={"Authorization": f"Bearer {token}", "Origin": address})
        end = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < end:
            try:
                with urlopen(request, timeout=PATIENCE / 1000) as answer:
                    said = json.load(answer)
                    index, counts = said["index"], said["counts"]
            except OSError:  # there is none yet
                pass
            else:
                if judged is None and (index["ordered"] or index["note"]):
                    return
                if judged == counts["accepted"] + counts["rejected"]:
                    return
            time.sleep(0.05)
        raise AssertionError("the viewer has not read the journal")

    def end(self) -> None:
        """End it as Ctrl-C does."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
        if self._process.stdout:
            self._process.stdout.close()


class Shown:
    """A page of the viewer in a window of its own, with what it asked for and what went wrong in it."""

    def __init__(self, browser: Any, viewer: Viewer, address: str, **options: Any) -> None:
        self.viewer = viewer
        self.expected: list[str] = []
        """Parts of what may be said in the console: a refused request is noted there by the browser itself."""
        self._said: list[str] = []
        self.asked: list[str] = []
        """Addresses of all requests."""
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self._heard(said.type, said.text))
        self.page.on("pageerror", lambda error: self._said.append(f"the page failed: {error}"))
        self.page.on("dialog", self._dialog)
        self.context.on("page", lambda page: self._said.append(f"a window was opened: {page.url}"))
        self.page.on("download", lambda _: self._said.append("something was downloaded"))
        self.go(address)

    def go(self, address: str) -> None:
        """Open an address (`#/pairs`) anew and wait till it is shown."""
        self.page.goto("about:blank")
        self.page.goto(self.viewer.url + address)
        self.settled()

    def settled(self) -> None:
        """Wait till what the address names is shown."""
        self.page.wait_for_selector("main[data-shown]", state="attached")

    def pair(self, id: str, rest: str = "") -> None:
        """Open a pair's story."""
        self.go(f"#/pair/{escaped(id)}{rest}")

    def text(self, selector: str = "main") -> str:
        """Return what is to be read in an element."""
        return str(self.page.inner_text(selector))

    @property
    def problems(self) -> list[str]:
        """All that no page should do: fail, ask somebody else, open windows or dialogs, break its policy."""
        here = urlsplit(self.viewer.url).netloc
        strange = [f"it asked {url}" for url in self.asked if urlsplit(url).netloc != here and url != "about:blank"]
        return [said for said in self._said if not any(part in said for part in self.expected)] + strange

    def forget(self) -> None:
        """Hold nothing against it that was before."""
        self._said.clear()
        self.asked.clear()

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self._said.append(text)

    def _dialog(self, dialog: Any) -> None:
        self._said.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def close(self) -> None:
        self.context.close()
