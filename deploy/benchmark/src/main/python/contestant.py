"""Runs one workload on one pool of Python's, as often as standard input says "run", and answers each with names and
numbers. "baseline" asks for the same work without any pool. Usage: contestant.py PEER WORKLOAD"""
import glob, http.client, os, sys, threading, time

WORKERS = 2


def inc(x): return x + 1
def one(*_): return 1
def echo(b): return b


def primes(bound):
    n = 0
    for i in range(2, bound):
        d = 2
        while d * d <= i:
            if i % d == 0:
                break
            d += 1
        else:
            n += 1
    return n


def pandas_summary(path):
    import pandas
    frame = pandas.read_csv(path)
    return len(frame), float(frame["qty"].mean()), float(frame["price"].mean())


def csv_summary(path):
    import csv
    rows = quantity = 0
    price = 0.0
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            rows += 1
            quantity += int(row["qty"])
            price += float(row["price"])
    return rows, quantity / rows, price / rows


local = threading.local()


def get(port):
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection("127.0.0.1", port)
    local.connection.request("GET", "/")
    answer = local.connection.getresponse()
    answer.read()
    return answer.status


class Pool:
    def __init__(self):
        import multiprocessing
        self.pool = multiprocessing.Pool(WORKERS)
    def map(self, function, items): return self.pool.map(function, items)
    def submits(self, count): return [r.get() for r in [self.pool.apply_async(one) for _ in range(count)]]
    def once(self): return self.pool.apply(one)
    def close(self): self.pool.terminate()


class Futures:
    def __init__(self, kind="ProcessPoolExecutor", workers=WORKERS):
        import concurrent.futures
        self.pool = getattr(concurrent.futures, kind)(workers)
    def map(self, function, items):
        # Its own default is 1, which no user keeps for a million items.
        return list(self.pool.map(function, items, chunksize=10_000 if len(items) > 100_000 else 1))
    def submits(self, count): return [f.result() for f in [self.pool.submit(one) for _ in range(count)]]
    def once(self): return self.pool.submit(one).result()
    def close(self): self.pool.shutdown()


class Threads64(Futures):
    def __init__(self): super().__init__("ThreadPoolExecutor", 64)


class Joblib:
    def __init__(self):
        import joblib
        self.call, self.pool = joblib.delayed, joblib.Parallel(n_jobs=WORKERS)
        # It has no single submits; without this it would make a few large ones of them.
        self.single = joblib.Parallel(n_jobs=WORKERS, batch_size=1)
    def map(self, function, items): return self.pool(self.call(function)(item) for item in items)
    def submits(self, count): return self.single(self.call(one)() for _ in range(count))
    def once(self): return self.pool([self.call(one)()])[0]
    def close(self): pass


class Dask:
    def __init__(self):
        import distributed
        self.client = distributed.Client(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None)
    def map(self, function, items):
        # One task per item takes it minutes for a million.
        size = max(1, min(10_000, len(items) // 400))
        parts = [items[at:at + size] for at in range(0, len(items), size)]
        futures = self.client.map(lambda part: [function(item) for item in part], parts, pure=False)
        return [result for part in self.client.gather(futures) for result in part]
    def submits(self, count):
        return self.client.gather([self.client.submit(one, pure=False) for _ in range(count)])
    def once(self): return self.client.submit(one, pure=False).result()
    def close(self): self.client.close()


PEERS = {"pool": Pool, "futures": Futures, "threads64": Threads64, "joblib": Joblib, "dask": Dask}


def check(right):
    if not right:
        raise SystemExit("A result is wrong")


def timed(work):
    begin = time.perf_counter()
    work()
    return "seconds %.9f" % (time.perf_counter() - begin)


def latency(peer):
    times = []
    for _ in range(2000):
        begin = time.perf_counter()
        check(peer.once() == 1)
        times.append((time.perf_counter() - begin) * 1e6)
    times.sort()
    return "p50 %.3f p99 %.3f" % (times[1000], times[1980])


def bounds(workload):
    of = lambda name: int(os.environ[name])
    return [of("B_20MS")] * 400 if workload == "COMPUTE" else [of("B_2MS")] * 380 + [of("B_100MS")] * 20


def rounds(workload, peer):
    if workload == "MAP":
        return lambda: check(peer.map(inc, range(1_000_000))[777_777] == 777_778)
    if workload in ("SUBMIT", "QUEUE"):
        count = 10_000 if workload == "SUBMIT" else 1_000_000
        return lambda: check(sum(peer.submits(count)) == count)
    if workload == "ECHO":
        items = [os.urandom(1 << 20) for _ in range(200)]
        return lambda: check(peer.map(echo, items)[199] == items[199])
    if workload in ("COMPUTE", "SKEW"):
        return lambda: peer.map(primes, bounds(workload))
    if workload == "CSV":
        files = sorted(glob.glob(os.environ["CSV_FILES"] + "/*.csv"))
        try:
            import pandas
            summary = pandas_summary
        except ImportError:
            summary = csv_summary
        return lambda: check(all(r[0] > 10_000 for r in peer.map(summary, files)))
    if workload == "FETCH":
        ports = [int(os.environ["SLOW_SERVER"].rsplit(":", 1)[1].strip("/"))] * 2000
        return lambda: check(all(status == 200 for status in peer.map(get, ports)))
    return lambda: check(peer.once() == 1)


def main():
    workload = sys.argv[2]
    peer = PEERS[sys.argv[1]]()
    run = rounds(workload, peer)
    if workload == "START":
        run()
        return peer.close()
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "baseline":
            answer = timed(lambda: [primes(bound) for bound in bounds(workload)])
        else:
            answer = latency(peer) if workload == "LATENCY" else timed(run)
        print(answer, flush=True)
    peer.close()


if __name__ == "__main__":
    main()
