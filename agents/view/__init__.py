"""Looking inside a run: what was said in every chat, where a pair came from, and what became of it.

Everything here reads a run's journal and writes nothing into it. `run` opens it, `conversation` tells one chat,
`story` one record's whole way; the text view, the page and the commands are made of these.
"""
