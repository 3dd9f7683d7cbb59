#!/usr/bin/env python3
"""Lets runs walk while what surrounds them fails, and looks at robot and exit code.

    Tests/outside.py BUILD_FOLDER [--protocol board] [--tries 20] [--kind NAME] [--seed 1] [--json]
    Tests/outside.py BUILD_FOLDER --kind terminal_stopped_paced --stop-seconds 60 --tries 1
    Tests/outside.py BUILD_FOLDER --wire-faults    each beside a fault of the line, drawn at random

Each try is a walk of its own over a loopback of its own, in lockstep where time does not matter. A try
succeeds when the run ended by itself with a documented exit code, no goal was outside limits or slew,
nobody fell and torque is off. Prints a line for each kind and line, and ends with 1 when a try failed.
"""

import argparse
import fcntl
import json
import os
import pty
import random
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROTOCOLS = ["board", "dynamixel", "feetech"]
# Only against hanging.
PATIENCE_SECONDS = 60
# Processes of the try under way.
RUNS = []


class Robot:
    """A loopback, from its start to its report."""

    def __init__(self, bin, folder, protocol, lockstep, fault=None):
        self.port = os.path.join(folder, "robot.port")
        self.imu = os.path.join(folder, "imu.port")
        command = [bin + "/tarsus-lab", "loopback", "spider", "--link", self.port, "--json"]
        command += ["--protocol", protocol] + (["--lockstep"] if lockstep else [])
        command += [] if protocol == "board" else ["--imu-link", self.imu]
        if fault:
            name = os.path.join(folder, "faults.yaml")
            with open(name, "w") as file:
                file.write("- { %s }\n" % fault)
            command += ["--faults", name]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists(self.port), "the loopback makes no link")
        self.ports = ["--port", self.port, "--protocol", protocol]
        self.ports += [] if protocol == "board" else ["--imu-port", self.imu]

    def report(self):
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        if self.process.returncode != 0:
            raise Failure("loopback: " + err.decode())
        return json.loads(out)


class Failure(Exception):
    pass


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise Failure(what)
        time.sleep(0.01)


# What a shell does with a job in the foreground of its terminal: a job without a shell is not paused.
SHELL = """
import fcntl, os, signal, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[2], sys.argv[2:])
# As a shell whose terminal is closed does.
signal.signal(signal.SIGHUP, lambda number, frame: os.killpg(job, signal.SIGHUP))
with open(sys.argv[1] + ".part", "w") as file:
    file.write(str(job))
os.rename(sys.argv[1] + ".part", sys.argv[1])
while True:
    try:
        _, status = os.waitpid(job, 0)
    except InterruptedError:
        continue
    sys.exit(os.waitstatus_to_exitcode(status) & 255)
"""


class Terminal:
    """A terminal of its own for a run: what it shows is read on, unless it is stopped."""

    def __init__(self, command, folder):
        self.master, slave = pty.openpty()
        self.shown = b""
        name = os.path.join(folder, "job")
        self.process = subprocess.Popen(
            [sys.executable, "-c", SHELL, name] + command, stdin=slave, stdout=slave,
            stderr=slave, env=dict(os.environ, TERM="xterm"))
        os.close(slave)
        wait_until(lambda: os.path.exists(name), "the run never began")
        with open(name) as file:
            self.job = int(file.read())
        RUNS.append(self.job)

    def type(self, keys):
        os.write(self.master, keys)

    def read(self, seconds=0.05):
        ready, _, _ = select.select([self.master], [], [], seconds)
        if ready:
            try:
                self.shown += os.read(self.master, 65536)
            except OSError:
                return False
        return True

    def until(self, text):
        end = time.monotonic() + PATIENCE_SECONDS
        while text not in self.shown:
            if not self.read() or time.monotonic() > end:
                raise Failure("the terminal never showed %r but %r" % (text, self.shown[-300:]))

    def end(self):
        end = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None:
            self.read()
            if time.monotonic() > end:
                self.process.kill()
                raise Failure("no end")
        return self.process.returncode


