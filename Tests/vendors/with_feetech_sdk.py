"""Feetech's own client, feetech-servo-sdk, against a loopback of the walker: with_feetech_sdk.py PORT."""

import sys

import scservo_sdk as sdk

import judge
from judge import must

IDS = range(1, 11)
MODEL = 777
ID, GAIN, OFFSET, TORQUE, GOAL, LOCK, POSITION = 5, 21, 31, 40, 42, 55, 56


def main(path):
    port = judge.patient(sdk.PortHandler(path))
    must(port.openPort() and port.setBaudRate(1_000_000), path)
    packets = sdk.PacketHandler(0)

    def done(result):
        return judge.done(sdk.COMM_SUCCESS, result)

    # Ping, and a scan by pings.
    must(done(packets.ping(port, 5)) == MODEL)
    must([servo for servo in range(0, 20) if packets.ping(port, servo)[1] == 0] == list(IDS))

    # Read and write; what is kept is written only without the lock.
    done(packets.write1ByteTxRx(port, 3, LOCK, 1))
    done(packets.write1ByteTxRx(port, 3, GAIN, 20))
    must(done(packets.read1ByteTxRx(port, 3, GAIN)) == 32)
    done(packets.write1ByteTxRx(port, 3, LOCK, 0))
    done(packets.write1ByteTxRx(port, 3, GAIN, 20))
    must(done(packets.read1ByteTxRx(port, 3, GAIN)) == 20)
    done(packets.write1ByteTxRx(port, 3, GAIN, 32))
    position = done(packets.read2ByteTxRx(port, 3, POSITION))
    must(0 < position < 4096, position)

    # Prepared writes.
    done(packets.regWriteTxRx(port, 4, GOAL, 2, [0x58, 0x02]))
    must(done(packets.read2ByteTxRx(port, 4, GOAL)) != 600)
    packets.action(port, sdk.BROADCAST_ID)
    must(done(packets.read2ByteTxRx(port, 4, GOAL)) == 600)

    # Many at once: the servos move.
    group = sdk.GroupSyncRead(port, packets, POSITION, 4)
    for servo in IDS:
        must(group.addParam(servo), servo)

    def read_all():
        comm = group.txRxPacket()
        must(comm == sdk.COMM_SUCCESS, comm)
        return [group.getData(servo, POSITION, 2) for servo in IDS]

    before = read_all()
    torque = sdk.GroupSyncWrite(port, packets, TORQUE, 1)
    goals = sdk.GroupSyncWrite(port, packets, GOAL, 2)
    for servo, now in zip(IDS, before):
        torque.addParam(servo, [1])
        goal = now + (100 if now < 2048 else -100)
        goals.addParam(servo, list(goal.to_bytes(2, "little")))
    must(goals.txPacket() == sdk.COMM_SUCCESS)
    must(torque.txPacket() == sdk.COMM_SUCCESS)
    for _ in range(1000):
        after = read_all()
        if sum(abs(a - b) > 30 for a, b in zip(after, before)) >= 5:
            break
    else:
        must(False, before, after)
    for servo in IDS:
        done(packets.write1ByteTxRx(port, servo, TORQUE, 0))

    # Torque register 128 makes the present position the middle.
    done(packets.write1ByteTxRx(port, 3, TORQUE, 128))
    must(abs(done(packets.read2ByteTxRx(port, 3, POSITION)) - 2048) < 20)
    must(done(packets.read2ByteTxRx(port, 3, OFFSET)) != 0)
    done(packets.write2ByteTxRx(port, 3, OFFSET, 0))

    # Another number, and back.
    done(packets.write1ByteTxRx(port, 3, ID, 42))
    must(done(packets.ping(port, 42)) == MODEL)
    must(packets.ping(port, 3)[1] == sdk.COMM_RX_TIMEOUT)
    done(packets.write1ByteTxRx(port, 42, ID, 3))
    port.closePort()
    print("feetech-servo-sdk: ping, scan, read, write, lock, prepared writes, sync read, sync write, "
          "middle, change of id")


if __name__ == "__main__":
    main(sys.argv[1])
