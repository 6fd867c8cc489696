// The server's routes. All failures become ApiError, with what the server said.

export class ApiError extends Error {
  constructor(message, { status = 0, code = null, param = null, retryAfter = null } = {}) {
    super(message);
    this.name = 'ApiError';
    Object.assign(this, { status, code, param, retryAfter });
  }
}

const TOKEN = 'emova.token';
let token = fromAddress() ?? stored();
let askForToken = async () => null;

/** `#token=...` of the printed address, which then leaves the address bar and the history. */
function fromAddress() {
  const found = new URLSearchParams(location.hash.slice(1)).get('token');
  if (found) {
    keep(found);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return found;
}

function stored() {
  try {
    return sessionStorage.getItem(TOKEN);
  } catch {
    return null;
  }
}

function keep(value) {
  try {
    sessionStorage.setItem(TOKEN, value);
  } catch {
    // it then lasts until the page is left
  }
}

/** Called when the server wants a token: a promise of one, or of null. */
export function onTokenNeeded(ask) {
  let open = null;
  askForToken = () => (open ??= ask().finally(() => (open = null)));
}

async function failure(response) {
  let error = null;
  try {
    error = (await response.json()).error;
  } catch {
    // not the server's own answer: a proxy's, say
  }
  const wait = Number(response.headers.get('Retry-After')) || null;
  let message = error?.message ?? `the server answered ${response.status} ${response.statusText}`.trim();
  if (response.status === 429 && wait) message += ` (again in ${wait} s)`;
  return new ApiError(message, { status: response.status, code: error?.code, param: error?.param, retryAfter: wait });
}

/** A request that either brings a good response or throws ApiError; an abort stays an AbortError. */
export async function request(path, { json, ...options } = {}) {
  const headers = new Headers(options.headers);
  if (token) headers.set('Authorization', `Bearer ${token}`);
  if (json !== undefined) {
    headers.set('Content-Type', 'application/json');
    options = { method: 'POST', body: JSON.stringify(json), ...options };
  }
  let response;
  try {
    response = await fetch(path, { ...options, headers, cache: 'no-store' });
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new ApiError('the server cannot be reached; does emova serve still run?', { code: 'unreachable' });
  }
  if (response.status === 401) {
    const given = await askForToken();
    if (given) {
      token = given;
      keep(given);
      return request(path, json === undefined ? options : { ...options, json });
    }
  }
  if (!response.ok) throw await failure(response);
  return response;
}

const get = async (path) => (await request(path)).json();

export const styles = async () => (await get('/v1/styles')).data;
export const bundles = () => get('/v1/bundles');
export const use = async (choice) => (await request('/v1/bundles/use', { json: choice })).json();

/** Whether the server can convert: its findings, also where it cannot. */
export async function ready() {
  const response = await fetch('/health/ready', { cache: 'no-store' });
  return response.json();
}

function form(fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Blob) body.append(name, value, value.name ?? 'recording.wav');
    else if (value !== undefined && value !== null) body.append(name, String(value));
  }
  return body;
}

export async function units(file, { signal } = {}) {
  return (await request('/v1/units', { method: 'POST', body: form({ file }), signal })).json();
}

/** The recording in another style: its audio, and the parts that made it. */
export async function convert(file, style, { signal, format = 'wav' } = {}) {
  const body = form({ file, ...style, response_format: format });
  const response = await request('/v1/convert', { method: 'POST', body, signal });
  return { audio: await response.blob(), parts: JSON.parse(response.headers.get('Emova-Parts') ?? 'null') };
}

/** Units (or text, with a language model) spoken in a style. */
export async function speech(fields, { signal } = {}) {
  return (await request('/v1/audio/speech', { json: fields, signal })).blob();
}

/** The chunks of an answer, as they come. */
export async function* chat(body, { signal } = {}) {
  const response = await request('/v1/chat/completions', { json: { ...body, stream: true }, signal });
  for await (const data of serverSentEvents(response.body)) {
    if (data === '[DONE]') return;
    const event = JSON.parse(data);
    if (event.error) throw new ApiError(event.error.message, { code: event.error.code, param: event.error.param });
    yield event;
  }
  throw new ApiError('the answer broke off: the connection ended early', { code: 'broken_off' });
}

/** The data of each event of a text/event-stream body, whatever the pieces in which it arrives. */
export async function* serverSentEvents(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let data = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line === '' && data.length) {
          yield data.join('\n');
          data = [];
        } else if (line.startsWith('data:')) {
          data.push(line.slice(5).replace(/^ /, ''));
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
