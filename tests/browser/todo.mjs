// A person uses the todo application. Steps follow each other: each starts where the last one ended.

import assert from "node:assert/strict";

import { auditEverywhere, focusShows } from "./audit.mjs";
import { LONG_WORD, WIDTHS, becomes, poorControls, scrollsSideways } from "./wait.mjs";

const field = (page) => page.getByRole("textbox", { name: /^new /i });
const rows = (page) => page.locator("main ul").first().getByRole("listitem");
const row = (page, text) => rows(page).filter({ hasText: text });
const texts = async (page) => (await rows(page).locator("[data-text]").allTextContents()).map((text) => text.trim());

const lists = (page, ...due) => becomes(() => texts(page), due, "the list shows");
const left = (page, text) =>
  becomes(async () => ((await page.getByText(/items? left/).textContent()) ?? "").trim(), text, "the count reads");

async function add(page, text) {
  await field(page).fill(text);
  await field(page).press("Enter");
  await becomes(() => field(page).inputValue(), "", "the field still holds");
}

export const steps = [
  ["the empty page says what to do and has a name for everything", async ({ page, shot }) => {
    await field(page).waitFor();
    await page.getByText("All clear").waitFor();
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    assert.equal(await page.getByText(/items? left/).isVisible(), false, "the footer hides while nothing is there");
    await shot("empty");
  }],
  ["Enter adds, clears the field and keeps the focus", async ({ page }) => {
    await add(page, "  Buy milk  ");
    await lists(page, "Buy milk");
    await becomes(() => field(page).evaluate((element) => element === document.activeElement), true, "focus on the field");
    await left(page, "1 item left");
  }],
  ["the button adds too", async ({ page }) => {
    await field(page).fill("Call Grandma");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await lists(page, "Buy milk", "Call Grandma");
    await left(page, "2 items left");
  }],
  ["blank text is ignored", async ({ page }) => {
    await field(page).fill("   ");
    await field(page).press("Enter");
    await page.waitForLoadState("networkidle");
    await lists(page, "Buy milk", "Call Grandma");
    await field(page).fill("");
  }],
  ["markup and SQL are shown as they were typed", async ({ page }) => {
    const hostile = "<img src=x onerror=alert(1)>'; DROP TABLE tasks; -- {{ 7*7 }}";
    await add(page, hostile);
    await lists(page, "Buy milk", "Call Grandma", hostile);
    assert.equal(await page.locator("main img").count(), 0);
    await row(page, hostile).getByRole("button", { name: /^Delete/ }).click();
    await lists(page, "Buy milk", "Call Grandma");
  }],
  ["double click edits and Enter saves", async ({ page }) => {
    await row(page, "Buy milk").locator("[data-text]").dblclick();
    const edit = page.getByRole("textbox", { name: /^Edit/ });
    await edit.fill("  Buy oat milk ");
    await edit.press("Enter");
    await lists(page, "Buy oat milk", "Call Grandma");
  }],
  ["Edit opens the editor, Escape leaves all as it was", async ({ page, shot }) => {
    await row(page, "Call Grandma").getByRole("button", { name: /^Edit/ }).click();
    const edit = page.getByRole("textbox", { name: /^Edit/ });
    await edit.fill("Something else");
    await shot("edit");
    await edit.press("Escape");
    await lists(page, "Buy oat milk", "Call Grandma");
  }],
  ["leaving the editor saves", async ({ page }) => {
    await row(page, "Call Grandma").locator("[data-text]").dblclick();
    await page.getByRole("textbox", { name: /^Edit/ }).fill("Call Grandma on Sunday");
    await page.getByRole("heading", { level: 1 }).click();
    await lists(page, "Buy oat milk", "Call Grandma on Sunday");
  }],
  ["emptying the text deletes", async ({ page }) => {
    await add(page, "Not for long");
    await row(page, "Not for long").locator("[data-text]").dblclick();
    const edit = page.getByRole("textbox", { name: /^Edit/ });
    await edit.fill("");
    await edit.press("Enter");
    await lists(page, "Buy oat milk", "Call Grandma on Sunday");
  }],
  ["ticking completes and counts", async ({ page }) => {
    await add(page, "Book tickets");
    await page.getByRole("checkbox", { name: "Buy oat milk" }).click();
    await left(page, "2 items left");
    assert.equal(await page.getByRole("checkbox", { name: "Buy oat milk" }).isChecked(), true);
  }],
  ["filters show part of the list, stay in the address and survive a reload", async ({ page, shot }) => {
    await page.getByRole("link", { name: "Active" }).click();
    await lists(page, "Call Grandma on Sunday", "Book tickets");
    await page.getByRole("link", { name: "Completed" }).click();
    await lists(page, "Buy oat milk");
    assert.match(page.url(), /completed/);
    await page.reload();
    await lists(page, "Buy oat milk");
    await shot("completed");
    await page.goBack();
    await lists(page, "Call Grandma on Sunday", "Book tickets");
    await page.getByRole("link", { name: "All", exact: true }).click();
    await lists(page, "Buy oat milk", "Call Grandma on Sunday", "Book tickets");
  }],
  ["one box completes all and takes it back", async ({ page }) => {
    const all = page.getByRole("checkbox", { name: /mark all/i });
    await all.click();
    await left(page, "0 items left");
    await becomes(() => all.isEnabled(), true, "the box works again");
    await all.click();
    await left(page, "3 items left");
    await becomes(() => all.isEnabled(), true, "the box works again");
  }],
  ["clearing takes the completed away, and undo brings them back", async ({ page }) => {
    const clear = page.getByRole("button", { name: "Clear completed" });
    assert.equal(await clear.isVisible(), false, "nothing is completed, so there is nothing to clear");
    await page.getByRole("checkbox", { name: "Buy oat milk" }).click();
    await clear.click();
    await lists(page, "Call Grandma on Sunday", "Book tickets");
    await page.getByRole("button", { name: "Undo" }).click();
    await becomes(async () => (await texts(page)).length, 3, "rows after undo");
    assert.equal(await page.getByRole("checkbox", { name: "Buy oat milk" }).isChecked(), true);
  }],
  ["deleting can be undone", async ({ page }) => {
    await row(page, "Book tickets").getByRole("button", { name: /^Delete/ }).click();
    await becomes(async () => (await texts(page)).includes("Book tickets"), false, "the deleted row is there");
    await page.getByRole("button", { name: "Undo" }).click();
    await becomes(async () => (await texts(page)).includes("Book tickets"), true, "the row is back");
  }],
  ["the keyboard alone adds, completes and deletes", async ({ page }) => {
    await page.reload();
    await becomes(async () => (await texts(page)).length, 3, "rows");
    await page.keyboard.press("Tab");
    const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim());
    for (let presses = 0; presses < 60 && !(await field(page).evaluate((element) => element === document.activeElement)); presses += 1) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.type("By keyboard");
    await page.keyboard.press("Enter");
    await becomes(async () => (await texts(page)).includes("By keyboard"), true, "the row is there");
    await becomes(() => field(page).evaluate((element) => element === document.activeElement), true, "focus on the field");
    const tabTo = async (name) => {
      for (let presses = 0; presses < 60; presses += 1) {
        if ((await focused()) === name) {
          return;
        }
        await page.keyboard.press("Tab");
      }
      throw new Error(`Tab never reaches ${name}`);
    };
    await tabTo("By keyboard");
    await page.keyboard.press("Space");
    await becomes(() => page.getByRole("checkbox", { name: "By keyboard" }).isChecked(), true, "ticked");
    await becomes(focused, "By keyboard", "focus stays on the box");
    await tabTo("Delete By keyboard");
    await page.keyboard.press("Enter");
    await becomes(async () => (await texts(page)).includes("By keyboard"), false, "the row is there");
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY", "focus is not lost");
  }],
  ["all is there after a reload and after a restart of the server", async ({ page, server }) => {
    const before = await texts(page);
    await page.reload();
    await lists(page, ...before);
    await page.waitForLoadState("networkidle");
    await server.stop();
    await server.start();
    await page.reload();
    await lists(page, ...before);
  }],
  ["what was typed is kept while the server is away", async ({ page, server, errors, shot }) => {
    await server.stop();
    await field(page).fill("Typed in vain?");
    await field(page).press("Enter");
    await page.getByRole("alert").filter({ hasText: /server/i }).first().waitFor();
    assert.equal(await field(page).inputValue(), "Typed in vain?");
    await shot("offline");
    await server.start();
    await field(page).press("Enter");
    await becomes(async () => (await texts(page)).includes("Typed in vain?"), true, "the row is there");
    // The browser itself reports the refused connection.
    errors.splice(0, errors.length, ...errors.filter((text) => !text.includes("ERR_CONNECTION_REFUSED")));
  }],
  ["a long word breaks, and nothing scrolls sideways at any width", async ({ page, shot }) => {
    await add(page, LONG_WORD);
    await becomes(async () => (await texts(page)).includes(LONG_WORD), true, "the row is there");
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 812 });
      assert.equal(await scrollsSideways(page), false, `at ${width} px`);
      await shot(`width-${width}`);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await row(page, LONG_WORD).getByRole("button", { name: /^Delete/ }).click();
    await becomes(async () => (await texts(page)).includes(LONG_WORD), false, "the row is there");
  }],
  ["it looks right in the dark", async ({ page, shot }) => {
    await page.emulateMedia({ colorScheme: "dark" });
    const luminance = await page.evaluate(() => {
      const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
      return (red + green + blue) / 3;
    });
    assert.ok(luminance < 80, `the page is ${luminance} bright`);
    await shot("dark-1280");
    await page.setViewportSize({ width: 375, height: 812 });
    await shot("dark-375");
    await page.emulateMedia({ colorScheme: "light" });
    await shot("light-375");
    await page.setViewportSize({ width: 1280, height: 900 });
    await shot("light-1280");
  }],
  ["every control has a name and is at least 24 pixels large", async ({ page }) => {
    assert.deepEqual(await poorControls(page), []);
  }],
  ["the page is fit for everyone, at every width, in the light and in the dark", async ({ page }) => {
    await auditEverywhere(page, WIDTHS, "the list");
    await focusShows(page);
  }],
  ["the console has no errors and nothing was fetched from elsewhere", async ({ errors, foreign }) => {
    assert.deepEqual(errors, []);
    assert.deepEqual(foreign, []);
  }],
];
