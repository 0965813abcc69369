// The page of an event's photos: Enter leads from one description to the next, and from the last to saving.
'use strict';
{
    document.addEventListener('keydown', (event) => {
        const described = '.photo-table textarea[name$="-alt"]';
        if (event.key !== 'Enter' || event.isComposing || event.shiftKey || !event.target.matches(described)) {
            return;
        }
        event.preventDefault();
        // A key that is held leads one step, not through all photos to saving.
        if (event.repeat) {
            return;
        }
        const all = [...document.querySelectorAll(described)];
        (all[all.indexOf(event.target) + 1] || document.querySelector('.submit-row [type=submit]')).focus();
    });
}
