// The sums of a layer in wide vectors, compiled for several machines; the loader picks one.
//
// They are added up in the order of PolicyFile+Forward.swift, without fused operations, so that the
// bits are the same: a test holds that. Boards run the Swift source alone.
#pragma once

#include <stddef.h>

#define REALTIME_SAFE __attribute__((swift_attr("@_noAllocation")))

/// output[row] = weights[row] · input + biases[row]; weights: shape [outputCount, inputCount].
///
/// The input is padded with zeros to a multiple of sixteen numbers. Where that is not `inputCount`,
/// as many finite numbers are read behind a row as are missing.
REALTIME_SAFE void layerKernelSums(
    const float *weights, const float *biases, const float *input, size_t inputCount,
    float *output, size_t outputCount);
