// The dashboard: numbers, bars for what is counted, columns for months.

import { api } from "./api.js";
import { format, humanize } from "./format.js";
import { busy } from "./ui.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 200;
const TOP = 24;
const BOTTOM = 28;
const LEFT = 48;
// The width of a character in a chart, at most.
const CHARACTER = 8;
const WIDEST_COLUMN = 56;
const STEPS = 4;
const MOST_MONTHS = 24;

const root = document.querySelector("[data-dashboard]");
const part = (name) => root.querySelector(`[data-${name}]`);

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function draw(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function compact(value) {
  return value.toLocaleString(undefined, { notation: "compact", maximumFractionDigits: 1 });
}

// Beside the lines of a chart: amounts of money are whole wherever all of them are.
function axisLabels(values, type) {
  if (type !== "money") {
    return values.map(compact);
  }
  return values.every(Number.isInteger) ? values.map((value) => value.toLocaleString()) : values.map((value) => format(type, value));
}

// Where a label of this many characters can have its middle and still end within the chart.
const within = (width, middle, text) => Math.min(middle, width - (text.length * CHARACTER) / 2);

const widest = (labels) => Math.max(...labels.map((label) => label.length)) * CHARACTER;

// ---- Numbers ----

function showNumbers(element, summary) {
  for (const cell of element.querySelectorAll(".figure [data-sum]")) {
    cell.textContent = format(cell.dataset.type, summary.sums[cell.dataset.sum] ?? 0);
  }
  for (const cell of element.querySelectorAll("[data-average]")) {
    showAverage(cell, summary.averages[cell.dataset.average]);
  }
}

function showAverage(cell, value) {
  if (value === null || value === undefined) {
    cell.textContent = "–";
    return;
  }
  cell.textContent = value.toLocaleString(undefined, { maximumFractionDigits: 1 });
  if (cell.dataset.type === "rating") {
    cell.append(" ", make("span", { class: "stars", "aria-hidden": "true" }, "★"));
    cell.append(make("span", { class: "visually-hidden" }, " of 5 stars"));
  }
}

// ---- Bars ----

// A table, so that it reads as one; each row has its bar. Where rows have money, it is what counts.
function showBars(chart, counts) {
  chart.querySelector("table, p")?.remove();
  const summed = "sum" in chart.dataset;
  const size = ({ count, sum }) => (summed ? sum : count);
  const most = Math.max(...counts.map(size), 0);
  if (most === 0) {
    chart.append(make("p", { class: "chart-empty" }, "Nothing to show yet."));
    return;
  }
  const rows = counts.map((entry) => {
    const bar = draw(
      "svg",
      { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
      draw("rect", { class: "bar-ground", width: 100, height: 10 }),
      draw("rect", { class: "bar-value", width: Math.max(0, size(entry) / most) * 100, height: 10 }),
    );
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, nameOf(chart, entry.value)),
      make("td", { class: "bar-cell" }, bar),
      make("td", { class: "number" }, summed ? format("money", entry.sum) : entry.count.toLocaleString()),
    );
  });
  const name = chart.querySelector("h3").textContent;
  chart.append(make("table", { class: "bars", "aria-label": name }, make("tbody", {}, ...rows)));
}

function nameOf(chart, value) {
  if (value === null) {
    return "None";
  }
  if (typeof value === "boolean") {
    return value ? "Yes" : "No";
  }
  return chart.dataset.type === "choice" ? humanize(value) : String(value);
}

// ---- Months ----

function monthName(text, long) {
  const [year, month] = text.split("-").map(Number);
  const style = long ? { month: "long", year: "numeric" } : { month: "short" };
  return new Date(year, month - 1, 1).toLocaleDateString(undefined, style);
}

// A round number at or above the greatest value, so that the lines have round numbers too.
function ceiling(most) {
  const unit = 10 ** Math.floor(Math.log10(most));
  const factor = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10].find((candidate) => candidate * unit >= most);
  return Math.max(factor * unit, STEPS);
}

