"""Site types: what visitors can do with a site's things, put together from parts, with what gets in their way.

Every label is an English word that goes through the site's own (`signs`), so that a site is in one language.
"""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from teams.web_agent.content import Content
from tools.web.spec import NUMBERS, Field, Form, Noise, Note, Site, Table, View
from tools.web.words import WORDS

ITEMS = "items"
_SURNAMES = (
    "Lund",
    "Okafor",
    "Brand",
    "Rossi",
    "Tanaka",
    "Moreau",
    "Silva",
    "Novak",
    "Haddad",
    "Byrne",
    "Costa",
    "Weiss",
)
_FIRST = ("ida", "marc", "nuria", "paul", "aiko", "tess", "omar", "lena", "joan", "petra", "samir", "eva")
PASSWORDS = ("maple-street-7", "blue.kettle42", "winterhafen9", "Tandem!88", "oak&ivy2019", "k0rnblume")
_CONSENT = (
    "We use cookies to make this site work and, if you agree, to measure how it is used.",
    "Some cookies are necessary. Others help us and our partners show what may interest you.",
    "Before you go on: which cookies may we set?",
)
_LETTERS = ("Never miss a thing: our letter comes once a month", "Be the first to hear our news", "Our letter is free")
_ADVERTS = (
    "Sofas at half price till Sunday", "Learn a language in 30 days", "Your neighbour saves on electricity",
    "Win a week by the sea", "Meet our friends at Parcel & Co.",
)  # fmt: skip
_BANNERS = ("This site is being rebuilt; some pages may look new.", "Thank you for five years with you!")


@dataclass(frozen=True)
class Wish:
    """How a site is to be for one task: what tasks of a kind need, and what makes them hard."""

    per_page: int = 8
    has_search: bool = True
    shape: str = "table"
    consent: bool = False
    newsletter: bool = False
    adverts: int = 0
    banner: bool = False
    flaky: str = ""
    """Name of the form whose first try fails."""
    tucked: bool = False
    """The last pages of text stand in a menu."""
    folded: bool = False
    hides: int = 0
    """Fields kept off the list, so that the pages of records have to be opened."""
    slider: bool = False


@dataclass
class Parts:
    """A site while it is put together."""

    content: Content
    wish: Wish
    random: Random
    tables: list[Table] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    user: str = ""

    def t(self, words: str) -> str:
        """Say an English word in the site's language."""
        return (self.content.signs or {}).get(words, words)

    def options(self, *words: str) -> tuple[str, ...]:
        return tuple(self.t(word) for word in words)


def _account(site: Parts) -> None:
    if site.user:
        return
    r = site.random
    site.user = r.choice(_FIRST)
    fields = (
        Field("name", site.t("Full name")),
        Field("mail", site.t("E-mail")),
        Field("town", site.t("Town")),
        Field("notices", site.t("Notices by e-mail"), "choice", site.options("all", "only important ones", "none")),
    )
    row = {
        "id": "1", "name": f"{site.user.title()} {r.choice(_SURNAMES)}", "mail": f"{site.user}@post.example",
        "town": r.choice(("Aarhus", "Ghent", "Porto", "Leeds", "Graz", "Turku")), "notices": site.t("all"),
    }  # fmt: skip
    site.tables.append(Table("settings", site.t("setting"), site.t("Settings"), "name", fields, (row,), is_mine=True))
    site.forms.append(Form("change_settings", site.t("Change settings"), "update", "settings", steps=(fields,),
                           submit=site.t("Save"), needs_login=True))  # fmt: skip


def _comments(label: str, form: str, has_stars: bool) -> Callable[[Parts], None]:
    def put(site: Parts) -> None:
        stars = (Field("stars", site.t("Rating"), "number", minimum=1, maximum=5),) if has_stars else ()
        fields = (*stars, Field("text", site.t("Text"), "long"))
        rows = []
        for n, item in enumerate(site.random.sample(list(site.content.records), 3), 1):
            at = str(site.content.records.index(item) + 1)
            words = site.t(
                site.random.choice(("Very useful, thank you.", "Not what I had hoped for.", "As described."))
            )
            rows.append({"id": str(n), ITEMS: at, "text": words, **({"stars": 2 + n % 4} if stars else {})})
        site.tables.append(Table("comments", site.t("comment"), site.t(label), "text", fields, tuple(rows), of=ITEMS))
        site.forms.append(Form("comment", site.t(form), "create", "comments", ITEMS, (fields,), site.t("Send"),
                               {ITEMS: "$id"}))  # fmt: skip

    return put


