"""The searcher's retrievals come from a real Chroma collection, and documents are made of what they brought back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.models.scripted import Request, call
from teams.engine.checks.copying import copied_share
from teams.rag import skill
from tests.teams.rag.writer import Librarian
from tests.teams.whole_runs import ARTICLES, over_articles, rows

pytestmark = [pytest.mark.chroma, pytest.mark.usefixtures("no_sandbox")]
QUERIES = ("letters sent in December long ago", "food cooked from pulses")


class Curious(Librarian):
    """Looks for things the text does not name, by what they mean."""

    def search(self, request: Request) -> object:
        if request.turn < len(QUERIES):
            return call("search_documents", query=QUERIES[request.turn], k=4)
        return super().search(request)

    def choose(self, request: Request) -> str:
        return json.dumps({"why": "The collection may hold more of it.", "chosen": ["retrieved"]})


async def test_documents_come_from_the_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("tools.index.cache_folder", lambda: tmp_path / "cache")
    await over_articles(skill, Curious().answers, tmp_path / "run", pairs=4)
    kept = rows(tmp_path / "run" / "pairs.jsonl")
    assert kept
    others = "\n".join(path.read_text() for path in ARTICLES.iterdir())
    for row in kept:
        searches = {search["query"]: search["found"] for search in row["retrievals"]}
        assert set(QUERIES) <= searches.keys()
        # By meaning: neither word stands in what is found.
        assert any("winter_mail" in id for id in searches[QUERIES[0]])
        assert any("chickpea" in id for id in searches[QUERIES[1]])
        assert row["documents"]["corpus"] >= 1
        assert row["documents"]["written"] >= 1
        assert QUERIES[0] in json.dumps(row["verdict"]), "the searches stand in the evidence"
        assert copied_share(row["messages"][0]["content"], others) > 0.03, "words of other articles are in the message"
    assert any((tmp_path / "cache" / "index").glob("*/chroma.sqlite3"))