def is_stopped(process):
    with open("/proc/%d/stat" % process) as file:
        return file.read().rsplit(")", 1)[1].split()[0] == "T"


class Try:
    """One walk in which something around the run fails."""

    def __init__(self, bin, protocol, moment, stop_seconds, fault=None):
        self.fault = fault
        self.stop_seconds = stop_seconds
        self.bin = bin
        self.protocol = protocol
        # From 0 to 1: when it fails, between the first tick and the end of the walk.
        self.moment = moment

    def command(self, robot, *options, lockstep=True):
        return [
            self.bin + "/tarsus", "run", ROOT + "/sim/policies/spider.tarsus",
            "--robot", ROOT + "/sim/robots/spider.yaml", "--command", "0.15,0,0",
            "--missed-deadlines", "1000",
        ] + robot.ports + (["--unpaced"] if lockstep and not self.fault else []) + list(options)

    def run(self, kind):
        with tempfile.TemporaryDirectory() as folder:
            self.folder = folder
            # In lockstep a lost answer would be waited for as long as physics may take.
            lockstep = kind not in REAL_TIME and not self.fault
            robot = Robot(self.bin, folder, self.protocol, lockstep, self.fault)
            try:
                code = getattr(self, kind)(robot)
                report = robot.report()
            finally:
                robot.process.kill()
                # A try that failed may have left its run walking.
                for run in RUNS:
                    try:
                        # Its number may be another's by now.
                        with open("/proc/%d/cmdline" % run) as file:
                            if folder in file.read():
                                os.kill(run, signal.SIGKILL)
                    except (FileNotFoundError, ProcessLookupError):
                        pass
                RUNS.clear()
        # The line's fault may end the walk, or refuse it before it begins.
        expected = EXIT_CODES[kind] + ([1, 3] if self.fault else [])
        problems = []
        if code not in expected:
            problems.append("exit code %s, expected %s" % (code, " or ".join(map(str, expected))))
        for key in ["goals_outside_limits", "goals_outside_slew", "falls"]:
            if report[key]:
                problems.append("%s %d" % (key, report[key]))
        if report["is_torque_on"]:
            problems.append("the servos hold")
        if kind in MUST_WALK and not self.fault and report["distance_metres"] < 0.1:
            problems.append("it walked %.2f m" % report["distance_metres"])
        return problems

    def plain(self, robot, change=None, options=(), **streams):
        streams = dict(dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL), **streams)
        command = self.command(robot, "--arm", "--duration", "2", "--json", *options)
        return subprocess.run(
            command, preexec_fn=change, timeout=PATIENCE_SECONDS, **streams).returncode

    # Output that cannot be written

    def stderr_full(self, robot):
        with open("/dev/full", "w") as full:
            return self.plain(robot, stderr=full)

    def stdout_full(self, robot):
        with open("/dev/full", "w") as full:
            return self.plain(robot, stdout=full)

    def stderr_closed(self, robot):
        return self.plain(robot, change=lambda: os.close(2))

    def stdout_closed(self, robot):
        return self.plain(robot, change=lambda: os.close(1))

    def all_closed(self, robot):
        return self.plain(robot, change=lambda: [os.close(end) for end in (0, 1, 2)])

    def reader_gone(self, robot):
        read, write = os.pipe()
        os.close(read)
        try:
            return self.plain(robot, stdout=write, stderr=write)
        finally:
            os.close(write)

    def first_line_only(self, robot):
        head = subprocess.Popen(
            ["head", "-n", "1"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        code = self.plain(robot, stdout=head.stdin, stderr=head.stdin)
        head.stdin.close()
        head.wait()
        return code

    def log_disk_full(self, robot):
        return self.plain(robot, options=["--log", "/dev/full"])

    def small_stack(self, robot):
        def limit():
            import resource

            resource.setrlimit(resource.RLIMIT_STACK, (256 * 1024, 256 * 1024))

        return self.plain(robot, change=limit)

    def terminal_stopped(self, robot):
        # The log is whole when the walk is over; nobody has looked until then.
        log = os.path.join(self.folder, "walk.mcap")
        terminal = Terminal(
            self.command(robot, "--arm", "--duration", "2", "--log", log), self.folder)
        terminal.type(b"\x13")
        wait_until(lambda: ends_as_a_log(log), "no walk while the terminal was stopped")
        terminal.type(b"\x11")
        return terminal.end()

    def terminal_stopped_paced(self, robot):
        # As long as --stop-seconds, on the clock; the control is a walk with nothing stopped.
        missed = []
        for stops in [True, False]:
            terminal = Terminal(self.command(robot, "--arm", lockstep=False), self.folder)
            terminal.until(b"running")
            if stops:
                terminal.type(b"\x13")
            end = time.monotonic() + self.stop_seconds
            while time.monotonic() < end:
                time.sleep(0.05) if stops else terminal.read()
            terminal.type(b"\x11")
            terminal.type(b"\x03")
            code = terminal.end()
            missed.append(deadlines_missed(terminal.shown))
            if code != 0:
                return code
        print("deadlines missed: %d with the terminal stopped for %g s, %d with nothing stopped" % (
            missed[0], self.stop_seconds, missed[1]), file=sys.stderr)
        return code

    # Signals

    def signalled(self, robot, number, prefix=(), lockstep=True, after=0.1):
        run = subprocess.Popen(
            list(prefix) + self.command(robot, "--arm", lockstep=lockstep),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        RUNS.append(run.pid)
        time.sleep(after + (0.5 if lockstep else 4) * self.moment)
        run.send_signal(number)
        return run

    def hangup(self, robot):
        return self.signalled(robot, signal.SIGHUP).wait(PATIENCE_SECONDS)

    def hangup_ignored(self, robot):
        run = self.signalled(robot, signal.SIGHUP, prefix=["nohup"])
        time.sleep(0.5)
        if run.poll() is not None:
            raise Failure("a hang-up that was to be ignored ended it")
        run.send_signal(signal.SIGINT)
        return run.wait(PATIENCE_SECONDS)

    def hangup_after_interrupt(self, robot):
        # Ctrl-C, and the window is closed: its shell says so, and then the kernel.
        run = self.signalled(robot, signal.SIGINT, after=2.5, lockstep=False)
        for _ in range(2):
            time.sleep(0.05)
            run.send_signal(signal.SIGHUP)
        begin = time.monotonic()
        code = run.wait(PATIENCE_SECONDS)
        # Standing still and sitting down take 2.5 s; torque off at once would have ended it.
        if time.monotonic() - begin < 1:
            raise Failure("it was dropped, not sat down")
        return code

    def quit(self, robot):
        return self.signalled(robot, signal.SIGQUIT).wait(PATIENCE_SECONDS)

    def stopped_a_while(self, robot):
        run = self.signalled(robot, signal.SIGSTOP, lockstep=False)
        time.sleep(0.3)
        run.send_signal(signal.SIGCONT)
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        return run.wait(PATIENCE_SECONDS)

    def terminal_closed(self, robot):
        terminal = Terminal(self.command(robot, "--arm"), self.folder)
        time.sleep(0.1 + 0.5 * self.moment)
        os.close(terminal.master)
        return terminal.process.wait(PATIENCE_SECONDS)

    def suspended(self, robot):
        terminal = Terminal(self.command(robot, "--arm"), self.folder)
        terminal.until(b"running")
        time.sleep(0.2 * self.moment)
        terminal.type(b"\x1a")
        wait_until(lambda: terminal.read(0.01) and is_stopped(terminal.job), "it never paused")
        terminal.until(b"paused: the robot sits")
        os.kill(terminal.job, signal.SIGCONT)
        terminal.until(b"press a to arm")
        terminal.type(b"\x03")
        return terminal.end()


def ends_as_a_log(path):
    try:
        with open(path, "rb") as file:
            return file.read().endswith(b"\x89MCAP0\r\n")
    except FileNotFoundError:
        return False


def deadlines_missed(shown):
    words = shown.decode(errors="replace").replace(";", " ").split()
    return int(words[words.index("deadlines") - 1])


# Those in which time passes by itself.
REAL_TIME = {"terminal_stopped_paced", "stopped_a_while", "hangup_after_interrupt"}
EXIT_CODES = {
    "stderr_full": [0], "stdout_full": [1], "stderr_closed": [0], "stdout_closed": [1],
    "all_closed": [1], "reader_gone": [1], "first_line_only": [0, 1], "log_disk_full": [0],
    "small_stack": [0], "terminal_stopped": [0], "terminal_stopped_paced": [0], "hangup": [0], "hangup_ignored": [0],
    "hangup_after_interrupt": [0],
    "quit": [0], "stopped_a_while": [0, 1], "terminal_closed": [0, 1], "suspended": [0],
}
# Faults of the line that come beside another: (from and to are in seconds of simulated time)
WIRE_FAULTS = [
    "kind: drop, from: %(from)g, to: %(to)g", "kind: drop, chance: 0.05", "kind: corrupt, chance: 0.02",
    "kind: flip, chance: 0.01", "kind: delay, from: %(from)g, to: %(to)g, delay_milliseconds: 30",
    "kind: silent_servo, from: %(from)g, id: %(id)d", "kind: servo_reboot, from: %(from)g, id: %(id)d",
    "kind: hot_servo, from: %(from)g, id: %(id)d", "kind: low_supply, from: %(from)g",
    "kind: frozen_imu, from: %(from)g", "kind: gyro_range, from: %(from)g",
    "kind: frozen_joints, from: %(from)g", "kind: echo",
]
# Those which wait for what a faulted walk may never show.
NOT_WITH_FAULTS = {"terminal_stopped", "terminal_stopped_paced", "suspended", "hangup_ignored",
                   "hangup_after_interrupt"}
MUST_WALK = {"stderr_full", "stdout_full", "stderr_closed", "stdout_closed", "all_closed",
             "reader_gone", "first_line_only", "log_disk_full", "small_stack"}


def drawn_fault(random, protocol):
    begin = 0.2 + 4 * random.random()
    # A servo behind a board restarts with its board.
    kinds = [kind for kind in WIRE_FAULTS if protocol != "board" or "servo_reboot" not in kind]
    return random.choice(kinds) % {
        "from": begin, "to": begin + random.choice([0.05, 0.2, 2]), "id": random.randint(1, 12)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("--protocol", choices=PROTOCOLS, action="append")
    parser.add_argument("--kind", choices=sorted(EXIT_CODES), action="append")
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wire-faults", action="store_true")
    parser.add_argument("--stop-seconds", type=float, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.bin = os.path.abspath(options.bin)
    # Whoever is started under nohup ignores it, and so would the runs.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    moments = random.Random(options.seed)
    rows = []
    left_out = NOT_WITH_FAULTS if options.wire_faults else {"terminal_stopped_paced"}
    for kind in options.kind or [kind for kind in EXIT_CODES if kind not in left_out]:
        for protocol in options.protocol or PROTOCOLS:
            problems = []
            for number in range(options.tries):
                fault = drawn_fault(moments, protocol) if options.wire_faults else None
                try:
                    found = Try(
                        options.bin, protocol, moments.random(), options.stop_seconds, fault).run(kind)
                except Failure as failure:
                    found = [str(failure)]
                except subprocess.TimeoutExpired:
                    found = ["no end within %d s" % PATIENCE_SECONDS]
                at = "try %d%s" % (number, " with '%s'" % fault if fault else "")
                problems += ["%s: %s" % (at, problem) for problem in found]
            row = dict(kind=kind, protocol=protocol, tries=options.tries, problems=problems)
            rows.append(row)
            if not options.json:
                print("%-16s %-9s %d tries, %s" % (
                    kind, protocol, options.tries, "; ".join(problems) or "all well"), flush=True)
    if options.json:
        print(json.dumps(rows, indent=2))
    sys.exit(1 if any(row["problems"] for row in rows) else 0)


if __name__ == "__main__":
    main()
