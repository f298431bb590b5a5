# SPDX-License-Identifier: Apache-2.0

# Debian packages that the build and the tests need beside Swift.
PACKAGES := libgit2-dev libmd4c-dev libsqlite3-dev pkg-config git openssl python3-venv sqlite3 strace e2fsprogs mount
PREFIX ?= /usr/local

# Without it, SwiftPM compiles some packages again at random.
export SWIFT_DETERMINISTIC_HASHING := 1

.PHONY: help packages build walls lint second-verifier test torture demo benchmark install clean

help:
	@echo "make demo       build, and walk the loop on a real export in ./demo"
	@echo "make test       build, and pass all tests"
	@echo "make torture    break it from outside for an hour or more, and count what does not survive"
	@echo "make benchmark  measure imports and closings against their floors"
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

test: walls lint second-verifier
	swift test

# The whole of every row; `make test` has one in fifty. TORTURE names rows and options: make torture TORTURE="kill --seed 7"
torture: packages
	swift build -c release --product sopwright
	swift build -c release --product torture
	.build/release/torture $(TORTURE)

demo: build
	@docs/demo/run.sh

benchmark: packages
	swift run -c release benchmarks

install: packages
	swift build -c release --product sopwright
	install -D -m 755 .build/release/sopwright $(DESTDIR)$(PREFIX)/bin/sopwright

clean:
	rm -rf .build demo
