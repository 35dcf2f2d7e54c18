#!/bin/sh
# Makes a raw ext4 image of a tree; the same tree gives the same bytes.
#
#   disk.sh TREE FREE-BYTES IMAGE
#
# debugfs puts the files in by name, in order, owned by root and with one date. `mkfs.ext4 -d` would take owners, times of change and
# the order of its folders from the machine's own file system.
set -eu
tree=$1 free=$2 image=$3
export E2FSPROGS_FAKE_TIME="$SOURCE_DATE_EPOCH"

blocks=$(find "$tree" -printf '%s\n' | awk -v free="$free" '{ n += int($1 / 4096) + 2 } END { print int(n * 1.05 + free / 4096) + 6144 }')
# Nothing is left for the kernel to initialise behind the workload's back.
mkfs.ext4 -q -F -b 4096 -m 0 -L workload -U 6d656761-766d-4d65-8000-000000000001 \
	-E hash_seed=6d656761-766d-4d65-8000-000000000002,lazy_itable_init=0,lazy_journal_init=0,nodiscard "$image" "$blocks" >/dev/null
(cd "$tree" && find . -mindepth 1 -printf '%y %m %P\t%l\n' | LC_ALL=C sort -k 3) | awk -F '\t' -v tree="$tree" '{
	split($1, word, " ")
	path = substr($1, length(word[1]) + length(word[2]) + 3)
	if (word[1] == "d") printf "mkdir \"/%s\"\n", path
	else if (word[1] == "l") printf "symlink \"/%s\" \"%s\"\n", path, $2
	else printf "write \"%s/%s\" \"/%s\"\n", tree, path, path
}' >"$image.commands"
debugfs -w -f "$image.commands" "$image" >"$image.log" 2>&1
# debugfs ends with 0 whatever happened.
if grep -vE '^(debugfs: |debugfs [0-9]|Allocated inode: )' "$image.log" >&2; then
	exit 1
fi
rm "$image.commands" "$image.log"
