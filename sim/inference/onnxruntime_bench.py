"""Times onnxruntime on networks that 'tarsus bench inference' made.

Reads lines of JSON on standard input, one for each turn of a network: its layer widths, the file of its
weights (float32: weights [output, input] and biases of each layer in turn), the seconds of the tight loop
and the runs of the paced one. Prints one line of JSON for each: medians in microseconds.
"""

import json
import sys
import time

import numpy
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

PERIOD_SECONDS = 0.02
# More than the caches of any machine that this runs on.
EVICTED = numpy.zeros(64 << 20, dtype=numpy.uint8)


def session(layers, weights):
    nodes, tensors, name, place = [], [], "observation", 0
    for index, (inputs, outputs) in enumerate(zip(layers, layers[1:])):
        for kind, shape in (("w", (outputs, inputs)), ("b", (outputs,))):
            count = int(numpy.prod(shape))
            values = weights[place : place + count].reshape(shape)
            tensors.append(numpy_helper.from_array(values, f"{kind}{index}"))
            place += count
        last = index == len(layers) - 2
        out = "action" if last else f"z{index}"
        nodes.append(helper.make_node("Gemm", [name, f"w{index}", f"b{index}"], [out], transB=1))
        if not last:
            name = f"a{index}"
            nodes.append(helper.make_node("Tanh", [out], [name]))
    graph = helper.make_graph(
        nodes,
        "actor",
        [helper.make_tensor_value_info("observation", TensorProto.FLOAT, [1, layers[0]])],
        [helper.make_tensor_value_info("action", TensorProto.FLOAT, [1, layers[-1]])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def main():
    for line in sys.stdin:
        task = json.loads(line)
        layers = task["layers"]
        weights = numpy.fromfile(task["weights"], dtype=numpy.float32)
        run = session(layers, weights).run
        feed = {"observation": numpy.full((1, layers[0]), 0.5, dtype=numpy.float32)}
        action = run(None, feed)[0][0]

        tight = []
        end = time.perf_counter() + task["tight_seconds"]
        while time.perf_counter() < end:
            start = time.perf_counter_ns()
            for _ in range(50):
                run(None, feed)
            tight.append((time.perf_counter_ns() - start) / 50)
        paced = []
        due = time.perf_counter()
        for _ in range(task["paced_runs"]):
            EVICTED.__iadd__(1)
            due += PERIOD_SECONDS
            time.sleep(max(0, due - time.perf_counter()))
            start = time.perf_counter_ns()
            run(None, feed)
            paced.append(time.perf_counter_ns() - start)
        result = {
            "tight": float(numpy.median(tight)) / 1e3,
            "paced": float(numpy.median(paced)) / 1e3,
            "action": [float(value) for value in action],
        }
        print(json.dumps(result), flush=True)


main()
