// Autocompletes the last of the comma-separated topics with those in use.
'use strict';
document.addEventListener('input', async (event) => {
    const input = event.target;
    if (!input.classList || !input.classList.contains('topics')) {
        return;
    }
    const [, before, term] = input.value.match(/^(.*[,;]\s*)?(.*)$/);
    if (term.trim().length < 2 || !input.dataset.suggest) {
        return;
    }
    const response = await fetch(`${input.dataset.suggest}&term=${encodeURIComponent(term.trim())}`);
    if (!response.ok || !input.isConnected) {
        return;
    }
    const id = `${input.id}-suggestions`;
    let datalist = document.getElementById(id);
    if (!datalist) {
        datalist = document.createElement('datalist');
        datalist.id = id;
        input.after(datalist);
        input.setAttribute('list', id);
    }
    const {results} = await response.json();
    datalist.replaceChildren(...results.map((topic) => new Option('', (before || '') + topic.text)));
});
