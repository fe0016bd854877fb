"""From a run's pairs to a fine-tuned model: `python -m training prepare|preview|estimate|train|merge|export|push`.

The way of the data, each step in its own module: rows of `pairs.jsonl` (`reading`) become chats (`flatten`), chats
become token ids with spans to be trained (`encode`), these a store on disk (`store`) and an index of packs (`pack`),
packs become batches (`collate`), and batches train a model (`trainer`). Nothing here knows how the pairs were made:
exported files are all it reads.
"""
