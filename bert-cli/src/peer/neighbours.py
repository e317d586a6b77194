"""Directories of sentence-transformers and adapters of peft, read and written: vectors and outputs of both sides.

    python neighbours.py ../../target/bert4j.jar

Made with sentence-transformers 6.0, peft 0.21 and transformers 5.18; all weights are random. The largest difference of each
comparison is printed, and the exit code is 1 if one is above 5e-5.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, BertTokenizerFast

TEXTS = ["hello world", "a", "the quick brown fox jumps", "hello hello the fox"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world", "a", "the", "quick", "brown", "fox", "jump", "##s", ":", "query"]


def java(jar, *command, text=None):
    run = subprocess.run(["java", "-jar", jar, *command], input=text, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"{command}: {run.stderr}")
    return run.stdout


def embedded(jar, *options):
    lines = java(jar, "embed", *options, text="\n".join(TEXTS) + "\n").splitlines()
    return np.array([json.loads(line)["vector"] for line in lines])


def bert(folder):
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48,
        max_position_embeddings=24, initializer_range=0.3,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    (folder / "words.txt").write_text("\n".join(WORDS) + "\n")
    BertTokenizerFast(vocab=str(folder / "words.txt")).save_pretrained(folder)
    (folder / "words.txt").rename(folder / "vocab.txt")
    return folder


def first_vectors(model, tokenizer):
    model.eval()
    with torch.no_grad():
        inputs = tokenizer(TEXTS, padding=True, return_tensors="pt")
        return model(**inputs).last_hidden_state[:, 0].numpy()


def main(jar):
    worst = {}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        plain = bert(root / "bert")
        transformer = modules.Transformer(str(plain), max_seq_length=16)
        for pooling in ("cls", "mean", "max"):
            theirs = SentenceTransformer(
                modules=[transformer, modules.Pooling(32, pooling_mode=pooling), modules.Normalize()],
                prompts={"query": "query: ", "document": ""},
                device="cpu",
            )
            theirs.save(str(root / pooling))
            worst[f"{pooling} read"] = abs(theirs.encode(TEXTS) - embedded(jar, f"--checkpoint={root / pooling}")).max()
            asked = embedded(jar, f"--checkpoint={root / pooling}", "--prompt=query")
            worst[f"{pooling} read, queries"] = abs(theirs.encode(TEXTS, prompt_name="query") - asked).max()
        pairs = root / "pairs.tsv"
        pairs.write_text("1\thello world\thello\n0\tthe fox\ta\n1\tthe fox\tthe quick fox\n")
        options = ["--train", str(pairs), "--epochs", "2", "--lr", "1e-3"]
        java(jar, "train", "similarity", f"--checkpoint={plain}", f"--out={root / 'ours'}", "--pooling=mean",
             "--loss=negatives", *options)
        java(jar, "convert", str(root / "ours"), str(root / "written"), "--format=sentence_transformers")
        read = SentenceTransformer(str(root / "written"), device="cpu")
        worst["written"] = abs(read.encode(TEXTS) - embedded(jar, f"--bundle={root / 'ours'}")).max()

        tokenizer = AutoTokenizer.from_pretrained(plain)
        adapted = get_peft_model(AutoModel.from_pretrained(plain), LoraConfig(r=4, target_modules=["query", "key", "dense"]))
        for parameter_name, parameter in adapted.named_parameters():
            if "lora_" in parameter_name:
                torch.nn.init.normal_(parameter, std=0.2)
        adapted.save_pretrained(root / "peft")
        java(jar, "convert", str(plain), str(root / "merged"), f"--adapter={root / 'peft'}", "--format=tensorflow")
        merged = embedded(jar, f"--checkpoint={root / 'merged'}", "--gelu=erf", "--pooling=cls")
        worst["adapter read"] = abs(first_vectors(adapted, tokenizer) - merged).max()
        labelled = root / "labelled.tsv"
        labelled.write_text("x\thello world\ny\tthe fox\nx\thello\ny\tthe quick fox\n")
        java(jar, "train", "classification", f"--checkpoint={plain}", f"--train={labelled}", f"--out={root / 'low-rank'}",
             "--lora=3", "--epochs=5", "--lr=1e-2")
        java(jar, "convert", str(root / "low-rank"), str(root / "to-peft"), "--peft")
        loaded = PeftModel.from_pretrained(AutoModel.from_pretrained(plain), str(root / "to-peft"))
        ours = embedded(jar, f"--bundle={root / 'low-rank'}", "--pooling=cls")
        worst["adapter written"] = abs(first_vectors(loaded, tokenizer) - ours).max()
        worst["(what the adapter changes)"] = -abs(first_vectors(AutoModel.from_pretrained(plain), tokenizer) - ours).max()
    for name, difference in worst.items():
        print(f"{name}: {abs(difference):.2e}")
    return 0 if max(worst.values()) <= 5e-5 else 1


sys.exit(main(sys.argv[1]))
