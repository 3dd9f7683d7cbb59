// The C boundary to MuJoCo 4 and its batch API. sim/setup.sh makes the `mujoco` link beside this
// file.
#pragma once

#if !__has_include("mujoco/mujoco.h")
#error "MuJoCo is not set up in this checkout. Run ./sim/setup.sh once, then build again."
#else
#include "mujoco/mujoco.h"
#include "mujoco/mjbatch.h"
#endif
