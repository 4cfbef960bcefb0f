"""What `cargo xtask contract` has schemathesis do before a request: a fresh code of the second factor, or something that is
there once, made for the one request that uses it up.
"""

import base64
import hashlib
import hmac
import itertools
import json
import re
import struct
import subprocess
import time

import requests
import schemathesis

with open("run.json") as file:
    RUN = json.load(file)
FACTOR = "/api/v1/auth/second-factor"
ENROLMENT = FACTOR + "/enrolment"
RECOVERY = FACTOR + "/recovery-codes"
HOLDS = "/api/v1/admin/holds"
PANEL = "/api/admin/panel/"
PLUGINS = "/api/v1/admin/plugins"
PUBLISHERS = "/api/v1/admin/publishers"
TALKS = "/api/v1/voice/sessions"
REASON = "A look that the contract asks for"
# Of a code's five minutes, what a request and those before it may take.
SPARE = 60
numbers = itertools.count()
talks = []
http = requests.Session()
http.trust_env = False


def headers_of(user):
    return {"authorization": user, "x-requested-with": "voiceassist"}


def send(method, path, body=None, by=RUN["caller"], **more):
    answer = http.request(method, RUN["origin"] + path, headers=headers_of(by), json=body, timeout=60, **more)
    answer.raise_for_status()
    return answer.json() if answer.content else None


