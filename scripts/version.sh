#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints the version of this source tree: the release number in VERSION, and the commit where the tree is not the release itself.
#
#   0.9.0                       the commit with the tag v0.9.0, unchanged; or a tree without git's history
#   0.9.0-g37a02138c1d5         any other commit
#   0.9.0-g37a02138c1d5-dirty   with changes that are not committed
#
# It needs only the tag of the release, so that a shallow clone has the same version as a full one.
set -eu
cd "$(dirname "$0")/.."
release=$(cat VERSION)
# The version of a tree unpacked inside another repository does not come from that repository.
if [ "$(git rev-parse --show-toplevel 2>/dev/null)" != "$(pwd -P)" ] || ! commit=$(git describe --always --abbrev=12 --dirty --exclude='*' 2>/dev/null); then
	echo "$release"
elif [ "$(git describe --tags --exact-match --match "v$release" --dirty 2>/dev/null)" = "v$release" ]; then
	echo "$release"
else
	echo "$release-g$commit"
fi
