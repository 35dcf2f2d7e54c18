The presets, with the values of their files:

  $ megavm list fabrics
  preset             latency  bandwidth  4KiB fetch  summary
  cxl-asic           284ns    237Gbps    1.422us     CXL memory device with an ASIC controller, as measured
  cxl-direct         250ns    237Gbps    1.249us     CXL memory on the host's own link, PCIe 5.0 x8, as measured
  cxl-fpga           375ns    237Gbps    1.878us     CXL memory device with an FPGA controller, as measured
  cxl-loaded         107ns    348.8Gbps  0.535us     CXL memory device by its measured curve of bandwidth and latency
  cxl-pooled         275ns    237Gbps    1.375us     CXL memory pool of 16 sockets without a switch, PCIe 5.0 x8
  cxl-switched       494ns    237Gbps    2.468us     CXL memory pool behind a switch, PCIe 5.0 x8
  ib-edr             900ns    100Gbps    1.228us     InfiniBand EDR, ConnectX-4, as measured for Mega-VM
  ib-fdr             1.76us   25.5Gbps   4.995us     InfiniBand FDR, ConnectX-3, as measured by ib_read_lat
  ib-hdr             1.2us    200Gbps    1.364us     InfiniBand HDR, ConnectX-6
  ib-ndr             1.2us    400Gbps    1.282us     InfiniBand NDR, ConnectX-7
  kona-rdma          2.42us   84.7Gbps   3.197us     RDMA as measured by Kona, 64 B to 1 MiB
  numa-loaded        133ns    280Gbps    0.665us     memory of the other socket by its measured curve of bandwidth and latency
  nvme               83.72us  25.6Gbps   85.000us    NVMe flash drive, Intel P4500, as backing store
  pcie-ntb-gen3-x8   600ns    57.6Gbps   1.169us     PCIe 3.0 x8, non-transparent bridge between two hosts
  pcie-ntb-gen4-x16  600ns    230.4Gbps  0.742us     PCIe 4.0 x16, non-transparent bridge between two hosts
  pcie-switch        810ns    230.4Gbps  0.952us     PCIe 4.0 x16 through a switch
  remote-numa        130ns    166.4Gbps  0.650us     memory of the other socket of one host
  roce-100g          1.6us    100Gbps    1.928us     RoCE on 100 Gb/s Ethernet, ConnectX-6 EN
  roce-cx5           2.69us   100Gbps    3.018us     RoCE on 100 Gb/s Ethernet, ConnectX-5, as measured by ib_read_lat
  tcp-10g            33.2us   9.41Gbps   36.682us    kernel TCP on 10 Gb/s Ethernet
  tcp-40g            33.2us   37.7Gbps   34.069us    kernel TCP on 40 Gb/s Ethernet

Any preset can be used from any folder, and so can the user's own file. A key that is set overrides the preset's value:

  $ cat > small.yaml <<'END'
  > vms: [{trace: a.mvt}]
  > END
  $ megavm config small.yaml --set fabric.preset=kona-rdma --set fabric.post=100ns | sed -n '/^fabric/,/^service/p'
  fabric:
    preset: kona-rdma
    latency: 2.42us
    bandwidth: 84.7Gbps
    setup: 390ns
    post: 100ns
    completion: 0ns
    jitter: constant
    window: 100us
    sharing: fifo
    page: 4KiB
    request: 64B
  service: none
  $ printf 'summary: mine\nlatency: 3us\nbandwidth: 25Gbps\n' > mine.yaml
  $ megavm config small.yaml --set service.preset=mine.yaml | grep -A3 '^service'
  service:
    preset: mine.yaml
    latency: 3us
    bandwidth: 25Gbps
  $ mkdir own && mv mine.yaml own/ && MEGAVM_FABRICS=own megavm list fabrics | grep -e preset -e mine -e ib-edr
  preset             latency  bandwidth  4KiB fetch  summary
  ib-edr             900ns    100Gbps    1.228us     InfiniBand EDR, ConnectX-4, as measured for Mega-VM
  mine               3us      25Gbps     4.311us     mine

