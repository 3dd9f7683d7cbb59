"""Compares a run's event files, as TensorBoard reads them, with the run's progress.csv."""

import csv
import glob
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

# The column of each tag, and the digits after the point that the table keeps.
COLUMNS = {
    "time/fps": ("steps_per_second", 0),
    "rollout/ep_rew_mean": ("return", 3),
    "rollout/ep_len_mean": ("length", 1),
    "train/approx_kl": ("kl", 6),
    "train/explained_variance": ("explained_variance", 3),
    "train/std": ("deviation", 4),
    "train/learning_rate": ("learning_rate", 6),
    "train/entropy": ("entropy", 4),
    "train/policy_gradient_loss": ("policy_loss", 5),
    "train/value_loss": ("value_loss", 5),
    "train/gradient_norm": ("gradient_norm", 5),
    "eval/mean_reward": ("evaluation_return", 3),
    "eval/mean_ep_length": ("evaluation_length", 1),
}
TRIES_MAX = 1200


def expect(what, found, expected):
    if found != expected:
        sys.exit(f"tensorboard: {what}: found {found}, expected {expected}")


def read_table(run):
    """The table's rows by step: a resumed run takes off the rows that it does again."""
    with open(os.path.join(run, "progress.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    table = {int(row["steps"]): row for row in rows}
    expect("steps in the table", [int(row["steps"]) for row in rows], sorted(table))
    return table


def check_terms(table, terms):
    """The sums of the reward's terms over an episode make its return."""
    expect("terms of the spider's reward", len(terms), 9)
    for step, row in table.items():
        if row["return"] and abs(sum(float(row[term]) for term in terms) - float(row["return"])) > 0.002:
            sys.exit(f"tensorboard: terms of the reward at {step}: found {row}, expected its return")


def check_values(run):
    table = read_table(run)
    # One file of the run that was cut off, and one of each resumption.
    expect("event files", len(glob.glob(os.path.join(run, "events.out.tfevents.*"))), 3)
    accumulator = EventAccumulator(run).Reload()
    tags = set(accumulator.Tags()["scalars"])
    columns = COLUMNS | {
        f"reward/{column[7:]}": (column, 4)
        for column in next(iter(table.values())) if column.startswith("reward_")}
    check_terms(table, [column for tag, (column, _) in columns.items() if tag.startswith("reward/")])
    expect("tags", tags, set(columns))
    for tag, (column, digits) in columns.items():
        events = accumulator.Scalars(tag)
        # A row has no number where no episode ended, or nothing was evaluated.
        steps = [step for step, row in table.items() if row[column]]
        expect(f"steps of {tag}", [event.step for event in events], steps)
        for event in events:
            tabled = float(table[event.step][column])
            # Half of the last digit, and the rounding of a Float.
            if abs(event.value - tabled) > 0.501 * 10**-digits + 1e-6 * abs(tabled):
                sys.exit(f"tensorboard: {tag} at {event.step}: {event.value}, the table has {tabled}")
    return tags


def check_cut_file(run):
    """A file whose last bytes are missing is read to its last whole event."""
    path = sorted(glob.glob(os.path.join(run, "events.out.tfevents.*")))[-1]
    whole = [event.step for event in EventFileLoader(path).Load()]
    with tempfile.TemporaryDirectory() as folder:
        cut = shutil.copy(path, folder)
        os.truncate(cut, os.path.getsize(cut) - 5)
        expect("steps of a file that is cut off",
               [event.step for event in EventFileLoader(cut).Load()], whole[:-1])


def fetch(port, address):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=60) as reply:
        return json.load(reply)


def check_server(run, tags, options):
    """Starts the `tensorboard` command on the run and asks it for what its page shows."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "tensorboard.main", "--logdir", run, "--host", "127.0.0.1",
         "--port", str(port), *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        found = {}
        for _ in range(TRIES_MAX):
            try:
                found = fetch(port, "/data/plugin/scalars/tags")
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            if set(found.get(".", {})) == tags:
                break
            if server.poll() is not None:
                sys.exit(f"tensorboard: the server ended with {server.returncode}")
            time.sleep(0.1)
        expect(f"tags on the page {options}", set(found.get(".", {})), tags)
        curve = fetch(port, "/data/plugin/scalars/scalars?run=.&tag=time%2Ffps")
        expect(
            f"steps on the page {options}", [point[1] for point in curve], list(read_table(run)))
    finally:
        server.terminate()
        server.wait()


def main():
    run = sys.argv[1]
    # It warns of the steps that count no more.
    logging.getLogger("tensorboard").setLevel(logging.ERROR)
    tags = check_values(run)
    check_cut_file(run)
    # TensorBoard has two readers, which treat steps that were done twice each in a way of its own.
    check_server(run, tags, ["--load_fast=true"])
    check_server(run, tags, ["--load_fast=false"])
    print(f"TensorBoard reads {len(tags)} curves, and shows steps done twice once")


main()
