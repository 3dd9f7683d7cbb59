#!/usr/bin/env python3
"""Steps the published tasks here and in the gymnasium package, from the same states.

    Tests/gymnasium/parity.py .build/release/tarsus-lab [--json]

A thousand steps for each task and seed: in the first half of the seeds both are reset at every end,
in the second they go on to the time limit whatever happens. Observation, reward and both end flags
must agree at each step.
Needs the packages that setup.sh beside it installs. Exits with 1 when a figure differs.
"""

import argparse
import json
import subprocess
import sys

import gymnasium
import numpy

STEPS = 1000
SEEDS = 10
TOLERANCE = 1e-9


class Tarsus:
    """One task of tarsus-lab, a line of JSON for each state or step."""

    def __init__(self, program, task):
        self.process = subprocess.Popen(
            [program, "steps", task], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, **request):
        lists = {key: numpy.asarray(value).tolist() for key, value in request.items()}
        self.process.stdin.write(json.dumps(lists) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            sys.exit(f"tarsus-lab steps: exit code {self.process.returncode}")


class Figures:
    """What has been compared, and the largest differences."""

    def __init__(self):
        self.steps = self.terminated = self.truncated = self.unequal_ends = 0
        self.observation = self.reward = 0.0

    def compare_observation(self, ours, theirs):
        ours = numpy.asarray(ours)
        if ours.shape != theirs.shape:
            sys.exit(f"observation: found {ours.size} numbers, expected {theirs.size}")
        # A NaN differs from everything, which fmax would hide.
        difference = numpy.max(numpy.abs(ours - theirs))
        self.observation = max(self.observation, numpy.nan_to_num(difference, nan=numpy.inf))

    def compare_step(self, ours, observation, reward, terminated, truncated):
        self.compare_observation(ours["observation"], observation)
        difference = numpy.nan_to_num(abs(ours["reward"] - reward), nan=numpy.inf)
        self.reward = max(self.reward, difference)
        ends = (ours["terminated"], ours["truncated"])
        self.unequal_ends += ends != (bool(terminated), bool(truncated))
        self.steps += 1
        self.terminated += bool(terminated)
        self.truncated += bool(truncated)

    def passed(self):
        return bool(
            self.observation <= TOLERANCE
            and self.reward <= TOLERANCE
            and self.unequal_ends == 0
            and self.terminated > 0
            and self.truncated > 0
        )


def start(env, tarsus, seed, figures):
    """Starts both where gymnasium would."""
    env.reset(seed=seed)
    if env.spec.id == "CartPole-v1":
        place, speed, angle, rate = env.unwrapped.state
        ours = tarsus.ask(qpos=[place, angle], qvel=[speed, rate])
    else:
        ours = tarsus.ask(qpos=env.unwrapped.data.qpos, qvel=env.unwrapped.data.qvel)
    figures.compare_observation(ours["observation"], exact(env))


def exact(env):
    """The observation before it is rounded."""
    if env.spec.id == "CartPole-v1":
        return numpy.array(env.unwrapped.state)
    return env.unwrapped._get_obs()


def choose(env, random, seed):
    """An action; odd seeds go beyond the motors' range, even ones balance the cart."""
    if env.spec.id != "CartPole-v1":
        return random.uniform(-1, 1, env.action_space.shape) * (1 + seed % 2)
    if seed % 2:
        return int(random.integers(2))
    place, speed, angle, rate = env.unwrapped.state
    return int(angle + 0.3 * rate + 0.02 * place + 0.05 * speed > 0)


def run(env, tarsus, seed, goes_on, figures):
    random = numpy.random.default_rng(seed)
    start(env, tarsus, seed, figures)
    for step in range(STEPS):
        action = choose(env, random, seed)
        _, reward, terminated, truncated, _ = env.step(action)
        ours = tarsus.ask(action=numpy.atleast_1d(action))
        figures.compare_step(ours, exact(env), reward, terminated, truncated)
        if truncated or (terminated and not goes_on):
            start(env, tarsus, int(random.integers(2**31)), figures)


def compare(program, task):
    env = gymnasium.make(task, disable_env_checker=True)
    tarsus = Tarsus(program, task)
    figures = Figures()
    for seed in range(SEEDS):
        # After a fall gymnasium's cart earns nothing; the steps of bodies stay defined.
        goes_on = seed >= SEEDS // 2 and task != "CartPole-v1"
        run(env, tarsus, seed, goes_on, figures)
    tarsus.close()
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the built tarsus-lab")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    results = {
        task: compare(options.program, task) for task in ("Walker2d-v5", "Ant-v5", "CartPole-v1")
    }
    if options.json:
        report = {task: {**vars(f), "passed": f.passed()} for task, f in results.items()}
        print(json.dumps(report, indent=2, default=float))
    else:
        print(
            "largest differences from gymnasium "
            + gymnasium.__version__
            + ": "
            + "; ".join(
                f"{task}: observation {f.observation:.1e}, reward {f.reward:.1e}, "
                f"{f.unequal_ends} unequal ends in {f.steps} steps "
                f"({f.terminated} terminated, {f.truncated} truncated)"
                for task, f in results.items()
            )
        )
    return 0 if all(figures.passed() for figures in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
