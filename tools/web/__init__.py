"""Small sites made from data, served on loopback and driven in a real headless browser that reaches nothing else."""

from tools.web.errors import Contained, NoBrowser, WebError

__all__ = ["Contained", "NoBrowser", "WebError"]
