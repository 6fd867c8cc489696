"""A tiny random checkpoint that sees, and what Hugging Face transformers answers with it.

usage: seeing.py FOLDER [IMAGE QUESTION TOKENS]     in an environment with transformers, PyTorch, torchvision and Pillow

Writes the checkpoint as EMOVA's own are laid out, with the weights of fixtures.py. With an image it prints the most
probable answer, to be compared with that of the same folder configured as org.emova4j.qwen.folder.
"""

import json
import pathlib
import sys

import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM, Qwen2VLImageProcessor
from transformers.models.qwen2_vl.configuration_qwen2_vl import Qwen2VLVisionConfig
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VisionTransformerPretrainedModel

from fixtures import SPECIAL, envelope, fill, make_tokenizer

MIN_PIXELS, MAX_PIXELS = 4 * 28 * 28, 4096 * 28 * 28


def networks(tokenizer):
    rows = -(-tokenizer.get_vocab_size() // 128) * 128
    config = Qwen2Config(vocab_size=rows, hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4,
                         num_key_value_heads=2, max_position_embeddings=32768, rms_norm_eps=1e-6, tie_word_embeddings=False,
                         bos_token_id=tokenizer.token_to_id(SPECIAL[0]), eos_token_id=tokenizer.token_to_id(SPECIAL[2]),
                         rope_parameters={"rope_type": "default", "rope_theta": 1e6})
    vision_config = Qwen2VLVisionConfig(depth=2, embed_dim=32, num_heads=2, hidden_size=48, mlp_ratio=4)
    model = Qwen2ForCausalLM(config)
    vision = Qwen2VisionTransformerPretrainedModel(vision_config)
    projector = torch.nn.Sequential(torch.nn.Linear(48, 64), torch.nn.GELU(), torch.nn.Linear(64, 64))
    fill([("", model), ("model.vision_tower.vision_tower.", vision), ("model.mm_projector.", projector)], None)
    return model, vision, projector


def write(folder, tokenizer, model, vision, projector):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = dict(model.state_dict())
    tensors |= {"model.vision_tower.vision_tower." + n: t for n, t in vision.state_dict().items()}
    tensors |= {"model.mm_projector." + n: t for n, t in projector.state_dict().items()}
    save_file({n: t.contiguous() for n, t in tensors.items()}, folder / "model.safetensors")
    config = model.config.to_dict() | {"vision_config": vision.config.to_dict()}
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=SPECIAL[2], pad_token=SPECIAL[0]).save_pretrained(folder)


@torch.no_grad()
def answer(tokenizer, model, vision, projector, image, question, count):
    rgb = image.convert("RGB")
    height, width = smart_resize(rgb.height, rgb.width, 28, MIN_PIXELS, MAX_PIXELS)
    # Pillow's own resize, as EMOVA has it: torchvision's differs by a level of 255.
    rgb = rgb.resize((width, height), Image.Resampling.BICUBIC)
    inputs = Qwen2VLImageProcessor(do_resize=False)(images=[rgb], return_tensors="pt")
    features = projector(vision(inputs["pixel_values"], inputs["image_grid_thw"]).pooler_output)
    before, after = (torch.tensor(tokenizer.encode(part, add_special_tokens=False).ids)
                     for part in envelope("<image>\n" + question).split("<image>"))
    embed = model.model.embed_tokens
    output = model(inputs_embeds=torch.cat([embed(before), features, embed(after)])[None], use_cache=True)
    print(f"{len(before)} + {len(features)} + {len(after)} tokens", file=sys.stderr)
    ids = []
    while len(ids) < count:
        row = output.logits[0, -1, :tokenizer.get_vocab_size()]
        ids.append(int(row.argmax()))
        top = row.topk(2).values
        if top[0] - top[1] < 1e-3:
            print(f"a tie at {len(ids)}", file=sys.stderr)
        if ids[-1] in (model.config.eos_token_id, model.config.bos_token_id):
            break
        output = model(input_ids=torch.tensor([[ids[-1]]]), past_key_values=output.past_key_values, use_cache=True)
    return tokenizer.decode(ids, skip_special_tokens=True)


def main():
    torch.set_num_threads(1)
    tokenizer = make_tokenizer()
    parts = networks(tokenizer)
    write(pathlib.Path(sys.argv[1]), tokenizer, *parts)
    if len(sys.argv) > 2:
        print(answer(tokenizer, *parts, Image.open(sys.argv[2]), sys.argv[3], int(sys.argv[4])))


if __name__ == "__main__":
    main()
