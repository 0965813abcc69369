// Suggestions below a search field: the ARIA combobox pattern with a listbox. Without this script the form still works.
const DEBOUNCE_MS = 150;

for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.querySelector("input[type=search]");
  const listbox = document.createElement("ul");
  listbox.className = "suggestions";
  listbox.id = `${input.id}-suggestions`;
  listbox.setAttribute("role", "listbox");
  listbox.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  listbox.hidden = true;
  form.append(listbox);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": listbox.id, "aria-autocomplete": "list",
  })) input.setAttribute(name, value);

  let timer, activeIndex = -1, requestedText = "";

  const close = () => {
    listbox.hidden = true;
    activeIndex = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  // Moves the active option up or down; index -1, before the first and after the last option, is the field itself.
  const moveActive = (by) => {
    const positions = listbox.children.length + 1;
    activeIndex = ((activeIndex + 1 + by + positions) % positions) - 1;
    [...listbox.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === activeIndex)));
    const option = listbox.children[activeIndex];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };

  const render = (suggestions) => {
    listbox.replaceChildren(...suggestions.map(({ title, marks, kind, address }, index) => {
      const option = document.createElement("li");
      const link = document.createElement("a");
      const kindLabel = document.createElement("span");
      option.id = `${listbox.id}-${index}`;
      option.setAttribute("role", "option");
      link.href = address;
      link.tabIndex = -1;
      // Places are counted in characters, not in UTF-16 units as those of a string.
      const letters = [...title];
      let done = 0;
      for (const [start, end] of marks) {
        const mark = document.createElement("mark");
        mark.textContent = letters.slice(start, end).join("");
        link.append(letters.slice(done, start).join(""), mark);
        done = end;
      }
      link.append(letters.slice(done).join(""));
      kindLabel.textContent = ` ${kind}`;
      kindLabel.className = "muted";
      option.append(link, kindLabel);
      return option;
    }));
    close();
    if (!suggestions.length) return;
    listbox.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };

  const fetchSuggestions = async () => {
    const text = (requestedText = input.value);
    if (!text.trim()) return close();
    const response = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`);
    // Out of date if more was typed meanwhile or the field lost focus.
    const isCurrent = text === requestedText && document.activeElement === input;
    if (response.ok && isCurrent) render((await response.json()).suggestions);
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(fetchSuggestions, DEBOUNCE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (listbox.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      moveActive(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && activeIndex >= 0) {
      event.preventDefault();
      listbox.children[activeIndex].querySelector("a").click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  listbox.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field until the click
  listbox.addEventListener("click", (event) => {
    // A click beside the link follows it; a click on the link does so by itself, in a new tab if asked.
    if (!event.target.closest("a")) event.target.closest("li")?.querySelector("a")?.click();
  });
  input.addEventListener("blur", close);
}
