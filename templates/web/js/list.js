<% from "web/shared.jinja" import views %>
<% set drawn = views(contract) %>
<% set agenda = " agenda " in drawn %>
<% set ledger = " ledger " in drawn %>
<% set multi = contract.entities | length > 1 %>
<% set csv = "csv" in contract.features %>
// A list of rows with search, filters, sorting and pages; the address keeps what is shown.

import { api<% if agenda %>, fetchAll<% endif %> } from "./api.js";
import { FormDialog, fillOptions } from "./form.js";
import { <% if agenda or ledger %>day, <% endif %>fill, <% if ledger %>format, <% endif %>titleOf } from "./format.js";
import { busy, capitalize, confirmDelete, foldFilters, goneText, plural,<% if multi %> showSectionCount,<% endif %> toast } from "./ui.js";

<% if ledger %>
const PAGE_SIZE = document.querySelector("[data-view=ledger]") ? 50 : 20;
<% else %>
const PAGE_SIZE = 20;
<% endif %>
const TYPING_MS = 250;

const root = document.querySelector("[data-records]");
const { endpoint, label<% if multi %>, section<% endif %><% if agenda or ledger %>, view<% endif %> } = root.dataset;
const labelPlural = root.dataset.plural;
const part = (name) => root.querySelector(`[data-${name}]`);
const toolbar = part("toolbar");
const list = part("list");
const template = document.querySelector("template");
const form = new FormDialog(root, saved);

let page = 1;
let latest = 0;

function filters() {
  const values = {};
  for (const control of toolbar.elements) {
    if (control.name && control.value !== "" && control.value !== control.dataset.default) {
      values[control.name] = control.value.trim();
    }
  }
  return values;
}

function isFiltered() {
  return Object.keys(filters()).some((name) => name !== "sort");
}

// Takes what is shown from the address: at the start and on going back.
function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const control of toolbar.elements) {
    if (control.name) {
      const wanted = query.get(control.name) ?? control.dataset.default ?? "";
      control.value = wanted;
      if (control.value !== wanted) {
        control.value = control.dataset.default ?? "";
      }
    }
  }
  page = Math.max(1, Number.parseInt(query.get("page"), 10) || 1);
}

function writeAddress(method) {
  const query = new URLSearchParams(filters());
  if (page > 1) {
    query.set("page", page);
  }
  const text = query.toString();
  history[method](null, "", text ? `?${text}` : location.pathname);
}

async function find() {
<% if agenda %>
  if (view === "agenda") {
    const items = await fetchAll(endpoint, filters());
    return { items, total: items.length, offset: 0 };
  }
<% endif %>
  const query = new URLSearchParams({ ...filters(), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE });
  return api("GET", `${endpoint}?${query}`);
}

async function load() {
  const turn = ++latest;
  list.setAttribute("aria-busy", "true");
  try {
    const found = await find();
    if (turn !== latest) {
      return;
    }
    if (found.items.length === 0 && found.total > 0) {
      page = Math.ceil(found.total / PAGE_SIZE);
      writeAddress("replaceState");
      await load();
      return;
    }
    show(found);
  } catch (error) {
    if (turn === latest) {
      part("error-text").textContent = error.message;
      part("error").hidden = false;
    }
  } finally {
    if (turn === latest) {
      list.setAttribute("aria-busy", "false");
      part("loading").hidden = true;
    }
  }
}

function show(found) {
  const { items, total, offset } = found;
  part("error").hidden = true;
  draw(found);
  const filtered = isFiltered();
  toolbar.hidden = total === 0 && !filtered;
  part("empty").hidden = total > 0 || filtered;
  part("no-match").hidden = total > 0 || !filtered;
  toolbar.querySelector("[data-reset]").hidden = !filtered;
  part("count").textContent = filtered ? `${total} found` : plural(total, label, labelPlural);
<% if multi %>
  if (!filtered) {
    showSectionCount(section, total);
  }
<% endif %>
<% if agenda %>
  if (view === "agenda") {
    return;
  }
<% endif %>
  part("pager").hidden = total <= PAGE_SIZE;
  part("range").textContent = `${offset + 1} to ${offset + items.length} of ${total}`;
  part("previous").disabled = page === 1;
  part("next").disabled = offset + items.length >= total;
}

