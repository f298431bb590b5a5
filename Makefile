# SPDX-License-Identifier: Apache-2.0

# Debian packages that the build and the tests need beside Swift.
PACKAGES := libgit2-dev libmd4c-dev libsqlite3-dev pkg-config git curl openssl python3-venv sqlite3 strace e2fsprogs mount
PREFIX ?= /usr/local

# Without it, SwiftPM compiles some packages again at random.
export SWIFT_DETERMINISTIC_HASHING := 1

# As people install it: with Swift's libraries in the program, so that it starts sooner, and the machine needs no Swift. A build of its own,
# which takes some minutes once.
RELEASE := swift build -c release --static-swift-stdlib --scratch-path .build/install
# The program that breaks it, beside the one that it breaks.
TORTURE_PROGRAM := $(CURDIR)/.build/install/release/torture

.PHONY: help packages build walls lint second-verifier browser torture-program test torture fuzz demo benchmark load install clean

help:
	@echo "make demo       build, and walk the loop on a real export in ./demo"
	@echo "make test       build, and pass all tests"
	@echo "make torture    break it from outside for an hour or more, and count what does not survive"
	@echo "make benchmark  measure imports and closings against their floors"
	@echo "make load       measure the web app with a million exceptions"
	@echo "make fuzz       give every parser of foreign bytes what nobody would write"
	@echo "make install    build the release and put sopwright into $(PREFIX)/bin"
	@echo "make lint       check the form of the code"

packages:
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Installing the Debian packages that are missing:$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then as=""; else as="sudo"; fi; \
	  $$as apt-get update -qq && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
	fi

build: packages
	swift build --product sopwright

# A target may import only what Package.swift gives it. A step of its own, because `swift test` goes on after this error.
walls: packages
	swift build --build-tests --explicit-target-dependency-import-check error

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

# The libraries of Tests/SecondVerifier, from PyPI. Without them its tests are skipped, and counted as such.
second-verifier: packages
	@python3 -m venv .build/second-verifier && \
	  .build/second-verifier/bin/python -m pip install -q --disable-pip-version-check \
	    -r Tests/SecondVerifier/requirements.txt || \
	  { rm -rf .build/second-verifier; echo "No second verifier: its tests will be SKIPPED."; }

# What walks the web app in a browser: Debian's Chromium, Java for the Nu HTML checker, and the libraries of Tests/BrowserWalk, from PyPI.
# Without them that test is skipped, and says so.
BROWSER_PACKAGES := chromium default-jre-headless
browser: packages
	@$(MAKE) --no-print-directory packages PACKAGES="$(BROWSER_PACKAGES)" || true
	@python3 -m venv .build/browser && \
	  .build/browser/bin/python -m pip install -q --disable-pip-version-check -r Tests/BrowserWalk/requirements.txt || \
	  { rm -rf .build/browser; echo "No libraries for the browser: its test will be SKIPPED."; }

torture-program: packages
	$(RELEASE) --product sopwright
	$(RELEASE) --product torture

test: walls lint second-verifier browser torture-program
	SOPWRIGHT_TORTURE=$(TORTURE_PROGRAM) swift test

# The whole of every row; `make test` has one in fifty. TORTURE names rows and options: make torture TORTURE="kill --seed 7"
torture: torture-program second-verifier
	$(TORTURE_PROGRAM) $(TORTURE)

demo: build
	@docs/demo/run.sh

# Every parser of foreign bytes under libFuzzer: make fuzz RUNS=1000000 TARGETS="csv note". What it finds stays in .build/fuzz.
# libFuzzer looks at all branches after each execution, so that fewer modules are faster: MODULES=Remediation TARGETS="path json".
# LENGTH is that of the longest input, in bytes: shorter ones are faster, and enough for csv and jsonl, which cut rows at 200.
# `make test` gives them the seeds without libFuzzer.
RUNS ?= 200000
LENGTH ?= 2000
MODULES ?= Remediation Ledger Handbook Tracker
FUZZ := .build/fuzz/release/fuzz
fuzz: packages
	@library="$$(find "$$(dirname "$$(readlink -f "$$(command -v swift)")")/../lib/clang" \
	  -name 'libclang_rt.fuzzer_no_main-*.a' | head -1)"; \
	if [ -z "$$library" ]; then echo "This Swift has no libFuzzer: fuzzing is skipped."; exit 0; fi; \
	SOPWRIGHT_FUZZER="$$library" SOPWRIGHT_FUZZED="$(MODULES)" swift build -c release --scratch-path .build/fuzz --product fuzz -Xswiftc -enable-testing
	@for target in $(or $(TARGETS),$(shell ls Tests/Fuzz/Seeds)); do \
	  mkdir -p .build/fuzz/corpus/$$target; \
	  echo "fuzz $$target"; \
	  SWIFT_BACKTRACE=enable=no SOPWRIGHT_FUZZ=$$target $(FUZZ) -runs=$(RUNS) -max_len=$(LENGTH) -timeout=20 -rss_limit_mb=2000 \
	    -artifact_prefix=.build/fuzz/found-$$target- -print_final_stats=1 -verbosity=0 \
	    .build/fuzz/corpus/$$target Tests/Fuzz/Seeds/$$target 2>&1 \
	    | grep -E "ERROR|Fatal|fatal|SUMMARY|number_of_executed_units|average_exec_per_sec|peak_rss" || exit 1; \
	  if ls .build/fuzz/found-$$target-* >/dev/null 2>&1; then echo "see .build/fuzz/found-$$target-*"; exit 1; fi; \
	done

benchmark: packages
	swift run -c release benchmarks

# The web app under load. Takes some minutes, and two cores that do nothing else.
load:
	@$(MAKE) --no-print-directory packages PACKAGES="$(PACKAGES) wrk python3"
	swift build -c release --product sopwright
	python3 Tests/WebLoad/load.py .build/release/sopwright

install: packages
	$(RELEASE) --product sopwright
	install -D -m 755 -s .build/install/release/sopwright $(DESTDIR)$(PREFIX)/bin/sopwright

clean:
	rm -rf .build demo
