// Progressive enhancement only: every page works as plain HTML without this file. No eval, no inline styles, one HTML sink.
const $ = (s, r = document) => r.querySelector(s);
const $$ = (s, r = document) => [...r.querySelectorAll(s)];
const root = document.documentElement;

// The only place where text becomes HTML: fragments read from our own origin.
const policy = globalThis.trustedTypes?.createPolicy('app', { createHTML: s => s }) ?? { createHTML: s => s };
const parse = text => new DOMParser().parseFromString(policy.createHTML(text), 'text/html');

const say = text => { const said = $('#said'); if (said) said.textContent = text };

// ------------------------------------------------------------------ tooltips: hover, focus and tap; Escape dismisses; stays while hovered
const tip = Object.assign(document.createElement('span'), { className: 'tip', hidden: true, id: 'tip' });
tip.setAttribute('role', 'tooltip');
($('main') ?? document.body).append(tip);
let tipped = null;
function showTip(el) {
  const [head, ...rest] = el.dataset.tip.split('|');
  tip.replaceChildren(Object.assign(document.createElement('b'), { textContent: head }), ...rest.map(t => Object.assign(document.createElement('span'), { textContent: t })));
  tip.hidden = false; tipped = el;
  const r = el.getBoundingClientRect(), t = tip.getBoundingClientRect(), below = r.top < t.height + 16;
  tip.style.left = Math.max(8, Math.min(root.clientWidth - t.width - 8, r.left + r.width / 2 - t.width / 2)) + scrollX + 'px';
  tip.style.top = (below ? r.bottom + 6 : r.top - t.height - 6) + scrollY + 'px';
}
const hideTip = () => { tip.hidden = true; tipped = null };
const hideSoon = el => setTimeout(() => { if (tipped === el && !tip.matches(':hover') && !el.matches(':hover, :focus-visible')) hideTip() }, 120);
tip.addEventListener('pointerleave', () => tipped && hideSoon(tipped));
addEventListener('resize', () => tipped && hideTip());

// ------------------------------------------------------------------ search as you type: reads the same address and takes one element by id
function live(form) {
  const input = $('input[type=search]', form), id = form.dataset.live;
  let asked = input.value, timer, running;
  const ask = async () => {
    const q = input.value;
    if (q === asked) return;
    asked = q;
    running?.abort(); running = new AbortController();
    const url = new URL(form.action); for (const [k, v] of new FormData(form)) url.searchParams.set(k, v);
    try {
      const answer = await fetch(url, { headers: { 'x-fragment': id }, signal: running.signal });
      if (!answer.ok) return;
      const fresh = parse(await answer.text()).getElementById(id), old = document.getElementById(id);
      if (fresh && old && input.value === q) { old.replaceWith(fresh); wire(fresh); history.replaceState(history.state, '', url) }
    } catch { /* a newer letter came, or the line is down: the form still works */ }
  };
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 90) });
}

