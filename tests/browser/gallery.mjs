// Takes the pictures of engine/docs/gallery: node gallery.mjs OUTDIR CHROMIUM
// Each application was made from a plain request; it is filled over its API, as any program would fill it.
// The browser's clock stands still, so that the same templates give the same pictures on any day; the font is that
// of the machine.

import { chromium } from "playwright-core";

import { Server } from "./server.mjs";

const NOW = "2026-06-10T08:30:00Z";
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };

// ---- What the applications hold ----

const LISTS = ["Ideas", "Next", "In progress", "Done"];

const CARDS = [
  ["Ideas", "Offline mode for the field app", null, "research, mobile"],
  ["Ideas", "A language for each customer", null, "customers"],
  ["Ideas", "Weekly digest instead of single messages", null, "research"],
  ["Ideas", "Print view of the route", null, "design"],
  ["Ideas", "Maps without a network", null, "mobile"],
  ["Next", "Invoices with a bank reference", "2026-06-19", "billing"],
  ["Next", "Search that forgives typing errors", "2026-06-24", "search"],
  ["Next", "Move the photos to the new disk", "2026-06-30", "servers"],
  ["In progress", "Sign-in forgets the page", "2026-06-10", "bug, accounts"],
  ["In progress", "Opening hours on the map", "2026-06-11", "customers, design"],
  ["In progress", "Answer the security questionnaire", "2026-06-16", "sales"],
  ["In progress", "Photos turn with the phone", "2026-06-18", "bug, mobile"],
  ["Done", "Empty states for every list", null, "design"],
  ["Done", "Rehearse the weekly restore", null, "servers"],
  ["Done", "Dates in the reader's order", null, "bug"],
  ["Done", "New prices on the website", null, "billing, sales"],
  ["Done", "Keyboard in the calendar", null, "accounts, design"],
];

// What a pottery spends from October to June: on which day of a month, and how much in each.
const EXPENSES = {
  Rent: [["Studio, ground floor", 1, [1180, 1180, 1180, 1240, 1240, 1240, 1240, 1240, 1240]]],
  Materials: [
    ["Stoneware clay, 200 kg", 6, [295.6, 0, 310.2, 318.4, 0, 402.1, 0, 355.9, 0]],
    ["Glazes and oxides", 5, [88.4, 0, 121.5, 96.2, 142.75, 0, 188.3, 121.6, 64.9]],
    ["Wax, sponges, plaster", 19, [0, 41.3, 0, 0, 38.9, 0, 0, 44.1, 0]],
  ],
  Energy: [["Kiln electricity", 4, [241.9, 388.7, 452.3, 286.15, 331.8, 298.4, 412.65, 365.2, 141.3]]],
  Shipping: [
    ["Boxes and straw", 17, [0, 96.4, 132.8, 0, 74.1, 0, 81.45, 92.3, 0]],
    ["Parcels", 28, [64.2, 148.5, 236.7, 41.8, 0, 52.6, 77.9, 0, 0]],
  ],
  Markets: [
    ["Stand at the winter market", 21, [0, 280, 420, 0, 0, 0, 0, 0, 0]],
    ["Stand at the harbour market", 8, [0, 0, 0, 0, 0, 0, 340, 420, 180]],
  ],
  Tools: [
    ["Banding wheel", 13, [0, 0, 0, 0, 189, 0, 0, 0, 0]],
    ["Kiln shelves", 22, [0, 0, 0, 0, 0, 476.5, 0, 0, 0]],
    ["Trimming knives", 9, [0, 0, 0, 0, 0, 0, 0, 57.8, 0]],
  ],
};
const FIRST_MONTH = Date.UTC(2025, 9, 1);

const RECIPES = [
  ["Shakshuka with feta", 30, 2, 5, "breakfast, vegetarian, one pan", "Eggs, tomatoes, peppers, feta, cumin, parsley", "Let the peppers and tomatoes cook down slowly, then make wells for the eggs and cover until they are just set."],
  ["Miso aubergine", 45, 4, 4, "dinner, vegan", "Aubergines, white miso, mirin, sesame, spring onions", "Score the flesh deeply, roast until soft, brush with the glaze and grill until it bubbles."],
  ["Lemon and thyme roast chicken", 95, 4, 5, "dinner, Sunday", "Chicken, lemons, thyme, garlic, potatoes", "Dry the skin well and rest it for a quarter of an hour; the potatoes roast below and catch everything."],
  ["Red lentil dal", 35, 4, 5, "dinner, vegan, freezes well", "Red lentils, onions, ginger, turmeric, coconut milk", "Simmer the lentils soft, then pour over the sizzling spices."],
  ["Focaccia overnight", 40, 8, 4, "baking, vegan", "Flour, water, yeast, olive oil, rosemary, sea salt", "Stir, fold twice, leave in the cold for the night; dimple with oiled fingers and bake hot."],
  ["Rhubarb and almond cake", 70, 10, 4, "baking, dessert", "Rhubarb, butter, almonds, eggs, sugar", "Cream the butter patiently, press the rhubarb in half way and bake until golden."],
  ["Cold soba with cucumber", 15, 2, 3, "lunch, vegan, quick", "Soba, cucumber, soy sauce, rice vinegar, nori", "Rinse the noodles until the water is clear and serve on ice."],
  ["Pea and mint soup", 20, 4, 4, "lunch, vegetarian, quick", "Peas, mint, leeks, stock, crème fraîche", "Blend while hot, with the mint at the very end so that it stays green."],
  ["Mushroom risotto", 40, 3, 5, "dinner, vegetarian", "Rice, porcini, chestnut mushrooms, white wine, parmesan", "Fry the mushrooms on their own first and fold them in when the rice is done."],
  ["Granola with pecans", 35, 12, 4, "breakfast, baking", "Oats, pecans, maple syrup, coconut, salt", "Bake low, stir once, and let it cool in the tin so that it clusters."],
  ["Fish tacos with lime slaw", 25, 4, 5, "dinner, quick", "Cod, tortillas, red cabbage, limes, yoghurt", "Salt the cabbage early, fry the fish last and eat at once."],
  ["Panna cotta with cherries", 20, 6, 4, "dessert", "Cream, vanilla, gelatine, cherries", "Heat gently, never boil, and give it the whole night."],
];

