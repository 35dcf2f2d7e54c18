The tutorial prints what it shows, but for numbers:

  $ . "$ROOT/tests/native/ready.sh" scan
  $ mkdir first && cd first && "$ROOT/tests/tutorial.py" "$ROOT/docs/tutorial.md"
  $ ls
  matrix
  matrix.c
  matrix.mvt
  matrix.svg
  matrix.txt
  matrix.yaml
  results
  size.svg
  size.txt
