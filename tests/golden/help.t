An unknown command:

  $ megavm nonsense
  megavm: unknown command 'nonsense' ('megavm --help' lists them)
  [2]
  $ megavm sweeep
  megavm: unknown command 'sweeep' (did you mean 'sweep'?) ('megavm --help' lists them)
  [2]
  $ megavm -h | head -n 1
  Usage: megavm COMMAND [ARGUMENT...]
  $ megavm curve -h | head -n 1
  Usage: megavm curve [OPTION...] TRACE...

The version is the release number of the file VERSION, and the commit where the tree is not the release itself:

  $ megavm --version | grep -cE "^megavm $(cat "$ROOT/VERSION")(-g[0-9a-f]{12}(-dirty)?)?$"
  1
