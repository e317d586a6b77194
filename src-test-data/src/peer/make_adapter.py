"""A small BERT with an adapter, and what peft computes with them, for the tests of adapters.

    python make_adapter.py ../main/resources/io/github/bert4j/testdata/adapter

Made with peft 0.21, transformers 5.18 and torch 2.13. All weights are random.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import BertConfig, BertModel

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [chr(c) for c in range(ord("a"), ord("z") + 1)]


def main(target):
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=24,
        max_position_embeddings=12,
        initializer_range=0.3,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    base = BertModel(config, add_pooling_layer=False)
    target.mkdir(parents=True, exist_ok=True)
    base.save_pretrained(target)
    (target / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    model = get_peft_model(
        base, LoraConfig(r=3, lora_alpha=5, target_modules=["query", "value", "dense"], lora_dropout=0.0)
    )
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    ids = torch.tensor([[2, 7, 9, 30, 3], [2, 11, 5, 3, 0]])
    mask = (ids != 0).long()
    factors = torch.randn(2, 5, 16) * mask.unsqueeze(-1)
    output = model(input_ids=ids, attention_mask=mask).last_hidden_state
    (output * factors).sum().backward()
    gradients = {
        name.removeprefix("base_model.model.").replace(".default", ""): parameter.grad.tolist()
        for name, parameter in model.named_parameters()
        if "lora_" in name
    }
    model.save_pretrained(target)
    expected = {
        "ids": ids.tolist(),
        "output": (output * mask.unsqueeze(-1)).tolist(),
        "factors": factors.tolist(),
        "gradients": gradients,
    }
    (target / "expected.json").write_text(json.dumps(expected))
    (target / "README.md").unlink(missing_ok=True)
    config_file = target / "adapter_config.json"
    written = json.loads(config_file.read_text())
    written["base_model_name_or_path"] = "a small BERT"
    written["target_modules"] = sorted(written["target_modules"])
    config_file.write_text(json.dumps(written, indent=2))


main(Path(sys.argv[1]))
