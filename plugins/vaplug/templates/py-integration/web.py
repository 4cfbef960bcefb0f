"""Requests to the origins that plugin.toml declares. Yours to read and to change."""

from urllib.parse import urlsplit

from componentize_py_types import Err
from wit_world.imports import outgoing_handler, streams
from wit_world.imports import voiceassist_plugin_types as types
from wit_world.imports import wasi_http_types as http

METHODS = {
    "GET": http.Method_Get,
    "HEAD": http.Method_Head,
    "POST": http.Method_Post,
    "PUT": http.Method_Put,
    "PATCH": http.Method_Patch,
    "DELETE": http.Method_Delete,
}


def refuse(kind, message, retry_after_ms=None):
    """Ends the call with a refusal. `kind`: invalid-input, not-found, auth-required, denied, conflict, rate-limited,
    unavailable, unsupported or internal."""
    raise Err(types.Error(types.ErrorKind[kind.upper().replace("-", "_")], None, message, retry_after_ms))


def send(url, method="GET", headers=None, body=None):
    """Gives status, headers and body as text."""
    parts = urlsplit(url)
    fields = http.Fields.from_list([(name, value.encode()) for name, value in (headers or {}).items()])
    request = http.OutgoingRequest(fields)
    request.set_method(METHODS[method]())
    request.set_scheme(http.Scheme_Https() if parts.scheme == "https" else http.Scheme_Http())
    request.set_authority(parts.netloc)
    request.set_path_with_query(parts.path + (f"?{parts.query}" if parts.query else "") or "/")
    outgoing = request.body()
    if body is not None:
        _write(outgoing, body.encode())
    http.OutgoingBody.finish(outgoing, None)
    try:
        future = outgoing_handler.handle(request, None)
        with future.subscribe() as ready:
            ready.block()
        answer = future.get().value
        if isinstance(answer, Err):
            raise answer
        response = answer.value
    except Err as error:
        denied = isinstance(error.value, http.ErrorCode_HttpRequestDenied)
        refuse("denied" if denied else "unavailable", f"{parts.netloc} did not answer")
    names = {name: value.decode() for name, value in response.headers().entries()}
    return response.status(), names, _read(response.consume()).decode()


def _write(outgoing, data):
    with outgoing.write() as stream:
        for at in range(0, len(data), 4096):
            stream.blocking_write_and_flush(data[at : at + 4096])


def _read(incoming):
    data = bytearray()
    with incoming.stream() as stream:
        while True:
            try:
                data += stream.blocking_read(65536)
            except Err as error:
                if isinstance(error.value, streams.StreamError_Closed):
                    return bytes(data)
                refuse("unavailable", "the answer broke off")
