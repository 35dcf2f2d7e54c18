#!/bin/sh
# SPDX-License-Identifier: MIT
# Opens a page in headless Chromium on a screen of WIDTH pixels. Prints what the scripts found in it (check.js if none is given), then the
# messages of the console. Ends with status 80 and a reason when Chromium does not start.
#
#   tests/browser/open.sh PAGE WIDTH [SCRIPT...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

browse() {
	timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update \
		--disable-sync --enable-logging=stderr --user-data-dir="$work/profile" "$@" 2>"$work/log"
}

command -v chromium >/dev/null || { echo "no chromium (Debian's package)"; exit 80; }
echo '<p>alive</p>' >"$work/alive.html"
browse --dump-dom "file://$work/alive.html" | grep -q alive || { echo "chromium does not start here"; exit 80; }

page=$1 width=$2
shift 2
[ $# -gt 0 ] || set -- "$here/check.js"
awk -v here="$here" -v scripts="$*" '
	function put(file, line) { print "<script>"; while ((getline line < file) > 0) print line; print "</script>"; close(file) }
	/<\/body>/ { count = split(scripts, script, " "); for (i = 1; i <= count; i++) put(script[i]) }
	{ print }
	/<head>/ { put(here "/watch.js") }' "$page" >"$work/page.html"
# The page is in a frame of that width, because the browser's own window has a minimum width.
cat >"$work/frame.html" <<-EOF
	<pre></pre><iframe src="page.html" width="$width" height="900" style="border: 0"></iframe>
	<script>addEventListener('message', event => { document.querySelector('pre').textContent = '\n' + event.data + '\n'; });</script>
EOF
browse --window-size=1600,1000 --virtual-time-budget=30000 --dump-dom "file://$work/frame.html" | sed -n '/<pre>/,/<\/pre>/p' | sed '1d; $d'
grep CONSOLE "$work/log"
exit 0
