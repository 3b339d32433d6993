// A guest house keeps its bookings as days and its expenses as a ledger; guests are many to one booking. Steps follow each other.

import assert from "node:assert/strict";

import { audit, auditEverywhere, focusShows } from "./audit.mjs";
import { WIDTHS, becomes, ready } from "./wait.mjs";

const DAY_MS = 24 * 60 * 60 * 1000;

const section = (page, name) => page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name });
const dialog = (page) => page.locator("dialog[data-dialog]");
const control = (page, name) => dialog(page).getByLabel(name, { exact: true });
const day = (page, number) => page.locator(".day").nth(number);

// A moment of that many days from now, as a form takes it.
function at(days, clock) {
  const date = new Date(Date.now() + days * DAY_MS);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${clock}`;
}

async function open(page, name) {
  await ready(page);
  await page.getByRole("button", { name: `Add ${name}` }).first().click();
  await dialog(page).waitFor();
}

async function save(page) {
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await becomes(() => dialog(page).isVisible(), false, "the form is open");
}

async function addBooking(page, title, moment, guests = []) {
  await open(page, "booking");
  await control(page, "Title").fill(title);
  await control(page, "Starts at").fill(moment);
  for (const guest of guests) {
    await dialog(page).getByRole("checkbox", { name: guest }).check();
  }
  await save(page);
  await page.getByRole("status").filter({ hasText: "Booking added" }).waitFor();
}

async function addExpense(page, what, amount, date) {
  await open(page, "expense");
  await control(page, "What").fill(what);
  await control(page, "Amount").fill(amount);
  await control(page, "Spent on").fill(date);
  await save(page);
}

const amounts = async (page) => (await page.locator(".entry .number").allTextContents()).map((text) => text.trim());

export const steps = [
  ["guests are added, enough of them to search", async ({ page, server }) => {
    await section(page, "Guests").click();
    const names = ["Ada Lovelace", "Alan Turing", "Barbara Liskov", "Donald Knuth", "Edsger Dijkstra", "Frances Allen", "Grace Hopper", "Ken Thompson", "Mary Shelley"];
    for (const name of names) {
      const answer = await page.request.post(`${server.url}/api/guests`, { data: { name } });
      assert.equal(answer.status(), 201);
    }
    await page.reload();
    await becomes(() => page.locator("[data-list] > li").count(), names.length, "guests");
  }],
  ["guests are ticked in a list that can be searched", async ({ page, shot }) => {
    await section(page, "Bookings").click();
    await page.getByText("No bookings yet").waitFor();
    await shot("empty");
    await open(page, "booking");
    const search = dialog(page).getByRole("searchbox", { name: "Search Guests" });
    await search.fill("hop");
    await becomes(() => dialog(page).locator("[data-choices] label:visible").count(), 1, "guests to tick");
    await dialog(page).getByRole("checkbox", { name: "Grace Hopper" }).check();
    await search.fill("");
    await dialog(page).getByRole("checkbox", { name: "Ada Lovelace" }).check();
    await control(page, "Title").fill("Blue room");
    await control(page, "Starts at").fill(at(0, "23:30"));
    await shot("form");
    await audit(page, "the form");
    await save(page);
    const row = page.locator(".row").filter({ hasText: "Blue room" });
    assert.deepEqual(await row.locator(".links a").allTextContents(), ["Ada Lovelace", "Grace Hopper"]);
  }],
  ["editing shows who is ticked", async ({ page }) => {
    await page.getByRole("button", { name: "Edit Blue room" }).click();
    await dialog(page).waitFor();
    await becomes(() => dialog(page).getByRole("checkbox", { name: "Grace Hopper" }).isChecked(), true, "Grace is ticked");
    assert.equal(await dialog(page).getByRole("checkbox", { name: "Alan Turing" }).isChecked(), false);
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
  }],
  ["bookings stand under their day, today and what comes first", async ({ page, shot }) => {
    await addBooking(page, "Attic", at(3, "10:00"), ["Mary Shelley"]);
    await addBooking(page, "Garden room", at(3, "09:00"));
    await addBooking(page, "Long ago", at(-20, "12:00"));
    await page.locator(".day").nth(2).waitFor({ state: "attached" });
    assert.match(await day(page, 0).locator(".day-date").innerText(), /Today/);
    const third = await day(page, 1).locator("h3").allTextContents();
    assert.deepEqual(third.map((text) => text.trim()), ["Garden room", "Attic"]);
    await shot("agenda");
  }],
  ["what is over is folded away until it is asked for", async ({ page }) => {
    const old = page.getByRole("link", { name: "Long ago" });
    assert.equal(await old.isVisible(), false);
    await page.getByText("Earlier (1)").click();
    await old.waitFor();
    await auditEverywhere(page, WIDTHS, "the agenda");
  }],
  ["a guest's own page leads to their bookings", async ({ page }) => {
    await section(page, "Guests").click();
    await page.locator("[data-list] > li").filter({ hasText: "Ada Lovelace" }).getByRole("link", { name: "1 booking" }).click();
    assert.match(page.url(), /guest_id=/);
    await becomes(() => page.locator(".row").count(), 1, "bookings of Ada");
    assert.equal(await page.getByRole("search").getByLabel("Guests").locator("option:checked").textContent(), "Ada Lovelace");
  }],
  ["expenses stand under their month, with sums", async ({ page, shot }) => {
    await section(page, "Expenses").click();
    await addExpense(page, "Coffee", "12.50", "2026-03-02");
    await addExpense(page, "Rent", "1800", "2026-03-01");
    await addExpense(page, "Paint", "80.25", "2026-02-10");
    await becomes(() => amounts(page), ["12.50", "1,800.00", "80.25"], "amounts");
    const months = await page.locator(".ledger-month").allInnerTexts();
    assert.deepEqual(months.map((text) => text.replace(/\s+/g, " ").trim()), ["March 2026 1,812.50", "February 2026 80.25"]);
    assert.match(await page.locator("tfoot").innerText(), /1,892\.75/);
    await shot("ledger");
    await auditEverywhere(page, WIDTHS, "the ledger");
    await page.setViewportSize({ width: 375, height: 812 });
    await shot("ledger-375");
    await page.setViewportSize({ width: 1280, height: 900 });
  }],
  ["the total follows the search, and another order has no months", async ({ page }) => {
    await page.getByRole("searchbox").fill("paint");
    await becomes(() => amounts(page), ["80.25"], "amounts");
    assert.match(await page.locator("tfoot").innerText(), /80\.25/);
    await page.getByRole("search").getByRole("button", { name: "Clear" }).click();
    await page.getByLabel("Sort by").selectOption({ label: "Amount (low to high)" });
    await becomes(() => amounts(page), ["12.50", "80.25", "1,800.00"], "amounts");
    assert.equal(await page.locator(".ledger-month").count(), 0);
  }],
  ["an entry is edited and deleted from its row", async ({ page }) => {
    await page.getByRole("button", { name: "Edit Coffee" }).click();
    await control(page, "Amount").fill("13");
    await save(page);
    await becomes(() => amounts(page), ["13.00", "80.25", "1,800.00"], "amounts");
    await page.getByRole("button", { name: "Delete Paint" }).click();
    await becomes(() => amounts(page), ["13.00", "1,800.00"], "amounts");
    await becomes(async () => (await page.locator("tfoot").innerText()).includes("1,813.00"), true, "the total");
    await page.getByRole("button", { name: "Undo" }).click();
    await becomes(async () => (await amounts(page)).length, 3, "amounts");
  }],
  ["the dashboard draws the months as columns with a table for those who cannot see them", async ({ page, shot }) => {
    await section(page, "Dashboard").click();
    const chart = page.getByRole("img", { name: /^Amount by month/ });
    await chart.waitFor();
    assert.equal(await chart.locator(".column-value").count(), 2);
    assert.match(await page.locator("[data-summary=expenses] .months table").innerText(), /March 2026\s+1,813\.00/);
    const labels = await chart.locator("text").allTextContents();
    assert.ok(labels.includes("1,813.00") && labels.includes("80.25"), `amounts are written as such: ${labels}`);
    assert.ok(!labels.some((text) => text.includes("K")), `amounts are not cut: ${labels}`);
    const paid = page.locator("[data-summary=expenses] .chart").filter({ has: page.getByRole("heading", { name: "Amount by paid" }) });
    assert.match(await paid.locator("table").innerText(), /Yes\s+0\.00\s+No\s+1,893\.25/);
    await shot("dashboard");
    await auditEverywhere(page, WIDTHS, "the dashboard");
    await page.setViewportSize({ width: 375, height: 812 });
    await shot("dashboard-375");
    await page.setViewportSize({ width: 1280, height: 900 });
  }],
  ["the home page shows all kinds", async ({ page, server, shot }) => {
    await page.goto(server.url);
    await page.getByRole("heading", { level: 2, name: "Bookings" }).waitFor();
    await shot("home");
    await auditEverywhere(page, WIDTHS, "the home page");
    await focusShows(page);
  }],
  ["twice the letters still fit", async ({ page, server }) => {
    for (const path of ["/bookings", "/expenses", "/dashboard"]) {
      await page.goto(server.url + path);
      await page.waitForLoadState("networkidle");
      await page.evaluate(() => {
        document.documentElement.style.fontSize = "200%";
      });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false, path);
    }
  }],
  ["the console has no errors and nothing was fetched from elsewhere", async ({ errors, foreign }) => {
    assert.deepEqual(errors, []);
    assert.deepEqual(foreign, []);
  }],
];