<% if agenda or ledger %>
function draw(found) {
<% if agenda %>
  if (view === "agenda") {
    drawAgenda(found.items);
    return;
  }
<% endif %>
<% if ledger %>
  if (view === "ledger") {
    drawLedger(found);
    return;
  }
<% endif %>
  list.replaceChildren(...found.items.map(element));
}

// The day on which a row happens, where the reader is; null where it has none.
function dayOf(row) {
  const value = row[root.dataset.date];
  if (!value) {
    return null;
  }
  const date = value.length > 10 ? new Date(value) : day(value);
  date.setHours(0, 0, 0, 0);
  return date;
}

// Neighbours with the same key, together.
function grouped(rows, keyOf) {
  const groups = [];
  for (const row of rows) {
    const key = keyOf(row);
    if (groups.at(-1)?.key !== key) {
      groups.push({ key, rows: [] });
    }
    groups.at(-1).rows.push(row);
  }
  return groups;
}

function make(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
<% else %>
function draw({ items }) {
  list.replaceChildren(...items.map(element));
}
<% endif %>
<% if agenda %>

function drawAgenda(rows) {
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  const dated = grouped(rows.filter(dayOf), (row) => dayOf(row).getTime());
  const coming = dated.filter(({ key }) => key >= today.getTime());
  const gone = dated.filter(({ key }) => key < today.getTime()).reverse();
  const undated = rows.filter((row) => !dayOf(row));
  const parts = coming.map(({ key, rows: on }) => dayPart(new Date(key), on, today));
  if (undated.length > 0) {
    parts.push(dayPart(null, undated, today));
  }
  if (gone.length > 0) {
    const fold = make("details", "agenda-earlier");
    const count = gone.reduce((sum, group) => sum + group.rows.length, 0);
    fold.append(make("summary", "", `Earlier (${count})`));
    fold.append(...gone.map(({ key, rows: on }) => dayPart(new Date(key), on, today)));
    fold.open = list.querySelector("details")?.open ?? (coming.length === 0 && undated.length === 0);
    parts.push(fold);
  }
  list.replaceChildren(...parts);
}

function dayPart(date, rows, today) {
  const group = make("section", "day");
  const heading = make("h2", "day-date");
  if (date) {
    const away = Math.round((date - today) / (24 * 60 * 60 * 1000));
    const word = { 0: "Today", 1: "Tomorrow", "-1": "Yesterday" }[away];
    const month = { month: "short", ...(date.getFullYear() === today.getFullYear() ? {} : { year: "numeric" }) };
    group.classList.toggle("is-today", away === 0);
    heading.append(
      make("span", "day-name", word ?? date.toLocaleDateString(undefined, { weekday: "short" })),
      " ",
      make("span", "day-number", date.getDate()),
      " ",
      make("span", "day-month", date.toLocaleDateString(undefined, month)),
    );
  } else {
    heading.append(make("span", "day-name", "No date"));
  }
  const items = make("ul", "day-rows");
  items.append(...rows.map(element));
  group.append(heading, items);
  return group;
}
<% endif %>
<% if ledger %>

// Entries in the order of their days stand under their month, which has a sum where it is whole.
function drawLedger({ items, total, offset, sums }) {
  const sort = toolbar.elements.sort.value;
  const byDay = sort.replace("-", "") === root.dataset.date;
  const month = (row) => (byDay && dayOf(row) ? dayOf(row).toLocaleDateString(undefined, { month: "long", year: "numeric" }) : "");
  const groups = grouped(items, month);
  const bodies = groups.map(({ key, rows }, at) => {
    const body = document.createElement("tbody");
    const whole = (at > 0 || offset === 0) && (at < groups.length - 1 || offset + items.length >= total);
    if (key) {
      body.append(monthRow(key, whole ? rows : []));
    }
    body.append(...rows.map(element));
    return body;
  });
  list.querySelectorAll("tbody").forEach((body) => body.remove());
  list.tHead.after(...bodies);
  part("frame").hidden = items.length === 0;
  part("sums").hidden = !sums || items.length === 0;
  for (const cell of list.tFoot.querySelectorAll("[data-sum]")) {
    cell.textContent = sums ? format(cell.dataset.type, sums[cell.dataset.sum] ?? 0) : "";
  }
}

function monthRow(text, rows) {
  const row = list.tFoot.rows[0].cloneNode(true);
  row.className = "ledger-month";
  row.cells[0].textContent = text;
  row.cells[0].scope = "rowgroup";
  for (const cell of row.querySelectorAll("[data-sum]")) {
    const sum = rows.reduce((sofar, one) => sofar + (one[cell.dataset.sum] ?? 0), 0);
    cell.textContent = rows.length > 0 ? format(cell.dataset.type, sum) : "";
    delete cell.dataset.sum;
  }
  return row;
}
<% endif %>

function element(row) {
  const item = template.content.firstElementChild.cloneNode(true);
  const name = titleOf(root, row);
  item.dataset.id = row.id;
  fill(item, row);
  const link = item.querySelector("[data-link]");
  link.href = `${root.dataset.detail}/${row.id}`;
  link.hidden = false;
  link.textContent ||= name;
  for (const slot of item.querySelectorAll("[data-name]")) {
    slot.textContent = name;
  }
  const initials = item.querySelector("[data-initials]");
  if (initials) {
    const words = name.trim().split(/\s+/);
    initials.textContent = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] ?? "").join("");
  }
  item.querySelector("[data-edit]").addEventListener("click", () => form.edit(row));
  item.querySelector("[data-delete]").addEventListener("click", (event) => remove(row, event.currentTarget));
  return item;
}

