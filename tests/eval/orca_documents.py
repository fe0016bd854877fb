"""Documents of our own making, and sets of them, to build Orca-Sum of."""

import json
import random
from pathlib import Path

from eval.orca_sum.documents import Document, key_of
from eval.orca_sum.sets import DataSet
from tools.word_hashes import words_in

WORDS = words_in(
    "harbour lantern ferry council ledger orchard winter copper signal bridge market tunnel weather engine garden "
    "letter mirror number office paper quarry river season timber valley window yellow zinc amber basket candle dragon"
)


def text_of(number: int, words: int = 120) -> str:
    """A document of our own making, unlike any other's."""
    drawn = random.Random(number)
    return " ".join(drawn.choice(WORDS) for _ in range(words)).capitalize() + "."


def rows_file(path: Path, texts: list[str], column: str = "text") -> Path:
    path.write_text("".join(json.dumps({column: text}) + "\n" for text in texts))
    return path


def own_set(path: Path, name: str = "ours", column: str = "text", domain: str = "news") -> DataSet:
    return DataSet(name, column, domain, "ours", path=path, about="documents of ours")


def documents(texts: list[str], name: str = "ours") -> list[Document]:
    return [Document(f"{name}-{number}", name, text, key_of(text)) for number, text in enumerate(texts)]
