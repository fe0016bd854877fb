"""What gives a text away is found in nine languages; prose that only sounds like it is let be."""

# ruff: noqa: E501  # rows of data

from importlib import import_module
from pathlib import Path

import pytest

from teams.engine.checks import chatter
from teams.engine.checks.leaks import brings_a_text, points_inside, speaks_of_source, stands_alone
from teams.engine.checks.phrases import SORTS, TABLES, covered, pattern

ARTICLES = sorted((Path(__file__).parent.parent / "seeds/articles").iterdir())
PARAGRAPHS = [
    paragraph.strip()
    for path in ARTICLES
    for paragraph in path.read_text(encoding="utf-8").split("\n\n")
    if len(paragraph) > 150
]


@pytest.mark.parametrize("question", [
    "According to the passage, why did the mail walk?", "What is the main idea of the text?", "What does the author state about bees?",
    "See Figure 3 and explain the trend.", "As discussed in Chapter 2, what is entropy?", "Based on the information provided, when did he leave?",
    "Summarize the given excerpt.", "What happens in the article?", "Why is the bridge closed, as mentioned in the document?",
    "The text above names three reasons. Which?", "Which of these does the passage mention?", "What is the theme of this passage?",
    "Laut dem Text, warum ging die Post zu Fuß?", "Was meint der Autor mit diesem Satz?", "Welche Gründe werden im Text genannt?",
    "Selon le texte, pourquoi le pont est-il fermé ?", "Que pense l'auteur du projet ?", "D'après l'article, quand a-t-il quitté la ville ?",
    "Según el texto, ¿por qué se cerró el puente?", "¿Qué opina el autor del proyecto, según el pasaje?", "Secondo il testo, perché il ponte è chiuso?",
    "Secondo l'autore, chi ha ragione?", "De acordo com o texto, por que a ponte fechou?", "Segundo o autor, quem tem razão?",
    "Volgens de tekst, waarom is de brug dicht?", "Wat bedoelt de schrijver hiermee?", "根据文章，桥为什么关闭？", "作者认为谁有道理？", "本文によると、橋はなぜ閉鎖されたのか。", "筆者の主張は何か。",
])  # fmt: skip
def test_a_question_that_points_outside(question: str) -> None:
    assert stands_alone(question)


@pytest.mark.parametrize("text", [
    "How does the passage of time change a wine?", "Which article of clothing keeps you warmest?", "Why does the text message not arrive?",
    "Who can apply for Section 8 housing?", "Set the text field to red.", "I wrote an article about bees. In the article, I claim that they dance. Is that true?",
    'Jane Austen wrote "Emma". What does the author say of marriage there?', "In Chapter 2 of Moby Dick, where does Ishmael stay?", "What does Article 5 of the treaty say?",
    "The passage through the strait took four hours.", "None of the above", "Der Abschnitt der Autobahn ist gesperrt.", "Le passage du temps efface tout.",
    "Il tempo passa.", "My teacher wrote \"according to the passage\" on the board. What does that mean?", "What is the author of Hamlet called?",
    "Classify the following text:\nThe soup was cold and the waiter rude. We will not come back to this place again.", "Section 230 protects platforms. Why?",
])  # fmt: skip
def test_a_question_that_only_sounds_so(text: str) -> None:
    assert stands_alone(text) == []


HIDDEN = (
    "Ida keeps the log of the mill, Mr Brook the notes of the meeting. イダは水車小屋の帳面をつけている。伊达管理磨坊。"
)


