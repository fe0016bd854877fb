"""What can go wrong with sites and browsers, in words."""

from sandbox import SandboxError
from tools.errors import ToolError


class WebError(ToolError):
    """A site is not well formed, or can't be served: says what would be right."""


class NoBrowser(WebError, SandboxError):
    """No browser can be started here: says what to install."""


class Contained(WebError):
    """A page was stopped because of what it did: it looped, stormed or would not come to rest. Says what."""
