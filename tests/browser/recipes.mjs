// Two people keep recipes, each their own: accounts, tags, stars, the dashboard, CSV. Steps follow each other.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { audit, auditEverywhere, focusShows } from "./audit.mjs";
import { LONG_WORD, WIDTHS, becomes, ready } from "./wait.mjs";

const PASSWORD = "correct horse battery";

const section = (page, name) => page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name });
const dialog = (page) => page.locator("dialog[data-dialog]");
const control = (page, name) => dialog(page).getByLabel(name, { exact: true });
const row = (page, text) => page.locator("[data-list] > li").filter({ hasText: text });
const titles = async (page) => (await page.locator("[data-list] .row-title").allTextContents()).map((text) => text.trim());
const lists = (page, ...due) => becomes(async () => (await titles(page)).sort(), due.sort(), "the list shows");
const closed = (page) => becomes(() => dialog(page).isVisible(), false, "the form is open");
const stars = (page) => dialog(page).getByRole("group", { name: /^Rating/ });

// What the browser itself says of an answer that refuses.
function forget(errors, status) {
  errors.splice(0, errors.length, ...errors.filter((text) => !text.includes(String(status))));
}

async function open(page, name) {
  await ready(page);
  await page.getByRole("button", { name: `Add ${name}` }).first().click();
  await dialog(page).waitFor();
}

async function save(page) {
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await closed(page);
}

async function enter(page, name, password, button) {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: button }).click();
}

