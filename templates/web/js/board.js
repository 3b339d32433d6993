<% set multi = contract.entities | length > 1 %>
<% set csv = "csv" in contract.features %>
// A board: rows are cards, in columns by one of their fields. A card moves by its select, or by hand.

import { api, fetchAll } from "./api.js";
import { FormDialog, fillOptions } from "./form.js";
import { fill, humanize, titleOf } from "./format.js";
import { busy, capitalize, confirmDelete, foldFilters, goneText, plural,<% if multi %> showSectionCount,<% endif %> toast } from "./ui.js";

const TYPING_MS = 250;

const root = document.querySelector("[data-board]");
const { endpoint, label, columnField<% if multi %>, section<% endif %> } = root.dataset;
const labelPlural = root.dataset.plural;
const part = (name) => root.querySelector(`[data-${name}]`);
const toolbar = part("toolbar");
const board = part("list");
const [columnTemplate, cardTemplate] = document.querySelectorAll("template");
const form = new FormDialog(root, saved);

let columns = [];
let rows = [];
let latest = 0;

function filters() {
  const controls = [...toolbar.elements].filter((control) => control.name && control.value.trim() !== "");
  return Object.fromEntries(controls.map((control) => [control.name, control.value.trim()]));
}

// The values that make columns: those of a choice, or the rows that a reference points to.
async function readColumns() {
  const { columns: path, columnTitle, columnPage } = root.dataset;
  if (!path) {
    const options = cardTemplate.content.querySelector("[data-move]").options;
    return [...options].map((option) => ({ value: option.value, name: option.text }));
  }
  const found = await fetchAll(path, { sort: "id" });
  if (found.every((row) => typeof row.position === "number")) {
    found.sort((one, other) => one.position - other.position);
  }
  const title = (row) => String(row[columnTitle] ?? humanize(row.id));
  return found.map((row) => ({ value: row.id, name: title(row), page: `${columnPage}/${row.id}` }));
}

async function load() {
  const turn = ++latest;
  board.setAttribute("aria-busy", "true");
  try {
    const [found, values] = await Promise.all([
      fetchAll(endpoint, { ...filters(), sort: root.dataset.sort }),
      readColumns(),
    ]);
    if (turn !== latest) {
      return;
    }
    rows = found;
    columns = values;
    part("error").hidden = true;
    draw();
  } catch (error) {
    if (turn === latest) {
      part("error-text").textContent = error.message;
      part("error").hidden = false;
    }
  } finally {
    if (turn === latest) {
      board.setAttribute("aria-busy", "false");
      part("loading").hidden = true;
    }
  }
}

function draw() {
  const filtered = Object.keys(filters()).length > 0;
  const homeless = rows.some((row) => row[columnField] === null);
  const shown = homeless ? [...columns, { value: null, name: "None" }] : columns;
  board.replaceChildren(...shown.map(columnElement));
  board.hidden = shown.length === 0;
  if (part("no-columns")) {
    part("no-columns").hidden = shown.length > 0;
    part("add").hidden = columns.length === 0;
  }
  toolbar.querySelector("[data-reset]").hidden = !filtered;
  part("count").textContent = filtered ? `${rows.length} found` : plural(rows.length, label, labelPlural);
<% if multi %>
  if (!filtered) {
    showSectionCount(section, rows.length);
  }
<% endif %>
}

function columnElement({ value, name, page }) {
  const column = columnTemplate.content.firstElementChild.cloneNode(true);
  const mine = rows.filter((row) => row[columnField] === value);
  const heading = column.querySelector("[data-column-name]");
  if (page) {
    const link = document.createElement("a");
    link.href = page;
    link.textContent = name;
    heading.append(link);
  } else {
    heading.textContent = name;
  }
  column.querySelector("[data-column-count]").textContent = mine.length;
  column.querySelector("[data-column-target]").textContent = name;
  const cards = column.querySelector("[data-cards]");
  cards.setAttribute("aria-label", name);
  cards.append(...mine.map(cardElement));
  const add = column.querySelector("[data-column-add]");
  add.hidden = value === null;
  add.addEventListener("click", () => form.add({ ...filters(), [columnField]: value }));
  takeCards(column, value);
  return column;
}

