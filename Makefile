# make run   sets bootpick up in .venv and opens its menu
# make test  installs what the tests need and runs all of them, virtual machines included
# make vm    opens a throw-away virtual machine in which to try bootpick for real
# make bench measures what listing costs

PYTHON ?= python3
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
APT := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get
BIN := .venv/bin
EXAMPLE := tests/installations/debian-12-bios

TEST_PACKAGES := e2fsprogs fdisk dosfstools mtools genisoimage xorriso zstd cpio util-linux \
	binutils systemd-boot-efi \
	grub-common grub2-common grub-emu grub-pc-bin grub-efi-amd64-bin \
	systemd mmdebstrap qemu-system-x86 qemu-utils ovmf python3-venv rpm tmux \
	debian-installer-12-netboot-amd64 isolinux syslinux-common busybox-static

.PHONY: run test quick fuzz vm bench lint docs clean
.DEFAULT_GOAL := run

$(BIN)/python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ $(APT) update -qq && $(APT) install -y -qq --no-install-recommends python3-venv; }
	$(PYTHON) -m venv .venv

# Not editable: an installed module comes compiled, and starting up is most of what a run costs.
INSTALL := $(BIN)/pip install -q --disable-pip-version-check

$(BIN)/bootpick: pyproject.toml $(shell find bootpick/ grammars -name '*.py') | $(BIN)/python
	rm -rf build
	$(INSTALL) .
	@touch $@

run: $(BIN)/bootpick
	@if ! $(SUDO) $(BIN)/bootpick list >/dev/null; then \
		echo "This machine has no boot configuration that bootpick can read."; \
	elif [ ! -e /sys/kernel/kexec_loaded ]; then \
		echo "This machine cannot kexec; is it a container?"; \
	else \
		exec $(SUDO) $(BIN)/bootpick; \
	fi; \
	echo "Opening the bundled example ($(EXAMPLE)); nothing will be done."; \
	$(BIN)/bootpick --dry-run --root $(EXAMPLE)/root --devices $(EXAMPLE)/devices.json

.venv/test-packages: Makefile | $(BIN)/python
	$(APT) update -qq
	$(APT) install -y -qq --no-install-recommends $(TEST_PACKAGES)
	# bootctl is unpacked only: to install its package is to have systemd-boot start the machine.
	rm -rf .venv/systemd-boot
	mkdir .venv/systemd-boot
	cd .venv/systemd-boot && apt-get download -qq systemd-boot && dpkg-deb -x systemd-boot_*.deb .
	# So is GRUB Legacy, which cannot be installed beside GRUB 2; its shell is a program of 32 bits.
	rm -rf .venv/grub-legacy
	mkdir .venv/grub-legacy
	cd .venv/grub-legacy && apt-get download -qq grub-legacy libc6-i386 && \
		for package in *.deb; do dpkg-deb -x $$package . || exit; done
	@touch $@

.venv/test-tools: pyproject.toml | $(BIN)/bootpick
	$(INSTALL) '.[test]'
	@touch $@

lint: .venv/test-tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

quick: .venv/test-tools
	$(BIN)/pytest

# The virtual machines are two at a time, and leave some of a core to the other tests, so that these are
# done before them. What is not in the first group is in the second.
MACHINES := $(addprefix tests/vm/,test_bootpick.py test_inits.py test_lab.py test_lilo.py)

test: .venv/test-packages .venv/test-tools lint
	@$(BIN)/pytest -m vm --durations=15 $(MACHINES) >.venv/vm-1.log 2>&1 & first=$$!; \
	$(BIN)/pytest -m vm --durations=15 $(MACHINES:%=--ignore=%) >.venv/vm-2.log 2>&1 & second=$$!; \
	nice -n 4 $(BIN)/pytest -m "slow or not vm" --durations=15; status=$$?; \
	wait $$first || status=$$?; wait $$second || status=$$?; \
	cat .venv/vm-1.log .venv/vm-2.log; exit $$status

# Random scripts and menus, by GRUB and by bootpick, and random boot partitions, by systemd and by
# bootpick: make fuzz N=5000 FROM=1000000
N := 1000
FROM := 0
fuzz: .venv/test-packages .venv/test-tools
	$(BIN)/python -m tests.support.fuzz $(FROM) $(N)
	$(BIN)/python -m tests.support.random_menus $(FROM) $$(( $(N) / 5 ))
	$(BIN)/python -m tests.support.bls $(FROM) $(N)

# The pages that are made from the program.
docs: .venv/test-tools
	$(BIN)/python -m tests.support.command_docs
	$(SUDO) $(BIN)/python -m tests.support.screenshots

vm: .venv/test-packages .venv/test-tools
	$(SUDO) $(BIN)/python -m tests.vm.try_it

bench: $(BIN)/bootpick
	$(BIN)/python -m benchmarks.bench

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
