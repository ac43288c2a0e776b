// Passkeys. A form with data-passkey asks the browser for one, and sends what it answers in its field "credential".
// Its options stand in data-options, or are fetched from where the form goes.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0))
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const ids = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }))

function readable (key) {
  const options = { ...key, challenge: bytes(key.challenge) }
  if (key.user) options.user = { ...key.user, id: bytes(key.user.id) }
  if (key.excludeCredentials) options.excludeCredentials = ids(key.excludeCredentials)
  if (key.allowCredentials) options.allowCredentials = ids(key.allowCredentials)
  return options
}

function sendable (credential) {
  const response = {}
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[name]) response[name] = text(credential.response[name])
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
    clientExtensionResults: credential.getClientExtensionResults()
  }
}

async function options (form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options)
  const answer = await fetch(form.action, { headers: { Accept: 'application/json' } })
  if (!answer.ok) throw new Error('no options')
  return (await answer.json()).request_options
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential) continue
  form.hidden = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const said = form.querySelector('.err[role=alert]')
    said.textContent = ''
    try {
      const asked = { publicKey: readable((await options(form)).publicKey) }
      const credential = await navigator.credentials[form.dataset.passkey](asked)
      form.elements.credential.value = JSON.stringify(sendable(credential))
      form.submit()
    } catch (error) {
      said.textContent = form.dataset.failed || 'No passkey was used. Try again, or use another way.'
    }
  })
}
