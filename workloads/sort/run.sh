export LC_ALL=C
vm region /usr/bin/sort --parallel=1 -S 512M -o output input || exit
/usr/bin/cksum <output >sum
cmp sum expected
