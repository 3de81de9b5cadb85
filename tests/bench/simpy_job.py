#!/usr/bin/python3
"""The job of b_replay.c as one would write it with SimPy: requests arrive, a token
bucket lets them in or refuses them.
  simpy_job.py [SECONDS_OF_TRAFFIC] [--process | --retry]
--process: a process for each request, as SimPy's examples have it; --retry: which
comes back as SDKs do. Without, one process for all, the quickest way.
Wants SimPy 3 or 4 (Debian: python3-simpy3)."""
import random
import sys
import time

import simpy

PER_S, QUOTA_TPM, WINDOW_S = 50, 4.3e6, 60
ATTEMPTS, MAX_DELAY_S = 3, 20


class Bucket:
    def __init__(self, env, rate_s, window_s):
        self.env, self.rate_s, self.capacity = env, rate_s, rate_s * window_s
        self.level, self.last = self.capacity, env.now

    def take(self, n):
        now = self.env.now
        self.level = min(self.capacity, self.level + (now - self.last) * self.rate_s)
        self.last = now
        if self.level < n:
            return False
        self.level -= n
        return True


def request(env, bucket, count, tokens, retry):
    for i in range(ATTEMPTS):
        count["attempts"] += 1
        if bucket.take(tokens):
            return
        if not retry or i + 1 == ATTEMPTS:
            break
        yield env.timeout(random.random() * min(2**i, MAX_DELAY_S))
    count["refused"] += 1


def arrivals(env, bucket, count, each, retry):
    while True:
        yield env.timeout(random.expovariate(PER_S))
        tokens = max(1, round(random.lognormvariate(6.633, 0.985)))
        tokens += max(1, round(random.lognormvariate(5.019, 0.859)))
        count["requests"] += 1
        if each:
            env.process(request(env, bucket, count, tokens, retry))
        else:
            count["attempts"] += 1
            count["refused"] += not bucket.take(tokens)


def main():
    retry = "--retry" in sys.argv
    each = retry or "--process" in sys.argv
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2000
    best = float("inf")
    for _ in range(3):
        random.seed(1)
        env = simpy.Environment()
        count = {"requests": 0, "attempts": 0, "refused": 0}
        tpm = 3.4e6 if retry else QUOTA_TPM
        bucket = Bucket(env, tpm / 60, WINDOW_S)
        env.process(arrivals(env, bucket, count, each, retry))
        start = time.process_time()
        env.run(until=seconds)
        best = min(best, time.process_time() - start)
    print(f"{count['attempts'] / best:.0f} attempts/s, {count['attempts']} attempts, "
          f"{100 * count['refused'] / count['requests']:.3f} % refused")


main()