@pytest.mark.parametrize("text", [
    "What does the fact sheet give as the depth of the pond?", "Which link does the concept map lack?", "Is that what the fact-sheet means?", "According to the notes, who was late?",
    "The material above names two causes.", "As stated in the material, the ebb is shorter.", "The notes don't say when.", "According to the material, how long does it keep?",
    "What do Ida's notes tell about the ebb?", "Where does it stand in the log of Ida?", "Based on the key facts, which came first?", "The key facts provided rule that out.",
    "Welche Tiefe nennt das Faktenblatt?", "Laut den Notizen kam niemand.", "Im vorliegenden Material fehlt das Jahr.", "Was steht in Idas Notizen?", "In den Aufzeichnungen steht nichts davon.",
    "Selon la fiche, qui a payé ?", "Que montre cette carte conceptuelle ?", "Les notes de Ida le disent.", "Según los apuntes, ¿quién pagó?", "¿Qué dice el mapa conceptual?", "Las notas de Ida lo dicen.",
    "Secondo gli appunti, chi ha pagato?", "Che cosa mostra la mappa concettuale?", "Segundo as anotações, quem pagou?", "O que mostra o mapa conceitual?", "Volgens de aantekeningen kwam niemand.",
    "Wat staat er op het feitenblad?", "Wat zeggen Ida's aantekeningen?", "根据资料，谁付了钱？", "上述概念图缺少什么？", "伊达的笔记里有什么？", "資料によると、誰が払いましたか。", "この概念図に足りないものは何ですか。", "イダのメモには何がありますか。",
])  # fmt: skip
def test_a_source_that_nobody_sees_is_spoken_of_under_its_makers_names(text: str) -> None:
    assert speaks_of_source(text, HIDDEN)
    assert stands_alone(text, source=HIDDEN)


@pytest.mark.parametrize("text", [
    "I drew a concept map of tides. Which link does the concept map lack?", "My fact sheet is too long. How do I shorten the fact sheet?", "Choose the screw according to the material of the wall.",
    "The stress in the material rises until it breaks.", "The material provided by the quarry was poor.", "The key facts are these: it is cheap, and it lasts.", "See the fact sheet of the WHO on malaria.",
    "Ida runs a mill. What would you enter in Ida's log?", "Leonardo's notes are in mirror writing.", "Take notes while you listen, and read your notes in the evening.", "The notes of the chord are C, E and G.",
    "Das Material ist spröde.", "Er nahm das Material mit.", "Le matériel est en acier.", "El material es frágil.", "Il materiale è fragile.", "O material é frágil.", "Het materiaal is bros.", "这种材料很脆。", "材料が脆い。", "He sent the notes by post.",
    "The material gives way at once.", "The material above the sill is oak.",
])  # fmt: skip
def test_what_is_named_first_or_merely_sounds_so_is_let_be(text: str) -> None:
    assert speaks_of_source(text, HIDDEN) == []


ORDINARY = {
    "case", "identity", "misconceptions", "quantities", "process", "practice", "dilemma", "theme", "conflict", "place",
    "what_if",
    "key_facts", "comparison_table", "problem_situation", "data_set", "style_sheet",
}  # fmt: skip
"""Words that anybody uses: only where it is said what stands in them (the last line), or not at all, they point outside."""
SAYS = ("key_facts", "comparison_table", "problem_situation", "data_set", "style_sheet")


@pytest.mark.parametrize("skill", ["open_domain_qa", "multiple_choice", "creative_content"])
def test_what_a_transformation_makes_is_no_source_to_speak_of(skill: str) -> None:
    """Of skills whose messages don't bring the passage along."""
    names = {kind.name for kind in import_module(f"teams.{skill}.kinds").TRANSFORMATIONS}
    for name in names - ORDINARY:
        assert stands_alone(f"What does the {name.replace('_', ' ')} say about the harbour?"), name
    for name in names & set(SAYS):
        assert stands_alone(f"According to the {name.replace('_', ' ')}, who built the harbour?"), name


def test_a_message_that_brings_its_text_may_speak_of_it() -> None:
    message = f"{PARAGRAPHS[0]}\n\nAccording to the passage, who was first?"
    assert brings_a_text(message)
    assert stands_alone(message) == []
    assert stands_alone("According to the passage, who was first?")
    assert stands_alone(message, is_answer=True)


@pytest.mark.parametrize("text", [
    "The original text says that he left.", "Now turn the rewritten passage into a poem.", "As an exam writer I would ask for the date.", "Option C (correct)",
    "A) Paris [correct]\nB) Rome", "- Paris ✓\n- Rome", "This satirical passage was generated to amuse.", "Following the suggestion, I made it harder.",
    "The answer key is wrong here.", "Die Distraktoren sind plausibel.", "Der Lösungsschlüssel nennt B.", "Le texte original dit cela.", "L'utilisateur veut un poème.",
    "El texto original lo dice.", "Il testo riscritto è più breve.", "O texto reescrito é mais curto.", "De herschreven tekst is korter.", "改写后的文本更短。", "元の文章と同じです。",
])  # fmt: skip
def test_traces_of_the_workshop(text: str) -> None:
    assert points_inside(text)


