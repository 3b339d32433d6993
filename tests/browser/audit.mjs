// What a page owes everyone who uses it: names, structure, contrast, room to hit things, a focus that shows.

import assert from "node:assert/strict";

const MOST_STOPS = 80;

// Runs in the page; gives sentences about what is wrong.
function faults() {
  const found = [];
  const say = (what, element) => found.push(`${what}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 140)}`);
  const open = document.querySelector("dialog[open]");
  const scope = open ?? document.body;
  const all = (selector) => [...scope.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const hidden = (element) => element.closest('[aria-hidden="true"]') !== null;

  // ---- Structure ----
  if (!document.documentElement.lang) {
    found.push("the page has no language");
  }
  if (!document.title.trim()) {
    found.push("the page has no title");
  }
  const count = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility()).length;
  if (count("h1") !== 1) {
    found.push(`the page has ${count("h1")} headings of the first level`);
  }
  if (count("main") !== 1) {
    found.push(`the page has ${count("main")} main parts`);
  }
  let level = open ? 1 : 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const own = Number(heading.localName[1]);
    if (own > level + 1) {
      say(`heading ${own} follows heading ${level}`, heading);
    }
    if (!heading.textContent.trim()) {
      say("an empty heading", heading);
    }
    level = own;
  }
  const ids = new Set();
  for (const element of document.querySelectorAll("[id]")) {
    if (ids.has(element.id)) {
      say("an id twice", element);
    }
    ids.add(element.id);
  }
  for (const name of ["aria-describedby", "aria-labelledby", "aria-controls", "list", "for"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/).filter(Boolean)) {
        if (!ids.has(id)) {
          say(`${name} names ${id}, which is not there`, element);
        }
      }
    }
  }
  for (const element of all("ul, ol")) {
    if ([...element.children].some((child) => !["LI", "TEMPLATE"].includes(child.tagName))) {
      say("a list with something else in it", element);
    }
  }
  for (const element of all("li")) {
    if (!["UL", "OL"].includes(element.parentElement.tagName)) {
      say("an item outside of a list", element);
    }
  }
  for (const element of all("table")) {
    if (!element.querySelector("th")) {
      say("a table without headers", element);
    }
  }
  for (const element of document.querySelectorAll("[tabindex]")) {
    if (element.tabIndex > 0) {
      say("an order of its own for the Tab key", element);
    }
  }
  for (const element of all("dialog")) {
    if (!element.getAttribute("aria-labelledby")) {
      say("a dialog without a name", element);
    }
  }
  if (!open) {
    const landmarks = "main, header, nav, [role=status], .skip-link, dialog, script, template";
    for (const element of document.body.children) {
      if (element.checkVisibility() && !element.matches(landmarks)) {
        say("something outside of every landmark", element);
      }
    }
  }

  // ---- Names and sizes ----
  const texts = (nodes) => [...nodes].map((node) => node.textContent).join(" ").trim();
  const nameOf = (element) => {
    const labelled = element.getAttribute("aria-labelledby");
    const label = element.getAttribute("aria-label")?.trim();
    if (label || labelled) {
      return label || labelled.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
    }
    if (element.localName === "fieldset") {
      return texts(element.querySelectorAll("legend"));
    }
    if (element.labels) {
      const own = texts(element.labels);
      return element.localName === "button" ? own || element.textContent.trim() : own;
    }
    return element.textContent.trim();
  };
  for (const element of all("a[href], button, input, select, textarea, fieldset, summary, progress, svg[role=img]")) {
    if (!hidden(element) && !nameOf(element)) {
      say("nothing names this", element);
    }
  }
  const inText = (link) => {
    const block = link.closest("p, dd, td, li, h1, h2, h3, th");
    return block !== null && block.textContent.trim() !== link.textContent.trim();
  };
  for (const element of all("a[href], button, input, select, textarea, summary")) {
    const box = (element.labels?.[0] && element.type === "radio" ? element.labels[0] : element).getBoundingClientRect();
    const small = box.width < 23.5 || box.height < 23.5;
    if (small && !element.matches(".skip-link") && !(element.localName === "a" && inText(element))) {
      say(`too small to hit, ${Math.round(box.width)} by ${Math.round(box.height)}`, element);
    }
  }

  // ---- Contrast ----
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return { rgb: [red, green, blue], alpha: alpha / 255 };
  };
  const over = (top, alpha, bottom) => top.map((part, at) => part * alpha + bottom[at] * (1 - alpha));
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const chain = (element) => {
    const way = [];
    for (let at = element; at; at = at.parentElement) {
      way.unshift(at);
    }
    return way;
  };
  const groundOf = (element) => {
    let ground = parse("Canvas").rgb;
    for (const part of chain(element)) {
      const style = getComputedStyle(part);
      const { rgb, alpha } = parse(style.backgroundColor);
      ground = over(rgb, alpha, ground);
    }
    return ground;
  };
  const opacityOf = (element) => chain(element).reduce((product, part) => product * Number(getComputedStyle(part).opacity), 1);
  const check = (element, colour, least, what) => {
    const ground = groundOf(element);
    const { rgb, alpha } = parse(colour);
    const shown = over(rgb, alpha * opacityOf(element), ground);
    const ratio = contrast(shown, ground);
    if (ratio < least - 0.02) {
      say(`${what} has a contrast of ${ratio.toFixed(2)}`, element);
    }
  };
  const off = (element) => element.closest(":disabled, [aria-disabled=true], .visually-hidden") !== null;
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  const checked = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const plain = walker.currentNode.textContent.trim();
    if (!plain || checked.has(element) || !element.checkVisibility() || hidden(element) || off(element)) {
      continue;
    }
    checked.add(element);
    const style = getComputedStyle(element);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const colour = element instanceof SVGElement ? style.fill : style.color;
    check(element, colour, large ? 3 : 4.5, "this text");
  }
  for (const element of all("input[placeholder], textarea[placeholder]")) {
    check(element, getComputedStyle(element, "::placeholder").color, 4.5, "this placeholder");
  }
  for (const element of all("button .icon, a .icon")) {
    if (!off(element)) {
      check(element, getComputedStyle(element).stroke, 3, "this symbol");
    }
  }
  return found;
}

