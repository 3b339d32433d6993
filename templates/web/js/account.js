// Signing in, up and out.

import { api } from "./api.js";
import { busy, toast } from "./ui.js";

// Where to go after signing in: a page of this site, never another site.
function destination() {
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  const url = new URL(wanted, location.origin);
  return wanted.startsWith("/") && url.origin === location.origin ? url.href : "/";
}

function showError(form, input, message) {
  const element = document.getElementById(`${input.id}-error`);
  element.textContent = message;
  element.hidden = !message;
  if (message) {
    input.setAttribute("aria-invalid", "true");
  } else {
    input.removeAttribute("aria-invalid");
  }
}

function listenToForm(form) {
  const { name, password } = form.elements;
  const alert = form.querySelector("[data-form-error]");
  const refuse = (message, fields = {}) => {
    alert.textContent = message;
    alert.hidden = false;
    const wrong = [name, password].filter((input) => fields[input.name]);
    for (const input of wrong) {
      showError(form, input, fields[input.name]);
    }
    (wrong[0] ?? password).focus();
  };
  const send = async () => {
    try {
      await api("POST", form.dataset.endpoint, { name: name.value.trim(), password: password.value });
      location.assign(destination());
    } catch (error) {
      refuse(error.message, error.fields);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    alert.hidden = true;
    const inputs = [name, password];
    for (const input of inputs) {
      showError(form, input, input.validationMessage);
    }
    const wrong = inputs.find((input) => !input.checkValidity());
    if (wrong) {
      wrong.focus();
    } else {
      busy([form.querySelector("[data-submit]")], send);
    }
  });
  form.addEventListener("input", (event) => showError(form, event.target, ""));

  const eye = form.querySelector("[data-show-password]");
  eye.addEventListener("click", () => {
    const shown = password.type === "password";
    password.type = shown ? "text" : "password";
    eye.setAttribute("aria-pressed", String(shown));
  });
  const other = document.querySelector("[data-other-account]");
  other.href += location.search;
}

async function signOut(button) {
  await busy([button], async () => {
    try {
      await api("DELETE", "/api/session");
      location.assign("/sign-in");
    } catch (error) {
      toast(error.message);
    }
  });
}

const form = document.querySelector("[data-account]");
if (form) {
  listenToForm(form);
}
document.querySelector("[data-sign-out]")?.addEventListener("click", (event) => signOut(event.currentTarget));
