"""Golden values of Hugging Face transformers on tiny random networks, for the tests of this bundle.

usage: fixtures.py [CHECKPOINT]     in an environment with transformers and PyTorch

Weights are a formula of their place, so that no weight file is needed: weights.txt lists each tensor, the tests fill it
with the same numbers. All are exact in bfloat16 and in float16. With CHECKPOINT, a complete checkpoint of the language
model is also written to that folder, for servers.
"""

import gzip
import json
import math
import pathlib
import random
import sys

import numpy
import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import Qwen2Config, Qwen2ForCausalLM
from transformers.models.qwen2_vl.configuration_qwen2_vl import Qwen2VLVisionConfig
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VisionTransformerPretrainedModel

HERE = pathlib.Path(__file__).resolve().parent
RESOURCES = HERE.parent / "resources"
UNITS = 4096
SYSTEM = "You are a helpful assistant."
TTS = "Please synthesize the speech corresponding to the follwing text.\n"
ASR = "Please recognize the text corresponding to the follwing speech.\n"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
# How Qwen2's tokenizer.json cuts text into words.
WORDS = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
         r"|\s+(?!\S)|\s+")
CHAT_TEMPLATE = ("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
                 "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def hashed(start, count):
    """SplitMix64 of start, start + 1, ..."""
    with numpy.errstate(over="ignore"):
        z = (numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(start)) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))


def bytes_of(line, count):
    """count numbers of -128..127."""
    return (hashed((line + 1) << 32, count) >> numpy.uint64(56)).astype(numpy.float64) - 128


def fill(networks, listing):
    """Weights by formula: a byte times a power of two, or for normalisations 1 + 0..63 / 128."""
    lines = []
    for prefix, network in networks:
        state = network.state_dict()
        for name, tensor in state.items():
            values = bytes_of(len(lines), tensor.numel())
            leaf = name.split(".")[-1]
            if ("norm" in name or "ln_q" in name) and leaf == "weight":
                rule, values = "norm", 1 + (values.astype(numpy.int64) & 63) / 128
            else:
                fan_in = tensor[0].numel() if tensor.dim() > 1 else 64
                exponent = 8 if leaf == "bias" or "embed_tokens" in name else round(math.log2(74 * fan_in**0.5)) - 1
                rule, values = str(exponent), values * 2.0**-exponent
            lines.append(" ".join([prefix + name, rule, *map(str, tensor.shape)]))
            tensor.copy_(torch.from_numpy(values).float().reshape(tensor.shape))
        network.load_state_dict(state)
        network.eval()
    if listing:
        listing.write_text("\n".join(lines) + "\n")


