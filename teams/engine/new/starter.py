"""The skill that `new` writes where nobody said what it is to teach: small, whole, and worth changing line by line."""

from __future__ import annotations

from teams.engine.new.plan import IDENTITY, Aim, Criterion, Part, Plan, Sort, Way


def starter(name: str) -> Plan:
    """Return the plan of a skill that explains texts to newcomers."""
    return Plan(
        name=name,
        title=f"{name.replace('_', ' ').capitalize()}: explain a text to somebody who is new to its matter",
        about="A start, to be made your own: a text, a request of somebody who has to work with it and is new to it, "
        "and an answer that they understand. Every brief is in the script beside this file, every table below.",
        material="text",
        shows_text=True,
        ways=(
            Way(
                "hand_over",
                "The text as notes that somebody leaves for the one who takes over from them on Monday: what is so, "
                "what has to be done and by when, what goes wrong and whom to ask. Names, figures and special words "
                "stay as they are, and none is explained, since between the two of them none needs to be. Spoiled by "
                "a greeting of three lines, and by notes that hold nothing one could get wrong.",
                (120, 320),
            ),
            Way(
                "first_day",
                "A conversation between somebody who knows the matter of the text and somebody on their first day "
                "who asks back when they don't follow. What is said stays true to the text. Each turn carries "
                "something: a reason, a figure, a warning. Spoiled by praise for good questions and by a newcomer "
                "who understands everything at once.",
                (150, 380),
            ),
        ),
        sorts=(
            Sort(
                "in_plain_words",
                "Ask for a part of the text in plain words, for somebody named or described who has a reason to need "
                "it. The part has at least two ideas that hang together, and a special word that can't just be left "
                "out. Points of a good answer are those ideas, not the sentences. Spoiled if a shorter copy of the "
                "text would do.",
                "open",
                ("hand_over", "first_day", IDENTITY),
                ("for_somebody_else",),
            ),
            Sort(
                "what_is_meant",
                "Ask what a word or phrase of the text means there, where its usual meaning would mislead or says too "
                "little. The text shows the meaning by what it says around it. The answer is a few words. Spoiled by "
                "words that any dictionary settles.",
                "short",
                ("hand_over", "first_day", IDENTITY),
                ("for_somebody_else",),
            ),
            Sort(
                "what_would_happen",
                "Ask what would come of it if somebody left out a step, mixed up two things or was late, as far as "
                "the text lets one say. Right is what the text implies; wrong options are what a newcomer would "
                "fear or hope instead. Spoiled if the text says it outright in one sentence.",
                "choice",
                ("hand_over", "first_day", IDENTITY),
                ("for_somebody_else", "left_open"),
            ),
            Sort(
                "what_first",
                "Ask in which order things of the text have to be done or come about, where the text does not tell "
                "them in that order. Four to six things, each a few words. Spoiled if two of them could change places.",
                "order",
                ("hand_over", IDENTITY),
                (),
            ),
        ),
        aims=(
            Aim(
                "for_somebody_else",
                "Ask the same of another person, who brings other knowledge: a child, an auditor, somebody who did "
                "this work thirty years ago. What they know already and what they must not be told changes what a "
                "right answer is. Only the request changes.",
            ),
            Aim(
                "left_open",
                "Change the text so that it no longer says what decides the question, and nothing else: a figure, a "
                "reason or a condition falls away, or is put off. Nobody who reads the new text would miss anything.",
                "taken_away",
            ),
        ),
        parts={
            "passage_writer": Part(
                "You write pieces that somebody new to a job will have to work with.",
                (
                    "stands on its own and is about something particular: names, amounts, days, places;",
                    "holds at least four things that a newcomer would get wrong;",
                    "reads as if written by somebody who does this work, in their words.",
                ),
                ("the raw text with other words", "a heading that says what it is", "a closing that sums up"),
            ),
            "question_writer": Part(
                "You ask what somebody asks who has to work with a text tomorrow and does not understand it yet.",
                (
                    "comes from a person with a reason, which shows in a few words;",
                    "can be answered from the text alone, and not without it;",
                    "asks for one thing.",
                ),
                ("the answer in the question", "a question that only an examiner would ask"),
            ),
            "suggester": Part(
                "You find ways to make a newcomer's question demand more of whoever answers it.",
                (
                    "says exactly what changes, and what an answer has to do then that it hadn't to do before;",
                    "differs from the others in its means.",
                ),
                ("longer words", '"add more details"'),
            ),
            "editor": Part(
                "You carry out one suggestion for a newcomer's question, and leave the rest as it is.",
                (
                    "does what the suggestion is after, even if it has to be done a little differently;",
                    "leaves no trace by which one sees that there was another version.",
                ),
                ("two right answers", "a change that contradicts another sentence of the text"),
            ),
            "assistant": Part(
                "You explain texts to people who are new to their matter and have to work with them tomorrow.",
                (
                    "begins with what was asked for;",
                    "says in a few plain words what each special word means, where it is first needed;",
                    "gives the reason with the rule, since a rule without one is forgotten;",
                    "keeps to the text, and says so where the text leaves something open.",
                ),
                ("an opening about the question", "a closing offer", "an explanation longer than the text"),
            ),
        },
        most_words=250,
        never=("Great question", "I hope this helps"),
        criteria=(
            Criterion("words_explained", "Every special word that it uses and the asker can't know is explained."),
            Criterion("fits_the_asker", "It speaks to the person who asks, with what they know and need."),
        ),
    )
