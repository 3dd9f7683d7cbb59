#include "CLayerKernel.h"

#pragma clang fp contract(off)

#if defined(__x86_64__)
#define FOR_ALL_WIDTHS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_ALL_WIDTHS
#endif

// Loads and sums are macros: a function would have the vectors of its own target, not of the clone.
typedef float Sixteen __attribute__((vector_size(64), aligned(4)));

#define SIXTEEN(numbers) (*(const Sixteen *)(numbers))
// Sixteen lanes, then a tree.
#define PAIR(x, i) ((x)[i] + (x)[(i) + 8])
#define SUM(x) \
  (((PAIR(x, 0) + PAIR(x, 4)) + (PAIR(x, 2) + PAIR(x, 6))) + \
   ((PAIR(x, 1) + PAIR(x, 5)) + (PAIR(x, 3) + PAIR(x, 7))))

FOR_ALL_WIDTHS
void layerKernelSums(
    const float *weights, const float *biases, const float *input, size_t inputCount,
    float *output, size_t outputCount) {
  const size_t count = (inputCount + 15) & ~(size_t)15;
  size_t row = 0;
  // Four rows at once, so that each waits for its sums while the others are added.
  for (; row + 4 <= outputCount; row += 4) {
    const float *r = weights + row * inputCount;
    Sixteen a = {0}, b = {0}, c = {0}, d = {0};
    for (size_t index = 0; index < count; index += 16) {
      const Sixteen x = SIXTEEN(input + index);
      const float *p = r + index;
      a += SIXTEEN(p) * x;
      b += SIXTEEN(p + inputCount) * x;
      c += SIXTEEN(p + 2 * inputCount) * x;
      d += SIXTEEN(p + 3 * inputCount) * x;
    }
    output[row] = SUM(a) + biases[row];
    output[row + 1] = SUM(b) + biases[row + 1];
    output[row + 2] = SUM(c) + biases[row + 2];
    output[row + 3] = SUM(d) + biases[row + 3];
  }
  for (; row < outputCount; row++) {
    const float *r = weights + row * inputCount;
    Sixteen a = {0};
    for (size_t index = 0; index < count; index += 16) {
      a += SIXTEEN(r + index) * SIXTEEN(input + index);
    }
    output[row] = SUM(a) + biases[row];
  }
}
