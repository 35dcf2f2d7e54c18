Virtual machine monitors hand their guests' memory over to a pager, as Firecracker does after it has loaded a snapshot.

  $ . "$ROOT/tests/native/ready.sh" monitor
  $ cat > pager.yaml <<'YAML'
  > policy: fifo
  > fabric: {preset: ib-edr}
  > vms: [{local: 25%}]
  > YAML
  $ seq 1000000 | head -c 1048576 > content
  $ start() { # COUNT OPTION...: a pager for so many monitors
  >   rm -f log; count=$1; shift
  >   timeout 60 megavm pager --socket "$PWD/socket" --content content --count "$count" --json "$@" pager.yaml >results 2>log & pager=$!
  >   for i in $(seq 600); do grep -qs waiting log && return; kill -0 $pager || break; sleep 0.1; done; cat log
  > }
  $ end() { wait $pager; sed "s|$PWD/||g; s/process [0-9]*/process ID/" log; }

Private memory of 256 pages, on four threads: each page is fetched once, at its first touch. In each of three rounds the monitor gives 128 pages back, which
are zeros afterwards and cost no fetch. It does that in 16 ranges, and once more at the end. The local share has no effect. A second monitor follows, with a
memfd and one thread. In order, 64 local pages are never those that it touches next: every touch faults, 256 for its content, and then in each of three rounds
all touches of 128 pages that were kept, for checking, writing half of them, and checking again.

  $ start 2
  $ ./monitor socket private 256 4 content
  right
  $ ./monitor socket memfd 256 1 content
  right
  $ end
  socket: waiting for monitors
  process ID: 256 pages, private: they are brought in and never leave, so vms.local has no effect (post-copy)
  process ID: 256 pages, of a memfd: they come and leave
  $ head -n 1 results | jq -c '[.jobs[0].local_pages, .jobs[0].faults.demand, .jobs[0].faults.first_touch, .jobs[0].writebacks, .pager.removals]'
  [256,256,384,0,64]
  $ tail -n 1 results | jq -c '[.jobs[0].local_pages, .jobs[0].faults.demand >= 256 + 3 * 128, .jobs[0].faults.first_touch, .jobs[0].writebacks > 0, .pager.removals]'
  [64,true,384,true,64]

Every byte is right at every local share and under each policy:

  $ for policy in fifo random segmented-fifo; do for local in 100% 50% 40KiB; do
  >   start 1 --set policy=$policy --set vms.local=$local; ./monitor socket memfd 256 3 content; wait $pager; jq .jobs[0].faults.demand results >> faults
  > done; done | uniq -c
  \s+9 right (re)
  $ awk 'NR % 3 == 1 { all = $1 } NR % 3 == 2 { half = $1 } NR % 3 == 0 { print (all == 256), (half > all), ($1 > half) }' faults
  1 1 1
  1 1 1
  1 1 1

What is not as documented is refused, and the next monitor can connect:

  $ cat > send.py <<'PY'
  > import array, ctypes, os, socket, sys
  > for kind, text in zip(sys.argv[1::2], sys.argv[2::2]):
  >     uffd = ctypes.CDLL(None).syscall(323, os.O_CLOEXEC | os.O_NONBLOCK)
  >     file = os.open("content", os.O_RDONLY)
  >     sent = {"none": [], "uffd": [uffd], "file": [file], "three": [uffd, file, file]}[kind]
  >     with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as to:
  >         to.connect("socket")
  >         to.sendmsg([text.encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", sent))] if sent else [])
  >         to.shutdown(socket.SHUT_WR)
  >         to.recv(1)
  > PY
  $ one='[{"base_host_virt_addr": 4096, "size": 8192, "offset": 0, "page_size": 4096}]'
  $ start 14
  $ /usr/bin/python3 send.py none '' uffd '[{"base_host' uffd hello uffd '{}' uffd '[]' uffd "${one/8192/8191}" uffd "${one/\"size\": 8192,/}" \
  >   uffd "${one/page_size\": 4096/page_size_kib\": 2048}" uffd "${one%]}, ${one#?}" none "$one" file "$one" three "$one" uffd "$one"
  $ ./monitor socket private 64 2 content
  right
  $ end
  socket: waiting for monitors
  socket: refused: it sent nothing
  socket: refused: the memory layout is not JSON: premature end of input near '"base_host' (at byte 12)
  socket: refused: the memory layout is not JSON: '[' or '{' expected near 'hello' (at byte 5)
  socket: refused: the memory layout is not an array of 1 to 1024 regions, as Firecracker sends it
  socket: refused: the memory layout is not an array of 1 to 1024 regions, as Firecracker sends it
  socket: refused: region 0: size is 8191; it must be a multiple of 4096 from 0 to below 140737488355328
  socket: refused: region 0: size is missing; it must be a whole number
  socket: refused: region 0: page_size_kib is 2048; only pages of 4096 bytes are supported
  socket: refused: region 1 overlaps an earlier one, in memory or in the file
  socket: refused: the layout came with no descriptor; expected are the userfaultfd and perhaps the memory's file
  socket: refused: the first descriptor is not a userfaultfd but 'content'
  socket: refused: the layout came with more than 2 descriptors; expected are the userfaultfd and perhaps the memory's file
  socket: refused: the userfaultfd was not enabled (UFFDIO_API)
  process ID: 64 pages, private: they are brought in and never leave, so vms.local has no effect (post-copy)

  $ megavm pager --socket content pager.yaml
  content: Address already in use
  [1]
  $ megavm pager pager.yaml 2>&1 | head -n 1
  megavm pager: --socket PATH is needed
  $ megavm pager --socket socket --set policy=lru pager.yaml
  policy: 'lru' has to know every touch, and the engine native sees only those that trap; allowed are fifo, segmented-fifo, random
  [2]

A signal ends the pager, and the monitor that would hang without it:

  $ head -c 268435456 /dev/zero > content
  $ start 5
  $ ./monitor socket private 65536 1 content & monitor=$!
  $ for i in $(seq 600); do grep -q private log && break; sleep 0.1; done
  $ kill -TERM $pager; { wait $pager; wait $monitor; } 2>/dev/null
  [137]
