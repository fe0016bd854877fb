"""What a site's author hands in: the things the site is about, their fields and records, and its pages of text.

The author gives the matter; what visitors can do with it is the site type's (`teams.web_agent.assemble`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from teams.engine.schemas import closed, several, text
from tools.web.spec import Field, settled, value_fault

FEWEST, MOST = 9, 18
"""Records of a site."""
GIVEN_TYPES = ("text", "number", "money", "date", "choice")
TOO_ALIKE = "every record needs a title of its own"


@dataclass(frozen=True)
class Content:
    """The matter of a site."""

    name: str
    tagline: str
    one: str
    many: str
    title_label: str
    fields: tuple[Field, ...]
    records: tuple[Mapping[str, Any], ...]
    """Each with `title` and a value for each field."""
    notes: tuple[Mapping[str, Any], ...]
    """Each with `title` and `sections`, pairs of heading and text."""
    signs: Mapping[str, str] | None = None
    """The site's words in another language, by the English ones."""
    later: tuple[Mapping[str, Any], ...] = ()
    """Records that are not on the site yet, as somebody would enter them next."""
    remarks: tuple[tuple[str, str], ...] = ()
    """What visitors would write, each after the title of the record it is about."""

    def of_type(self, *types: str) -> list[Field]:
        return [f for f in self.fields if f.type in types]


def schema(fewest: int = FEWEST, most: int = MOST) -> Mapping[str, Any]:
    """Return the form an author fills in."""
    field = closed(
        {
            "label": text(2, 30, ""),
            "type": {"enum": list(GIVEN_TYPES)},
            "unit": text(0, 12, "of a number or a sum; else empty"),
            "options": several(text(1, 40, ""), 0, 6, "of a choice: two to six; else none"),
        }
    )
    record = closed(
        {"title": text(2, 90, ""), "values": several(text(1, 300, ""), 3, 5, "one for each field, in order")}
    )
    section = closed({"heading": text(2, 60, ""), "text": text(20, 700, "")})
    note = closed({"title": text(3, 50, ""), "sections": several(section, 2, 4)})
    remark = closed(
        {"title": text(2, 90, "of the record"), "text": text(8, 140, "a sentence, without quotation marks")}
    )
    return closed(
        {
            "why": text(10, 400, "what in the text makes a site of this type; or why the text holds nothing for one"),
            "fits": {"type": "boolean"},
            "name": text(0, 60, "of the site"),
            "tagline": text(0, 200, ""),
            "one": text(0, 30, "what one of its things is called: book, workshop, report"),
            "many": text(0, 30, "the same for several, as the heading of a list"),
            "title_label": text(0, 30, "what the titles are: Title, Name, Subject"),
            "fields": several(field, 0, 5, "three to five; one choice and one number, sum or date at least"),
            "records": several(record, 0, most, f"{fewest} to {most}"),
            "notes": several(note, 0, 4, "two to four pages of text"),
            "later": several(record, 0, 2, "one or two more that are not on the site yet: what is entered next"),
            "remarks": several(remark, 0, 4, "two to four things a visitor might write, each about one record"),
        }
    )


def read(draft: Mapping[str, Any], fewest: int = FEWEST) -> tuple[Content | None, list[str]]:
    """Return the content of a draft, or what is wrong with it, in words for its author."""
    faults = [
        f"{name} is empty" for name in ("name", "tagline", "one", "many", "title_label") if not draft[name].strip()
    ]
    fields = [_field(n, one) for n, one in enumerate(draft["fields"])]
    faults += list(_field_faults(fields, draft))
    records = [_record(f"record {n}", given, fields, faults) for n, given in enumerate(draft["records"], 1)]
    # A model that was asked in an older form, or leaves them out, has a site all the same.
    later = [_record(f"later {n}", given, fields, faults) for n, given in enumerate(draft.get("later", ()), 1)]
    titles = [_key(record["title"]) for record in (*records, *later)]
    if len(set(titles)) < len(titles):
        faults.append(TOO_ALIKE)
    remarks = tuple((one["title"].strip(), one["text"].strip()) for one in draft.get("remarks", ()))
    strange = [title for title, _ in remarks if _key(title) not in titles[: len(records)]]
    faults += [f"a remark is about {title!r}, and no record is called so" for title in strange]
    if len(records) < fewest:
        faults.append(f"{len(records)} records; {fewest} are needed at least")
    if len(draft["notes"]) < 2:
        faults.append("two pages of text are needed at least")
    note_titles = [_key(note["title"]) for note in draft["notes"]]
    if len(set(note_titles)) < len(note_titles):
        faults.append("every page of text needs a title of its own")
    if faults:
        return None, faults
    notes = tuple(
        {"title": n["title"].strip(), "sections": [[s["heading"].strip(), s["text"].strip()] for s in n["sections"]]}
        for n in draft["notes"]
    )
    own = {name: draft[name].strip() for name in ("name", "tagline", "one", "many", "title_label")}
    bounded = _bounded(fields, records)
    return Content(**own, fields=bounded, records=tuple(records), notes=notes, later=tuple(later), remarks=remarks), []


