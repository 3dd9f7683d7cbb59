"""Checks in a log that what the policy was asked for never changed faster than 0.5 m/s² and 2 rad/s².

ramp.py FILE TICKS: the log of a run at 50 Hz, of so many ticks of the policy.
"""

import json
import sys

from mcap.reader import make_reader

SECONDS = 0.02
STEPS = {"forward": 0.5 * SECONDS, "left": 0.5 * SECONDS, "yaw_rate": 2 * SECONDS}


def main():
    path, ticks = sys.argv[1], int(sys.argv[2])
    before = dict.fromkeys(STEPS, 0.0)
    count = 0
    with open(path, "rb") as file:
        for _, _, message in make_reader(file).iter_messages(topics=["/command"]):
            asked = json.loads(message.data)
            for key, step in STEPS.items():
                change = abs(asked[key] - before[key])
                if change > step * 1.001:
                    sys.exit(f"ramp: {key} changed by {change} in tick {asked['tick']}, at most {step}")
            before = asked
            count += 1
    if count != ticks:
        sys.exit(f"ramp: {count} commands, expected {ticks}")


main()