def make_tokenizer():
    """Byte-level BPE as Qwen2's, with few words, and the units in no order, as the official script leaves them."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(WORDS), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    corpus = [ASR, TTS, SYSTEM, "system user assistant emotion pitch speech units happy sad neutral low high", "你好，世界。今天天气很好。"] * 4
    tokenizer.train_from_iterator(corpus, trainers.BpeTrainer(
        vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIAL])
    units = [f"<|speech_{i}|>" for i in range(UNITS)]
    random.Random(5).shuffle(units)
    tokenizer.add_tokens([AddedToken(u, single_word=True, normalized=False) for u in units])
    return tokenizer


def envelope(user):
    return f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"


def units(*ids):
    return "".join(f"<|speech_{i}|>" for i in ids)


@torch.no_grad()
def greedy(model, embeddings, steps, limit):
    """Logits of the prompt's last positions, and the most probable tokens one after the other, padding rows left out."""
    output = model(inputs_embeds=embeddings, use_cache=True)
    last = output.logits[0, -2:].clone()
    ids = []
    tops = []
    for _ in range(steps):
        row = output.logits[0, -1, :limit]
        top = row.topk(2).values
        assert top[0] - top[1] > 1e-3, "a tie: no test of equal tokens"
        ids.append(int(row.argmax()))
        tops.append(float(top[0]))
        output = model(input_ids=torch.tensor([[ids[-1]]]), past_key_values=output.past_key_values, use_cache=True)
    assert len(set(ids)) > steps // 3, f"too dull: {ids}"
    return last, ids, tops


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    tokenizer = make_tokenizer()
    size = tokenizer.get_vocab_size()
    rows = -(-size // 128) * 128
    with gzip.GzipFile(RESOURCES / "tokenizer.json.gz", "wb", mtime=0) as out:
        out.write(tokenizer.to_str().encode())
    texts = ["Hello, world", "x:<|speech_0|><|speech_4095|>", "a<|speech_5|>", "你好<|speech_7|>", "speech:<|speech_5|> <|speech_6|>",
             "<|im_start|>user\nHi<|im_end|>", "naïve é 😀 \u4f60", "  two  spaces\n\n\nlines\t1234", "don't I'LL we've", ""]
    config = Qwen2Config(vocab_size=rows, hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4,
                         num_key_value_heads=2, max_position_embeddings=32768, rms_norm_eps=1e-6, tie_word_embeddings=False,
                         bos_token_id=tokenizer.token_to_id(SPECIAL[0]), eos_token_id=tokenizer.token_to_id(SPECIAL[2]),
                         rope_parameters={"rope_type": "default", "rope_theta": 1e6})
    config._attn_implementation = "eager"
    model = Qwen2ForCausalLM(config)
    vision_config = Qwen2VLVisionConfig(depth=2, embed_dim=32, num_heads=2, hidden_size=48, mlp_ratio=4)
    vision_config._attn_implementation = "eager"
    vision = Qwen2VisionTransformerPretrainedModel(vision_config)
    projector = torch.nn.Sequential(torch.nn.Linear(48, 64), torch.nn.GELU(), torch.nn.Linear(64, 64))
    fill([("", model), ("model.vision_tower.vision_tower.", vision), ("model.mm_projector.", projector)], RESOURCES / "weights.txt")

    golden = {}
    cases = {"tokens": [{"text": t, "ids": tokenizer.encode(t, add_special_tokens=False).ids} for t in texts],
             "size": size, "rows": rows, "config": config.to_dict(), "vision": vision_config.to_dict(), "generation": []}

    grids = [(4, 6), (2, 4)]
    patches = [torch.from_numpy(bytes_of(1000 + i, h * w * 1176) / 64).float().reshape(h * w, 1176) for i, (h, w) in enumerate(grids)]
    seen = vision(torch.cat(patches), torch.tensor([[1, h, w] for h, w in grids])).pooler_output
    features = projector(seen)
    golden["merged"] = seen
    golden["features"] = features
    counts = [h * w // 4 for h, w in grids]
    images = list(features.split(counts))

    prompts = {"text": envelope(TTS + "Hello, world"), "speech": envelope(ASR + units(*range(0, 4096, 151))),
               "image": envelope("<image>\nHello<image> ASR:" + units(1, 2, 3))}
    for tied in (False, True):
        if tied:
            config.tie_word_embeddings = True
            untied, model = model, Qwen2ForCausalLM(config)
            model.load_state_dict({n: t for n, t in untied.state_dict().items() if n != "lm_head.weight"}, strict=False)
            model.tie_weights()
            model.eval()
        for name, text in prompts.items():
            parts = []
            ids = []
            for i, chunk in enumerate(text.split("<image>")):
                if i > 0:
                    parts.append(images[i - 1])
                chunk_ids = tokenizer.encode(chunk, add_special_tokens=False).ids
                ids.append(chunk_ids)
                parts.append(model.model.embed_tokens(torch.tensor(chunk_ids)))
            last, tokens, tops = greedy(model, torch.cat(parts)[None], 64, size)
            key = name + (".tied" if tied else "")
            golden[key + ".logits"] = last
            golden[key + ".tops"] = torch.tensor(tops)
            cases["generation"].append({"name": key, "tied": tied, "text": text, "ids": ids, "tokens": tokens,
                                        "decoded": tokenizer.decode(tokens, skip_special_tokens=True)})
        if not tied and len(sys.argv) > 1:
            write_checkpoint(model, tokenizer, pathlib.Path(sys.argv[1]))
    save_file({n: t.contiguous() for n, t in golden.items()}, RESOURCES / "golden.safetensors")
    (RESOURCES / "cases.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")


def write_checkpoint(model, tokenizer, folder):
    from transformers import PreTrainedTokenizerFast
    model.save_pretrained(folder, max_shard_size="400KB")
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=SPECIAL[2], pad_token=SPECIAL[0], chat_template=CHAT_TEMPLATE)
    fast.save_pretrained(folder)


if __name__ == "__main__":
    main()
