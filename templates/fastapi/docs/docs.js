// Draws the description of the API that the server gives at /openapi.json.

const METHODS = ["get", "post", "put", "patch", "delete"];
const MAX_DEPTH = 6;

const target = document.querySelector("[data-paths]");
const error = document.querySelector("[data-error]");

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// The schema itself where it is only named.
function resolve(api, schema = {}) {
  const name = schema.$ref?.split("/").pop();
  return name ? (api.components?.schemas?.[name] ?? {}) : schema;
}

// What a schema allows, in words.
function words(api, given) {
  const schema = resolve(api, given);
  if (schema.anyOf) {
    return schema.anyOf.map((option) => words(api, option)).join(" or ");
  }
  if (schema.enum) {
    return `one of ${schema.enum.join(", ")}`;
  }
  if (schema.type === "array") {
    return `list of ${words(api, schema.items)}`;
  }
  const limits = [
    schema.format,
    schema.minimum === undefined ? "" : `at least ${schema.minimum}`,
    schema.maximum === undefined ? "" : `at most ${schema.maximum}`,
    schema.maxLength === undefined ? "" : `at most ${schema.maxLength} characters`,
  ].filter(Boolean);
  return [schema.type ?? "anything", limits.join(", ")].filter(Boolean).join(", ");
}

// A value that fits a schema.
function example(api, given, depth = 0) {
  const schema = resolve(api, given);
  if (depth > MAX_DEPTH) {
    return null;
  }
  if (schema.examples?.length) {
    return schema.examples[0];
  }
  if (schema.default !== undefined && schema.default !== null) {
    return schema.default;
  }
  if (schema.anyOf) {
    return example(api, schema.anyOf[0], depth + 1);
  }
  if (schema.enum) {
    return schema.enum[0];
  }
  if (schema.type === "array") {
    return [example(api, schema.items, depth + 1)];
  }
  if (schema.type === "object" || schema.properties) {
    const entries = Object.entries(schema.properties ?? {});
    return Object.fromEntries(entries.map(([name, part]) => [name, example(api, part, depth + 1)]));
  }
  return { boolean: false, integer: 1, number: 1.5, string: "text", null: null }[schema.type] ?? null;
}

function body(api, content = {}) {
  const [[kind, media] = []] = Object.entries(content);
  if (!kind) {
    return [];
  }
  const text = kind === "application/json" ? JSON.stringify(example(api, media.schema), null, 2) : kind;
  return [make("pre", { tabindex: "0" }, text)];
}

function draw(api, path, method, operation) {
  const details = make("div", { class: "details" });
  if (operation.parameters?.length) {
    const list = make("dl");
    for (const parameter of operation.parameters) {
      const rules = words(api, parameter.schema) + (parameter.required ? ", required" : "");
      list.append(make("dt", {}, make("code", {}, parameter.name)), make("dd", {}, rules));
    }
    details.append(make("h4", {}, "Parameters"), list);
  }
  if (operation.requestBody) {
    details.append(make("h4", {}, "Body"), ...body(api, operation.requestBody.content));
  }
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    const title = `${status} ${answer.description ?? ""}`.trim();
    details.append(make("h4", {}, title), ...(status < "300" ? body(api, answer.content) : []));
  }
  const name = method.toUpperCase();
  const summary = make(
    "summary",
    {},
    make("span", { class: "method", "data-method": name }, name),
    make("code", {}, path),
    make("span", { class: "about" }, operation.description ?? operation.summary ?? ""),
  );
  return make("details", { class: "operation" }, summary, details);
}

async function show() {
  const response = await fetch("/openapi.json");
  if (!response.ok) {
    throw new Error(`The server answered with status ${response.status}.`);
  }
  const api = await response.json();
  const sections = new Map();
  for (const [path, operations] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((name) => operations[name])) {
      const operation = operations[method];
      const tag = operation.tags?.[0] ?? "Other";
      if (!sections.has(tag)) {
        sections.set(tag, make("section", {}, make("h2", {}, tag)));
      }
      sections.get(tag).append(draw(api, path, method, operation));
    }
  }
  target.replaceChildren(...sections.values());
}

try {
  await show();
} catch (failure) {
  error.textContent = failure.message;
  error.hidden = false;
} finally {
  target.removeAttribute("aria-busy");
}
