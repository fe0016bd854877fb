"""The flows that skills of text are made of: transform, instruct, refine, demand, respond, and the blind examination.

A skill brings its script, its tables of kinds and its checks; how chats are staged, what programs hand out and what
they send back is here. `forms` says how an instruction is asked, answered, read and compared with its key.
"""
