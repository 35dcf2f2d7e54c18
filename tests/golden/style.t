The C sources are laid out as .clang-format says ('make format' does it), and no line is wider than 120 columns:

  $ cd "$ROOT"
  $ sources() { find sim emulator peers bochs-plugin tests -name '*.[ch]' | sort; }
  $ sources | xargs clang-format --dry-run -Werror
  $ sources | xargs expand -t 8 | awk 'length > 120 { print "too wide: " $0 }'

Each names its licence in the first lines:

  $ for file in $(sources); do head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file: no SPDX line"; done
