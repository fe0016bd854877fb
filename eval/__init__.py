"""Is the data good, and did the model learn? Benchmarks, the data's own report, comparisons, tables."""
