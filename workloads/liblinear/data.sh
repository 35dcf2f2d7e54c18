# train: the examples; expected: the model that this machine trains.
"$DATA/fashion-mnist.sh" "$ROWS" >train
$PACKAGED /usr/bin/liblinear-train -q -s 0 train expected
gcc -O2 -Wall -Wextra -shared -fPIC $GUEST_INCLUDE -o mark.so "$WORKLOAD/mark.c"
chmod -x mark.so
