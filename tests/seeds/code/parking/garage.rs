//! A parking garage: tickets at the barrier, prices by the started hour, season passes and a count of free spaces.
//! Times are minutes since midnight of the first day the garage opened; money is in cents.

use std::collections::HashMap;
use std::fmt;

/// Where a vehicle may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Space {
    Standard,
    Accessible,
    Charging,
}

/// Why the barrier stays down.
#[derive(Debug, PartialEq, Eq)]
pub enum GateError {
    Full(Space),
    AlreadyInside(String),
    UnknownTicket(u32),
    NotPaid { owed: u32 },
    TimeRunsBackwards,
}

impl fmt::Display for GateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GateError::Full(space) => write!(f, "no {space:?} space is free"),
            GateError::AlreadyInside(plate) => write!(f, "{plate} is already inside"),
            GateError::UnknownTicket(id) => write!(f, "there is no ticket {id}"),
            GateError::NotPaid { owed } => write!(f, "{owed} cents are still to be paid"),
            GateError::TimeRunsBackwards => write!(f, "the ticket was drawn later than that"),
        }
    }
}

impl std::error::Error for GateError {}

/// A paper ticket. `paid_at` is when it was last paid, if it was.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub id: u32,
    pub plate: String,
    pub space: Space,
    pub entered: u32,
    pub paid_at: Option<u32>,
    pub paid_cents: u32,
}

/// After paying, a driver has so many minutes to reach the exit.
pub const MINUTES_TO_LEAVE: u32 = 15;
const HOUR_CENTS: u32 = 250;
const DAY_CENTS: u32 = 1800;
const CHARGING_EXTRA_CENTS_PER_HOUR: u32 = 100;

/// The garage with everything inside it.
pub struct Garage {
    spaces: HashMap<Space, u32>,
    tickets: HashMap<u32, Ticket>,
    season_passes: HashMap<String, u32>,
    next_id: u32,
    earned: u32,
}

impl Garage {
    /// Open an empty garage with so many spaces of each sort.
    pub fn new(standard: u32, accessible: u32, charging: u32) -> Self {
        let spaces = HashMap::from([
            (Space::Standard, standard),
            (Space::Accessible, accessible),
            (Space::Charging, charging),
        ]);
        Garage { spaces, tickets: HashMap::new(), season_passes: HashMap::new(), next_id: 1, earned: 0 }
    }

    /// Sell a season pass for a number plate, good up to and including the minute `until`.
    pub fn sell_pass(&mut self, plate: &str, until: u32) {
        self.season_passes.insert(plate.to_string(), until);
    }

    /// Count the spaces of one sort that are free now.
    pub fn free(&self, space: Space) -> u32 {
        let taken = self.tickets.values().filter(|t| t.space == space).count() as u32;
        self.spaces[&space] - taken
    }

    /// Let a vehicle in and return the number of its ticket.
    pub fn enter(&mut self, plate: &str, space: Space, now: u32) -> Result<u32, GateError> {
        if self.tickets.values().any(|t| t.plate == plate) {
            return Err(GateError::AlreadyInside(plate.to_string()));
        }
        if self.free(space) == 0 {
            return Err(GateError::Full(space));
        }
        let id = self.next_id;
        self.next_id += 1;
        let ticket = Ticket { id, plate: plate.to_string(), space, entered: now, paid_at: None, paid_cents: 0 };
        self.tickets.insert(id, ticket);
        Ok(id)
    }

    /// Say what is still to be paid on a ticket. Holders of a valid season pass pay for charging only.
    pub fn owed(&self, id: u32, now: u32) -> Result<u32, GateError> {
        let ticket = self.tickets.get(&id).ok_or(GateError::UnknownTicket(id))?;
        let minutes = now.checked_sub(ticket.entered).ok_or(GateError::TimeRunsBackwards)?;
        let has_pass = self.season_passes.get(&ticket.plate).is_some_and(|&until| until >= now);
        if ticket.paid_at.is_some_and(|paid| now < paid + MINUTES_TO_LEAVE) {
            return Ok(0);
        }
        let mut price = if has_pass { 0 } else { price(minutes) };
        if ticket.space == Space::Charging {
            price += started_hours(minutes) * CHARGING_EXTRA_CENTS_PER_HOUR;
        }
        Ok(price.saturating_sub(ticket.paid_cents))
    }

    /// Pay what is owed on a ticket and return how much that was.
    pub fn pay(&mut self, id: u32, now: u32) -> Result<u32, GateError> {
        let owed = self.owed(id, now)?;
        if let Some(ticket) = self.tickets.get_mut(&id) {
            ticket.paid_cents += owed;
            if owed > 0 {
                ticket.paid_at = Some(now);
            }
        }
        self.earned += owed;
        Ok(owed)
    }

    /// Open the exit for a ticket that is paid, and return it.
    pub fn leave(&mut self, id: u32, now: u32) -> Result<Ticket, GateError> {
        match self.owed(id, now)? {
            0 => self.tickets.remove(&id).ok_or(GateError::UnknownTicket(id)),
            owed => Err(GateError::NotPaid { owed }),
        }
    }

    /// Return all money taken at the pay station, in cents. Season passes are sold elsewhere.
    pub fn earned(&self) -> u32 {
        self.earned
    }
}

/// Price of so many minutes without a pass: each started hour, but never more than the day price in 24 hours.
pub fn price(minutes: u32) -> u32 {
    let (days, rest) = (minutes / 1440, minutes % 1440);
    days * DAY_CENTS + (started_hours(rest) * HOUR_CENTS).min(DAY_CENTS)
}

fn started_hours(minutes: u32) -> u32 {
    minutes.div_ceil(60)
}
