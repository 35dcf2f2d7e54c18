"$GUEST_CC" quicksort "$WORKLOAD/quicksort.c"
