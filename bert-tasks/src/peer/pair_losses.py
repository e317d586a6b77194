"""Losses of pairs, their gradients and measures of rankings as sentence-transformers has them, for the tests of similarity.

    python pair_losses.py ../test/resources/io/github/bert4j/similarity/pair-losses.json

Made with sentence-transformers 6.0.1 and torch 2.13.0.
"""

import json
import sys

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import losses
from sentence_transformers.sentence_transformer.evaluation import InformationRetrievalEvaluator


def case(name, loss, columns):
    embeddings = [torch.tensor(column, requires_grad=True) for column in columns]
    value = loss.compute_loss_from_embeddings(embeddings, None)
    value.backward()
    return {
        "name": name,
        "columns": columns,
        "loss": value.item(),
        "gradients": [embedding.grad.tolist() for embedding in embeddings],
    }


def columns(count, batch, size, seed):
    generator = torch.Generator().manual_seed(seed)
    return [(torch.randn(batch, size, generator=generator) * 2).tolist() for _ in range(count)]


def rankings():
    generator = torch.Generator().manual_seed(3)
    corpus = {f"d{i}": str(i) for i in range(40)}
    queries = {f"q{i}": str(i) for i in range(6)}
    relevant = {f"q{i}": {f"d{j}" for j in range(40) if (i + j) % 9 == 0} for i in range(6)}
    scores = torch.randn(6, 40, generator=generator)
    for i in range(6):
        for j in range(40):
            scores[i, j] += 2 * (f"d{j}" in relevant[f"q{i}"])
    evaluator = InformationRetrievalEvaluator(
        queries, corpus, relevant, accuracy_at_k=[1], precision_recall_at_k=[1, 10], mrr_at_k=[10], ndcg_at_k=[10], map_at_k=[40]
    )
    order = scores.argsort(dim=1, descending=True)
    results = [
        [{"corpus_id": f"d{j}", "score": scores[i, j].item()} for j in order[i].tolist()] for i in range(6)
    ]
    found = evaluator.compute_metrics(results)
    places = [[p for p, j in enumerate(order[i].tolist()) if f"d{j}" in relevant[f"q{i}"]] for i in range(6)]
    return {
        "places": places,
        "recall@1": found["recall@k"][1],
        "recall@10": found["recall@k"][10],
        "mrr@10": found["mrr@k"][10],
        "ndcg@10": found["ndcg@k"][10],
        "map": found["map@k"][40],
    }


def main(target):
    negatives = lambda **options: losses.MultipleNegativesRankingLoss(None, **options)
    both = {"directions": ("query_to_doc", "doc_to_query"), "partition_mode": "per_direction"}
    cases = [
        case("negatives", negatives(), columns(2, 5, 4, 1)),
        case("negatives with hard ones", negatives(scale=50.0), columns(3, 4, 6, 2)),
        case("both ways", negatives(**both), columns(2, 5, 4, 3)),
        case("triplets", losses.TripletLoss(None), columns(3, 5, 4, 4)),
    ]
    cases[1]["scale"] = 50
    with open(target, "w") as out:
        json.dump({"losses": cases, "ranking": rankings()}, out, indent=1)


main(sys.argv[1])