async function signOut(page, server) {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${server.url}/sign-in`);
}

export const steps = [
  ["a page without a session leads to signing in, which leads back", async ({ page, server, shot }) => {
    await page.goto(`${server.url}/recipes?tag=soup`);
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    assert.match(page.url(), /\/sign-in\?next=/);
    await shot("sign-in");
    await auditEverywhere(page, [320, 1280], "signing in");
  }],
  ["a wrong name or password is refused with one message", async ({ page, errors }) => {
    await enter(page, "ada", "something else", "Sign in");
    await page.getByRole("alert").filter({ hasText: /name|password/i }).waitFor();
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "ada");
    forget(errors, 401);
  }],
  ["signing up says what is wrong beside the field, and shows the password when asked", async ({ page, shot }) => {
    await page.getByRole("link", { name: "Make an account" }).click();
    await page.getByRole("heading", { level: 1, name: "Make an account" }).waitFor();
    await enter(page, "ada", "short", "Make the account");
    await page.locator("#sign-up-password-error").waitFor();
    const password = page.getByLabel("Password", { exact: true });
    await page.getByRole("button", { name: "Show the password" }).click();
    assert.equal(await password.getAttribute("type"), "text");
    assert.equal(await password.getAttribute("autocomplete"), "new-password");
    await audit(page, "signing up with an error");
    await shot("sign-up-error");
  }],
  ["a new account starts at the page that was asked for, with nothing in it", async ({ page, server, shot }) => {
    await enter(page, "ada", PASSWORD, "Make the account");
    await page.waitForURL(`${server.url}/recipes?tag=soup`);
    await page.goto(server.url);
    await page.getByText("Welcome back, ada.").waitFor();
    await shot("home-empty");
    await section(page, "Recipes").click();
    await page.getByText("No recipes yet").waitFor();
    await auditEverywhere(page, [375], "an empty list");
  }],
  ["a name that is taken is refused, in any case", async ({ browser, page, server }) => {
    const context = await browser.newContext();
    const other = await context.newPage();
    await other.goto(`${server.url}/sign-up`);
    await enter(other, "ADA", PASSWORD, "Make the account");
    await other.locator("#sign-up-name-error").filter({ hasText: "taken" }).waitFor();
    await context.close();
    await page.bringToFront();
  }],
  ["tags are made with Enter and a comma, and taken back with Backspace", async ({ page, shot }) => {
    await open(page, "recipe");
    await control(page, "Title").fill("Tomato soup");
    const tags = dialog(page).getByRole("combobox", { name: /^Tags/ });
    await tags.click();
    await page.keyboard.type("Soup");
    await page.keyboard.press("Enter");
    await page.keyboard.type("quick,wrong,");
    assert.equal(await dialog(page).locator("[data-tag]").count(), 3);
    await page.keyboard.press("Backspace");
    await dialog(page).getByRole("button", { name: "Remove quick" }).waitFor();
    assert.equal(await dialog(page).locator("[data-tag]").count(), 2);
    await page.keyboard.type("weeknight");
    await stars(page).locator("label", { hasText: "4 of 5" }).click();
    await shot("form-tags");
    await audit(page, "the form");
    await save(page);
    await lists(page, "Tomato soup");
    assert.deepEqual((await row(page, "Tomato soup").locator(".chips a").allTextContents()).sort(), ["quick", "Soup", "weeknight"].sort());
    assert.match(await row(page, "Tomato soup").innerText(), /4 of 5/);
  }],
  ["editing shows the tags and stars there are, and takes the stars back", async ({ page }) => {
    await row(page, "Tomato soup").getByRole("button", { name: /^Edit/ }).click();
    await dialog(page).waitFor();
    assert.equal(await dialog(page).locator("[data-tag]").count(), 3);
    assert.equal(await stars(page).getByRole("radio", { name: "4 of 5" }).isChecked(), true);
    await stars(page).getByRole("button", { name: /^No rating/ }).click();
    await dialog(page).getByRole("button", { name: "Remove weeknight" }).click();
    await save(page);
    await becomes(() => row(page, "Tomato soup").locator(".chips a").count(), 2, "tags");
    assert.doesNotMatch(await row(page, "Tomato soup").innerText(), /of 5/);
  }],
  ["stars are chosen with the arrow keys", async ({ page }) => {
    await open(page, "recipe");
    await control(page, "Title").fill("Green curry");
    await stars(page).getByRole("radio", { name: "1 of 5" }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal(await stars(page).getByRole("radio", { name: "3 of 5" }).isChecked(), true);
    await dialog(page).getByRole("combobox", { name: /^Tags/ }).fill("soup, spicy");
    await save(page);
    await lists(page, "Green curry", "Tomato soup");
  }],
  ["a tag leads to everything that has it, and the filter offers it with its count", async ({ page, shot }) => {
    await row(page, "Green curry").getByRole("link", { name: "spicy" }).click();
    await lists(page, "Green curry");
    assert.match(page.url(), /tag=spicy/);
    const filter = page.getByRole("search").getByLabel("Tags");
    await becomes(async () => (await filter.locator("option").allTextContents()).slice(1), ["quick (1)", "Soup (2)", "spicy (1)"], "tags to filter by");
    await filter.selectOption({ label: "Soup (2)" });
    await lists(page, "Green curry", "Tomato soup");
    await shot("by-tag");
    await page.getByRole("search").getByRole("button", { name: "Clear" }).click();
    await becomes(() => new URL(page.url()).search, "", "the address");
  }],
  ["the file that is exported holds what the page shows", async ({ page }) => {
    await page.getByRole("search").getByRole("searchbox").fill("curry");
    await lists(page, "Green curry");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export" }).click()]);
    const text = await readFile(await download.path(), "utf8");
    const lines = text.trim().split(/\r?\n/);
    assert.equal(lines.length, 2, text);
    assert.match(lines[0], /^id,title,tags,rating/);
    assert.match(lines[1], /Green curry/);
    assert.match(lines[1], /soup\|spicy/i);
    await page.getByRole("search").getByRole("button", { name: "Clear" }).click();
    await lists(page, "Green curry", "Tomato soup");
  }],
  ["a file with a wrong row is refused as a whole, row by row", async ({ page, errors, shot }) => {
    await page.getByRole("button", { name: "Import" }).click();
    const upload = page.locator("[data-import-dialog]");
    const file = (text) => ({ name: "recipes.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await upload.getByLabel("CSV file").setInputFiles(file("title,rating\nGood,3\nBad,9\n"));
    await upload.getByRole("button", { name: "Import", exact: true }).click();
    await upload.getByRole("alert").filter({ hasText: /row 3/ }).waitFor();
    await shot("import-refused");
    await audit(page, "the import with errors");
    forget(errors, 422);
    await upload.getByLabel("CSV file").setInputFiles(file("title,rating,tags,minutes\nPanna cotta,5,dessert|quick,15\nPesto,4,pasta,10\n"));
    await upload.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByRole("status").filter({ hasText: "2 recipes added" }).waitFor();
    await lists(page, "Green curry", "Panna cotta", "Pesto", "Tomato soup");
  }],
  ["the dashboard shows numbers and bars", async ({ page, shot }) => {
    await section(page, "Dashboard").click();
    const total = page.locator(".total").filter({ hasText: "Recipes" });
    await becomes(() => total.locator("strong").textContent(), "4", "the number of recipes");
    await page.getByText("Average rating").waitFor();
    const bars = page.getByRole("table", { name: "By vegetarian" });
    assert.match(await bars.innerText(), /No\s+4/);
    await shot("dashboard");
    await auditEverywhere(page, [320, 768, 1280], "the dashboard");
  }],
  ["another account sees nothing of it, and the other way round", async ({ page, server, errors, shot }) => {
    await signOut(page, server);
    await page.goto(`${server.url}/sign-up`);
    await enter(page, "bob", PASSWORD, "Make the account");
    await page.waitForURL(`${server.url}/`);
    await section(page, "Recipes").click();
    await page.getByText("No recipes yet").waitFor();
    await open(page, "recipe");
    await control(page, "Title").fill("Secret sauce");
    await becomes(async () => dialog(page).locator("datalist option").count(), 0, "tags of someone else");
    await save(page);
    await page.goto(`${server.url}/recipes/1`);
    await page.getByText("404").waitFor();
    await shot("not-found");
    forget(errors, 404);
    await page.goto(server.url);
    await signOut(page, server);
    await enter(page, "ada", PASSWORD, "Sign in");
    await page.waitForURL(`${server.url}/`);
    await section(page, "Recipes").click();
    await lists(page, "Green curry", "Panna cotta", "Pesto", "Tomato soup");
  }],
  ["a session survives a restart of the server", async ({ page, server }) => {
    await page.waitForLoadState("networkidle");
    await server.stop();
    await server.start();
    await page.reload();
    await lists(page, "Green curry", "Panna cotta", "Pesto", "Tomato soup");
  }],
  ["a session that ended elsewhere leads to signing in and back", async ({ page, context, server, errors }) => {
    const cookies = await context.cookies();
    await context.clearCookies();
    await row(page, "Pesto").getByRole("button", { name: /^Delete/ }).click();
    await page.waitForURL(/\/sign-in\?next=%2Frecipes/);
    forget(errors, 401);
    await context.addCookies(cookies);
    await page.goto(`${server.url}/recipes`);
    await lists(page, "Green curry", "Panna cotta", "Pesto", "Tomato soup");
  }],
  ["an address of another site is never gone to after signing in", async ({ browser, page, server }) => {
    const context = await browser.newContext();
    const other = await context.newPage();
    for (const next of ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]) {
      await other.goto(`${server.url}/sign-in?${new URLSearchParams({ next })}`);
      await enter(other, "ada", PASSWORD, "Sign in");
      await other.waitForURL(`${server.url}/`);
      await signOut(other, server);
    }
    await context.close();
    await page.bringToFront();
  }],
  ["what was typed stays while the network is cut off, and is saved afterwards", async ({ page, context, errors, shot }) => {
    await open(page, "recipe");
    await control(page, "Title").fill("Bread");
    await dialog(page).getByRole("combobox", { name: /^Tags/ }).fill("baking");
    await context.setOffline(true);
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByRole("alert").filter({ hasText: /offline|reached/ }).waitFor();
    assert.equal(await control(page, "Title").inputValue(), "Bread");
    await shot("offline");
    await context.setOffline(false);
    await save(page);
    await becomes(async () => (await titles(page)).includes("Bread"), true, "the row is there");
    forget(errors, "ERR_INTERNET_DISCONNECTED");
  }],
  ["every page is fit for everyone, at every width, in the light and in the dark", async ({ page, server, shot }) => {
    await row(page, "Bread").getByRole("button", { name: /^Edit/ }).click();
    await control(page, "Title").fill(LONG_WORD);
    await dialog(page).getByRole("combobox", { name: /^Tags/ }).fill(LONG_WORD.slice(0, 40));
    await save(page);
    await row(page, LONG_WORD).waitFor();
    const id = await row(page, LONG_WORD).getAttribute("data-id");
    for (const [name, path] of Object.entries({ home: "/", recipes: "/recipes", recipe: `/recipes/${id}`, cuisines: "/cuisines", dashboard: "/dashboard" })) {
      await page.goto(server.url + path);
      await page.waitForLoadState("networkidle");
      await auditEverywhere(page, WIDTHS, name);
      await shot(name);
      await page.setViewportSize({ width: 375, height: 812 });
      await shot(`${name}-375`);
      await page.setViewportSize({ width: 1280, height: 900 });
    }
  }],
  ["the focus can be seen wherever it goes", async ({ page, server }) => {
    await page.goto(`${server.url}/recipes`);
    await page.waitForLoadState("networkidle");
    await focusShows(page);
  }],
  ["the form is fit for everyone in the dark, on a small screen", async ({ page, shot }) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 320, height: 640 });
    await row(page, "Green curry").getByRole("button", { name: /^Edit/ }).click();
    await dialog(page).waitFor();
    await audit(page, "the form");
    await shot("form-dark-320");
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 900 });
  }],
  ["the console has no errors and nothing was fetched from elsewhere", async ({ errors, foreign }) => {
    assert.deepEqual(errors, []);
    assert.deepEqual(foreign, []);
  }],
];
