// Requests to the origins that plugin.toml declares. Yours to read and to change.
import handler from 'wasi:http/outgoing-handler@0.2.12';
import types from 'wasi:http/types@0.2.12';

const encode = (text) => Uint8Array.from(unescape(encodeURIComponent(text)), (c) => c.charCodeAt(0));

const decode = (bytes) => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return decodeURIComponent(escape(text));
};

// `{ method, url, headers, body }`, where `headers` is an object and `body` a string. Gives
// `{ status, headers, text }`; throws a refusal of the kind `denied` or `unavailable`.
export function send({ method = 'GET', url, headers = {}, body = null }) {
  const [, scheme, authority, path] = /^(https?):\/\/([^/?#]+)([^#]*)$/.exec(url);
  const fields = types.Fields.fromList(Object.entries(headers).map(([name, value]) => [name, encode(value)]));
  const request = new types.OutgoingRequest(fields);
  request.setMethod({ tag: method.toLowerCase() });
  request.setScheme({ tag: scheme.toUpperCase() });
  request.setAuthority(authority);
  request.setPathWithQuery(path.startsWith('/') ? path : `/${path}`);
  const outgoing = request.body();
  if (body !== null) write(outgoing, encode(body));
  types.OutgoingBody.finish(outgoing, null);
  const future = attempt(() => handler.handle(request, null), url);
  future.subscribe().block();
  const response = attempt(() => unwrap(unwrap(future.get())), url);
  return {
    status: response.status(),
    headers: Object.fromEntries(response.headers().entries().map(([name, value]) => [name, decode(value)])),
    text: decode(read(response.consume())),
  };
}

// What an import throws is an Error that carries the interface's own value.
const cause = (error) => error?.payload ?? error;

function unwrap(result) {
  if (result.tag === 'err') throw result.val;
  return result.val;
}

function attempt(work, url) {
  try {
    return work();
  } catch (error) {
    const tag = cause(error)?.tag ?? null;
    const kind = tag === 'HTTP-request-denied' ? 'denied' : 'unavailable';
    throw { kind, code: tag, message: `${url.split('/')[2]} did not answer`, retryAfterMs: null };
  }
}

function write(outgoing, bytes) {
  const stream = outgoing.write();
  for (let at = 0; at < bytes.length; at += 4096) stream.blockingWriteAndFlush(bytes.subarray(at, at + 4096));
  stream[Symbol.dispose]();
}

function read(incoming) {
  const stream = incoming.stream();
  const bytes = [];
  for (;;) {
    try {
      bytes.push(...stream.blockingRead(65536));
    } catch (error) {
      if (cause(error)?.tag === 'closed') return bytes;
      throw { kind: 'unavailable', code: null, message: 'the answer broke off', retryAfterMs: null };
    }
  }
}
