# make run    open the reader on the demo study (without a display: write what it would show)
# make test   install what tests need and run all of them, offscreen
# make bench  print the table of speed ratios
# make soak   read for MINUTES (60) by a seeded hand and watch the memory
# make calibrate  measure 300 virtual patients against published figures, with a contact sheet
# make lint   style, types and import contracts only

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The plain name may bring a build for GPUs of several GB; README, "CPU or GPU", says how to choose.
TORCH ?= torch==2.13.0
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt
DEMO := build/demo
LIBRARIES := libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 \
	libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 fonts-dejavu-core
TEST_TOOLS := xvfb xauth x11-utils xdotool dcmtk dicom3tools libgdcm-tools

MINUTES ?= 60

.PHONY: run test bench soak lint calibrate
.DELETE_ON_ERROR:

run: $(VENV)/.run-ready
	@sh .ci/system-libraries $(LIBRARIES)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		echo "Opening the demo study: close the window to end."; $(BIN)/vne-reader --demo; \
	else \
		echo "No display: writing what the window would show to $(DEMO)."; \
		$(BIN)/python -m vne_core.cli.demo $(DEMO) && \
		QT_QPA_PLATFORM=offscreen QT_LOGGING_RULES=default.warning=false VNE_WORKSPACE=$(DEMO)/workspace \
			$(BIN)/vne-reader --demo --truth --screenshot $(DEMO)/screenshot.png; \
	fi

test: $(VENV)/.test-ready
	@sh .ci/system-libraries $(LIBRARIES) $(TEST_TOOLS)
	@$(MAKE) --no-print-directory lint
	@echo "Running the tests offscreen."
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST)

lint: $(VENV)/.test-ready
	@echo "Checking style, types and import contracts."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

bench: $(VENV)/.test-ready
	@sh .ci/system-libraries $(LIBRARIES) $(TEST_TOOLS)
	@echo "Timing against named peers; nothing else should run now."
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks.run

soak: $(VENV)/.test-ready
	@echo "Reading for $(MINUTES) minutes by a seeded hand."
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks.soak --minutes $(MINUTES)

calibrate: $(VENV)/.run-ready
	@echo "Measuring 300 virtual patients (about five minutes on two cores)."
	@rm -rf build/calibration
	@$(BIN)/vne phantom build/calibration --patients 300 --only-report

$(VENV)/.torch-ready: .ci/constraints.txt
	@echo "Making $(VENV) and installing $(TORCH) (a few minutes the first time)."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "vne-reader needs Python 3.11 or newer: set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) "$(TORCH)"
	@touch $@

$(VENV)/.run-ready: $(VENV)/.torch-ready pyproject.toml
	@echo "Installing vne-reader into $(VENV)."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test-ready: $(VENV)/.run-ready
	@echo "Installing what the tests need into $(VENV)."
	@$(PIP) --editable '.[test]'
	@touch $@
