"""Peak memory of the loss: ours beside the model's own and TRL's, on the same batch, each in a process of its own.

    python -m tests.benchmarks.loss_memory --tokens 8192 --vocabulary 32000

A model without layers, so that what is measured is the head, the loss and their backward pass: the greatest resident
memory during a step above that before it. Bound: a quarter of the model's own. TRL's is written for a GPU, where it
leaves out what is not trained; on a CPU it makes logits of every token.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

KINDS = {"own": "the model's own", "trl": "TRL, fused head", "plain": "ours, plain", "chunked": "ours, chunked"}
BOUND = 0.25
MEGABYTE = 1e6


def main() -> None:
    """Measure each kind and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=8192)
    parser.add_argument("--vocabulary", type=int, default=32000)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--trained", type=float, default=0.56, help="share of tokens with a label")
    parser.add_argument("--kind", choices=KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.kind:
        print(json.dumps(measure(options)))
        return
    found = {kind: child(kind, sys.argv[1:]) for kind in KINDS}
    own = found["own"]["peak"]
    print(f"{options.tokens} tokens x {options.vocabulary}, width {options.width}, {options.trained:.0%} trained, CPU")
    print(f"{'loss':18}{'peak, MB':>10}{'of own':>9}{'CPU, s':>9}{'loss':>12}")
    for kind, name in KINDS.items():
        if "why" in found[kind]:
            print(f"{name:18}{found[kind]['why']}")
            continue
        peak, seconds, loss = (found[kind][what] for what in ("peak", "seconds", "loss"))
        print(f"{name:18}{peak / MEGABYTE:10.0f}{peak / own:9.2f}{seconds:9.1f}{loss:12.6f}")
    print(f"bound: chunked at most {BOUND} of the model's own")
    if found["chunked"]["peak"] > BOUND * own:
        raise SystemExit(1)


def child(kind: str, arguments: list[str]) -> dict[str, Any]:
    """Measure one kind in a process that nothing else has grown."""
    command = [sys.executable, "-m", "tests.benchmarks.loss_memory", "--kind", kind, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"HF_HUB_OFFLINE": "1"})
    if done.returncode:
        return {"why": f"failed: {done.stderr.strip().splitlines()[-1]}"}
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Take one step after a small one that loads what is loaded late."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=options.vocabulary,
        hidden_size=options.width,
        num_hidden_layers=0,
        num_attention_heads=4,
        tie_word_embeddings=True,
    )
    model, more = LlamaForCausalLM(config), {}
    if options.kind == "trl":
        from trl.trainer.utils import add_fused_lm_head

        add_fused_lm_head(model)
        more = {"fused_lm_head": True}
    elif options.kind != "own":
        from training.loss import install_loss

        install_loss(model, options.kind)
    ids = torch.randint(0, options.vocabulary, (1, options.tokens))
    labels = ids.masked_fill(torch.rand(ids.shape) > options.trained, -100)
    model(input_ids=ids[:, :16], labels=ids[:, :16], **more).loss.backward()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    loss = model(input_ids=ids, labels=labels, **more).loss
    loss.backward()
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"peak": peak * 1024.0, "seconds": seconds, "loss": loss.item()}


if __name__ == "__main__":
    main()
