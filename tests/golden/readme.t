The README's first run prints what the README shows:

  $ awk '/^```console/ { on = 1; next } /^```/ { on = 0 } on' "$ROOT/README.md" > shown
  $ grep -c '^\$ build/megavm ' shown
  3
  $ sed -n 's/^\$ //p' shown | while read -r command; do
  >     echo "\$ $command"; (cd "$ROOT" && eval "${command#build/}") < /dev/null
  > done | diff shown -
