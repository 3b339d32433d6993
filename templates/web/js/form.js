<% from "web/shared.jinja" import kinds, views %>
<% set used = kinds(contract) %>
<% set tags = " tags " in used %>
<% set many = " many " in used %>
<% set refers = " ref " in used or many %>
<% set ns = namespace(rating=false) %>
<% for entity in contract.entities %><% for field in entity.fields if field.format == "rating" %><% set ns.rating = true %><% endfor %><% endfor %>
// The dialog with a form: reads typed values, shows what is wrong beside each field, keeps the
// input until it is saved.

import { api, fetchAll } from "./api.js";
import { busy, capitalize } from "./ui.js";
<% if many %>

// From this many on, what there is to tick can be searched.
const SEARCHED = 8;
<% endif %>

<% if refers %>
// Where someone goes on who came here for a row that a form elsewhere needs: a page of this application.
function nextPage() {
  const query = new URLSearchParams(location.search);
  const next = new URL(query.get("next") ?? "", location.origin);
  const isOurs = query.has("next") && next.origin === location.origin;
  return isOurs ? { path: next.pathname, name: query.get("as") } : null;
}

<% endif %>
const number = (control) => (control.value === "" ? null : Number(control.value));

const readers = {
  boolean: (control) => control.checked,
  datetime: (control) => (control.value ? new Date(control.value).toISOString().replace(/\.\d+/, "") : null),
  integer: number,
<% if many %>
  many: (control) => [...control.querySelectorAll("input:checked")].map((box) => Number(box.value)),
<% endif %>
  money: number,
  number,
<% if ns.rating %>
  rating: (control) => {
    const star = control.querySelector("input:checked");
    return star ? Number(star.value) : null;
  },
<% endif %>
  ref: number,
<% if tags %>
  tags: (control) => [...chips(control)].map((chip) => chip.dataset.tag).concat(names(control.value)),
<% endif %>
};

function localMinutes(moment) {
  const date = new Date(moment);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60 * 1000);
  return local.toISOString().slice(0, 16);
}

const writers = {
  boolean: (control, value) => {
    control.checked = Boolean(value);
  },
  datetime: (control, value) => {
    control.value = value ? localMinutes(value) : "";
  },
<% if many %>
  many: (control, value) => {
    for (const box of control.querySelectorAll("[type=checkbox]")) {
      box.checked = (value ?? []).includes(Number(box.value));
    }
  },
<% endif %>
  money: (control, value) => {
    control.value = value === null ? "" : value.toFixed(2);
  },
<% if ns.rating %>
  rating: (control, value) => {
    for (const star of control.querySelectorAll("[type=radio]")) {
      star.checked = Number(star.value) === value;
    }
  },
<% endif %>
<% if tags %>
  tags: (control, value) => {
    control.value = "";
    chips(control).forEach((chip) => chip.remove());
    (value ?? []).forEach((name) => addChip(control, name));
  },
<% endif %>
};

function write(control, value) {
  const writer = writers[control.dataset.type];
  if (writer) {
    writer(control, value);
  } else {
    control.value = value ?? "";
  }
}

// The rows that a control chooses from, with the text that names each.
async function choices(control) {
  const rows = await fetchAll(control.dataset.options, { sort: "id" });
  const field = control.dataset.title;
  const name = (row) => String(row[field.replace(/_id$/, "")] ?? row[field] ?? row.id);
  const found = rows.map((row) => ({ id: row.id, text: name(row) }));
  return found.sort((one, other) => one.text.localeCompare(other.text, undefined, { numeric: true }));
}

// Fills a select with the rows it chooses from.
export async function fillOptions(select) {
  const chosen = select.value;
<% if tags %>
  if (select.dataset.names) {
    const { items } = await api("GET", select.dataset.names);
    const options = items.map(({ name, count }) => new Option(`${name} (${count})`, name));
    select.replaceChildren(select.options[0], ...options);
    select.value = chosen;
    return options.length;
  }
<% endif %>
  const options = (await choices(select)).map(({ id, text }) => new Option(text, id));
  select.replaceChildren(select.options[0], ...options);
  select.value = chosen;
  return options.length;
}
<% if many %>

// Fills a group with a box to tick for each row; what is ticked stays so.
async function fillBoxes(group) {
  const ticked = readers.many(group);
  const found = await choices(group);
  const boxes = found.map(({ id, text }) => {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = id;
    box.checked = ticked.includes(id);
    label.append(box, text);
    return label;
  });
  group.querySelector("[data-choices]").replaceChildren(...boxes);
  group.querySelector("[data-choices-search]").hidden = found.length < SEARCHED;
  return found.length;
}

function listenToSearch(group) {
  const search = group.querySelector("[data-choices-search]");
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const label of group.querySelectorAll("[data-choices] label")) {
      label.hidden = !label.textContent.toLowerCase().includes(wanted);
    }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
    }
  });
}
<% endif %>
<% if tags %>

