A command that is not there:

  $ megavm nonsense
  megavm: unknown command 'nonsense' ('megavm --help' lists them)
  [2]
