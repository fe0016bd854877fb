"""What a user's message says around the results: answer only from them, and in this form. By language.

Where a language is not listed the English ones are taken, and labels stay as they are.
"""

# ruff: noqa: E501  # rows of words

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

LEADS: Mapping[str, Sequence[str]] = {
    "en": (
        "Answer the query only from the search results below. If they don't hold the answer, say so.",
        "You get a query and the results a search brought back. Use nothing but these results to answer.",
        "Use only the context to answer. Where the context is silent, say that it is; don't fall back on what you know besides.",
        "Here is what our search returned. Answer from it and from nothing else, and tell me if it isn't in there.",
        "Reply to the question using the documents provided and no outside knowledge.",
        "Below are web results for a query. Give the user an answer that rests entirely on them.",
        "Answer from the context. Not every document has to do with the question; some are only near it.",
        "I searched our collection for this. What do these hits say? Please don't add anything they don't.",
    ),
    "de": (
        "Beantworte die Anfrage nur anhand der Suchergebnisse unten. Wenn die Antwort nicht darin steht, sag das.",
        "Antworte ausschließlich aus den folgenden Dokumenten, ohne eigenes Wissen. Fehlt die Auskunft, sag es.",
    ),
    "fr": (
        "Réponds à la requête uniquement à partir des résultats de recherche ci-dessous. Si la réponse n'y est pas, dis-le.",
        "Sers-toi seulement des documents suivants, sans rien ajouter. S'ils ne répondent pas, dis-le.",
    ),
    "es": (
        "Responde a la consulta solo con los resultados de búsqueda de abajo. Si la respuesta no está en ellos, dilo.",
        "Usa únicamente los documentos siguientes, sin añadir nada de fuera. Si no lo dicen, indícalo.",
    ),
    "it": (
        "Rispondi alla richiesta solo in base ai risultati di ricerca qui sotto. Se la risposta non c'è, dillo.",
        "Usa soltanto i documenti che seguono, senza aggiungere altro. Se non lo dicono, scrivilo.",
    ),
    "pt": (
        "Responda à consulta apenas com os resultados de pesquisa abaixo. Se a resposta não estiver neles, diga-o.",
        "Use somente os documentos seguintes, sem acrescentar nada de fora. Se não disserem, indique-o.",
    ),
    "nl": (
        "Beantwoord de zoekvraag alleen met de zoekresultaten hieronder. Staat het antwoord er niet in, zeg dat dan.",
        "Gebruik uitsluitend de volgende documenten en niets daarbuiten. Zeggen ze het niet, meld dat dan.",
    ),
    "ru": ("Ответь на запрос только по результатам поиска ниже. Если ответа в них нет, так и скажи.",),
    "ja": ("以下の検索結果だけを使って質問に答えてください。答えが見つからない場合は、そう書いてください。",),
    "zh": ("请只根据下面的搜索结果回答问题。如果其中没有答案，请说明。",),
}  # fmt: skip

