// The C boundary to OpenBLAS.
#pragma once

#if !__has_include(<cblas.h>)
#error "OpenBLAS is missing. Run ./sim/setup.sh (Debian: apt-get install libopenblas-dev)."
#else
#include <cblas.h>

// LAPACK's Cholesky factorisation and the inverse from it, which OpenBLAS brings along.
void spotrf_(const char *uplo, const int *n, float *a, const int *lda, int *info);
void spotri_(const char *uplo, const int *n, float *a, const int *lda, int *info);
#endif
