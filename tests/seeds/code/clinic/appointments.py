"""Book, move and cancel appointments at a small clinic, without ever putting two patients in one slot."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

SLOT_MINUTES = 15
OPENS = time(8, 0)
CLOSES = time(17, 0)
LATE_CANCEL_HOURS = 24
VISIT_MINUTES = {"checkup": 30, "follow_up": 15, "vaccination": 15, "procedure": 60}


class BookingError(Exception):
    """The appointment cannot be made or changed as asked."""


@dataclass(frozen=True)
class Appointment:
    """One booked visit. Times are local to the clinic, without a time zone."""

    number: int
    patient: str
    doctor: str
    visit: str
    start: datetime
    end: datetime


class Clinic:
    """The appointment book of all doctors."""

    def __init__(self, doctors: list[str]) -> None:
        self.doctors = list(doctors)
        self._book: dict[int, Appointment] = {}
        self._leave: set[tuple[str, date]] = set()
        self._late_cancellations: dict[str, int] = {}
        self._next_number = 1

    def add_leave(self, doctor: str, day: date) -> list[int]:
        """Mark a doctor as away for a whole day and return the numbers of the appointments that must be moved."""
        self._check_doctor(doctor)
        self._leave.add((doctor, day))
        return [a.number for a in self.agenda(doctor, day)]

    def free_slots(self, doctor: str, day: date, visit: str) -> list[str]:
        """List the starting times on a day (`HH:MM`) at which a visit of this sort would fit.

        `visit` is one of checkup, follow_up, vaccination, procedure. The clinic is closed on Saturday and Sunday.
        """
        self._check_doctor(doctor)
        length = _length(visit)
        start, last = datetime.combine(day, OPENS), datetime.combine(day, CLOSES) - length
        slots = []
        while start <= last:
            if self._why_not(doctor, start, start + length) is None:
                slots.append(start.strftime("%H:%M"))
            start += timedelta(minutes=SLOT_MINUTES)
        return slots

    def book(self, patient: str, doctor: str, visit: str, start: datetime) -> Appointment:
        """Book a visit and return it with its number. Raises `BookingError` when the time is not free."""
        self._check_doctor(doctor)
        end = start + _length(visit)
        problem = self._why_not(doctor, start, end) or self._patient_clash(patient, start, end)
        if problem:
            raise BookingError(problem)
        made = Appointment(self._next_number, patient, doctor, visit, start, end)
        self._book[made.number] = made
        self._next_number += 1
        return made

    def move(self, number: int, start: datetime, doctor: str | None = None) -> Appointment:
        """Give an appointment a new time, and another doctor if one is named. On failure the old time is kept."""
        old = self.find(number)
        doctor = doctor or old.doctor
        self._check_doctor(doctor)
        end = start + (old.end - old.start)
        problem = self._why_not(doctor, start, end, number) or self._patient_clash(old.patient, start, end, number)
        if problem:
            raise BookingError(problem)
        self._book[number] = replace(old, doctor=doctor, start=start, end=end)
        return self._book[number]

    def cancel(self, number: int, now: datetime) -> bool:
        """Cancel an appointment; return True if that was late, less than `LATE_CANCEL_HOURS` ahead."""
        appointment = self.find(number)
        late = appointment.start - now < timedelta(hours=LATE_CANCEL_HOURS)
        if late:
            self._late_cancellations[appointment.patient] = self.late_cancellations(appointment.patient) + 1
        del self._book[number]
        return late

    def find(self, number: int) -> Appointment:
        """Return the appointment with this number."""
        if number not in self._book:
            raise BookingError(f"There is no appointment number {number}.")
        return self._book[number]

    def agenda(self, doctor: str, day: date) -> list[Appointment]:
        """List a doctor's appointments of one day in the order of time."""
        self._check_doctor(doctor)
        found = [a for a in self._book.values() if a.doctor == doctor and a.start.date() == day]
        return sorted(found, key=lambda a: a.start)

    def late_cancellations(self, patient: str) -> int:
        """Count how often a patient cancelled late."""
        return self._late_cancellations.get(patient, 0)

    def _why_not(self, doctor: str, start: datetime, end: datetime, moving: int | None = None) -> str | None:
        if start.weekday() >= 5:
            return "The clinic is closed on weekends."
        if start.time() < OPENS or end > datetime.combine(start.date(), CLOSES):
            return f"The clinic is open from {OPENS:%H:%M} to {CLOSES:%H:%M}."
        if start.minute % SLOT_MINUTES or start.second or start.microsecond:
            return f"Appointments start every {SLOT_MINUTES} minutes."
        if (doctor, start.date()) in self._leave:
            return f"{doctor} is away on {start:%Y-%m-%d}."
        for other in self.agenda(doctor, start.date()):
            if other.number != moving and start < other.end and other.start < end:
                return f"{doctor} is busy from {other.start:%H:%M} to {other.end:%H:%M}."
        return None

    def _patient_clash(self, patient: str, start: datetime, end: datetime, moving: int | None = None) -> str | None:
        for other in self._book.values():
            if other.patient == patient and other.number != moving and start < other.end and other.start < end:
                return f"{patient} already has appointment {other.number} at that time."
        return None

    def _check_doctor(self, doctor: str) -> None:
        if doctor not in self.doctors:
            raise BookingError(f"{doctor} does not work here; the doctors are {', '.join(self.doctors)}.")


def _length(visit: str) -> timedelta:
    if visit not in VISIT_MINUTES:
        raise BookingError(f"{visit!r} is no kind of visit; use {', '.join(VISIT_MINUTES)}.")
    return timedelta(minutes=VISIT_MINUTES[visit])
