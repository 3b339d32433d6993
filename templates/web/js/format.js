<% from "web/shared.jinja" import any_record, kinds, views %>
<% set used = kinds(contract) %>
<% set ns = namespace(rating=false, fills=false) %>
<% for entity in contract.entities %><% if entity.view != "checklist" or entity.fields | length > 2 or entity.children %><% set ns.fills = true %><% endif %><% for field in entity.fields if field.format == "rating" %><% set ns.rating = true %><% endfor %><% endfor %>
// Writes values for people, and puts them into the elements that ask for them by `data-field`.

<% if ns.fills %>
import { plural } from "./ui.js";

<% endif %>
const DAY = { year: "numeric", month: "short", day: "numeric" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const MOMENT = { ...DAY, ...CLOCK };
<% if ns.fills %>
const DAY_MS = 24 * 60 * 60 * 1000;
<% endif %>

// A day is the same day everywhere, so it is no moment.
export function day(text) {
  const [year, month, date] = text.split("-").map(Number);
  const value = new Date(2000, month - 1, date);
  value.setFullYear(year);
  return value;
}

export function humanize(text) {
  const words = String(text).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function format(type, value) {
  switch (type) {
    case "money":
      return value.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    case "integer":
    case "number":
      return value.toLocaleString();
    case "date":
      return day(value).toLocaleDateString(undefined, DAY);
    case "datetime":
      return new Date(value).toLocaleString(undefined, MOMENT);
<% if " agenda " in views(contract) %>
    case "clock":
      return new Date(value).toLocaleTimeString(undefined, CLOCK);
<% endif %>
    case "choice":
      return humanize(value);
    case "url":
      return value.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
    default:
      return String(value);
  }
}

<% if ns.fills %>
// Days from today: 0 is today, 1 is tomorrow.
function daysUntil(type, value) {
  const target = type === "date" ? day(value) : new Date(value);
  target.setHours(0, 0, 0, 0);
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  return Math.round((target - today) / DAY_MS);
}

function showDue(element, type, value) {
  const days = daysUntil(type, value);
  element.classList.toggle("is-overdue", days < 0);
  element.classList.toggle("is-today", days === 0);
  const near = { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days];
  element.textContent = near ?? format(type, value);
}

const LINKS = {
  email: (value) => `mailto:${value}`,
  phone: (value) => `tel:${value.replace(/[^+0-9]/g, "")}`,
  url: (value) => (/^https?:\/\//i.test(value) ? value : null),
};

<% if ns.rating %>
function showRating(element, value) {
  const text = document.createElement("span");
  text.className = "visually-hidden";
  text.textContent = `${value} of 5`;
  const stars = document.createElement("span");
  stars.className = "stars";
  stars.setAttribute("aria-hidden", "true");
  const empty = document.createElement("span");
  empty.className = "stars-empty";
  empty.textContent = "★".repeat(5 - value);
  stars.append("★".repeat(value), empty);
  element.replaceChildren(text, stars);
}

<% endif %>
<% if " tags " in used %>
// Each tag leads to everything that has it.
function showTags(element, names) {
  const links = names.map((name) => {
    const link = document.createElement("a");
    link.className = "chip";
    link.href = element.dataset.filter + encodeURIComponent(name);
    link.textContent = name;
    return link;
  });
  element.replaceChildren(...links);
}

<% endif %>
<% if " many " in used %>
function showMany(element, titles, ids) {
  const parts = titles.flatMap((title, at) => {
    const link = document.createElement("a");
    link.href = `${element.dataset.detail}/${ids[at]}`;
    link.textContent = title;
    return at === 0 ? [link] : [", ", link];
  });
  element.replaceChildren(...parts);
}

<% endif %>

<% if " agenda " in views(contract) %>
// The hour alone says enough where the row stands below that very day.
function showMoment(element, value, other) {
  const date = other && (other.length > 10 ? new Date(other) : day(other));
  const same = date?.toDateString() === new Date(value).toDateString();
  element.textContent = format(same ? "clock" : "datetime", value);
}

<% endif %>
function show(element, row) {
  const { field, type } = element.dataset;
  const value = row[field];
  const absent = value === null || value === undefined || value === "" || value.length === 0 || (type === "boolean" && !value);
  const slot = element.closest("[data-slot]") ?? element;
  slot.hidden = absent;
  if (absent) {
    element.replaceChildren();
    return;
  }
<% if ns.rating %>
  if (type === "rating") {
    showRating(element, value);
    return;
  }
<% endif %>
<% if " tags " in used %>
  if (type === "tags") {
    showTags(element, value);
    return;
  }
<% endif %>
<% if " many " in used %>
  if (type === "many") {
    showMany(element, value, row[element.dataset.idField]);
    return;
  }
<% endif %>
  if (type === "boolean") {
    element.textContent = element.dataset.label;
  } else if (element.hasAttribute("data-due")) {
    showDue(element, type, value);
<% if " agenda " in views(contract) %>
  } else if (element.dataset.day) {
    showMoment(element, value, row[element.dataset.day]);
<% endif %>
  } else {
    element.textContent = format(type, value);
  }
  if (type === "choice") {
    element.dataset.value = value;
  }
  if (element.localName === "time") {
    element.dateTime = value;
  }
  if (type === "ref") {
    element.href = `${element.dataset.detail}/${row[element.dataset.idField]}`;
  } else if (type in LINKS && !element.hasAttribute("data-link")) {
    const address = LINKS[type](value);
    if (address) {
      element.href = address;
    }
    if (type === "url") {
      element.rel = "noopener noreferrer";
      element.target = "_blank";
    }
  }
}

export function fill(element, row) {
  for (const slot of element.querySelectorAll("[data-field]")) {
    show(slot, row);
  }
  for (const link of element.querySelectorAll("[data-related]")) {
    const count = row[link.dataset.related];
    link.hidden = count === 0;
    link.textContent = plural(count, link.dataset.one, link.dataset.many);
    link.href += row.id;
  }
}
<% endif %>
<% if any_record(contract) or contract.entities | length > 1 or "board" in contract.features and contract.entities[0].fields | length > 2 %>

// The text that names a row: its title, or its label and number where the title is empty.
export function titleOf(root, row) {
  const field = root.dataset.title;
  const value = row[field.endsWith("_id") ? field.slice(0, -3) : field] ?? row[field];
  return value === null || value === undefined || value === "" ? `${humanize(root.dataset.label)} ${row.id}` : String(value);
}
<% endif %>
