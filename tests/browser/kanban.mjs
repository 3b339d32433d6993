// A team moves cards over a board. Steps follow each other.

import assert from "node:assert/strict";

import { audit, auditEverywhere, focusShows } from "./audit.mjs";
import { LONG_WORD, WIDTHS, becomes, ready } from "./wait.mjs";

const section = (page, name) => page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name });
const dialog = (page) => page.locator("dialog[data-dialog]");
const control = (page, name) => dialog(page).getByLabel(name);
const column = (page, name) => page.locator(".column").filter({ has: page.getByRole("heading", { level: 2, name, exact: true }) });
const card = (page, text) => page.locator(".card").filter({ has: page.getByRole("heading", { level: 3, name: text, exact: true }) });
const move = (page, name) => page.getByRole("combobox", { name: `Move ${name} to` });
const holds = (page, name, ...due) =>
  becomes(async () => (await column(page, name).locator("h3").allTextContents()).map((text) => text.trim()), due, `${name} holds`);

async function save(page) {
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await becomes(() => dialog(page).isVisible(), false, "the form is open");
}

async function addList(page, name, position) {
  await ready(page);
  await page.getByRole("button", { name: "Add list" }).first().click();
  await control(page, "Name").fill(name);
  await control(page, "Position").fill(String(position));
  await save(page);
}

async function addCard(page, list, title) {
  await ready(page);
  await column(page, list).getByRole("button", { name: `Add a card to ${list}` }).click();
  await dialog(page).waitFor();
  await control(page, "Title").fill(title);
  await becomes(() => control(page, "List").locator("option:checked").textContent(), list, "the list chosen");
  await save(page);
  await card(page, title).waitFor();
}

export const steps = [
  ["a board without columns says how it gets them", async ({ page, shot }) => {
    // The board is what the application opens on.
    await page.getByRole("heading", { level: 1, name: "Cards" }).waitFor();
    await page.getByText("The board has no columns yet").waitFor();
    await shot("empty");
    await auditEverywhere(page, [320, 1280], "the empty board");
    await page.getByRole("link", { name: "Add list" }).first().click();
    await dialog(page).waitFor();
    await control(page, "Name").fill("Done");
    await control(page, "Position").fill("3");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    // The first column made, the way leads back to the board.
    await column(page, "Done").waitFor();
    await section(page, "Lists").click();
  }],
  ["lists are columns, in the order of their position", async ({ page }) => {
    await addList(page, "Backlog", 1);
    await addList(page, "Doing", 2);
    await section(page, "Cards").click();
    await becomes(() => page.locator(".column h2").allTextContents(), ["Backlog", "Doing", "Done"], "columns");
  }],
  ["a card is added to the column whose button was pressed", async ({ page }) => {
    await addCard(page, "Backlog", "Write the notes");
    await addCard(page, "Backlog", "Fix the login");
    await addCard(page, "Doing", "Choose a name");
    await becomes(async () => (await column(page, "Backlog").locator("h3").count()), 2, "cards");
    assert.equal(await column(page, "Backlog").locator("[data-column-count]").textContent(), "2");
  }],
  ["the keyboard moves a card, and the focus goes along", async ({ page, shot }) => {
    await move(page, "Fix the login").focus();
    await move(page, "Fix the login").selectOption({ label: "Doing" });
    await becomes(async () => (await column(page, "Doing").locator("h3").allTextContents()).sort(), ["Choose a name", "Fix the login"], "Doing holds");
    await holds(page, "Backlog", "Write the notes");
    await becomes(() => move(page, "Fix the login").evaluate((element) => element === document.activeElement), true, "focus");
    await page.getByRole("status").filter({ hasText: "Moved to Doing" }).waitFor();
    await shot("moved");
  }],
  ["a card is dragged to another column", async ({ page }) => {
    await card(page, "Choose a name").dragTo(column(page, "Done"));
    await holds(page, "Done", "Choose a name");
    await page.reload();
    await holds(page, "Done", "Choose a name");
    await holds(page, "Doing", "Fix the login");
  }],
  ["a card goes back where the server cannot be reached", async ({ page, context, errors }) => {
    await context.setOffline(true);
    await move(page, "Fix the login").selectOption({ label: "Done" });
    await page.getByRole("status").filter({ hasText: /offline|reached/ }).waitFor();
    await holds(page, "Doing", "Fix the login");
    await context.setOffline(false);
    errors.splice(0, errors.length, ...errors.filter((text) => !text.includes("ERR_INTERNET_DISCONNECTED")));
  }],
  ["search narrows the board and the address keeps it", async ({ page }) => {
    await page.getByRole("searchbox").fill("login");
    await becomes(() => page.locator(".card").count(), 1, "cards");
    assert.match(page.url(), /q=login/);
    await page.reload();
    await becomes(() => page.locator(".card").count(), 1, "cards");
    await page.getByRole("button", { name: "Clear" }).click();
    await becomes(() => page.locator(".card").count(), 3, "cards");
  }],
  ["deleting a card can be undone", async ({ page }) => {
    await card(page, "Write the notes").getByRole("button", { name: /^Delete/ }).click();
    await becomes(() => page.locator(".card").count(), 2, "cards");
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY", "focus is not lost");
    await page.getByRole("button", { name: "Undo" }).click();
    await holds(page, "Backlog", "Write the notes");
  }],
  ["labels narrow the board", async ({ page, shot }) => {
    await card(page, "Fix the login").getByRole("button", { name: /^Edit/ }).click();
    await dialog(page).waitFor();
    await dialog(page).getByRole("combobox", { name: /^Labels/ }).fill("bug, ui");
    await save(page);
    await card(page, "Fix the login").getByRole("link", { name: "bug" }).click();
    await becomes(() => page.locator(".card").count(), 1, "cards");
    assert.match(page.url(), /label=bug/);
    await section(page, "Cards").click();
    await becomes(() => page.locator(".card").count(), 3, "cards");
    await shot("board");
  }],
  ["many columns scroll inside the board only, and stand below each other on a phone", async ({ page, shot }) => {
    await section(page, "Lists").click();
    for (const name of ["Review", "Blocked", "Later", LONG_WORD]) {
      await addList(page, name, 9);
    }
    await section(page, "Cards").click();
    await becomes(() => page.locator(".column").count(), 7, "columns");
    assert.ok(await page.locator(".board").evaluate((board) => board.scrollWidth > board.clientWidth), "the board scrolls");
    await addCard(page, "Review", LONG_WORD);
    await auditEverywhere(page, WIDTHS, "the board");
    await shot("wide");
    await page.setViewportSize({ width: 375, height: 812 });
    const lefts = await page.locator(".column").evaluateAll((columns) => columns.map((one) => Math.round(one.getBoundingClientRect().left)));
    assert.equal(new Set(lefts).size, 1, "columns stand below each other");
    await shot("board-375");
    await page.setViewportSize({ width: 1280, height: 900 });
  }],
  ["a card's own page names its list", async ({ page }) => {
    await page.getByRole("link", { name: "Choose a name" }).click();
    await page.getByRole("heading", { level: 1, name: "Choose a name" }).waitFor();
    await page.getByRole("link", { name: "Done" }).waitFor();
    await audit(page, "a card's page");
    await page.goBack();
    await page.locator(".card").first().waitFor();
  }],
  ["the focus can be seen wherever it goes", async ({ page }) => {
    await focusShows(page);
  }],
  ["the console has no errors and nothing was fetched from elsewhere", async ({ errors, foreign }) => {
    assert.deepEqual(errors, []);
    assert.deepEqual(foreign, []);
  }],
];
