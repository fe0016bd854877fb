"""Decide how long to water each field, from its soil, its crop and the weather of the coming days.

The soil is a bucket: rain and irrigation fill it, the crop drinks from it, and what does not fit runs off.
Depths of water are in millimetres (one millimetre is one litre on a square metre), areas in square metres.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

CROP_FACTORS = {"tomato": 1.15, "maize": 1.2, "lettuce": 1.0, "olive": 0.7, "grape": 0.85}
WATER_HELD_PER_METRE = {"sand": 80.0, "loam": 160.0, "clay": 190.0}
EFFICIENCY = {"drip": 0.9, "sprinkler": 0.75}


class FieldError(ValueError):
    """A field or a forecast that makes no sense."""


@dataclass
class Plot:
    """One field. `moisture` is the water in reach of the roots now, in mm."""

    name: str
    crop: str
    soil: str
    area: float
    root_depth: float
    system: str
    flow: float
    moisture: float

    @property
    def capacity(self) -> float:
        """How much water the root zone can hold, in mm."""
        return WATER_HELD_PER_METRE[self.soil] * self.root_depth


@dataclass(frozen=True)
class Day:
    """Weather of one day: rain, and evaporation from short grass (both in mm)."""

    rain: float
    evaporation: float


@dataclass(frozen=True)
class Watering:
    """An order to the pumps: which day from today (0), how deep in mm, how long in minutes, how much in litres."""

    day: int
    depth: float
    minutes: int
    litres: int


@dataclass
class Farm:
    """All fields, and the water that may still be drawn this season, in litres."""

    allowance: float
    plots: dict[str, Plot] = field(default_factory=dict)

    def add_plot(
        self,
        name: str,
        crop: str,
        soil: str,
        area: float,
        root_depth: float = 0.6,
        system: str = "drip",
        flow: float = 2000.0,
    ) -> Plot:
        """Register a field, half full of water. `root_depth` is in metres, `flow` in litres an hour."""
        for value, known, what in ((crop, CROP_FACTORS, "crop"), (soil, WATER_HELD_PER_METRE, "soil")):
            if value not in known:
                raise FieldError(f"Unknown {what} {value!r}; known are {', '.join(known)}.")
        if system not in EFFICIENCY:
            raise FieldError(f"Unknown system {system!r}; known are {', '.join(EFFICIENCY)}.")
        if min(area, root_depth, flow) <= 0:
            raise FieldError("Area, root depth and flow must be above zero.")
        if name in self.plots:
            raise FieldError(f"There is already a field called {name!r}.")
        plot = Plot(name, crop, soil, area, root_depth, system, flow, moisture=0.0)
        plot.moisture = plot.capacity / 2
        self.plots[name] = plot
        return plot

    def record_probe(self, name: str, percent: float) -> float:
        """Set a field's moisture from a soil probe, in percent of its capacity; return it in mm."""
        if not 0 <= percent <= 100:
            raise FieldError("A probe reads between 0 and 100 percent.")
        plot = self._plot(name)
        plot.moisture = plot.capacity * percent / 100
        return plot.moisture

    def plan(self, name: str, forecast: Sequence[Day], refill_below: float = 0.5) -> list[Watering]:
        """Plan the coming days: whenever the soil would fall below a share of its capacity, fill it up to 90 percent.

        Nothing is changed; `water` carries an order out. `refill_below` is between 0 and 0.9.
        """
        if not 0 <= refill_below < 0.9:
            raise FieldError("refill_below must be at least 0 and less than 0.9.")
        plot = self._plot(name)
        orders: list[Watering] = []
        moisture = plot.moisture
        for number, day in enumerate(forecast):
            moisture = _after(moisture, day, plot)
            if moisture < refill_below * plot.capacity:
                depth = 0.9 * plot.capacity - moisture
                orders.append(_order(number, depth, plot))
                moisture += depth
        return orders

    def water(self, name: str, minutes: int) -> float:
        """Run a field's pump, take the water from the allowance and return the new moisture in mm."""
        plot = self._plot(name)
        litres = plot.flow * minutes / 60
        if minutes <= 0:
            raise FieldError("Minutes must be above zero.")
        if litres > self.allowance:
            raise FieldError(f"That takes {litres:.0f} litres; only {self.allowance:.0f} are left this season.")
        self.allowance -= litres
        plot.moisture = min(plot.capacity, plot.moisture + litres * EFFICIENCY[plot.system] / plot.area)
        return plot.moisture

    def driest(self) -> str:
        """Return the name of the field that is emptiest, measured by its own capacity."""
        if not self.plots:
            raise FieldError("The farm has no fields yet.")
        return min(self.plots.values(), key=lambda plot: plot.moisture / plot.capacity).name

    def _plot(self, name: str) -> Plot:
        if name not in self.plots:
            raise FieldError(f"There is no field called {name!r}.")
        return self.plots[name]


def crop_water_use(crop: str, evaporation: float) -> float:
    """Return what a crop drinks on a day of this evaporation, in mm."""
    if crop not in CROP_FACTORS:
        raise FieldError(f"Unknown crop {crop!r}; known are {', '.join(CROP_FACTORS)}.")
    return CROP_FACTORS[crop] * evaporation


def _after(moisture: float, day: Day, plot: Plot) -> float:
    left = min(plot.capacity, moisture + day.rain) - crop_water_use(plot.crop, day.evaporation)
    return max(0.0, left)


def _order(day: int, depth: float, plot: Plot) -> Watering:
    litres = depth * plot.area / EFFICIENCY[plot.system]
    return Watering(day, round(depth, 1), round(litres / plot.flow * 60), round(litres))
