"""A skill as a plain team for AutoGen Studio: component JSON of AutoGen 0.7.5, on its own runtime, without our code.

`speakers` finds which roles a skill's flows seat, `path` takes one way through them, `words` tells each role what there
is in such a chat, `component` writes it down. What the JSON can't carry stands in the team's description.
"""
