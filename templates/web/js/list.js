// A list of rows with search, filters, sorting and pages; the address keeps what is shown.

import { api } from "./api.js";
import { FormDialog, fillOptions } from "./form.js";
import { fill, titleOf } from "./format.js";
import { busy, capitalize, confirmDelete, foldFilters, goneText, plural, showSectionCount, toast } from "./ui.js";

const PAGE_SIZE = 20;
const TYPING_MS = 250;

const root = document.querySelector("[data-records]");
const { endpoint, label, section } = root.dataset;
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

async function load() {
  const turn = ++latest;
  const query = new URLSearchParams({ ...filters(), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE });
  list.setAttribute("aria-busy", "true");
  try {
    const found = await api("GET", `${endpoint}?${query}`);
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

function show({ items, total, offset }) {
  part("error").hidden = true;
  list.replaceChildren(...items.map(element));
  const filtered = isFiltered();
  toolbar.hidden = total === 0 && !filtered;
  part("empty").hidden = total > 0 || filtered;
  part("no-match").hidden = total > 0 || !filtered;
  toolbar.querySelector("[data-reset]").hidden = !filtered;
  part("count").textContent = filtered ? `${total} found` : plural(total, label, labelPlural);
  part("pager").hidden = total <= PAGE_SIZE;
  part("range").textContent = `${offset + 1} to ${offset + items.length} of ${total}`;
  part("previous").disabled = page === 1;
  part("next").disabled = offset + items.length >= total;
  if (section && !filtered) {
    showSectionCount(section, total);
  }
}

function element(row) {
  const item = template.content.firstElementChild.cloneNode(true);
  const name = titleOf(root, row);
  item.dataset.id = row.id;
  fill(item, row);
  const link = item.querySelector("[data-link]");
  link.href = root.dataset.detail.replace(/0$/, row.id);
  link.hidden = false;
  link.textContent ||= name;
  for (const slot of item.querySelectorAll("[data-name]")) {
    slot.textContent = name;
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
    const next = button.closest("li").nextElementSibling ?? button.closest("li").previousElementSibling;
    const nextId = next?.dataset.id;
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
  foldFilters(toolbar);
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
    part(name).addEventListener("click", async () => {
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
}

async function start() {
  listen();
  try {
    await Promise.all([...toolbar.querySelectorAll("[data-options]")].map(fillOptions));
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
