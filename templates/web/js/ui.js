<% from "web/shared.jinja" import any_record, is_todo %>
<% set multi = contract.entities | length > 1 %>
<% set records = any_record(contract) or multi %>
<% set ns = namespace(rich=false, filters=any_record(contract)) %>
<% for entity in contract.entities %>
<% if not is_todo(entity) or entity.fields | length > 2 %><% set ns.rich = true %><% endif %>
<% if entity.filterable | length > 1 or entity.view == "board" %><% set ns.filters = true %><% endif %>
<% endfor %>
<% set rich = ns.rich %>
<% set boards = "board" in contract.features and (multi or contract.entities[0].fields | length > 2) %>
<% set asks = records or boards or contract.entities[0].children %>
<% set filters = ns.filters %>
// Small pieces that every page uses: messages, confirmation, busy buttons.

const TOAST_MS = 8000;

// Shows a message for a while, with a button where `action` is given.
export function toast(text, label, action) {
  const element = document.createElement("div");
  element.className = "toast";
  const message = document.createElement("span");
  message.textContent = text;
  element.append(message);
  let timer = setTimeout(() => element.remove(), TOAST_MS);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-action";
    button.textContent = label;
    button.addEventListener("click", () => {
      element.remove();
      action();
    });
    element.append(button);
    // Someone who is on the message needs it to stay.
    const stay = () => clearTimeout(timer);
    const leave = () => {
      clearTimeout(timer);
      timer = setTimeout(() => element.remove(), TOAST_MS);
    };
    element.addEventListener("pointerenter", stay);
    element.addEventListener("focusin", stay);
    element.addEventListener("pointerleave", leave);
    element.addEventListener("focusout", leave);
  }
  const toasts = document.getElementById("toasts");
  toasts.replaceChildren(element);
}

// Runs `work` with the controls disabled, so that nothing is sent twice.
export async function busy(controls, work) {
  const enabled = controls.filter((control) => control && !control.disabled);
  const focused = document.activeElement;
  for (const control of enabled) {
    control.disabled = true;
    control.setAttribute("aria-busy", "true");
  }
  try {
    return await work();
  } finally {
    for (const control of enabled) {
      control.disabled = false;
      control.removeAttribute("aria-busy");
    }
    if (enabled.includes(focused) && focused.isConnected && document.activeElement === document.body) {
      focused.focus();
    }
  }
}

<% if asks %>
// Asks before something that cannot be undone; resolves to true or false.
export function confirmDelete(title, text) {
  const dialog = document.getElementById("confirm-dialog");
  document.getElementById("confirm-title").textContent = title;
  document.getElementById("confirm-text").textContent = text;
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "confirm"), { once: true });
  });
}

<% endif %>
<% if records or boards %>
// Says what a deletion takes away; `others` names rows that go with their parent.
export function goneText(title, others) {
  return `“${title}”${others ? ` and its ${others}` : ""} will be gone for good.`;
}

<% endif %>
<% if multi %>
// Keeps the number beside a section's name in the header true.
export function showSectionCount(section, count) {
  const element = document.querySelector(`[data-section-count="${section}"]`);
  if (element) {
    element.textContent = count;
  }
}

<% endif %>
<% if filters %>
// On narrow screens the filters are folded away until this button shows them.
export function foldFilters(toolbar) {
  const button = toolbar.querySelector("[data-toolbar-toggle]");
  const open = (isOpen) => {
    toolbar.classList.toggle("is-open", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => open(!toolbar.classList.contains("is-open")));
}

<% endif %>
export function plural(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}
<% if rich %>

export function capitalize(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
<% endif %>
<% if multi %>

// Where the sections do not fit, the one that is shown is scrolled into sight.
document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
<% endif %>
