# The README's two commands. Both work on a fresh Debian 12 that has the Swift toolchain.

# What a build needs besides the toolchain, and what the tests need besides that.
BUILD_PACKAGES = libsqlite3-dev libssh2-1-dev
TEST_PACKAGES = python3 openssh-server openssh-client proftpd-core proftpd-mod-crypto python3-asyncssh python3-aiosmtpd curl

.PHONY: demo test release

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

# The binary to install.
release:
	@.ci/need $(BUILD_PACKAGES)
	swift build -c release --product dropline
	@echo "built $$(swift build -c release --show-bin-path)/dropline"
