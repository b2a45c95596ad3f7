// A browser as far as plain forms need one: cookies, hidden fields, a way on after a post. Reads our own HTML, not anybody's.

const plain = (text) =>
  text.replace(/&#(\d+);/g, (_, n) => String.fromCodePoint(Number(n))).replace(/&(lt|gt|quot|amp);/g, (_, n) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[n]);

// What a person reads of a piece of HTML.
export const words = (html) => plain(html.replace(/<(script|style)[^]*?<\/\1>/g, ' ').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();

// The text of the element with this id.
export function marked(html, id) {
  const found = html.match(new RegExp(`id="${id}"[^>]*>([^<]*)<`));
  if (!found) throw new Error(`nothing is marked “${id}”:\n${words(html)}`);
  return plain(found[1]).trim();
}

// The form of a page that posts to an address with this in it, with what it holds already.
export function form(page, action) {
  for (const [, head, body] of page.html.matchAll(/<form ([^>]*)>([^]*?)<\/form>/g)) {
    const to = plain(head.match(/action="([^"]*)"/)?.[1] ?? '');
    if (!to.includes(action) || !/method="post"/.test(head)) continue;
    const hidden = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, plain(value)]);
    return { to, multipart: /multipart\/form-data/.test(head), fields: Object.fromEntries(hidden) };
  }
  throw new Error(`${page.url.pathname} has no form to ${action}:\n${words(page.html)}`);
}

// Somebody's cookies at one address.
export function jar(home) {
  const cookies = new Map();
  async function ask(path, init = {}) {
    const url = new URL(path, home);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, ...(cookie && { cookie }) } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (/Max-Age=0/.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const html = await answer.text();
    if (answer.status >= 300 && answer.status < 400) return ask(answer.headers.get('location'));
    if (answer.status >= 400) throw new Error(`${init.method ?? 'GET'} ${url.pathname} answers ${answer.status}: ${words(html)}`);
    return { url, html };
  }
  return {
    get: (path) => ask(path),
    post({ to, multipart, fields }, typed) {
      const all = Object.entries({ ...fields, ...typed });
      const body = multipart ? new FormData() : new URLSearchParams(all);
      if (multipart) all.forEach(([name, value]) => body.append(name, value));
      return ask(to, { method: 'POST', body });
    },
  };
}