def _record(named: str, given: Mapping[str, Any], fields: Sequence[Field], faults: list[str]) -> dict[str, Any]:
    """Return a record as it is kept; what is wrong with it goes to `faults`, by what it is `named`."""
    made = {"title": given["title"].strip()}
    if len(given["values"]) != len(fields):
        faults.append(f"{named} has {len(given['values'])} values for {len(fields)} fields")
        return made
    for one, value in zip(fields, given["values"], strict=True):
        value = _bare(one, value)
        if fault := value_fault(one, value):
            faults.append(f"{named}, {one.label}: {value!r}: {fault}")
        else:
            made[one.name] = settled(one, value)
    return made


def _field(number: int, given: Mapping[str, Any]) -> Field:
    options = (
        tuple(dict.fromkeys(o.strip() for o in given["options"] if o.strip())) if given["type"] == "choice" else ()
    )
    unit = given["unit"].strip() if given["type"] in ("number", "money") else ""
    return Field(f"f{number}", given["label"].strip(), given["type"], options, unit)


def _field_faults(fields: Sequence[Field], draft: Mapping[str, Any]) -> Iterator[str]:
    labels = [_key(f.label) for f in fields] + [_key(draft["title_label"])]
    if len(set(labels)) < len(labels):
        yield "two fields have one label"
    if len(fields) < 3:
        yield "three fields are needed at least"
    for one in fields:
        if one.type == "choice" and len(one.options) < 2:
            yield f"{one.label}: a choice needs two options at least"
    if fields and not any(f.type == "choice" for f in fields):
        yield "one field has to be a choice"
    if fields and not any(f.type in ("number", "money") for f in fields):
        yield "one field has to be a number or a sum of money"


def _bare(one: Field, value: str) -> str:
    """A value without the unit its author wrote behind it all the same."""
    value = value.strip()
    if one.type in ("number", "money"):
        found = re.fullmatch(r"[^\d-]{0,4}(-?\d+(?:[.,]\d+)?)\s*\D{0,14}", value.replace("\u00a0", " "))
        return found[1].replace(",", ".") if found else value
    if one.type == "choice":
        return next((o for o in one.options if _key(o) == _key(value)), value)
    return value


def _bounded(fields: Sequence[Field], records: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    """The fields, numbers with the bounds their values have: what a filter can be set to."""
    made = []
    for one in fields:
        values = [r[one.name] for r in records if one.name in r]
        if one.type in ("number", "money") and values:
            one = Field(**{**asdict(one), "minimum": 0 if min(values) >= 0 else min(values), "maximum": None})
        made.append(one)
    return tuple(made)


def _key(words: str) -> str:
    return " ".join(words.split()).casefold()


def as_dict(content: Content) -> dict[str, Any]:
    return asdict(content)


def content_of(data: Mapping[str, Any]) -> Content:
    """Read a content back from JSON."""
    fields = tuple(Field(**{**f, "options": tuple(f["options"])}) for f in data["fields"])
    lists = {name: tuple(data.get(name, ())) for name in ("records", "notes", "later")}
    remarks = tuple((title, words) for title, words in data.get("remarks", ()))
    return Content(**{**data, "fields": fields, **lists, "remarks": remarks})
