A lender's command line. Pages there and back are in the unit tests (peers), programs on borrowed memory in peers.t.

  $ lend() { timeout 20 megavm lend "$@" </dev/null; }
  $ lend 2>&1 | head -n 1
  megavm lend: --memory SIZE is needed
  $ lend --memory 1MiB
  --memory: 1048576 bytes; memory is lent in leases of 16 MiB, so this is the least
  [2]
  $ lend --memory 64MiB --listen nowhere:port
  --listen: 'nowhere:port' is not HOST:PORT (HOST, [IPv6]:PORT and :PORT are allowed too)
  [2]

It listens for other machines only with a key, which nobody else may read:

  $ lend --memory 64MiB --listen 0.0.0.0:0
  --listen: 0.0.0.0:0 is reached from other machines, and there is no key to know them by: give --key FILE (or listen on 127.0.0.1)
  [2]
  $ head -c 32 /dev/urandom > key; chmod 644 key
  $ lend --memory 64MiB --key key
  key: mode 644: others may read or write this key; allowed is 600 ('chmod 600 key')
  [2]
  $ chmod 600 key; head -c 15 /dev/urandom > short; chmod 600 short
  $ lend --memory 64MiB --key short
  short: a key of 15 bytes; allowed are 16 to 4095 ('head -c 32 /dev/urandom')
  [2]

What is no message, and what is not signed with its key, ends a connection and is counted:

  $ megavm lend --memory 64MiB --key key --listen 127.0.0.1:0 --ready address >counts 2>/dev/null </dev/null & lender=$!
  $ for i in $(seq 100); do [ -s address ] && break; sleep 0.1; done; port=$(sed 's/.*://' address)
  $ send() { timeout 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port; printf '$1' >&3; cat <&3 >/dev/null"; }
  $ send 'GET / HTTP/1.0\r\n\r\n'
  $ send "MVpr\\1\\0\\0\\0\\x20\\0\\0\\0$(printf '\\0%.0s' $(seq 8))$(printf 'x%.0s' $(seq 64))"
  $ kill $lender; wait $lender; cat counts
  2 connections, 0 borrowers, 0 leases; 0 borrowers silent, 0 gone
  dropped: 1 malformed messages, 1 not authenticated, 0 pages
