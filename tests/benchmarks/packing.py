"""Packing, prepared bytes, and fetching a pack: ours beside TRL's, on the same chats in one run.

    python -m tests.benchmarks.packing --chats 1000000 --peer-chats 50000 --stored-chats 4000

Lengths are lognormal, with a median of 600 and a mean of about 890 tokens, as those of instruction data. TRL packs as
much as `--peer-chats` and its time is multiplied up to `--chats`: it grows with their number. axolotl stands beside it
where it is installed (see `axolotl`). What is counted is CPU seconds of the process, so that a busy machine changes
little.
"""

import argparse
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WINDOW = 8192
VOCAB = 32_000


def lengths_of(count: int) -> NDArray[np.int64]:
    """Draw lengths, tokens."""
    drawn = np.exp(np.random.default_rng(0).normal(np.log(600), 0.9, count))
    return drawn.astype(np.int64).clip(16, WINDOW)


def chat(number: int, length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Make a chat's token ids and what of them is trained: the second half, in two turns."""
    ids = np.random.default_rng(number).integers(3, VOCAB, length)
    quarter = length // 4
    return ids, np.array([[quarter, 2 * quarter], [3 * quarter, length]])


def cpu(what: Callable[[], Any]) -> tuple[float, Any]:
    """Return CPU seconds and the result."""
    start = time.process_time()
    result = what()
    return time.process_time() - start, result


def packing(chats: int, peer_chats: int) -> None:
    """Print CPU seconds and fill."""
    import datasets
    import pyarrow as pa
    from trl import pack_dataset

    from training.pack import pack

    lengths = lengths_of(chats)
    times = []
    for seed in range(3):
        seconds, packs = cpu(lambda seed=seed: pack(lengths, WINDOW, seed=seed))  # type: ignore[misc]
        times.append(seconds)
    few = lengths[:peer_chats]
    offsets = np.concatenate([[0], np.cumsum(few)])
    column = pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(np.ones(offsets[-1], np.int32)))
    table = pa.table({"input_ids": column, "labels": column})
    peer, packed = cpu(lambda: pack_dataset(datasets.Dataset(table), WINDOW, "bfd"))
    filled = sum(sum(row) for row in packed["seq_lengths"]) / (len(packed) * WINDOW)
    scaled = peer * chats / peer_chats
    print(f"pack {chats:,} chats of {lengths.sum():,} tokens into windows of {WINDOW}")
    print(f"  ours  {min(times):8.3f} CPU-s   fill {packs.fill:8.4%}   {len(packs):,} packs")
    print(f"  TRL   {scaled:8.1f} CPU-s   fill {filled:8.4%}   ({peer:.1f} CPU-s for {peer_chats:,}, multiplied up)")
    print(f"  ours / TRL: 1/{scaled / min(times):.0f} of the time")
    packing_by_axolotl(lengths, min(times))


def packing_by_axolotl(lengths: NDArray[np.int64], ours: float) -> None:
    """Print CPU seconds and fill of all lengths, or why there are none."""
    from tests.benchmarks import axolotl

    try:
        packer = axolotl.packer(WINDOW)
    except ImportError as error:
        print(f"  axolotl: left out ({error})\n")
        return
    seconds, packs = cpu(lambda: packer(lengths))
    filled = sum(int(lengths[pack].sum()) for pack in packs) / (len(packs) * WINDOW)
    print(f"  {axolotl.name()}  {seconds:.3f} CPU-s   fill {filled:8.4%}   {len(packs):,} packs")
    print(f"  ours / axolotl: 1/{seconds / ours:.1f} of the time\n")


def stored(folder: Path, chats: int) -> Any:
    """Print prepared bytes a token; return our data set and TRL's."""
    import datasets

    from training.packed import PackedDataset
    from training.store import Writer

    lengths = lengths_of(chats)
    with Writer(folder / "store", vocab=VOCAB, meta={}) as writer:
        for number, length in enumerate(lengths.tolist()):
            ids, spans = chat(number, length)
            writer.add(ids, spans, [1, 1], "skill", "train", f"run-{number:032x}")
        store = writer.finish()
    ours = sum(path.stat().st_size for path in store.folder.iterdir())

    def rows() -> Iterator[dict[str, list[int]]]:
        for number, length in enumerate(lengths.tolist()):
            ids, spans = chat(number, length)
            mask = np.zeros(length, np.int64)
            for start, end in spans:
                mask[start:end] = 1
            yield {"input_ids": ids.tolist(), "assistant_masks": mask.tolist()}

    source = datasets.Dataset.from_generator(rows, cache_dir=str(folder / "peer"))
    peer = prepared_by_peer(folder, source)
    theirs = sum(path.stat().st_size for path in (folder / "peer").rglob("*.arrow"))
    tokens = int(lengths.sum())
    print(f"prepared bytes a token, {chats:,} chats of {tokens:,} tokens")
    print(f"  ours  {ours / tokens:6.2f}")
    print(f"  TRL   {theirs / tokens:6.2f}   (tokens with masks, with labels, and packed: its three caches)\n")
    return PackedDataset(store, window=WINDOW), peer


def prepared_by_peer(folder: Path, source: Any) -> Any:
    """Have TRL's trainer build labels and pack, as it does for tokens it made itself."""
    from tokenizers import Tokenizer, models
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
    from trl import SFTConfig, SFTTrainer

    small = LlamaConfig(
        vocab_size=VOCAB, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1
    )
    words = Tokenizer(models.WordLevel({"<unk>": 0, "</s>": 1}, unk_token="<unk>"))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="</s>", pad_token="</s>")
    options = SFTConfig(
        output_dir=str(folder / "out"), packing=True, max_length=WINDOW, report_to=[], use_cpu=True, bf16=False,
        disable_tqdm=True,
    )  # fmt: skip
    trainer = SFTTrainer(LlamaForCausalLM(small), options, train_dataset=source, processing_class=tokenizer)
    return trainer.train_dataset


def fetching(ours: Any, peer: Any, rounds: int = 300) -> None:
    """Print the CPU time of one pack as tensors: the median of many, in random order."""
    import torch

    def own(number: int) -> object:
        one = ours[number]
        return torch.from_numpy(one["input_ids"]), torch.from_numpy(one["labels"])

    def other(number: int) -> object:
        row = peer[number]
        return torch.tensor(row["input_ids"]), torch.tensor(row["labels"])

    def median(fetch: Callable[[int], object], count: int) -> float:
        order = np.random.default_rng(0).integers(0, count, rounds).tolist()
        return float(np.median([cpu(lambda n=n: fetch(n))[0] for n in order])) * 1e3  # type: ignore[misc]

    mine, theirs = median(own, len(ours)), median(other, len(peer))
    print(f"one pack of {WINDOW} tokens to tensors")
    print(f"  ours               {mine:7.3f} ms")
    print(f"  a row of datasets  {theirs:7.3f} ms")
    print(f"  ours / theirs: 1/{theirs / mine:.0f}")


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=1_000_000)
    parser.add_argument("--peer-chats", type=int, default=50_000)
    parser.add_argument("--stored-chats", type=int, default=4_000)
    asked = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    import datasets
    import transformers

    warnings.simplefilter("ignore", FutureWarning)
    datasets.disable_progress_bars()
    transformers.logging.set_verbosity_error()
    packing(asked.chats, asked.peer_chats)
    with tempfile.TemporaryDirectory() as folder:
        fetching(*stored(Path(folder), asked.stored_chats))


if __name__ == "__main__":
    main()
