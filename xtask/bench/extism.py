"""A fresh Extism plugin and one call, in microseconds of process CPU time.

Usage: extism.py MODULE.wasm. The module exports `add`: two numbers in, their sum out.
Loaded and compiled before timing, as our plugins are; each round makes a plugin from the
compiled one, calls it and frees it, which is what a fresh store a call is there.
"""

import ctypes
import json
import struct
import sys
import time
from importlib.util import find_spec
from pathlib import Path

ROUNDS = 200
BATCHES = 20

library = ctypes.CDLL(str(Path(find_spec("extism_sys").origin).parent / "libextism_sys.so"))
compiled_new = library.extism_compiled_plugin_new
compiled_new.restype = ctypes.c_void_p
compiled_new.argtypes = [ctypes.c_char_p, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_bool, ctypes.c_void_p]
plugin_new = library.extism_plugin_new_from_compiled
plugin_new.restype = ctypes.c_void_p
plugin_new.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
call = library.extism_plugin_call
call.restype = ctypes.c_int32
call.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint64]
output = library.extism_plugin_output_data
output.restype = ctypes.POINTER(ctypes.c_ubyte)
output.argtypes = [ctypes.c_void_p]
free = library.extism_plugin_free
free.argtypes = [ctypes.c_void_p]

module = Path(sys.argv[1]).read_bytes()
compiled = compiled_new(module, len(module), None, 0, False, None)
if not compiled:
    sys.exit("the module was not accepted")
numbers = struct.pack("<dd", 2.5, 4.0)

plugin = plugin_new(compiled, None)
if call(plugin, b"add", numbers, len(numbers)) != 0:
    sys.exit("the call failed")
if struct.unpack("<d", bytes(output(plugin)[:8])) != (6.5,):
    sys.exit("the sum is wrong")
free(plugin)

best = float("inf")
for _ in range(BATCHES):
    start = time.process_time()
    for _ in range(ROUNDS):
        plugin = plugin_new(compiled, None)
        call(plugin, b"add", numbers, len(numbers))
        free(plugin)
    best = min(best, (time.process_time() - start) / ROUNDS)
print(json.dumps({"microseconds": best * 1e6}))