// ------------------------------------------------------------------ the search in the top bar: a list under the field, reached with the arrow keys
function find(form) {
  const input = $('input[type=search]', form), pop = Object.assign(document.createElement('div'), { className: 'card pop hits-list', id: 'found-here', hidden: true });
  for (const [k, v] of Object.entries({ role: 'listbox', 'aria-label': 'Found' })) pop.setAttribute(k, v);
  for (const [k, v] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': pop.id, 'aria-expanded': 'false' })) input.setAttribute(k, v);
  form.append(pop);
  let timer, running, at = -1;
  const lines = () => $$('a', pop);
  const shut = () => { running?.abort(); clearTimeout(timer); pop.hidden = true; at = -1; input.setAttribute('aria-expanded', 'false'); input.removeAttribute('aria-activedescendant') };
  const mark = n => {
    const all = lines(); if (!all.length) return;
    all[at]?.setAttribute('aria-selected', 'false');
    at = (n + all.length + 1) % (all.length + 1);
    if (at === all.length) { at = -1; return input.removeAttribute('aria-activedescendant') }
    all[at].setAttribute('aria-selected', 'true'); all[at].scrollIntoView({ block: 'nearest' }); input.setAttribute('aria-activedescendant', all[at].id);
  };
  const ask = async () => {
    const q = input.value.trim();
    if (q.length < 2) return shut();
    running?.abort(); running = new AbortController();
    try {
      const answer = await fetch(form.action + '?' + new URLSearchParams({ q }), { headers: { 'x-fragment': 'hits' }, signal: running.signal });
      if (!answer.ok || answer.redirected) return;
      const hits = parse(await answer.text()).getElementById('hits');
      if (!hits || input.value.trim() !== q || document.activeElement !== input) return;
      pop.replaceChildren(...hits.children);
      for (const [n, a] of lines().entries()) { a.id = 'found-' + n; a.tabIndex = -1; a.setAttribute('role', 'option'); a.setAttribute('aria-selected', 'false') }
      for (const el of $$('ul, li, h2, section', pop)) el.setAttribute('role', el.tagName === 'SECTION' ? 'group' : 'presentation');
      at = -1; pop.hidden = false; input.setAttribute('aria-expanded', 'true');
      say(lines().length ? lines().length + ' found' : pop.textContent.trim());
    } catch { /* a newer letter came, or the line is down: Enter still works */ }
  };
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 90) });
  input.addEventListener('keydown', e => {
    if (e.key === 'Escape' && !pop.hidden) { e.preventDefault(); return shut() }
    if (pop.hidden) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); mark(e.key === 'ArrowDown' ? at + 1 : at < 0 ? lines().length - 1 : at - 1) }
    if (e.key === 'Enter' && at >= 0) { e.preventDefault(); location.assign(lines()[at].href) }
  });
  form.addEventListener('focusout', e => { if (!form.contains(e.relatedTarget)) setTimeout(() => { if (!form.contains(document.activeElement)) shut() }, 150) });
}

// ------------------------------------------------------------------ a page that waits reads itself again; a page that says where to go goes there
async function watch(el) {
  const wait = Math.max(1, Number(el.dataset.watch) || 3) * 1000;
  for (let misses = 0; el.isConnected;) {
    await new Promise(go => setTimeout(go, wait * 2 ** Math.min(misses, 4)));
    if (document.hidden) continue;
    try {
      const answer = await fetch(location.href, { headers: { 'x-fragment': el.id } });
      if (answer.redirected) return location.assign(answer.url);
      if (!answer.ok) { misses++; continue }
      misses = 0;
      const fresh = parse(await answer.text()).getElementById(el.id);
      if (!fresh) return location.reload();
      if (fresh.dataset.next) return location.assign(fresh.dataset.next);
      if (fresh.innerHTML !== el.innerHTML && !el.contains(document.activeElement)) { el.replaceWith(fresh); wire(fresh); return }
    } catch { misses++ }
  }
}

// ------------------------------------------------------------------ sheets: a page whose #sheet is shown as a dialog over the present one
const grab = async (url, options) => { const answer = await fetch(url, { ...options, headers: { 'x-fragment': 'sheet' } }); return [answer, parse(await answer.text()).getElementById('sheet')] };
async function openSheet(link) {
  let answer, sheet;
  try { [answer, sheet] = await grab(link.href) } catch { /* the line is down: the browser says so itself */ }
  if (!sheet || !answer.ok) return location.assign(link.href);
  const box = Object.assign(document.createElement('dialog'), { className: 'sheet' });
  box.setAttribute('aria-labelledby', sheet.getAttribute('aria-labelledby') ?? '');
  box.append(sheet); document.body.append(box); wire(box); box.showModal();
  box.addEventListener('close', async () => {
    // A code on the screen ends with the dialog, however it is closed.
    const end = $('form[data-ends]', box);
    if (end && !end.dataset.sent) await fetch(end.action, { method: 'POST', body: new URLSearchParams(new FormData(end)), keepalive: true }).catch(() => {});
    box.remove(); if (box.dataset.changed) location.reload(); else link.focus() });
}
async function stay(e, form) {
  const box = form.closest('dialog.sheet');
  if (!box) return;
  e.preventDefault();
  const data = new URLSearchParams(new FormData(form)), post = form.method === 'post', url = new URL(form.action);
  if (!post) url.search = data;
  try {
    const [answer, sheet] = await grab(url, post ? { method: 'POST', body: data } : {});
    if (!sheet) return location.assign(answer.redirected ? answer.url : location.href);
    if (post) box.dataset.changed = '1';
    box.replaceChildren(sheet); wire(sheet);
    (sheet.querySelector('[data-focus], [data-copy]:not([hidden])') ?? sheet.querySelector('h2'))?.focus();
  } catch { delete form.dataset.sent; say('That did not go through. Try again.') }
}

