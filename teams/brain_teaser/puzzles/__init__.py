"""The puzzles that are dealt and proven by program, by name."""

from teams.brain_teaser.puzzles.chances import Chance, Surety
from teams.brain_teaser.puzzles.clocks import Calendar, Clock
from teams.brain_teaser.puzzles.crossing import Bridge, Crossing
from teams.brain_teaser.puzzles.families import Ages, Census, Siblings
from teams.brain_teaser.puzzles.games import Heaps, Taking
from teams.brain_teaser.puzzles.knowing import WhoKnows
from teams.brain_teaser.puzzles.letters import Anagram, Cipher, LetterSum
from teams.brain_teaser.puzzles.liars import Liars
from teams.brain_teaser.puzzles.measuring import OddOne, OneReading, Pouring
from teams.brain_teaser.puzzles.puzzle import Deal, Puzzle, Telling, Twist, deal, proven
from teams.brain_teaser.puzzles.sequences import NumberRow
from teams.brain_teaser.puzzles.signs import Matches, MissingSigns
from teams.brain_teaser.puzzles.solids import PaintedBlock, RolledDie
from teams.brain_teaser.puzzles.tricks import Trick

PUZZLES: dict[str, Puzzle] = {
    puzzle.name: puzzle
    for puzzle in (
        Crossing(), Bridge(), Pouring(), OddOne(), OneReading(), Liars(), WhoKnows(), LetterSum(), MissingSigns(),
        Matches(), NumberRow(), Cipher(), Anagram(), Chance(), Surety(), PaintedBlock(), RolledDie(), Clock(),
        Calendar(), Ages(), Siblings(), Census(), Taking(), Heaps(), Trick(),
    )
}  # fmt: skip

__all__ = ["PUZZLES", "Deal", "Puzzle", "Telling", "Twist", "deal", "proven"]
