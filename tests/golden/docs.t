Every link in the documents points to a file of the project:

  $ cd "$ROOT"
  $ for page in *.md docs/*.md bochs-plugin/*.md workloads/*.md workloads/*/*.md; do
  >     grep -oE '\]\([^)#]+' "$page" | sed 's/^](//' | grep -v '^http' | while read -r link; do
  >         [ -e "$(dirname "$page")/$link" ] || echo "$page: there is no $link"
  >     done
  > done

The README stays short:

  $ awk 'END { print NR < 150 }' README.md
  1
