"""An answer that gives up says so in its language's own words; a negation by itself says nothing of the kind."""

# rows of words

from __future__ import annotations

import pytest

from teams.rag.abstaining import abstains

GIVES_UP = {
    "en": [
        "The documents do not say what a berth costs in winter.",
        "None of the results gives the fee for a year.",
        "That is not stated in any of them.",
        "The results are silent on it.",
        "It can't be told from these results; they give fees by the night only.",
        "Nothing in the results mentions a discount.",
    ],
    "de": [
        "In den Ergebnissen steht nichts über den Preis im Winter.",
        "Die Dokumente nennen keinen Betrag für 2024.",
        "Das geht aus den Unterlagen nicht hervor; sie geben nur die Gebühr je Nacht an.",
        "Wie viel ein Jahresplatz kostet, bleibt offen.",
        "Dazu fehlt jede Angabe.",
        "Die Suchergebnisse enthalten keine Auskunft dazu.",
        "Keines der Dokumente beantwortet das.",
        "Ein Preis für das Jahr wird nicht genannt.",
        "Das lässt sich den Dokumenten nicht entnehmen.",
        "Leider gibt es dazu keine Angaben.",
    ],
    "fr": [
        "Les documents ne disent pas combien coûte une place à l'année.",
        "Aucun document n'indique ce tarif.",
        "Les résultats ne mentionnent rien à ce sujet.",
        "La réponse n'y figure pas.",
        "On n'y trouve pas le prix pour l'hiver.",
        "Cette information manque dans les documents.",
        "Rien dans les résultats ne permet de le savoir.",
        "Le tarif annuel n'est pas précisé.",
        "Le montant n'est donné nulle part.",
    ],
    "es": [
        "Los documentos no dicen cuánto cuesta.",
        "Ningún resultado indica la tarifa anual.",
        "Esa información no aparece.",
        "No se menciona el precio.",
        "Falta ese dato.",
        "Los resultados no lo aclaran.",
        "No consta en los documentos.",
    ],
    "it": [
        "I documenti non dicono quanto costa.",
        "Nessun risultato riporta la tariffa annuale.",
        "L'informazione manca.",
        "Non è indicato.",
        "La risposta non c'è.",
    ],
    "pt": [
        "Os documentos não dizem quanto custa.",
        "Nenhum resultado indica a tarifa.",
        "Essa informação não consta.",
        "Não está nos resultados.",
    ],
    "nl": [
        "De documenten zeggen niet wat het kost.",
        "Geen enkel resultaat noemt het tarief.",
        "Dat staat er niet in.",
        "Die informatie ontbreekt.",
        "Het bedrag wordt nergens vermeld.",
    ],
    "ru": [
        "В документах не сказано, сколько это стоит.",
        "Ни один результат не указывает тариф.",
        "Ответа в результатах нет.",
        "Цена нигде не указана.",
        "Эта информация отсутствует.",
    ],
    "ja": [
        "検索結果には冬の料金は記載されていません。",
        "答えは見つかりませんでした。",
        "年間の料金についての情報はありません。",
        "文書からは分かりません。",
        "不明です。",
    ],
    "zh": [
        "搜索结果中没有提到冬季的费用。",
        "文档未说明全年价格。",
        "无法从结果中得知。",
        "结果里没有答案。",
        "没有给出相关信息。",
    ],
}
ANSWERS = {
    "en": [
        "A berth costs 120 pounds a year, not 130.",
        "It is 120 pounds; no deposit is taken.",
        "120 pounds.",
    ],
    "de": [
        "Ein Platz kostet 4 Euro, nicht 5.",
        "Der Platz kostet 120 Euro im Jahr, kein Aufschlag für Strom.",
        "120 Euro im Jahr [1].",
        "Die Schleuse wird nicht vor April geöffnet.",
    ],
    "fr": [
        "Une place coûte 120 euros, pas plus.",
        "Le prix est de 120 euros et ne change pas en hiver.",
        "120 euros par an.",
    ],
    "es": [
        "Cuesta 120 euros, no 130.",
        "No cuesta más de 120 euros.",
        "120 euros.",
    ],
    "it": [
        "Costa 120 euro, non 130.",
        "120 euro.",
    ],
    "pt": [
        "Custa 120 euros, não 130.",
        "120 euros.",
    ],
    "nl": [
        "Het kost 120 euro, niet 130.",
        "120 euro.",
    ],
    "ru": [
        "Это стоит 120 евро, не больше.",
        "120 евро.",
    ],
    "ja": [
        "年間120ユーロで、追加料金はかかりません。",
        "120ユーロです。",
    ],
    "zh": [
        "每年120欧元，不含电费。",
        "120欧元，不是130。",
    ],
}


@pytest.mark.parametrize(("tag", "said"), [(tag, said) for tag, rows in GIVES_UP.items() for said in rows])
def test_who_gives_up_is_heard(tag: str, said: str) -> None:
    assert abstains(said, tag)


@pytest.mark.parametrize(("tag", "said"), [(tag, said) for tag, rows in ANSWERS.items() for said in rows])
def test_who_answers_with_a_negation_does_not_give_up(tag: str, said: str) -> None:
    assert not abstains(said, tag)


@pytest.mark.parametrize("tag", GIVES_UP)
def test_a_flood_of_words_is_read_all_the_same(tag: str) -> None:
    # No clock: with a gap of any length between two words this would not come back.
    for word in ("nicht ", "not ", "no ", "ne ", "non ", "não ", "niet ", "не ", "没有", "ない"):
        assert not abstains(word * 200_000, tag)
