<% from "web/shared.jinja" import cap, goes_too %>
<% set sections = contract.entities | length > 1 %>
<% set extras = entity.fields | length > 2 %>
<% set filters = entity.fields | rejectattr("name", "in", [entity.title_field, entity.done_field]) | selectattr("name", "in", entity.filterable) | list %>
<% set gone = (" and its " ~ goes_too(contract, entity)) if goes_too(contract, entity) else "" %>
// The list of things to do: add, tick off, edit in place, filter, clear.

import { api, fetchAll } from "./api.js";
<% set fills = extras or entity.children %>
<% if extras %>
import { FormDialog<% if filters | selectattr("type", "in", ["ref", "many", "tags"]) | list %>, fillOptions<% endif %> } from "./form.js";
<% endif %>
<% if fills %>
import { fill } from "./format.js";
<% endif %>
import { busy,<% if entity.children %> confirmDelete,<% endif %><% if filters %> foldFilters,<% endif %> plural,<% if sections %> showSectionCount,<% endif %> toast } from "./ui.js";

const root = document.querySelector("[data-todo]");
const { endpoint } = root.dataset;
const part = (name) => root.querySelector(`[data-${name}]`);
const list = part("list");
const composer = part("composer");
const input = composer.querySelector("input");
const template = document.querySelector("template");
<% if extras %>
const form = new FormDialog(root, formSaved);
<% if filters %>
const toolbar = part("toolbar");
<% endif %>
<% endif %>

let items = [];

function shown() {
  const value = new URLSearchParams(location.search).get("show");
  return value === "active" || value === "completed" ? value : "all";
}

<% filter slot("visible", kind="javascript", about="The function `visible(item)`: whether the list shows the item. `shown()` is all, active or completed; `item." ~ entity.done_field ~ "` is true for one that is done.", cap=128) %>
function visible(item) {
  return { all: true, active: !item.<< entity.done_field >>, completed: item.<< entity.done_field >> }[shown()];
}
<% endfilter %>

// ---- What the page shows ----

async function load() {
  try {
<% if filters %>
    items = await fetchAll(endpoint, filters());
<% else %>
    items = await fetchAll(endpoint);
<% endif %>
    part("error").hidden = true;
    render();
  } catch (error) {
    part("error-text").textContent = error.message;
    part("error").hidden = false;
  } finally {
    part("loading").hidden = true;
  }
}

function render() {
  list.replaceChildren(...items.filter(visible).map(element));
  renderSummary();
}

function renderSummary() {
  const left = items.filter((item) => !item.<< entity.done_field >>).length;
  const done = items.length - left;
  const filter = shown();
  part("card").hidden = items.length === 0;
<% if filters %>
  const filtered = Object.keys(filters()).length > 0;
  part("empty").hidden = items.length > 0 || filtered;
  toolbar.hidden = items.length === 0 && !filtered;
<% else %>
  part("empty").hidden = items.length > 0;
<% endif %>

  const number = document.createElement("strong");
  number.textContent = left;
  part("count").replaceChildren(number, left === 1 ? " item left" : " items left");
  part("clear").hidden = done === 0;
  part("toggle-all").checked = left === 0;
  part("no-match").hidden = list.children.length > 0;
  part("no-match").textContent = filter === "active" ? "Nothing left to do. Well done." : "Nothing completed yet.";
  for (const link of root.querySelectorAll("[data-filter]")) {
    if (link.dataset.filter === filter) {
      link.setAttribute("aria-current", "true");
    } else {
      link.removeAttribute("aria-current");
    }
  }

  const progress = part("progress");
  progress.hidden = items.length === 0;
  progress.max = Math.max(items.length, 1);
  progress.value = done;
<% if filters %>
  const nothing = filtered ? "Nothing matches these filters" : "Nothing to do yet";
<% else %>
  const nothing = "Nothing to do yet";
<% endif %>
  const all = plural(items.length, "<< entity.label >>", "<< entity.label_plural >>");
  part("summary").textContent = items.length === 0 ? nothing : `${done} of ${all} done`;
<% if sections %>
<% if filters %>
  if (!filtered) {
    showSectionCount("<< entity.plural >>", items.length);
  }
<% else %>
  showSectionCount("<< entity.plural >>", items.length);
<% endif %>
<% endif %>
}

