# SPDX-License-Identifier: MIT
# Mega-VM. `make help` lists the targets.
#
# BUILD    where everything is built                 (build)
# CC       gcc or clang                              (gcc)
# OPT      optimisation and debugging flags          (-O3 -g)
# SANITIZE sanitizers, as in address,undefined       (none)
# WERROR   1 turns warnings into errors              (0)
BUILD    ?= build
ifeq ($(origin CC),default)
CC       := gcc
endif
OPT      ?= -O3 -g
SANITIZE ?=
WERROR   ?= 0
PREFIX   ?= /usr/local
JOBS     ?= $(shell nproc)

WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Wno-sign-conversion
ifeq ($(WERROR),1)
WARN     += -Werror
endif
CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Isim -I. -I$(BUILD)/gen
CFLAGS   += -std=c11 $(OPT) $(WARN)
ifneq ($(SANITIZE),)
CFLAGS   += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=$(SANITIZE)
endif
# Loading SimGrid takes a process about 17 ms, so programs that do not use it must not load it.
LDLIBS   := -Wl,--as-needed -lsimgrid -lucp -lucs -lsodium -Wl,--no-as-needed -lyaml -lzstd -lxxhash -larchive -ljansson -lsqlite3 -lgsl -lgslcblas -lm -lpthread

