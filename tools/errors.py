"""What can go wrong with tools, in words for the person who plugs them in."""


class ToolError(Exception):
    """A tool can't be had or isn't well made: the message says which one, what is wrong and what would be right."""


class RetrievalError(ToolError):
    """An index could not be built or searched: the message says why and what would help."""
