"""Lend copies of books to members of a town library, and keep track of what is out, due and owed."""

from dataclasses import dataclass, field
from datetime import date, timedelta

LOAN_DAYS = 21
MAX_LOANS = 6
MAX_RENEWALS = 2
FINE_PER_DAY_CENTS = 20
FINE_CAP_CENTS = 800
BLOCK_AT_CENTS = 1000


class LoanError(Exception):
    """A request the library's rules do not allow; the message can be shown to the member."""


@dataclass
class Book:
    """A title and the number of copies the library owns."""

    isbn: str
    title: str
    author: str
    copies: int
    reference_only: bool = False


@dataclass
class Loan:
    """One copy in a member's hands."""

    isbn: str
    member_id: str
    borrowed: date
    due: date
    renewals: int = 0


@dataclass
class Member:
    """Someone with a library card. `owed_cents` are fines not yet paid."""

    member_id: str
    name: str
    owed_cents: int = 0


@dataclass
class Library:
    """The lending desk: books, members, loans, and the queues of members waiting for a title."""

    books: dict[str, Book] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    loans: list[Loan] = field(default_factory=list)
    queues: dict[str, list[str]] = field(default_factory=dict)

    def add_book(self, isbn: str, title: str, author: str, copies: int = 1, reference_only: bool = False) -> Book:
        """Add a title, or more copies of one the library already has. `copies` must be at least 1."""
        if copies < 1:
            raise LoanError("At least one copy must be added.")
        if isbn in self.books:
            self.books[isbn].copies += copies
        else:
            self.books[isbn] = Book(isbn, title, author, copies, reference_only)
        return self.books[isbn]

    def add_member(self, member_id: str, name: str) -> Member:
        """Register a new member under a card number that is not in use."""
        if member_id in self.members:
            raise LoanError(f"Card number {member_id} is already in use.")
        self.members[member_id] = Member(member_id, name)
        return self.members[member_id]

    def available_copies(self, isbn: str) -> int:
        """Return how many copies of a title are on the shelf now."""
        return self._book(isbn).copies - sum(loan.isbn == isbn for loan in self.loans)

    def borrow(self, isbn: str, member_id: str, on: date) -> Loan:
        """Lend one copy to a member and return the loan with its due date.

        Refused when the title may not leave the house, no copy is free, earlier members wait for it, or the member
        already has it, holds `MAX_LOANS` books or owes `BLOCK_AT_CENTS` or more.
        """
        book, member = self._book(isbn), self._member(member_id)
        if book.reference_only:
            raise LoanError(f"{book.title!r} may only be read in the library.")
        if member.owed_cents >= BLOCK_AT_CENTS:
            raise LoanError(f"{member.name} owes {member.owed_cents} cents; pay before borrowing.")
        held = [loan for loan in self.loans if loan.member_id == member_id]
        if len(held) >= MAX_LOANS:
            raise LoanError(f"{member.name} already has {MAX_LOANS} books.")
        if any(loan.isbn == isbn for loan in held):
            raise LoanError(f"{member.name} already has a copy of {book.title!r}.")
        queue = self.queues.get(isbn, [])
        ahead = queue.index(member_id) if member_id in queue else len(queue)
        if self.available_copies(isbn) <= ahead:
            raise LoanError(f"No copy of {book.title!r} is free; {len(queue)} member(s) are waiting.")
        if member_id in queue:
            queue.remove(member_id)
        loan = Loan(isbn, member_id, on, on + timedelta(days=LOAN_DAYS))
        self.loans.append(loan)
        return loan

    def renew(self, isbn: str, member_id: str) -> date:
        """Extend a loan by `LOAN_DAYS` from its due date and return the new one, unless somebody waits."""
        loan = self._loan(isbn, member_id)
        if loan.renewals >= MAX_RENEWALS:
            raise LoanError(f"This loan was already renewed {MAX_RENEWALS} times.")
        if self.queues.get(isbn):
            raise LoanError("Another member is waiting for this title.")
        loan.renewals += 1
        loan.due += timedelta(days=LOAN_DAYS)
        return loan.due

    def give_back(self, isbn: str, member_id: str, on: date) -> int:
        """Take a copy back and return the fine in cents, 0 when in time. The fine is added to what the member owes."""
        loan = self._loan(isbn, member_id)
        days_late = max(0, (on - loan.due).days)
        fine = min(days_late * FINE_PER_DAY_CENTS, FINE_CAP_CENTS)
        self.members[member_id].owed_cents += fine
        self.loans.remove(loan)
        return fine

    def reserve(self, isbn: str, member_id: str) -> int:
        """Put a member in the queue for a title and return the position, 1 being next."""
        self._book(isbn)
        self._member(member_id)
        queue = self.queues.setdefault(isbn, [])
        if member_id in queue:
            raise LoanError("The member is already in the queue.")
        queue.append(member_id)
        return len(queue)

    def pay(self, member_id: str, cents: int) -> int:
        """Book a payment towards a member's fines and return what is still owed, in cents."""
        member = self._member(member_id)
        if not 0 < cents <= member.owed_cents:
            raise LoanError(f"Pay between 1 and {member.owed_cents} cents.")
        member.owed_cents -= cents
        return member.owed_cents

    def overdue(self, on: date) -> list[Loan]:
        """List the loans that are past their due date, the longest overdue first."""
        return sorted((loan for loan in self.loans if loan.due < on), key=lambda loan: loan.due)

    def _book(self, isbn: str) -> Book:
        if isbn not in self.books:
            raise LoanError(f"No book with ISBN {isbn}.")
        return self.books[isbn]

    def _member(self, member_id: str) -> Member:
        if member_id not in self.members:
            raise LoanError(f"No member with card number {member_id}.")
        return self.members[member_id]

    def _loan(self, isbn: str, member_id: str) -> Loan:
        for loan in self.loans:
            if loan.isbn == isbn and loan.member_id == member_id:
                return loan
        raise LoanError(f"Member {member_id} has no copy of {isbn}.")
