"""The vendors' own clients against their doubles: deepgram-sdk and elevenlabs speak, the doubles must understand.

Arguments: the doubles' addresses (ws://...), the key of both, and the parameters that the doubles know.
"""

import base64
import inspect
import json
import sys

import websockets.exceptions
from deepgram import DeepgramClient
from deepgram.core.api_error import ApiError as DeepgramError
from deepgram.environment import DeepgramClientEnvironment
from deepgram.listen.v1.client import V1Client
from deepgram.listen.v1.types.listen_v1metadata import ListenV1Metadata
from deepgram.listen.v1.types.listen_v1results import ListenV1Results
from elevenlabs.client import ElevenLabs
from elevenlabs.types.audio_output_multi import AudioOutputMulti
from elevenlabs.types.close_context import CloseContext
from elevenlabs.types.close_socket import CloseSocket
from elevenlabs.types.final_output_multi import FinalOutputMulti
from elevenlabs.types.initialise_context import InitialiseContext
from elevenlabs.types.initialize_connection_multi import InitializeConnectionMulti
from elevenlabs.types.keep_context_alive import KeepContextAlive
from elevenlabs.types.realtime_voice_settings import RealtimeVoiceSettings
from elevenlabs.types.send_text_multi import SendTextMulti
from elevenlabs.url_utils import build_ws_url
from websockets.sync.client import connect

hears, idle, speaks, key, parameters = sys.argv[1:6]
TENTH = b"\0" * 3200


def deepgram(address, key=key):
    http = address.replace("ws://", "http://")
    environment = DeepgramClientEnvironment(base=http, production=address, agent=address, agent_rest=http)
    return DeepgramClient(api_key=key, environment=environment).listen.v1


def stream(client):
    return client.connect(
        model="nova-3-medical", language="en-US", encoding="linear16", sample_rate="16000", channels="1",
        interim_results="true", punctuate="true", smart_format="true", endpointing="300", mip_opt_out="true",
        keyterm=["metformin", "apixaban"],
    )


def whole(message, wanted):
    """The client builds its types unchecked; here every field must be there and of its type."""
    return wanted.model_validate(message.model_dump())


def hear():
    with stream(deepgram(hears)) as socket:
        socket.send_keep_alive()
        for _ in range(20):
            socket.send_media(TENTH)
        socket.send_finalize()
        results = []
        while not (results and results[-1].from_finalize):
            results.append(whole(socket.recv(), ListenV1Results))
        assert any(not one.is_final for one in results), "nothing on the way"
        last = results[-1]
        assert last.is_final and last.channel.alternatives[0].words, last
        socket.send_media(TENTH)
        socket.send_close_stream()
        end = whole(socket.recv(), ListenV1Metadata)
        assert abs(end.duration - 2.1) < 1e-6, end
        try:
            socket.recv()
            raise AssertionError("it goes on")
        except websockets.exceptions.ConnectionClosedOK:
            pass
    return last.channel.alternatives[0].transcript


def refuse():
    try:
        with stream(deepgram(hears, "another key")):
            raise AssertionError("any key will do")
    except (DeepgramError, websockets.exceptions.InvalidStatus) as error:
        # Which of the two depends on the version of the library below the client.
        status = error.status_code if isinstance(error, DeepgramError) else error.response.status_code
        assert status == 401, error
    with stream(deepgram(idle)) as socket:
        socket.send_media(TENTH)
        try:
            while True:
                socket.recv()
        except websockets.exceptions.ConnectionClosedError as error:
            assert (error.rcvd.code, error.rcvd.reason) == (1011, "NET-0001"), error
    known = set(inspect.signature(V1Client.connect).parameters) - {"self", "authorization", "request_options"}
    missing = known - set(parameters.split(","))
    assert not missing, f"the double does not know {missing}"


def say():
    client = ElevenLabs(api_key=key, base_url=speaks.replace("ws://", "http://"))
    # The client insists on TLS here, which a double on this machine has not.
    client.text_to_speech._ws_base_url = speaks
    text = iter(["Hello there. ", "How are you?"])
    pieces = client.text_to_speech.convert_realtime(
        "voice", text=text, model_id="eleven_flash_v2_5", output_format="pcm_24000"
    )
    sound = b"".join(pieces)
    assert sound and len(sound) % 2 == 0, len(sound)
    return len(sound)


def say_several():
    """The client has the types of several contexts, but no method that uses them."""
    query = {
        "model_id": "eleven_flash_v2_5", "output_format": "pcm_24000", "auto_mode": "true",
        "sync_alignment": "true", "enable_logging": "false",
    }
    url = build_ws_url(speaks, ["v1", "text-to-speech", "voice", "multi-stream-input"], query)
    with connect(url, additional_headers={"xi-api-key": key}) as socket:

        def send(message):
            socket.send(message.model_dump_json(exclude_none=True))

        def sound(context):
            message = AudioOutputMulti.model_validate_json(socket.recv())
            assert message.context_id == context, message
            alignment = message.alignment
            assert len(alignment.chars) == len(alignment.char_start_times_ms) == len(alignment.char_durations_ms)
            return base64.b64decode(message.audio), "".join(alignment.chars)

        settings = RealtimeVoiceSettings(stability=0.5, similarity_boost=0.8, speed=1.0)
        send(InitializeConnectionMulti(text=" ", context_id="a", voice_settings=settings))
        send(InitialiseContext(text=" ", context_id="b"))
        send(SendTextMulti(text="Hello there. ", context_id="a", flush=True))
        first, said = sound("a")
        assert said == "Hello there. " and len(first) == len(said) * 60 * 48, (said, len(first))
        send(KeepContextAlive(text="", context_id="a"))
        send(SendTextMulti(text="Another. ", context_id="b", flush=True))
        assert sound("b")[1] == "Another. "
        send(CloseContext(context_id="a", close_context=True))
        assert FinalOutputMulti.model_validate_json(socket.recv()).context_id == "a"
        send(CloseSocket(close_socket=True))
        try:
            socket.recv()
            raise AssertionError("it goes on")
        except websockets.exceptions.ConnectionClosedOK:
            pass
    return len(first)


told = {"heard": hear(), "said": say(), "several": say_several()}
refuse()
print(json.dumps(told))
