// How numbers and times are written.

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const whole = (n) => (Number.isFinite(n) ? WHOLE.format(n) : "–");
export const short = (n) => (!Number.isFinite(n) ? "–" : Math.abs(n) < 10_000 ? WHOLE.format(n) : SHORT.format(n));
export const share = (part, all) => (all ? `${Math.round((100 * part) / all)} %` : "–");
export const counted = (n, one, many = `${one}s`) => `${whole(n)} ${n === 1 ? one : many}`;

/** Money in the prices' unit, which is dollars. */
export function cost(x) {
  if (!Number.isFinite(x)) return "–";
  return `$${x.toFixed(x >= 100 ? 0 : x >= 0.1 || x === 0 ? 2 : 4)}`;
}

export function rate(x) {
  return Number.isFinite(x) ? (x >= 100 ? WHOLE.format(x) : String(Number(x.toPrecision(2)))) : "–";
}

export function seconds(s) {
  if (!Number.isFinite(s)) return "–";
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 100) return `${Math.round(s)} s`;
  if (s < 6000) return `${Math.round(s / 60)} min`;
  return `${(s / 3600).toFixed(1)} h`;
}

const two = (n) => String(n).padStart(2, "0");

/** A moment in this person's time zone: the time alone where it is of today. */
export function moment(at) {
  if (!Number.isFinite(at) || !at) return "–";
  const then = new Date(at * 1000);
  const time = `${two(then.getHours())}:${two(then.getMinutes())}`;
  const today = new Date().toDateString() === then.toDateString();
  return today ? time : `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())} ${time}`;
}
