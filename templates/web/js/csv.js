// Rows leave as a CSV file, as the page shows them, and come in from one.

import { api } from "./api.js";
import { busy, plural } from "./ui.js";

const MAX_PROBLEMS = 8;

const link = document.querySelector("[data-export]");
const dialog = document.querySelector("[data-import-dialog]");
const form = dialog.querySelector("form");
const input = form.querySelector("input[type=file]");
const part = (name) => form.querySelector(`[data-import-${name}]`);

// What the page is narrowed to is what the file holds.
function keepFilters() {
  const query = new URLSearchParams(location.search);
  query.delete("page");
  query.delete("show");
  const text = query.toString();
  link.href = link.getAttribute("href").split("?")[0] + (text ? `?${text}` : "");
}

function refuse(message, fields = {}) {
  const problems = Object.entries(fields).map(([place, text]) => `${place}: ${text}`);
  const shown = problems.slice(0, MAX_PROBLEMS);
  if (problems.length > shown.length) {
    shown.push(`and ${problems.length - shown.length} more`);
  }
  part("message").textContent = message;
  part("problems").replaceChildren(
    ...shown.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
  part("error").hidden = false;
  part("error").focus();
}

async function send() {
  const [file] = input.files;
  if (!file) {
    refuse("Choose a file first.");
    return;
  }
  part("error").hidden = true;
  try {
    const { added } = await api("POST", dialog.dataset.endpoint, await file.text(), "text/csv");
    dialog.close();
    form.reset();
    const text = `${plural(added, dialog.dataset.label, dialog.dataset.plural)} added`;
    document.dispatchEvent(new CustomEvent("imported", { detail: text }));
  } catch (error) {
    refuse(error.message, error.fields);
  }
}

link.addEventListener("click", keepFilters);
link.addEventListener("contextmenu", keepFilters);
document.querySelector("[data-import]").addEventListener("click", () => {
  part("error").hidden = true;
  dialog.showModal();
  input.focus();
});
for (const button of form.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => dialog.close());
}
input.addEventListener("change", () => {
  part("error").hidden = true;
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  busy([form.querySelector("[data-submit]")], send);
});
