"""Personal data in a text, found by shape and confirmed by checksum or numbering plan, so that "12345" is none.

Sorts: `email`, `phone`, `iban`, `card`, `national id`, `ip address`. Names of people, streets and birthdays are out of
scope: no rule finds them without taking half of a novel for them. Without the extra `documents` only e-mail and IP
addresses are found: the rest needs the libraries that know the numbers of the world.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

Span = tuple[str, int, int]
"""Sort, first character, and the one after the last."""


def personal(text: str) -> dict[str, int]:
    """Return how many of each sort of personal data a text holds; sorts it holds none of are left out."""
    return dict(sorted(Counter(sort for sort, _, _ in personal_spans(text)).items()))


def personal_spans(text: str) -> list[Span]:
    """Return where a text holds personal data, in order. No two overlap: the more telling sort is taken."""
    found: list[Span] = []
    for look in (_emails, _ibans, _cards, _national_ids, _ip_addresses, _phones):
        for sort, first, last in look(text):
            if not any(first < end and start < last for _, start, end in found):
                found.append((sort, first, last))
    return sorted(found, key=lambda span: span[1:])


_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24}(?![\w-])"
)
_NOBODY = re.compile(
    r"@(?:[\w-]+\.)*(?:example\.(?:com|org|net)|[\w-]+\.(?:example|invalid|test|localhost))$|\.(?:png|jpe?g|gif|svg|js|css)$",
    re.I,
)


def _emails(text: str) -> Iterator[Span]:
    if "@" not in text:
        return
    for found in _EMAIL.finditer(text):
        if not _NOBODY.search(found[0]):
            yield "email", found.start(), found.end()


# Accounts

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_CARD = re.compile(r"(?<![\d.,-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -]?)\d{6}\2\d{5})(?![\d-])")
_ISSUERS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d)\d{12}|35\d{14}"
)


def _ibans(text: str) -> Iterator[Span]:
    valid = _validator("iban")
    for found in _IBAN.finditer(text) if valid else ():
        # A word in capitals may follow; the number ends where it is right.
        ends = [found.end(), *(found.start() + at.start() for at in reversed(list(re.finditer(" ", found[0]))))]
        end = next((end for end in ends if valid and valid(text[found.start() : end])), 0)
        if end:
            yield "iban", found.start(), end


def _cards(text: str) -> Iterator[Span]:
    valid = _validator("luhn")
    for found in _CARD.finditer(text) if valid else ():
        digits = re.sub(r"\D", "", found[0])
        if _ISSUERS.fullmatch(digits) and len(set(digits)) > 2 and valid and valid(digits):
            yield "card", found.start(), found.end()


# National identity numbers: those written in a way of their own, and bare digits only beside their name

_THREE_DIGITS = re.compile(r"\d{3}")
_WRITTEN = {
    "us.ssn": r"\d{3}-\d{2}-\d{4}",
    "es.dni": r"\d{8}-?[A-HJ-NP-TV-Z]",
    "es.nie": r"[XYZ]-?\d{7}-?[A-Z]",
    "it.codicefiscale": r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]",
    "fr.nir": r"[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}",
    "se.personnummer": r"(?:19|20)?\d{6}[-+]\d{4}",
    "fi.hetu": r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]",
    "dk.cpr": r"\d{6}-\d{4}",
    "ch.ssn": r"756\.\d{4}\.\d{4}\.\d\d",
    "be.nn": r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d",
    "br.cpf": r"\d{3}\.\d{3}\.\d{3}-\d\d",
    "cn.ric": r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dX]",
    "kr.rrn": r"\d{6}-[1-8]\d{6}",
    "mx.curp": r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d",
}
_NAMED = {
    "pl.pesel": ("PESEL", r"\d{11}"),
    "de.idnr": (r"Steuer-?(?:ID|identifikationsnummer)|IdNr\.?", r"\d{2} ?\d{3} ?\d{3} ?\d{3}"),
    "nl.bsn": (r"BSN|burgerservicenummer", r"\d{9}|\d{4}\.\d{2}\.\d{3}"),
    "gb.nhs": (r"NHS(?: (?:no|number))?\.?", r"\d{3}[ -]?\d{3}[ -]?\d{4}"),
    "ca.sin": (r"SIN|social insurance(?: number)?", r"\d{3}[ -]?\d{3}[ -]?\d{3}"),
    "us.ssn": (r"SSN|social security(?: (?:no\.?|number))?", r"\d{9}"),
    "in_.aadhaar": (r"aadhaa?r(?: (?:no\.?|number))?", r"\d{4}[ -]?\d{4}[ -]?\d{4}"),
    "no.fodselsnummer": (r"f[øo]dselsnummer|personnummer", r"\d{6} ?\d{5}"),
    "tr.tckimlik": (r"T\.?C\.? ?kimlik(?: no\.?)?", r"\d{11}"),
    "za.idnr": (r"ID (?:no\.?|number)", r"\d{13}"),
    "bg.egn": ("EGN|ЕГН", r"\d{10}"),
    "ro.cnp": ("CNP", r"\d{13}"),
    "cz.rc": (r"rodn[ée] [čc][íi]slo|r\.? ?[čc]\.", r"\d{6}/\d{3,4}"),
}


def _national_ids(text: str) -> Iterator[Span]:
    if not _THREE_DIGITS.search(text):  # each of them has three together, and most texts have not
        return
    for pattern, valid in _id_patterns():
        for found in pattern.finditer(text):
            first, last = found.span("number")
            if len(set(re.sub(r"\W", "", found["number"]))) > 2 and valid(found["number"]):
                yield "national id", first, last


@cache
def _id_patterns() -> tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]:
    made = []
    for name, number in _WRITTEN.items():
        if valid := _validator(name):
            made.append((re.compile(rf"(?<![\w.-])(?P<number>{number})(?![\w-])"), valid))
    for name, (word, number) in _NAMED.items():
        if valid := _validator(name):
            pattern = rf"(?i:\b(?:{word}))[\s:#=]{{1,4}}(?:is |ist |jest )?(?P<number>{number})(?![\w-])"
            made.append((re.compile(pattern), valid))
    return tuple(made)


@cache
def _validator(name: str) -> Callable[[str], bool] | None:
    try:
        valid: Callable[[str], bool] = import_module(f"stdnum.{name}").is_valid
    except ImportError:
        return None
    return valid


# Addresses of machines and telephones

_IPV4 = re.compile(r"(?<![\w.:/-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![\w:.])")
_SECTION = 32
"""Numbers of sections and versions seldom go so far: `2.4.1.3` is no address."""


def _ip_addresses(text: str) -> Iterator[Span]:
    for pattern in (_IPV4, _IPV6):
        for found in pattern.finditer(text):
            try:
                address = ipaddress.ip_address(found[0])
            except ValueError:
                continue
            is_version = address.version == 4 and max(address.packed) < _SECTION
            if address.is_global and not address.is_multicast and not is_version:
                yield "ip address", found.start(), found.end()


_DIALLED = re.compile(r"(?<![\w(])[+(]?\d[\d \t().\u2010-\u2015/-]{5,40}\d")
_LOOKS_OTHER = re.compile(
    r"\d{4}-\d\d-\d\d.*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*|(?:19|20)\d\d\s*[-–—/]\s*(?:19|20)?\d\d|97[89][ -]?\d.*"
    r"|\d+\.\d+|\d{4}-\d{3}[\dX]|\d{1,3}(?: \d{3})+|\d+(?:\s*[-–—]\s*\d+)?"
)
"""Dates, years, ISBNs, ISSNs, decimals, thousands and ranges."""
_CALL = re.compile(
    r"(?i)\b(tel|phone|telephone|telefon|téléphone|teléfono|mobile|mobil|cell|fax|call|dial|whatsapp|handy|ring|contact|anruf\w*)\b\W*"
)
_REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "AT", "CH", "AU", "IN")
"""Numbering plans by which a number without its country's code is looked at, beside a word that says it is one."""


def _phones(text: str) -> Iterator[Span]:
    try:
        from phonenumbers import Leniency, PhoneNumberMatcher
    except ImportError:
        return
    for found in _DIALLED.finditer(text):
        window = text[max(0, found.start() - 40) : found.start()]
        digits = sum(char.isdigit() for char in found[0])
        if digits < 7 or (found[0][0] != "+" and not found[0].startswith("00") and _LOOKS_OTHER.fullmatch(found[0])):
            continue
        if re.match(r"[\w.]", text[found.end() : found.end() + 1] or " ") and text[found.end()] != ".":
            continue
        is_called = _CALL.search(window) is not None
        is_bracketed = re.fullmatch(r"\(\d{3}\) ?\d{3}[-. ]\d{4}", found[0]) is not None
        regions: tuple[str | None, ...] = (None, *_REGIONS) if is_called else (None, "US") if is_bracketed else (None,)
        for region in regions:
            leniency = Leniency.VALID if region is None or is_called else Leniency.STRICT_GROUPING
            match = next(iter(PhoneNumberMatcher(found[0], region, leniency, max_tries=4)), None)
            if match is not None:
                yield "phone", found.start() + match.start, found.start() + match.end
                break
