/** The box office of a small theatre: seats, holds that run out, orders, refunds and the waiting list. */

export type PriceClass = "full" | "student" | "child";

export interface Show {
  id: string;
  title: string;
  /** Start as an ISO 8601 time with offset, `2026-05-09T19:30:00+02:00`. */
  startsAt: string;
  rows: number;
  seatsPerRow: number;
  /** Full price of a seat, in cents. */
  price: number;
}

export interface Hold {
  id: number;
  showId: string;
  seats: string[];
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface Order {
  id: number;
  showId: string;
  email: string;
  seats: string[];
  cents: number;
}

/** What the visitor asked for is not possible; the message says why. */
export class TicketError extends Error {}

export const HOLD_MINUTES = 10;
export const MAX_SEATS = 8;
const DISCOUNT_PERCENT: Record<PriceClass, number> = { full: 0, student: 25, child: 50 };
const HOUR = 3_600_000;

export class BoxOffice {
  private readonly shows = new Map<string, Show>();
  private readonly holds = new Map<number, Hold>();
  private readonly orders = new Map<number, Order>();
  private readonly waiting = new Map<string, string[]>();
  private lastId = 0;

  /** @param now the clock, in milliseconds since 1970; tests pass their own */
  constructor(private readonly now: () => number = Date.now) {}

  /** Announce a show. Seats are called by row letter and number, `A1` in front on the left. */
  addShow(show: Show): void {
    if (show.rows < 1 || show.rows > 26 || show.seatsPerRow < 1) {
      throw new TicketError("A show needs 1 to 26 rows and at least one seat in each.");
    }
    this.shows.set(show.id, show);
  }

  /** List the seats of a show that are neither sold nor held, front row first. */
  freeSeats(showId: string): string[] {
    const show = this.show(showId);
    const taken = this.takenSeats(showId);
    const seats: string[] = [];
    for (let row = 0; row < show.rows; row++) {
      for (let number = 1; number <= show.seatsPerRow; number++) {
        const seat = `${String.fromCharCode(65 + row)}${number}`;
        if (!taken.has(seat)) seats.push(seat);
      }
    }
    return seats;
  }

  /** Find seats side by side in one row, as near to the stage as possible; an empty list if there are none. */
  adjacentSeats(showId: string, count: number): string[] {
    const free = new Set(this.freeSeats(showId));
    const show = this.show(showId);
    for (let row = 0; row < show.rows; row++) {
      for (let first = 1; first + count - 1 <= show.seatsPerRow; first++) {
        const seats = Array.from({ length: count }, (_, n) => `${String.fromCharCode(65 + row)}${first + n}`);
        if (seats.every((seat) => free.has(seat))) return seats;
      }
    }
    return [];
  }

  /** Keep seats for `HOLD_MINUTES` while the visitor pays. All of them must be free. */
  hold(showId: string, seats: string[]): Hold {
    if (seats.length < 1 || seats.length > MAX_SEATS || new Set(seats).size !== seats.length) {
      throw new TicketError(`Choose between 1 and ${MAX_SEATS} different seats.`);
    }
    const free = new Set(this.freeSeats(showId));
    const gone = seats.filter((seat) => !free.has(seat));
    if (gone.length > 0) {
      throw new TicketError(`Not available: ${gone.join(", ")}.`);
    }
    const made = { id: ++this.lastId, showId, seats: [...seats], expiresAt: this.now() + HOLD_MINUTES * 60_000 };
    this.holds.set(made.id, made);
    return made;
  }

  /** Turn a hold into an order. `classes` names the price class of each held seat, in the same order. */
  buy(holdId: number, email: string, classes: PriceClass[]): Order {
    const hold = this.holds.get(holdId);
    if (hold === undefined || hold.expiresAt <= this.now()) {
      throw new TicketError("This hold has run out; please choose your seats again.");
    }
    if (classes.length !== hold.seats.length) {
      throw new TicketError(`Name a price class for each of the ${hold.seats.length} seats.`);
    }
    const price = this.show(hold.showId).price;
    const cents = classes.reduce((sum, c) => sum + Math.round((price * (100 - DISCOUNT_PERCENT[c])) / 100), 0);
    const order = { id: ++this.lastId, showId: hold.showId, email, seats: hold.seats, cents };
    this.orders.set(order.id, order);
    this.holds.delete(holdId);
    return order;
  }

  /**
   * Cancel an order and return what is paid back, in cents: all of it up to 48 hours before the show,
   * half of it up to 2 hours before, nothing later. The seats are free again.
   */
  refund(orderId: number): number {
    const order = this.orders.get(orderId);
    if (order === undefined) {
      throw new TicketError(`There is no order ${orderId}.`);
    }
    const ahead = Date.parse(this.show(order.showId).startsAt) - this.now();
    this.orders.delete(orderId);
    if (ahead >= 48 * HOUR) return order.cents;
    return ahead >= 2 * HOUR ? Math.floor(order.cents / 2) : 0;
  }

  /** Put an e-mail address on the waiting list of a sold-out show and return its position, 1 being first. */
  joinWaitingList(showId: string, email: string): number {
    if (this.freeSeats(showId).length > 0) {
      throw new TicketError("There are still seats; no need to wait.");
    }
    const list = this.waiting.get(showId) ?? [];
    if (!list.includes(email)) list.push(email);
    this.waiting.set(showId, list);
    return list.indexOf(email) + 1;
  }

  private show(id: string): Show {
    const show = this.shows.get(id);
    if (show === undefined) throw new TicketError(`There is no show ${id}.`);
    return show;
  }

  private takenSeats(showId: string): Set<string> {
    const held = [...this.holds.values()].filter((hold) => hold.expiresAt > this.now());
    const all = [...held, ...this.orders.values()].filter((one) => one.showId === showId);
    return new Set(all.flatMap((one) => one.seats));
  }
}
