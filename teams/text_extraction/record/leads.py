"""What a user says of the form, by language and dress: data. In other languages the schema stands without a word."""

# ruff: noqa: E501  # rows of data

from collections.abc import Mapping, Sequence

LEADS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "en": {
        "schema": (
            "Answer with JSON that is valid against this schema, and nothing else:",
            "I validate your reply with this JSON Schema, so send the JSON only:",
            "Output: JSON conforming to",
            "Reply in JSON. The schema:",
        ),
        "skeleton": (
            "Give it to me as JSON of exactly this shape, without any other text:",
            "Please fill in this structure (JSON, same keys, types as shown) and return only that:",
            "Format of the answer, in JSON; the types stand where the values go:",
            "Just the JSON, please, like this:",
        ),
        "typescript": (
            "My code parses the reply as JSON of this type, so no prose around it:",
            "Return JSON that satisfies the type below.",
            "The answer should be a JSON value of type `Answer`, nothing before or after it:",
        ),
        "prose": (
            "As one JSON object, please, with these fields and no others:",
            "Return only a JSON object. The keys are:",
            "I need it as a JSON object, nothing around it, with the following keys:",
        ),
        "prose_many": (
            "As a JSON array of objects, please, each with these fields and no others:",
            "Return only a JSON array; the keys of each object are:",
            "I need it as a JSON list of objects, nothing around it, with the following keys:",
        ),
        "prose_plain": (
            "As a JSON array of plain values, nothing around it. What each is:",
            "Return only a JSON list, no objects in it:",
        ),
        "json_lines": (
            "I load it as JSON Lines: one object on each line, no array around them, no fence. Each object looks like this:",
            "One JSON object per line and nothing else, please, each with this structure:",
            "Write JSONL, a record a line, in this shape:",
        ),
        "table": (
            "As a Markdown table with exactly this header, and nothing but the table:",
            "Please put it into a table, columns as follows, no text around it:",
            "A Markdown table is all I want. Its header:",
        ),
        "csv": (
            "I paste it into a spreadsheet: comma-separated CSV, fields with commas in double quotes, this header first:",
            "Give me CSV with this header line, nothing else:",
            "Output CSV only. First line:",
        ),
        "pairs": (
            "Write one line for each of these, in this order, and nothing else:",
            "Fill in these lines; I read them with a script, so keep the names before the colons as they are:",
            "Answer in this form, a line each:",
        ),
        "lines": (
            "One per line, no numbers or bullets, and no other text.",
            "Put each on a line of its own, nothing else.",
            "Just a plain list, please: one to a line, without bullets.",
        ),
    },
    "de": {
        "schema": ("Antworte nur mit JSON, das diesem Schema entspricht:", "Bitte nur das JSON, gültig nach diesem Schema:"),
        "typescript": ("Gib nur JSON von diesem Typ zurück, ohne Text davor oder danach:",),
        "json_lines": ("Bitte als JSON Lines: ein Objekt je Zeile, sonst nichts, in dieser Form:",),
        "csv": ("Bitte nur CSV, durch Kommas getrennt, mit dieser Kopfzeile:",),
        "table": ("Nur eine Markdown-Tabelle mit genau diesem Kopf, ohne weiteren Text:",),
        "lines": ("Je Zeile eines, ohne Nummern oder Punkte davor, und sonst kein Text.",),
    },
    "fr": {
        "schema": ("Répondez uniquement par du JSON valide selon ce schéma :", "Le JSON seul, conforme à ce schéma :"),
        "typescript": ("Renvoyez uniquement du JSON de ce type, sans texte autour :",),
        "json_lines": ("En JSON Lines : un objet par ligne, rien d’autre, de cette forme :",),
        "csv": ("Uniquement du CSV séparé par des virgules, avec cet en-tête :",),
        "table": ("Un tableau Markdown avec exactement cet en-tête, et rien d’autre :",),
        "lines": ("Un par ligne, sans puces ni numéros, et sans autre texte.",),
    },
    "es": {
        "schema": ("Responde solo con JSON válido según este esquema:", "Solo el JSON, conforme a este esquema:"),
        "typescript": ("Devuelve solo JSON de este tipo, sin texto alrededor:",),
        "json_lines": ("En JSON Lines: un objeto por línea, nada más, con esta forma:",),
        "csv": ("Solo CSV separado por comas, con esta cabecera:",),
        "table": ("Una tabla Markdown con exactamente esta cabecera y nada más:",),
        "lines": ("Uno por línea, sin viñetas ni números, y sin otro texto.",),
    },
}  # fmt: skip
NOTES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "json_null": "Use null where the text doesn't say.",
        "json_list": "Where there is nothing to list, the list is empty.",
        "json_null_list": "Use null where the text doesn't say, and an empty list where there is nothing to list.",
        "table_silent": "Leave a cell empty where the text doesn't say; part several values with a semicolon.",
        "csv_silent": "Leave a field empty where the text doesn't say.",
        "pairs_silent": "Write a single hyphen where the text doesn't say; part several values with a semicolon.",
        "lines_silent": "If there are none, write a single hyphen.",
        "ascending": "Sort it by `{name}`, ascending; records without it come last.",
        "descending": "Sort it by `{name}`, descending; records without it come last.",
    },
    "de": {
        "json_null": "Wo der Text nichts sagt, null.",
        "json_list": "Wo es nichts aufzuzählen gibt, bleibt die Liste leer.",
        "json_null_list": "Wo der Text nichts sagt, null; eine leere Liste, wo es nichts aufzuzählen gibt.",
        "table_silent": "Wo der Text nichts sagt, bleibt die Zelle leer; mehrere Werte mit Strichpunkt trennen.",
        "csv_silent": "Wo der Text nichts sagt, bleibt das Feld leer.",
        "lines_silent": "Gibt es keine, dann nur einen Bindestrich.",
        "ascending": "Nach `{name}` aufsteigend sortiert; Einträge ohne stehen am Ende.",
        "descending": "Nach `{name}` absteigend sortiert; Einträge ohne stehen am Ende.",
    },
    "fr": {
        "json_null": "null là où le texte ne dit rien.",
        "json_list": "S’il n’y a rien à énumérer, la liste est vide.",
        "json_null_list": "null là où le texte ne dit rien, une liste vide là où il n’y a rien à énumérer.",
        "table_silent": "Laissez la case vide là où le texte ne dit rien ; séparez plusieurs valeurs par un point-virgule.",
        "csv_silent": "Laissez le champ vide là où le texte ne dit rien.",
        "lines_silent": "S’il n’y en a pas, un seul trait d’union.",
        "ascending": "Trié par `{name}`, ordre croissant ; ce qui ne l’a pas vient à la fin.",
        "descending": "Trié par `{name}`, ordre décroissant ; ce qui ne l’a pas vient à la fin.",
    },
    "es": {
        "json_null": "null donde el texto no lo diga.",
        "json_list": "Si no hay nada que enumerar, la lista queda vacía.",
        "json_null_list": "null donde el texto no lo diga, y una lista vacía donde no haya nada que enumerar.",
        "table_silent": "Deja la celda vacía donde el texto no lo diga; separa varios valores con punto y coma.",
        "csv_silent": "Deja el campo vacío donde el texto no lo diga.",
        "lines_silent": "Si no hay ninguno, un solo guion.",
        "ascending": "Ordenado por `{name}`, ascendente; lo que no lo tenga va al final.",
        "descending": "Ordenado por `{name}`, descendente; lo que no lo tenga va al final.",
    },
}  # fmt: skip
