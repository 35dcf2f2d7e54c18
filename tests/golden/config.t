The smallest configuration, printed with all defaults; the parameters of policies and prefetchers are left out here:

  $ echo 'vms: [{trace: sort-small.mvt}]' > small.yaml
  $ megavm config small.yaml | tee whole.yaml | sed '/^policies:/,/^vms:/{/^vms:/!d}'
  seed: 1
  repeat: 1
  repeats: 1
  until: own
  engine: simulate
  cpu:
    ips: 2e9
  fault:
    preset: ideal
    exit: 0ns
    handler: 0ns
    lookup: 0ns
    map: 0ns
    minor: 0ns
    handlers: 1
    capacity: 0
    base: populated
    buffer: 64
  guest:
    free_pages: fetched
  fabric:
    preset: ib-edr
    latency: 900ns
    bandwidth: 100Gbps
    post: 0ns
    completion: 0ns
    jitter: constant
    window: 100us
    sharing: fifo
    page: 4KiB
    request: 64B
  service: none
  cluster:
    hypervisors: 4
    memory: 8GiB
    topology: switch
    hop: 90ns
    priority: same
    platform: ""
  donors:
    placement: most-free
    epoch: 10ms
    pool: inclusive
    detect: 536870912ns
    replicas: 1
    rebuild: true
    backing: none
  policy: lru
  prefetch: none
  prefetch.map: touch
  vms:
  - name: sort-small
    trace: sort-small.mvt
    workload: ""
    size: ""
    command: ""
    host: 0
    local: 100%
    warm: snapshot
    count: 1
    repeats: 1
    start: 0ns
    on_failure: stop
    on_leave: stay
    restart_after: 0ns

The printed configuration reads back as the same one, also from standard input:

  $ megavm config whole.yaml | diff whole.yaml -
  $ megavm config - < whole.yaml | diff whole.yaml -
  $ megavm config "$ROOT/configs/example.yaml" > example.yaml && megavm config example.yaml | diff example.yaml -
  $ tail -n 16 example.yaml
  traffic:
  - network: service
    from: 1
    to: 0
    rate: 8Gbps
    burst: 4KiB
    arrivals: paced
    start: 0ns
  events:
  - at: 2ms
    fail: 3
  - at: 5ms
    join: 4
  sweep:
    fabric.latency: [100ns, 1us, 10us]
    vms.local: [10%, 25%, 50%, 75%, 100%]

Every --set is applied, in order:

  $ megavm config small.yaml --set vms.local=25% --set fabric.latency=1.50us --set vms.0.local=64MiB | diff -U0 whole.yaml - | grep '^[-+] '
  -  latency: 900ns
  +  latency: 1.5us
  -  local: 100%
  +  local: 64MiB

Errors report the place, what was found and what is allowed:

  $ printf 'vms: [{trace: a}]\nfabric:\n  latency: 900\n' > wrong.yaml
  $ megavm config wrong.yaml
  wrong.yaml:3:12: fabric.latency: '900' has no unit (ns, us, ms, s)
  [2]
  $ printf 'vms: [{trace: a}]\npolcy: lru\n' | megavm config -
  standard input:2:1: unknown key 'polcy' (did you mean 'policy'?)
  [2]
  $ megavm config small.yaml --set vms.0.locl=25%
  --set vms.0.locl: unknown key 'vms.0.locl' (did you mean 'vms.local'?)
  [2]
  $ megavm config small.yaml --set vms.7.local=25%
  --set vms.7.local: there is no vms.7 (0 to 0)
  [2]
  $ megavm config not-there.yaml
  not-there.yaml: No such file or directory
  [2]
  $ megavm config .
  .: Is a directory
  [2]
  $ megavm config
  megavm config: no configuration given
  Try `megavm config --help' or `megavm config --usage' for more information.
  [2]

What is known of a key, and its values in a configuration:

  $ megavm config --explain fabric.latency
  fabric.latency: time of a small read, request and response together; if not set, the mean of the table that jitter names, or else the preset's (ib-edr: 900ns)
  type:    duration
  default: none
  allowed: 0ns to 1000s
  source:  the preset's file, which names its source ('megavm list fabrics')
  $ megavm config --explain vms.0.local $ROOT/configs/one-vm.yaml
  vms.local: its local memory: a share of the footprint, or a size
  type:    share
  default: 100%
  allowed: 0% to 100%
  source:  the program's default
  here:   vms.0.local: 25%
  $ megavm config --explain cluster.hop | tail -n 1
  source:  an assumption
  $ megavm config --explain vms.lokal
  --explain: unknown key 'vms.lokal' (did you mean 'vms.local'?) ('megavm list options' lists them)
  [2]

The schema has every key of the table and no other (but `sweep`):

  $ megavm config --schema > schema.json && jq -c '.required, (.properties.vms.items.properties | keys | length), .properties.service.anyOf[0].enum' schema.json
  ["vms"]
  16
  ["none","shared","own"]
  $ jq -r '[.properties | to_entries[] | .key as $k | (.value.items // .value.anyOf[1] // .value) | if .properties then (.properties | to_entries[] | if .value.properties then (.key as $l | .value.properties | keys[] | $k + "." + $l + "." + .) else $k + "." + .key end) else $k end] | sort | .[]' schema.json > keys
  $ megavm list options | awk 'NR > 1 { print $1 }' | grep -v '^sweep' | LC_ALL=C sort > all; { grep -vx sweep keys; echo service; } | LC_ALL=C sort | diff - all

A validator of Debian's accepts every configuration that ships, and finds what is wrong in others:

  $ /usr/bin/python3 "$ROOT/tests/schema.py" "$ROOT"/configs/*.yaml "$ROOT"/configs/experiments/*.yaml "$ROOT"/configs/validation/*.yaml < schema.json
  $ wrong() { printf "$2\\n" > "$1.yaml"; /usr/bin/python3 "$ROOT/tests/schema.py" "$1.yaml" < schema.json; }
  $ wrong key 'vms: [{trace: a, lokal: 50%%}]'
  key.yaml: vms.0: additionalProperties
  $ wrong word 'policy: lruu\nvms: [{trace: a}]'
  word.yaml: policy: enum
  $ wrong unit 'fabric: {latency: 3}\nvms: [{trace: a}]'
  unit.yaml: fabric.latency: maximum
  $ wrong zero 'fabric: {latency: 0}\nvms: [{trace: a}]'
  $ wrong duration 'fabric: {latency: 3 parsec}\nvms: [{trace: a}]'
  duration.yaml: fabric.latency: pattern
  $ wrong list 'vms: {trace: a}'
  list.yaml: vms: type
  $ wrong text 'seed: x\nvms: [{trace: a}]'
  text.yaml: seed: pattern
  $ wrong negative 'cpu: {ips: -1}\nvms: [{trace: a}]'
  negative.yaml: cpu.ips: minimum
  $ wrong many 'repeats: 10000000\nvms: [{trace: a}]'
  many.yaml: repeats: maximum
  $ wrong engine 'engine: qemu\nvms: [{trace: a}]'
  engine.yaml: engine: enum
  $ wrong bits 'fabric: {bandwidth: 3Gb}\nvms: [{trace: a}]'
  bits.yaml: fabric.bandwidth: pattern
  $ wrong top 'nonsense: 1\nvms: [{trace: a}]'
  top.yaml: (top): additionalProperties
  $ wrong none 'seed: 1'
  none.yaml: (top): required
