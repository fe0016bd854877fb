"""Compiled, it learns the same, and changing windows don't make a program each."""

import logging
from collections.abc import Iterator

import pytest
import torch

from tests.training.models import gradients, mistral
from tests.training.test_loss import packs
from training.attention import choose
from training.collate import Flat
from training.loss import install_loss

WINDOWS = 12
PROGRAMS = 8
"""What torch makes of one function before it gives up: `recompile_limit`. Ours has a few functions and two shapes."""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Tracing writes so much for whoever listens that it takes minutes."""
    logging.disable(logging.WARNING)
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    yield
    torch._dynamo.reset()
    logging.disable(logging.NOTSET)


def test_compiled_it_is_the_same() -> None:
    """What is traced is torch's work; the code it would make of it takes minutes here, and is left out."""
    choose("sdpa_docs", "cpu")
    plain, model = (mistral("sdpa_docs", num_hidden_layers=1) for _ in range(2))
    install_loss(plain)
    install_loss(model)
    compiled = torch.compile(model, backend="eager")
    for seed in range(WINDOWS):
        batch = Flat()(packs(seed, number=1 + seed % 4))
        loss, expected = compiled(**batch).loss, plain(**batch).loss
        torch.testing.assert_close(loss, expected)
        loss.backward()
        expected.backward()
    torch.testing.assert_close(gradients(model), gradients(plain))
    assert 0 < torch._dynamo.utils.counters["stats"]["unique_graphs"] <= 2 * PROGRAMS
