"""The forms of few-shot tasks: those whose rule a program draws, those a model writes, and those that end in code."""
