"""A small site for tests of the browser and the planner."""

from __future__ import annotations

from dataclasses import replace

from tools.web.spec import Field, Form, Noise, Note, Site, Table, View

BOOKS = Table(
    "books",
    "book",
    "Books",
    "title",
    (
        Field("title", "Title"),
        Field("author", "Author"),
        Field("price", "Price", "money", unit="€", minimum=0),
        Field("genre", "Genre", "choice", ("novel", "poetry")),
        Field("isbn", "ISBN"),
    ),
    tuple(
        {
            "id": str(n),
            "title": f"Book {n}",
            "author": f"A{n % 3}",
            "price": n * 1.5,
            "genre": ["novel", "poetry"][n % 2],
            "isbn": f"I-{n}",
        }
        for n in range(1, 20)
    ),
)
REVIEWS = Table(
    "reviews",
    "review",
    "Reviews",
    "text",
    (Field("stars", "Stars", "number", minimum=1, maximum=5), Field("text", "Review", "long")),
    ({"id": "1", "books": "1", "text": "Nice", "stars": 4},),
    of="books",
)
REVIEW = Form("review", "Write a review", "create", "reviews", "books", (REVIEWS.fields,), values={"books": "$id"})
REMOVE = Form("remove", "Remove", "delete", "books", "books", confirms="Really?")
SHOP = Site(
    "Harbour Books",
    "shop",
    "Old books",
    (BOOKS, REVIEWS),
    (View("books", "Books", columns=("author", "price"), filters=("genre", "price"), sorts=("price",)),),
    (REVIEW, REMOVE),
    (Note("hours", "Opening hours", (("Shop", "Monday to Friday"), ("Café", "Saturday only")), is_folded=True),),
)


def noisy(site: Site = SHOP) -> Site:
    """The same with all that gets in the way."""
    return replace(site, noise=Noise(consent="We use cookies.", newsletter="Our letter", adverts=("Win a car",)))


def hostile(html: str) -> Site:
    """The same with a piece of HTML on its first page."""
    return replace(SHOP, fragment=html)
