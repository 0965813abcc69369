// The lists that search as one types bear the name of the field they stand for; the admin leaves them without one.
'use strict';
{
    let made = 0;

    function name(list) {
        const select = list.closest('.select2-container').previousElementSibling;
        const label = select && select.labels && select.labels[0];
        if (!label) {
            return;
        }
        label.id = label.id || `label-${made++}`;
        const value = list.querySelector('.select2-selection__rendered');
        value.setAttribute('aria-labelledby', label.id);
        list.setAttribute('aria-labelledby', `${label.id} ${value.id}`);
        list.dataset.named = '';
    }

    function nameAll() {
        document.querySelectorAll('.select2-selection:not([data-named])').forEach(name);
    }

    addEventListener('DOMContentLoaded', () => {
        new MutationObserver(nameAll).observe(document.getElementById('content'), {childList: true, subtree: true});
        nameAll();
    });
}