function cardElement(row) {
  const card = cardTemplate.content.firstElementChild.cloneNode(true);
  const name = titleOf(root, row);
  card.dataset.id = row.id;
  fill(card, row);
  const link = card.querySelector("[data-link]");
  link.href = `${root.dataset.detail}/${row.id}`;
  link.hidden = false;
  link.textContent ||= name;
  for (const slot of card.querySelectorAll("[data-name]")) {
    slot.textContent = name;
  }
  const move = card.querySelector("[data-move]");
  move.replaceChildren(...columns.map((column) => new Option(column.name, column.value)));
  if (row[columnField] === null) {
    move.prepend(new Option("None", ""));
  }
  move.value = row[columnField] ?? "";
  move.setAttribute("aria-label", `Move ${name} to`);
  move.addEventListener("change", () => {
    const target = columns.find((column) => String(column.value) === move.value);
    moveCard(row, target?.value ?? null);
  });
  card.querySelector("[data-edit]").addEventListener("click", () => form.edit(row));
  card.querySelector("[data-delete]").addEventListener("click", (event) => remove(row, event.currentTarget));
  card.draggable = true;
  card.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", name);
    event.dataTransfer.effectAllowed = "move";
    card.classList.add("is-dragged");
  });
  card.addEventListener("dragend", () => card.classList.remove("is-dragged"));
  return card;
}

// Lets a column take a card that is dragged over it.
function takeCards(column, value) {
  const dragged = () => board.querySelector(".is-dragged");
  column.addEventListener("dragover", (event) => {
    if (dragged() && value !== null) {
      event.preventDefault();
      column.classList.add("is-target");
    }
  });
  column.addEventListener("dragleave", (event) => {
    if (!column.contains(event.relatedTarget)) {
      column.classList.remove("is-target");
    }
  });
  column.addEventListener("drop", (event) => {
    event.preventDefault();
    column.classList.remove("is-target");
    const row = rows.find(({ id }) => String(id) === dragged()?.dataset.id);
    if (row && row[columnField] !== value) {
      moveCard(row, value);
    }
  });
}

// The card moves at once and goes back where the server refuses.
async function moveCard(row, value) {
  const before = row[columnField];
  const place = (at) => {
    row[columnField] = at;
    draw();
    board.querySelector(`[data-id="${row.id}"] [data-move]`)?.focus();
  };
  place(value);
  try {
    Object.assign(row, await api("PATCH", `${endpoint}/${row.id}`, { [columnField]: value }));
    const name = columns.find((column) => column.value === value)?.name ?? "None";
    toast(`Moved to ${name}`);
  } catch (error) {
    place(before);
    toast(error.message);
  }
}

async function saved(row, message) {
  toast(message);
  await load();
  const card = board.querySelector(`[data-id="${row.id}"]`);
  card?.classList.add("is-new");
  card?.querySelector("[data-edit]").focus();
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
    if (hasChildren) {
      toast(`${capitalize(label)} deleted`);
    } else {
      toast(`${capitalize(label)} deleted`, "Undo", () => restore(row));
    }
    const column = [...board.children].indexOf(button.closest(".column"));
    await load();
    const next = board.children[column]?.querySelector("[data-column-add]");
    (next && !next.hidden ? next : part("add")).focus();
  });
}

async function restore(row) {
  try {
    await saved(await api("POST", endpoint, row), `${capitalize(label)} restored`);
  } catch (error) {
    toast(error.message);
  }
}

function narrow() {
  const text = new URLSearchParams(filters()).toString();
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
  load();
}

function listen() {
  let typing;
  if (part("toolbar-toggle")) {
    foldFilters(toolbar);
  }
  toolbar.addEventListener("submit", (event) => event.preventDefault());
  toolbar.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(narrow, TYPING_MS);
  });
  part("reset").addEventListener("click", () => {
    toolbar.reset();
    narrow();
  });
  part("add").addEventListener("click", () => form.add({ ...filters(), [columnField]: columns[0]?.value }));
  part("retry").addEventListener("click", (event) => busy([event.currentTarget], load));
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
    // The board's own request says what is wrong.
  }
  const query = new URLSearchParams(location.search);
  const preset = { [columnField]: query.get(columnField) };
  for (const control of toolbar.elements) {
    if (control.name) {
      control.value = query.get(control.name) ?? "";
    }
  }
  await load();
  if (location.hash === "#add") {
    history.replaceState(null, "", location.pathname + location.search);
    form.add({ ...filters(), ...preset });
  }
}

start();
