"""A set of search results and items about it, written by hand: what good pairs and planted faults are made of."""

# ruff: noqa: E501  # rows of words

from __future__ import annotations

from typing import Any

from teams.rag.documents import Document, plain

HARBOUR = [
    Document("1", "Mooring fees 2024 | Kelmouth Harbour Office", "https://harbour.kelmouth.example/fees/2024", "2024-01-12", "Visitors pay 2.40 pounds per metre of length and night from April to October, and 1.60 pounds in the other months. Boats of members of the Sailing Union get 15 percent off for stays of three nights or more. Electricity is 4 pounds a night; water is included."),
    Document("2", "New floating pontoon opens at Kelmouth", "https://courier.example.org/kelmouth/pontoon", "2023-06-18", "The floating pontoon on the east side was opened on Saturday. It has 34 berths and was built by the yard of Anna Brill in Dunmore for 610,000 pounds. The old stone steps beside it stay closed until the wall is mended."),
    Document("3", "Anna Brill, boatbuilder - Dunmore people", "https://dunmore.example.net/people/brill", "", "Brill learnt her trade in Ostby and took over the yard at Dunmore Creek in 2009. Before that she had rebuilt the lifeboat house at Farrow. Her yard employs eleven people and has a slip for boats of up to 22 metres."),
    Document("4", "Harbour master's notice 7/2024", "https://harbour.kelmouth.example/notices/7-2024", "2024-05-02", "From 1 July 2024 the gate to the inner basin opens two hours before high water and closes one hour after it. Until then it opens three hours before. Boats with more than 1.8 metres of draught call on channel 12 first."),
    Document("5", "Mooring fees 2022 | Kelmouth Harbour Office", "https://harbour.kelmouth.example/fees/2022", "2022-01-20", "Visitors pay 1.90 pounds per metre of length and night from April to October. Electricity is 3 pounds a night. The rebate for members of the Sailing Union is 10 percent."),
    Document("6", "Farrow Quay: fees and services", "https://farrow-quay.example.com/fees", "2024-02-01", "Visiting yachts at Farrow pay 2.10 pounds per metre and night all year round, electricity at 5 pounds a night on top. Showers are open from 7 to 22 o'clock with the code from the harbour office."),
    Document("7", "How many berths does Kelmouth have? - Sailors' forum", "https://forum.example.net/sailing/t/551", "2024-08-11", "Does anybody know how many berths the new pontoon at Kelmouth has by now? - They added a finger last month, I counted 40 when I was there in the first week of August. - Fees are in their list."),
    Document("8", "Tide tables Kelmouth, week 27", "https://tides.example.org/kelmouth/2024/27", "2024-06-24", "Monday 1 July: high water 6:10 and 18:42, 4.6 and 4.8 metres. Tuesday 2 July: 7:05 and 19:35. Wednesday 3 July: 8:02 and 20:30. Times are local summer time; the barometer can change heights by 20 centimetres."),
]  # fmt: skip
TEXT = plain(HARBOUR)


def held(document: str, quote: str, *also: str, **more: str) -> dict[str, Any]:
    return {"document": document, "quote": quote, "also": list(also), **more}


FEE = {
    "support": [held("1", "Visitors pay 2.40 pounds per metre of length and night from April to October")],
    "question": "What do visiting boats pay per metre at Kelmouth in the summer of 2024?",
    "answer": "2.40 pounds a night",
    "also": ["2.40 pounds per metre and night"],
}
HOP = {
    "support": [
        held("2", "was built by the yard of Anna Brill in Dunmore"),
        held("3", "Brill learnt her trade in Ostby"),
    ],
    "question": "Where did the boatbuilder whose yard made Kelmouth's floating pontoon learn her trade?",
    "answer": "Ostby",
    "also": [],
}
BILL = {
    "support": [
        held("1", "Boats of members of the Sailing Union get 15 percent off for stays of three nights or more")
    ],
    "question": "What does a Sailing Union member pay at Kelmouth for a boat of 10 metres, four nights in June 2024, without electricity?",
    "expression": "10 * 2.40 * 4 * 0.85",
    "unit": "pounds",
}
GATE = {
    "support": [
        held("4", "From 1 July 2024 the gate to the inner basin opens two hours before high water"),
        held("8", "Tuesday 2 July: 7:05 and 19:35"),
    ],
    "question": "kelmouth inner basin gate how long before high water 2 july 2024",
    "answer": "two hours",
    "also": ["two hours before"],
}
BERTHS = {
    "support": [
        held("2", "It has 34 berths", says="34 berths"),
        held("7", "I counted 40 when I was there", says="40 berths"),
    ],
    "question": "How many berths does the floating pontoon at Kelmouth have?",
    "stands": "The opening report of June 2023 says 34; a sailor counted 40 in August 2024, after a finger was added. The later figure is one person's count.",
}
WINTER = {
    "near": [
        {
            "document": "1",
            "quote": "Electricity is 4 pounds a night; water is included",
            "lacks": "that is by the night, for visitors",
        },
        {"document": "6", "quote": "electricity at 5 pounds a night on top", "lacks": "that is Farrow"},
    ],
    "question": "What does a berth for a whole year cost at Kelmouth?",
    "missing": "The documents give fees by the night only; none gives one for a year.",
}
STEPS = {
    "support": [held("2", "The old stone steps beside it stay closed until the wall is mended")],
    "premise": "the stone steps were opened again with the pontoon.",
    "instead": "The old stone steps stay closed until the wall is mended.",
    "question": "When on Saturday were the old stone steps at Kelmouth opened again?",
}
PARTS = {
    "support": [
        held("2", "It has 34 berths and was built by the yard of Anna Brill"),
        held("3", "took over the yard at Dunmore Creek in 2009"),
    ],
    "question": "Who built Kelmouth's pontoon, and since when has she run her yard?",
    "items": ["Anna Brill", "since 2009"],
}
PAPER = {
    "support": [
        held("1", "Electricity is 4 pounds a night"),
        held("4", "opens two hours before high water"),
        held("2", "It has 34 berths"),
    ],
    "points": [
        "Visitors pay 2.40 pounds per metre and night in summer.",
        "The gate opens two hours before high water from 1 July 2024.",
    ],
    "question": "A short note for a crew that comes to Kelmouth in July 2024: what it costs and how one gets in.",
}
