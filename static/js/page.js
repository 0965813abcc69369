// Comforts of pages that work without them: "/" goes to the search line, a button copies the text it points to.
document.addEventListener("keydown", (event) => {
  // On a Russian keyboard the key with "/" on it types a full stop; it is meant all the same.
  const slash = event.key === "/" || (event.code === "Slash" && !event.shiftKey);
  if (!slash || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const line = [...document.querySelectorAll("input[type=search]")].find((input) => input.offsetParent);
  if (!line) return;
  event.preventDefault();
  line.focus();
  line.select();
});

for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    document.getElementById("said").textContent = button.dataset.done;
  });
}