_JSON = '{"answer": "…", "relevant_passages": [ids]}'
_QUOTES = '{"answer": "…", "evidence": [{"document_id": "…", "quote": "…"}]}'
WISHES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "en": {
        "plain": ("", "A plain answer will do; I don't need the sources.", "Just the answer, without references."),
        "cited": (
            "Put the id of the document in square brackets behind every statement, like [{id}].",
            "Cite as you go: each sentence ends with the ids of the documents it rests on in square brackets, e.g. [{id}].",
            "Mark where each thing comes from with the document's id in square brackets, such as [{id}].",
        ),
        "json": (
            f"Reply with a JSON object and nothing else: {_JSON}. If the results don't hold the answer, say so in \"answer\" and leave the list empty.",
            f'Required output, as JSON without a fence: {_JSON}, where "relevant_passages" lists the ids the answer rests on; the list is empty where there is no answer.',
        ),
        "json_quotes": (
            f"Reply with one JSON object only: {_QUOTES}. Quote word for word; no answer in the documents means an empty list.",
        ),
        "quote_first": (
            'First quote what decides it, word for word, each on a line of its own as > "quotation" [id]. Then start a new line with "Answer:". If nothing in there decides it, leave the quotations out.',
        ),
        "sources_line": (
            'End with a line "Sources:" and the ids of the documents you used, separated by commas, or "Sources: none".',
        ),
    },
    "de": {
        "plain": ("", "Quellenangaben brauche ich nicht."),
        "cited": ("Setze hinter jede Aussage die Id des Dokuments in eckige Klammern, etwa [{id}].",),
        "json": (f'Antworte nur mit einem JSON-Objekt: {_JSON}. Steht die Antwort nicht in den Ergebnissen, sag das in "answer" und lass die Liste leer.',),
        "json_quotes": (f"Antworte nur mit einem JSON-Objekt: {_QUOTES}. Zitiere wörtlich; steht nichts darin, bleibt die Liste leer.",),
        "quote_first": ('Zitiere zuerst wörtlich, was den Ausschlag gibt, jedes Zitat in einer eigenen Zeile: > "Zitat" [Id]. Beginne danach eine Zeile mit "Antwort:". Gibt nichts den Ausschlag, lass die Zitate weg.',),
        "sources_line": ('Schließe mit einer Zeile "Quellen:" und den Ids der benutzten Dokumente, durch Kommas getrennt, oder "Quellen: keine".',),
    },
    "fr": {
        "plain": ("", "Inutile de citer les sources."),
        "cited": ("Mets derrière chaque affirmation l'identifiant du document entre crochets, par exemple [{id}].",),
        "json": (f'Réponds par un seul objet JSON : {_JSON}. Si la réponse n\'y est pas, dis-le dans "answer" et laisse la liste vide.',),
        "json_quotes": (f"Réponds par un seul objet JSON : {_QUOTES}. Cite mot pour mot ; si rien ne répond, laisse la liste vide.",),
        "quote_first": ('Cite d\'abord mot pour mot ce qui tranche, chaque citation sur sa ligne : > "citation" [id]. Commence ensuite une ligne par "Réponse :". Si rien ne tranche, ne cite rien.',),
        "sources_line": ('Termine par une ligne "Sources :" avec les identifiants des documents utilisés, séparés par des virgules, ou "Sources : aucune".',),
    },
    "es": {
        "plain": ("", "No hace falta citar las fuentes."),
        "cited": ("Pon detrás de cada afirmación el id del documento entre corchetes, por ejemplo [{id}].",),
        "json": (f'Responde solo con un objeto JSON: {_JSON}. Si la respuesta no está en los resultados, dilo en "answer" y deja la lista vacía.',),
        "json_quotes": (f"Responde solo con un objeto JSON: {_QUOTES}. Cita palabra por palabra; si nada lo dice, deja la lista vacía.",),
        "quote_first": ('Primero cita palabra por palabra lo que lo decide, cada cita en su línea: > "cita" [id]. Después empieza una línea con "Respuesta:". Si nada lo decide, no cites nada.',),
        "sources_line": ('Termina con una línea "Fuentes:" y los ids de los documentos usados, separados por comas, o "Fuentes: ninguna".',),
    },
    "it": {
        "plain": ("", "Le fonti non servono."),
        "cited": ("Dopo ogni affermazione metti l'id del documento tra parentesi quadre, per esempio [{id}].",),
        "json": (f'Rispondi solo con un oggetto JSON: {_JSON}. Se la risposta non c\'è, dillo in "answer" e lascia la lista vuota.',),
        "json_quotes": (f"Rispondi solo con un oggetto JSON: {_QUOTES}. Cita parola per parola; se nulla risponde, lascia la lista vuota.",),
        "quote_first": ('Prima cita parola per parola ciò che decide, ogni citazione su una riga: > "citazione" [id]. Poi inizia una riga con "Risposta:". Se nulla decide, non citare.',),
        "sources_line": ('Chiudi con una riga "Fonti:" e gli id dei documenti usati, separati da virgole, oppure "Fonti: nessuna".',),
    },
    "pt": {
        "plain": ("", "Não preciso das fontes."),
        "cited": ("Ponha depois de cada afirmação o id do documento entre colchetes, por exemplo [{id}].",),
        "json": (f'Responda só com um objeto JSON: {_JSON}. Se a resposta não estiver nos resultados, diga-o em "answer" e deixe a lista vazia.',),
        "json_quotes": (f"Responda só com um objeto JSON: {_QUOTES}. Cite palavra por palavra; se nada responder, deixe a lista vazia.",),
        "quote_first": ('Primeiro cite palavra por palavra o que decide, cada citação em sua linha: > "citação" [id]. Depois comece uma linha com "Resposta:". Se nada decidir, não cite.',),
        "sources_line": ('Termine com uma linha "Fontes:" e os ids dos documentos usados, separados por vírgulas, ou "Fontes: nenhuma".',),
    },
    "nl": {
        "plain": ("", "Bronnen hoef je niet te noemen."),
        "cited": ("Zet achter elke bewering de id van het document tussen vierkante haken, bijvoorbeeld [{id}].",),
        "json": (f'Antwoord met één JSON-object: {_JSON}. Staat het antwoord er niet in, zeg dat in "answer" en laat de lijst leeg.',),
        "json_quotes": (f"Antwoord met één JSON-object: {_QUOTES}. Citeer woord voor woord; staat er niets, dan blijft de lijst leeg.",),
        "quote_first": ('Citeer eerst woord voor woord wat de doorslag geeft, elk citaat op een eigen regel: > "citaat" [id]. Begin daarna een regel met "Antwoord:". Geeft niets de doorslag, citeer dan niets.',),
        "sources_line": ('Sluit af met een regel "Bronnen:" en de ids van de gebruikte documenten, gescheiden door komma\'s, of "Bronnen: geen".',),
    },
    "ru": {
        "plain": ("",),
        "cited": ("После каждого утверждения ставь id документа в квадратных скобках, например [{id}].",),
        "json": (f'Ответь одним объектом JSON: {_JSON}. Если ответа нет, скажи это в "answer" и оставь список пустым.',),
        "sources_line": ('В конце добавь строку "Источники:" с id использованных документов через запятую или "Источники: нет".',),
    },
    "ja": {
        "plain": ("",),
        "cited": ("それぞれの記述の後に、根拠とした文書のidを[{id}]のように角括弧で付けてください。",),
        "json": (f'JSONオブジェクトだけで答えてください：{_JSON}。答えがない場合は"answer"にそう書き、リストは空にしてください。',),
        "sources_line": ("最後の行に「出典:」と使った文書のidをコンマ区切りで書いてください。なければ「出典: なし」としてください。",),
    },
    "zh": {
        "plain": ("",),
        "cited": ("请在每个陈述后用方括号注明所依据文档的id，例如[{id}]。",),
        "json": (f'请只回复一个JSON对象：{_JSON}。如果没有答案，请在"answer"中说明，并让列表为空。',),
        "sources_line": ("最后一行请写“来源:”和所用文档的id，用逗号分隔；没有则写“来源: 无”。",),
    },
}  # fmt: skip
_MARKS = {
    "en": ("Answer:", "Sources:", "none"), "de": ("Antwort:", "Quellen:", "keine"),
    "fr": ("Réponse :", "Sources :", "aucune"), "es": ("Respuesta:", "Fuentes:", "ninguna"),
    "it": ("Risposta:", "Fonti:", "nessuna"), "pt": ("Resposta:", "Fontes:", "nenhuma"),
    "nl": ("Antwoord:", "Bronnen:", "geen"), "ru": ("Ответ:", "Источники:", "нет"),
    "ja": ("答え:", "出典:", "なし"), "zh": ("答案:", "来源:", "无"),
}  # fmt: skip


