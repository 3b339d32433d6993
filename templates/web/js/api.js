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
<% if contract.auth %>

// Changes carry the session's token: another site cannot know it.
function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

// Someone whose session has ended signs in and comes back to this page.
function askToSignIn() {
  const here = location.pathname + location.search;
  location.assign(`/sign-in?${new URLSearchParams({ next: here })}`);
}
<% endif %>

// `body` is sent as JSON unless `type` says what text it is.
export async function api(method, path, body, type = "application/json") {
  const options = {
    method,
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
<% if contract.auth %>
  if (method !== "GET") {
    options.headers["X-CSRF-Token"] = token();
  }
<% endif %>
  if (body !== undefined) {
    options.headers["Content-Type"] = type;
    options.body = type === "application/json" ? JSON.stringify(body) : body;
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    const cause = navigator.onLine ? "The server cannot be reached." : "This device is offline.";
    throw new ApiError(`${cause} Nothing is lost: try again in a moment.`);
  }
  if (response.status === 204) {
    return null;
  }
<% if contract.auth %>
  if (response.status === 401 && !document.querySelector("[data-account]")) {
    askToSignIn();
    throw new ApiError("Please sign in again.", response.status);
  }
<% endif %>
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
