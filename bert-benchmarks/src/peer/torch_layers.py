"""What PyTorch computes for a recurrent layer, a convolution and the losses, and scikit-learn for metrics: for the tests of
bert-core.

    python torch_layers.py > bert-core/src/test/resources/io/github/bert4j/layers/torch.json

Weights are written in Keras' layout, which bert4j has. Of a batch of two, the second sequence ends after three positions.
"""
import json
import torch
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import (
    matthews_corrcoef,
    mean_absolute_error,
    mean_squared_error,
    precision_recall_fscore_support,
    r2_score,
    roc_auc_score,
)
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.manual_seed(20)
BATCH, LENGTH, WIDTH, UNITS = 2, 5, 3, 4
LENGTHS = torch.tensor([5, 3])
x = torch.randn(BATCH, LENGTH, WIDTH)
mask = (torch.arange(LENGTH)[None, :] < LENGTHS[:, None]).float()


def flat(tensor):
    return [float(value) for value in tensor.detach().reshape(-1)]


def gates(matrix, order):
    parts = matrix.chunk(len(order), 0)
    return torch.cat([parts[i] for i in order], 0)


def direction(layer, order, suffix, gru):
    names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    kernel, recurrent, bias, more = (gates(getattr(layer, name + suffix), order) for name in names)
    both = torch.stack([bias, more]) if gru else bias + more
    return [flat(kernel.T), flat(recurrent.T), flat(both)]


def recurrent(kind, order):
    layer = kind(WIDTH, UNITS, batch_first=True, bidirectional=True)
    inputs = x.clone().requires_grad_(True)
    packed = pack_padded_sequence(inputs, LENGTHS, batch_first=True)
    outputs, last = layer(packed)
    sequence, _ = pad_packed_sequence(outputs, batch_first=True, total_length=LENGTH)
    state = last[0] if isinstance(last, tuple) else last
    (sequence.square().sum() + state.sum()).backward()
    gru = kind is torch.nn.GRU
    return {
        "weights": direction(layer, order, "", gru) + direction(layer, order, "_reverse", gru),
        "sequence": flat(sequence),
        "last": flat(torch.cat([state[0], state[1]], 1)),
        "gradient": flat(inputs.grad),
    }


def convolution():
    layer = torch.nn.Conv1d(WIDTH, UNITS, 3, padding="same")
    inputs = x.clone().requires_grad_(True)
    masked = inputs * mask[:, :, None]
    outputs = layer(masked.transpose(1, 2)).transpose(1, 2) * mask[:, :, None]
    outputs.square().sum().backward()
    return {
        "weights": [flat(layer.weight.permute(2, 1, 0)), flat(layer.bias)],
        "sequence": flat(outputs),
        "gradient": flat(inputs.grad),
    }


def losses():
    f = torch.nn.functional
    logits = torch.randn(4, 3)
    classes = torch.tensor([0, 2, 1, 2])
    targets = torch.softmax(torch.randn(4, 3), 1)
    bits = torch.tensor([[1.0, 0, 1], [0, 0, 1], [1, 1, 0], [0, 1, 0]])
    p = torch.sigmoid(logits)
    right = bits * p + (1 - bits) * (1 - p)
    chosen = f.cross_entropy(logits, classes, reduction="none")
    return {
        "logits": flat(logits),
        "classes": classes.tolist(),
        "targets": flat(targets),
        "bits": flat(bits),
        "mse": float(f.mse_loss(logits, targets)),
        "mae": float(f.l1_loss(logits, targets)),
        "cosine": float(-f.cosine_similarity(logits, targets, dim=1).mean()),
        "kl": float(f.kl_div(f.log_softmax(logits, 1), targets, reduction="batchmean")),
        "binary_focal": float(
            (f.binary_cross_entropy_with_logits(logits, bits, reduction="none") * (1 - right) ** 2).mean()
        ),
        "sparse_focal": float((chosen * (1 - torch.exp(-chosen)) ** 2).mean()),
    }


def metrics():
    probabilities = torch.softmax(torch.randn(40, 3).round(decimals=1), 1)
    classes = torch.randint(0, 3, (40,))
    scores = torch.rand(40).round(decimals=1)
    bits = (torch.rand(40) < 0.4).int()
    many = torch.rand(40, 3)
    marks = (torch.rand(40, 3) < 0.4).int()
    numbers = torch.randn(40)
    wanted = (0.6 * numbers + 0.5 * torch.randn(40)).round(decimals=1)
    predicted, ones = probabilities.argmax(1), (scores > 0.5).int()

    def averages(right, guessed, **more):
        return {
            average: [
                float(number)
                for number in precision_recall_fscore_support(
                    right, guessed, average=average, zero_division=0, **more
                )[:3]
            ]
            for average in ("micro", "macro")
        }

    return {
        "probabilities": flat(probabilities),
        "classes": classes.tolist(),
        "of_classes": averages(classes, predicted),
        "mcc": float(matthews_corrcoef(classes, predicted)),
        "auc": float(roc_auc_score(classes, probabilities, multi_class="ovr")),
        "scores": flat(scores),
        "bits": bits.tolist(),
        "of_bits": averages(bits, ones, labels=[1]),
        "bits_mcc": float(matthews_corrcoef(bits, ones)),
        "bits_auc": float(roc_auc_score(bits, scores)),
        "many": flat(many),
        "marks": marks.reshape(-1).tolist(),
        "of_marks": averages(marks, (many > 0.5).int()),
        "marks_auc": float(roc_auc_score(marks, many)),
        "numbers": flat(numbers),
        "wanted": flat(wanted),
        "mae": float(mean_absolute_error(wanted, numbers)),
        "mse": float(mean_squared_error(wanted, numbers)),
        "r2": float(r2_score(wanted, numbers)),
        "pearson": float(pearsonr(wanted, numbers)[0]),
        "spearman": float(spearmanr(wanted, numbers)[0]),
    }


print(
    json.dumps(
        {
            "x": flat(x),
            "lstm": recurrent(torch.nn.LSTM, [0, 1, 2, 3]),  # input, forget, candidate, output in both
            "gru": recurrent(torch.nn.GRU, [1, 0, 2]),  # reset, update, candidate in PyTorch
            "conv1d": convolution(),
            "losses": losses(),
            "metrics": metrics(),
        }
    )
)
