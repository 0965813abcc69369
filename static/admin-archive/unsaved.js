// Nothing typed is lost: warns on leaving a form, keeps a copy of what is typed in this browser, and offers it back.
// Forms are marked with data-unsaved; the server shows a copy again when it is sent with the field _show
// (events/admin/unsaved.py). Passwords, codes, tokens and files are never kept.
'use strict';
{
    const {account, restore, discard} = document.currentScript.dataset;
    const WEEK = 7 * 24 * 3600 * 1000;
    const opened = Date.now();

    const pathOf = (url) => new URL(url, location.href).pathname.replace(/^\/en(?=\/)/, '');
    const prefix = `unsaved:${account}:`;
    const loggedOut = `unsaved-out:${account}`;

    // Each page that was opened has a copy of its own, so that no copy replaces one not yet looked at.
    function copies(ofPath) {
        const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
        return keys.map((key) => ({key, ...JSON.parse(localStorage.getItem(key))})).filter(({path}) => path === ofPath);
    }

    function drop(found) {
        found.forEach(({key}) => localStorage.removeItem(key));
    }

    function sweep() {
        for (const key of Object.keys(localStorage).filter((name) => name.startsWith('unsaved'))) {
            const stored = JSON.parse(localStorage.getItem(key));
            if (opened - (stored.time || stored) > WEEK) {
                localStorage.removeItem(key);
            }
        }
    }

    function dropSaved() {
        const saved = document.cookie.match(/(?:^|; )saved_form=([^;]*)/);
        if (saved) {
            drop(copies(pathOf(decodeURIComponent(saved[1]))).filter(({sent}) => sent));
            document.cookie = 'saved_form=; path=/; max-age=0';
        }
    }

    function typedIn(form) {
        const secret = new Set(['csrfmiddlewaretoken', '_show']);
        for (const field of form.elements) {
            if (field.type === 'password' || field.autocomplete === 'one-time-code') {
                secret.add(field.name);
            }
        }
        const fields = [...new FormData(form)];
        return fields.filter(([name, value]) => typeof value === 'string' && !secret.has(name) && !name.includes('__prefix__'));
    }

    class Watched {
        constructor(form) {
            this.form = form;
            this.url = form.getAttribute('action') || location.href;
            this.path = pathOf(this.url);
            this.key = `${prefix}${this.path}:${opened}-${Math.random()}`;
            this.isKept = !document.body.classList.contains('popup');
            this.isLeaving = false;
            // A proposal, and a form that was refused, are not saved though nothing was typed since.
            const isNew = form.dataset.unsaved === 'new' || document.querySelector('#content .errornote, #content .errorlist');
            this.atFirst = isNew ? null : this.now();
            if (!this.isKept) {
                return;
            }
            if (isNew) {
                this.store();
                if (this.path === pathOf(location.href)) {
                    drop(copies(this.path).filter(({key, sent}) => sent && key !== this.key));
                }
            }
            this.offer([this.path, form.dataset.unsavedAlso].filter(Boolean));
        }

        now() {
            return JSON.stringify(typedIn(this.form));
        }

        isDirty() {
            return this.now() !== this.atFirst;
        }

        store(sent = false) {
            if (!this.isKept || Number(localStorage.getItem(loggedOut)) > opened) {
                return;
            }
            if (!this.isDirty()) {
                localStorage.removeItem(this.key);
                return;
            }
            const copy = {path: this.path, url: this.url, time: Date.now(), fields: typedIn(this.form), sent};
            try {
                localStorage.setItem(this.key, JSON.stringify(copy));
            } catch {
                // The browser has no room left: the warning on leaving remains.
                this.isKept = false;
            }
        }

        offer(paths) {
            const now = this.now();
            const others = paths.flatMap(copies).filter(({key, fields}) => key !== this.key && JSON.stringify(fields) !== now);
            for (const copy of others.sort((one, other) => other.time - one.time)) {
                const line = document.createElement('p');
                line.className = 'unsaved';
                line.setAttribute('role', 'status');
                line.append(
                    button(restore.replace('{time}', shown(new Date(copy.time))), () => this.resend(copy)),
                    ' ',
                    button(discard, () => {
                        drop([copy]);
                        line.remove();
                    }),
                );
                // Not within the two panes of a proposal: there it would take the place of one.
                (this.form.closest('.review-columns') ?? this.form).before(line);
            }
        }

        resend({key, url, fields}) {
            const stored = JSON.parse(localStorage.getItem(key));
            localStorage.setItem(key, JSON.stringify({...stored, sent: true}));
            const form = document.createElement('form');
            form.method = 'post';
            form.action = url;
            form.hidden = true;
            const token = this.form.elements.csrfmiddlewaretoken.value;
            for (const [name, value] of [...fields, ['csrfmiddlewaretoken', token], ['_show', '1']]) {
                // Not an input: that would take the line ends out.
                const field = document.createElement('textarea');
                field.name = name;
                field.value = value;
                form.append(field);
            }
            document.body.append(form);
            this.isLeaving = true;
            form.submit();
        }
    }

    function button(text, action) {
        const made = document.createElement('button');
        made.type = 'button';
        made.className = 'button';
        made.textContent = text;
        made.addEventListener('click', action);
        return made;
    }

    function shown(date) {
        const {lang} = document.documentElement;
        const time = date.toLocaleTimeString(lang, {hour: '2-digit', minute: '2-digit'});
        const day = date.toLocaleDateString(lang, {day: 'numeric', month: 'long'});
        return date.toDateString() === new Date().toDateString() ? time : `${day}, ${time}`;
    }

    function watch(form) {
        const watched = new Watched(form);
        let waiting;
        for (const event of ['input', 'change', 'click', 'keyup']) {
            document.addEventListener(event, () => {
                clearTimeout(waiting);
                waiting = setTimeout(() => watched.isLeaving || watched.store(), 1000);
            });
        }
        document.addEventListener('submit', (event) => {
            if (event.target === form && !event.defaultPrevented) {
                watched.isLeaving = true;
                watched.store(true);
            }
        });
        addEventListener('pageshow', () => {
            watched.isLeaving = false;
        });
        addEventListener('beforeunload', (event) => {
            if (!watched.isLeaving && watched.isDirty()) {
                watched.store();
                event.preventDefault();
            }
        });
        return watched;
    }

    addEventListener('load', () => {
        sweep();
        if (!account) {
            return;
        }
        dropSaved();
        const form = document.querySelector('[data-unsaved]')?.closest('form');
        const watched = form && watch(form);
        // Sent from here and answered by another form: a text became its proposal.
        if (watched && watched.path !== pathOf(location.href)) {
            drop(copies(pathOf(location.href)).filter(({sent}) => sent));
        }
        document.getElementById('logout-form')?.addEventListener('submit', () => {
            drop(Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => ({key})));
            localStorage.setItem(loggedOut, String(Date.now()));
            if (watched) {
                watched.isKept = false;
            }
        });
    });
}
