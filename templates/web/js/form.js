// The dialog with a form: reads typed values, shows what is wrong beside each field, keeps the
// input until it is saved.

import { api, fetchAll } from "./api.js";
import { busy, capitalize } from "./ui.js";

const readers = {
  boolean: (control) => control.checked,
  datetime: (control) => (control.value ? new Date(control.value).toISOString().replace(/\.\d+/, "") : null),
  integer: (control) => (control.value === "" ? null : Number(control.value)),
  money: (control) => (control.value === "" ? null : Number(control.value)),
  number: (control) => (control.value === "" ? null : Number(control.value)),
  ref: (control) => (control.value === "" ? null : Number(control.value)),
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
  money: (control, value) => {
    control.value = value === null ? "" : value.toFixed(2);
  },
};

function write(control, value) {
  const writer = writers[control.dataset.type];
  if (writer) {
    writer(control, value);
  } else {
    control.value = value ?? "";
  }
}

// Fills a select with the rows it chooses from; `titleField` names a row.
export async function fillOptions(select) {
  const chosen = select.value;
  const rows = await fetchAll(select.dataset.options, { sort: "id" });
  const field = select.dataset.title;
  const name = (row) => String(row[field.replace(/_id$/, "")] ?? row[field] ?? row.id);
  const options = rows.map((row) => new Option(name(row), row.id));
  options.sort((one, other) => one.text.localeCompare(other.text, undefined, { numeric: true }));
  select.replaceChildren(select.options[0], ...options);
  select.value = chosen;
  return rows.length;
}

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
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("input", (event) => this.clearError(event.target));
    for (const button of this.form.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => this.dialog.close());
    }
  }

  // Opens an empty form, or the one that was left unsaved.
  async add(values = {}) {
    if (!this.draft || this.row) {
      this.form.reset();
      this.clearErrors();
      this.row = null;
      this.draft = true;
    }
    this.open(`Add ${this.root.dataset.article} ${this.root.dataset.label}`);
    await this.loadOptions();
    for (const control of this.controls) {
      if (values[control.name]) {
        write(control, values[control.name]);
      }
    }
  }

  async edit(row) {
    this.form.reset();
    this.clearErrors();
    this.row = row;
    for (const control of this.controls) {
      write(control, row[control.name]);
    }
    this.open(`Edit ${this.root.dataset.label}`);
    await this.loadOptions();
    for (const control of this.controls) {
      if (control.dataset.type === "ref") {
        write(control, row[control.name]);
      }
    }
  }

  open(title) {
    this.form.querySelector("[data-dialog-title]").textContent = title;
    this.dialog.showModal();
    this.controls[0]?.focus();
  }

  async loadOptions() {
    const selects = this.controls.filter((control) => control.dataset.options);
    try {
      for (const select of selects) {
        const count = await fillOptions(select);
        select.closest(".field").querySelector("[data-no-options]").hidden = count > 0;
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

  async save() {
    this.clearErrors();
    const wrong = this.controls.filter((control) => !control.checkValidity());
    for (const control of wrong) {
      this.showFieldError(control, control.validationMessage);
    }
    if (wrong.length > 0) {
      wrong[0].focus();
      return;
    }
    const { endpoint } = this.root.dataset;
    await busy([this.submit], async () => {
      try {
        const row = this.row
          ? await api("PATCH", `${endpoint}/${this.row.id}`, this.values())
          : await api("POST", endpoint, this.values());
        const verb = this.row ? "saved" : "added";
        this.draft = false;
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
    wrong[0]?.focus();
  }

  showError(message) {
    this.error.textContent = message;
    this.error.hidden = false;
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
