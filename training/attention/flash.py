"""Flash attention from its own packages, or as a ready-built kernel of the Hugging Face hub.

transformers calls them; all that is done here is to see whether they can be had, and to load them at once, so that a
wheel built for another PyTorch ("undefined symbol") is passed over with its reason instead of failing in the first
step. Batches must be flat with `cu_seq_lens_*`: with rows and positions alone transformers takes the plain kernel, and
documents see each other. **Not verified on a GPU**: written by transformers' documentation and code.
"""

from __future__ import annotations

from collections.abc import Callable

from training.attention.backend import Backend, Machine, Needs, first

LARGEST_HEAD = 256


def _why_not(
    package: str, oldest: tuple[int, int], newest: tuple[int, int] = (99, 0)
) -> Callable[[Machine, Needs], str]:
    def why_not(machine: Machine, needs: Needs) -> str:
        limits = {
            "no NVIDIA GPU": machine.kind != "cuda",
            f"{package} is not installed": package not in machine.packages,
            f"a GPU older than {_chip(oldest)}": machine.capability < oldest,
            "a GPU newer than it is built for": machine.capability >= newest,
            "precision is fp32": needs.precision == "fp32",
            f"heads of more than {LARGEST_HEAD}": needs.head_dim > LARGEST_HEAD,
            f"it has layers of {needs.layers}": bool(needs.layers),
            "the model doesn't take it": not needs.flash,
        }
        return first(limits)

    return why_not


def _chip(capability: tuple[int, int]) -> str:
    return {(8, 0): "the A100", (9, 0): "the H100"}[capability]


def _prepare(implementation: str) -> Callable[[], None]:
    def prepare() -> None:
        from transformers.modeling_flash_attention_utils import lazy_import_flash_attention

        lazy_import_flash_attention(implementation)

    return prepare


FLASH_3 = Backend(
    "flash_attention_3",
    "flash_attention_3",
    "flat",
    "the package flash-attn-3",
    _why_not("flash-attn-3", (9, 0), (10, 0)),
    _prepare("flash_attention_3"),
)
FLASH_2 = Backend(
    "flash_attention_2",
    "flash_attention_2",
    "flat",
    "the package flash-attn",
    _why_not("flash-attn", (8, 0)),
    _prepare("flash_attention_2"),
)
HUB_3 = Backend(
    "hub_flash_3",
    "kernels-community/vllm-flash-attn3",
    "flat",
    "flash attention 3 as a kernel of the hub",
    _why_not("kernels", (9, 0), (10, 0)),
    _prepare("kernels-community/vllm-flash-attn3"),
    fetches=True,
)
HUB_2 = Backend(
    "hub_flash_2",
    "kernels-community/flash-attn2",
    "flat",
    "flash attention 2 as a kernel of the hub",
    _why_not("kernels", (8, 0)),
    _prepare("kernels-community/flash-attn2"),
    fetches=True,
)
