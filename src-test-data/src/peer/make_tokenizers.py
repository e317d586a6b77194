"""Trains the small tokenizers of src/main/resources and writes what Hugging Face's libraries make of some strings.

    pip install tokenizers sentencepiece transformers
    python make_tokenizers.py

All texts are this project's own: its reviews, and the strings below.
"""
import io
import json
import pathlib
import random

import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent.parent / "main/resources/io/github/bert4j/testdata"
SIZE = 700
UNIGRAMS = 2200
BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>"]

STRINGS = [
    "", " ", "  ", "\n", "a", "酒店很好", "酒店很好，下次还来。", " 早餐 不错 ", "the room was clean", "The Room  was\tclean",
    "It's what they'd said, we'll see", "don't'S 're 'LL", "３ｋｍ！？", "ﬁne", "e\u0301te\u0301", "\u00e9t\u00e9", "ﾊﾟﾊﾞ",
    "한국어", "\u1112\u1161\u11ab", "नमस्ते", "👍👍🏽 👨‍👩‍👧", "𠀀𠮷", "a\u200bb\u200d", "\u00a0x\u3000y\u2028z", "x\u0000y\ufffdz",
    "12345 67,8.9%", "一二三四五六七八九十", "[MASK]", "[CLS] a [SEP]", "很[MASK]好", "很 <mask> 好", "<s>x</s>", "a<pad>b", "<mask><mask>",
    "[unused1]", "[E1]人[E2]", "   [MASK]   ", "Ünïcödé ÀÉÎ", "İstanbul ΣΑΣ", "a" * 120, "好" * 60, "ab " * 40, "!!!???", "(a)[b]{c}<d>",
    "\u0301\u0323", "①②③Ⅳ㎏", "ａｂｃ　ｄｅｆ", "end\r\nline", "tab\there", "___a_b", "ﷺ", "\u0007bell", "x\u0007", "…——、；：“”",
]


def texts():
    return [line.split("\t", 1)[1] for line in (HERE / "sentiment/train.tsv").read_text(encoding="utf-8").splitlines()]


def strings():
    """The hard ones above, and random ones of their characters and the reviews'."""
    source = random.Random(5)
    reviews = texts()
    characters = sorted(set("".join(STRINGS) + "".join(reviews[:200])))
    special = BERT + ROBERTA + ["<mask>", " ", "  "]
    made = []
    for _ in range(150):
        parts = []
        for _ in range(source.randint(1, 12)):
            kind = source.random()
            if kind < 0.5:
                parts.append("".join(source.choice(characters) for _ in range(source.randint(1, 4))))
            elif kind < 0.9:
                review = source.choice(reviews)
                start = source.randrange(len(review))
                parts.append(review[start:start + source.randint(1, 6)])
            else:
                parts.append(source.choice(special))
        made.append("".join(parts))
    return STRINGS + reviews[:40] + made


def template(first, last, double):
    pair = f"{first} $A {last} {last} $B {last}" if double else f"{first} $A {last} $B:1 {last}:1"
    return lambda tokenizer: processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=pair,
        special_tokens=[(first, tokenizer.token_to_id(first)), (last, tokenizer.token_to_id(last))])


def word_pieces():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(texts(), trainers.WordPieceTrainer(vocab_size=SIZE, special_tokens=BERT))
    tokenizer.post_processor = template("[CLS]", "[SEP]", False)(tokenizer)
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer, dict(zip(["pad_token", "unk_token", "cls_token", "sep_token", "mask_token"], BERT),
                           tokenizer_class="BertTokenizer", do_lower_case=True)


def byte_pairs():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(texts(), trainers.BpeTrainer(
        vocab_size=SIZE - 1, special_tokens=ROBERTA, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    from tokenizers import AddedToken
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer, roberta("RobertaTokenizer")


def roberta(name):
    return {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>",
            "unk_token": "<unk>", "mask_token": "<mask>", "tokenizer_class": name}


def rules():
    """Replacements of this project's own: wide letters and signs, half-wide kana with their marks, spaces, ligatures."""
    pairs = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
    pairs.update({"\u3000": " ", "\u00a0": " ", "\t": " ", "\n": " ", "\r": " ", "\u200b": " ", "\ufb01": "fi", "e\u0301": "\u00e9",
                  "\u2168": "IX", "\u338f": "kg", "\u0007": "", "\uff8a": "\u30cf", "\uff8a\uff9f": "\u30d1", "\uff8a\uff9e": "\u30d0"})
    return "".join("%s\t%s\n" % (" ".join("%X" % ord(c) for c in old), " ".join("%X" % ord(c) for c in new))
                   for old, new in sorted(pairs.items()))


def unigrams(folder):
    (folder / "rules.tsv").write_text(rules(), encoding="utf-8")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts()), model_writer=model, vocab_size=UNIGRAMS, model_type="unigram",
        normalization_rule_tsv=str(folder / "rules.tsv"), character_coverage=1.0, minloglevel=2)
    (folder / "rules.tsv").unlink()
    (folder / "sentencepiece.bpe.model").write_bytes(model.getvalue())
    from sentencepiece import sentencepiece_model_pb2
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    pieces = [(name, 0.0) for name in ROBERTA] + [(p.piece, p.score) for p in proto.pieces[3:]] + [("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap),
        normalizers.Strip(left=False, right=True),
        normalizers.Replace(Regex(" {2,}"), "▁")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    from tokenizers import AddedToken
    tokenizer.add_special_tokens(ROBERTA + [AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = template("<s>", "</s>", True)(tokenizer)
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer, roberta("XLMRobertaTokenizer")


def utf16(text, place):
    return len(text[:place].encode("utf-16-le")) // 2


def main():
    for name, make in {"word-pieces": word_pieces, "byte-pairs": byte_pairs, "unigrams": None}.items():
        folder = HERE / "tokenizers" / name
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer, settings = make() if make else unigrams(folder)
        (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=False) + "\n", encoding="utf-8")
        (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        with open(folder / "expected.jsonl", "w", encoding="utf-8") as file:
            for text in strings():
                encoding = tokenizer.encode(text)
                offsets = [utf16(text, place) for pair in encoding.offsets for place in pair]
                file.write(json.dumps({"text": text, "ids": encoding.ids, "offsets": offsets}) + "\n")


main()
