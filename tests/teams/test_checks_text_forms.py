"""Quotations, figures, options, copies and choices are read as they were meant, however they are written."""

# ruff: noqa: E501  # rows of data

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.engine.checks import GENERAL_TEXT_CHECKS, general_text_checks
from teams.engine.checks.choices import choice_in, verdict_in
from teams.engine.checks.copying import changed_only, copied_runs, copied_share
from teams.engine.checks.figures import figures_grounded, names_grounded
from teams.engine.checks.options import option_faults, option_hints, value_of
from teams.engine.checks.quotes import locate, quotations_in, spans_occur
from teams.engine.checks.structure import json_in, list_in, matching_in, order_in, quantities_in, table_in
from teams.engine.records import Pair, Seed
from teams.engine.verdict import run_checks

MAIL = (Path(__file__).parent.parent / "seeds/articles/winter_mail_1893.md").read_text(encoding="utf-8")
TOWNS = {"A": "Paris", "B": "Lyon", "C": "Nice", "D": "Lille"}
WORDS = st.lists(st.text("abcdeé", min_size=1, max_size=6), min_size=3, max_size=30)


@given(WORDS, st.data())
def test_a_quotation_printed_otherwise_is_found_where_it_stands(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    gaps = data.draw(
        st.lists(st.sampled_from([" ", "\n", "  ", "\u00a0", " \u00ad"]), min_size=len(words), max_size=len(words))
    )
    text = "".join(word + gap for word, gap in zip(words, gaps, strict=True))
    span = locate(" ".join(words[first : last + 1]), text)
    assert span is not None
    assert text[span.start : span.end].replace("\u00ad", "").split() == words[first : last + 1]


@given(WORDS, st.integers(0, 29))
def test_a_quotation_with_another_word_is_not_found(words: list[str], at: int) -> None:
    text = " ".join(words)
    words[at % len(words)] += "x"
    assert locate(" ".join(words), text) is None


@pytest.mark.parametrize(("quote", "text"), [
    ("it's a “test”", "Well, it’s a \"test\" here"), ("one - two", "one—two"), ("office", "the oﬃce"), ("example of it", "an exam-\nple of it"), ("the boat … the rope", "the boat sank but the rope held"),
    ("the boat [...] held", "the boat sank but the rope held"), ("café", "a cafe\u0301"), ("rowed it,", "four men rowed it; then"), ("“Four men”", "Four men rowed"), ("走了", "他走了。"),
])  # fmt: skip
def test_printing_is_let_be(quote: str, text: str) -> None:
    assert locate(quote, text)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("art", "a party"),
        ("The boat", "the boat"),
        ("rope … boat", "boat and rope"),
        ("four men", "five men"),
        ("", "x"),
        ("the boat sank", "the boat slowly sank"),
    ],
)
def test_another_text_is_not_found(quote: str, text: str) -> None:
    assert spans_occur([quote], text)


def test_quotations_of_every_style() -> None:
    styles = ["“{}”", '"{}"', "«{}»", "„{}“", "»{}«", "‘{}’"]
    for style in styles:
        assert quotations_in(f"He said {style.format('one two three four')} and left") == ["one two three four"], style
    assert quotations_in("彼は「とても寒い日だった」と言った") == ["とても寒い日だった"]
    assert quotations_in("The word \"boat\" and the dogs' home and Tom's hat") == []


@pytest.mark.parametrize("answer", [
    "In 1895 he crossed.", "He made 37 trips.", "He was paid 97 crowns.", "About 900 people lived there.", "They carried 65 letters.", "On 27 January the crew set out.", "In total he earned 190 crowns.",
])  # fmt: skip
def test_an_invented_figure(answer: str) -> None:
    assert figures_grounded(answer, [MAIL])


