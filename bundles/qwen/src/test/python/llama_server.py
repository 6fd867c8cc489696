"""llama.cpp's own HTTP server, out of the Python package xllamacpp, with a model called "tiny".

usage: llama_server.py MODEL.gguf PORT CONTEXT [NAME=VALUE ...]     e.g. n_parallel=2, special=True, "api_keys=['secret']"
"""

import ast
import sys
import threading

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.model_alias = {"tiny"}
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[2])
params.n_ctx = int(sys.argv[3])
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.warmup = False
for option in sys.argv[4:]:
    name, value = option.split("=", 1)
    setattr(params, name, ast.literal_eval(value))
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
threading.Event().wait()