LIB_SRC  := $(filter-out sim/cli/%,$(wildcard sim/*/*.c)) $(wildcard emulator/*.c) $(wildcard peers/*.c)
CLI_SRC  := $(wildcard sim/cli/*.c)
PLUGIN_SRC := $(wildcard bochs-plugin/*.c)
UNIT_SRC := $(wildcard tests/unit/*.c)
BENCH_SRC := $(wildcard tests/bench/*.c)
objects   = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

.PHONY: all uninstall deb fuzzers setup test check unit golden asan fuzz bench bench-record native-vm traces demo reference docs validation format install clean help
all: $(BUILD)/megavm

help:
	@echo 'make test     install what is missing, build, run every test'
	@echo 'make demo     install what is missing, build, run the experiments: figures and a report under results/demo/'
	@echo 'make figure FIGURE=NAME   run one experiment anew, into results/NAME (docs/papers.md)'
	@echo 'make reference   run the experiments and store their results as the reference of the tests'
	@echo 'make          build build/megavm'
	@echo 'make check    run every test without installing anything'
	@echo 'make asan     every test under the address and undefined-behaviour sanitizers'
	@echo 'make fuzz     coverage-guided fuzzers for a bounded time (FUZZ_SECONDS each)'
	@echo 'make test-peers    kill, stop and cut off peers while a program runs on their memory (PEER_ROUNDS, 200)'
	@echo 'make bench    speed, as ratios taken in one run'
	@echo 'make test-kernel   a real kernel in QEMU beside the policies that model it, and published runs (results/reference/kernel)'
	@echo 'make native-vm     boot and sort of a QEMU guest at several local shares (results/reference/native-vm)'
	@echo 'make bench-peers    what a page of a peer costs, compared with the pager alone and a plain read (root)'
	@echo 'make bench-record   the cost of recording, compared with plain Bochs'
	@echo 'make bench-native   the cost of a trap in the native engine, compared with a bare userfaultfd loop'
	@echo 'make native-agreement   compare the simulator with the native engine, program by program'
	@echo 'make bochs    Bochs with the plug-in, for record and emulate'
	@echo 'make traces   record the shipped traces (WORKLOADS=... selects some)'
	@echo 'make docs     write the generated reference pages under docs/'
	@echo 'make format   format the C sources by .clang-format'
	@echo 'make install  into PREFIX (/usr/local): the program, manual pages, completions, libmegavm, examples; make uninstall removes it'
	@echo 'make deb      a Debian package, in build/'
	@echo 'make clean    remove build/'

# The set-up may install the compiler, so nothing before it may need one. Therefore each target below starts a second make.
setup:
	@scripts/setup.sh build test record

test:
	@scripts/setup.sh build test record web
	@scripts/vendor.sh $(BUILD)
	@$(MAKE) --no-print-directory -j$(JOBS) check

check: $(BUILD)/megavm $(BUILD)/tests/unit $(BUILD)/tests/bochs
	@tests/run.sh $(BUILD)

unit: $(BUILD)/tests/unit
	$(BUILD)/tests/unit

golden: $(BUILD)/megavm $(BUILD)/tests/bochs
	@tests/run.sh $(BUILD) golden

traces:
	@scripts/setup.sh build test record
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/megavm $(BUILD)/megavm-bochs
	@scripts/record-traces.sh $(BUILD) $(WORKLOADS)

docs: $(BUILD)/megavm
	@mkdir -p docs
	$(BUILD)/megavm list options --markdown > docs/options.md

# The tables of published runs in docs/validation.md, and their figure.
validation: $(BUILD)/megavm
	$(BUILD)/megavm validate --markdown --plot results/validation.svg >$(BUILD)/validation.md
	awk -v tables=$(BUILD)/validation.md '/^<!-- \/validate -->/ { on = 0 } !on { print } \
		/^<!-- validate -->/ { on = 1; while ((getline line <tables) > 0) print line }' docs/validation.md >$(BUILD)/validation.page
	mv $(BUILD)/validation.page docs/validation.md

format:
	@scripts/setup.sh test
	clang-format -i $$(find sim emulator peers bochs-plugin tests -name '*.[ch]')

asan:
	@scripts/setup.sh build test record
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=$(BUILD)/asan SANITIZE=address,undefined OPT='-O1 -g' check

demo:
	@scripts/setup.sh build demo web
	@scripts/vendor.sh $(BUILD)
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@scripts/demo.sh $(BUILD) results/demo

# One figure of docs/papers.md: make figure FIGURE=1-local-memory
.PHONY: figure
figure:
	@scripts/setup.sh build demo
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/megavm
	@scripts/figure.sh $(BUILD) $(FIGURE) results/$(FIGURE)

reference:
	@scripts/setup.sh build demo
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@scripts/reference.sh $(BUILD) $(BUILD)/reference

bench:
	@scripts/setup.sh build bench
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/megavm $(BUILD)/tests/bench
	@$(BUILD)/tests/bench

native-vm:
	@scripts/setup.sh build test record
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@scripts/native-vm.sh $(BUILD) results/reference/native-vm

# Peers that die, hang, leave or are cut off while a program runs on their memory.
PEER_ROUNDS ?= 200
.PHONY: test-peers
test-peers:
	@scripts/setup.sh build test
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/megavm
	@scripts/test-peers.sh $(BUILD) $(PEER_ROUNDS)

.PHONY: bench-peers
bench-peers:
	@scripts/setup.sh build bench
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/tests/bench $(BUILD)/megavm
	@$(BUILD)/tests/bench peers

bench-record:
	@scripts/setup.sh build bench record
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/tests/bench $(BUILD)/megavm-bochs $(BUILD)/megavm-bochs-plain
	@MEGAVM_CACHE=$${MEGAVM_CACHE:-$(abspath $(BUILD))/guest} $(BUILD)/tests/bench record

.PHONY: bench-native
bench-native:
	@scripts/setup.sh build bench
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/tests/bench
	@$(BUILD)/tests/bench native

# How many faults and which slowdown the simulator and the native engine have: docs/validation.md.
.PHONY: native-agreement
native-agreement:
	@scripts/setup.sh build test
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/megavm
	@scripts/native-agreement.sh $(BUILD) $(BUILD)/native-agreement
	@mkdir -p results/reference/native-agreement && cp $(BUILD)/native-agreement/native-agreement.csv results/reference/native-agreement/results.csv

# A real kernel's reclaim beside the policies that model it: docs/validation.md.
.PHONY: test-kernel
test-kernel:
	@scripts/setup.sh build test record
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/megavm
	@mkdir -p results/reference/kernel
	@tests/kernel/run.sh $(BUILD) results/reference/kernel/measured-null-blk.csv
	@for store in null-blk virtio; do PATH="$(abspath $(BUILD)):$$PATH" tests/kernel/predict.sh results/reference/kernel/measured-$$store.csv \
		>results/reference/kernel/agreement-$$store.csv || exit 1; done
	@PATH="$(abspath $(BUILD)):$$PATH" tests/kernel/stream.sh >results/reference/kernel/stream.csv

$(BUILD)/tests/bench: $(call objects,$(BENCH_SRC)) $(BUILD)/libmegavm.a
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

FUZZ_SECONDS ?= 60
fuzz:
	@scripts/setup.sh build fuzz
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=$(BUILD)/fuzz CC=clang SANITIZE=address,undefined OPT='-O1 -g \
		-fsanitize=fuzzer-no-link -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION' fuzzers
	@tests/fuzz/run.sh $(BUILD)/fuzz $(FUZZ_SECONDS)

FUZZERS  := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzzers: $(addprefix $(BUILD)/fuzz_,$(FUZZERS))

$(BUILD)/fuzz_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(BUILD)/libmegavm.a
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer $^ $(LDLIBS) -o $@

# The release number and the commit; written only when it changes, so that nothing is rebuilt without need.
$(BUILD)/gen/version_text.h: FORCE
	@mkdir -p $(@D)
	@line="#define MEGAVM_VERSION \"$$(scripts/version.sh)\""; \
	 [ "$$(cat $@ 2>/dev/null)" = "$$line" ] || echo "$$line" > $@
.PHONY: FORCE
.SECONDARY:

# What scripts/vendor.sh has brought for the pages of reports, as bytes of C arrays; empty without it.
$(BUILD)/gen/vendor/%.inc: FORCE
	@mkdir -p $(@D)
	@{ [ ! -f $(BUILD)/vendor/$* ] || od -An -v -tu1 $(BUILD)/vendor/$* | sed 's/  *\([0-9][0-9]*\)/\1,/g'; echo 0; } > $@.part
	@cmp -s $@.part $@ && rm $@.part || mv $@.part $@
$(BUILD)/gen/sim/%.inc: sim/%
	@mkdir -p $(@D)
	@{ od -An -v -tu1 $< | sed 's/  *\([0-9][0-9]*\)/\1,/g'; echo 0; } > $@
$(call objects,sim/report/page_look.c): $(addprefix $(BUILD)/gen/,vendor/uPlot.iife.min.js.inc vendor/uPlot.min.css.inc sim/report/page.css.inc \
	sim/report/page.js.inc)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(call objects,sim/base/version.c): $(BUILD)/gen/version_text.h

# A trace names its recorder by a digest of all sources that can change a recording, so that other changes do not alter its bytes.
RECORDER_SRC := $(filter-out bochs-plugin/emulation%,$(sort $(wildcard bochs-plugin/*.c bochs-plugin/*.h bochs-plugin/*.cc))) scripts/build-bochs.sh \
	sim/record/hardware.c sim/trace/filter.c sim/trace/filter.h sim/trace/hits.h
$(BUILD)/gen/recorder_key.h: $(RECORDER_SRC)
	@mkdir -p $(@D)
	@echo "#define RECORDER_KEY \"$$(cat $^ | sha256sum | cut -c -12)\"" > $@
$(call objects,sim/record/guest.c): $(BUILD)/gen/recorder_key.h

# Where the presets, examples, workloads and recordings are for a program that is not installed.
$(call objects,sim/base/shipped.c): CPPFLAGS += -DROOT_FROM_BUILD='"$(shell realpath -m --relative-to=$(BUILD) .)"'

$(BUILD)/libmegavm.a: $(call objects,$(LIB_SRC))
	@rm -f $@
	@echo "  AR $@"; $(AR) rcs $@ $^

$(BUILD)/megavm: $(call objects,$(CLI_SRC)) $(BUILD)/libmegavm.a
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(call objects,$(UNIT_SRC)): CPPFLAGS += -Ibochs-plugin
$(BUILD)/tests/unit: $(call objects,$(UNIT_SRC) $(filter-out %/host_clock.c,$(PLUGIN_SRC))) $(BUILD)/libmegavm.a
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) $(CFLAGS) $(LDFLAGS) $^ -lcunit $(LDLIBS) -o $@

# Bochs with the plug-in, in variants: megavm-bochs records; -smp has several virtual CPUs; the tests use -crosscheck, the benchmarks
# -plain.
PLUGIN_PARTS := $(call objects,$(PLUGIN_SRC)) $(wildcard bochs-plugin/*.h bochs-plugin/*.cc) bochs-plugin/Makefile.in scripts/build-bochs.sh \
	$(BUILD)/libmegavm.a
$(call objects,$(PLUGIN_SRC)): CPPFLAGS += -Ibochs-plugin
# Bochs calls these functions at about every third memory access, so each is aligned to take few cache lines.
$(call objects,$(PLUGIN_SRC) sim/trace/filter.c): CFLAGS += -falign-functions=64

$(BUILD)/tests/bochs: $(PLUGIN_PARTS) tests/record/bochs.sh
	@tests/record/bochs.sh $(BUILD) '$(SANITIZE)'

.PHONY: bochs
bochs:
	@scripts/setup.sh build record
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/megavm $(BUILD)/megavm-bochs
$(BUILD)/megavm-bochs: $(PLUGIN_PARTS)
	@scripts/build-bochs.sh $(BUILD) recorder
$(BUILD)/megavm-bochs-%: $(PLUGIN_PARTS)
	@scripts/build-bochs.sh $(BUILD) $*

# Manual pages and completions are made of what the program prints for --help.
.PHONY: help-pages
help-pages: $(BUILD)/megavm
	@scripts/man.sh $(BUILD)/megavm $(BUILD)/man
	@scripts/completion.sh $(BUILD)/megavm $(BUILD)/completion

SHARE     = $(DESTDIR)$(PREFIX)/share
HEADERS  := $(filter-out sim/cli/%,$(wildcard sim/*/*.h)) $(wildcard emulator/*.h)
install: all help-pages
	for page in $(BUILD)/man/*.1; do [ ! -f $$page ] || install -D -m 644 -t $(SHARE)/man/man1 $$page || exit 1; done
	install -D -m 644 $(BUILD)/completion/bash/megavm $(SHARE)/bash-completion/completions/megavm
	install -D -m 644 $(BUILD)/completion/zsh/_megavm $(SHARE)/zsh/site-functions/_megavm
	install -D -m 644 $(BUILD)/libmegavm.a $(DESTDIR)$(PREFIX)/lib/libmegavm.a
	for header in $(HEADERS); do install -D -m 644 $$header $(DESTDIR)$(PREFIX)/include/megavm/$${header#sim/} || exit 1; done
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(shell cat VERSION)|; s|@LIBS@|$(LDLIBS)|' scripts/megavm.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/megavm.pc
	install -D -m 644 CITATION.cff $(SHARE)/doc/megavm/CITATION.cff
	[ ! -f $(BUILD)/vendor/uplot.LICENSE ] || install -m 644 $(BUILD)/vendor/uplot.LICENSE $(SHARE)/doc/megavm/
	install -D $(BUILD)/megavm $(DESTDIR)$(PREFIX)/bin/megavm
	install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/megavm/LICENSE
	for emulator in megavm-bochs megavm-bochs-smp; do \
		[ ! -x $(BUILD)/$$emulator ] || install $(BUILD)/$$emulator $(DESTDIR)$(PREFIX)/bin/ || exit 1; \
	done
	for folder in configs configs/experiments configs/platforms configs/fabrics configs/fabrics/tables configs/fabrics/curves configs/faults configs/validation workloads/traces; do \
		install -d $(DESTDIR)$(PREFIX)/share/megavm/$$folder && \
		find $$folder -maxdepth 1 -type f -exec install -m 644 -t $(DESTDIR)$(PREFIX)/share/megavm/$$folder {} + || exit 1; \
	done
	for folder in guest data $(patsubst workloads/%/workload.yaml,%,$(wildcard workloads/*/workload.yaml)); do \
		install -d $(DESTDIR)$(PREFIX)/share/megavm/workloads/$$folder && \
		cp workloads/$$folder/* $(DESTDIR)$(PREFIX)/share/megavm/workloads/$$folder/ || exit 1; \
	done
	install -m 644 bochs-plugin/guest_port.h $(DESTDIR)$(PREFIX)/share/megavm/workloads/guest

# What install has brought.
uninstall:
	rm -rf $(SHARE)/megavm $(SHARE)/doc/megavm $(DESTDIR)$(PREFIX)/include/megavm
	rm -f $(SHARE)/man/man1/megavm.1 $(SHARE)/man/man1/megavm-*.1 $(SHARE)/bash-completion/completions/megavm $(SHARE)/zsh/site-functions/_megavm
	rm -f $(DESTDIR)$(PREFIX)/lib/libmegavm.a $(DESTDIR)$(PREFIX)/lib/pkgconfig/megavm.pc
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,megavm megavm-bochs megavm-bochs-smp)

deb:
	@scripts/setup.sh build package
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@scripts/deb.sh $(BUILD)

clean:
	rm -rf $(BUILD)

-include $(patsubst %.o,%.d,$(call objects,$(LIB_SRC) $(CLI_SRC) $(PLUGIN_SRC) $(UNIT_SRC) $(BENCH_SRC) $(wildcard tests/fuzz/*.c)))
