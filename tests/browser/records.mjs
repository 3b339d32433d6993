// A person keeps authors and books. Steps follow each other: each starts where the last one ended.

import assert from "node:assert/strict";

import { auditEverywhere, focusShows } from "./audit.mjs";
import { LONG_WORD, WIDTHS, becomes, poorControls, ready, scrollsSideways } from "./wait.mjs";

const HOSTILE = "<img src=x onerror=alert(1)>'; DROP TABLE books; -- {{ 7*7 }}";

const section = (page, name) => page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name });
const dialog = (page) => page.locator("dialog[data-dialog]");
const control = (page, name) => dialog(page).getByLabel(name);
const row = (page, text) => page.locator("[data-list] > li").filter({ hasText: text });
const titles = async (page) => (await page.locator("[data-list] .row-title").allTextContents()).map((text) => text.trim());
const lists = (page, ...due) => becomes(async () => (await titles(page)).sort(), due.sort(), "the list shows");
const closed = (page) => becomes(() => dialog(page).isVisible(), false, "the form is open");

async function openForm(page, name) {
  await ready(page);
  await page.getByRole("button", { name: `Add ${name}` }).first().click();
  await dialog(page).waitFor();
}

async function save(page) {
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await closed(page);
}

async function addBook(page, title, values = {}) {
  await openForm(page, "book");
  await control(page, "Title").fill(title);
  await becomes(() => control(page, "Author").locator("option").count(), 3, "authors to choose from");
  await control(page, "Author").selectOption({ label: values.author ?? "Ada Lovelace" });
  if (values.status) {
    await control(page, "Status").selectOption(values.status);
  }
  await save(page);
}