def base_of(tag: str) -> str:
    """Return the language of these words for a tag: its own, or English."""
    return tag if tag in LEADS else "en"


def marks_of(tag: str) -> Mapping[str, str]:
    """Return the labels of answers: before the answer, before its sources, where there are none."""
    return dict(zip(("answer", "sources", "none"), _MARKS[base_of(tag)], strict=True))


def drawn_lead(random: Random, tag: str) -> str:
    return random.choice(LEADS[base_of(tag)])


def drawn_wish(form: str, random: Random, tag: str, id: str) -> str:
    """Draw the words that ask for a form of reply; `id` is one that the results have."""
    return random.choice(WISHES[base_of(tag)][form]).replace("{id}", id)


_QUERY = {
    "en": ("Query: {q}", "Question: {q}", "{q}", "User query: {q}"),
    "de": ("Anfrage: {q}", "{q}"), "fr": ("Requête : {q}", "{q}"), "es": ("Consulta: {q}", "{q}"),
    "it": ("Richiesta: {q}", "{q}"), "pt": ("Consulta: {q}", "{q}"), "nl": ("Zoekvraag: {q}", "{q}"),
    "ru": ("Запрос: {q}", "{q}"), "ja": ("質問: {q}", "{q}"), "zh": ("问题：{q}", "{q}"),
}  # fmt: skip
_RESULTS = {
    "en": ("Search results:\n\n{d}", "Context:\n\n{d}", "Documents:\n\n{d}", "{d}"),
    "de": ("Suchergebnisse:\n\n{d}", "{d}"), "fr": ("Résultats :\n\n{d}", "{d}"), "es": ("Resultados:\n\n{d}", "{d}"),
    "it": ("Risultati:\n\n{d}", "{d}"), "pt": ("Resultados:\n\n{d}", "{d}"), "nl": ("Zoekresultaten:\n\n{d}", "{d}"),
    "ru": ("Результаты поиска:\n\n{d}", "{d}"), "ja": ("検索結果:\n\n{d}", "{d}"), "zh": ("搜索结果：\n\n{d}", "{d}"),
}  # fmt: skip


def framed(lead: str, query: str, documents: str, wish: str, random: Random, tag: str) -> str:
    """Put a message together: the query before or after the results, what is wanted of the reply last or first."""
    # What is put in is never scanned again: queries and results are full of braces.
    asked = random.choice(_QUERY[base_of(tag)]).partition("{q}")
    asked_whole = f"{asked[0]}{query}{asked[2]}"
    shown = random.choice(_RESULTS[base_of(tag)]).partition("{d}")
    shown_whole = f"{shown[0]}{documents}{shown[2]}"
    order = random.choice(
        (
            (lead, asked_whole, shown_whole, wish),
            (lead, wish, asked_whole, shown_whole),
            (lead, shown_whole, asked_whole, wish),
            (f"{lead} {wish}".strip(), shown_whole, asked_whole),
        )
    )
    return "\n\n".join(filter(None, order))
