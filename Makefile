# The README's commands. They work on a fresh Debian 12 that has the Swift toolchain.

# What a build needs besides the toolchain, and what the tests need besides that.
BUILD_PACKAGES = libsqlite3-dev libssh2-1-dev
TEST_PACKAGES = python3 openssh-server openssh-client proftpd-core proftpd-mod-crypto python3-asyncssh python3-jsonschema python3-yaml strace \
	python3-aiosmtpd curl openssl prometheus chromium chromium-driver python3-selenium

.PHONY: demo test soak release

# The main job on its embedded default: sample files in a folder become active cards in a sandbox. Ends by itself.
demo:
	@.ci/need $(BUILD_PACKAGES)
	swift build --product dropline
	.build/debug/dropline demo

# All tests, on real processes, real SQLite, real HTTP and real SFTP servers; a skipped test is a failure.
test:
	@.ci/need $(BUILD_PACKAGES) $(TEST_PACKAGES)
	swift build --build-tests --explicit-target-dependency-import-check error
	.ci/test

# Hours of kills, faults and lost connections over every pipeline, and a table of them. Shorter: make soak ROUNDS=20 SWEEPS=200 SEED=7
ROUNDS ?= 200
SWEEPS ?= 5000
SEED ?= 1
soak:
	@.ci/need $(BUILD_PACKAGES) $(TEST_PACKAGES)
	swift build --build-tests --explicit-target-dependency-import-check error
	DROPLINE_SOAK_ROUNDS=$(ROUNDS) DROPLINE_SOAK_SWEEPS=$(SWEEPS) DROPLINE_SOAK_SEED=$(SEED) .ci/test --filter 'IntegrationTests\.SoakTests'

# The binary to install.
release:
	@.ci/need $(BUILD_PACKAGES)
	swift build -c release --product dropline
	@echo "built $$(swift build -c release --show-bin-path)/dropline"