Ten pages are read in turn, with five of them local: every reference after the first ten is a fault, after a microsecond of work.

  $ for i in $(seq 0 999); do echo "I  $((i % 10 + 1))000,4"; done > trace.lk
  $ megavm trace import --format lackey --k 0 trace.lk -o trace.mvt
  trace.mvt: 1000 records, 10 pages, 1000 references read, reduction 1.0
  $ for fabric in $(megavm list fabrics | awk 'NR > 1 {print $1}'); do
  >   echo "$fabric $(megavm curve trace.mvt --ips 1e6 --fabric $fabric --frames 5 --csv | tail -n 1 | cut -d, -f6-)"
  > done
  fault costs: none (ideal)
  cxl-asic 990,0,2.40756022
  fault costs: none (ideal)
  cxl-direct 990,0,2.23653376
  fault costs: none (ideal)
  cxl-fpga 990,0,2.85933781
  fault costs: none (ideal)
  cxl-loaded 990,0,1.52943319
  fault costs: none (ideal)
  cxl-pooled 990,0,2.36085103
  fault costs: none (ideal)
  cxl-switched 990,0,3.44329624
  fault costs: none (ideal)
  ib-edr 990,0,2.2154032
  fault costs: none (ideal)
  ib-fdr 990,0,5.9450698
  fault costs: none (ideal)
  ib-hdr 990,0,2.3502016
  fault costs: none (ideal)
  ib-ndr 990,0,2.2691008
  fault costs: none (ideal)
  kona-rdma 990,0,4.16490229
  fault costs: none (ideal)
  numa-loaded 990,0,1.65829852
  fault costs: none (ideal)
  nvme 990,0,85.15
  fault costs: none (ideal)
  pcie-ntb-gen3-x8 990,0,2.15720011
  fault costs: none (ideal)
  pcie-ntb-gen4-x16 990,0,1.73479978
  fault costs: none (ideal)
  pcie-switch 990,0,1.94269978
  fault costs: none (ideal)
  remote-numa 990,0,1.64362573
  fault costs: none (ideal)
  roce-100g 990,0,2.9084032
  fault costs: none (ideal)
  roce-cx5 990,0,3.9875032
  fault costs: none (ideal)
  tcp-10g 990,0,37.3154305
  fault costs: none (ideal)
  tcp-40g 990,0,34.7284862

A measured curve of bandwidth against latency, in MB/s and ns: what a fetch takes at what its link carries. Idle, a curve's latency is the one of 'curve'; a page
is fetched every millisecond while others send.

  $ printf '0 107\n21000 120\n34000 134\n42600 166\n43600 370\n' > device.txt
  $ printf 'vms: [{trace: trace.mvt, local: 50%%}]\ncluster: {hypervisors: 3}\ntraffic: [{network: fabric, from: 2, to: 0, rate: 1Gbps}]\n' > load.yaml
  $ fetch() { megavm run load.yaml --set cpu.ips=1e3 --set fabric.curve=device.txt --set traffic.0.rate=$1 --json | jq '.jobs[0].fetch_ns.mean | round'; }
  $ megavm curve trace.mvt --ips 1e3 --frames 5 --csv --set fabric.curve=device.txt 2> /dev/null | tail -n 1
  trace.mvt,lru,5,0.500000,10,990,0,1.00019894
  $ for rate in 1Mbps 168Gbps 272Gbps 340.8Gbps 348.7Gbps; do echo "$rate $(fetch $rate)"; done
  1Mbps 201
  168Gbps 214
  272Gbps 228
  340.8Gbps 260
  348.7Gbps 461
  $ megavm config load.yaml --set fabric.preset=cxl-loaded | sed -n '/^fabric/,/^service/p' | sed "s|$ROOT|ROOT|"
  fabric:
    preset: cxl-loaded
    latency: 107ns
    bandwidth: 348.8Gbps
    copy: 76.6Gbps
    post: 0ns
    completion: 0ns
    jitter: constant
    curve: ROOT/configs/fabrics/curves/cxl-device.txt
    window: 100us
    sharing: fifo
    page: 4KiB
    request: 64B
  service: none
  $ megavm run load.yaml --set fabric.curve=device.txt --set fabric.latency=1us
  --set fabric.latency: it has no effect: fabric.curve gives it (107ns)
  [2]
  $ megavm run load.yaml --set fabric.curve=device.txt --set fabric.sharing=fluid
  fabric.curve: SimGrid's own transfers (fabric.sharing: fluid) have a constant latency
  [2]
  $ megavm run load.yaml --set fabric.curve=none.txt
  --set fabric.curve: none.txt: No such file or directory
  [2]
  $ megavm run load.yaml --set fabric.window=1ms
  --set fabric.window: it has no effect: there is no fabric.curve
  [2]
  $ printf 'curve: device.txt\nlatency: 1us\n' > mine2.yaml; megavm run load.yaml --set fabric.preset=./mine2.yaml
  ./mine2.yaml: latency: the curve gives it
  [2]

