Paths in a configuration are looked for beside it first, then in the working folder. Here each file beside it is right, and the one of that name in the working
folder is not:

  $ mkdir there && cp "$ROOT/workloads/traces/sort-user.mvt" there/job.mvt && cp "$ROOT/workloads/traces/boot-small.mvt" job.mvt
  $ for folder in there .; do
  >   mkdir -p $folder/mine
  >   seq 0 100 | awk -v far=$folder 'BEGIN { print "# latency in ns, cumulative share" } { print (far == "." ? 100000 : 500) + $1 "ns", $1 "%" }' > $folder/table.txt
  >   printf 'latency: %s\nbandwidth: 100Gbps\njitter: table.txt\n' $([ $folder = . ] && echo 9us || echo 1us) > $folder/mine/link.yaml
  >   cp $folder/table.txt $folder/mine/table.txt
  >   for host in a b; do echo "<host id=\"$([ $folder = . ] && echo far-)$host\" speed=\"1Gf\"/>"; done > hosts
  >   cat > $folder/two.xml <<EOF
  > <?xml version="1.0"?>
  > <!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
  > <platform version="4.1"><zone id="z" routing="Full">$(cat hosts)
  > <link id="l" bandwidth="12.5GBps" latency="450ns"/>
  > <route src="$(sed -n 's/.*id="\([^"]*a\)".*/\1/p' hosts)" dst="$(sed -n 's/.*id="\([^"]*b\)".*/\1/p' hosts)"><link_ctn id="l"/></route></zone></platform>
  > EOF
  > done
  $ echo 'vms: [{trace: job.mvt, local: 25%}]' > there/trace.yaml
  $ megavm run there/trace.yaml --json | jq -c '.jobs[0] | [.trace, .footprint_pages]'
  ["there/job.mvt",565]
  $ echo '{fabric: {preset: mine/link.yaml}, vms: [{trace: job.mvt, local: 25%}]}' > there/preset.yaml
  $ megavm config there/preset.yaml | grep -E 'preset|jitter|trace:'
    preset: ideal
    preset: there/mine/link.yaml
    jitter: there/mine/table.txt
    trace: there/job.mvt
  $ megavm run there/preset.yaml --json | jq '.jobs[0].fetch_ns | .mean > 900 and .mean < 1400'
  true
  $ echo '{fabric: {jitter: table.txt}, vms: [{trace: job.mvt, local: 25%}]}' > there/jitter.yaml
  $ megavm run there/jitter.yaml --json | jq '.jobs[0].fetch_ns.mean < 2000'
  true
  $ echo '{cluster: {platform: two.xml}, vms: [{trace: job.mvt, local: 25%}]}' > there/platform.yaml
  $ megavm run there/platform.yaml --json | jq -c '[.hypervisors[].name]'
  ["a","b"]
  $ echo '{donors: {backing: mine/link.yaml}, vms: [{trace: job.mvt, local: 25%}]}' > there/backing.yaml
  $ megavm config there/backing.yaml | grep -E 'backing|read_latency'
    backing: there/mine/link.yaml
    read_latency: 1us
  $ mkdir -p there/work && cp -r "$ROOT/workloads/boot/." there/work
  $ echo '{engine: bochs, vms: [{workload: ./work}]}' > there/workload.yaml
  $ megavm config there/workload.yaml | grep 'workload:'
    workload: there/./work

So are the values of a sweep, also by a copy of the configuration in another folder, which a task of a job array has:

  $ printf 'vms: [{trace: none.mvt, local: 25%%}]\nsweep: {vms.trace: [job.mvt], fabric.latency: [1us, 2us]}\n' > there/sweep.yaml
  $ megavm sweep there/sweep.yaml --out swept > /dev/null && cut -d, -f1-2 swept/results.csv
  vms.trace,fabric.latency
  job.mvt,1us
  job.mvt,2us
  $ mkdir copy && cp there/sweep.yaml copy/ && rm -r swept/points && megavm sweep copy/sweep.yaml --copy-of there/sweep.yaml --out swept
  2 points: 0 there already, 2 done, 0 failed: swept/results.csv

What is not beside it is taken from the working folder. What is nowhere is an error that names it as it was written:

  $ rm there/job.mvt && megavm run there/trace.yaml --json | jq -c '.jobs[0] | [.trace, .footprint_pages]'
  ["job.mvt",24565]
  $ rm job.mvt && megavm run there/trace.yaml
  job.mvt: No such file or directory
  [1]
  $ rm two.xml there/two.xml && megavm run there/platform.yaml --set vms.trace="$ROOT/workloads/traces/sort-user.mvt"
  cluster.platform: cannot read two.xml: No such file or directory
  [1]

An installed program finds its presets, examples and recordings, from any folder:

  $ env -u MAKEFLAGS -u MFLAGS make -s -C "$ROOT" -o all BUILD="$(dirname "$(command -v megavm)")" DESTDIR="$CRAMTMP/package" PREFIX=/opt/megavm install
  $ cd /
  $ installed="$CRAMTMP/package/opt/megavm/bin/megavm"
  $ "$installed" list examples | grep '^/' | sed "s|$CRAMTMP/package||" | grep -E '/(one-vm|8-scale-up|own-platform).yaml$|sort-user'
  /opt/megavm/share/megavm/configs/one-vm.yaml
  /opt/megavm/share/megavm/configs/own-platform.yaml
  /opt/megavm/share/megavm/configs/experiments/8-scale-up.yaml
  /opt/megavm/share/megavm/workloads/traces/sort-user.mvt
  $ for example in $("$installed" list examples | grep -E '/configs/(one-vm|own-platform|jitter|restart).yaml'); do
  >   "$installed" run "$example" --json | jq -c '.jobs[0].faults.demand'; done
  6445
  6445
  6445
  6445
  $ "$installed" list fabrics | sed -n 's/^\(ib-edr\) .*/\1/p'
  ib-edr
  $ "$installed" list workloads | sed -n 's/^\(sort\) .*/\1/p'
  sort
  $ "$installed" curve "$("$installed" list examples | grep sort-user)" --ratios 25% --csv 2> /dev/null | cut -d, -f3,6
  local_pages,faults
  141,6445
  $ "$installed" config "$("$installed" list examples | grep /one-vm.yaml)" | grep trace: | sed "s|$CRAMTMP/package||"
    trace: /opt/megavm/share/megavm/workloads/traces/sort-user.mvt

The examples of the folder that ships are those of the source tree:

  $ diff <("$installed" list examples | sed "s|$CRAMTMP/package/opt/megavm/share/megavm/||") <(megavm list examples | sed "s|$(cd "$ROOT" && pwd -P)/||")