function element(item) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.dataset.id = item.id;
  row.classList.toggle("is-done", item.<< entity.done_field >>);
  row.querySelector("[data-text]").textContent = item.<< entity.title_field >>;
<% if fills %>
  fill(row, item);
<% endif %>
  for (const slot of row.querySelectorAll("[data-name]")) {
    slot.textContent = item.<< entity.title_field >>;
  }

  const check = row.querySelector("[data-toggle]");
  check.checked = item.<< entity.done_field >>;
  check.setAttribute("aria-label", item.<< entity.title_field >>);
  check.addEventListener("change", () => toggle(item, check));
<% if extras %>
  row.querySelector("[data-edit]").addEventListener("click", () => form.edit(item));
<% else %>
  row.querySelector("[data-edit]").addEventListener("click", () => startEdit(item, row));
<% endif %>
  row.querySelector("[data-text]").addEventListener("dblclick", () => startEdit(item, row));
<% if sections %>
  const open = row.querySelector("[data-open]");
  open.href = `${open.getAttribute("href")}/${item.id}`;
<% endif %>
  row.querySelector("[data-delete]").addEventListener("click", (event) => remove(item, event.currentTarget));
  return row;
}

// Puts the answer of the server in the place of what was there.
function replace(item) {
  const index = items.findIndex(({ id }) => id === item.id);
  if (index >= 0) {
    items[index] = item;
  }
}

function rowOf(item) {
  return list.querySelector(`[data-id="${item.id}"]`);
}

// The control of the row that took a row's place, or the field where no row is left.
function nearest(index, selector) {
  const row = list.children[Math.min(index, list.children.length - 1)];
  return row?.querySelector(selector) ?? input;
}

function report(error) {
  toast(error.message);
}

// ---- Adding ----

function showComposerError(message) {
  const element = part("composer-error");
  element.textContent = message;
  element.hidden = !message;
  if (message) {
    input.setAttribute("aria-invalid", "true");
  } else {
    input.removeAttribute("aria-invalid");
  }
}

async function add() {
  const title = input.value.trim();
  showComposerError("");
  if (!title) {
    return;
  }
  await busy([composer.querySelector("[data-submit]")], async () => {
    try {
      await api("POST", endpoint, { <% if filters %>...presets(), <% endif %><< entity.title_field ~ ": title" if entity.title_field != "title" else "title" >> });
      input.value = "";
    } catch (error) {
<% if extras %>
      if (Object.keys(error.fields).some((name) => name !== "<< entity.title_field >>")) {
        await form.add({ <% if filters %>...filters(), <% endif %><< entity.title_field ~ ": title" if entity.title_field != "title" else "title" >> });
        return;
      }
<% endif %>
      showComposerError(error.fields.<< entity.title_field >> ?? error.message);
      return;
    }
    await load();
  });
  input.focus();
}
<% if filters %>

// The filters that are set; what is added while they are gets their values.
function filters() {
  const values = {};
  for (const control of toolbar.elements) {
    if (control.name && control.value) {
      values[control.name] = control.value;
    }
  }
  return values;
}

function presets() {
  const values = {};
  for (const { name, value, dataset } of toolbar.elements) {
    if (name && value) {
      values[dataset.field] = {
<% for type in filters | map(attribute="type") | unique %>
<% if type == "boolean" %>
        boolean: value === "true",
<% elif type == "choice" %>
        choice: value,
<% elif type == "many" %>
        many: [Number(value)],
<% elif type == "ref" %>
        ref: Number(value),
<% else %>
        tags: [value],
<% endif %>
<% endfor %>
      }[dataset.type];
    }
  }
  return values;
}
<% endif %>
<% if extras %>

