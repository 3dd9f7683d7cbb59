#!/usr/bin/env python3
"""Sends one command, signed with TARSUS_TOKEN, to `tarsus run --commands udp:0.0.0.0:9000`.

    while sim/send_command.py 192.168.0.7 9000 '{"forward": 0.1, "yaw_rate": 0.3}'; do sleep 0.2; done
"""
import hashlib, hmac, os, socket, sys, time

host, port, command = sys.argv[1:4]
nanoseconds = time.time_ns()
signed = f"{nanoseconds} {nanoseconds // 1_000_000} {command}".encode()
signature = hmac.new(os.environb[b"TARSUS_TOKEN"], signed, hashlib.sha256).hexdigest()
datagram = f"tarsus1 {signature} ".encode() + signed
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(datagram, (host, int(port)))
