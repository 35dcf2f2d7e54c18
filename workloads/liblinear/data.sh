# train: the examples; expected: the model that this machine trains without the instructions that the guest's processor lacks. With fused
# multiplications exp() rounds otherwise, the trust region goes another way, and of 20000 rows the weights differ by 3 % in the end.
"$DATA/fashion-mnist.sh" "$ROWS" >train
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4 $PACKAGED /usr/bin/liblinear-train -q -s 0 train expected
gcc -O2 -Wall -Wextra -shared -fPIC $GUEST_INCLUDE -o mark.so "$WORKLOAD/mark.c"
chmod -x mark.so