// ------------------------------------------------------------------ live stream: events name what changed; the page reads it again through its own address
function stream(url) {
  const changed = new Set(); let timer;
  const read = async () => {
    timer = null;
    const names = [...changed]; changed.clear();
    try {
      const answer = await fetch(location.href);
      if (answer.redirected || answer.status === 404) return location.reload();
      if (!answer.ok) return;
      const fresh = parse(await answer.text());
      for (const old of $$('[data-live-id]')) {
        const now = document.getElementById(old.id) && fresh.getElementById(old.id);
        if (!now || now.innerHTML === old.innerHTML) continue;
        const here = old.contains(document.activeElement) ? document.activeElement : old;
        // Nothing is taken away under somebody's fingers: what is being filled in is read again when they leave it.
        if (here.matches('input, select, textarea')) { here.addEventListener('blur', () => { changed.add(old.id); timer ??= setTimeout(read, 500) }, { once: true }); continue }
        const way = [];
        for (let el = here; el !== old; el = el.parentNode) way.unshift([...el.parentNode.children].indexOf(el));
        const before = $$('details', old), after = $$('details', now);
        if (before.length === after.length) before.forEach((d, n) => { after[n].open = d.open });
        old.replaceWith(now); wire(now);
        if (way.length) way.reduce((el, n) => el?.children[n], now)?.focus({ preventScroll: true });
        say(now.dataset.liveId + ' changed');
      }
    } catch { for (const n of names) changed.add(n) }
  };
  // The stream is told which instant the page shows, so that nothing between drawing and listening is missed; after a broken line the
  // browser says the last word that reached it. A stream that is refused belongs to a page that is nobody's any more.
  let source, since = document.body.dataset.pulse ?? '';
  const open = () => {
    source = new EventSource(url + '?since=' + encodeURIComponent(since));
    source.addEventListener('message', e => { since = e.lastEventId || since; changed.add(e.data); timer ??= setTimeout(read, 500) });
    source.addEventListener('error', async () => {
      if (source.readyState !== EventSource.CLOSED) return;
      try {
        const answer = await fetch(location.href);
        if (answer.redirected || answer.status === 404) return location.reload();
      } catch { /* the line is down: again in a while */ }
      setTimeout(open, 3000);
    });
  };
  open();
  addEventListener('pagehide', () => source.close());
}

