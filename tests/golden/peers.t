Unmodified programs on memory that other processes lend, on one machine: their pages are really there.

  $ . "$ROOT/tests/native/ready.sh" scan stress
  $ . "$ROOT/tests/native/lenders.sh"
  $ lend a --memory 64MiB; lend b --memory 64MiB; lend c --memory 64MiB
  $ peers=$a_address,$b_address,$c_address
  $ native() { timeout -s KILL 120 megavm emulate --native --peers "$peers" --verify --json=result.json --set donors.detect=10s "$@" </dev/null; }
  $ jobs() { jq -c ".jobs[0] | $1" result.json; }
  $ said() { jq -c ".native.peers | $1" result.json; }

The faults and write-backs are those of modelled peers (native.t). A page that was written since it came is sent; the others leave without being sent. In the
second run, each page is written once, in the first round: 150 of them are written back at first touches of others, 100 when the second round begins.

  $ native --only-mappings 1000KiB --local 400KiB -- ./scan cycle 250 4
  124500
  $ jobs '[.footprint_pages, .local_pages, .faults.first_touch, .faults.demand, .writebacks]'
  [250,100,250,750,900]
  $ said '[.fetched, .sent, .left_clean, .recalled, .wrong, .lost, [.peer[].transport]]'
  [750,900,0,0,0,0,["shared","shared","shared"]]
  $ native --only-mappings 1000KiB --local 400KiB -- ./scan read 250 4
  124500
  $ jobs '[.faults.demand, .writebacks]'
  [750,250]
  $ said '[.fetched, .sent, .left_clean]'
  [750,250,650]

The same over TCP, and with two copies of each page:

  $ native --transport tcp --set donors.replicas=2 --only-mappings 1000KiB --local 400KiB -- ./scan cycle 250 4
  124500
  $ said '[.fetched, .sent, .wrong, [.peer[].transport]]'
  [750,1800,0,["tcp","tcp","tcp"]]

Four threads that check every byte, grow, move and discard memory:

  $ for way in shared tcp; do native --transport $way --local 2MiB -- ./stress 4 2000 5; said '[.wrong, .lost, .fetched > 5000, .most_waiting < 1000]'; done
  10000
  [0,0,true,true]
  10000
  [0,0,true,true]

Programs of the system print what they print by themselves:

  $ seq 1 100000 | shuf --random-source="$ROOT/LICENSE" > numbers 2>/dev/null || seq 100000 -1 1 > numbers
  $ sort -n numbers > expected
  $ native --local 2MiB --output sorted -- sort --parallel=2 -n numbers && cmp sorted expected && said '[.wrong, .lost, .fetched > 100]'
  [0,0,true]

Every placement does it. Round-robin gives each peer as many pages as the next:

  $ for placement in round-robin most-free nearest two-choices random; do
  >   native --set donors.placement=$placement --only-mappings 1000KiB --local 400KiB -- ./scan cycle 250 4; jobs '[.faults.demand, .writebacks]'
  > done | sort | uniq -c
        5 124500
        5 [750,900]

A configuration names the peers as a list:

  $ cat > peers.yaml <<YAML
  > engine: native
  > policy: fifo
  > fabric: {transport: ucx}
  > peers: [$a_address, $b_address]
  > vms: [{command: ./scan read 250 2, local: 400KiB}]
  > YAML
  $ timeout -s KILL 60 megavm emulate --native --only-mappings 1000KiB --json=result.json peers.yaml </dev/null
  62250
  $ said '[.fetched, (.peer | length)]'
  [250,2]

What cannot be is said:

  $ native --local 400KiB --set donors.replicas=4 -- true
  donors.replicas: 4 copies of each page, but 3 peers
  [2]
  $ peers=127.0.0.1 native --local 400KiB --transport smoke -- true
  --set fabric.transport: 'smoke' is not one of ucx, shared, rdma, tcp
  [2]
  $ peers=192.0.2.1 native --local 400KiB -- true
  --peers: 192.0.2.1 is another machine: give --key FILE, the lender's key
  [2]
  $ head -c 32 /dev/urandom > key; chmod 600 key
  $ native --key key --local 400KiB -- true 2>&1 | sed 's/127[^ ]*:/PEER:/'
  --peers: PEER: a message is not signed with this side's key, or not the next one (is --key the same on both sides?)
  $ megavm run --set peers=127.0.0.1 --set vms.local=50% "$ROOT/configs/one-vm.yaml" 2>&1 | sed 's/.*peers/peers/'
  peers: it has no effect: the engine is not native
  $ lend small --memory 16MiB
  $ peers=$small_address native --local 1MiB -- ./stress 1 6000 1 2>&1
  no peer has a free frame for another page: 4096 frames are lent in all (lend more, or give the program more local memory)
  [1]
