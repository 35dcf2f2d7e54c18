Every option that is set to another value than its default changes the result of a small run and of a curve, is refused, or is on the list of tests/effect.py with
the reason why it does nothing there. Every key of a list is also a key of its items (vms.0.local):

  $ cp "$ROOT/workloads/traces/sort-user.mvt" region.mvt && cp "$ROOT/workloads/traces/svm-perf-small.mvt" warm.mvt && cp "$ROOT/configs/platforms/two-racks.xml" platform.xml
  $ "$ROOT/tests/effect.py" .
  109 options

What has no effect beside the others is refused, and what decides may be swept:

  $ cat > one.yaml <<'END'
  > vms: [{trace: region.mvt, local: 25%}]
  > policies: {2q: {in: 10%}}
  > END
  $ megavm run one.yaml
  one.yaml:2:21: policies.2q.in: it has no effect: no VM has this policy
  [2]
  $ megavm run one.yaml --set policy=2q --json | jq '.jobs[0].policy'
  "2q"
  $ echo 'sweep: {policy: [lru, 2q]}' >> one.yaml && megavm sweep one.yaml --out one
  2 points: 0 there already, 2 done, 0 failed: one/results.csv
  $ megavm run one.yaml --set fabric.sigma=1 --set policy=2q
  --set fabric.sigma: it has no effect: fabric.jitter is not lognormal
  [2]
  $ megavm curve region.mvt --set donors.replicas=2
  --set donors.replicas=2: it has no effect on a curve, which is of one VM that has its interconnect to itself ('megavm run' takes it)
  [2]
  $ megavm curve region.mvt --policy 2q --set policies.2q.in=10% --ratios 25% --csv 2>/dev/null | cut -d, -f2,3
  policy,local_pages
  2q,141
  $ echo 'repeats: 3' >> one.yaml && megavm run one.yaml --set policy=2q
  one.yaml: repeats: this command runs one of them: --set repeats=1, with --set repeat=N for the N-th; 'megavm sweep' runs them all
  [2]
