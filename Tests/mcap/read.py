"""Reads a flight recorder's log with the mcap package, whole and cut off.

read.py FILE TICKS: the log of a run of so many ticks of the policy.
"""

import io
import json
import struct
import sys

from mcap.exceptions import EndOfFile
from mcap.reader import make_reader
from mcap.records import Message
from mcap.stream_reader import StreamReader

TOPICS = {"/state", "/observation", "/action", "/command", "/timing", "/faults", "/bus"}


def check(holds, text):
    if not holds:
        sys.exit(f"mcap: {text}")


def main():
    path, ticks = sys.argv[1], int(sys.argv[2])
    data = open(path, "rb").read()

    reader = make_reader(io.BytesIO(data), validate_crcs=True)
    summary = reader.get_summary()
    check({c.topic for c in summary.channels.values()} == TOPICS, "other topics than expected")
    check(summary.chunk_indexes and summary.statistics.message_count > 0, "no chunks in the summary")
    for chunk in summary.chunk_indexes:
        # Each index is where the summary says: its kind, its length, its channel.
        byte_count = 0
        for channel_id, offset in chunk.message_index_offsets.items():
            kind, length, channel = struct.unpack_from("<BQH", data, offset)
            check((kind, channel) == (0x07, channel_id), f"no index at {offset}")
            byte_count += 9 + length
        check(byte_count == chunk.message_index_length, "indexes of another length")
    counts = dict.fromkeys(TOPICS, 0)
    for schema, channel, message in reader.iter_messages():
        value = json.loads(message.data)
        check(schema.encoding == "jsonschema", "another schema encoding")
        check(set(value) == set(json.loads(schema.data)["properties"]), f"{channel.topic}: keys")
        counts[channel.topic] += 1
    check(counts["/action"] == ticks, f"{counts['/action']} actions, expected {ticks}")
    check(sum(counts.values()) == summary.statistics.message_count, "another number of messages")
    only = sum(1 for _ in reader.iter_messages(topics=["/action"]))
    check(only == ticks, f"{only} actions by the index, expected {ticks}")
    metadata = {m.name: m.metadata for m in reader.iter_metadata()}
    check(set(metadata) == {"robot", "policy"}, "other metadata")

    # Cut off in the middle, as by a crash: all whole chunks are there.
    found = 0
    try:
        for record in StreamReader(io.BytesIO(data[: len(data) // 2]), validate_crcs=True).records:
            found += isinstance(record, Message)
    except EndOfFile:
        pass
    whole = summary.statistics.message_count
    check(0 < found < whole * 0.7, f"{found} of {whole} messages in half a file")
    print(f"ok mcap: {whole} messages whole, {found} of half a file")


main()
