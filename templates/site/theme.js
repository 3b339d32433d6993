// A button that changes between light and dark and remembers the choice. Without scripts the pages follow
// the system. This runs before the page is drawn, so that nobody sees a flash of the other theme.
"use strict";

(() => {
  const KEY = "theme";
  const root = document.documentElement;

  // Storage can be switched off; then the choice lasts until the page is left.
  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const store = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // The page shows the choice all the same.
    }
  };

  const known = stored();
  if (known === "light" || known === "dark") {
    root.dataset.theme = known;
  }

  const isDark = () =>
    root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.createElement("button");
    const label = () => {
      button.textContent = isDark() ? "Light" : "Dark";
      button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
    };
    button.type = "button";
    button.className = "theme";
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      store(root.dataset.theme);
      label();
    });
    label();
    document.querySelector(".top .wide").append(button);
  });
})();
