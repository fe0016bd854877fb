/** Pure functions for invoices: line totals, discounts, VAT by rate, currencies, shares and reminders. */

export interface Line {
  description: string;
  quantity: number;
  /** Net price of one unit, in the smallest unit of the currency (cents, öre, yen). */
  unitPrice: number;
  /** VAT in percent: 0, 7, 19 … */
  vatPercent: number;
}

export interface Totals {
  net: number;
  /** VAT by rate, as `{ "19": 1234 }`. */
  vat: Record<string, number>;
  gross: number;
}

/** Digits after the decimal point. */
const DECIMALS: Record<string, number> = { EUR: 2, USD: 2, GBP: 2, SEK: 2, CHF: 2, JPY: 0, KWD: 3 };
const REMINDER_FEES = [0, 500, 1000];

/** Thrown when an amount, a rate or a currency makes no sense. */
export class InvoiceError extends Error {}

/** Return the net amount of a line, rounded half away from zero to the smallest unit. */
export function lineTotal(line: Line): number {
  if (!Number.isInteger(line.unitPrice)) {
    throw new InvoiceError(`The price of "${line.description}" must be a whole number of the smallest unit.`);
  }
  return roundHalfUp(line.quantity * line.unitPrice);
}

/**
 * Add up an invoice. A discount in percent is taken from every line before VAT, and VAT is rounded once
 * per rate, not per line, as most tax offices ask.
 */
export function totals(lines: readonly Line[], discountPercent = 0): Totals {
  if (discountPercent < 0 || discountPercent > 100) {
    throw new InvoiceError("A discount must be between 0 and 100 percent.");
  }
  const netByRate = new Map<number, number>();
  for (const line of lines) {
    const net = roundHalfUp((lineTotal(line) * (100 - discountPercent)) / 100);
    netByRate.set(line.vatPercent, (netByRate.get(line.vatPercent) ?? 0) + net);
  }
  const vat: Record<string, number> = {};
  let [net, gross] = [0, 0];
  for (const [rate, sum] of netByRate) {
    const tax = roundHalfUp((sum * rate) / 100);
    vat[String(rate)] = tax;
    net += sum;
    gross += sum + tax;
  }
  return { net, vat, gross };
}

/** Write an amount for people: `formatAmount(123456, "EUR")` is `1,234.56 EUR`. */
export function formatAmount(amount: number, currency: string): string {
  const digits = decimals(currency);
  const sign = amount < 0 ? "-" : "";
  const text = String(Math.abs(amount)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ",");
  const part = digits > 0 ? `.${text.slice(-digits)}` : "";
  return `${sign}${whole}${part} ${currency}`;
}

/** Convert an amount. `rate` is the price of one unit of `from` in `to`: for 1 EUR = 1.08 USD it is 1.08. */
export function convert(amount: number, from: string, to: string, rate: number): number {
  if (!(rate > 0)) {
    throw new InvoiceError("An exchange rate must be above zero.");
  }
  return roundHalfUp(amount * rate * 10 ** (decimals(to) - decimals(from)));
}

/**
 * Split an amount into shares that add up exactly; the first shares get the odd units.
 * `split(1000, 3)` is `[334, 333, 333]`.
 */
export function split(amount: number, parts: number): number[] {
  if (!Number.isInteger(parts) || parts < 1) {
    throw new InvoiceError("Split into a whole number of parts, at least one.");
  }
  const share = Math.floor(amount / parts);
  const odd = amount - share * parts;
  return Array.from({ length: parts }, (_, index) => share + (index < odd ? 1 : 0));
}

/**
 * Say what is due on an unpaid invoice: the amount, interest by the day at a yearly rate in percent (365 days),
 * and the fee of the last reminder sent (0 to 3 reminders).
 */
export function amountDue(gross: number, daysLate: number, yearlyPercent: number, reminders = 0): number {
  if (daysLate < 0 || yearlyPercent < 0) {
    throw new InvoiceError("Days late and the interest rate must not be negative.");
  }
  if (!Number.isInteger(reminders) || reminders < 0 || reminders > REMINDER_FEES.length) {
    throw new InvoiceError(`Between 0 and ${REMINDER_FEES.length} reminders can have been sent.`);
  }
  const interest = roundHalfUp((gross * yearlyPercent * daysLate) / 36_500);
  return gross + interest + (reminders > 0 ? REMINDER_FEES[reminders - 1]! : 0);
}

/** Check the number of a European bank account (IBAN), spaces allowed, by its two check digits. */
export function isValidIban(text: string): boolean {
  const iban = text.replace(/\s+/g, "").toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  const moved = iban.slice(4) + iban.slice(0, 4);
  let rest = 0;
  for (const char of moved) {
    for (const digit of String(parseInt(char, 36))) {
      rest = (rest * 10 + Number(digit)) % 97;
    }
  }
  return rest === 1;
}

function decimals(currency: string): number {
  const digits = DECIMALS[currency];
  if (digits === undefined) {
    throw new InvoiceError(`Unknown currency ${currency}; known are ${Object.keys(DECIMALS).join(", ")}.`);
  }
  return digits;
}

function roundHalfUp(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5 + 1e-9);
}
