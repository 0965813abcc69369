// The event's page: another person inside a talk, and the lists in which rows choose a talk or session of the page.
'use strict';
{
    // ── Another person in a talk ────────────────────────────────────────────
    // inlines.js renames what is inside a new talk, but not inside <template>: the names are made here.
    function addPerson(people) {
        const total = people.querySelector('input[name$="-TOTAL_FORMS"]');
        const prefix = total.name.replace(/-TOTAL_FORMS$/, '');
        const row = people.querySelector('template').content.firstElementChild.cloneNode(true);
        const count = Number(total.value);
        for (const element of row.querySelectorAll('*')) {
            for (const attribute of ['id', 'name', 'for', 'aria-describedby']) {
                const value = element.getAttribute(attribute);
                if (value) {
                    element.setAttribute(attribute, value.replace(/\w+-(\d+|__prefix__)-people-__prefix__/, `${prefix}-${count}`));
                }
            }
        }
        total.value = count + 1;
        people.querySelector('.add-person').before(row);
        row.dispatchEvent(new CustomEvent('formset:added', {bubbles: true, detail: {formsetName: prefix}}));
        row.querySelector('.select2-selection, select, input:not([type=hidden])').focus();
    }

    document.addEventListener('click', (event) => {
        if (event.target.classList.contains('add-person')) {
            addPerson(event.target.closest('.talk-people'));
        }
    });

    // ── Which talk, which session ───────────────────────────────────────────
    let made = 0;

    // A row counts as a part of the page when it carries a key and is not the template of new rows.
    function parts(prefix) {
        return [...document.querySelectorAll(`#${prefix}-group > fieldset > .inline-related:not(.empty-form)`)];
    }

    function label(row, number) {
        const field = (name) => row.querySelector(`[name$="-${name}"]`)?.value || '';
        const named = field('title') || field('topic') || row.querySelector('select[name$="-kind"]')?.selectedOptions[0]?.text || field('kind');
        return `${field('order') || number}. ${named}`;
    }

    function offer() {
        for (const prefix of ['talks', 'sessions']) {
            const choices = parts(prefix).map((row, index) => [row.querySelector('.part-key').value, label(row, index + 1)]);
            for (const select of document.querySelectorAll(`select[data-parts="${prefix}"]`)) {
                const chosen = select.value;
                select.length = 1;
                for (const [key, text] of choices) {
                    select.add(new Option(text, key, false, key === chosen));
                }
            }
        }
    }

    document.addEventListener('formset:added', (event) => {
        const key = event.target.querySelector('.part-key');
        if (key && ['talks', 'sessions'].includes(event.detail.formsetName)) {
            made += 1;
            key.value = `new-${Date.now()}-${made}`;
        }
        offer();
    });
    document.addEventListener('formset:removed', offer);
    document.addEventListener('change', (event) => {
        if (event.target.closest('#talks-group, #sessions-group') && !event.target.dataset.parts) {
            offer();
        }
    });
}
