// The list of an event's talks: moved by its buttons, by the arrow keys and by dragging, without sending the page.
'use strict';
addEventListener('DOMContentLoaded', () => {
    const table = document.querySelector('#talks table[data-move]');
    if (!table) {
        return;
    }
    const body = table.tBodies[0];
    const status = document.querySelector('#talks .moves-status');
    const key = (row) => row.id.replace('talk-', '');
    let waiting = Promise.resolve();
    let pending = 0;

    async function send(talk, after) {
        const data = new FormData();
        data.append('csrfmiddlewaretoken', document.querySelector('[name=csrfmiddlewaretoken]').value);
        data.append('talk', talk);
        data.append('after', after);
        const response = await fetch(table.dataset.move, {method: 'POST', body: data});
        if (!response.ok || response.redirected) {
            throw new Error(response.statusText);
        }
        return response.json();
    }

    function show({message, talks}) {
        const focused = document.activeElement;
        for (const [pk, number] of talks) {
            const row = document.getElementById(`talk-${pk}`);
            if (row) {
                row.cells[0].textContent = number;
                body.append(row);
            }
        }
        focused.focus();
        status.textContent = message;
    }

    // Puts the row before another one, or last, at once; the server follows.
    function move(row, next) {
        const focused = document.activeElement;
        body.insertBefore(row, next);
        if (row.contains(focused)) {
            focused.focus();
        }
        row.scrollIntoView({block: 'nearest'});
        const after = row.previousElementSibling ? key(row.previousElementSibling) : '';
        pending += 1;
        waiting = waiting.then(() => send(key(row), after)).then(
            (answer) => {
                pending -= 1;
                if (!pending) {
                    show(answer);
                }
            },
            () => {
                pending -= 1;
                status.textContent = table.dataset.failed;
                status.classList.add('errornote');
            },
        );
    }

    const places = {
        ArrowUp: (row) => row.previousElementSibling && [row.previousElementSibling],
        ArrowDown: (row) => row.nextElementSibling && [row.nextElementSibling.nextElementSibling],
        Home: (row) => row.previousElementSibling && [body.firstElementChild],
        End: (row) => row.nextElementSibling && [null],
    };

    function press(button, name) {
        const row = button.closest('tr');
        const place = places[name](row);
        button.focus();
        if (place) {
            move(row, place[0]);
        }
    }

    body.addEventListener('click', (event) => {
        const button = event.target.closest('button[name=_move]');
        if (button) {
            event.preventDefault();
            press(button, button.value.startsWith('up') ? 'ArrowUp' : 'ArrowDown');
        }
    });
    body.addEventListener('keydown', (event) => {
        if (event.target.name === '_move' && places[event.key]) {
            event.preventDefault();
            press(event.target, event.key);
        }
    });

    // ── Dragging ────────────────────────────────────────────────────────────
    let dragged = null;
    for (const cell of body.querySelectorAll('td.number')) {
        cell.draggable = true;
    }
    body.addEventListener('dragstart', (event) => {
        dragged = event.target.closest('tr');
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', key(dragged));
        event.dataTransfer.setDragImage(dragged, 0, 0);
    });
    function target(event) {
        const row = event.target.closest('tr');
        const {top, height} = row.getBoundingClientRect();
        return event.clientY < top + height / 2 ? row : row.nextElementSibling;
    }
    body.addEventListener('dragover', (event) => {
        if (dragged) {
            event.preventDefault();
            body.querySelector('.is-target')?.classList.remove('is-target');
            target(event)?.classList.add('is-target');
        }
    });
    body.addEventListener('drop', (event) => {
        event.preventDefault();
        const next = target(event);
        if (dragged && next !== dragged && next !== dragged.nextElementSibling) {
            move(dragged, next);
        }
    });
    body.addEventListener('dragend', () => {
        body.querySelector('.is-target')?.classList.remove('is-target');
        dragged = null;
    });
});
