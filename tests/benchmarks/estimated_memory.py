"""What `estimate` says a device will hold, beside what a step really takes, each setting in a process of its own.

    python -m tests.benchmarks.estimated_memory                        # on a GPU where there is one
    python -m tests.benchmarks.estimated_memory --width 2048 --layers 22 --window 8192

Two steps of AdamW on one window, a single document, the loss ours; the most that PyTorch had allocated at a time. On a
CPU a process takes more than that: what is freed stays with it.
"""

import argparse
import json
import subprocess
import sys
from itertools import accumulate
from typing import Any

SETTINGS = {
    "fp32, checkpointing": {"memory.precision": "fp32", "memory.checkpointing": "full"},
    "fp32, all kept": {"memory.precision": "fp32", "memory.checkpointing": "off"},
    "fp32, all kept, plain loss": {
        "memory.precision": "fp32", "memory.checkpointing": "off", "memory.loss": "plain",
    },
    "bf16, checkpointing": {"memory.precision": "bf16", "memory.checkpointing": "full"},
    "bf16, all kept": {"memory.precision": "bf16", "memory.checkpointing": "off"},
    "bf16, adapters, checkpointing": {"memory.precision": "bf16", "memory.checkpointing": "full", "lora.rank": "16"},
}  # fmt: skip


def main() -> None:
    """Measure each and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--window", type=int, default=1024)
    parser.add_argument("--setting", choices=SETTINGS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.setting:
        print(json.dumps(measure(options)))
        return
    print(f"{options.layers} layers of {options.width}, {options.vocabulary} words, a window of {options.window}")
    print(f"{'setting':32}{'estimated, MB':>15}{'measured, MB':>15}{'estimated / measured':>22}")
    for name in SETTINGS:
        command = [sys.executable, "-m", "tests.benchmarks.estimated_memory", *sys.argv[1:], "--setting", name]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            print(f"{name:32} {done.stderr.strip().splitlines()[-1][:90]}")
            continue
        said, taken = json.loads(done.stdout.splitlines()[-1])
        print(f"{name:32}{said / 1e6:15,.0f}{taken / 1e6:15,.0f}{said / taken:22.2f}")


def measure(options: argparse.Namespace) -> tuple[float, float]:
    """Return the bytes that are estimated and those that two steps took."""
    import torch
    from transformers import LlamaConfig

    from training.flops import Architecture
    from training.memory import room
    from training.settings import read

    here = LlamaConfig(
        hidden_size=options.width, intermediate_size=options.width * 11 // 4, num_hidden_layers=options.layers,
        num_attention_heads=options.width // 64, num_key_value_heads=options.width // 64,
        vocab_size=options.vocabulary, use_cache=False,
    )  # fmt: skip
    chosen = [("batch.per_device", "1"), ("packing.window", str(options.window)), *SETTINGS[options.setting].items()]
    config = read(preset="tiny-cpu", overrides=chosen)
    if torch.cuda.is_available():
        config = config.model_copy(update={"device": "auto"})
    said = room(config, Architecture.of(here)).total
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda":
        _train(here, options.window, device, config)
        return said, float(torch.cuda.max_memory_allocated())
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as seen:
        _train(here, options.window, device, config)
    found: Any = seen.profiler
    events = (
        (event.start_ns(), event.nbytes()) for event in found.kineto_results.events() if event.name() == "[memory]"
    )
    return said, float(max(accumulate(size for _, size in sorted(events))))


def _train(here: Any, window: int, device: str, config: Any) -> None:
    import torch
    from transformers import LlamaForCausalLM

    from training.loss import install_loss

    half = config.lora is not None and config.memory.precision == "bf16"
    torch.set_default_dtype(torch.bfloat16 if half else torch.float32)
    model: Any = LlamaForCausalLM(here)
    torch.set_default_dtype(torch.float32)
    install_loss(model, config.memory.loss)
    if config.memory.checkpointing == "full":
        model.gradient_checkpointing_enable({"use_reentrant": False})
    if config.lora is not None:
        from peft import LoraConfig, get_peft_model

        model = get_peft_model(model, LoraConfig(r=config.lora.rank, target_modules="all-linear"))
        model.enable_input_require_grads()
    _two_steps(model, window, device, config)


def _two_steps(model: Any, window: int, device: str, config: Any) -> None:
    import torch

    model = model.to(device).train()
    optimizer = torch.optim.AdamW([part for part in model.parameters() if part.requires_grad])
    ids = torch.randint(0, 1000, (1, window), device=device)
    for _ in range(2):
        with torch.autocast(device, torch.bfloat16, enabled=config.memory.precision == "bf16"):
            loss = model(input_ids=ids, labels=ids, use_cache=False).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)


if __name__ == "__main__":
    main()
