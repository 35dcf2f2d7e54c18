# The warehouse lies in memory, and so does the server: how long Bochs's disk seeks, as disks of its time did, is not what this is about.
cp -r db /tmp/db
cat /usr/sbin/mariadbd >/dev/null
vm region /usr/sbin/mariadbd --defaults-file=/workload/my.cnf --bootstrap <queries.sql >server.log 2>&1 || { cat server.log; exit 1; }
for answer in expected/*; do
	cmp "$answer" "${answer#expected/}" || { cat server.log; exit 1; }
done
