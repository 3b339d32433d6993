// Talks to the JSON API.

const TIMEOUT_MS = 15000;
const PAGE_SIZE = 200;

// A refusal or a failure: `message` is a sentence for people, `fields` says what is wrong where.
export class ApiError extends Error {
  constructor(message, status = 0, fields = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

export async function api(method, path, body) {
  const options = {
    method,
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError("The server cannot be reached. Check that it is running, then try again.");
  }
  if (response.status === 204) {
    return null;
  }
  const data = await response.json().catch(() => null);
  if (!response.ok || data === null) {
    const message = data?.error ?? `The server answered with status ${response.status}.`;
    throw new ApiError(message, response.status, data?.fields ?? {});
  }
  return data;
}

// All rows of a list, however many pages the API cuts it into.
export async function fetchAll(path, query = {}) {
  const items = [];
  for (;;) {
    const parameters = new URLSearchParams({ ...query, limit: PAGE_SIZE, offset: items.length });
    const page = await api("GET", `${path}?${parameters}`);
    items.push(...page.items);
    if (page.items.length === 0 || items.length >= page.total) {
      return items;
    }
  }
}