@pytest.mark.parametrize("answer", [
    "He was 41 and paid eight crowns each way.", "For 22 crossings at 8 crowns each he got 176 crowns in total.", "In January 1893 it froze.", "1. He skied.\n2. He wrote.\n3. He slept.", "There are three reasons, and two of them matter.",
    "He made eleven trips in each direction, twenty-two altogether.", "The strait is 9 km or 9,000 metres wide.", "Step 4: load the sledge. See [7].", "On 26 January they set out at seven.",
])  # fmt: skip
def test_a_figure_that_is_there_or_follows(answer: str) -> None:
    assert figures_grounded(answer, [MAIL]) == []


@pytest.mark.parametrize("n", range(5))
def test_a_text_grounds_itself(n: int) -> None:
    text = MAIL.split("\n\n")[n + 1]
    assert figures_grounded(text, [MAIL]) == []
    assert names_grounded(text, [MAIL]) == []


def test_number_words_of_other_languages_and_strange_names() -> None:
    assert figures_grounded("Er hatte 3 Brüder.", ["Er hatte drei Brüder."], tag="de") == []
    assert figures_grounded("Er hatte 4 Brüder.", ["Er hatte drei Brüder."], tag="de")


def test_figures_in_groups_are_read_as_one_where_people_write_them_so() -> None:
    text = "Quatre citernes à 640 €, 8 412,60 € en caisse, les lots 12 340 et 15."
    assert figures_grounded("Il y a **8 412,60 €** en caisse.", [text], tag="fr") == []
    assert figures_grounded("La caisse a 8 412,60 €, et quatre citernes sont à 640 €.", [text], tag="fr") == []
    assert figures_grounded("Les lots 12 et 340.", [text], tag="fr") == []
    assert figures_grounded("Il y a 8 512,60 € en caisse.", [text], tag="fr")
    assert figures_grounded("There are 8 412 euros.", ["There are 8412 euros."])
    assert names_grounded("The postmaster was Isak Berglund, helped by Gustav.", [MAIL]) == ["Gustav"]


@pytest.mark.parametrize("options", [
    {"A": "0.5", "B": "1/2"}, {"A": "50 %", "B": "0.5"}, {"A": "Red.", "B": "red"}, {"A": "red", "B": "red and blue"}, {"A": "B) red", "B": "blue"}, {"A": "red", "C": "blue"}, {"A": "red (correct)", "B": "blue"},
    {"A": "All of the above", "B": "red", "C": "blue"}, {"A": "red", "B": " "}, {"A": "red"}, {"A": "red", "B": "blue ✓"},
])  # fmt: skip
def test_bad_options(options: dict[str, str]) -> None:
    assert option_faults(options)


@pytest.mark.parametrize(
    "options",
    [
        TOWNS,
        {"A": "-3", "B": "3"},
        {"A": "5 kg", "B": "5 g"},
        {"A": "red", "B": "blue", "C": "None of the above"},
        {"A": "x < y", "B": "x > y"},
        {"A": "a red boat", "B": "a red boat house"},
    ],
)
def test_good_options(options: dict[str, str]) -> None:
    assert option_faults(options, "A") == []


def test_a_key_that_stands_out() -> None:
    assert option_hints({"A": "a frog", "B": "it usually depends on how much rain there is", "C": "a bird"}, "B")
    assert option_hints({"A": "it swims", "B": "it flies", "C": "it does not swim"}, "C")
    assert option_hints(TOWNS, "C") == []


@given(st.integers(0, 999), st.integers(1, 99))
def test_a_value_is_one_value_however_written(a: int, b: int) -> None:
    assert value_of(f"{a}/{b}") == value_of(f"{100 * a}/{b} %")