async function saved(row, message) {
  toast(message);
  await load();
  const item = list.querySelector(`[data-id="${row.id}"]`);
  item?.classList.add("is-new");
}

async function remove(row, button) {
  const name = titleOf(root, row);
  const hasChildren = root.hasAttribute("data-has-children");
  if (hasChildren && !(await confirmDelete(`Delete this ${label}?`, goneText(name, root.dataset.goesToo)))) {
    return;
  }
  await busy([button], async () => {
    try {
      await api("DELETE", `${endpoint}/${row.id}`);
    } catch (error) {
      toast(error.message);
      return;
    }
    const rows = [...list.querySelectorAll("[data-id]")];
    const at = rows.indexOf(button.closest("[data-id]"));
    const nextId = (rows[at + 1] ?? rows[at - 1])?.dataset.id;
    if (hasChildren) {
      toast(`${capitalize(label)} deleted`);
    } else {
      toast(`${capitalize(label)} deleted`, "Undo", () => restore(row));
    }
    await load();
    const target = nextId ? list.querySelector(`[data-id="${nextId}"] [data-delete]`) : null;
    (target ?? part("add")).focus();
  });
}

async function restore(row) {
  try {
    await saved(await api("POST", endpoint, row), `${capitalize(label)} restored`);
  } catch (error) {
    toast(error.message);
  }
}

function change(method) {
  page = 1;
  writeAddress(method);
  load();
}

function listen() {
  let typing;
  if (part("toolbar-toggle")) {
    foldFilters(toolbar);
  }
  toolbar.addEventListener("submit", (event) => event.preventDefault());
  toolbar.addEventListener("input", (event) => {
    clearTimeout(typing);
    if (event.target.type === "search") {
      typing = setTimeout(() => change("replaceState"), TYPING_MS);
    } else {
      change("pushState");
    }
  });
  for (const button of root.querySelectorAll("[data-reset]")) {
    button.addEventListener("click", () => {
      for (const control of toolbar.elements) {
        if (control.name && control.name !== "sort") {
          control.value = "";
        }
      }
      change("pushState");
      toolbar.querySelector("input, select").focus();
    });
  }
  for (const button of root.querySelectorAll("[data-add]")) {
    button.addEventListener("click", () => form.add(filters()));
  }
  part("retry").addEventListener("click", (event) => busy([event.currentTarget], load));
  for (const [name, step] of [["previous", -1], ["next", 1]]) {
    part(name)?.addEventListener("click", async () => {
      page += step;
      writeAddress("pushState");
      await load();
      root.scrollIntoView();
    });
  }
  window.addEventListener("popstate", () => {
    readAddress();
    load();
  });
<% if csv %>
  document.addEventListener("imported", (event) => {
    toast(event.detail);
    load();
  });
<% endif %>
}

async function start() {
  listen();
  try {
    await Promise.all([...toolbar.querySelectorAll("[data-options], [data-names]")].map(fillOptions));
  } catch {
    // The list's own request says what is wrong.
  }
  readAddress();
  if (location.hash === "#add") {
    writeAddress("replaceState");
    form.add(filters());
  }
  await load();
}

start();
