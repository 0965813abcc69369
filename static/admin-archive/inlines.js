// The event's page: the selects of inline rows that choose a session which is itself an inline row of the page.
'use strict';
{
    let newKeyCount = 0;

    function sessions() {
        return [...document.querySelectorAll('#sessions-group > fieldset > .inline-related:not(.empty-form)')];
    }

    function rowLabel(row, number) {
        const field = (name) => row.querySelector(`[name$="-${name}"]`)?.value || '';
        return `${field('order') || number}. ${field('title') || field('kind')}`;
    }

    function updateOptions() {
        const options = sessions().map((row, index) => [row.querySelector('.part-key').value, rowLabel(row, index + 1)]);
        for (const select of document.querySelectorAll('select[data-parts="sessions"]')) {
            const selected = select.value;
            select.length = 1;
            for (const [key, text] of options) {
                select.add(new Option(text, key, false, key === selected));
            }
        }
    }

    document.addEventListener('formset:added', (event) => {
        const key = event.target.querySelector('.part-key');
        if (key && event.detail.formsetName === 'sessions') {
            newKeyCount += 1;
            key.value = `new-${Date.now()}-${newKeyCount}`;
        }
        updateOptions();
    });
    document.addEventListener('formset:removed', updateOptions);
    document.addEventListener('change', (event) => {
        if (event.target.closest('#sessions-group') && !event.target.dataset.parts) {
            updateOptions();
        }
    });
}
