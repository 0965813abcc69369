// Light or dark: the system decides until the reader does. Runs before the page is painted, so nothing flashes.
const system = matchMedia("(prefers-color-scheme: dark)");
const sheet = document.getElementById("dark");
const bySystem = sheet.media;
let choice = null;
try { choice = localStorage.getItem("theme"); } catch { /* storage is off: the choice lasts for this page */ }

const isDark = () => (choice ? choice === "dark" : system.matches);

function show() {
  sheet.media = choice ? (choice === "dark" ? "screen" : "not all") : bySystem;
  document.getElementById("theme")?.setAttribute("aria-pressed", String(isDark()));
}

function turn() {
  const dark = !isDark();
  // What the system wants anyway is not kept, so that the page follows the system again.
  choice = dark === system.matches ? null : dark ? "dark" : "light";
  try { choice ? localStorage.setItem("theme", choice) : localStorage.removeItem("theme"); } catch { /* as above */ }
  show();
}

show();
system.addEventListener("change", show);
document.addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("theme");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", turn);
  show();
});