A latency distribution counts with its mean:

  $ megavm curve trace.mvt --ips 1e6 --frames 5 --csv --set fabric.jitter=lognormal --set fabric.sigma=1 | tail -n 1
  fault costs: none (ideal)
  trace.mvt,lru,5,0.500000,10,990,0,2.2154032
  $ megavm curve trace.mvt --ips 1e6 --frames 5 --csv --set fabric.jitter="$ROOT/configs/fabrics/tables/ramcloud-echo.txt" | tail -n 1
  fault costs: none (ideal)
  trace.mvt,lru,5,0.500000,10,990,0,5.5407142

A table without a latency is taken as it was measured (its mean here is 4.2589 us). With a latency it is scaled to it. A table with one latency is the same as
that latency, in a curve and in a run, write-backs included:

  $ printf '2us 0%%\n2us 100%%\n' > flat.txt
  $ megavm config small.yaml --set fabric.jitter="$ROOT/configs/fabrics/tables/ramcloud-echo.txt" | grep latency:
    latency: 4.2589us
  $ megavm config small.yaml --set fabric.jitter=flat.txt --set fabric.latency=3us | grep latency:
    latency: 3us
  $ for jitter in flat.txt constant; do megavm curve trace.mvt --ips 1e6 --frames 5 --csv --set fabric.jitter=$jitter --set fabric.latency=3us | tail -n 1; done
  fault costs: none (ideal)
  trace.mvt,lru,5,0.500000,10,990,0,4.2944032
  fault costs: none (ideal)
  trace.mvt,lru,5,0.500000,10,990,0,4.2944032
  $ here=$PWD && cd "$ROOT"
  $ for jitter in $here/flat.txt constant; do megavm run configs/one-vm.yaml --set fabric.jitter=$jitter --set fabric.latency=3us --json | jq -c '.jobs[0] | [.time_s, .faults.demand, .writebacks]'; done
  [0.0272799614,6445,5994]
  [0.0272799614,6445,5994]
  $ for latency in 1us 2us; do megavm run configs/one-vm.yaml --set fabric.jitter=configs/fabrics/tables/ramcloud-echo.txt --set fabric.latency=$latency --json | jq '.jobs[0].fetch_ns.mean | round'; done
  1328
  2329
  $ cd "$here"

Errors:

  $ megavm curve trace.mvt --fabric ib-edx
  --set fabric.preset: 'ib-edx' is not one of cxl-asic, cxl-direct, cxl-fpga, cxl-loaded, cxl-pooled, cxl-switched, ib-edr, ib-fdr, ib-hdr, ib-ndr, kona-rdma, numa-loaded, nvme, pcie-ntb-gen3-x8, pcie-ntb-gen4-x16, pcie-switch, remote-numa, roce-100g, roce-cx5, tcp-10g, tcp-40g (did you mean 'ib-edr'?); a file has a '/' in its name or .yaml at its end
  [2]
  $ megavm config small.yaml --set donors.backing=flash
  --set donors.backing: 'flash' is not one of cxl-asic, cxl-direct, cxl-fpga, cxl-loaded, cxl-pooled, cxl-switched, ib-edr, ib-fdr, ib-hdr, ib-ndr, kona-rdma, numa-loaded, nvme, pcie-ntb-gen3-x8, pcie-ntb-gen4-x16, pcie-switch, remote-numa, roce-100g, roce-cx5, tcp-10g, tcp-40g; a file has a '/' in its name or .yaml at its end
  [2]
  $ printf 'bandwidth: 25Gbps\n\nlatency:  900\n' > wrong.yaml
  $ megavm config small.yaml --set fabric.preset=wrong.yaml
  wrong.yaml:3:11: latency: '900' has no unit (ns, us, ms, s)
  [2]
  $ megavm config small.yaml --set fabric.preset=nowhere.yaml
  --set fabric.preset: nowhere.yaml: No such file or directory
  [2]
  $ printf '1us 0%%\n2us 50\n' > wrong.txt
  $ megavm curve trace.mvt --set fabric.jitter=wrong.txt
  --set fabric.jitter: wrong.txt:2: '50' has no unit (%)
  [2]

An installed program finds the presets in its installation:

  $ mkdir -p usr/bin usr/share/megavm/configs && cp "$(command -v megavm)" usr/bin && cp -r "$ROOT/configs/fabrics" usr/share/megavm/configs
  $ usr/bin/megavm list fabrics | head -n 2
  preset             latency  bandwidth  4KiB fetch  summary
  cxl-asic           284ns    237Gbps    1.422us     CXL memory device with an ASIC controller, as measured
  $ rm usr/share/megavm/configs/fabrics/*.yaml && usr/bin/megavm config small.yaml 2>&1 | sed "s|$PWD|.|"
  small.yaml: fabric.preset: the folder of presets, ./usr/share/megavm/configs/fabrics, is empty
