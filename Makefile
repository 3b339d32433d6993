# Two commands on a machine with a Rust toolchain:
#
#   make run                         build codey and let it write a todo application
#   make run REQUEST='recipe manager with title and minutes' DIR=recipes
#   make test                        build codey and run the whole suite
#
# Both first install what is missing (see .ci/setup) and say so.

REQUEST ?= full-stack todo app
# Another request gets another directory, so that two applications never share one.
DIR ?= $(if $(filter-out full-stack todo app,$(REQUEST)),app,todo-app)
CARGO ?= cargo
# Rounds of `make stress`.
ROUNDS ?= 200

# The request reaches the shell as a variable: quotes in it stay quotes.
export REQUEST
export DIR

# llama.cpp takes a set SOURCE_DATE_EPOCH for a request to build for any processor and then turns
# every vector instruction off, which makes a model about ten times slower.
unexport SOURCE_DATE_EPOCH

.PHONY: run test stress reader test-browser bench bench-model lint setup

run: setup
	$(CARGO) build --release --locked
	@target/release/codey run "$$REQUEST" --dir "$$DIR"
	@echo
	@echo "The application is in $$DIR; $$DIR/README.md says how to start it."

test:
	@.ci/setup --with node
	$(CARGO) test --locked --workspace
# The products for processors without AVX-512 are not those that were linked where there is one.
	case "$$(uname -m)" in x86_64) \
	  RUSTFLAGS="-C target-cpu=x86-64-v3" $(CARGO) test --locked -p codey-matmul --target-dir target/avx2;; esac

# Runs and workers of a model killed at random points, many times over.
stress:
	@.ci/setup
	CODEY_ROUNDS=$(ROUNDS) $(CARGO) test --locked --test suite by_model::kills

# Learns how requests are read from the labelled ones in tests/spec/corpus; a few minutes.
reader:
	CODEY_TRAIN=1 $(CARGO) test --locked --release --no-default-features --lib weights_are_learned

test-browser:
	@.ci/setup --with browser
	$(CARGO) build --release --locked
	tests/browser/run.sh target/release/codey target/browser

bench:
	@.ci/setup --with ninja
	$(CARGO) build --release --locked
	python3 engine/benches/dag.py

# Peers are built and random weights are made once, under target/; both shapes take about 6 GB of disk.
bench-model:
	$(CARGO) build --release --locked
	python3 -m venv target/bench-model
	target/bench-model/bin/pip install --quiet llama-cpp-python==0.3.36 gguf numpy PyYAML
	target/bench-model/bin/python engine/benches/peers.py target/peers
	target/bench-model/bin/python engine/benches/model.py --json target/bench-model.json

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

setup:
	@.ci/setup
