"""Cases of the rules that lay out JSON whose keys are settled elsewhere."""

from tests.teams.demand_cases import Case, Edit

CASES = [
    Case(
        "json_compact",
        {},
        ['{"who":"Ida Lund","due":null,"sums":[340,8412.60]}', "[]", '["a b","c: d, e"]'],
        [
            Edit(0, ",", ", ", "spaces stand between"),
            Edit(0, '"due"', '\n"due"', "2 lines"),
            Edit(0, "null", "none", "not JSON"),
            ('```json\n{"who":"Ida"}\n```', "not JSON by itself"),
        ],
    ),
    Case(
        "json_indented",
        {"n": 4},
        ['{\n    "who": "Ida",\n    "sums": [\n        340\n    ]\n}', "[]", "[\n    1,\n    2\n]"],
        [
            Edit(0, '    "who"', '  "who"', "2 spaces"),
            Edit(0, "\n        340\n    ", "340", "4 spaces") if False else ('{"who": "Ida", "due": null}', "1 lines"),
            ('{\n        "who": "Ida"\n}', "first level"),
            ('{\n\t"who": 1\n}', "not by a multiple of 4"),
        ],
    ),
    Case(
        "json_fenced",
        {},
        ['```json\n{"who": "Ida"}\n```', "~~~json\n[]\n~~~", "```json\n[1, 2]\n```"],
        [
            Edit(0, "```json", "```", "not marked json"),
            Edit(0, "```json", "Here:\n```json", "nothing around it"),
            Edit(0, '"Ida"', "Ida", "not JSON"),
            ('{"who": "Ida"}', "not one code fence"),
        ],
    ),
    Case(
        "json_keys_sorted",
        {"direction": "alphabetical"},
        ['{"a": 1, "b": [{"c": 2, "d": 3}]}', '```json\n{"a": {"x": 1, "y": 2}}\n```', "[]"],
        [
            Edit(0, '"c": 2, "d": 3', '"d": 3, "c": 2', "'d', 'c'"),
            ('{"b": 1, "a": 2}', "'b', 'a'"),
            Edit(0, "2,", "2", "not JSON"),
            Edit(1, '"x": 1, "y": 2', '"y": 2, "x": 1', "'y', 'x'"),
        ],
    ),
]
