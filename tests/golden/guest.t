The images of a guest, built twice from only the packages, are identical to the last byte. Without Debian's archive there is nothing to build:

  $ megavm image probe --size tiny --cache one > said 2>&1 || { cat said; ! grep -q 'status 77' said || { echo "guest.t: no packages: $(tail -n 2 said | head -n 1)" >> "${SKIPPED:-/dev/null}"; exit 80; }; }
  $ mkdir two && cp -rl one/packages two
  $ megavm image probe --size tiny --cache two > said-again
  $ sed "s|$PWD/one|.|" said | sed -E 's/[0-9a-f]{64}/DIGEST/'
  boot      ./images/probe-tiny-DIGEST/boot.iso
  disk      ./images/probe-tiny-DIGEST/disk.img
  packages  ./images/probe-tiny-DIGEST/packages.txt
  digest    DIGEST
  $ diff -r one/images two/images && cmp <(sed "s|$PWD/one|.|" said) <(sed "s|$PWD/two|.|" said-again)

Existing images are not built again:

  $ touch --date=@0 one/images/*/boot.iso && megavm image probe --size tiny --cache one | cmp - said && stat -c %Y one/images/*/boot.iso
  0

The disk is a valid ext4 file system, with the workload and without dates from this machine:

  $ PATH=$PATH:/sbin:/usr/sbin && /sbin/e2fsck -fn one/images/*/disk.img > /dev/null 2>&1; echo $?
  0
  $ debugfs -R 'ls -p /workload' one/images/*/disk.img 2> /dev/null | cut -d / -f 6 | sort | tr '\n' ' '
   . .. input probe run.sh variables  (no-eol)
  $ for file in input probe run.sh; do debugfs -R "stat /workload/$file" one/images/*/disk.img 2> /dev/null | grep -oE '(User|Group): +0|[acm]r?time: .*'; done | sort | uniq -c | tr -s ' '
   3 Group: 0
   3 User: 0
   3 atime: 0x6553f100:00000000 -- Tue Nov 14 22:13:20 2023
   3 crtime: 0x6553f100:00000000 -- Tue Nov 14 22:13:20 2023
   3 ctime: 0x6553f100:00000000 -- Tue Nov 14 22:13:20 2023
   3 mtime: 0x6553f100:00000000 -- Tue Nov 14 22:13:20 2023
  $ grep -c linux-image one/images/*/packages.txt
  1

Names with spaces and links are stored unchanged on the disk, in either order:

  $ export SOURCE_DATE_EPOCH=1700000000
  $ mkdir -p a/d b/d && echo x > "a/d/with space" && ln -s 'd/with space' a/link && chmod 755 "a/d/with space" && echo y > a/z
  $ echo y > b/z && ln -s 'd/with space' b/link && echo x > "b/d/with space" && chmod 755 "b/d/with space"
  $ for tree in a b; do "$ROOT"/workloads/guest/disk.sh $tree 1048576 $tree.img; done; cmp a.img b.img
  $ debugfs -R 'cat "/d/with space"' a.img 2> /dev/null
  x

A program that no package contains:

  $ mkdir -p mine && printf 'summary: m\npackages: [gcc-12-base]\nprograms: [/usr/bin/nothing]\nsizes: {tiny: {}}\n' > mine/workload.yaml && touch mine/run.sh
  $ mkdir -p three/packages && cp -rl one/packages/* three/packages && megavm image ./mine --size tiny --cache three
  tree.sh: no package brings /usr/bin/nothing
  */build.sh ended with status 1 (glob)
  [1]
  $ ls three
  packages
