"""What the tests of the choice, number and expression tasks share: models that follow a script, and rows rekeyed."""

from collections.abc import Callable, Sequence
from typing import Any

from eval.records import Item, Message
from eval.sources import miniature, read_rows
from eval.speakers import Function
from eval.task import Task, items_of, load
from eval.tasks._asking import letters

CHOICES = ("arc", "gpqa", "mmlu", "race")
NAMES = ("agieval", "arc", "gpqa", "gsm8k", "hendrycks_math", "mmlu", "race", "squad")
"""All tasks of these tests."""
Write = Callable[[Item], str]


def small(name: str) -> tuple[Task, list[Item]]:
    """Return a task and the items of its miniature."""
    task = load(name)
    return task, items_of(task, None, is_miniature=True)


def rows_of(name: str) -> list[Any]:
    """Return the rows of a miniature, as its file has them."""
    return list(read_rows(name, load(name).source, miniature(name)))


class Writing(Function):
    """A model that knows the items, and writes what it is told to."""

    def __init__(self, items: Sequence[Item], write: Write) -> None:
        self.asked: list[str] = []
        self._write = write
        self._items = {item.turns[0].ask: item for item in items}
        super().__init__("python:writing", self.answer)

    def answer(self, messages: list[Message]) -> str:
        """Find the item by its question, and write."""
        (message,) = messages
        self.asked.append(message["content"])
        return self._write(self._items[message["content"]])


def short(item: Item) -> str:
    """The answer in the form that is asked for."""
    return f"Let me think about it.\n\nAnswer: {_said(item, right=True)}"


def wrong(item: Item) -> str:
    """Another answer, in the same form."""
    return f"Let me think about it.\n\nAnswer: {_said(item, right=False)}"


def silent(item: Item) -> str:
    """Nothing."""
    return ""


def prose(item: Item) -> str:
    """The answer in a chat's own way, without the line that was asked for."""
    if item.options:
        at = letters(len(item.options)).index(item.target)
        others = [letter for letter in letters(len(item.options)) if letter != item.target]
        return (
            f"There is something to be said for ({others[0]}), and I was tempted by it at first. On a closer look it "
            f"does not hold. The correct answer is **({item.target}) {item.options[at]}**"
        )
    if isinstance(item.target, list):
        return f"The text says it was **{item.target[0]}**." if item.target else "The text does not mention that."
    if _is_number(item.target):
        return f"We take the quantities one by one.\n\nSo the result is **{item.target}**."
    return f"We take it step by step, and obtain\n\\[\n\\boxed{{{item.target}}}\n\\]\nThis is what was asked for."


def _said(item: Item, right: bool) -> str:
    if item.options:
        return item.target if right else next(one for one in letters(len(item.options)) if one != item.target)
    if isinstance(item.target, list):
        return (item.target[0] if item.target else "unanswerable") if right else "zebra xylophone"
    if _is_number(item.target):
        return item.target if right else str(float(item.target) + 1)
    return rf"$\boxed{{{item.target}}}$" if right else r"$\boxed{12345}$"


def _is_number(target: Any) -> bool:
    return isinstance(target, str) and target.removeprefix("-").replace(".", "", 1).isdigit()


def rekeyed(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return a row with another key and other words beside it, and the same question."""
    if name == "gsm8k":
        return {**data, "answer": "Nothing of this is to be seen.\n#### 987654"}
    if name == "hendrycks_math":
        return {**data, "solution": r"Nothing of this is to be seen: $\boxed{987654}$."}
    if name == "squad":
        return {**data, "answers": {"text": ["zebra xylophone"], "answer_start": [0]}}
    if name == "arc":
        labels = data["choices"]["label"]
        return {**data, "answerKey": labels[(labels.index(data["answerKey"]) + 1) % len(labels)]}
    if name == "mmlu":
        return {**data, "answer": (data["answer"] + 1) % 4}
    if name == "race":
        return {**data, "answer": "ABCD"["DABC".index(data["answer"])]}
    assert name == "agieval"
    if data["options"] is None:
        return {**data, "answer": "987654", "other": {"solution": "Nothing of this is to be seen."}}
    return {**data, "label": "ABCD"["DABCC".index(data["label"]) % 4] if data["label"] != "E" else "A"}
