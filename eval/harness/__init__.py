"""lm-evaluation-harness beside our own runner: the same items, scored as everyone scores them."""