function names(text) {
  return text.split(",").map((name) => name.trim()).filter(Boolean);
}

function chips(control) {
  return control.closest("[data-tags]").querySelectorAll("[data-tag]");
}

function addChip(control, name) {
  const lower = name.toLowerCase();
  if ([...chips(control)].some((chip) => chip.dataset.tag.toLowerCase() === lower)) {
    return;
  }
  const chip = document.createElement("li");
  chip.className = "chip";
  chip.dataset.tag = name;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "chip-remove";
  remove.textContent = "×";
  remove.setAttribute("aria-label", `Remove ${name}`);
  remove.addEventListener("click", () => {
    chip.remove();
    control.focus();
  });
  chip.append(name, remove);
  control.closest("[data-tags]").querySelector("[data-chips]").append(chip);
}

// Enter and a comma make a tag of what is typed; Backspace at the start takes the last one back.
function listenToTags(control) {
  const take = () => {
    names(control.value).forEach((name) => addChip(control, name));
    control.value = "";
  };
  control.addEventListener("keydown", (event) => {
    if (event.isComposing) {
      return;
    }
    if ((event.key === "Enter" && control.value.trim()) || event.key === ",") {
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && control.value === "") {
      [...chips(control)].at(-1)?.remove();
    }
  });
  control.addEventListener("input", (event) => {
    // A suggestion that was picked arrives whole.
    const picked = event.inputType === "insertReplacementText" || event.inputType === undefined;
    if (picked || control.value.includes(",")) {
      take();
    }
  });
  control.addEventListener("blur", take);
}

async function suggest(control) {
  const { items } = await api("GET", control.dataset.names);
  control.list.replaceChildren(...items.map(({ name }) => new Option(name, name)));
}
<% endif %>

export class FormDialog {
  // `root` is the page's section: its data attributes name the kind of row and the API's address.
  constructor(root, onSaved) {
    this.root = root;
    this.onSaved = onSaved;
    this.dialog = document.querySelector("[data-dialog]");
    this.form = this.dialog.querySelector("form");
    this.submit = this.form.querySelector("[data-submit]");
    this.error = this.form.querySelector("[data-form-error]");
    this.controls = [...this.form.elements].filter((control) => control.dataset.type);
    this.row = null;
    this.draft = false;
<% if refers %>
    this.next = nextPage();
    // Who closes the form stays here.
    this.dialog.addEventListener("close", () => {
      this.next = null;
    });
<% endif %>
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("input", (event) => this.clearError(event.target.closest("fieldset") ?? event.target));
    for (const button of this.form.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => this.dialog.close());
    }
<% if refers %>
    for (const control of this.controls.filter(({ dataset }) => dataset.options)) {
      const link = control.closest(".field").querySelector("[data-no-options] a");
      link.addEventListener("click", () => this.leaveFor(link, control));
    }
<% endif %>
<% if many %>
    this.controls.filter((control) => control.dataset.type === "many").forEach(listenToSearch);
<% endif %>
<% if tags %>
    this.controls.filter((control) => control.dataset.type === "tags").forEach(listenToTags);
<% endif %>
<% if ns.rating %>
    for (const button of this.form.querySelectorAll("[data-no-stars]")) {
      button.addEventListener("click", () => write(button.closest("fieldset"), null));
    }
<% endif %>
  }

  // Opens an empty form, or the one that was left unsaved. `values` is by field or by filter.
  async add(values = {}) {
    if (!this.draft || this.row) {
      this.reset();
      this.row = null;
      this.draft = true;
<% if refers %>
      this.takeUp();
<% endif %>
    }
    this.open(`Add ${this.root.dataset.article} ${this.root.dataset.label}`);
    await this.loadOptions();
    for (const control of this.controls) {
      const value = values[control.name] ?? values[control.dataset.query];
      if (value) {
        write(control, this.preset(control, value));
      }
    }
  }

  // What a filter shows, as the value of a new row.
  preset(control, value) {
<% if many or tags %>
    switch (control.dataset.type) {
<% if many %>
      case "many":
        return [Number(value)];
<% endif %>
<% if tags %>
      case "tags":
        return [value];
<% endif %>
      case "boolean":
        return value === "true" || value === true;
      default:
        return value;
    }
<% else %>
    return control.dataset.type === "boolean" ? value === "true" || value === true : value;
<% endif %>
  }

  async edit(row) {
    this.reset();
    this.row = row;
    for (const control of this.controls) {
      write(control, row[control.name]);
    }
    this.open(`Edit ${this.root.dataset.label}`);
    await this.loadOptions();
    for (const control of this.controls) {
      if (control.dataset.options) {
        write(control, row[control.name]);
      }
    }
  }

