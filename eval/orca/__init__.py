"""Orca-Bench: held-out pairs of a run, asked of another model, marked beside the teacher's own answers (paper §4.1).

`records` is the file of items and how it is laid out; `build` makes it from runs; `flattening` brings calls of tools
into plain text; `overlap` keeps the training part out; `task` says how it is asked; `judging` (with its words beside
it) marks; `arithmetic` works a small case by hand; `table` and `radar` show what came of it; `command` is
`python -m eval orca build | run | score`.
"""
