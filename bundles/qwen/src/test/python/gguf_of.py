"""Writes a small Qwen2 checkpoint of Hugging Face's as GGUF for llama.cpp, in f32.

usage: gguf_of.py CHECKPOINT FILE [control]     in an environment with gguf and safetensors

With "control", units are control tokens, as llama.cpp's own converter makes everything that looks like <|this|>.
"""

import json
import pathlib
import sys

import gguf
import safetensors.numpy

UNIT = gguf.TokenType.CONTROL if sys.argv[3:] == ["control"] else gguf.TokenType.USER_DEFINED
folder, out = pathlib.Path(sys.argv[1]), sys.argv[2]
config = json.loads((folder / "config.json").read_text())
tokenizer = json.loads((folder / "tokenizer.json").read_text())
writer = gguf.GGUFWriter(out, "qwen2")
writer.add_name("tiny")
writer.add_block_count(config["num_hidden_layers"])
writer.add_context_length(config["max_position_embeddings"])
writer.add_embedding_length(config["hidden_size"])
writer.add_feed_forward_length(config["intermediate_size"])
writer.add_head_count(config["num_attention_heads"])
writer.add_head_count_kv(config["num_key_value_heads"])
writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
writer.add_file_type(gguf.LlamaFileType.ALL_F32)

# Rows of the embedding without a token are UNUSED, the units USER_DEFINED: found in text before anything else, and printed.
rows = config["vocab_size"]
tokens, types = [f"[PAD{i}]" for i in range(rows)], [gguf.TokenType.UNUSED] * rows
for token, i in tokenizer["model"]["vocab"].items():
    tokens[i], types[i] = token, gguf.TokenType.NORMAL
for added in tokenizer["added_tokens"]:
    tokens[added["id"]] = added["content"]
    types[added["id"]] = gguf.TokenType.CONTROL if added["special"] else UNIT
writer.add_tokenizer_model("gpt2")
writer.add_tokenizer_pre("qwen2")
writer.add_token_list(tokens)
writer.add_token_types(types)
writer.add_token_merges([" ".join(m) for m in tokenizer["model"]["merges"]])
writer.add_eos_token_id(config["eos_token_id"])
writer.add_pad_token_id(config["bos_token_id"])
writer.add_add_bos_token(False)
writer.add_chat_template((folder / "chat_template.jinja").read_text())
generation = folder / "generation_config.json"
if generation.exists():
    # As llama.cpp's own converter does: its server then takes these where a request says nothing.
    for key, name in {"repetition_penalty": "penalty_repeat", "top_k": "top_k", "top_p": "top_p", "temperature": "temp"}.items():
        value = json.loads(generation.read_text()).get(key)
        if value is not None:
            (writer.add_int32 if key == "top_k" else writer.add_float32)(f"general.sampling.{name}", value)

names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.QWEN2, config["num_hidden_layers"])
for part in sorted(folder.glob("*.safetensors")):
    for name, tensor in safetensors.numpy.load_file(part).items():
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), tensor.astype("float32"))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
