"""The second engine: TRL's `SFTTrainer` on the same packs in the same order, with TRL's own loss.

TRL asks for a data set of its own kind and checks its first row; it is given that row and then our packs, so nothing is
copied and nothing packed anew.
"""

from __future__ import annotations

import importlib.util
from importlib import import_module
from typing import Any

from training.engine.loop import Data, PackLoop
from training.errors import UsageError


def trl_loop(model: Any, given: dict[str, Any], data: Data) -> PackLoop:
    """Return TRL's trainer on packs. given: keyword arguments of `TrainingArguments`.

    UsageError: TRL isn't installed, or the packs have what it would pass over.
    """
    if importlib.util.find_spec("trl") is None:
        raise UsageError('engine trl needs TRL: `pip install "agentinstruct[trl]"`, or engine own')
    first = data.steps[0]
    if "weights" in first:
        raise UsageError("TRL's loss knows no weights of messages, and these pairs have some: engine own")
    from datasets import Dataset
    from torch.nn.functional import pad

    from training.loss import LossOutput

    trl: Any = import_module("trl")  # by its name: a type checker would read all of it

    class TrlLoop(PackLoop, trl.SFTTrainer):
        def token_losses(self, model: Any, batch: dict[str, Any]) -> Any:
            batch = {name: value for name, value in batch.items() if name not in ("doc_of", "doc_skill")}
            scored = model(**batch, fused_lm_head=True)
            return LossOutput(token_losses=pad(-scored.log_probs.float(), (1, 0)))

    one = Dataset.from_dict({"input_ids": [first["input_ids"].tolist()], "labels": [first["labels"].tolist()]})
    loop = TrlLoop(
        model=model,
        args=trl.SFTConfig(
            **{"gradient_checkpointing": False, **given},  # TRL turns it on
            max_length=None,
            dataset_kwargs={"skip_prepare_dataset": True},
        ),
        train_dataset=one,
        eval_dataset=one if given["eval_strategy"] != "no" else None,
        data_collator=data.collate,
        processing_class=data.tokenizer,
    )
    loop.train_dataset = data.steps
    return loop
