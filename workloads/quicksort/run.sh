vm job ./quicksort "$NUMBERS"