STYLES = [
    "{L}",
    "({L})",
    "**{L}**",
    "{L}) {T}",
    "{L}. {T}",
    "Answer: {L}",
    "Answer: {L}) {T}",
    "The answer is {L}.",
    "The correct answer is **{L}**, {T}.",
    "{T}",
    "The answer is {T}.",
    "{L} is correct.",
    "Option {L} is the right choice.",
    "\\boxed{{{L}}}",
    "I choose {L}.",
    "Final answer: ({L})",
    "Die richtige Antwort ist {L}.",
    "La bonne réponse est {L}.",
    "La respuesta correcta es la {L}.",
    "La risposta corretta è {L}.",
    "A resposta correta é {L}.",
    "Het juiste antwoord is {L}.",
    "答案是{L}。",
    "**{L}) {T}**\n\nIt fits best.",
]
BESIDE = [
    "",
    "{W} is tempting because it is large, and many would say the answer is {W}. But that is wrong. ",
    "{W} is not correct. ",
    "One might think the answer is {W}, since {V} is a town. It is not. ",
    "{V} was named first, and has the older harbour.\n",
]


@given(st.sampled_from("ABCD"), st.sampled_from("ABCD"), st.sampled_from(STYLES), st.sampled_from(BESIDE))
def test_a_choice_is_read_back(right: str, wrong: str, style: str, before: str) -> None:
    said = style.format(L=right, T=TOWNS[right])
    if right == wrong or (before and style[0] in "({*\\"):
        before = ""
    assert choice_in(before.format(W=wrong, V=TOWNS[wrong]) + said, "ABCD", TOWNS) == right


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I do not know.",
        "The answer is A. The answer is B.",
        "Answer: C) Paris",
        "A is correct. B is correct.",
        "It is Paris or Lyon.",
        "The answer might be B.",
    ],
)
def test_no_choice_or_two(answer: str) -> None:
    assert choice_in(answer, "ABCD", TOWNS) is None


@pytest.mark.parametrize(
    ("answer", "choice"),
    [
        ("**A**\n\nIt is the capital. Option B, by contrast, is a river port. C is on the sea.", "A"),
        ("**A** fits. B is wrong. C is wrong. On reflection, C is better.", None),
        ("**B**\n\nA is no port. C is on the sea, and D is too far east. Actually, C fits better.", None),
        ("**B**\n\nA is no port. C is on the sea, and D is too far east.\n\n**C**", None),
        ("**B**\n\nA lies north. C is better known than A, but far off. D is a garrison town.", "B"),
        ("At first C seems better. The answer is B.", "B"),
        ("The answer is B. C would be the better choice if the sea counted.", "B"),
        ("Die Antwort ist B. A ist falsch. Bei näherer Überlegung passt C besser.", None),
        ("Die Antwort ist B. A ist zu weit weg. Moment, B ist falsch.", None),
        ("La réponse est B. À la réflexion, C est meilleure.", None),
        ("La respuesta es B. Pensándolo bien, es C.", None),
        ("La risposta è B. Ripensandoci, C è migliore.", None),
        ("A resposta é B. Pensando bem, C é a melhor.", None),
        ("Het antwoord is B. Bij nader inzien past C beter.", None),
        ("答案是B。A不对。重新考虑，C更合适。", None),
        ("答えはBです。Aは遠いです。考え直すと、Cが正解です。", None),
        ("Правильный ответ — B. A неверно, потому что это столица. Подумав, я выбираю C.", None),
        ("Правильный ответ — B. A неверно, потому что это столица.", "B"),
        ("Правильный ответ: В) Lyon. А вот C далеко.", "B"),
        ("Ответ: B", "B"),
        ("Верно B: это порт.", "B"),
        ("Я выбираю вариант B.", "B"),
        ("B — правильный ответ.", "B"),
        ("정답은 B입니다.", "B"),
        ("정답: B", "B"),
        ("답은 B이다. A는 틀렸습니다.", "B"),
        ("B가 정답입니다.", "B"),
        ("정답은 B입니다. 다시 생각해 보니 C가 더 적절합니다.", None),
        ("الإجابة الصحيحة هي B.", "B"),
        ("الجواب: B", "B"),
        ("الخيار الصحيح هو (B) لأنه أقرب.", "B"),
        ("أختار B.", "B"),
        ("\u200fالإجابة هي \u200eB\u200e. الخيار A غير صحيح.", "B"),
        ("الإجابة هي B. بعد التفكير، C أفضل.", None),
        ("Bが正解です。", "B"),
        ("B是正确的。", "B"),
        ("答えはAではない。", None),
        ("答案是（Ｂ）。", "B"),
        ("Bは正しくない。", None),
        ("The answer is B. Wait — A and C are wrong too. So B stands.", "B"),
        ("The answer is B: on reflection, the light turns round. A reads it wrongly. C and D too.", "B"),
        ("**A**\n\nParis is it.\n\n**B**\n\nLyon is wrong.\n\n**C**\n\nNice is wrong too.\n\n**D**\n\nMetz is not.\n\nThe answer is A.", "A"),
        ("B. The second phrase.\n\nLooking again, I was wrong. C covers both.", None),
        ("The answer is B. No, C.", None),
    ],
)  # fmt: skip
def test_a_choice_is_read_in_many_languages_and_not_where_it_is_taken_back(answer: str, choice: str | None) -> None:
    assert choice_in(answer, "ABCD", TOWNS) == choice


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("**(B).** It closes the gap.\n\n(A) is nearly the same and falls short. (C) is about price.", "B"),
        ("C) bears on it. A, B and D concern other towns, so they leave it as it is.\n\nE", "E"),
        ("It has to be the second, for the first is further north.\n**(B)**", "B"),
    ],
)
def test_a_letter_that_leads_in_bold_or_ends_alone_is_chosen_whatever_is_said_of_others(
    answer: str, letter: str
) -> None:
    assert choice_in(answer, "ABCDE") == letter


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Yes, it is.", True),
        ("No.", False),
        ("The statement is false.", False),
        ("That is not true.", False),
        ("Ja.", True),
        ("Falsch, denn es regnet.", False),
        ("Non, ce n'est pas lui.", False),
        ("Sí.", True),
        ("Vrai.", True),
        ("不是", False),
        ("正しい", True),
        ("True or false? True.", True),
        ("It rains.", None),
    ],
)
def test_yes_and_no(answer: str, said: bool | None) -> None:
    assert verdict_in(answer) is said


