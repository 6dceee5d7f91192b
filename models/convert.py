#!/usr/bin/env python3
"""Makes encoder.safetensors and expected.json from the encoder's half-precision weights.

    python3 models/convert.py model.f16.safetensors

Needs numpy and nothing else. Matrices become int8 with one float32 scale a row (`NAME.scale`), everything
else float32. expected.json holds token ids and vectors that this script computes from the weights as given,
in float32 and unrounded: the Rust code is tested against them.
"""

import hashlib
import json
import math
import struct
import sys
import unicodedata
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
LAYERS, HIDDEN, HEADS, LONGEST = 4, 512, 8, 126
SOURCE = "bge-small-zh-v1.5 (BAAI, FlagEmbedding), trained on"

TEXTS = [
    "备案授权码怎么申请？",
    "被打回来了去哪改啊",
    "网站打不开",
    "接入备案 域名 多个 删除",
    "我是香港人想做个人网站要交啥证件",
    "ICP 备案号 ping 不通",
    "Café déjà-vu，x64_86架构😀能用吗",
    "，",
    "",
    "一" * 200,
]


def read(path):
    """Every tensor of a safetensors file, as float32."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    kinds = {"F16": np.float16, "F32": np.float32}
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            values = np.frombuffer(data[start:end], kinds[entry["dtype"]])
            tensors[name] = values.astype(np.float32).reshape(entry["shape"])
    return tensors


def quantised(tensors):
    """The same tensors as they ship: matrices as int8 rows, the rest as they are."""
    shipped = {}
    for name, values in tensors.items():
        if values.ndim == 2:
            scale = np.maximum(np.abs(values).max(axis=1), 1e-12) / 127
            shipped[name] = np.rint(values / scale[:, None]).astype(np.int8)
            shipped[name + ".scale"] = scale.astype(np.float32)
        else:
            shipped[name] = values
    return shipped


def write(path, tensors, vocabulary):
    """A safetensors file whose metadata names the source and carries a hash of all that moves a vector."""
    kinds = {np.dtype(np.int8): "I8", np.dtype(np.float32): "F32"}
    header, blobs, offset = {}, [], 0
    # Wider types first, so that each tensor stands at a multiple of its size.
    for name in sorted(tensors, key=lambda name: (-tensors[name].itemsize, name)):
        values = tensors[name]
        blob = values.tobytes()
        header[name] = {
            "dtype": kinds[values.dtype],
            "shape": list(values.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    digest = hashlib.sha256(b"".join(blobs) + vocabulary).hexdigest()
    header["__metadata__"] = {"fingerprint": digest, "license": "MIT", "source": SOURCE}
    head = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    path.write_bytes(struct.pack("<Q", len(head)) + head + b"".join(blobs))


def is_single(char):
    """Whether a character is a token by itself: CJK ideographs and punctuation."""
    code = ord(char)
    ideographs = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2CEAF), (0x2F800, 0x2FA1F)]
    return (
        any(first <= code <= last for first, last in ideographs)
        or (33 <= code <= 126 and not char.isalnum())
        or unicodedata.category(char).startswith("P")
    )


def tokens(text, ids):
    """Token ids with [CLS] and [SEP]; the first LONGEST between them."""
    spaced = ""
    for char in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(char)
        if is_single(char):
            spaced += f" {char} "
        elif char.isspace():
            spaced += " "
        elif category not in ("Mn", "Cc", "Cf") and char != "\ufffd":
            spaced += char
    found = []
    for word in spaced.split():
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if mark + word[start:end] in ids)
            end = next(ends, None)
            found.append(ids["[UNK]"] if end is None else ids[mark + word[start:end]])
            start = start + 1 if end is None else end
    return [ids["[CLS]"], *found[:LONGEST], ids["[SEP]"]]


def normalised(values, tensors, name):
    centred = values - values.mean(axis=-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    return centred / deviation * tensors[name + ".weight"] + tensors[name + ".bias"]


def linear(values, tensors, name):
    return values @ tensors[name + ".weight"].T + tensors[name + ".bias"]


def encoding(ids, tensors):
    """The text's vector, its tokens' vectors and how much each token counts."""
    heads = lambda values: values.reshape(len(ids), HEADS, -1).transpose(1, 0, 2)
    erf = np.vectorize(math.erf)
    x = tensors["embedding.weight"][ids] + tensors["position.weight"][: len(ids)]
    x = normalised(x, tensors, "embedding.norm")
    for layer in range(LAYERS):
        attention, feed = f"layer.{layer}.attention", f"layer.{layer}.feed_forward"
        query = heads(linear(x, tensors, attention + ".query"))
        key = heads(linear(x, tensors, attention + ".key"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(HIDDEN / HEADS)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed = weights @ heads(linear(x, tensors, attention + ".value"))
        mixed = mixed.transpose(1, 0, 2).reshape(len(ids), HIDDEN)
        x = normalised(x + linear(mixed, tensors, attention + ".output"), tensors, attention + ".norm")
        inner = linear(x, tensors, feed + ".up")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = normalised(x + linear(inner, tensors, feed + ".down"), tensors, feed + ".norm")
    tokens = x[1:-1] @ tensors["token.weight"].T
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    gates = 1 / (1 + np.exp(-(x[1:-1] @ tensors["gate.weight"] + tensors["gate.bias"])))
    return x[0] / np.linalg.norm(x[0]), tokens, gates / gates.sum()


def main():
    tensors = read(sys.argv[1])
    vocabulary = (HERE / "vocab.txt").read_bytes()
    ids = {token: number for number, token in enumerate(vocabulary.decode().split("\n"))}
    write(HERE / "encoder.safetensors", quantised(tensors), vocabulary)

    lines = []
    for text in TEXTS:
        found = tokens(text, ids)
        vector, rows, weights = ([round(float(value), 4) for value in part.ravel()] for part in encoding(found, tensors))
        line = {"text": text, "ids": found, "vector": vector, "tokens": rows, "weights": weights}
        lines.append(json.dumps(line, ensure_ascii=False))
    (HERE / "expected.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