// Months between others are there too, so that the distance between columns is one of time.
function withGaps(months) {
  const number = (text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1;
  const span = months.length > 0 ? number(months.at(-1).month) - number(months[0].month) + 1 : 0;
  if (span > MOST_MONTHS) {
    return months;
  }
  return Array.from({ length: span }, (_, at) => {
    const index = number(months[0].month) + at;
    const month = `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
    return months.find((one) => one.month === month) ?? { month, count: 0, sum: 0 };
  });
}

function showMonths(chart, months) {
  chart.querySelector(".months")?.remove();
  chart.querySelector(".chart-empty")?.remove();
  const summed = "sum" in chart.dataset;
  const values = withGaps(months).map((month) => ({
    month: month.month,
    value: Math.max(0, (summed ? month.sum : month.count) ?? 0),
  }));
  if (values.every(({ value }) => value === 0)) {
    chart.append(make("p", { class: "chart-empty" }, "Nothing to show yet."));
    return;
  }
  const write = (value) => (summed ? format(chart.dataset.type, value) : value.toLocaleString());
  const box = make("div", { class: "months" });
  const cells = values.map(({ month, value }) =>
    make("tr", {}, make("th", { scope: "row" }, monthName(month, true)), make("td", {}, write(value))),
  );
  const table = make("table", { class: "visually-hidden" }, make("tbody", {}, ...cells));
  chart.append(box);
  const paint = () => box.replaceChildren(columns(values, box.clientWidth, chart), table);
  paint();
  new ResizeObserver(paint).observe(box);
}

function columns(values, width, chart) {
  const { type } = chart.dataset;
  const top = ceiling(Math.max(...values.map(({ value }) => value)));
  const steps = Array.from({ length: STEPS + 1 }, (_, step) => (top / STEPS) * step);
  const labels = axisLabels(steps, type);
  const names = values.map(({ value }) => (type === "money" ? format(type, value) : compact(value)));
  const left = Math.max(LEFT, widest(labels) + 12);
  const room = (width - left) / values.length;
  const thick = Math.min(WIDEST_COLUMN, room * 0.62);
  const scale = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  const parts = [];
  steps.forEach((value, at) => {
    parts.push(draw("line", { class: "grid-line", x1: left, x2: width, y1: scale(value), y2: scale(value) }));
    parts.push(draw("text", { class: "axis", x: left - 8, y: scale(value) + 4, "text-anchor": "end" }, labels[at]));
  });
  const every = Math.ceil(Math.max(36, widest(names) + 6) / room);
  values.forEach(({ month, value }, at) => {
    const middle = left + room * (at + 0.5);
    const y = scale(value);
    parts.push(draw("rect", { class: "column-value", x: middle - thick / 2, y, width: thick, height: HEIGHT - BOTTOM - y, rx: 4 }));
    if ((values.length - 1 - at) % every === 0) {
      parts.push(draw("text", { class: "axis", x: within(width, middle, monthName(month)), y: HEIGHT - 8, "text-anchor": "middle" }, monthName(month)));
      parts.push(draw("text", { class: "value", x: within(width, middle, names[at]), y: y - 6, "text-anchor": "middle" }, names[at]));
    }
  });
  const name = chart.querySelector("h3").textContent;
  return draw("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": `${name}; the table after this has the numbers` }, ...parts);
}

// ---- All of it ----

async function load() {
  root.setAttribute("aria-busy", "true");
  try {
    const found = await api("GET", "/api/dashboard");
    part("error").hidden = true;
    part("summaries").hidden = false;
    for (const element of root.querySelectorAll("[data-total]")) {
      element.textContent = found[element.dataset.total].total.toLocaleString();
    }
    for (const element of root.querySelectorAll("[data-summary]")) {
      const summary = found[element.dataset.summary];
      showNumbers(element, summary);
      for (const chart of element.querySelectorAll("[data-counts]")) {
        showBars(chart, summary.counts[chart.dataset.name] ?? summary.counts[chart.dataset.counts] ?? []);
      }
      for (const chart of element.querySelectorAll("[data-months]")) {
        showMonths(chart, summary.months);
      }
    }
  } catch (error) {
    part("error-text").textContent = error.message;
    part("error").hidden = false;
  } finally {
    root.setAttribute("aria-busy", "false");
    part("loading").hidden = true;
  }
}

part("retry").addEventListener("click", (event) => busy([event.currentTarget], load));
load();
