"""A site's matter as an author would hand it in, for tests."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from typing import Any

from teams.web_agent.content import Content, read

DRAFT: dict[str, Any] = {
    "why": "The text tells of seed keeping, which people do together.",
    "fits": True,
    "name": "Serra Valley Seed House",
    "tagline": "Seeds that were grown here before, for people who will grow them again",
    "one": "seed",
    "many": "Seeds",
    "title_label": "Name",
    "fields": [
        {"label": "Sort", "type": "choice", "unit": "", "options": ["pea", "bean", "herb", "squash"]},
        {"label": "Price", "type": "money", "unit": "€", "options": []},
        {"label": "Days to harvest", "type": "number", "unit": "days", "options": []},
        {"label": "Kept by", "type": "text", "unit": "", "options": []},
        {"label": "Last sown", "type": "date", "unit": "", "options": []},
    ],
    "records": [
        {"title": title, "values": [sort, price, days, keeper, day]}
        for title, sort, price, days, keeper, day in (
            ("Grey Monk pea", "pea", "3.20", "92", "Teresa Vidal", "2025-03-06"),
            ("Ice House pea", "pea", "2.80", "85", "Marc Oriol", "2025-03-14"),
            ("Long Lane bean", "bean", "2.50", "78", "Pau Ferrer", "2025-04-22"),
            ("Widow's bean", "bean", "3.60", "70", "Nuria Bas", "2025-05-02"),
            ("Bread bean", "bean", "1.90", "101", "Marc Oriol", "2024-04-30"),
            ("Curled parsley", "herb", "1.40", "64", "Nuria Bas", "2025-03-24"),
            ("Goat savory", "herb", "2.10", "58", "Teresa Vidal", "2025-04-02"),
            ("Church mint", "herb", "2.30", "45", "Joan Puig", "2024-05-11"),
            ("Bell squash", "squash", "4.10", "120", "Pau Ferrer", "2025-05-09"),
            ("Night squash", "squash", "4.40", "115", "Joan Puig", "2025-05-16"),
            ("Roof squash", "squash", "3.90", "131", "Teresa Vidal", "2024-05-20"),
        )
    ],
    "notes": [
        {
            "title": "Lending and returning",
            "sections": [
                {"heading": "How much you may take", "text": "Two sachets a household and season, three for schools."},
                {"heading": "What comes back", "text": "In autumn, half a sachet of your own harvest, dry and labelled."},
            ],
        },
        {
            "title": "Where we are",
            "sections": [
                {"heading": "The house", "text": "In the ice house of the old dairy, by the gate to the lower yard."},
                {"heading": "When it is open", "text": "On Thursdays from five to eight, and on the first Saturday."},
            ],
        },
        {
            "title": "Germination tests",
            "sections": [
                {"heading": "How we test", "text": "Fifty grains on wet paper at eighteen degrees, counted on day ten."},
                {"heading": "What counts as good", "text": "Forty sprouts of fifty; below thirty the jar is sown at once."},
            ],
        },
    ],
    "later": [{"title": "Winter savory", "values": ["herb", "2.20", "61", "Nuria Bas", "2026-04-09"]}],
    "remarks": [{"title": "Bread bean", "text": "Mine took two weeks longer, at nine hundred metres."}],
}  # fmt: skip


def content() -> Content:
    """Return the matter as it was read."""
    made, faults = read(DRAFT)
    assert made is not None, faults
    return made
