// What the archive has while one types into a search line: a list below it, by mouse or keyboard. Without this the
// line is a plain form.
const PAUSE = 150; // ms without a key before asking

for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  list.hidden = true;
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
  })) input.setAttribute(name, value);

  let timer, chosen = -1, asked = "";

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  // One step up or down; before the first suggestion and after the last one stands the line itself.
  const step = (by) => {
    const stops = list.children.length + 1;
    chosen = ((chosen + 1 + by + stops) % stops) - 1;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    const item = list.children[chosen];
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  };

  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(({ title, kind, address }, at) => {
      const item = document.createElement("li"), link = document.createElement("a"), what = document.createElement("span");
      item.id = `${list.id}-${at}`;
      item.setAttribute("role", "option");
      link.href = address;
      link.tabIndex = -1;
      link.textContent = title;
      what.textContent = ` ${kind}`;
      what.className = "soft";
      item.append(link, what);
      return item;
    }));
    close();
    if (!suggestions.length) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };

  const ask = async () => {
    const text = (asked = input.value);
    if (!text.trim()) return close();
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`);
    // Another letter was typed meanwhile, or the line was left.
    if (answer.ok && text === asked && document.activeElement === input) show((await answer.json()).suggestions);
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      list.children[chosen].querySelector("a").click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the line keeps the focus until the click
  list.addEventListener("click", (event) => {
    if (!event.target.closest("a")) event.target.closest("li")?.querySelector("a")?.click(); // once, and in a new tab if so asked
  });
  input.addEventListener("blur", close);
}
