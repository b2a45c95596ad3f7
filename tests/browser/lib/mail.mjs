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
