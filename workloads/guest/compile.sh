#!/bin/sh
# Compiles a program for the guest: static, against musl, whose start-up touches a handful of pages where glibc's touches dozens.
#
#   compile.sh PROGRAM SOURCE... [FLAG...]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$1
shift
exec musl-gcc -std=gnu11 -O2 -Wall -Wextra -static -s -I"$here" -I"$here/../../bochs-plugin" -o "$program" "$@"
