// What the steps of every mode ask a page.

import assert from "node:assert/strict";

const SETTLE_MS = 8000;
export const WIDTHS = [320, 375, 768, 1280];
export const LONG_WORD = "Donaudampfschifffahrt".repeat(8).slice(0, 150);

// Waits until `probe` gives `due`; the page answers in its own time.
export async function becomes(probe, due, what) {
  const deadline = Date.now() + SETTLE_MS;
  let found;
  for (;;) {
    found = await probe();
    try {
      assert.deepEqual(found, due);
      return;
    } catch {
      if (Date.now() > deadline) {
        throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(due)}`);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

// Until the page's script has drawn what there is, buttons do nothing.
export async function ready(page) {
  await page.waitForLoadState("load");
  await page.locator("[data-loading]").first().waitFor({ state: "hidden" });
}

export async function scrollsSideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

// Visible controls that have no name or are too small to be hit.
export async function poorControls(page) {
  return page.evaluate(() => {
    const controls = [...document.querySelectorAll("button, input, select, textarea, main a")];
    return controls
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const box = element.getBoundingClientRect();
        const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
        return !label.trim() || box.width < 24 || box.height < 24;
      })
      .map((element) => element.outerHTML.slice(0, 120));
  });
}