def _basket(site: Parts) -> None:
    quantity = Field("quantity", site.t("Quantity"), "number", minimum=1, maximum=9, preset="1")
    site.tables.append(
        Table("basket", site.t("item"), site.t("Basket"), "item", (Field("item", site.t("Item")), quantity))
    )
    address = (
        Field("name", site.t("Full name")),
        Field("street", site.t("Street and number")),
        Field("town", site.t("Town")),
    )
    how = (
        Field("delivery", site.t("Delivery"), "choice",
              site.options("by post", "parcel locker", "collect in person"), shape="radio"),
        Field("wrapped", site.t("Gift wrapping"), "choice", site.options("yes", "no"), preset=site.t("no")),
    )  # fmt: skip
    pay = (Field("payment", site.t("Payment"), "choice", site.options("invoice", "bank transfer", "on delivery")),)
    own = (Field("items", site.t("Items")), *address, *how, *pay)
    site.tables.append(Table("orders", site.t("order"), site.t("Orders"), "items", own, is_mine=True))
    site.views.append(View("basket", site.t("Basket"), columns=("quantity",), has_search=False))
    site.forms += [
        Form("add_to_basket", site.t("Add to basket"), "create", "basket", ITEMS, ((quantity,),),
             values={"item": "$title"}),
        Form("take_out", site.t("Take out of the basket"), "delete", "basket", "basket"),
        Form("checkout", site.t("Checkout"), "checkout", "orders", steps=(address, how, pay),
             submit=site.t("Place order"), values={"from": "basket"}),
    ]  # fmt: skip


def _booking(
    label: str, form: str, how: str, places: tuple[str, ...], most: int, *, has_day: bool = True
) -> Callable[[Parts], None]:
    """`has_day`: whoever books chooses a day; an event has its own."""

    def put(site: Parts) -> None:
        first = f"2026-{site.random.randint(2, 9):02}-{site.random.randint(1, 28):02}"
        day = Field("day", site.t("Date"), "date", minimum=first, maximum=f"{first[:4]}-12-20")
        fields = (
            *((day,) if has_day else ()),
            Field("place", site.t(how), "choice", site.options(*places), shape="radio"),
            Field(
                "people",
                # Of a slider nothing else says how far it goes.
                site.t("Number of people") + (f" (1–{most})" if site.wish.slider else ""),
                "slider" if site.wish.slider else "number",
                minimum=1,
                maximum=most,
            ),
            Field("contact", site.t("Contact name")),
        )
        whole = (Field("item", site.content.title_label), *fields)
        rows = []
        for n, item in enumerate(site.random.sample(list(site.content.records), 3), 1):
            rows.append({
                "id": str(n), "item": item["title"],
                **({"day": f"{first[:4]}-1{n % 3}-{10 + 3 * n}"} if has_day else {}),
                "place": site.t(places[n % len(places)]), "people": 1 + n % most,
                "contact": f"{_FIRST[-n].title()} {site.random.choice(_SURNAMES)}",
            })  # fmt: skip
        site.tables.append(Table("bookings", site.t("booking"), site.t(label), "item", whole, tuple(rows)))
        site.views.append(
            View(
                "bookings",
                site.t(label),
                columns=("day" if has_day else "place", "people", "contact"),
                has_search=False,
            )
        )
        site.forms += [
            Form("book", site.t(form), "create", "bookings", ITEMS, (fields,), site.t("Send"), {"item": "$title"},
                 note=site.t("From {first} on.").replace("{first}", first) if has_day else ""),
            Form("change_booking", site.t("Change"), "update", "bookings", "bookings", (fields,), site.t("Save")),
            Form("cancel_booking", site.t("Cancel it"), "delete", "bookings", "bookings",
                 confirms=site.t("Do you really want to do this? It can't be undone.")),
        ]  # fmt: skip

    return put


def _writing(new: str, with_login: bool, deletes: bool = True) -> Callable[[Parts], None]:
    def put(site: Parts) -> None:
        if with_login:
            _account(site)
        title = Field("title", site.content.title_label)
        fields = tuple(
            Field(f.name, f.label, f.type, f.options, f.unit, minimum=f.minimum) for f in site.content.fields
        )
        site.forms.append(Form("new_item", site.t(new), "create", ITEMS, steps=((title, *fields),),
                               submit=site.t("Save"), needs_login=with_login))  # fmt: skip
        site.forms.append(Form("edit_item", site.t("Edit"), "update", ITEMS, ITEMS, ((title, *fields),),
                               site.t("Save"), needs_login=with_login))  # fmt: skip
        if deletes:
            sure = site.t("Do you really want to do this? It can't be undone.")
            site.forms.append(Form("delete_item", site.t("Delete"), "delete", ITEMS, ITEMS, confirms=sure,
                                   needs_login=with_login))  # fmt: skip

    return put


