An installation has manual pages and completions, made of what --help prints, the library with its headers, and examples:

  $ build=$(dirname "$(command -v megavm)")
  $ unset MAKEFLAGS MFLAGS MAKELEVEL
  $ command -v help2man > /dev/null || { echo "install.t: no help2man" >> "$SKIPPED"; exit 80; }
  $ case $build in *asan*) echo 'install.t: a sanitizer build' >> "$SKIPPED"; exit 80 ;; esac
  $ make -s -C "$ROOT" install BUILD="$build" DESTDIR="$PWD/to" PREFIX=/usr > log 2>&1 || tail -n 5 log
  $ ls to/usr to/usr/share
  to/usr:
  bin
  include
  lib
  share
  
  to/usr/share:
  bash-completion
  doc
  man
  megavm
  zsh

A page for each command that the program lists, with every option of its --help:

  $ "$ROOT/scripts/commands.sh" megavm | cut -f1 | sed 's/ /-/; s/^/megavm-/' | sort > commands; ls to/usr/share/man/man1 | sed 's/\.1$//' | grep -vx megavm | sort | diff commands -
  $ for command in size curve 'trace filter'; do
  >   megavm $command --help | grep -oE -- '^ +(-.,)? +--[a-z-]+' | grep -oE -- '--[a-z-]+' | while read -r option; do
  >     grep -q -- "$(echo "$option" | sed 's/-/\\\\-/g')" "to/usr/share/man/man1/megavm-$(echo $command | tr ' ' '-').1" || echo "$command: $option is missing"; done; done

Completion of commands, of commands below a command, and of options:

  $ complete_words() { COMP_WORDS=(megavm "$@"); COMP_CWORD=$#; _megavm; echo "${COMPREPLY[@]}"; }
  $ . to/usr/share/bash-completion/completions/megavm
  $ complete_words si
  size
  $ complete_words trace im
  import
  $ complete_words size --slow
  --slowdown
  $ complete_words trace filter --act
  --active

A program that uses the library:

  $ cat > sizes.c <<'END'
  > #include <stdio.h>
  > #include "trace/reader.h"
  > int main(int argc, char **argv)
  > {
  > 	struct trace_reader *reader;
  > 	struct err err = {""};
  > 	if (trace_reader_open(&reader, argv[argc - 1], &(struct trace_reader_options){0}, &err) < 0)
  > 		return puts(err.text), 1;
  > 	printf("%llu pages\n", (unsigned long long)trace_reader_totals(reader)->footprint);
  > 	trace_reader_close(reader);
  > 	return 0;
  > }
  > END
  $ command -v pkg-config > /dev/null && export PKG_CONFIG_PATH=$PWD/to/usr/lib/pkgconfig && gcc -D_GNU_SOURCE $(pkg-config --define-variable=prefix=$PWD/to/usr --cflags megavm) sizes.c $(pkg-config --define-variable=prefix=$PWD/to/usr --libs megavm) -o sizes && ./sizes "$ROOT/workloads/traces/sort-user.mvt"
  565 pages

The installed program finds what was installed with it; a package holds the same without the library; nothing stays after an uninstallation:

  $ to/usr/bin/megavm list fabrics | head -n 1 | grep -c .
  1
  $ (cd "$ROOT" && scripts/deb.sh "$build") > made && package=$(cat made); case $package in /*) ;; *) package=$ROOT/$package ;; esac
  $ dpkg-deb -f "$package" Package Depends | grep -oE 'megavm$|libsimgrid[0-9.]*|libsqlite3-0'
  megavm
  libsimgrid3.32
  libsqlite3-0
  $ dpkg -x "$package" unpacked && unpacked/usr/bin/megavm curve "$PWD/unpacked/usr/share/megavm/workloads/traces/sort-user.mvt" --ratios 50% --csv 2> /dev/null | cut -d, -f3-7
  local_pages,local_ratio,first_touches,faults,writebacks
  283,0.500885,565,610,520
  $ make -s -C "$ROOT" uninstall BUILD="$build" DESTDIR="$PWD/to" PREFIX=/usr && find to -type f
