"""On the sample: how varied the requests are in meaning, by sentence embeddings that a child process reckons.

The child keeps torch, and whatever it leaks, out of the process that holds the data.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.data.batches import Places
from eval.data.findings import Finding, finding, note
from eval.data.rows import Item
from eval.data.sample import by_skill

Embed = Callable[[Sequence[str]], Any]
"""From texts to float32 of (texts, size), rows of length 1."""
ALIKE = 0.95
"""Cosine above which two requests say the same."""
CLUSTER = 0.85
"""Cosine above which two are of one cluster."""
_FEWEST = 10
"""Pairs of a skill below which it has no figures of its own."""
_SECONDS = 900.0
_READ = 1500
"""Characters of a text that are embedded: the model reads 256 tokens."""
_CHILD = """
import json, sys, numpy
from sentence_transformers import SentenceTransformer
model, source, target = sys.argv[1:]
texts = json.load(open(source, encoding="utf-8"))
found = SentenceTransformer(model, device="cpu").encode(texts, batch_size=32, normalize_embeddings=True)
numpy.save(target, numpy.asarray(found, numpy.float32))
"""


class NotHad(Exception):
    """There are no embeddings; the message says why."""


def embedder(model: str = "") -> Embed:
    """Return what embeds texts with the default model or one by name. Raises `NotHad` saying why there is none."""
    from tools.embeddings import find_embeddings
    from tools.errors import RetrievalError

    why: list[str] = []
    try:
        found = find_embeddings(model, why.append)
    except RetrievalError as error:
        raise NotHad(str(error)) from None
    if found is None:
        raise NotHad("; ".join(why).removeprefix("Retrieval is by words, not by meaning: "))
    path = found.path
    return lambda texts: _by_child(path, texts)


def _by_child(model: str, texts: Sequence[str]) -> Any:
    import numpy as np

    with tempfile.TemporaryDirectory(prefix="agentinstruct-eval-") as scratch:
        source, target = Path(scratch) / "texts.json", Path(scratch) / "found.npy"
        source.write_text(json.dumps([text[:_READ] for text in texts]), encoding="utf-8")
        command = [sys.executable, "-P", "-c", _CHILD, model, str(source), str(target)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotHad(f"the embedding process failed: {type(error).__name__}") from None
        if done.returncode or not target.exists():
            last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise NotHad(f"the embedding process failed: {last[:200]}")
        return np.load(target)


def meaning(pairs: Sequence[tuple[int, Item]], embed: Embed) -> dict[str, Any]:
    """Return figures of the whole sample and of each skill. Raises `NotHad`."""
    if len(pairs) < 2:
        raise NotHad(f"the sample holds {len(pairs)} pairs; two are needed")
    vectors = embed([item.asked or item.request or item.system for _, item in pairs])
    numbers = [number for number, _ in pairs]
    at = {number: i for i, number in enumerate(numbers)}
    skills = {
        skill: _figures(vectors[[at[number] for number, _ in of]])
        for skill, of in by_skill(pairs).items()
        if len(of) >= _FEWEST
    }
    closest = _closest(vectors, [item.root for _, item in pairs])
    alike = [(numbers[i], numbers[j], cosine) for i, (j, cosine) in enumerate(closest) if cosine >= ALIKE]
    return {"all": _figures(vectors), "skills": skills, "alike": alike}


def _figures(vectors: Any) -> dict[str, Any]:
    """Return the mean cosine of two, the Vendi score and the effective number of clusters.

    Vendi score: e to the entropy of the eigenvalues of the cosines divided by n; as many as there were different
    things, were they wholly different. Clusters: those connected by cosines of 0.85; e to the entropy of their shares.
    """
    import numpy as np

    n = len(vectors)
    cosines = np.clip(vectors @ vectors.T, -1.0, 1.0).astype(np.float64)
    values = np.clip(np.linalg.eigvalsh(cosines / n), 0, None)
    sizes = _cluster_sizes(cosines >= CLUSTER)
    return {
        "n": n,
        "mean_cosine": float((cosines.sum() - np.trace(cosines)) / max(1, n * (n - 1))),
        "vendi": float(np.exp(_entropy(values / max(values.sum(), 1e-12)))),
        "clusters": len(sizes),
        "effective_clusters": float(np.exp(_entropy(np.array(sizes) / n))),
        "largest_cluster": max(sizes),
    }


def _entropy(shares: Any) -> float:
    import numpy as np

    shares = shares[shares > 1e-12]
    return float(-(shares * np.log(shares)).sum())


def _cluster_sizes(linked: Any) -> list[int]:
    import numpy as np

    left, sizes = np.ones(len(linked), bool), []
    for first in range(len(linked)):
        if left[first]:
            members = np.zeros(len(linked), bool)
            members[first] = True
            while (grown := linked[members].any(axis=0) | members).sum() > members.sum():
                members = grown
            left &= ~members
            sizes.append(int(members.sum()))
    return sizes


def _closest(vectors: Any, roots: Sequence[str]) -> list[tuple[int, float]]:
    """Return for each row the nearest of another root and its cosine: what was refined from one thing is alike."""
    import numpy as np

    cosines = vectors @ vectors.T
    whose = np.unique(np.array(roots), return_inverse=True)[1]
    cosines[whose[:, None] == whose[None, :]] = -1.0
    nearest = cosines.argmax(axis=1)
    return [(int(j), float(cosines[i, j])) for i, j in enumerate(nearest)]


def meaning_findings(result: Mapping[str, Any], places: Places) -> Iterator[Finding | None]:
    """Yield how many requests of the sample say what another says."""
    if "why_not" in result:
        yield note("alike", "Variety of meaning was not measured", str(result["why_not"]))
        return
    alike, n = result["alike"], result["all"]["n"]
    first = sorted(alike, key=lambda one: -one[2])[:10]
    links = [places.link(a, f"cosine {cosine:.2f} with {places.link(b).id}"[:160]) for a, b, cosine in first]
    yield finding("alike", "Requests that say what another says", len(alike) / n, n, "", links)
