"""What the tests of tools share."""

from collections.abc import Iterator

import pytest

from tools import plugins
from tools.registry import registered


@pytest.fixture(autouse=True)
def registry_as_it_was() -> Iterator[None]:
    """Forget the tools a test made."""
    plugins.load_tools()
    before, loaded, looked_in = dict(registered), set(plugins._loaded), plugins._looked_in
    yield
    registered.clear()
    registered.update(before)
    plugins._loaded.clear()
    plugins._loaded.update(loaded)
    plugins._looked_in = looked_in
    plugins.problems.clear()
