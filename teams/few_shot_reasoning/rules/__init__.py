"""Rules as programs: drawn and composed, told in words, carried out on every example, held against simpler rivals."""
