The workloads that can be recorded:

  $ megavm list workloads | grep -E '^(workload|boot|sort) '
  workload   sizes                      summary
  boot       tiny, small, paper         Linux from its first instruction to userland
  sort       tiny, small, paper         coreutils sort of 100-byte text records, a thread for each processor

  $ megavm image srot
  'srot' is not one of * (did you mean 'sort'?); a folder of your own has a '/' in its name (glob)
  [2]
  $ megavm image sort --size huge
  sort has no size 'huge': it has tiny, small, paper
  [2]
  $ megavm image ./sort
  ./sort/workload.yaml: No such file or directory
  [2]
  $ megavm image 2>&1 | head -n 1
  megavm image: no workload given ('megavm list workloads' lists them)

The user's own folder; here a stub replaces the real builder and writes what it was given:

  $ export MEGAVM_WORKLOADS=$PWD/workloads
  $ mkdir -p workloads/guest mine && cat > workloads/guest/build.sh <<'EOF'
  > #!/bin/sh
  > { env | grep '^GUEST_[^V]' | sort; printenv GUEST_VARIABLES; echo "$(basename "$1") $2"; } > given
  > mkdir -p "$2/mine-tiny-0123abcd"
  > touch "$2/mine-tiny-0123abcd/boot.iso"
  > echo "$2/mine-tiny-0123abcd"
  > EOF
  $ chmod +x workloads/guest/build.sh
  $ cat > mine/workload.yaml <<'EOF'
  > summary: mine
  > packages: [coreutils]
  > programs: [/usr/bin/sort, /usr/share/*.sys]
  > sizes: {tiny: {A: 1, B: x-2}}
  > EOF
  $ GUEST_PACKAGES=wrong megavm image ./mine --size tiny --cache cache
  boot      cache/mine-tiny-0123abcd/boot.iso
  packages  cache/mine-tiny-0123abcd/packages.txt
  digest    0123abcd
  $ cat given
  GUEST_DISK_FREE=16777216
  GUEST_ENVIRONMENT=
  GUEST_PACKAGES=coreutils
  GUEST_PROGRAMS=/usr/bin/sort /usr/share/*.sys
  GUEST_REGION=job
  GUEST_SIZE=tiny
  A=1
  B=x-2
  mine cache

When the builder fails, its messages are shown:

  $ printf '#!/bin/sh\necho "no kernel today" >&2\nexit 3\n' > workloads/guest/build.sh
  $ megavm image mine/ --size tiny --cache cache
  no kernel today
  */workloads/guest/build.sh ended with status 3 (glob)
  [1]
  $ printf '#!/bin/sh\n' > workloads/guest/build.sh
  $ megavm image mine/ --size tiny --cache cache
  mine: its build did not print a folder of images: ''
  [1]

A mistake in the file:

  $ echo 'sizes: {tiny: {a: 1}}' > mine/workload.yaml
  $ megavm image ./mine
  ./mine/workload.yaml:1:16: unknown key 'a': a size has memory, disk_free, and variables in capitals
  [2]