// Fails where the page, or the dialog that is open, falls short.
export async function audit(page, what) {
  // Colours on their way from one to another are none that stay.
  await page.evaluate(async () => {
    for (let still = 0; still < 2; still += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const moving = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
      if (moving.length > 0) {
        await Promise.allSettled(moving.map((animation) => animation.finished));
        still = -1;
      }
    }
  });
  assert.deepEqual(await page.evaluate(faults), [], what);
}

// Goes through the page with the Tab key: every stop must be seen.
export async function focusShows(page) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  const unseen = [];
  const seen = new Set();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) {
        return null;
      }
      const drawn = (one) => {
        const style = getComputedStyle(one);
        return (style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
      };
      const label = element.type === "radio" ? element.labels[0] : null;
      const around = element.closest(".composer, .tags-input");
      const shows = [element, label, around].some((one) => one && drawn(one));
      return { id: element.outerHTML.slice(0, 120), shows };
    });
    if (!found) {
      break;
    }
    if (!found.shows) {
      unseen.push(found.id);
    }
    seen.add(found.id);
  }
  assert.deepEqual(unseen, [], "the focus cannot be seen");
  assert.ok(seen.size > 1, `only ${seen.size} stops for the Tab key`);
}

// The page at every width, in the light and in the dark: nothing sideways, nothing that falls short.
export async function auditEverywhere(page, widths, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 812 });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(sideways, 0, `${what} scrolls sideways at ${width} px`);
      await audit(page, `${what} at ${width} px, ${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 900 });
}
