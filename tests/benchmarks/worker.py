"""One contestant's process: `worker.py torch` answers a line of JSON with a line of JSON, until its input ends.

    {"workload": "xor", "steps": 10}    -> {"loss": 0.25}      after that many steps from the start
    {"workload": "xor", "seconds": 0.1} -> {"per_call": 5e-5}  one step, over at least that many seconds

A first line says what there is: {"workloads": [...], "version": "2.13.0"}.
"""

import importlib
import json
import sys
import time


def answer(workloads, workload, steps=None, seconds=None):
    step = workloads[workload]()
    if steps is not None:
        for _ in range(steps):
            loss = step()
        return {"loss": float(loss)}
    float(step())  # not timed: it wakes the threads, and fills the caches
    n, clock = 0, time.perf_counter
    start = clock()
    while not n or clock() - start < seconds:
        loss = step()
        n += 1
    float(loss)  # waits for what is still being computed
    return {"per_call": (clock() - start) / n}


def main():
    requests, replies, sys.stdout = sys.stdin, sys.stdout, sys.stderr  # what a library prints is no reply
    module = importlib.import_module(f"workloads_{sys.argv[1]}")
    reply = {"workloads": list(module.WORKLOADS), "version": module.VERSION}
    while True:
        print(json.dumps(reply), file=replies, flush=True)
        line = requests.readline()
        if not line:
            return
        reply = answer(module.WORKLOADS, **json.loads(line))


if __name__ == "__main__":
    main()
