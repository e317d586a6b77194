"""Random texts, one JSON object per line, with the ids and UTF-16 offsets that Hugging Face's tokenizers make of them.

    pip install tokenizers
    python random_texts.py DIRECTORY COUNT SEED TEXTS > random.jsonl

DIRECTORY holds a tokenizer.json, TEXTS is a file of ordinary texts, a line each, of which stretches are taken as well.
On stderr: how many characters per second the library reads on one thread, by encode_batch.
"""
import json
import os
import random
import sys
import time

os.environ["RAYON_NUM_THREADS"] = "1"
from tokenizers import Tokenizer  # noqa: E402, it reads the variable above

RANGES = [(0x00, 0x20), (0x20, 0x7F), (0x20, 0x7F), (0x7F, 0xA0), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x500), (0x590, 0x700),
          (0x900, 0x980), (0xE00, 0xE80), (0x1100, 0x1200), (0x2000, 0x2070), (0x2100, 0x2200), (0x2460, 0x2500), (0x3000, 0x3190),
          (0x3300, 0x3400), (0x4E00, 0x6000), (0x4E00, 0xA000), (0xAC00, 0xD7A4), (0xE000, 0xE010), (0xF900, 0xFE00), (0xFE00, 0xFFF0),
          (0x1F300, 0x1F700), (0x20000, 0x20100)]
MARKERS = ["[MASK]", "[SEP]", "<s>", "</s>", "<mask>", " <mask>", "[UNK]", "<unk>", " ", "  ", "   ", "\n", "\t", "'s", "'ll"]


def text(source, lines):
    parts = []
    for _ in range(source.randint(1, 8)):
        kind = source.random()
        if kind < 0.5:
            low, high = source.choice(RANGES)
            parts.append("".join(chr(source.randrange(low, high)) for _ in range(source.randint(1, 4))))
        elif kind < 0.85:
            line = source.choice(lines)
            start = source.randrange(len(line))
            parts.append(line[start:start + source.randint(1, 8)])
        else:
            parts.append(source.choice(MARKERS))
    return "".join(parts)


def main():
    directory, count, seed, texts = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    tokenizer = Tokenizer.from_file(os.path.join(directory, "tokenizer.json"))
    with open(texts, encoding="utf-8") as file:
        lines = [line for line in file.read().split("\n") if line]
    start = time.perf_counter()
    tokenizer.encode_batch(lines)
    print("%.2f million characters per second" % (sum(map(len, lines)) / (time.perf_counter() - start) / 1e6), file=sys.stderr)
    source = random.Random(seed)
    for _ in range(count):
        string = text(source, lines)
        encoding = tokenizer.encode(string)
        places = [0]
        for character in string:
            places.append(places[-1] + (2 if ord(character) > 0xFFFF else 1))
        offsets = [places[place] for pair in encoding.offsets for place in pair]
        print(json.dumps({"text": string, "ids": encoding.ids, "offsets": offsets}))


main()
