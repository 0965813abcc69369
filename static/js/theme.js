// The switch of the theme: writes the cookie that “Version for the visually impaired” writes, and sets its attribute.
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const switchButton = document.getElementById("theme");

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);
const show = () => switchButton?.setAttribute("aria-pressed", String(isDark()));

function toggle() {
  const dark = !isDark();
  // What the system wants anyway is not kept, so that the page follows the system again.
  const letter = dark === systemDark.matches ? "s" : dark ? "d" : "l";
  const look = (/(?:^|; )look=(\w{5})(?:;|$)/.exec(document.cookie)?.[1] ?? "1nnys").slice(0, 4) + letter;
  const usual = look === "1nnys";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `look=${look}; Path=/; Max-Age=${usual ? 0 : 400 * 24 * 3600}; SameSite=Lax${secure}`;
  if (letter === "s") delete root.dataset.theme;
  else root.dataset.theme = dark ? "dark" : "light";
  show();
}

if (switchButton) {
  switchButton.hidden = false;
  switchButton.addEventListener("click", toggle);
  systemDark.addEventListener("change", show);
  show();
}