<% if refers %>
  get draftKey() {
    return `draft of ${this.root.dataset.endpoint}`;
  }

  // Follows a link to where what this form needs is added; what was typed waits here.
  leaveFor(link, control) {
    if (!this.row) {
      sessionStorage.setItem(this.draftKey, JSON.stringify(this.values()));
    }
    const address = new URL(link.href);
    address.search = new URLSearchParams({ next: location.pathname, as: control.dataset.query ?? control.name });
    link.href = address.href;
  }

  // Takes up what was typed before someone left for a row that was missing.
  takeUp() {
    const kept = JSON.parse(sessionStorage.getItem(this.draftKey));
    sessionStorage.removeItem(this.draftKey);
    for (const control of this.controls) {
      if (kept && control.name in kept && !control.dataset.options) {
        write(control, kept[control.name]);
      }
    }
  }

  // After a row was added: back to the form that needs it, where there is one.
  goOn(row) {
    const { path, name } = this.next;
    location.assign(name ? `${path}?${new URLSearchParams({ [name]: row.id })}#add` : path);
  }

<% endif %>
  reset() {
    this.form.reset();
    this.clearErrors();
<% if many or tags %>
    for (const control of this.controls) {
      if (control.dataset.type === "tags" || control.dataset.type === "many") {
        write(control, []);
      }
    }
<% endif %>
  }

  open(title) {
    this.form.querySelector("[data-dialog-title]").textContent = title;
    this.dialog.showModal();
    const [first] = this.controls;
    (first?.localName === "fieldset" ? first.querySelector("input") : first)?.focus();
  }

  async loadOptions() {
    try {
      for (const control of this.controls) {
        if (control.dataset.options) {
<% if many %>
          const count = await (control.dataset.type === "many" ? fillBoxes(control) : fillOptions(control));
<% else %>
          const count = await fillOptions(control);
<% endif %>
          control.closest(".field").querySelector("[data-no-options]").hidden = count > 0;
        }
<% if tags %>
        if (control.dataset.names) {
          await suggest(control);
        }
<% endif %>
      }
    } catch (error) {
      this.showError(error.message);
    }
  }

  values() {
    return Object.fromEntries(
      this.controls.map((control) => {
        const read = readers[control.dataset.type] ?? (() => control.value.trim() || null);
        return [control.name, read(control)];
      }),
    );
  }

  // What the browser itself finds wrong with a control, or an empty text.
  problem(control, values) {
<% if many or tags or ns.rating %>
    if (control.hasAttribute("data-required")) {
      const value = values[control.name];
      return value === null || value.length === 0 ? "Choose at least one." : "";
    }
<% endif %>
    return control.checkValidity() ? "" : control.validationMessage;
  }

  async save() {
    this.clearErrors();
    const values = this.values();
    const wrong = this.controls.filter((control) => this.problem(control, values));
    for (const control of wrong) {
      this.showFieldError(control, this.problem(control, values));
    }
    if (wrong.length > 0) {
      this.focus(wrong[0]);
      return;
    }
    const { endpoint } = this.root.dataset;
    await busy([this.submit], async () => {
      try {
        const row = this.row
          ? await api("PATCH", `${endpoint}/${this.row.id}`, values)
          : await api("POST", endpoint, values);
        const verb = this.row ? "saved" : "added";
        this.draft = false;
<% if refers %>
        if (!this.row && this.next) {
          this.goOn(row);
          return;
        }
<% endif %>
        this.dialog.close();
        await this.onSaved(row, `${capitalize(this.root.dataset.label)} ${verb}`);
      } catch (error) {
        this.refuse(error);
      }
    });
  }

  // Shows why nothing was saved; what was typed stays.
  refuse(error) {
    this.showError(error.message);
    const wrong = this.controls.filter((control) => error.fields?.[control.name]);
    for (const control of wrong) {
      this.showFieldError(control, error.fields[control.name]);
    }
    if (wrong.length > 0) {
      this.focus(wrong[0]);
    }
  }

  focus(control) {
    (control.localName === "fieldset" ? control.querySelector("input:not([hidden])") : control)?.focus();
  }

  showError(message) {
    this.error.textContent = message;
    this.error.hidden = false;
    this.error.scrollIntoView({ block: "nearest" });
  }

  showFieldError(control, message) {
    const element = document.getElementById(`${control.id}-error`);
    element.textContent = message;
    element.hidden = false;
    control.setAttribute("aria-invalid", "true");
  }

  clearError(control) {
    const element = document.getElementById(`${control.id}-error`);
    if (element) {
      element.hidden = true;
      control.removeAttribute("aria-invalid");
    }
  }

  clearErrors() {
    this.error.hidden = true;
    this.controls.forEach((control) => this.clearError(control));
  }
}
