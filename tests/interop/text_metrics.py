"""Scores of 'bedplan evaluate' beside an independent reading of their definitions:
SQuAD's normalisation, Lin's ROUGE, word error rate.  text_metrics.py BEDPLAN"""
import json
import os
import random
import re
import string
import subprocess
import sys
import tempfile
from collections import Counter

WORDS = "the a Cat dog's sat, U.S. mat. on An 12 Über naïve -- don't".split()


def normal(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def plain(text):
    return re.findall(r"[^\W_]+", text.lower())


def shared(a, b):
    return sum((Counter(a) & Counter(b)).values())


def f(matched, a, b):
    return 1.0 if not a and not b else 2 * matched / (a + b)


def f1(answer, reference):
    a, b = normal(answer), normal(reference)
    return f(shared(a, b), len(a), len(b))


def nlp_f1(answer, reference):
    a, b = set(normal(answer)), set(normal(reference))
    return f(len(a & b), len(a), len(b))


def rouge_n(answer, reference, n):
    a, b = plain(answer), plain(reference)
    if not a and not b:
        return 1.0
    x, y = (list(zip(*(w[i:] for i in range(n)))) for w in (a, b))
    return f(shared(x, y), len(x), len(y)) if x or y else 0.0


def rouge_l(answer, reference):
    a, b = plain(answer), plain(reference)
    row = [0] * (len(b) + 1)
    for x in a:
        above = row[:]
        for j, y in enumerate(b):
            row[j + 1] = above[j] + 1 if x == y else max(above[j + 1], row[j])
    return f(row[-1], len(a), len(b))


def wer(answer, reference):
    a, b = answer.split(), reference.split()
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        above, row[0] = row[:], i + 1
        for j, y in enumerate(b):
            row[j + 1] = min(above[j] + (x != y), above[j + 1] + 1, row[j] + 1)
    return row[-1] / len(b) if b else float(bool(a))


METRICS = {
    "f1": f1,
    "nlp-f1": nlp_f1,
    "rouge-1": lambda a, b: rouge_n(a, b, 1),
    "rouge-2": lambda a, b: rouge_n(a, b, 2),
    "rouge-l": rouge_l,
    "wer": wer,
    "quasi-exact-match": lambda a, b: float(normal(a) == normal(b)),
}


def main():
    draw = random.Random(11)
    text = lambda: " ".join(draw.choice(WORDS) for _ in range(draw.randint(0, 12)))
    pairs = [(text(), text()) for _ in range(400)]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as out:
        for i, (answer, reference) in enumerate(pairs):
            said = [{"response": answer, "modelIdentifier": "m"}]
            line = {"prompt": f"p{i}", "referenceResponse": reference, "modelResponses": said}
            out.write(json.dumps(line, ensure_ascii=i % 2 == 0) + "\n")
    command = [sys.argv[1], "evaluate", out.name, "--json", "--metrics", ",".join(METRICS)]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    os.unlink(out.name)
    bad = 0
    for got in answer["models"][0]["metrics"]:
        want = sum(METRICS[got["metric"]](a, b) for a, b in pairs) / len(pairs)
        bad += abs(got["mean"] - want) > 1e-12
        print(f"{got['metric']:18} {got['mean']:.12f} {want:.12f}")
    sys.exit(bad > 0 or len(answer["models"][0]["metrics"]) != len(METRICS))


main()
