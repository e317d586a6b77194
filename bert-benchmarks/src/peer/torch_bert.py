#!/usr/bin/env python3
"""BERT with random weights in PyTorch, measured as bert4j's "benchmarks.jar model" is: same arguments, same line printed.

Needs Python 3.8 or newer and torch 2.3 or newer. Everything that makes PyTorch fast on a CPU is in use: one product for
query, key and value, fused attention, the fused Adam, autocast to bfloat16 with --bf16.
"""

import argparse
import contextlib
import json
import random
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional

WORDS, POSITIONS, SEGMENTS, HEAD_SIZE = 21128, 512, 2, 64
EPSILON = 1e-12


class Layer(nn.Module):
    """Attention and feed-forward, each with dropout, residual and normalization: [batch, length, hidden] to the same."""

    def __init__(self, hidden, dropout):
        super().__init__()
        self.heads, self.dropout = max(1, hidden // HEAD_SIZE), dropout
        self.query_key_value = nn.Linear(hidden, 3 * hidden)
        self.attention_output = nn.Linear(hidden, hidden)
        self.attention_norm = nn.LayerNorm(hidden, eps=EPSILON)
        self.intermediate = nn.Linear(hidden, 4 * hidden)
        self.output = nn.Linear(4 * hidden, hidden)
        self.output_norm = nn.LayerNorm(hidden, eps=EPSILON)

    def forward(self, x, mask):
        batch, length, hidden = x.shape
        projected = self.query_key_value(x).view(batch, length, 3, self.heads, hidden // self.heads)
        query, key, value = projected.permute(2, 0, 3, 1, 4).unbind(0)
        rate = self.dropout if self.training else 0.0
        context = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=rate)
        context = context.transpose(1, 2).reshape(batch, length, hidden)
        attended = self.attention_norm(x + self.drop(self.attention_output(context)))
        wide = functional.gelu(self.intermediate(attended), approximate="tanh")
        return self.output_norm(attended + self.drop(self.output(wide)))

    def drop(self, x):
        return functional.dropout(x, self.dropout, self.training)


class Classifier(nn.Module):
    """BERT and a logit on [CLS]: ids [batch, length] to [batch, 1]."""

    def __init__(self, layers, hidden, dropout):
        super().__init__()
        self.dropout = dropout
        self.words = nn.Embedding(WORDS, hidden)
        self.positions = nn.Embedding(POSITIONS, hidden)
        self.segments = nn.Embedding(SEGMENTS, hidden)
        self.norm = nn.LayerNorm(hidden, eps=EPSILON)
        self.layers = nn.ModuleList(Layer(hidden, dropout) for _ in range(layers))
        self.head = nn.Linear(hidden, 1)

    def forward(self, ids, mask):
        positions = self.positions.weight[: ids.shape[1]]
        x = self.norm(self.words(ids) + positions + self.segments(torch.zeros_like(ids)))
        x = functional.dropout(x, self.dropout, self.training)
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x[:, 0])


class Adam:
    """The kernel behind torch.optim.Adam(fused=True), without the compiler that importing torch.optim's classes loads."""

    def __init__(self, parameters, rate):
        self.parameters = list(parameters)
        self.rate = rate
        self.first = [torch.zeros_like(p) for p in self.parameters]
        self.second = [torch.zeros_like(p) for p in self.parameters]
        self.steps = [torch.zeros(()) for _ in self.parameters]

    @torch.no_grad()
    def step(self):
        torch._foreach_add_(self.steps, 1)
        torch._fused_adam_(
            self.parameters, [p.grad for p in self.parameters], self.first, self.second, [], self.steps,
            lr=self.rate, beta1=0.9, beta2=0.999, weight_decay=0.0, eps=1e-7, amsgrad=False, maximize=False,
        )
        for parameter in self.parameters:
            parameter.grad = None


def batches_of_lengths(options):
    """Tokens of each sequence, batch by batch; a token per character of a text, up to 100, and two more."""
    if not options.lengths:
        return [[options.length] * options.batch] * options.steps
    with open(options.lengths, encoding="utf-8") as lines:
        lengths = [min(len(line.rstrip("\n").split("\t", 1)[1]), 100) + 2 for line in lines]
    random.seed(0)
    random.shuffle(lengths)
    rows = range(options.batch)
    batches = [[lengths[(step * options.batch + row) % len(lengths)] for row in rows] for step in range(options.steps)]
    if not options.sorted:
        return batches
    ordered = sorted(length for batch in batches for length in batch)
    return [ordered[start : start + options.batch] for start in range(0, len(ordered), options.batch)]


def batch_of(lengths, masked):
    """Random ids, padded with 0, what to add to the scores of attention, and random labels."""
    kept = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    ids = torch.randint(1, WORDS, kept.shape) * kept
    mask = torch.zeros(kept.shape).masked_fill(~kept, -10000.0)[:, None, None] if masked else None
    return ids, mask, torch.randint(0, 2, (len(lengths), 1)).float()


def peak_megabytes():
    """MiB; the unit is KiB on Linux and bytes on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("batch", type=int)
    parser.add_argument("length", type=int)
    parser.add_argument("mode", choices=["infer", "train"])
    parser.add_argument("layers", type=int)
    parser.add_argument("--hidden", type=int, default=768)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--sorted", action="store_true")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--lengths", metavar="FILE.tsv")
    parser.add_argument("--steps", type=int, default=6)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    shapes = batches_of_lengths(options)
    model = Classifier(options.layers, options.hidden, options.dropout)
    model.train(options.mode == "train")
    if options.compile:
        model = torch.compile(model, dynamic=bool(options.lengths))
    adam = Adam(model.parameters(), 1e-5) if options.mode == "train" else None

    def precision():
        return torch.autocast("cpu", torch.bfloat16) if options.bf16 else contextlib.nullcontext()

    def infer(ids, mask, labels):
        with torch.inference_mode(), precision():
            return torch.sigmoid(model(ids, mask))

    def train(ids, mask, labels):
        with precision():
            logits = model(ids, mask)
        functional.binary_cross_entropy_with_logits(logits.float(), labels).backward()
        adam.step()

    step = train if options.mode == "train" else infer
    seconds = []
    warm_up = shapes if options.compile else shapes[:1]  # which is done twice
    for lengths in warm_up + shapes:
        batch = batch_of(lengths, bool(options.lengths))
        start = time.perf_counter()
        step(*batch)
        seconds.append(time.perf_counter() - start)
    seconds = seconds[len(warm_up):]

    print(json.dumps({
        "peer": "PyTorch " + torch.__version__,
        "mode": options.mode,
        "precision": "BF16" if options.bf16 else "FLOAT32",
        "batch": options.batch,
        "median_s": sorted(seconds)[len(seconds) // 2],
        "total_s": sum(seconds),
        "real_tokens": sum(sum(lengths) for lengths in shapes),
        "padded_tokens": sum(max(lengths) * len(lengths) for lengths in shapes),
        "max_rss_mb": peak_megabytes(),
        "layers": options.layers,
        "hidden": options.hidden,
        "threads": options.threads,
        "steps": options.steps,
        "warm_up_steps": len(warm_up),
    }))


if __name__ == "__main__":
    main()
