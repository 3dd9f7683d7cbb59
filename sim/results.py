"""Prints what sim/results.sh has trained as the README's tables.

    results.py FOLDER
"""

import glob
import json
import os
import statistics
import sys


def read(*path):
    path = os.path.join(*path)
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


def published(name, report):
    """A row of a task of Gymnasium: returns of the seeds."""
    returns = [seed["evaluation"]["return_mean"] for seed in report["seeds"]]
    listed = ", ".join(f"{value:.0f}" for value in returns)
    minutes = statistics.mean(seed["seconds"] for seed in report["seeds"]) / 60
    return (f"| {name} | {report['steps'] / 1e6:.1f} M | {minutes:.1f} | {listed} "
            f"| {report['return_mean']:.0f} ± {report['return_deviation']:.0f} "
            f"| {report['return_worst']:.0f} |")


def deployable(name, steps, seed, varied, turning):
    """A row of one seed of a servo-driven body."""
    plain = seed["evaluation"]
    return (f"| {name}, seed {seed['seed']} | {steps / 1e6:.1f} M | {seed['seconds'] / 60:.1f} "
            f"| {plain['falls']} / {varied['falls']} "
            f"| {error(plain, 'velocity')} / {error(varied, 'velocity')} "
            f"| {error(plain, 'yaw_rate')} / {error(varied, 'yaw_rate')} "
            f"| {plain['target_change_mean']:.3f} | {plain['slip_per_distance']:.2f} "
            f"| {lift(plain)} / {lift(turning)} | {plain['cost_of_transport']:.1f} |")


def error(figures, what):
    """There is none when every episode was too short to tell."""
    value = figures.get(what + "_error_rms")
    return "–" if value is None else f"{value:.3f}"


def lift(figures):
    value = figures.get("foot_lift_mean_metres")
    return "–" if value is None else f"{1000 * value:.0f}"


def main():
    tables = {True: [], False: []}
    for folder in sorted(glob.glob(os.path.join(sys.argv[1], "*-*"))):
        report = read(folder, "seeds.json")
        if report is None:
            continue
        name = os.path.basename(folder)
        if report["task"] not in ("spider", "walker"):
            tables[False].append(published(name, report))
            continue
        for seed in report["seeds"]:
            run = f"seed-{seed['seed']}"
            varied = read(folder, run, "randomised.json")
            turning = read(folder, run, "turning.json")
            if varied is not None and turning is not None:
                tables[True].append(deployable(name, report["steps"], seed, varied, turning))
    if tables[False]:
        print("| task, learner | steps | minutes | return of each seed | mean ± deviation | worst |")
        print("|---|---|---|---|---|---|")
        print("\n".join(tables[False]))
    if tables[True]:
        print("\n| body, learner | steps | minutes | falls of 100, nominal / randomised "
              "| velocity error, m/s | turning error, rad/s | targets, rad/tick | feet slip, m/m "
              "| least lifted foot, mm, all commands / turning on the spot | cost of transport |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        print("\n".join(tables[True]))


main()
