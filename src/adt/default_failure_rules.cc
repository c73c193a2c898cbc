// The rules that come with the program. Kinds: autopkgtest 2.6; testgrid 1.1 (C).
#include "adt/failure_rules.h"

namespace sluice::adt {
namespace {

constexpr std::string_view kRules =
    R"yaml(# What the texts of a failed test run say about its cause. The first rule that fits counts.
# Format: failure-rules.md in the documentation.

# The tool stopped before the package was there: a wrong name is not the testbed's fault.
- id: no-such-source
  scope: setup
  exit: [16]
  phases: [boot]
  outcome: UNTESTABLE.CONTROL
  blame: package
  patterns: ["E: Unable to find a source package for "]
  hits: ["E: Unable to find a source package for no-such"]
  misses: ["E: You must put some 'deb-src' URIs in your sources.list"]

- id: no-source-index
  scope: setup
  exit: [16]
  phases: [boot]
  outcome: INFRA.IMAGE
  blame: test-env
  patterns: ["E: You must put some 'deb-src' URIs in your sources"]
  hits: ["E: You must put some 'deb-src' URIs in your sources.list"]

- id: not-a-package
  scope: setup
  exit: [20]
  outcome: UNTESTABLE.CONTROL
  blame: package
  patterns: ["autopkgtest: error: * is not a valid test package"]
  hits: ["autopkgtest: error: a_b is not a valid test package"]

# The archive, by what apt says of its indexes. These also tell a stale archive from a package whose
# dependencies do not exist.
- id: hash-sum
  scope: setup
  exit: [12, 14, 16]
  outcome: INFRA.MIRROR.HASHSUM
  blame: archive
  patterns: ["Hash Sum mismatch"]
  hits: ["E: Failed to fetch uri  Hash Sum mismatch"]

- id: archive-expired
  scope: setup
  exit: [12, 14, 16]
  outcome: INFRA.MIRROR.STALE
  blame: archive
  patterns: ["E: Release file for * is expired"]
  hits: ["E: Release file for uri/InRelease is expired (invalid since 3d)"]

- id: clock
  scope: setup
  exit: [12, 14, 16]
  outcome: INFRA.CLOCK
  blame: worker
  patterns: ["E: Release file for * is not valid yet", " has modification time * in the future"]
  hits: ["E: Release file for uri is not valid yet (invalid for another 2h)",
         "make: warning: File 'x' has modification time 5.2 s in the future"]

- id: pool-moved-on
  scope: setup
  exit: [12, 14, 16]
  outcome: INFRA.MIRROR.SKEW
  blame: archive
  patterns: ["E: Failed to fetch * 404 "]
  hits: ["E: Failed to fetch uri/p/x_1_all.deb  404  Not Found [IP: ::1 80]"]
  misses: ["W: Failed to fetch uri/x.deb  404  Not Found"]

# The network. A test of a resolver says such things itself.
- id: dns
  scope: setup
  exit: [12, 14, 16]
  outcome: INFRA.NET.DNS
  blame: service
  except: [dbconfig-common, debspawn, dnspython, systemd*]
  patterns: ["Temporary failure resolving", "Temporary failure in name resolution"]
  hits: ["Err:1 uri noble InRelease  Temporary failure resolving 'archive'"]

- id: connect
  scope: setup
  exit: [12, 14, 16]
  outcome: INFRA.NET.CONNECT
  blame: service
  patterns: ["Could not connect to ", "Cannot initiate the connection to ", "Unable to connect to "]
  hits: ["  Could not connect to archive:80 (::1). - connect (111: Connection refused)"]

- id: mirror-down
  scope: setup
  exit: [12, 14, 16]
  outcome: INFRA.MIRROR.DOWN
  blame: archive
  patterns: ["E: Failed to fetch * 500 ", "E: Failed to fetch * 502 ", "E: Failed to fetch * 503 ",
             "E: Some index files failed to download"]
  hits: ["E: Failed to fetch uri/InRelease  503  Service Unavailable"]

- id: download
  scope: testbed
  outcome: INFRA.MIRROR.DOWN
  blame: archive
  patterns: ["apt repeatedly failed to download packages"]
  hits: ["apt repeatedly failed to download packages"]

# Space, on the testbed or below it.
- id: disk
  scope: setup
  exit: [12, 14, 16]
  outcome: INFRA.DISK.TESTBED
  blame: test-env
  patterns: ["No space left on device", "E: You don't have enough free space in "]
  hits: ["tar: x: Cannot write: No space left on device"]

- id: disk-testbed
  scope: testbed
  outcome: INFRA.DISK.TESTBED
  blame: test-env
  patterns: ["No space left on device"]
  hits: ["\"cp\" failed with stderr \"cp: x: No space left on device\""]

# The virtualisation servers and their clouds.
- id: cloud
  scope: setup
  exit: [16]
  phases: [prepare]
  outcome: INFRA.PROVISION
  blame: service
  patterns: ["Unable to establish connection to * keystone", "ERROR (ConnectFailure)",
             "status is ERROR", "Failed to get operation", "Failed creating instance",
             "Quota exceeded"]
  hits: ["Error: Failed creating instance record: no room", "nova: instance status is ERROR"]

- id: boot-time
  scope: testbed
  outcome: INFRA.BOOT
  blame: worker
  patterns: ["timed out waiting for testbed to start"]
  hits: ["timed out waiting for testbed to start; wait-boot"]

- id: wrapper
  scope: setup
  exit: [16]
  outcome: INFRA.TESTBED_LOST
  blame: worker
  patterns: ["/tmp/autopkgtest-run-wrapper: command not found", ": error cleaning up:"]
  hits: ["sh: 1: /tmp/autopkgtest-run-wrapper: command not found"]

- id: recursion
  scope: setup
  exit: [16, 20]
  outcome: INFRA.GRID_BUG
  blame: grid-bug
  patterns: ["maximum recursion depth exceeded"]
  hits: ["RecursionError: maximum recursion depth exceeded while calling a Python object"]

# What takes a testbed with it and is likely the fault of what is tested: still no verdict, but the
# third time the request is the suspect and not its machines.
- id: kernel-dies
  scope: test
  exit: [16]
  outcome: INFRA.TESTBED_LOST
  blame: package
  patterns: ["Kernel panic - not syncing", "Freezing execution", "Out of memory: Kill",
             "error: symbol `*' not found", "Unable to handle kernel", "Call Trace:"]
  hits: ["[   12.3] Kernel panic - not syncing: Attempted to kill init!",
         "systemd[1]: Freezing execution."]

- id: takes-testbed
  scope: test
  exit: [16]
  outcome: INFRA.TESTBED_LOST
  blame: package
  packages: [systemd*, linux-*, libnfs, cluster-glue, lxc, nplan, netplan.io, dnspython, pcapfix,
             makedumpfile, kdump-tools, llvm-toolchain-*]
  patterns: ["timed out on command", "unexpected eof from the testbed", "closed on remote host"]
  hits: ["autopkgtest: ERROR: testbed failure: unexpected eof from the testbed"]

- id: base-removed
  scope: setup
  exit: [16]
  outcome: INFRA.TESTBED_LOST
  blame: package
  patterns: ["Removing ubuntu-minimal ", "Removing netplan"]
  hits: ["Removing netplan.io (1.0-2) ..."]

# Suspicion: the test ran and failed, and something of the infrastructure shows in its output. The
# test writes that output, so it is run again and nothing else follows.
- id: suspect-dns
  scope: test
  exit: [4, 6]
  outcome: INFRA.NET.DNS
  blame: service
  except: [dbconfig-common, debspawn, dnspython, systemd*]
  patterns: ["Temporary failure resolving", "Temporary failure in name resolution"]
  hits: ["curl: Temporary failure in name resolution"]

- id: suspect-network
  scope: test
  exit: [4, 6]
  outcome: INFRA.NET.CONNECT
  blame: service
  patterns: ["E: Failed to fetch ", "Cannot initiate the connection to "]
  hits: ["E: Failed to fetch uri  Connection timed out"]

- id: suspect-disk
  scope: test
  exit: [4, 6]
  outcome: INFRA.DISK.TESTBED
  blame: test-env
  patterns: ["No space left on device"]
  hits: ["write error: No space left on device"]

# A session that is ended under a test kills the test, and the tool knows only that it was killed.
# When time is up the tool kills the test itself, and the shell may say the same.
- id: suspect-testbed
  scope: test
  exit: [4, 6]
  failures: [FAIL]
  outcome: INFRA.TESTBED_LOST
  blame: worker
  patterns: ["Session terminated, killing shell..."]
  hits: ["Session terminated, killing shell... ...killed."]

- id: suspect-testbed-copy
  scope: test
  exit: [4, 6]
  outcome: INFRA.TESTBED_LOST
  blame: worker
  patterns: ["autopkgtest: WARNING: Copying up test output timed out, ignoring"]
  hits: ["autopkgtest: WARNING: Copying up test output timed out, ignoring"]

- id: suspect-clock
  scope: test
  exit: [4, 6]
  outcome: INFRA.CLOCK
  blame: worker
  patterns: [" has modification time * in the future"]
  hits: ["make: warning: File 'x' has modification time 5.2 s in the future"]
)yaml";

}  // namespace

std::string_view default_failure_rules() { return kRules; }

}  // namespace sluice::adt
