"""The tables of this skill: site types, kinds of task, goals of refinement; each with where it comes from."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from teams.engine.flow import Kind
from teams.web_agent import doing, impossible, looking
from teams.web_agent.assemble import SITES, Wish
from teams.web_agent.words import script
from tools.web.spec import Site
from tools.web.task import Task

Draw = Callable[[Random, Site], Task | None]
"""Draws a task; None where the site has nothing for it this time."""


@dataclass(frozen=True)
class Errand(Kind):
    """A kind of task: who draws it, and what its site has to be like."""

    draws: tuple[Draw, ...] = ()
    """One of them is drawn with."""
    wish: Wish = field(default_factory=Wish)
    goals: tuple[str, ...] = ()
    is_small: bool = False
    is_feasible: bool = True


PAPER = "WebArena and Mind2Web, as proposed after the paper"
TRANSFORMATIONS = tuple(
    Kind(name, script.brief(name), source)
    for name, source in (
        ("shop", "WebShop"),
        ("library_catalogue", "Mind2Web"),
        ("booking_service", "Mind2Web"),
        ("forum", "WebArena"),
        ("admin_tables", "WorkArena"),
        ("wiki", "WebArena"),
        ("ticket_desk", "WorkArena"),
        ("events_calendar", "ours"),
    )
)
_FIND = ("on_page_two", "similar_elements", "constraint", "remove_element")
_DO = ("more_steps", "similar_elements", "on_page_two", "ambiguous_label", "remove_element")


def _errand(
    name: str, source: str, draws: Sequence[Draw], wish: Wish, goals: Sequence[str] = (), **more: bool
) -> Errand:
    return Errand(name, script.brief(name), source, tuple(draws), wish, tuple(goals), **more)


KINDS = (
    _errand("navigate_to_page", "WebArena", [looking.navigate], Wish(tucked=True, adverts=1), is_small=True),
    _errand("search_and_open", "Mind2Web", [looking.search_and_open], Wish(per_page=5), _FIND, is_small=True),
    _errand("filter_and_sort", "WebShop", [looking.filter_and_sort], Wish(per_page=5), ("on_page_two",)),
    _errand("fill_form", "MiniWoB++", [doing.write_comment, doing.book], Wish(adverts=1), _DO),
    _errand("multi_step_checkout", "WebShop", [doing.check_out], Wish(per_page=6), ("similar_elements", "on_page_two")),
    _errand("find_information", "WebArena", [looking.find_information], Wish(hides=2), _FIND, is_small=True),
    _errand("read_and_tell", "WebArena", [looking.read_page], Wish(folded=True)),
    _errand("compare_items", "Mind2Web", [looking.compare], Wish(hides=2, per_page=6), ("on_page_two",)),
    _errand("list_matching", "WebArena", [looking.list_matching], Wish(per_page=5), ("on_page_two",)),
    _errand("count_records", "WorkArena", [looking.count], Wish(per_page=5)),
    _errand("create_record", "WebArena", [doing.create_record], Wish(banner=True), ("more_steps",)),
    _errand("edit_record", "WorkArena", [doing.edit_record, doing.change_booking], Wish(), _DO),
    _errand("delete_record", "WebArena", [doing.delete_record], Wish(), ("similar_elements", "remove_element")),
    _errand("account_settings", "WebArena", [doing.change_settings], Wish(adverts=2), ("more_steps",)),
    _errand("pick_on_widgets", "MiniWoB++", [doing.book], Wish(shape="map", slider=True), ("more_steps",)),
    _errand("page_through", "WorkArena", [looking.page_through], Wish(per_page=3, has_search=False), ("similar_elements",)),
    _errand("recover_from_error", "ours", [doing.recover], Wish(), ("similar_elements",)),
    _errand("dismiss_popups", "ours", [doing.through_popups],
            Wish(consent=True, newsletter=True, adverts=3, banner=True), ("on_page_two",)),
    _errand("nothing_of_the_name", "WebArena", [impossible.no_such_record], Wish(adverts=1), is_feasible=False),
    _errand("not_accepted", "ours", [impossible.out_of_bounds, impossible.no_such_option], Wish(), is_feasible=False),
    _errand("no_such_action", "WebArena", [impossible.no_such_action], Wish(), is_feasible=False),
)  # fmt: skip
"""What the six benchmarks' tasks have in common is counted once, under the one that has most of it."""
GOALS = tuple(
    Kind(name, script.brief(name), source)
    for name, source in (
        ("more_steps", "paper"),
        ("similar_elements", "Mind2Web"),
        ("ambiguous_label", "Mind2Web"),
        ("on_page_two", "WorkArena"),
        ("constraint", "WebShop"),
        ("remove_element", "paper"),
    )
)
BY_NAME: Mapping[str, Errand] = {kind.name: kind for kind in KINDS}
_EVERYWHERE = (
    "navigate_to_page", "search_and_open", "filter_and_sort", "find_information", "read_and_tell", "compare_items",
    "list_matching", "count_records", "page_through", "dismiss_popups", "nothing_of_the_name",
)  # fmt: skip
_BY_PART: Mapping[str, tuple[str, ...]] = {
    "shop": ("multi_step_checkout", "fill_form", "account_settings", "recover_from_error", "not_accepted", "no_such_action"),
    "library_catalogue": ("fill_form", "pick_on_widgets", "edit_record", "delete_record", "account_settings",
                          "recover_from_error", "not_accepted", "no_such_action"),
    "booking_service": ("fill_form", "pick_on_widgets", "edit_record", "delete_record", "account_settings",
                        "recover_from_error", "not_accepted", "no_such_action"),
    "forum": ("fill_form", "create_record", "edit_record", "delete_record", "account_settings", "recover_from_error"),
    "admin_tables": ("create_record", "edit_record", "delete_record", "account_settings", "recover_from_error"),
    "wiki": ("fill_form", "create_record", "edit_record", "recover_from_error", "no_such_action"),
    "ticket_desk": ("fill_form", "pick_on_widgets", "create_record", "edit_record", "delete_record",
                    "account_settings", "recover_from_error", "not_accepted"),
    "events_calendar": ("fill_form", "pick_on_widgets", "create_record", "edit_record", "delete_record",
                        "recover_from_error", "not_accepted", "no_such_action"),
}  # fmt: skip
SUITS: Mapping[str, tuple[str, ...]] = {name: (*_EVERYWHERE, *_BY_PART[name]) for name in SITES}
"""Which tasks a site of a type has anything for."""
