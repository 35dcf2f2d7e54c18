The user's own platform decides how many hypervisors there are:

  $ cd "$ROOT" && out=$(mktemp -d)
  $ cat > $out/two.xml <<'END'
  > <?xml version='1.0'?>
  > <!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
  > <platform version="4.1">
  >   <zone id="world" routing="Full">
  >     <host id="a" speed="1Gf"/><host id="b" speed="1Gf"/>
  >     <link id="cable" bandwidth="100Gbps" latency="450ns" sharing_policy="SPLITDUPLEX"/>
  >     <route src="a" dst="b"><link_ctn id="cable" direction="UP"/></route>
  >   </zone>
  > </platform>
  > END
  $ printf 'cluster: {memory: 64MiB, platform: %s/two.xml}\nvms: [{trace: workloads/traces/sort-user.mvt, local: 50%%}]\n' $out > $out/two.yaml
  $ megavm run $out/two.yaml --json | jq -c '[.hypervisors[].name], (.jobs[0] | [.faults.demand, (.fetch_ns.p50 | round)])'
  ["a","b"]
  [610,1228]
  $ megavm run $out/two.yaml --set cluster.hypervisors=2 | grep -c sort-user
  2
  $ megavm run $out/two.yaml --set cluster.hypervisors=4 2>&1 | sed "s|$out|OUT|"
  cluster.hypervisors: 4, but cluster.platform, OUT/two.xml, has 2 hosts: leave the number out
  $ megavm run $out/two.yaml --set vms.0.host=2 2>&1 | sed "s|$out|OUT|"
  cluster.platform: OUT/two.xml: 2 hosts, but vms.0.host is 2 (the first host is 0)
  $ megavm config $out/two.yaml | grep hypervisors
  [1]

A host whose first event is to join is not there before:

  $ printf 'events: [{at: 1us, join: 7}]\n' | cat configs/own-platform.yaml - > $out/join.yaml
  $ megavm run $out/join.yaml --check --json | jq -c '[.hypervisors[] | .frames_hosted > 0]'
  [false,true,true,true,true,true,true,true]
  $ sed -i 's/1us/1s/' $out/join.yaml && megavm run $out/join.yaml --check --json | jq -c '[.hypervisors[] | .frames_hosted > 0]'
  [false,true,true,true,true,true,true,false]

Links whose rate is not fixed are refused by name:

  $ cat > $out/wifi.xml <<'END'
  > <?xml version='1.0'?>
  > <!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
  > <platform version="4.1">
  >   <zone id="air" routing="Wifi">
  >     <prop id="access_point" value="ap"/>
  >     <host id="a" speed="1Gf"/><host id="b" speed="1Gf"/>
  >     <link id="radio" sharing_policy="WIFI" bandwidth="54Mbps,36Mbps" latency="0ms"/>
  >     <router id="ap"/>
  >   </zone>
  > </platform>
  > END
  $ megavm run $out/two.yaml --set cluster.platform=$out/wifi.xml 2>&1 | sed "s|$out|OUT|"
  cluster.platform: OUT/wifi.xml: link 'radio': SimGrid reports 1 bytes/s, as for a Wi-Fi link, whose rate depends on its stations: allowed are links of a fixed rate of at least 125 bytes/s

Only the routes that a run can use are looked up, so that a platform may have many hosts:

  $ cat > $out/many.xml <<'END'
  > <?xml version='1.0'?>
  > <!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
  > <platform version="4.1">
  >   <zone id="world" routing="Full"><cluster id="c" prefix="n" suffix="" radical="0-65535" speed="1Gf" bw="12.5GBps" lat="450ns"/></zone>
  > </platform>
  > END
  $ timeout 120 megavm run $out/two.yaml --set cluster.platform=$out/many.xml --set vms.count=3 --json | jq -c '[(.hypervisors | length), (.jobs[] | .faults.demand)]'
  [65536,610,610,610]

The time of a run follows its events, not the simulated time. A guest that is idle for 92 days, and a latency of a second, take no longer than others (a
run that visited each 100 us of them would be ended here):

  $ { echo page,type,instructions,idle_ns; for i in $(seq 200); do echo $((i % 50)),W,1000,40000000000000; done; } > $out/idle.csv
  $ megavm trace import -f csv $out/idle.csv -o $out/idle.mvt > /dev/null
  $ timeout 60 megavm run configs/one-vm.yaml --set vms.trace=$out/idle.mvt --set fabric.latency=1s --json | jq -c '.jobs[0] | [.base_s, .faults.demand]'
  [8000000.0001,150]
  $ rm -r $out
