"""Verse as a program reads it: stanzas and lines, syllables, rhymes, and the named forms with their checkers."""

from teams.creative_content.verse.forms import FORMS, VerseForm, verse_faults
from teams.creative_content.verse.lines import syllables, verse_of
from teams.creative_content.verse.rhyme import rhymes

__all__ = ["FORMS", "VerseForm", "rhymes", "syllables", "verse_faults", "verse_of"]
