Peers that are killed, hang, leave, come back, or are cut off while a program runs on their memory: a short version of 'make test-peers'. Nothing is wrong and
nothing hangs: with two copies of each page the program's output is right, with one it is right or the program is ended with a message.

  $ . "$ROOT/tests/native/ready.sh"
  $ "$ROOT/scripts/test-peers.sh" "$(dirname "$(type -P megavm)")" 8 3 > said 2>&1 || cat said
  $ tail -n 1 said | grep -oE '[0-9]+ rounds:|[0-9]+ wrong, [0-9]+ hung'
  8 rounds:
  0 wrong, 0 hung