async function formSaved(item, message) {
  input.value = "";
  toast(message);
  await load();
}
<% endif %>

// ---- Changing ----

async function toggle(item, check) {
  const done = check.checked;
  const index = [...list.children].indexOf(rowOf(item));
  // A disabled box loses the focus; it gets it back unless the person has moved on meanwhile.
  const movedOn = () => ![check, document.body].includes(document.activeElement);
  await busy([check], async () => {
    try {
      replace(await api("PATCH", `${endpoint}/${item.id}`, { << entity.done_field ~ ": done" if entity.done_field != "done" else "done" >> }));
    } catch (error) {
      check.checked = !done;
      report(error);
      return;
    }
    const row = rowOf(item);
    const current = items.find(({ id }) => id === item.id);
    const keepFocus = movedOn();
    if (visible(current)) {
      row?.replaceWith(element(current));
    } else {
      row?.remove();
    }
    if (!keepFocus) {
      (rowOf(item)?.querySelector("[data-toggle]") ?? nearest(index, "[data-toggle]")).focus({ preventScroll: true });
    }
    renderSummary();
  });
}

async function toggleAll() {
  const box = part("toggle-all");
  const done = box.checked;
  await busy([box], async () => {
    try {
      for (const item of items.filter((one) => one.<< entity.done_field >> !== done)) {
        replace(await api("PATCH", `${endpoint}/${item.id}`, { << entity.done_field ~ ": done" if entity.done_field != "done" else "done" >> }));
      }
    } catch (error) {
      report(error);
    }
  });
  render();
}

// Turns a title into an input: Enter and leaving it save, Escape cancels, emptying it deletes.
function startEdit(item, row) {
  const text = row.querySelector("[data-text]");
  const field = document.createElement("input");
  field.type = "text";
  field.className = "todo-edit";
  field.maxLength = input.maxLength;
  field.value = item.<< entity.title_field >>;
  field.setAttribute("aria-label", `Edit ${item.<< entity.title_field >>}`);
  text.replaceWith(field);
  row.classList.add("is-editing");
  field.focus();
  field.select();

  let settled = false;
  const stop = () => {
    settled = true;
    const current = items.find(({ id }) => id === item.id);
    if (current) {
      row.replaceWith(element(current));
    }
  };
  const save = async (keepFocus) => {
    if (settled) {
      return;
    }
    const title = field.value.trim();
    if (title === item.<< entity.title_field >>) {
      stop();
    } else if (title === "") {
      settled = true;
      await remove(item, row.querySelector("[data-delete]"));
      return;
    } else {
      settled = true;
      try {
        replace(await api("PATCH", `${endpoint}/${item.id}`, { << entity.title_field ~ ": title" if entity.title_field != "title" else "title" >> }));
      } catch (error) {
        settled = false;
        field.setAttribute("aria-invalid", "true");
        report(error);
        return;
      }
      stop();
    }
    if (keepFocus) {
      rowOf(item)?.querySelector("[data-edit]").focus();
    }
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) {
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault();
      save(true);
    } else if (event.key === "Escape") {
      stop();
      rowOf(item)?.querySelector("[data-edit]").focus();
    }
  });
  field.addEventListener("blur", () => {
    // Another window in front is no reason to save.
    if (document.hasFocus()) {
      save(false);
    }
  });
}

// ---- Deleting ----

