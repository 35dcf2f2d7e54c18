# input: the records; expected: the checksum of what sort must make of them.
gcc -O2 -o records "$WORKLOAD/records.c"
./records "$RECORDS" >input
rm records
sort input | cksum >expected