@pytest.mark.parametrize("text", [
    "According to the passage, who left?", "The original text of the treaty is kept in Bern.", "The key is under the mat.", "He took the suggestion of his wife.",
    "The seed needs water.", "The correct option is hard to find.", "It is correct (she checked).", "Ich folge dem Vorschlag.", "The text was easy to read.",
])  # fmt: skip
def test_a_text_one_may_speak_of(text: str) -> None:
    assert points_inside(text) == []


@pytest.mark.parametrize("text", [
    "As an AI language model, I have no taste.", "I'm sorry, but I can't help with that.", "I cannot fulfill this request.", "Als KI-Sprachmodell kann ich das nicht.",
    "Es tut mir leid, aber ich kann dabei nicht helfen.", "En tant que modèle de langage, je ne peux pas juger.", "Désolé, mais je ne peux pas vous aider.",
    "Lo siento, pero no puedo ayudarte.", "Come modello linguistico, non ho opinioni.", "Desculpe, mas não posso ajudar.", "Sorry, maar ik kan je daar niet mee helpen. Ik ben een taalmodel.",
    "作为一个人工智能，我没有观点。", "申し訳ありませんが、お手伝いできません。",
])  # fmt: skip
def test_refusals(text: str) -> None:
    assert chatter.refusals(text)


@pytest.mark.parametrize("text", [
    "The text does not say when he left.", "“As an AI, I dream of rain,” said the robot.", "I can't help laughing.", "She was sorry that she could not come.", "I cannot write poems, he thought.",
])  # fmt: skip
def test_no_refusals(text: str) -> None:
    assert chatter.refusals(text) == []


@pytest.mark.parametrize("text", [
    "Sure! Here is the rewritten text:\n\nIt rained.", "Certainly, here's your summary:\n\nIt rained.", "Here is a paraphrase of the paragraph:\nIt rained.", "Great question! It rained.",
    "It rained.\n\nI hope this helps!", "It rained.\n\nLet me know if you need anything else.", "It rained. Would you like me to expand it?", "It rained.\n\nNote: I have kept the tone.",
    "It rained.\n\n**Word count:** 2", "Gerne! Hier ist der Text:\nEs regnete.", "Es regnete.\n\nIch hoffe, das hilft!", "Bien sûr ! Voici le texte :\nIl pleuvait.", "Il pleuvait.\n\nN'hésitez pas à demander.",
    "¡Claro! Aquí tienes el texto:\nLlovía.", "Llovía.\n\nEspero que esto te ayude.", "Certo! Ecco il testo:\nPioveva.", "Claro! Aqui está o texto:\nChovia.", "Natuurlijk! Hier is de tekst:\nHet regende.", "当然，以下是改写的内容：\n下雨了。", "もちろんです。以下は要約です。\n雨。",
])  # fmt: skip
def test_talk_around_the_answer(text: str) -> None:
    assert chatter.chatter(text)


EMAIL = (
    "Dear Ms Holt,\n\nThe boiler is out again. Please let me know when someone can come.\n\nKind regards,\nTom Wells"
)
POEM = "Rain on the roof\nand rain on the sea\nrain in the morning\nis falling on me\n\nRain on the roof\nand rain on the hill\nrain in the evening\nis falling still"
SONG = "\n\n".join(
    f"Verse of the river number {n}\nno two of them the same {n * 7}\n\nOh row, my darling, row the boat and never mind the rain\nrow the boat and row it home again"
    for n in ("one", "two", "three", "four")
)
DIALOGUE = "“Sure! Here is the key,” said Ann.\n\n“I hope this helps,” said Ben. “Let me know.”"
SNIPPET = "Use a loop:\n\n```python\nfor name in names:\n    print(f'{name}', data[i])\n```"
TABLE = "| a | b |\n|---|---|\n" + "| yes | the same words in every row of the table here, to be sure of it |\n" * 4
GOOD = [
    EMAIL,
    POEM,
    SONG,
    DIALOGUE,
    SNIPPET,
    TABLE,
    '{"name": "{x}", "items": [1, 2]}',
    "- red\n- green\n- blue",
    "Council Approves New Bridge Over River After Ten Years of Debate",
    "C",
    "1. Wash\n2. Dry",
    "x^{n} and $\\frac{a}{b}$",
    "Yes",
    "他走了。",
    "[Chorus]\nRow the boat [sic] and row [1]",
    "See [the docs](http://x.y)",
    "Here is where the river ends.",
    "Sure, it rains in May.",
]


