./quicksort "$NUMBERS"