// ------------------------------------------------------------------ household map: arrow keys between tiles; a menu by right click, long press or menu key
const tile = el => el?.closest?.('.map .t') ?? el?.closest?.('.map .tile')?.querySelector('.t');
const middle = el => { const r = el.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2] };
const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let menu = null, menuOf = null, held = false;
const shutMenu = back => { menu?.remove(); if (back) menuOf?.focus(); menu = menuOf = null };
// The same acts as in the item's row of the list.
function openMenu(t) {
  const acts = t && document.getElementById(t.dataset.row)?.querySelector('.pop');
  if (!acts) return false;
  shutMenu(); hideTip();
  menu = acts.cloneNode(true); menuOf = t;
  menu.classList.add('map-menu'); menu.setAttribute('role', 'menu'); menu.setAttribute('aria-label', t.getAttribute('aria-label').split(',')[0]);
  for (const a of $$('a', menu)) { a.setAttribute('role', 'menuitem'); a.addEventListener('click', () => setTimeout(() => shutMenu(false))) }
  ($('main') ?? document.body).append(menu); wire(menu);
  const r = t.getBoundingClientRect(), m = menu.getBoundingClientRect();
  menu.style.left = Math.max(8, Math.min(root.clientWidth - m.width - 8, r.left + 24)) + scrollX + 'px';
  menu.style.top = (r.bottom + m.height + 8 > innerHeight ? Math.max(8, r.top - m.height - 4) : r.bottom + 4) + scrollY + 'px';
  $('a', menu)?.focus();
  return true;
}
document.addEventListener('keydown', e => {
  const way = ways[e.key];
  if (menu && menu.contains(e.target)) {
    const all = $$('a', menu), at = all.indexOf(e.target);
    if (e.key === 'Escape' || e.key === 'Tab') { e.preventDefault(); e.stopPropagation(); shutMenu(true) }
    else if (way) { e.preventDefault(); all[(at + (way[0] + way[1]) + all.length) % all.length].focus() }
    return;
  }
  const from = e.target.closest?.('.map .t');
  if (!from || !way || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  const [x, y] = middle(from);
  let best = null, least = Infinity;
  for (const t of $$('.t', from.closest('.map'))) {
    const [a, b] = middle(t), along = (a - x) * way[0] + (b - y) * way[1], off = Math.abs((a - x) * way[1]) + Math.abs((b - y) * way[0]);
    if (along > 4 && along + 3 * off < least) { best = t; least = along + 3 * off }
  }
  best?.focus();
});
addEventListener('resize', () => shutMenu(false));
document.addEventListener('contextmenu', e => { if (openMenu(tile(e.target))) e.preventDefault() });
document.addEventListener('pointerdown', e => {
  if (menu && !menu.contains(e.target)) shutMenu(false);
  const t = e.pointerType === 'touch' && tile(e.target);
  held = false;
  if (!t) return;
  const timer = setTimeout(() => { held = openMenu(t) }, 550);
  for (const kind of ['pointerup', 'pointercancel']) addEventListener(kind, () => clearTimeout(timer), { once: true });
});
document.addEventListener('click', e => {
  const more = e.target.closest?.('.map .t-more');
  if (held) { held = false; if (tile(e.target)) e.preventDefault() }
  else if (more && openMenu(tile(more))) e.preventDefault();
});

// ------------------------------------------------------------------ everything that a part of a page may carry
function wire(part) {
  const all = s => [...(part.matches?.(s) ? [part] : []), ...$$(s, part)];
  for (const el of all('[data-tip]')) {
    el.addEventListener('pointerenter', e => { if (e.pointerType !== 'touch') showTip(el) });
    el.addEventListener('pointerleave', () => hideSoon(el));
    el.addEventListener('focus', () => { if (el.matches(':focus-visible')) showTip(el) });
    el.addEventListener('blur', hideTip);
    if (el.tagName === 'BUTTON') el.addEventListener('click', () => { if (tipped === el && el.matches('[data-tapped]')) { hideTip(); el.removeAttribute('data-tapped') } else { showTip(el); el.setAttribute('data-tapped', '') } });
  }
  for (const b of all('[data-peek]')) {
    const input = document.getElementById(b.dataset.peek);
    b.hidden = false;
    b.addEventListener('click', () => {
      const on = input.type === 'password';
      input.type = on ? 'text' : 'password'; b.setAttribute('aria-pressed', on); b.setAttribute('aria-label', on ? 'Hide password' : 'Show password');
    });
  }
  for (const b of all('[data-copy]')) {
    b.hidden = false;
    b.addEventListener('click', async () => {
      const from = document.getElementById(b.dataset.copy), text = (from.value ?? from.textContent).trim();
      try { await navigator.clipboard.writeText(text) } catch { getSelection().selectAllChildren(from); return say('Press Ctrl and C to copy') }
      const word = $('[data-word]', b); if (word) { word.textContent = 'Copied'; setTimeout(() => { word.textContent = 'Copy' }, 2500) }
      say('Copied');
    });
  }
  for (const form of all('form[data-live]')) live(form);
  for (const form of all('form[data-find]')) find(form);
  // A photograph as phones take it is far too large: it is made smaller here. Without this, the page says what is too large.
  for (const input of all('input[data-shrink]')) input.addEventListener('change', async () => {
    const file = input.files[0], side = Number(input.dataset.shrink);
    if (!file || file.size < 150000 || !self.OffscreenCanvas) return;
    try {
      const drawn = await createImageBitmap(file), part = Math.min(drawn.width, drawn.height), paper = new OffscreenCanvas(side, side);
      paper.getContext('2d').drawImage(drawn, (drawn.width - part) / 2, (drawn.height - part) / 2, part, part, 0, 0, side, side);
      const kept = new DataTransfer(); kept.items.add(new File([await paper.convertToBlob({ type: 'image/jpeg', quality: .85 })], 'likeness.jpg', { type: 'image/jpeg' }));
      input.files = kept.files;
    } catch { /* no picture: the server says so */ }
  });
  // What the keyboard reaches by its menu key is no stop of its own.
  for (const a of all('.map .t-more')) a.setAttribute('tabindex', '-1');
  for (const el of all('[data-watch]')) watch(el);
  for (const el of all('[data-print]')) { el.hidden = false; el.addEventListener('click', () => print()) }
  // A form that changes something is sent once; the button says that it is under way.
  for (const a of all('a[data-sheet]')) a.addEventListener('click', e => { if (!e.ctrlKey && !e.metaKey && !e.shiftKey) { e.preventDefault(); a.closest('details.menu')?.removeAttribute('open'); openSheet(a) } });
  for (const b of all('[data-save]')) {
    b.hidden = false;
    b.addEventListener('click', () => {
      const drawn = $('svg', document.getElementById(b.dataset.save)).cloneNode(true); drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
      const href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(drawn)], { type: 'image/svg+xml' }));
      Object.assign(document.createElement('a'), { href, download: 'asset-sync-link.svg' }).click(); setTimeout(() => URL.revokeObjectURL(href), 5000);
    });
  }
  for (const form of all('form[method=post]')) form.addEventListener('submit', e => {
    if (form.dataset.sent) return e.preventDefault();
    form.dataset.sent = '1';
    for (const b of [...$$('button[type=submit]', form), ...(form.id ? $$(`button[form="${form.id}"]`) : [])]) b.setAttribute('aria-busy', 'true');
  });
  // A set ticks its boxes; a box that is touched makes it a set of one's own. Printing needs looking.
  for (const f of all('[data-rights-form]')) {
    const set = $('select[name=set]', f), boxes = $$('input[name=right]', f), isAct = key => !key.includes('.');
    set?.addEventListener('change', () => {
      const keys = (set.selectedOptions[0].dataset.rights ?? '').split(' ').filter(Boolean);
      if (keys.length) for (const b of boxes) if (!isAct(b.value) || keys.some(isAct)) b.checked = keys.includes(b.value);
    });
    for (const b of boxes) b.addEventListener('change', () => {
      const twin = boxes.find(o => o.value === (b.checked ? b.value.replace('.print', '.view') : b.value.replace('.view', '.print')));
      if (twin && twin !== b) twin.checked = b.checked;
      if (set && !isAct(b.value)) set.value = 'custom';
    });
  }
  for (const form of all('form[data-stay]')) form.addEventListener('submit', e => { if (!e.defaultPrevented) stay(e, form) });
  for (const form of all('form[data-now]')) for (const field of $$('select, input[type=date]', form)) field.addEventListener('change', () => form.requestSubmit());
  for (const b of all('[data-closes]')) b.addEventListener('click', e => { const d = b.closest('dialog'); if (d?.matches(':modal')) { e.preventDefault(); d.close() } });
}
wire(document);

