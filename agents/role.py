"""What one participant in a chat is told, and what it may use."""

from dataclasses import dataclass

from jinja2 import Template
from pydantic import BaseModel


@dataclass(frozen=True)
class Role:
    """A part to be played by a language model. Roles are shared constants; agents are made fresh for every chat.

    AutoGen agents remember what they heard and must not be shared by concurrent chats,
    so nothing keeps an agent beyond the chat it was made for.
    """

    name: str
    """A Python identifier: AutoGen asks for one, and `--model name=…` says which model plays it."""
    prompt: Template
    """The system message. Every prompt sees `record`, `kind` and the facts of its seat."""
    output: type[BaseModel] | None = None
    """Reply with JSON of this form instead of free text."""
    tools: tuple[str, ...] = ()
    """Names of registered tools this role may call (see `tools.registry`)."""
    must_call: bool = False
    """Every reply must be one call of a tool; plain text is asked for again."""
    tool_rounds: int = 1
    """How many calls it may make, one after the other, before the next participant speaks."""
    spoken_tools: tuple[str, ...] = ()
    """Tools that speak for the role: the others hear their answer as its words (`ask_user`). Of all other tools
    they hear nothing."""
    hears: tuple[str, ...] | None = None
    """Whose messages it is shown; None shows all. `task` is the chat's opening."""
    forgetful: bool = False
    """Shown only the last message it hears, not the talk before: keeps prompts short for one-item-at-a-time work."""
    temperature: float = 0.8
    max_tokens: int = 1200
    """New tokens in one reply. A reply cut there is asked for again once, then fails the chat."""
