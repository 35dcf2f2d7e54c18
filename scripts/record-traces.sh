#!/bin/sh
# SPDX-License-Identifier: MIT
# Records the shipped traces: the region of interest of each workload at size small, at zstd's highest compression level.
#
#   scripts/record-traces.sh BUILD [WORKLOAD[:SIZE[:K]]...]   all workloads but probe and example, which are for tests and for copying
#
# SIZE is small if not given. With K the trace is filtered through so many pages before it is stored.
#
# Writes workloads/traces/WORKLOAD-small.mvt, beside it WORKLOAD-small.txt, which describes its origin, and its row in README.md there. The
# same packages and the same recorder give the same bytes. When a newer recorder gives the same records, the old trace stays, so that it
# need not be stored again. OUT names another folder than workloads/traces.
set -eu
[ $# -ge 1 ] || { sed -n '2,11p' "$0"; exit 2; }
build=$(cd "$1" && pwd)
shift
root=$(cd "$(dirname "$0")/.." && pwd)
out=${OUT:-$root/workloads/traces}
budget=52000000 # bytes, of all of them

[ $# -ge 1 ] || set -- $("$build/megavm" list workloads | awk 'NR > 1 && $1 != "probe" && $1 != "example" { print $1 }')
mkdir -p "$out"

field() { "$build/megavm" trace info --json "$1" | jq -r "$2"; }

tell() { # TRACE: what it came from
	cat <<-TEXT
	workload      $(field "$1" .workload), size $(field "$1" .size)
	made by       $(field "$1" .command) --level 19
	recorder      $(field "$1" .recorder)
	guest         $(field "$1" '.guest_bytes / 1048576') MiB of memory, $(field "$1" .vcpus) virtual CPU, $(field "$1" .notes.ips) instructions/s
	image         $(field "$1" .notes.image)
	instructions  $(field "$1" .instructions), and $(field "$1" .idle_ns) ns idle
	footprint     $(field "$1" .footprint_pages) pages of 4096 bytes
	records       $(field "$1" .records), filtered at K = $(field "$1" .k)
	file          $(stat -c %s "$1") bytes, SHA-256 $(sha256sum "$1" | cut -d ' ' -f 1)
	packages      $(field "$1" .notes.packages | sed 's/,/\n              /g')
	TEXT
}

row() { # NAME TRACE: its line of the table
	echo "| \`$1.mvt\` | $("$build/megavm" list workloads --markdown | awk -F ' *[|] *' -v name="$(field "$2" .workload)" '$2 == name { print $4 }'):" \
		"$(field "$2" '.instructions / 1e6 | floor') M instructions, $(field "$2" '.footprint_pages / 256 | floor') MiB touched," \
		"$(field "$2" '.bytes / 1e5 | floor / 10') MB | K = $(field "$2" .k) | \`make traces\`; \`$1.txt\` tells from what |"
}

contents() { # TRACE: a digest of all but the name of its recorder and how tightly it is packed
	"$build/megavm" trace check "$1" >/dev/null
	{
		field "$1" 'del(.recorder, .bytes, .bytes_per_1000_instructions)'
		"$build/megavm" trace cat --snapshot "$1"
	} | sha256sum
}

for item; do
	workload=${item%%:*} size=small k=64
	case $item in *:*:*) k=${item##*:} ;; esac
	case $item in *:*) size=${item#*:} size=${size%%:*} ;; esac
	name=$workload-$size
	trace=$out/$name.mvt
	new=$out/$name.mvt.new
	rm -f "$new" "$new".part "$new".whole "$new".whole.part
	"$build/megavm" record "$workload" --size "$size" --region --level 19 -o "$new" >/dev/null
	if [ "$k" != 64 ]; then
		"$build/megavm" trace filter --k "$k" --level 19 "$new" -o "$new.filtered" >/dev/null
		mv "$new.filtered" "$new"
	fi
	now=$(contents "$new") # on a line of its own: a failure ends the script
	if [ -f "$trace" ] && [ -f "$out/$name.txt" ]; then
		before=$(contents "$trace")
		if [ "$now" = "$before" ]; then
			rm "$new"
			echo "$trace: the same records as before"
			continue
		fi
	fi
	mv "$new" "$trace"
	tell "$trace" >"$out/$name.txt"
	line=$(row "$name" "$trace")
	if [ -f "$out/README.md" ]; then # in place of the old row, otherwise behind the table's last
		awk -v start="| \`$name.mvt\`" -v line="$line" '
			index($0, start) == 1 { print line; done = 1; next }
			was && !/^\|/ && !done { print line; done = 1 }
			{ print; was = /^\|/ }' "$out/README.md" >"$out/README.md.new"
		mv "$out/README.md.new" "$out/README.md"
	fi
	echo "$trace: $(field "$trace" .bytes) bytes"
done

total=$(cat "$out"/*-small.mvt "$out"/*-joins.mvt | wc -c)
[ "$total" -le $budget ] || { echo "record-traces.sh: $total bytes in all: $budget are allowed" >&2; exit 1; }
