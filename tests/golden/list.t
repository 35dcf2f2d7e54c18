Every key on a line, with its type, default, range or words, and meaning:

  $ megavm list options | grep -E '^(seed|fault.exit|fabric.page|vms.trace|vms.local) ' | tr -s ' '
  seed count 1 seed of every random number
  fault.exit duration 0ns time to leave the guest for the hypervisor at a second-level fault [0ns to 1s]
  fabric.page size 4KiB bytes that one fetch transfers [4KiB, 64KiB, 2MiB]
  vms.trace string - the trace that it replays
  vms.local share 100% its local memory: a share of the footprint, or a size [0% to 100%]

The reference page equals the tables ('make docs' writes it):

  $ megavm list options --markdown | diff "$ROOT/docs/options.md" -

  $ megavm list options please
  megavm list options: unexpected argument 'please'
  Try `megavm list options --help' or `megavm list options --usage' for more
  information.
  [2]
