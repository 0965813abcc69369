// Optional enhancements: "/" focuses the search field, a button copies the text of the element that it names.
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

for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    document.getElementById("live-region").textContent = button.dataset.copiedMessage;
  });
}
