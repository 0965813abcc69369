// The event's page: adding a person inside a talk, and the selects of inline rows that choose a talk or session which
// is itself an inline row of the page.
'use strict';
{
    // ── Another person in a talk ────────────────────────────────────────────
    // Django's inlines.js renames the fields of a new talk, but not those inside its <template>: this does.
    function addPerson(group) {
        const total = group.querySelector('input[name$="-TOTAL_FORMS"]');
        const prefix = total.name.replace(/-TOTAL_FORMS$/, '');
        const row = group.querySelector('template').content.firstElementChild.cloneNode(true);
        const index = Number(total.value);
        for (const element of row.querySelectorAll('*')) {
            for (const attribute of ['id', 'name', 'for', 'aria-describedby']) {
                const value = element.getAttribute(attribute);
                if (value) {
                    const renamed = value.replace(/\w+-(\d+|__prefix__)-people-__prefix__/, `${prefix}-${index}`);
                    element.setAttribute(attribute, renamed);
                }
            }
        }
        total.value = index + 1;
        group.querySelector('.add-person').before(row);
        row.dispatchEvent(new CustomEvent('formset:added', {bubbles: true, detail: {formsetName: prefix}}));
        row.querySelector('.select2-selection, select, input:not([type=hidden])').focus();
    }

    document.addEventListener('click', (event) => {
        if (event.target.classList.contains('add-person')) {
            addPerson(event.target.closest('.talk-people'));
        }
    });

    // ── Which talk, which session ───────────────────────────────────────────
    let newKeyCount = 0;

    function inlineRows(prefix) {
        return [...document.querySelectorAll(`#${prefix}-group > fieldset > .inline-related:not(.empty-form)`)];
    }

    function rowLabel(row, number) {
        const field = (name) => row.querySelector(`[name$="-${name}"]`)?.value || '';
        const kind = row.querySelector('select[name$="-kind"]')?.selectedOptions[0]?.text || field('kind');
        return `${field('order') || number}. ${field('title') || field('topic') || kind}`;
    }

    function updateOptions() {
        for (const prefix of ['talks', 'sessions']) {
            const rows = inlineRows(prefix);
            const options = rows.map((row, index) => [row.querySelector('.part-key').value, rowLabel(row, index + 1)]);
            for (const select of document.querySelectorAll(`select[data-parts="${prefix}"]`)) {
                const selected = select.value;
                select.length = 1;
                for (const [key, text] of options) {
                    select.add(new Option(text, key, false, key === selected));
                }
            }
        }
    }

    document.addEventListener('formset:added', (event) => {
        const key = event.target.querySelector('.part-key');
        if (key && ['talks', 'sessions'].includes(event.detail.formsetName)) {
            newKeyCount += 1;
            key.value = `new-${Date.now()}-${newKeyCount}`;
        }
        updateOptions();
    });
    document.addEventListener('formset:removed', updateOptions);
    document.addEventListener('change', (event) => {
        if (event.target.closest('#talks-group, #sessions-group') && !event.target.dataset.parts) {
            updateOptions();
        }
    });
}