class Authenticator:
    """Of one user."""

    def __init__(self, by):
        self.by, self.secret = by, ""

    def send(self, method, path, body=None):
        return send(method, path, body, self.by)

    def code(self):
        step = struct.pack(">Q", int(time.time()) // 30)
        tag = hmac.digest(base64.b32decode(self.secret), step, "sha1")
        at = tag[-1] & 15
        return "%06d" % ((struct.unpack(">I", tag[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000)

    def begin(self):
        self.secret = self.send("POST", ENROLMENT)["secret"]

    def freshen(self):
        state = self.send("GET", FACTOR)
        if not state["enrolled"]:
            self.begin()
            self.send("PUT", ENROLMENT, {"code": self.code()})
        elif (state["fresh_until"] or 0) / 1000 < time.time() + SPARE:
            self.send("POST", FACTOR, {"code": self.code()})

    def remove(self):
        self.freshen()
        self.send("DELETE", FACTOR)


own, patient = Authenticator(RUN["caller"]), Authenticator(RUN["enrolled"])


def sign_in(user, *more):
    command = [RUN["binary"], "login", "--user", user, *more]
    environment = {"VOICEASSIST_DATA_DIR": RUN["data"]}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def token():
    return re.search("Authorization: (.*)", sign_in("visitor", "--token"))[1]


def user(name):
    return send("GET", f"{PANEL}users?q={name}")["users"][0]["id"]


def conversation(by=RUN["caller"]):
    return send("POST", "/api/v1/conversations", {}, by)["id"]


def upload():
    file = ("%d.md" % next(numbers), "# Bed %d\n" % next(numbers))
    return send("POST", "/api/v1/documents", files={"file": file})["files"][0]["document"]["id"]


def give_code(case):
    own.freshen()
    set_code(case, send("POST", RECOVERY)["codes"][0])


def first_code(case):
    own.remove()
    own.begin()
    set_code(case, own.code())


def set_code(case, code):
    if isinstance(case.body, dict) and isinstance(case.body.get("code"), str):
        case.body["code"] = code


def one_time_link(case):
    case.body["token"] = re.search("#login=(.*)", sign_in("visitor"))[1].strip()


def other_session(case):
    case.headers["authorization"] = token()


def deleted(case):
    case.path_parameters["id"] = conversation()
    send("DELETE", "/api/v1/conversations/" + case.path_parameters["id"])


def leaver(case):
    case.body["name"] = "leaver%d" % next(numbers)
    sign_in(case.body["name"])
    case.path_parameters["id"] = user(case.body["name"])


def to_be_held(case):
    whole = case.body["kind"] == "user"
    case.body["subject_id"] = RUN["held_user"] if whole else conversation(RUN["held"])


def held(case):
    request = {"kind": "conversation", "subject_id": conversation(RUN["held"]), "reason": REASON}
    case.path_parameters["id"] = send("POST", HOLDS, request)["id"]


def uploaded(case):
    case.path_parameters["id"] = upload()


def excluded(case):
    send("POST", f"{PANEL}indexing/documents/{upload()}/exclude")
    case.path_parameters["id"] = send("GET", PANEL + "indexing/exclusions")["files"][0]["id"]


def unreadable(case):
    case.path_parameters["id"] = RUN["unreadable"]
    for _ in range(200):
        if send("GET", "/api/v1/documents/" + case.path_parameters["id"])["status"] == "failed":
            break
        time.sleep(0.05)


def session_of_other(case):
    token()
    sessions = send("GET", f"{PANEL}sessions?user={user('visitor')}")["sessions"]
    case.path_parameters["id"] = sessions[0]["id"]


def end_talks(case):
    # Only so many are open at once.
    while talks:
        http.delete(f"{RUN['origin']}{TALKS}/{talks.pop()}", headers=headers_of(RUN["caller"]), timeout=60)


def become(role):
    send("PUT", f"{PANEL}users/{RUN['caller_user']}", {"role": role, "disabled": False}, RUN["admin"])


def talk(case):
    end_talks(case)
    # A viewer ends, but does not begin one.
    if RUN["role"] == "viewer":
        become("user")
    session = send("POST", TALKS, {})
    if RUN["role"] == "viewer":
        become("viewer")
    talks.append(session["session_id"])
    case.path_parameters["id"] = session["session_id"]
    return session


def hello(session):
    hello = {"t": "hello", "v": 1, "session_id": session["session_id"], "ticket": session["ticket"]}
    hello["audio_in"] = {"codec": "pcm_s16le", "rate": 16000, "frame_ms": 20}
    hello["audio_out"] = {"codecs": ["pcm_s16le"], "rates": [24000]}
    text = json.dumps(hello).encode()
    return struct.pack("<IB", len(text), 0) + text


def said_hello(case):
    session = talk(case)
    send("POST", f"{TALKS}/{session['session_id']}/up", data=hello(session))
    # What comes later than the answer to `hello` is waited for.
    case.query["after"] = 0


def says_hello(case):
    case.body = hello(talk(case))
    case.query = {}


def enrolled(case):
    patient.freshen()


def install(version):
    with open(RUN["packages"][version], "rb") as package:
        send("POST", PLUGINS, files={"file": package})


def installed(case):
    case.path_parameters["id"] = "removable"
    install(0)


def upgraded(case):
    try:
        send("DELETE", PLUGINS + "/removable")
    except requests.HTTPError:
        pass  # It is not there.
    installed(case)
    plugins = send("GET", PLUGINS)["plugins"]
    digest = next(plugin["digest"] for plugin in plugins if plugin["id"] == "removable")
    grants = {"digest": digest, "http": ["config:server"], "credentials": ["server-key"], "files": []}
    send("PUT", PLUGINS + "/removable/grants", grants)
    install(1)


def pinned(case):
    # Of all numbers half are a point of the curve.
    key = {"name": "ward", "key": hashlib.sha256(b"%d" % next(numbers)).hexdigest()}
    try:
        send("POST", PUBLISHERS, key)
    except requests.HTTPError:
        return pinned(case)
    case.path_parameters["key"] = key["key"]


# Whatever is sent: the caller's session, or tries of a code, would be used up otherwise.
ALWAYS = {
    "POST " + FACTOR: give_code,
    "PUT " + ENROLMENT: first_code,
    "POST " + ENROLMENT: lambda case: own.remove(),
    "DELETE /api/v1/session": other_session,
    "POST " + TALKS: end_talks,
}
POSITIVE = {
    "POST /api/v1/session": one_time_link,
    "POST /api/v1/conversations/{id}/restore": deleted,
    f"DELETE {TALKS}/{{id}}": talk,
    f"GET {TALKS}/{{id}}/down": said_hello,
    f"POST {TALKS}/{{id}}/up": says_hello,
}
FRESH = {"DELETE " + FACTOR, "POST " + RECOVERY}
if RUN["role"] == "admin":
    POSITIVE |= {
        f"POST {PANEL}users/{{id}}/erasure": leaver,
        f"DELETE {PANEL}users/{{id}}/second-factor": enrolled,
        f"POST {PANEL}indexing/documents/{{id}}/exclude": uploaded,
        f"POST {PANEL}indexing/documents/{{id}}/retry": unreadable,
        f"DELETE {PANEL}indexing/exclusions/{{id}}": excluded,
        f"DELETE {PANEL}sessions/{{id}}": session_of_other,
        f"DELETE {PLUGINS}/{{id}}": installed,
        f"POST {PLUGINS}/{{id}}/rollback": upgraded,
        f"DELETE {PUBLISHERS}/{{key}}": pinned,
        "POST " + HOLDS: to_be_held,
        f"POST {HOLDS}/{{id}}/lift": held,
    }
    FRESH |= {
        f"POST {PANEL}clinical-contexts/{{id}}/reveal",
        f"POST {PANEL}conversations/{{id}}/reveal",
        f"POST {PANEL}users/{{id}}/erasure",
        f"POST {PANEL}users/{{id}}/export",
        f"DELETE {PANEL}users/{{id}}/second-factor",
        "POST " + HOLDS,
        f"POST {HOLDS}/{{id}}/lift",
        "PUT /api/v1/admin/endpoints/{id}",
        "PUT /api/v1/admin/retention/{class}",
    }


@schemathesis.hook
def before_call(context, case, kwargs):
    label = case.operation.label
    if label in FRESH:
        own.freshen()
    if label in ALWAYS:
        ALWAYS[label](case)
    elif label in POSITIVE and case.meta and case.meta.generation.mode.is_positive:
        POSITIVE[label](case)


@schemathesis.hook
def after_call(context, case, response):
    if case.operation.label == "POST " + TALKS and response.status_code == 201:
        talks.append(response.json()["session_id"])
