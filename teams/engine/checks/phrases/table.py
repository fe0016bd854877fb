"""What a language's table holds."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Table:
    """Wordings of one language, each a tuple of regular expressions.

    `{N}` stands for any of `nouns`, `{T}` for any of `nouns` and `things`.
    """

    spaced: bool = True
    """Words are separated by spaces: a wording begins and ends with a word."""
    nouns: tuple[str, ...] = ()
    """What a text that one reads is called: passage, article."""
    things: tuple[str, ...] = ()
    """What else stands above or below: a table, a list, code."""
    introduced: tuple[str, ...] = ()
    """What stands before a thing that is named for the first time: a, my."""
    elsewhere: tuple[str, ...] = ()
    """Speaks of a text that is not the one being read: "according to the passage"."""
    above: tuple[str, ...] = ()
    """Speaks of what stands before: fine in a text where something does."""
    below: tuple[str, ...] = ()
    """Speaks of what stands after."""
    numbered: tuple[str, ...] = ()
    """Speaks of a numbered part of a book: "see Figure 3"."""
    author: tuple[str, ...] = ()
    """Speaks of an author without a name."""
    source: tuple[str, ...] = ()
    """Speaks of what a question was made from, under the names that transformations give it: "the fact sheet"."""
    papers: tuple[str, ...] = ()
    """Somebody's papers: "Ida's notes". A leak where who that is only the hidden source tells."""
    workshop: tuple[str, ...] = ()
    """Words of those who make the data: "the rewritten passage"."""
    refusal: tuple[str, ...] = ()
    """The assistant speaks of itself as a model, or will not help."""
    preamble: tuple[str, ...] = ()
    """Opens an answer before the answer: "Sure! Here is"."""
    closing: tuple[str, ...] = ()
    """Ends an answer after the answer: "I hope this helps"."""
    note: tuple[str, ...] = ()
    """Speaks of what was done: "Note: I have kept"."""
    hole: tuple[str, ...] = ()
    """Begins what stands in the brackets of a hole to fill: [your name]."""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    """Announces a choice: "the answer is"."""
    rejects: tuple[str, ...] = ()
    """Says of a choice that it is none: "is wrong"."""
    reconsiders: tuple[str, ...] = ()
    """Takes back what was said: "on reflection,"."""
    prefers: tuple[str, ...] = ()
    """Says of another choice that it is the one: "is better"."""
    reckons: tuple[str, ...] = ()
    """Announces a figure that follows from others: "in total"."""
    idle_counts: tuple[str, ...] = ()
    """What a writer counts of its own text: reasons, steps."""
    hedges: tuple[str, ...] = ()
    """usually, may."""
    negations: tuple[str, ...] = ()
    all_above: tuple[str, ...] = ()
    """An option that speaks of the other options."""

    def expression(self, sort: str) -> str:
        """Return a sort's wordings as one bounded group; '' where there are none."""
        alternatives = "|".join(getattr(self, sort))
        if not alternatives:
            return ""
        alternatives = alternatives.replace("{N}", f"(?:{'|'.join(self.nouns)})")
        alternatives = alternatives.replace("{T}", f"(?:{'|'.join((*self.nouns, *self.things))})")
        return rf"(?<!\w)(?:{alternatives})(?!\w)" if self.spaced else f"(?:{alternatives})"


SORTS = tuple(field.name for field in fields(Table) if field.name != "spaced")
