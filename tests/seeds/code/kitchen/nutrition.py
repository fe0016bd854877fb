"""Scale recipes and add up what is in them: energy, protein, fat, carbohydrate and salt, by portion."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GRAMS_PER_UNIT = {"g": 1.0, "kg": 1000.0, "oz": 28.35, "lb": 453.6}
MILLILITRES_PER_UNIT = {"ml": 1.0, "l": 1000.0, "tsp": 5.0, "tbsp": 15.0, "cup": 240.0}
DAILY_REFERENCE = {"kcal": 2000.0, "protein": 50.0, "fat": 70.0, "carbohydrate": 260.0, "salt": 6.0}


class RecipeError(ValueError):
    """An ingredient, unit or amount that cannot be worked with."""


@dataclass(frozen=True)
class Food:
    """Nutrients in 100 g: energy in kcal, the rest in grams. `density` is grams per millilitre."""

    name: str
    kcal: float
    protein: float
    fat: float
    carbohydrate: float
    salt: float
    density: float = 1.0
    grams_per_piece: float | None = None
    allergens: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ingredient:
    """So much of one food; the unit is a weight, a volume or `piece`."""

    food: str
    amount: float
    unit: str


@dataclass(frozen=True)
class Recipe:
    """What goes into a dish, and for how many."""

    title: str
    portions: int
    ingredients: tuple[Ingredient, ...]


class Pantry:
    """The foods a kitchen knows, by name."""

    def __init__(self, foods: Iterable[Food] = ()) -> None:
        self._foods = {food.name: food for food in foods}

    def add_food(self, food: Food) -> None:
        """Add a food, replacing an earlier one of the same name."""
        self._foods[food.name] = food

    def find_food(self, name: str) -> Food:
        """Return the food of this name."""
        if name not in self._foods:
            raise RecipeError(f"The pantry does not know {name!r}.")
        return self._foods[name]

    def weight(self, ingredient: Ingredient) -> float:
        """Return the weight of an ingredient in grams."""
        food = self.find_food(ingredient.food)
        if ingredient.amount < 0:
            raise RecipeError(f"The amount of {food.name} is negative.")
        if ingredient.unit in GRAMS_PER_UNIT:
            return ingredient.amount * GRAMS_PER_UNIT[ingredient.unit]
        if ingredient.unit in MILLILITRES_PER_UNIT:
            return ingredient.amount * MILLILITRES_PER_UNIT[ingredient.unit] * food.density
        if ingredient.unit == "piece" and food.grams_per_piece is not None:
            return ingredient.amount * food.grams_per_piece
        raise RecipeError(f"{food.name} cannot be measured in {ingredient.unit!r}.")

    def nutrients_per_portion(self, recipe: Recipe) -> dict[str, float]:
        """Add up the nutrients of one portion, rounded to one decimal. Losses by cooking are not counted."""
        totals = dict.fromkeys(DAILY_REFERENCE, 0.0)
        for ingredient in recipe.ingredients:
            food, grams = self.find_food(ingredient.food), self.weight(ingredient)
            for nutrient in totals:
                totals[nutrient] += getattr(food, nutrient) * grams / 100
        return {nutrient: round(total / recipe.portions, 1) for nutrient, total in totals.items()}

    def allergens(self, recipe: Recipe) -> list[str]:
        """List the allergens in a recipe, in alphabetical order."""
        return sorted({a for item in recipe.ingredients for a in self.find_food(item.food).allergens})

    def shopping_list(self, recipes: Iterable[Recipe]) -> dict[str, float]:
        """Add up what several recipes need of each food, in grams, in alphabetical order."""
        needed: dict[str, float] = {}
        for recipe in recipes:
            for ingredient in recipe.ingredients:
                needed[ingredient.food] = needed.get(ingredient.food, 0.0) + self.weight(ingredient)
        return {name: round(grams, 1) for name, grams in sorted(needed.items())}


def scale(recipe: Recipe, portions: int) -> Recipe:
    """Return the recipe for another number of portions, which must be at least 1."""
    if portions < 1:
        raise RecipeError("A recipe must be for at least one portion.")
    factor = portions / recipe.portions
    scaled = tuple(Ingredient(i.food, round(i.amount * factor, 2), i.unit) for i in recipe.ingredients)
    return Recipe(recipe.title, portions, scaled)


def share_of_day(nutrients: Mapping[str, float]) -> dict[str, int]:
    """Say what share of an adult's daily reference intake this is, in whole percent."""
    return {name: round(100 * nutrients[name] / DAILY_REFERENCE[name]) for name in DAILY_REFERENCE if name in nutrients}


def label(nutrients: Mapping[str, float]) -> dict[str, str]:
    """Rate the fat and salt of a portion as low, medium or high, for the traffic light on a menu."""
    limits = {"fat": (3.0, 17.5), "salt": (0.3, 1.5)}
    return {
        name: "low" if nutrients[name] <= low else "medium" if nutrients[name] <= high else "high"
        for name, (low, high) in limits.items()
    }
