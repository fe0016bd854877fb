"""The records that are extracted: their fields and schema, how they are shown, read back, derived and compared."""

from teams.text_extraction.record.as_json import Unread
from teams.text_extraction.record.compare import Cell, Compared, compare
from teams.text_extraction.record.dresses import DRESSES, read, shown_form
from teams.text_extraction.record.fields import Field, Shape, key_of, shape_of_facts
from teams.text_extraction.record.schema import schema_of

__all__ = [
    "DRESSES", "Cell", "Compared", "Field", "Shape", "Unread", "compare", "key_of", "read", "schema_of",
    "shape_of_facts", "shown_form",
]  # fmt: skip
