# The warehouse lies in memory: the emulated disk's pace is no part of the job (workloads/README.md).
cp -r db /tmp/db
mkfifo -m 666 /tmp/begin /tmp/end
./marks /tmp/begin /tmp/end &
vm job /usr/sbin/mariadbd --defaults-file=/workload/my.cnf --bootstrap <queries.sql >server.log 2>&1 || { cat server.log; exit 1; }
wait $! || exit
for answer in expected/*; do
	cmp "$answer" "${answer#expected/}" || { cat server.log; exit 1; }
done
