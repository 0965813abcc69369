// Suggests topics in use for the last of those typed with commas between them.
'use strict';
document.addEventListener('input', async (event) => {
    const input = event.target;
    if (!input.classList || !input.classList.contains('topics')) {
        return;
    }
    const [, before, typed] = input.value.match(/^(.*[,;]\s*)?(.*)$/);
    if (typed.trim().length < 2 || !input.dataset.suggest) {
        return;
    }
    const answer = await fetch(`${input.dataset.suggest}&term=${encodeURIComponent(typed.trim())}`);
    if (!answer.ok || !input.isConnected) {
        return;
    }
    const id = `${input.id}-suggestions`;
    let list = document.getElementById(id);
    if (!list) {
        list = document.createElement('datalist');
        list.id = id;
        input.after(list);
        input.setAttribute('list', id);
    }
    const {results} = await answer.json();
    list.replaceChildren(...results.map((topic) => new Option('', (before || '') + topic.text)));
});
