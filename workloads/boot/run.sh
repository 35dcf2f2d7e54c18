# The region ended with the first instructions of init. That the guest came this far is the answer.
uname -srm
