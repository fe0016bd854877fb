// Questions to the viewer's own program, and nobody else. Every one carries the token that came in the address.

export const token = new URLSearchParams(location.search).get("token") ?? "";

/** What went wrong, in one line a person can act on. `status` 0: nobody answered. */
export class Trouble extends Error {
  constructor(status, message, body = {}) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

const STRANGE = "This address has no valid token. Open the one that python -m agents.view printed when it started.";
const GONE = "The viewer's program does not answer. Start python -m agents.view again; what you typed is kept here.";

/** Ask. `given`: table or URLSearchParams of what to ask for. Throws `Trouble`. */
export async function get(path, given = {}, signal = undefined) {
  const query =
    given instanceof URLSearchParams
      ? given
      : new URLSearchParams(
          Object.entries(given)
            .filter(([, v]) => v !== undefined && v !== null)
            .map(([k, v]) => [k, String(v).toWellFormed()]),
        );
  return ask(`/api/${path}${query.size ? `?${query}` : ""}`, { signal });
}

/** Change something. Throws `Trouble`; with status 409 somebody else was there first. */
export async function post(path, body) {
  return ask(`/api/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  });
}

async function ask(address, options) {
  let answer;
  try {
    answer = await fetch(address, {
      ...options,
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      headers: { ...options.headers, Authorization: `Bearer ${token}` },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble(0, GONE);
  }
  const body = await answer.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    return {};
  });
  if (answer.ok) return body;
  if (answer.status === 401 || answer.status === 403) throw new Trouble(403, STRANGE, body);
  throw new Trouble(answer.status, String(body.error ?? `the program answered ${answer.status}`), body);
}