async function remove(item, button) {
<% if entity.children %>
  if (!(await confirmDelete("Delete this << entity.label >>?", `“${item.<< entity.title_field >>}”<< gone >> will be gone for good.`))) {
    render();
    return;
  }
<% endif %>
  const index = [...list.children].indexOf(rowOf(item));
  await busy([button], async () => {
    try {
      await api("DELETE", `${endpoint}/${item.id}`);
    } catch (error) {
      render();
      report(error);
      return;
    }
    items = items.filter(({ id }) => id !== item.id);
    rowOf(item)?.remove();
    renderSummary();
    nearest(index, "[data-delete]").focus();
<% if entity.children %>
    toast("<< cap(entity.label) >> deleted");
<% else %>
    toast("<< cap(entity.label) >> deleted", "Undo", () => restore([item]));
<% endif %>
  });
}

async function clearCompleted() {
  const done = items.filter((item) => item.<< entity.done_field >>);
<% if entity.children %>
  if (!(await confirmDelete("Delete what is completed?", `${plural(done.length, "<< entity.label >>", "<< entity.label_plural >>")}<< gone | replace("its", "their") >> will be gone for good.`))) {
    return;
  }
<% endif %>
  const deleted = [];
  await busy([part("clear")], async () => {
    try {
      for (const item of done) {
        await api("DELETE", `${endpoint}/${item.id}`);
        deleted.push(item);
      }
    } catch (error) {
      report(error);
    }
  });
  items = items.filter((item) => !deleted.includes(item));
  render();
  input.focus();
  if (deleted.length > 0) {
<% if entity.children %>
    toast(`${plural(deleted.length, "<< entity.label >>", "<< entity.label_plural >>")} cleared`);
<% else %>
    toast(`${plural(deleted.length, "<< entity.label >>", "<< entity.label_plural >>")} cleared`, "Undo", () => restore(deleted));
<% endif %>
  }
}

<% if not entity.children %>
async function restore(deleted) {
  try {
    for (const item of deleted) {
      await api("POST", endpoint, item);
    }
    toast(`${plural(deleted.length, "<< entity.label >>", "<< entity.label_plural >>")} restored`);
  } catch (error) {
    report(error);
  }
  await load();
}

<% endif %>
// ---- Listening ----

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  add();
});
input.addEventListener("input", () => showComposerError(""));
<% if extras %>
part("details").addEventListener("click", () => form.add({ <% if filters %>...filters(), <% endif %><< entity.title_field >>: input.value.trim() }));
<% endif %>
<% if filters %>
foldFilters(toolbar);
toolbar.addEventListener("submit", (event) => event.preventDefault());
toolbar.addEventListener("input", () => {
  const query = new URLSearchParams(filters());
  if (shown() !== "all") {
    query.set("show", shown());
  }
  history.replaceState(null, "", `?${query}`);
  load();
});
<% endif %>
part("toggle-all").addEventListener("change", toggleAll);
part("clear").addEventListener("click", clearCompleted);
part("retry").addEventListener("click", (event) => busy([event.currentTarget], load));
for (const link of root.querySelectorAll("[data-filter]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
<% if filters %>
    const query = new URLSearchParams(filters());
<% else %>
    const query = new URLSearchParams();
<% endif %>
    if (link.dataset.filter !== "all") {
      query.set("show", link.dataset.filter);
    }
    const text = query.toString();
    history.pushState(null, "", text ? `?${text}` : location.pathname);
    render();
  });
}
window.addEventListener("popstate", render);
<% if "csv" in contract.features %>
document.addEventListener("imported", (event) => {
  toast(event.detail);
  load();
});
<% endif %>

async function start() {
<% if filters %>
<% if filters | selectattr("type", "in", ["ref", "many", "tags"]) | list %>
  try {
    await Promise.all([...toolbar.querySelectorAll("[data-options], [data-names]")].map(fillOptions));
  } catch {
    // The list's own request says what is wrong.
  }
<% endif %>
  const query = new URLSearchParams(location.search);
  for (const control of toolbar.elements) {
    if (control.name) {
      control.value = query.get(control.name) ?? "";
    }
  }
<% endif %>
  if (location.hash === "#add") {
    history.replaceState(null, "", location.pathname + location.search);
    input.focus();
  }
  await load();
}

start();
