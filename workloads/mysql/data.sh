# db: the loaded tables, as MariaDB keeps them; queries.sql; expected/: the queries' answers, by SQLite; marks: bounds the region.
"$GUEST_CC" marks "$WORKLOAD/marks.c"
gcc -O2 -o tables "$WORKLOAD/tables.c"
mkdir tsv db expected
(cd tsv && ../tables "$ORDERS")
rm tables
here=$(pwd)

# One run of the server over statements on its input, one a line. What InnoDB writes depends on when its background work strikes: so
# there is none (force-recovery 2), all pages stay in memory to the end, and a pause lets the checkpoint of the start-up pass first.
serve() {
	$PACKAGED /usr/sbin/mariadbd --no-defaults --bootstrap --datadir="$here/db" --lc-messages-dir="$PACKAGES/usr/share/mysql" \
		--character-sets-dir="$PACKAGES/usr/share/mysql/charsets" --user="$(id -un)" --skip-networking --skip-log-bin --performance-schema=OFF \
		--innodb-use-native-aio=0 --innodb-undo-tablespaces=0 --innodb-stats-persistent=0 --innodb-buffer-pool-dump-at-shutdown=0 \
		--innodb-buffer-pool-load-at-startup=0 --innodb-buffer-pool-size=1G --innodb-max-dirty-pages-pct=99.999 \
		--innodb-max-dirty-pages-pct-lwm=0 --innodb-adaptive-flushing=0 --aria-log-file-size=8M "$@" >server.log 2>&1 ||
		{ cat server.log >&2; exit 1; }
}
{ printf 'create database mysql;\ncreate database tpch;\nuse tpch;\n'; cat "$WORKLOAD/schema.sql"; } | serve --innodb-log-file-size=1G
{
	printf 'use tpch;\nselect sleep(2);\nset unique_checks=0;\nset foreign_key_checks=0;\n'
	for table in region nation supplier customer part orders lineitem; do
		echo "load data infile '$here/tsv/$table' into table $table;"
	done
} | serve --innodb-log-file-size=1G --innodb-force-recovery=2
serve --innodb-log-file-size=16M --innodb-force-recovery=2 </dev/null # the guest's log size, for it to find
rm -f server.log db/aria_log* db/ibtmp1
for form in db/tpch/*.frm; do # each carries a UUID made from the time: the first of its second header, bytes 66 to 81
	dd if=/dev/zero of="$form" bs=1 seek=66 count=16 conv=notrunc status=none
done

# Queries for both: exact decimals there, whole numbers of 1/10000 here.
wanted() {
	grep -v '^#' "$WORKLOAD/queries.txt" | grep -E "^($(echo "$QUERIES" | tr ',' '|'))	"
}
# The server reaches a marker when it loads nothing from a FIFO that `marks` opens.
printf 'use tpch;\ncreate temporary table mark (nothing int) engine=memory;\n' >queries.sql
statements() { # PREFIX: the queries, each answer into /workload/PREFIX and the query's name
	wanted | while IFS='	' read -r name query; do
		case $name in
		hash) echo 'set join_cache_level=4;' ;;
		*) echo 'set join_cache_level=0;' ;;
		esac
		echo "$query into outfile '/workload/$1$name';" |
			sed "s/@REVENUE@/l_extendedprice * (1 - l_discount)/; s/@JOIN@/straight_join/; s/@NO-INDEX@/ignore index (primary)/"
	done
}
[ -z "${WARM:-}" ] || statements warm- >>queries.sql
echo "load data infile '/tmp/begin' into table mark;" >>queries.sql
statements "" >>queries.sql
echo "load data infile '/tmp/end' into table mark;" >>queries.sql
{
	sed 's/ engine=innodb stats_persistent=0//; s/, key ([a-z_]*)//' "$WORKLOAD/schema.sql" | sed 's/decimal(15,2)/text/g'
	printf '.mode tabs\n'
	for table in region nation supplier customer part orders lineitem; do
		echo ".import tsv/$table $table"
	done
	wanted | while IFS='	' read -r name query; do
		printf '.output expected/%s\n%s;\n' "$name" "$query" |
			sed "s/sum(@REVENUE@)/@SUM@/; s/order by 2/order by @SUM-ONLY@/; s/@JOIN@/join/; s/@NO-INDEX@//" |
			sed "s/@SUM@/printf('%d.%04d', @SUM-ONLY@ \\/ 10000, @SUM-ONLY@ % 10000)/; s/@SUM-ONLY@/sum(@CENTS@ * (100 - @PERCENT@))/g" |
			sed "s/@CENTS@/cast(replace(l_extendedprice, '.', '') as integer)/g; s/@PERCENT@/cast(replace(l_discount, '.', '') as integer)/g"
	done
} >sqlite.sql
$PACKAGED /usr/bin/sqlite3 -bail :memory: <sqlite.sql
rm -rf tsv sqlite.sql
sed "s/^\(innodb_buffer_pool_size\(_max\)\?\)=.*/\1=${POOL:-128M}/" "$WORKLOAD/my.cnf" >my.cnf
[ -s "expected/${QUERIES%%,*}" ]