export const steps = [
  ["the empty overview leads to each kind", async ({ page, shot }) => {
    await page.getByRole("heading", { name: "Authors" }).waitFor();
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
    assert.equal(await page.getByText("Nothing here yet.").count(), 2);
    await shot("home-empty");
  }],
  ["a required field that is empty is said beside it", async ({ page, shot }) => {
    await section(page, "Authors").click();
    await page.getByText("No authors yet").waitFor();
    await shot("authors-empty");
    await openForm(page, "author");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).locator("#author-name-error").waitFor();
    assert.equal(await control(page, "Name").getAttribute("aria-invalid"), "true");
    await becomes(() => control(page, "Name").evaluate((element) => element === document.activeElement), true, "focus");
    await shot("form-error");
  }],
  ["a form that needs a row of another kind leads there and back, and keeps what was typed", async ({ page, shot }) => {
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await closed(page);
    await section(page, "Books").click();
    await openForm(page, "book");
    await control(page, "Title").fill("Notes to come");
    await dialog(page).getByRole("link", { name: "Add the first author" }).click();
    await dialog(page).getByRole("heading", { name: "Add an author" }).waitFor();
    await control(page, "Name").fill("Ada Lovelace");
    await control(page, "Email").fill("ada@example.org");
    await control(page, "Website").fill("https://example.org/ada");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByRole("heading", { name: "Add a book" }).waitFor();
    await becomes(() => control(page, "Author").locator("option:checked").textContent(), "Ada Lovelace", "the author chosen");
    assert.equal(await control(page, "Title").inputValue(), "Notes to come");
    await shot("form-again");
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await closed(page);
  }],
  ["the form adds rows", async ({ page }) => {
    await section(page, "Authors").click();
    await lists(page, "Ada Lovelace");
    await openForm(page, "author");
    await control(page, "Name").fill("Mary Shelley");
    await save(page);
    await page.getByRole("status").filter({ hasText: "Author added" }).waitFor();
    await lists(page, "Ada Lovelace", "Mary Shelley");
  }],
  ["a name that is taken is refused and what was typed stays", async ({ page, errors }) => {
    await openForm(page, "author");
    await control(page, "Name").fill("Ada Lovelace");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).locator("#author-name-error").filter({ hasText: "taken" }).waitFor();
    assert.equal(await control(page, "Name").inputValue(), "Ada Lovelace");
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await closed(page);
    // The browser itself reports the refusal.
    errors.splice(0, errors.length, ...errors.filter((text) => !text.includes("409")));
  }],
  ["a row of every type is kept and shown", async ({ page, shot }) => {
    await section(page, "Books").click();
    await openForm(page, "book");
    await control(page, "Title").fill("Notes on the Analytical Engine");
    await becomes(() => control(page, "Author").locator("option").count(), 3, "authors to choose from");
    await control(page, "Author").selectOption({ label: "Ada Lovelace" });
    await control(page, "Pages").fill("66");
    await control(page, "Price").fill("12.50");
    await dialog(page).getByRole("group", { name: /^Rating/ }).locator("label", { hasText: "5 of 5" }).click();
    await control(page, "Status").selectOption("read");
    await control(page, "Published on").fill("1843-09-01");
    await control(page, "Print year").fill("1979");
    await control(page, "In print").check();
    await control(page, "Story").fill("It weaves algebraical patterns.\nThe loom weaves flowers.");
    await control(page, "Summary").fill("A translation, and notes that are\nthree times as long.");
    await shot("form-full");
    await save(page);
    await lists(page, "Notes on the Analytical Engine");
    const shown = await row(page, "Notes on").innerText();
    for (const text of ["Ada Lovelace", "66", "12.50", "1843", "1979", "Read", "In print", "three times"]) {
      assert.ok(shown.toLowerCase().includes(text.toLowerCase()), `${text} is missing in ${shown}`);
    }
  }],
  ["markup and SQL are shown as they were typed", async ({ page }) => {
    await addBook(page, HOSTILE, { status: "reading" });
    await lists(page, HOSTILE, "Notes on the Analytical Engine");
    await row(page, HOSTILE).getByRole("link", { name: HOSTILE }).click();
    await page.getByRole("heading", { level: 1, name: HOSTILE }).waitFor();
    assert.equal(await page.locator("main img").count(), 0);
    await page.goBack();
    await lists(page, HOSTILE, "Notes on the Analytical Engine");
  }],
  ["editing changes what was typed and nothing else", async ({ page }) => {
    await row(page, HOSTILE).getByRole("button", { name: /^Edit/ }).click();
    await dialog(page).waitFor();
    await becomes(() => control(page, "Author").inputValue(), "1", "the author chosen");
    await control(page, "Title").fill("Frankenstein");
    await save(page);
    await lists(page, "Frankenstein", "Notes on the Analytical Engine");
    assert.match(await row(page, "Frankenstein").innerText(), /reading/i);
  }],
  ["filters and search show part of the list, stay in the address and survive a reload", async ({ page, shot }) => {
    await addBook(page, "The Last Man", { author: "Mary Shelley" });
    const toolbar = page.getByRole("search");
    await toolbar.getByLabel("Status").selectOption("reading");
    await lists(page, "Frankenstein");
    assert.match(page.url(), /status=reading/);
    await page.reload();
    await lists(page, "Frankenstein");
    await shot("filtered");
    await toolbar.getByRole("button", { name: "Clear" }).click();
    await becomes(async () => (await titles(page)).length, 3, "rows");
    await toolbar.getByRole("searchbox").fill("last");
    await lists(page, "The Last Man");
    await toolbar.getByRole("searchbox").fill("nowhere");
    await page.getByText("Nothing matches").waitFor();
    await shot("no-match");
    await page.getByRole("button", { name: "Clear search and filters" }).click();
    await becomes(async () => (await titles(page)).length, 3, "rows");
  }],
  ["deleting can be undone", async ({ page, shot }) => {
    await row(page, "The Last Man").getByRole("button", { name: /^Delete/ }).click();
    await lists(page, "Frankenstein", "Notes on the Analytical Engine");
    await shot("undo");
    await page.getByRole("button", { name: "Undo" }).click();
    await lists(page, "Frankenstein", "Notes on the Analytical Engine", "The Last Man");
  }],
  ["a row's own page shows it, what belongs to it, and the way there", async ({ page, shot }) => {
    await section(page, "Authors").click();
    await row(page, "Ada Lovelace").getByRole("link", { name: "2 books" }).click();
    await lists(page, "Frankenstein", "Notes on the Analytical Engine");
    await section(page, "Authors").click();
    await page.getByRole("link", { name: "Ada Lovelace" }).click();
    await page.getByRole("heading", { level: 1, name: "Ada Lovelace" }).waitFor();
    await page.getByRole("link", { name: "Frankenstein" }).waitFor();
    const related = await page.locator(".related-row").filter({ hasText: "Notes on" }).innerText();
    for (const text of ["Read", "In print", "three times as long", "12.50"]) {
      assert.ok(related.toLowerCase().includes(text.toLowerCase()), `${text} is missing in ${related}`);
    }
    await shot("detail-author");
    await page.setViewportSize({ width: 375, height: 812 });
    await shot("detail-author-375");
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole("link", { name: "Notes on the Analytical Engine" }).click();
    await page.getByRole("heading", { level: 1, name: /^Notes/ }).waitFor();
    const whole = await page.locator("[data-record]").innerText();
    assert.ok(whole.includes("1979") && !whole.includes("1,979"), whole);
    // What a row is about reads as a text, and what is so or not is a label.
    assert.match(await page.locator(".prose").innerText(), /^It weaves algebraical patterns\.\nThe loom/);
    assert.equal(await page.locator("dt", { hasText: "Story" }).count(), 0);
    assert.equal(await page.locator(".record-title .badge").innerText(), "In print");
    await shot("detail-book");
    await page.setViewportSize({ width: 375, height: 812 });
    await shot("detail-book-375");
    await page.setViewportSize({ width: 1280, height: 900 });
  }],
  ["what goes with a deleted row is named first, and Cancel keeps all", async ({ page, shot }) => {
    await section(page, "Authors").click();
    const remove = row(page, "Mary Shelley").getByRole("button", { name: /^Delete/ });
    await remove.click();
    await page.getByText(/and its books will be gone/).waitFor();
    await shot("confirm");
    await page.locator("#confirm-dialog").getByRole("button", { name: "Cancel" }).click();
    await lists(page, "Ada Lovelace", "Mary Shelley");
    await remove.click();
    await page.locator("#confirm-dialog").getByRole("button", { name: "Delete" }).click();
    await lists(page, "Ada Lovelace");
    await section(page, "Books").click();
    await lists(page, "Frankenstein", "Notes on the Analytical Engine");
  }],
  ["all is there after a restart of the server", async ({ page, server }) => {
    await page.waitForLoadState("networkidle");
    await server.stop();
    await server.start();
    await page.reload();
    await lists(page, "Frankenstein", "Notes on the Analytical Engine");
  }],
  ["a long word breaks, and nothing scrolls sideways at any width", async ({ page, shot, server }) => {
    await row(page, "Frankenstein").getByRole("button", { name: /^Edit/ }).click();
    await control(page, "Title").fill(LONG_WORD);
    await save(page);
    await row(page, LONG_WORD).waitFor();
    const places = { home: "/", books: "/books", authors: "/authors", "book-2": "/books/2" };
    for (const [name, path] of Object.entries(places)) {
      await page.goto(server.url + path);
      await page.waitForLoadState("networkidle");
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 812 });
        assert.equal(await scrollsSideways(page), false, `${path} at ${width} px`);
        await shot(`${name}-${width}`);
      }
    }
    await page.goto(`${server.url}/books`);
    await page.setViewportSize({ width: 375, height: 812 });
    await row(page, "Notes on").getByRole("button", { name: /^Edit/ }).click();
    await dialog(page).waitFor();
    assert.equal(await scrollsSideways(page), false, "the form at 375 px");
    await shot("form-375");
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
  }],
  ["every control has a name and is at least 24 pixels large", async ({ page, shot }) => {
    await page.getByRole("button", { name: /^Filter/ }).click();
    assert.deepEqual(await poorControls(page), []);
    await shot("filters-375");
    await page.setViewportSize({ width: 1280, height: 900 });
    assert.deepEqual(await poorControls(page), []);
    await page.emulateMedia({ colorScheme: "dark" });
    await shot("dark-1280");
    await page.emulateMedia({ colorScheme: "light" });
  }],
  ["every page is fit for everyone, at every width, in the light and in the dark", async ({ page, server }) => {
    for (const path of ["/", "/books", "/authors", "/books/2", "/authors/1", "/nowhere"]) {
      await page.goto(server.url + path);
      await page.waitForLoadState("networkidle");
      await auditEverywhere(page, WIDTHS, path);
      await focusShows(page);
    }
  }],
  ["the console has no errors and nothing was fetched from elsewhere", async ({ errors, foreign }) => {
    assert.deepEqual(errors.filter((text) => !text.includes("404")), []);
    assert.deepEqual(foreign, []);
  }],
];
