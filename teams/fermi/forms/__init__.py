"""The forms of estimates, each with a key that a program works out from its trees."""

from teams.fermi.forms.estimate import Estimate, Marked, Odds, Remade, Span, TwoRoutes, comes_to, middle_of
from teams.fermi.forms.faulty import Faulty, Rivals
from teams.fermi.forms.inverse import Inverse
from teams.fermi.forms.lettered import Claimed, Enough, Larger, Lettered, Sensitive

ESTIMATE, ODDS, TWO_ROUTES, INVERSE = Estimate(), Odds(), TwoRoutes(), Inverse()
BOUNDS, INTERVAL = Span("bounds", "least", "most"), Span("interval", "low", "high")
SENSITIVE, LARGER, ENOUGH, CLAIMED = Sensitive(), Larger(), Enough(), Claimed()
FAULTY, RIVALS = Faulty(), Rivals()

__all__ = [
    "BOUNDS", "CLAIMED", "ENOUGH", "ESTIMATE", "FAULTY", "INTERVAL", "INVERSE", "LARGER", "ODDS", "RIVALS", "SENSITIVE",
    "TWO_ROUTES", "Claimed", "Enough", "Estimate", "Faulty", "Inverse", "Larger", "Lettered", "Marked", "Odds",
    "Remade", "Rivals", "Sensitive", "Span", "TwoRoutes", "comes_to", "middle_of",
]  # fmt: skip
