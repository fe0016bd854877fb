"""A loss that is not the plain one is noticed before it trains, whatever is wrong with it."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from training import loss, loss_check
from training.errors import UsageError
from training.loss_check import distance, tried

Change = Callable[[Any], Any]


@pytest.mark.parametrize("half", [False, True])
def test_ours_is_the_plain_one_and_draws_nothing(half: bool) -> None:
    state = torch.random.get_rng_state()
    assert distance("chunked", device="cpu", half=half) is None
    assert tried("chunked", "auto", device="cpu", half=half, tell=pytest.fail) == "chunked"
    assert torch.equal(torch.random.get_rng_state(), state)


def spoil(monkeypatch: pytest.MonkeyPatch, what: Callable[..., Any]) -> None:
    """Do something to what the head comes to, as a kernel might."""
    right = loss.of_head
    monkeypatch.setattr(loss_check, "of_head", lambda *given: what(right(*given), *given))


def scaled(found: Any, *given: Any) -> Any:
    return found[0] * 1.05, found[1]


def without_a_target(found: Any, head: Any, hidden: Any, targets: Any, weights: Any, liger: bool) -> Any:
    return loss.cross_entropy(hidden, head.weight, None, targets.clone().fill_(0), weights)


def right_with_other_gradients(found: Any, *given: Any) -> Any:
    return found[0].detach() + 0.9 * (found[0] - found[0].detach()), found[1]


def no_number(found: Any, *given: Any) -> Any:
    return found[0] * float("nan"), found[1]


def no_kernel(found: Any, *given: Any) -> Any:
    raise RuntimeError("no kernel image is available for execution on the device")


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("what", [scaled, without_a_target, right_with_other_gradients, no_number, no_kernel])
def test_what_is_wrong_is_not_taken(monkeypatch: pytest.MonkeyPatch, what: Callable[..., Any], half: bool) -> None:
    spoil(monkeypatch, what)
    told: list[str] = []
    assert tried("chunked", "auto", device="cpu", half=half, tell=told.append) == "plain"
    assert "the chunked loss is not the plain one on this device (off by" in told[0]
    assert told[0].endswith("plain is taken")
    with pytest.raises(UsageError, match=r"memory\.loss plain"):
        tried("chunked", "chunked", device="cpu", half=half, tell=told.append)


def test_a_kernel_that_is_wrong_gives_way_to_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch, lambda found, *given: scaled(found) if given[-1] else found)
    told: list[str] = []
    assert tried("liger", "auto", device="cpu", half=False, tell=told.append) == "chunked"
    assert len(told) == 1
    with pytest.raises(UsageError, match=r"the liger loss .*: memory\.loss chunked"):
        tried("liger", "liger", device="cpu", half=False, tell=told.append)


def test_plain_is_what_others_are_held_against(monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch, no_kernel)
    assert tried("plain", "auto", device="cpu", half=True, tell=pytest.fail) == "plain"
