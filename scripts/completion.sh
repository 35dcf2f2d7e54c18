#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes the completions of megavm's commands and options for bash and zsh, OUT/bash/megavm and OUT/zsh/_megavm, from what --help prints.
#
#   scripts/completion.sh MEGAVM OUT
set -eu
[ $# -eq 2 ] || { sed -n '2,5p' "$0"; exit 2; }
megavm=$1 out=$2
here=$(dirname "$0")
mkdir -p "$out/bash" "$out/zsh"

commands=$("$here/commands.sh" "$megavm" | cut -f1)
table() { # "WORDS) words=...;;" for each command
	echo "$commands" | while read -r words; do
		options=$("$megavm" $words --help </dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u | tr '\n' ' ')
		below=$(echo "$commands" | sed -n "s/^$words \([a-z-]*\)$/\1/p" | tr '\n' ' ')
		printf "\t\t'%s') words='%s%s' ;;\n" "$words" "$below" "$options"
	done
}
top=$(echo "$commands" | grep -v ' ' | tr '\n' ' ')

cases=$(table)

cat >"$out/bash/megavm" <<END
# bash completion for megavm; written by scripts/completion.sh
_megavm() {
	local words command current=\${COMP_WORDS[COMP_CWORD]}
	command=\${COMP_WORDS[1]-}
	case \$command in trace | list) [ "\$COMP_CWORD" -gt 2 ] && command="\$command \${COMP_WORDS[2]}" ;; esac
	if [ "\$COMP_CWORD" -eq 1 ]; then
		words='$top--help --version'
	else
		case \$command in
$cases
		esac
	fi
	COMPREPLY=(\$(compgen -W "\$words" -- "\$current"))
	[ "\${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=(\$(compgen -f -- "\$current"))
}
complete -o filenames -F _megavm megavm
END
cat >"$out/zsh/_megavm" <<END
#compdef megavm
# zsh completion for megavm; written by scripts/completion.sh
_megavm() {
	local command=\${words[2]} words_of_command=\$words
	local -a found
	case \$command in trace | list) (( CURRENT > 3 )) && command="\$command \${words[3]}" ;; esac
	if (( CURRENT == 2 )); then
		found=($top--help --version)
	else
		local words
		case \$command in
$cases
		esac
		found=(\${=words})
	fi
	compadd -a found
	_files
}
_megavm "\$@"
END
