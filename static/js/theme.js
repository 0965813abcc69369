// Light or dark theme: the system decides until the reader does. Runs before first paint, so that nothing flashes.
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const darkSheet = document.getElementById("dark");
const systemMedia = darkSheet.media;
let choice = null;
try { choice = localStorage.getItem("theme"); } catch { /* storage is disabled: the choice lasts for this page */ }

const isDark = () => (choice ? choice === "dark" : systemDark.matches);

function apply() {
  darkSheet.media = choice ? (choice === "dark" ? "screen" : "not all") : systemMedia;
  document.getElementById("theme")?.setAttribute("aria-pressed", String(isDark()));
}

function toggle() {
  const dark = !isDark();
  // The system's own setting is not stored, so that the page follows the system again.
  choice = dark === systemDark.matches ? null : dark ? "dark" : "light";
  try { choice ? localStorage.setItem("theme", choice) : localStorage.removeItem("theme"); } catch { /* as above */ }
  apply();
}

apply();
systemDark.addEventListener("change", apply);
document.addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("theme");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", toggle);
  apply();
});
