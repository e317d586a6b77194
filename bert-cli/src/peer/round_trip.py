"""Converts checkpoints to Hugging Face's format and holds what transformers computes with them to what bert4j does.

    pip install torch transformers
    python round_trip.py bert4j.jar DIRECTORY...

A line for each directory: the largest difference of vectors, and how many of the texts have other ids.
"""
import json
import os
import subprocess
import sys
import tempfile

import torch
from transformers import AutoModel, AutoTokenizer

TEXTS = ["酒店很好", "早餐不错，下次还来。", " The room  was clean, wasn't it?", "3 ｋｍ！é e\u0301", "a", "很 <mask> [MASK] 好", "<s> [SEP]",
         "今天天气不错" * 8]


def bert4j(jar, *arguments, text=""):
    done = subprocess.run(["java", "-jar", jar, *arguments], input=text, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def main():
    jar, directories = sys.argv[1], sys.argv[2:]
    failed = False
    for directory in directories:
        with tempfile.TemporaryDirectory() as folder:
            target = os.path.join(folder, "converted")
            bert4j(jar, "convert", directory, target, "--format", "huggingface")
            lines = "".join(json.dumps({"text": text}) + "\n" for text in TEXTS)
            ours = [json.loads(line) for line in bert4j(
                jar, "encode", "--checkpoint", target, "--tokenizer", "checkpoint", "--json", text=lines).splitlines()]
            tokenizer = AutoTokenizer.from_pretrained(target)
            model = AutoModel.from_pretrained(target, dtype=torch.float32, attn_implementation="eager").eval()
            others, largest = 0, 0.0
            for text, own in zip(TEXTS, ours):
                encoded = tokenizer(text, return_tensors="pt")
                others += encoded["input_ids"][0].tolist() != own["input_ids"]
                inputs = {"input_ids": torch.tensor([own["input_ids"]])}
                with torch.no_grad():
                    vectors = model(**inputs).last_hidden_state[0]
                largest = max(largest, (vectors - torch.tensor(own["sequence_output"])).abs().max().item())
            failed |= largest > 5e-5 or others > 0
            print(f"{directory}: largest difference {largest:.1e}, other ids in {others} of {len(TEXTS)} texts")
    sys.exit(failed)


main()
