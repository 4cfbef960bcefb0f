"""Replace this tool by your own: what it is called with, what it does, what it answers."""

import json
from urllib.parse import quote

from web import refuse, send
from wit_world import exports
from wit_world.exports import tools as wit

INPUT = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 2, "description": "Generic or brand name of a drug"}},
    "required": ["name"],
    "additionalProperties": False,
}
OUTPUT = {
    "type": "object",
    "properties": {"ids": {"type": "array", "items": {"type": "string"}}},
    "required": ["ids"],
}


def lookup(name):
    url = f"https://rxnav.nlm.nih.gov/REST/rxcui.json?name={quote(name)}"
    status, _, text = send(url, headers={"accept": "application/json"})
    if status == 429:
        refuse("rate-limited", "RxNav asks to wait", 60_000)
    if status != 200:
        refuse("unavailable", f"RxNav answered {status}")
    ids = json.loads(text).get("idGroup", {}).get("rxnormId", [])
    words = f"RxNorm {', '.join(ids)}" if ids else f"RxNorm has no drug called {name}."
    return wit.ToolResult([wit.Content_Text(words)], json.dumps({"ids": ids}))


class Tools(exports.Tools):
    def tools(self, language):
        return [
            wit.ToolInfo(
                "rxnorm-id",
                "RxNorm identifier",
                "Finds the RxNorm identifier of a drug by its generic or brand name.",
                wit.Effect.READ,
                json.dumps(INPUT),
                json.dumps(OUTPUT),
            )
        ]

    def prepare(self, call):
        """Only for tools that change something: says what would change, and changes nothing."""
        refuse("unsupported", "this plugin changes nothing")

    def invoke(self, call, approved):
        if call.tool != "rxnorm-id":
            refuse("not-found", f"this plugin has no tool {call.tool}")
        return lookup(json.loads(call.arguments)["name"])
