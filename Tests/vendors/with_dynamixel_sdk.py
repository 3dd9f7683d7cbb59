"""ROBOTIS's own client, dynamixel-sdk, against a loopback of the spider: with_dynamixel_sdk.py PORT."""

import sys

import dynamixel_sdk as sdk

import judge
from judge import must

IDS = range(1, 13)
MODEL = 1200
TORQUE, STATUS_LEVEL, GAIN, GOAL, POSITION, ID = 64, 68, 84, 116, 132, 7


def main(path):
    port = judge.patient(sdk.PortHandler(path))
    must(port.openPort() and port.setBaudRate(1_000_000), path)
    packets = sdk.PacketHandler(2.0)

    def done(result):
        return judge.done(sdk.COMM_SUCCESS, result)

    # Ping and scan.
    must(done(packets.ping(port, 5)) == MODEL)
    found, comm = packets.broadcastPing(port)
    must(comm == sdk.COMM_SUCCESS and sorted(found) == list(IDS), found, comm)
    must(all(model == MODEL for model, _ in found.values()), found)
    must(packets.ping(port, 99)[1] == sdk.COMM_RX_TIMEOUT)

    # Read and write, and what is refused.
    done(packets.write2ByteTxRx(port, 3, GAIN, 800))
    must(done(packets.read2ByteTxRx(port, 3, GAIN)) == 800)
    position = done(packets.read4ByteTxRx(port, 3, POSITION))
    must(0 < position < 4096, position)
    must(packets.write1ByteTxRx(port, 3, POSITION, 1)[1] == 7)
    must(packets.write2ByteTxRx(port, 3, GAIN, 20_000)[1] == 4)
    must(packets.write1ByteTxRx(port, 3, GAIN, 1)[1] == 5)
    must(packets.write4ByteTxRx(port, 3, GOAL, 5_000)[1] == 6)
    done(packets.write1ByteTxRx(port, 3, TORQUE, 1))
    must(packets.write1ByteTxRx(port, 3, ID, 30)[1] == 7)
    done(packets.write1ByteTxRx(port, 3, TORQUE, 0))

    # Prepared writes.
    done(packets.regWriteTxRx(port, 4, GAIN, 2, [0x2C, 0x01]))
    must(done(packets.read1ByteTxRx(port, 4, 69)) == 1)
    packets.action(port, sdk.BROADCAST_ID)
    must(done(packets.read2ByteTxRx(port, 4, GAIN)) == 300)

    # Many at once: the servos move.
    group = sdk.GroupSyncRead(port, packets, POSITION, 4)
    for servo in IDS:
        must(group.addParam(servo), servo)

    def read_all(read):
        comm = read()
        must(comm == sdk.COMM_SUCCESS, comm)
        return [group.getData(servo, POSITION, 4) for servo in IDS]

    before = read_all(group.txRxPacket)
    torque = sdk.GroupSyncWrite(port, packets, TORQUE, 1)
    goals = sdk.GroupSyncWrite(port, packets, GOAL, 4)
    for servo, now in zip(IDS, before):
        torque.addParam(servo, [1])
        goal = now + (100 if now < 2048 else -100)
        goals.addParam(servo, list(goal.to_bytes(4, "little")))
    must(goals.txPacket() == sdk.COMM_SUCCESS)
    must(torque.txPacket() == sdk.COMM_SUCCESS)
    for _ in range(1000):
        after = read_all(group.txRxPacket)
        if sum(abs(a - b) > 30 for a, b in zip(after, before)) >= 8:
            break
    else:
        must(False, before, after)

    bulk = sdk.GroupBulkRead(port, packets)
    bulk.addParam(2, POSITION, 4)
    bulk.addParam(9, GAIN, 2)
    must(bulk.txRxPacket() == sdk.COMM_SUCCESS)
    must(bulk.getData(9, GAIN, 2) == 400, bulk.getData(9, GAIN, 2))

    fast = read_all(group.fastSyncRead)
    must(all(abs(a - b) < 60 for a, b in zip(after, fast)), after, fast)
    must(bulk.fastBulkRead() == sdk.COMM_SUCCESS)

    # A reboot forgets, and switches torque off.
    done(packets.reboot(port, 3))
    must(done(packets.read2ByteTxRx(port, 3, GAIN)) == 400)
    must(done(packets.read1ByteTxRx(port, 3, TORQUE)) == 0)

    # Another number, and back.
    done(packets.write1ByteTxRx(port, 3, ID, 42))
    must(done(packets.ping(port, 42)) == MODEL)
    must(packets.ping(port, 3)[1] == sdk.COMM_RX_TIMEOUT)
    done(packets.write1ByteTxRx(port, 42, ID, 3))

    # The factory's values, all but the number.
    done(packets.factoryReset(port, 3, 0x02))
    must(done(packets.read1ByteTxRx(port, 3, 9)) == 250)
    port.closePort()
    print("dynamixel-sdk: ping, scan, read, write, refusals, prepared writes, sync, bulk and fast "
          "reads, sync write, reboot, change of id, factory reset")


if __name__ == "__main__":
    main(sys.argv[1])
