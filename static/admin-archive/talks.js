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

    // ── Dragging, by mouse, finger or pen ───────────────────────────────────
    let dragged = null;
    for (const cell of body.querySelectorAll('td.number')) {
        cell.classList.add('is-handle');
    }

    // The row before which the dragged one would stand, null for the end of the list.
    function next({clientX, clientY}) {
        const row = document.elementFromPoint(clientX, clientY)?.closest('tr');
        if (!row || row.parentElement !== body) {
            return undefined;
        }
        const {top, height} = row.getBoundingClientRect();
        return clientY < top + height / 2 ? row : row.nextElementSibling;
    }

    function drop() {
        body.querySelector('.is-target')?.classList.remove('is-target');
        body.querySelector('.is-dragged')?.classList.remove('is-dragged');
        dragged = null;
    }

    body.addEventListener('pointerdown', (event) => {
        const cell = event.target.closest('td.number');
        if (cell && event.button === 0) {
            event.preventDefault();
            dragged = cell.closest('tr');
            dragged.classList.add('is-dragged');
            cell.setPointerCapture(event.pointerId);
        }
    });
    body.addEventListener('pointermove', (event) => {
        if (!dragged) {
            return;
        }
        if (event.clientY < 40 || event.clientY > innerHeight - 40) {
            scrollBy(0, event.clientY < 40 ? -20 : 20);
        }
        body.querySelector('.is-target')?.classList.remove('is-target');
        next(event)?.classList.add('is-target');
    });
    body.addEventListener('pointerup', (event) => {
        const place = dragged && next(event);
        const row = dragged;
        drop();
        if (row && place !== undefined && place !== row && place !== row.nextElementSibling) {
            move(row, place);
        }
    });
    body.addEventListener('pointercancel', drop);
});