Part = Callable[[Parts], None]
SITES: Mapping[str, tuple[Part, ...]] = {
    "shop": (_basket, _comments("Reviews", "Write a review", True), _account),
    "library_catalogue": (
        _booking("Reservations", "Reserve", "Pick up at", ("main library", "mobile library", "reading room"), 3),
        _comments("Readers' notes", "Add a note", True),
        _account,
    ),
    "booking_service": (_booking("Bookings", "Book", "Time of day", ("morning", "afternoon", "evening"), 8), _account),
    "forum": (_comments("Replies", "Reply", False), _writing("Start a thread", True)),
    "admin_tables": (_writing("New record", True),),
    "wiki": (_writing("New article", False, deletes=False), _comments("Discussion", "Add to the discussion", False)),
    "ticket_desk": (
        _writing("Open a ticket", True),
        _comments("Messages", "Write a message", False),
        _booking("Appointments", "Make an appointment", "How", ("by telephone", "on site", "by video"), 4),
    ),
    "events_calendar": (
        _booking(
            "Registrations", "Register", "Taking part", ("in the hall", "online", "guided tour"), 10, has_day=False
        ),
        _comments("Impressions", "Share an impression", True),
        _writing("Announce an event", False, deletes=False),
    ),
}
"""What each type of site is made of."""
LABELS = (
    *WORDS, "Full name", "E-mail", "Town", "Notices by e-mail", "all", "only important ones", "none", "setting",
    "Settings", "Change settings", "Save", "Rating", "Text", "Very useful, thank you.", "Not what I had hoped for.",
    "As described.", "comment", "Send", "Quantity", "item", "Basket", "Item", "Street and number", "Delivery",
    "by post", "parcel locker", "collect in person", "Gift wrapping", "yes", "no", "Payment", "invoice",
    "bank transfer", "on delivery", "Items", "order", "Orders", "Add to basket", "Take out of the basket", "Checkout",
    "Place order", "Date", "Pick up at", "Time of day", "How", "Taking part", "Number of people", "Contact name", "booking", "From {first} on.", "Change",
    "Cancel it", "Do you really want to do this? It can't be undone.", "Edit", "Delete", "Reviews", "Write a review",
    "Reservations", "Reserve", "main library", "mobile library", "reading room", "Readers' notes", "Add a note",
    "Bookings", "Book", "morning", "afternoon", "evening", "Replies", "Reply", "Start a thread", "New record",
    "New article", "Discussion", "Add to the discussion", "Open a ticket", "Messages", "Write a message",
    "Appointments", "Make an appointment", "by telephone", "on site", "by video", "Registrations", "Register",
    "in the hall", "online", "guided tour", "Impressions", "Share an impression", "Announce an event",
    "as a draft", "draft", "Drafts", *_CONSENT, *_LETTERS, *_ADVERTS, *_BANNERS,
)  # fmt: skip
"""All English words a site may show: what a site in another language needs a word for."""


def assemble(kind: str, content: Content, wish: Wish, random: Random) -> Site:
    """Return a whole site of a type."""
    parts = Parts(content, wish, random)
    own = (Field("title", content.title_label), *content.fields)
    rows = tuple({"id": str(n), **record} for n, record in enumerate(content.records, 1))
    parts.tables.append(Table(ITEMS, content.one, content.many, "title", own, rows))
    parts.views.append(_items_view(content, wish))
    for put in SITES[kind]:
        put(parts)
    forms = [_flaky(form, wish.flaky) for form in parts.forms]
    return Site(
        content.name, kind, content.tagline, tuple(parts.tables), tuple(parts.views), tuple(forms),
        _notes(content, wish), parts.user, random.choice(PASSWORDS) if parts.user else "",
        _noise(parts), dict(content.signs or {}), later=content.later, remarks=content.remarks,
    )  # fmt: skip


def _items_view(content: Content, wish: Wish) -> View:
    names = [f.name for f in content.fields]
    columns = tuple(names[: len(names) - wish.hides] or names[:1])
    filters = tuple(f.name for f in content.fields if f.type == "choice" or f.type in NUMBERS)
    sorts = tuple(f.name for f in content.fields if f.type in (*NUMBERS, "date"))
    return View(ITEMS, content.many, wish.shape, columns, filters, sorts, wish.has_search, wish.per_page)


def _flaky(form: Form, name: str) -> Form:
    return replace(form, is_flaky=True) if form.name == name else form


def _notes(content: Content, wish: Wish) -> tuple[Note, ...]:
    names = [f"p{n}" for n in range(1, len(content.notes) + 1)]
    made = []
    for n, note in enumerate(content.notes):
        sections = tuple((h, t) for h, t in note["sections"])
        # One page leads to the next: the last can also be found by reading on.
        made.append(Note(names[n], note["title"], sections, wish.folded, (names[(n + 1) % len(names)],)))
    return tuple(made)


def _noise(parts: Parts) -> Noise:
    r, wish, t = parts.random, parts.wish, parts.t
    return Noise(
        consent=t(r.choice(_CONSENT)) if wish.consent else "",
        newsletter=t(r.choice(_LETTERS)) if wish.newsletter else "",
        adverts=tuple(t(a) for a in r.sample(_ADVERTS, wish.adverts)),
        banner=t(r.choice(_BANNERS)) if wish.banner else "",
    )
