# Sourced by ./run and ./check: numbered steps with their time, and how many jobs the machine bears.
# The caller sets `steps`, the number of steps, and `logs`, the directory for their output.

started=$SECONDS
step_number=0
started_heartbeat=

stop_heartbeat() {
    if [ -n "$started_heartbeat" ]; then
        kill "$started_heartbeat" 2>/dev/null || true
        wait "$started_heartbeat" 2>/dev/null || true
        started_heartbeat=
    fi
}

# Every 15 seconds the last line of the log, so that a long step shows that it lives.
heartbeat() {
    local log=$1 begin=$SECONDS line
    # The sleep outlives this function by a while: it must not hold the caller's output open.
    while sleep 15 >/dev/null 2>&1; do
        line=$(tail -n 1 "$log" 2>/dev/null | tr -d '\r' | cut -c 1-100)
        echo "      $((SECONDS - begin)) s: $line"
    done
}

# step NAME COMMAND...: runs it with its output in a log; on failure shows the end of the log.
step() {
    local name=$1 log begin=$SECONDS status=0
    shift
    step_number=$((step_number + 1))
    log=$logs/$step_number-${name//[^a-zA-Z0-9]/-}.log
    echo "[$step_number/$steps] $name"
    : > "$log"
    heartbeat "$log" &
    started_heartbeat=$!
    "$@" > "$log" 2>&1 </dev/null || status=$?
    stop_heartbeat
    if [ $status -eq 0 ]; then
        echo "      done in $((SECONDS - begin)) s ($((SECONDS - started)) s in all)"
    else
        tail -n 60 "$log"
        echo "      FAILED with status $status after $((SECONDS - begin)) s; whole output: $log"
    fi
    return $status
}

# One job a core, but 1 GB for each: the largest of our files need 0.8 GB to compile.
jobs_for_machine() {
    local cores memory_gb
    cores=$(nproc)
    memory_gb=$(awk '/^MemAvailable:/ { print int($2 / 1000000) }' /proc/meminfo 2>/dev/null || true)
    if [ -n "$memory_gb" ] && [ "$memory_gb" -lt "$cores" ]; then cores=$memory_gb; fi
    if [ "$cores" -lt 1 ]; then cores=1; fi
    echo "$cores"
}

# Half of the tests wait for services, clocks or processes most of their time.
jobs_for_tests() {
    echo $((2 * $(jobs_for_machine)))
}

# build PRESET TARGET...
build() {
    local preset=$1
    shift
    cmake --preset "$preset" -Wno-dev
    cmake --build --preset "$preset" -j "$(jobs_for_machine)" --target "$@" -- -k 0
}
