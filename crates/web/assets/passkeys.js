// Passkeys: fills a form's hidden fields with what the authenticator answers and sends it. Without this file the other ways in still work.
const $$ = (s, r = document) => [...r.querySelectorAll(s)];
const bytes = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

// Browsers that read and write the JSON form themselves do; for the others it is done here.
function told(kind, options) {
  const key = options.publicKey, parse = kind === 'create' ? PublicKeyCredential.parseCreationOptionsFromJSON : PublicKeyCredential.parseRequestOptionsFromJSON;
  if (parse) return parse.call(PublicKeyCredential, key);
  const list = l => l?.map(c => ({ ...c, id: bytes(c.id) }));
  const out = { ...key, challenge: bytes(key.challenge) };
  if (key.user) out.user = { ...key.user, id: bytes(key.user.id) };
  if (key.excludeCredentials) out.excludeCredentials = list(key.excludeCredentials);
  if (key.allowCredentials) out.allowCredentials = list(key.allowCredentials);
  return out;
}
function answered(made) {
  if (made.toJSON) return made.toJSON();
  const r = made.response, response = { clientDataJSON: text(r.clientDataJSON) };
  for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) if (r[name]) response[name] = text(r[name]);
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: made.getClientExtensionResults() };
}

let waiting = null;
async function begin(form) {
  const csrf = form.querySelector('[name=csrf]').value;
  const answer = await fetch(form.dataset.begin, { method: 'POST', body: new URLSearchParams({ csrf }) });
  if (answer.status === 403 && form.dataset.confirm) { location.assign(form.dataset.confirm); return null }
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
async function run(form, mediation) {
  const kind = form.dataset.passkey, said = form.querySelector('[data-passkey-said]');
  waiting?.abort();
  const stop = waiting = new AbortController();
  if (said) said.textContent = '';
  try {
    const begun = await begin(form);
    if (!begun || stop.signal.aborted) return;
    const made = await navigator.credentials[kind]({ publicKey: told(kind, begun.options), signal: stop.signal, ...(mediation && { mediation }) });
    if (!made) return;
    form.querySelector('[data-ceremony]').value = begun.ceremony;
    form.querySelector('[data-answer]').value = JSON.stringify(answered(made));
    form.submit();
  } catch (e) {
    if (stop.signal.aborted || mediation) return;
    if (said) said.textContent = e.name === 'InvalidStateError' ? 'This device holds a passkey for you already.' : 'Nothing happened. Try again, or go on another way.';
  }
}

if (globalThis.PublicKeyCredential && navigator.credentials) {
  for (const form of $$('form[data-passkey]')) {
    form.hidden = false;
    for (const button of $$('[data-passkey-go]', form)) { button.hidden = false; button.addEventListener('click', e => { e.preventDefault(); run(form) }) }
  }
  for (const el of $$('[data-with-passkey]')) el.hidden = false;
  // Offered in the address field where the browser can; asked for anew before its five minutes are over.
  const quiet = document.querySelector('form[data-passkey=get][data-quiet]');
  if (quiet && await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) {
    const offer = () => run(quiet, 'conditional');
    offer();
    setInterval(() => { if (!document.hidden) offer() }, 270_000);
  }
}
