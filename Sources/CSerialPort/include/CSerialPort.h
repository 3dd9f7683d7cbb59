// The C boundary to libserialport (https://sigrok.org/wiki/Libserialport).
#pragma once

#if !__has_include(<libserialport.h>)
#error "libserialport is missing. Run ./sim/setup.sh (Debian: apt-get install libserialport-dev)."
#else
#include <libserialport.h>
#endif
