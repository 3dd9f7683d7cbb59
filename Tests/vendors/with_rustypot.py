"""Pollen Robotics' rustypot against a loopback: with_rustypot.py PORT, dynamixel or feetech."""

import math
import sys

import rustypot

from judge import must


def near(angles, others, most):
    return all(abs(a - b) < most for a, b in zip(angles, others))


def move(servos, ids):
    """Holds, and goes a little to the middle; the servos follow."""
    before = servos.sync_read_present_position(ids)
    goals = [angle - math.copysign(0.15, angle) for angle in before]
    servos.sync_write_goal_position(ids, goals)
    servos.sync_write_torque_enable(ids, [True] * len(ids))
    for _ in range(1000):
        after = servos.sync_read_present_position(ids)
        if sum(abs(a - b) > 0.05 for a, b in zip(after, before)) >= len(ids) // 2:
            break
    else:
        must(False, before, after)
    servos.sync_write_torque_enable(ids, [False] * len(ids))
    return after


def change_id(servos, of, to):
    servos.write_id(of, to)
    must(servos.ping(to) and not servos.ping(of), of, to)
    servos.write_id(to, of)
    must(servos.ping(of), of)


def dynamixel(path):
    ids = list(range(1, 13))
    servos = rustypot.Xl330PyController(path, 1_000_000, 0.1)
    must(servos.ping(5) and not servos.ping(99))
    found = sorted(servos.broadcast_scan())
    must(found == ids, found)
    after = move(servos, ids)
    servos.set_fast_sync_read(True)
    must(near(servos.sync_read_present_position(ids), after, 0.3))
    servos.set_fast_sync_read(False)
    servos.write_position_p_gain(4, 700)
    must(servos.read_position_p_gain(4)[0] == 700, servos.read_position_p_gain(4))
    servos.reboot(4)
    must(servos.read_position_p_gain(4)[0] == 400, servos.read_position_p_gain(4))
    change_id(servos, 3, 42)
    print("rustypot, XL330: ping, scan, sync and fast sync read, sync write, read, write, reboot, "
          "change of id")


def feetech(path):
    ids = list(range(1, 11))
    servos = rustypot.Sts3215PyController(path, 1_000_000, 0.1)
    must(servos.ping(5) and not servos.ping(99))
    found = sorted(servos.scan())
    must(found == ids, found)
    move(servos, ids)
    servos.write_torque_limit(4, 500)
    must(servos.read_torque_limit(4)[0] == 500, servos.read_torque_limit(4))
    servos.reboot(4)
    must(servos.ping(4))
    must(servos.read_torque_limit(4)[0] == 1000, servos.read_torque_limit(4))
    servos.write_raw_lock(3, 0)
    change_id(servos, 3, 42)
    print("rustypot, STS3215: ping, scan, sync read, sync write, read, write, reboot, change of id")


if __name__ == "__main__":
    {"dynamixel": dynamixel, "feetech": feetech}[sys.argv[2]](sys.argv[1])
