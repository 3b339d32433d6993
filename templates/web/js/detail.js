// One row by itself: shows it, edits it, deletes it.

import { api } from "./api.js";
import { FormDialog } from "./form.js";
import { fill, titleOf } from "./format.js";
import { busy, confirmDelete, goneText } from "./ui.js";

const root = document.querySelector("[data-record]");
const { endpoint, label, page } = root.dataset;
const row = JSON.parse(root.dataset.row);
const form = new FormDialog(root, () => location.reload());

fill(root, row);
root.querySelector("[data-edit]").addEventListener("click", () => form.edit(row));
root.querySelector("[data-delete]").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  const text = goneText(titleOf(root, row), root.dataset.goesToo);
  if (!(await confirmDelete(`Delete this ${label}?`, text))) {
    return;
  }
  await busy([button], async () => {
    try {
      await api("DELETE", `${endpoint}/${row.id}`);
      location.assign(page);
    } catch (error) {
      const alert = root.querySelector("[data-error]");
      alert.textContent = error.message;
      alert.hidden = false;
    }
  });
});
