"""The words every site needs, in English; a site in another language brings its own for these."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from tools.web.spec import Site

WORDS = (
    "Home", "Search", "Apply", "Filter and sort", "Sort by", "any", "as listed", "low to high", "high to low",
    "A to Z", "Z to A", "at most", "Previous page", "Next page", "Page {n} of {all}", "{n} found", "Nothing found",
    "Log in", "Log out", "User name", "Password", "The user name or the password is wrong.", "Please log in first.",
    "My account", "More", "Next", "Back", "Yes, go on", "No, go back", "Done: {what}", "Please check what you entered.",
    "Something went wrong on our side and nothing was saved. Please try again.", "There is no such page.",
    "Cookies", "Accept all", "Only necessary", "No, thanks", "Subscribe", "Step {n} of {all}", "Choose", "Advertisement", "Remove",
    "Nothing here yet", "Information",
)  # fmt: skip
"""Keys and English words at once."""


def say(site: Site, word: str, **put: object) -> str:
    """Return the site's word for an English one, with `{n}` and the like put in."""
    said = site.words.get(word, word)
    for name, value in put.items():
        said = said.replace(f"{{{name}}}", str(value))
    return said
