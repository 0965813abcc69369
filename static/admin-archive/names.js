// Autocompletes of people and organisations offer, last, to create what was typed.
'use strict';
{
    const $ = django.jQuery;
    const select2 = $.fn.select2.defaults;
    const label = () => document.querySelector('select[data-create]').dataset.create;

    select2.set('createTag', ({term}) => (term.trim() ? {id: term.trim(), text: term.trim(), isNew: true} : null));
    // Last, so that Enter takes what the archive has.
    select2.set('insertTag', (results, tag) => results.push(tag));
    select2.set('templateResult', (result) => (result.isNew ? label().replace('%s', result.text) : result.text));

    $(document).on('select2:select select2:clear', 'select[data-create]', (event) => {
        // What is chosen replaces the name typed beside it and the question about that.
        const row = event.target.closest('.fieldBox, .form-row');
        const typed = row.querySelector(`[name="${event.target.name}_name"]`);
        if (typed) {
            typed.value = '';
            row.querySelector('.name-answers')?.remove();
        }
    });
}
