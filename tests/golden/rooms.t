Every file includes only what docs/architecture.md allows its room, and SimGrid stays inside the two rooms that name it:

  $ cd "$ROOT"
  $ tests/rooms.py includes

A file that includes more is reported, and so is a room without a row:

  $ cp -r docs sim tests emulator bochs-plugin "$CRAMTMP" && cd "$CRAMTMP" && mkdir sim/attic
  $ sed -i '2i #include "sweep/sweep.h"\n#include <simgrid/s4u.h>' sim/policy/fifo.c && tests/rooms.py includes
  docs/architecture.md: no row for the room attic
  sim/policy/fifo.c:2: policy may not import sweep
  sim/policy/fifo.c:3: SimGrid is for cluster and fabric alone
  [1]

No two files of a room need each other, neither by their headers nor by their functions:

  $ cd "$ROOT"
  $ tests/rooms.py circles "$(dirname "$(command -v megavm)")"

No function has more than 6 parameters:

  $ tests/rooms.py parameters
