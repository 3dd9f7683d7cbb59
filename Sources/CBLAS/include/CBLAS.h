// The C boundary to OpenBLAS.
#pragma once

#if !__has_include(<cblas.h>)
#error "OpenBLAS is missing. Run ./sim/setup.sh (Debian: apt-get install libopenblas-dev)."
#else
#include <cblas.h>
#endif
