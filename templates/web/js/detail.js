<% set ns = namespace(related=false) %>
<% for entity in contract.entities %><% if entity.children %><% set ns.related = true %><% endif %><% endfor %>
<% set related = ns.related %>
// One row by itself<% if related %>, with the rows that refer to it<% endif %>: shows it, edits it, deletes it.

import { api } from "./api.js";
import { FormDialog } from "./form.js";
import { fill, titleOf } from "./format.js";
import { busy, confirmDelete, goneText } from "./ui.js";

const root = document.querySelector("[data-record]");
const { endpoint, label, page } = root.dataset;
const row = JSON.parse(root.dataset.row);
const form = new FormDialog(root, () => location.reload());

<% if related %>
function showRelated(list) {
  const template = list.querySelector("template");
  for (const related of JSON.parse(list.dataset.rows)) {
    const item = template.content.firstElementChild.cloneNode(true);
    fill(item, related);
    const link = item.querySelector("[data-link]");
    link.href = `${list.dataset.detail}/${related.id}`;
    link.hidden = false;
    link.textContent ||= titleOf(list, related);
    list.append(item);
  }
}

<% endif %>
fill(root, row);
<% if related %>
root.querySelectorAll("[data-rows]").forEach(showRelated);
<% endif %>
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