// Days from today, from and to which hour, who, for how many, how it stands.
const BOOKINGS = [
  [-2, 18, 20, "Jonas Weber", 4, "confirmed", ""],
  [0, 12, 14, "Amara Okafor", 6, "confirmed", "A birthday: the long table by the window."],
  [0, 18, 21, "Lucía Fernández", 2, "confirmed", ""],
  [0, 19, 22, "Studio Nordlys", 11, "requested", "Three vegetarians, one guest allergic to nuts."],
  [1, 12, 13, "Priya Raman", 3, "confirmed", ""],
  [1, 19, 21, "Tom Ashworth", 2, "cancelled", ""],
  [2, 18, 20, "Mei Tanaka", 5, "confirmed", "Comes with a pram."],
  [2, 20, 22, "Elif Demir", 2, "requested", ""],
  [4, 11, 15, "Chamber choir", 24, "confirmed", "Lunch after the concert; they sing at two."],
  [5, 19, 21, "Henrik Dahl", 4, "confirmed", ""],
  [9, 18, 20, "Noor Haddad", 8, "requested", ""],
  [10, 12, 14, "Grace Mbeki", 3, "confirmed", ""],
];

// ---- How they are filled ----

async function add(server, path, row) {
  const answer = await fetch(`${server.url}/api/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(row),
  });
  if (answer.status !== 201) {
    throw new Error(`POST /api/${path} answers ${answer.status}: ${await answer.text()}`);
  }
  return (await answer.json()).id;
}

const names = (text) => text.split(", ");

async function fillBoard(server) {
  const ids = {};
  for (const [at, name] of LISTS.entries()) {
    ids[name] = await add(server, "lists", { name, position: at + 1 });
  }
  for (const [at, [list, title, due_date, labels]] of CARDS.entries()) {
    await add(server, "cards", { list_id: ids[list], title, due_date, labels: names(labels), position: at + 1 });
  }
}

async function fillExpenses(server) {
  for (const [name, kinds] of Object.entries(EXPENSES)) {
    const category_id = await add(server, "categories", { name });
    for (const [description, day, amounts] of kinds) {
      for (const [at, amount] of amounts.entries()) {
        const date = new Date(FIRST_MONTH);
        date.setUTCMonth(date.getUTCMonth() + at, day);
        if (amount > 0) {
          await add(server, "expenses", { description, amount, category_id, date: date.toISOString().slice(0, 10) });
        }
      }
    }
  }
}

async function fillRecipes(server) {
  // What is added last stands first.
  for (const [title, minutes, servings, rating, tags, ingredients, instructions] of RECIPES.toReversed()) {
    await add(server, "recipes", { title, minutes, servings, rating, tags: names(tags), ingredients, instructions });
  }
}

async function fillBookings(server) {
  for (const [days, from, to, customer, party_size, status, notes] of BOOKINGS) {
    const at = (hour) => {
      const date = new Date(NOW);
      date.setUTCDate(date.getUTCDate() + days);
      date.setUTCHours(hour, 0, 0, 0);
      return date.toISOString();
    };
    await add(server, "bookings", { customer, party_size, status, notes, starts_at: at(from), ends_at: at(to) });
  }
}

// ---- The pictures ----

const PICTURES = [
  { app: "board", name: "board", path: "/cards", shows: ".card", fill: fillBoard, viewport: WIDE },
  { app: "expenses", name: "dashboard", path: "/dashboard", shows: ".column-value", fill: fillExpenses, viewport: WIDE },
  { app: "recipes", name: "recipes-dark", path: "/", shows: ".row", fill: fillRecipes, viewport: WIDE, colorScheme: "dark" },
  { app: "bookings", name: "agenda-phone", path: "/", shows: ".day", fill: fillBookings, viewport: PHONE, deviceScaleFactor: 2 },
];

async function take(browser, out, { app, name, path, shows, fill, ...look }) {
  const server = await Server.prepare(`${out}/${app}/app`, `${out}/${app}/data.sqlite3`);
  await server.start();
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", colorScheme: "light", ...look });
  try {
    await fill(server);
    const page = await context.newPage();
    await page.clock.setFixedTime(new Date(NOW));
    await page.goto(server.url + path);
    await page.locator(shows).first().waitFor();
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: `${out}/shots/${name}.png`, animations: "disabled", caret: "hide" });
    console.log(`ok    ${name}`);
  } finally {
    await context.close();
    await server.stop();
  }
}

const [out, executablePath] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  for (const picture of PICTURES) {
    await take(browser, out, picture);
  }
} finally {
  await browser.close();
}
