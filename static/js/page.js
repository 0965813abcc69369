// Optional enhancements: "/" focuses the search field, a button copies text, recordings play at a second, photos open in
// a dialog, what stands beside the text on wide screens is open.
document.addEventListener("keydown", (event) => {
  // On a Russian layout the key labelled "/" types a full stop, so the physical key counts too.
  const isSlash = event.key === "/" || (event.code === "Slash" && !event.shiftKey);
  if (!isSlash || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const searchInput = [...document.querySelectorAll("input[type=search]")].find((input) => input.offsetParent);
  if (!searchInput) return;
  event.preventDefault();
  searchInput.focus();
  searchInput.select();
});

// Folded where they would stand above the list or the talk: on phones, and in large print, which has one column.
const root = document.documentElement;
if (matchMedia("(min-width: 60rem)").matches && !root.dataset.size) {
  for (const one of document.querySelectorAll(".filters details:first-of-type, .rail details")) one.open = true;
  root.dataset.opened = "";
  const here = document.querySelector(".rail ol [aria-current]");
  const list = here?.closest("ol");
  if (list) list.scrollTop += here.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
}

for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim().replaceAll("\u00a0", " "));
    document.getElementById("live-region").textContent = button.dataset.copiedMessage;
  });
}

// Recordings: another site's player is loaded by a click; a link to a second jumps there, and so does the address (#t=960).
for (const button of document.querySelectorAll("button[data-player]")) {
  button.hidden = false;
  const notice = button.parentElement.querySelector(".player-notice");
  notice.hidden = false;
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.title = button.dataset.title;
    frame.allow = "fullscreen; picture-in-picture";
    frame.dataset.player = button.dataset.player;
    frame.src = button.dataset.player.replace("{s}", button.dataset.start);
    button.replaceWith(frame);
    notice.remove();
    frame.focus();
  });
}

function seek(recording, second) {
  const media = recording?.querySelector("video, audio");
  const frame = recording?.querySelector("iframe");
  if (media) {
    media.currentTime = second;
    media.play().catch(() => {}); // a browser may want a click first
  } else if (frame) {
    frame.src = frame.dataset.player.replace("{s}", second);
  } else return false;
  (media ?? frame).scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-second]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const recording = link.closest("[data-recording]") ?? document.querySelector(`[data-recording="${link.dataset.of}"]`);
  if (!seek(recording, Number(link.dataset.second))) return;
  event.preventDefault();
  if (!link.hash || link.pathname !== location.pathname) return;
  history.replaceState(null, "", link.hash);
  // What is said there is marked as :target marks it, which a replaced address does not.
  document.querySelector(".transcript [aria-current]")?.removeAttribute("aria-current");
  const passage = document.getElementById(link.hash.slice(1));
  passage?.setAttribute("aria-current", "true");
  if (passage && !passage.contains(link)) passage.scrollIntoView({ block: "center" });
});

function seekAddress() {
  const second = /^#t=(\d{1,6})$/.exec(location.hash);
  const recordings = document.querySelectorAll("[data-recording]");
  if (second && recordings.length === 1) seek(recordings[0], Number(second[1]));
}
seekAddress();
addEventListener("hashchange", seekAddress);

// Photos: the page of a photo, under its own address, in a dialog; ← → or a swipe leads to its neighbours.
const lightbox = document.getElementById("lightbox");
let touchStart;

async function showPhoto(url) {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
    if (url !== location.href) return; // somebody went on meanwhile
    const photo = page.querySelector(".photo");
    lightbox.querySelector(".photo")?.remove();
    lightbox.append(photo);
    if (!lightbox.open) lightbox.showModal();
    photo.focus();
  } catch {
    location.assign(url);
  }
}

function turn(rel) {
  lightbox.querySelector(`[rel=${rel}]`)?.click();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-photo], #lightbox [rel]");
  if (!link || !lightbox || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history[lightbox.open ? "replaceState" : "pushState"]("photo", "", link.href);
  showPhoto(link.href);
});

lightbox?.addEventListener("close", () => {
  if (history.state === "photo") history.back();
});
if (lightbox) {
  addEventListener("popstate", () => (history.state === "photo" ? showPhoto(location.href) : lightbox.close()));
}
document.addEventListener("keydown", (event) => {
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (rel && lightbox?.open && !event.altKey) turn(rel);
});
lightbox?.addEventListener("touchstart", (event) => {
  touchStart = event.touches.length === 1 && visualViewport.scale === 1 ? event.touches[0] : null;
});
lightbox?.addEventListener("touchend", (event) => {
  if (!touchStart || event.touches.length) return;
  const [x, y] = ["clientX", "clientY"].map((axis) => event.changedTouches[0][axis] - touchStart[axis]);
  if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) turn(x < 0 ? "next" : "prev");
});

// The switch of the theme: writes the cookie that “Version for the visually impaired” writes, and sets its attribute.
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const themeButton = document.getElementById("theme");

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);
const showTheme = () => themeButton.setAttribute("aria-pressed", String(isDark()));

function toggleTheme() {
  const dark = !isDark();
  // What the system wants anyway is not kept, so that the page follows the system again.
  const letter = dark === systemDark.matches ? "s" : dark ? "d" : "l";
  const look = (/(?:^|; )look=(\w{5})(?:;|$)/.exec(document.cookie)?.[1] ?? "1nnys").slice(0, 4) + letter;
  const usual = look === "1nnys";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `look=${look}; Path=/; Max-Age=${usual ? 0 : 400 * 24 * 3600}; SameSite=Lax${secure}`;
  if (letter === "s") delete root.dataset.theme;
  else root.dataset.theme = dark ? "dark" : "light";
  showTheme();
}

if (themeButton) {
  themeButton.hidden = false;
  themeButton.addEventListener("click", toggleTheme);
  systemDark.addEventListener("change", showTheme);
  showTheme();
}
