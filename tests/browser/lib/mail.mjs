// Reads the mails that the demo wrote: one head, the plain words, the link in them.

// One head of a message, its continued lines joined.
export function head(mail, name) {
  const heads = mail.split(/\r?\n\r?\n/)[0].replace(/\r?\n[ \t]+/g, ' ');
  return heads.match(new RegExp(`^${name}: (.*)$`, 'im'))?.[1];
}

// The plain part, as it is read.
export function words(mail) {
  const at = mail.search(/Content-Type: text\/plain/i);
  const part = at < 0 ? mail.split(/\r?\n\r?\n/).slice(1).join('\n') : mail.slice(at).split(/\r?\n\r?\n/).slice(1).join('\n').split(/\r?\n--/)[0];
  const bytes = part.replace(/=\r?\n/g, '').replace(/(=[0-9A-F]{2})+/g, (s) => Buffer.from(s.replace(/=/g, ''), 'hex').toString('utf8'));
  return bytes;
}

export const linkIn = (mail) => words(mail).match(/https?:\/\/\S+\/i#[0-9A-Z-]+/)[0];

// The newest code that was sent to this mailbox.
export async function newestCode(product, to) {
  for (let tries = 0; tries < 100; tries++) {
    const mail = product.mails().find((m) => head(m, 'To')?.includes(to) && /code/i.test(head(m, 'Subject') ?? '') && /\b\d{6}\b/.test(words(m)));
    if (mail) return words(mail).match(/\b\d{6}\b/)[0];
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error(`no code arrived for ${to}`);
}