@given(
    st.dictionaries(st.text("abc", min_size=1), st.lists(st.integers()) | st.text(), min_size=1),
    st.sampled_from(["{}", "```json\n{}\n```", "Here it is:\n{}\nThat is all.", "```\n{}\n```\nDone."]),
)
def test_json_is_read_back(value: object, style: str) -> None:
    assert json_in(style.replace("{}", json.dumps(value), 1)) == value


@pytest.mark.parametrize("answer", ["no", '{"a": 1, "a": 2}', '{"a": NaN}', "{'a': 1}", "[" * 100_000])
def test_no_json(answer: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_in(answer)


def test_tables_lists_quantities_matches_orders() -> None:
    table = table_in("Text\n| a | b\\|c |\n|:--|---|\n| 1 | 2 |\n| 3 | 4 |\n\nMore")
    assert table is not None
    assert (table.header, table.rows, table.is_even) == (("a", "b|c"), (("1", "2"), ("3", "4")), True)
    assert table_in("a | b") is None
    assert list_in("Here:\n1. one\n   - inner\n2. two\n\nEnd") == ["one\n- inner", "two"]
    assert [(q.value, q.unit) for q in quantities_in("It costs €1,500.50 or 3 kg, 20 %.")] == [
        (1500.5, "€"),
        (3, "kg"),
        (20, "%"),
    ]
    assert matching_in("1-c, 2 → a; (3): (b)", "123", "abc") == {"1": "c", "2": "a", "3": "b"}
    assert matching_in("1-c, 1-a", "123", "abc") is None
    assert order_in("A comes late.\nSo the order is: B, A, D, C", "ABCD") == ["B", "A", "D", "C"]
    assert order_in("B, A", "ABC") is None


def test_what_is_copied() -> None:
    sentence = MAIL.split(". ")[3]
    assert copied_share(sentence, MAIL) == 1
    assert copied_share("Nobody had ever thought that letters could go over the ice on foot at all.", MAIL) == 0
    (run,) = copied_runs(f"He says that {sentence} and more of his own", MAIL)
    assert run.text in sentence


@given(WORDS, WORDS, WORDS)
def test_changes_make_the_new_text_of_the_old(head: list[str], old: list[str], new: list[str]) -> None:
    a, b = " ".join([*head, *old, *head]), " ".join([*head, *new, *head])
    made, at = "", 0
    for change in changed_only(a, b):
        assert a[change.start : change.end] == change.old
        made, at = made + a[at : change.start] + change.new, change.end
    assert made + a[at:] == b


def pair(answer: str, question: str = "Why did the mail walk?", **facts: str) -> Pair:
    passage = Seed("reading/x:1-2", MAIL).rewritten("essay", MAIL, facts=facts)
    turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return passage.ask("why", question).answered(turns)


@pytest.mark.parametrize(("answer", "check"), [
    ("I'm sorry, but I can't help with that.", "answers_at_all"), ("Dear [Your Name], the ice was thick.", "nothing_left_open"), ("It froze, and so the", "text_finished"), ("The rewritten passage says that it froze.", "no_workshop_talk"),
    ("It froze.<|im_end|>", "no_control_tokens"), ("It was cafÃ© ice.", "text_plausible"), ("It was so very cold. " + "and on and on it went " * 6, "no_text_loops"), ("", "turns_well_formed"),
])  # fmt: skip
def test_general_text_checks_catch(answer: str, check: str) -> None:
    assert check in {
        finding.check for finding in run_checks(pair(answer), GENERAL_TEXT_CHECKS).findings if not finding.passed
    }


@pytest.mark.parametrize(
    "answer",
    [
        *MAIL.split("\n\n")[1:9],
        "Because the strait froze.",
        '{"why": "ice"}',
        "- ice\n- snow",
        "Dear Ann,\n\nIt froze. Let me know.\n\nYours,\nTom",
    ],
)
def test_general_text_checks_let_be(answer: str) -> None:
    assert (
        run_checks(
            pair(answer, f"{MAIL}\n\nAccording to the passage, why?"), general_text_checks(chatter=False)
        ).reasons
        == []
    )


def test_masks_and_uncovered_languages() -> None:
    assert run_checks(pair("[NAME] met [NAME_2] in ____."), general_text_checks(masks=True)).reasons == []
    said = {f.check: f.evidence for f in run_checks(pair("Det frös.", language="sv"), GENERAL_TEXT_CHECKS).findings}
    assert "not known" in said["answers_at_all"]


@pytest.mark.parametrize(
    "unit", ["answer is ", "A is ", "C) ", "**", "[[", "1-a ", "12:30 ", "in 1999 ", "1,000,", "_", "A"]
)
def test_long_input_ends(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    choice_in(text, "ABCD", TOWNS)
    figures_grounded(text, [MAIL])
    matching_in(text, "123", "abc")
    locate("one … two", text)
    copied_share(text, text)


@pytest.mark.parametrize(
    ("answer", "choice"),
    [
        ("B\n\nOslo lies in the north.", "B"),
        ("B, because Oslo lies in the north.", "B"),
        ("B because Oslo lies in the north.", "B"),
        ("Oslo lies in the north. Hence B.", None),
        ("My pick is B. Oslo lies in the north.", None),
        ("Option B fits best, since Oslo lies in the north.", None),
        ("A\nIt is large.\nB\nIt is old.", None),
        ("B, C and D lie elsewhere.", None),
    ],
)
def test_the_words_of_another_option_in_a_reason_are_not_the_choice(answer: str, choice: str | None) -> None:
    assert choice_in(answer, "ABCD", {"A": "Paris", "B": "Rome", "C": "Oslo", "D": "Bonn"}) == choice