// ------------------------------------------------------------------ once a page
addEventListener('keydown', e => {
  if (e.key !== 'Escape') return;
  hideTip();
  for (const m of $$('details.menu[open]')) { m.open = false; $('summary', m).focus() }
});
document.addEventListener('click', e => { for (const m of $$('details.menu[open]')) if (!m.contains(e.target)) m.open = false });
addEventListener('pageshow', e => { if (e.persisted) for (const f of $$('form[data-sent]')) { delete f.dataset.sent; for (const b of $$('[aria-busy]', f)) b.removeAttribute('aria-busy') } });
$('[data-focus]')?.focus();
// Opened to be printed: the button is there only where printing is shared.
if (new URLSearchParams(location.search).has('print')) $('[data-print]')?.click();

// Theme: the server's answer comes first; this only previews it and tells the server.
for (const b of $$('[data-theme-toggle]')) {
  b.hidden = false;
  b.addEventListener('click', () => {
    const dark = root.dataset.theme === 'dark' || (root.dataset.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
    root.dataset.theme = dark ? 'light' : 'dark';
    const csrf = $('input[name=csrf]')?.value;
    if (csrf) fetch('/preferences/theme', { method: 'POST', body: new URLSearchParams({ csrf, theme: root.dataset.theme }), keepalive: true }).catch(() => {});
  });
}

// An idle hour ends the session. Two minutes before, the page asks; what was typed stays in this tab, for the same person.
const idle = Number(document.body.dataset.idle) * 1000;
if (idle) {
  const key = 'kept ' + document.body.dataset.who + ' ' + location.pathname + location.search, csrf = $('input[name=csrf]')?.value;
  const seen = () => Number(localStorage.getItem('seen') || 0), left = () => idle - (Date.now() - seen()), see = () => localStorage.setItem('seen', Date.now());
  const typed = () => $$('main form[method=post] :is(input, select, textarea)').filter(f => f.id && !['hidden', 'password', 'file'].includes(f.type));
  const stay = () => { see(); fetch('/preferences/stay', { method: 'POST', body: new URLSearchParams({ csrf }), keepalive: true }).catch(() => {}) };
  const leave = () => {
    sessionStorage.setItem(key, JSON.stringify(typed().map(f => [f.id, f.type === 'checkbox' || f.type === 'radio' ? f.checked : f.value])));
    location.assign('/sign-in?said=idle&next=' + encodeURIComponent(location.pathname + location.search));
  };
  see();
  const make = (tag, className, ...parts) => { const el = document.createElement(tag); el.className = className; el.append(...parts); return el };
  const go = make('button', 'btn primary', 'Stay signed in');
  const ask = make('dialog', 'sheet', make('div', 'card clip sheet-page ask',
    make('div', 'dlg-head', make('h2', 'grow dlg-title', 'Still there?')),
    make('div', 'dlg-body', make('p', '', 'Nothing happened here for a while. You will be signed out in two minutes. What you typed stays.')),
    make('div', 'dlg-foot', make('span', 'push'), go)));
  ask.setAttribute('role', 'alertdialog'); ask.setAttribute('aria-label', 'Still there?');
  document.body.append(ask);
  go.addEventListener('click', () => ask.close());
  ask.addEventListener('close', stay);
  const look = () => {
    if (left() <= 0) return leave();
    if (left() <= 120000) { if (!ask.open) ask.showModal() } else if (ask.open) { ask.removeEventListener('close', stay); ask.close(); ask.addEventListener('close', stay) }
  };
  setInterval(look, 5000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look() });
  for (const kind of ['input', 'pointerdown', 'keydown']) addEventListener(kind, () => { if (!ask.open && left() > 0 && left() < idle - 300000) stay() });
  document.addEventListener('submit', e => { if (left() <= 0 && e.target.method === 'post') { e.preventDefault(); leave() } }, true);
  const kept = sessionStorage.getItem(key);
  if (kept) {
    sessionStorage.removeItem(key);
    for (const [id, value] of JSON.parse(kept)) { const f = document.getElementById(id); if (f && typed().includes(f)) { if (typeof value === 'boolean') f.checked = value; else f.value = value } }
    say('What you typed is back');
  }
}

// The link's secret stands behind the #: it leaves the address bar before anything else happens, and travels in a form post.
const door = $('form[data-door]');
if (door && location.hash.length > 1) {
  $('[name=code]', door).value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
  door.requestSubmit();
}

const events = $('[data-stream]')?.dataset.stream;
if (events) stream(events);
