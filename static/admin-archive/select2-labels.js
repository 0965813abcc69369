// Gives Select2 comboboxes the accessible name of the field that they stand for; the admin leaves them without one.
'use strict';
{
    let labelCount = 0;

    function setLabel(combobox) {
        const select = combobox.closest('.select2-container').previousElementSibling;
        const label = select && select.labels && select.labels[0];
        if (!label) {
            return;
        }
        label.id = label.id || `label-${labelCount++}`;
        const value = combobox.querySelector('.select2-selection__rendered');
        value.setAttribute('aria-labelledby', label.id);
        combobox.setAttribute('aria-labelledby', `${label.id} ${value.id}`);
        combobox.dataset.labelled = '';
    }

    function setMissingLabels() {
        document.querySelectorAll('.select2-selection:not([data-labelled])').forEach(setLabel);
    }

    addEventListener('DOMContentLoaded', () => {
        const content = document.getElementById('content');
        new MutationObserver(setMissingLabels).observe(content, {childList: true, subtree: true});
        setMissingLabels();
    });
}