@pytest.mark.parametrize("text", GOOD)
def test_forms_that_are_whole(text: str) -> None:
    assert chatter.chatter(text) == []
    assert chatter.holes(text) == []
    assert chatter.cut_off(text) is None
    assert chatter.loops(text) == []


@pytest.mark.parametrize(
    "hole",
    [
        "[Your Name]",
        "[insert date]",
        "{user_name}",
        "{{title}}",
        "lorem ipsum",
        "[Ihr Name]",
        "[votre nom]",
        "[nombre]",
        "<your name>",
        "TBD.",
        "[您的姓名]",
        "________",
    ],
)
def test_holes(hole: str) -> None:
    assert chatter.holes(f"Dear Sir, we met {hole} and were glad.")


def test_masks_where_they_are_wanted() -> None:
    assert chatter.holes("Dear [NAME], we met in [City].")
    assert chatter.holes("Dear [NAME], we met in [City] on [DATE_2].", masks=True) == []
    assert chatter.holes("Dear [insert the name here], hello.", masks=True)
    assert chatter.holes("The ____ is blue.", blanks=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "He went to the",
        "It was red, green,",
        "```python\nx = 1",
        '{"a": [1, 2',
        "The mayor said that the bridge over the river would be closed for the winter until somebody paid",
        "Er kam und",
    ],
)
def test_cuts(text: str) -> None:
    assert chatter.cut_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(
            ["The bridge is closed for the winter since nobody wants to pay for what it costs to keep it free of ice."]
            * 3
        ),
        "I like the red boat. " * 8,
        "so it was and " * 9,
        "a" * 60,
        "\n".join(["The committee has decided that the matter will be looked at again in the coming year."] * 3),
    ],
)
def test_loops(text: str) -> None:
    assert chatter.loops(text)


@pytest.mark.parametrize("paragraph", PARAGRAPHS, ids=range(len(PARAGRAPHS)))
def test_real_prose_is_let_be(paragraph: str) -> None:
    assert points_inside(paragraph) == []
    assert chatter.refusals(paragraph) == []
    assert chatter.chatter(paragraph) == []
    assert chatter.holes(paragraph) == []
    assert chatter.loops(paragraph) == []


def test_covered_says_which_languages_are_read() -> None:
    assert all(covered(tag) for tag in ("en", "de-AT", "FR", "pt_BR", "zh-Hans"))
    assert not covered("sv")
    assert not covered("ja", "all_above") or TABLES["ja"].all_above


@pytest.mark.parametrize("sort", SORTS)
def test_every_table_compiles_and_matches_nothing_empty(sort: str) -> None:
    assert not pattern(sort).fullmatch("")


@pytest.mark.parametrize(
    "unit",
    [
        "according to the passage ",
        "a ",
        "'a ",
        "“",
        "_",
        "the ",
        "\n",
        " ",
        "[your ",
        "x: ",
        "A) ",
        "i am sorry, but ",
        "```",
        "$",
        "<name ",
        "Sure! Here is ",
        "{%",
        "answer is ",
        "**",
    ],
)
def test_long_input_ends(unit: str) -> None:
    """Any of these took minutes with one careless quantifier; the runner's own limit tells."""
    text = unit * (100_000 // len(unit))
    stands_alone(text, is_answer=True)
    chatter.refusals(text)
    chatter.chatter(text)
    chatter.holes(text)
    chatter.cut_off(text)
    chatter.loops(text)
