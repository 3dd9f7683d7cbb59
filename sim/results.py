"""Prints what sim/results.sh has trained as the README's tables.

    results.py FOLDER
"""

import glob
import json
import os
import statistics
import sys


def read(run, kind):
    path = os.path.join(run, kind + ".json")
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


def seconds(run):
    with open(os.path.join(run, "progress.csv")) as file:
        rows = file.read().split()
    return float(rows[-1].split(",")[1])


def steps(run):
    with open(os.path.join(run, "progress.csv")) as file:
        return int(file.read().split()[-1].split(",")[0])


def published(name, runs):
    """A row of a task of Gymnasium: returns of the seeds."""
    returns = [read(run, "nominal")["return_mean"] for run in runs]
    spread = statistics.pstdev(returns)
    listed = ", ".join(f"{value:.0f}" for value in returns)
    minutes = statistics.mean(seconds(run) for run in runs) / 60
    return (f"| {name} | {steps(runs[0]) / 1e6:.1f} M | {minutes:.1f} | {listed} "
            f"| {statistics.mean(returns):.0f} ± {spread:.0f} | {min(returns):.0f} |")


def deployable(name, run):
    """A row of one seed of a servo-driven body."""
    plain, varied = read(run, "nominal"), read(run, "randomised")
    return (f"| {name}, {os.path.basename(run)} | {steps(run) / 1e6:.1f} M | {seconds(run) / 60:.1f} "
            f"| {plain['falls']} / {varied['falls']} "
            f"| {error(plain, 'velocity')} / {error(varied, 'velocity')} "
            f"| {error(plain, 'yaw_rate')} / {error(varied, 'yaw_rate')} "
            f"| {plain['target_change_mean']:.3f} | {plain['slip_per_distance']:.2f} "
            f"| {plain['cost_of_transport']:.1f} |")


def error(figures, what):
    """There is none when every episode was too short to tell."""
    value = figures.get(what + "_error_rms")
    return "–" if value is None else f"{value:.3f}"


def main():
    folders = sorted(glob.glob(os.path.join(sys.argv[1], "*-*")))
    tables = {True: [], False: []}
    for folder in folders:
        runs = sorted(glob.glob(os.path.join(folder, "seed-*")))
        runs = [run for run in runs if read(run, "nominal")]
        if not runs:
            continue
        name = os.path.basename(folder)
        if read(runs[0], "randomised"):
            tables[True] += [deployable(name, run) for run in runs]
        else:
            tables[False].append(published(name, runs))
    if tables[False]:
        print("| task, learner | steps | minutes | return of each seed | mean ± deviation | worst |")
        print("|---|---|---|---|---|---|")
        print("\n".join(tables[False]))
    if tables[True]:
        print("\n| body, learner | steps | minutes | falls of 100, nominal / randomised "
              "| velocity error, m/s | turning error, rad/s | targets, rad/tick | feet slip, m/m "
              "| cost of transport |")
        print("|---|---|---|---|---|---|---|---|---|")
        print("\n".join(tables[True]))


main()
