"""What drives the training: a thin subclass of the Hugging Face `Trainer`, and what is hung onto it.

The Trainer gives DDP, FSDP2, HSDP, accumulation, trackers and the order of a step. Ours is what it leaves open or gets
wrong for packs: which packs make up a step (`batches`), the shape of the learning rate and the shards
(`arguments`), the loop's checks and figures (`loop`, `figures`), evaluation per skill (`evaluation`), checkpoints that
know what they belong to (`checkpoints`), and an end on a signal (`interruption`).
"""
