// Outcome: what became of one attempt to run a test, in four disjoint classes. Only the class `ran`
// can ever become a verdict; the peers' exit codes and words are projections.
// Source: testgrid 1.1; autopkgtest 2.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::adt {

enum class Outcome : std::uint8_t {
  // ran
  pass,
  pass_partial,
  fail,
  fail_timeout,
  neutral,
  // not run: the package or the archive
  untestable_deps,
  untestable_control,
  untestable_build,
  excluded,
  // not run: infrastructure
  infra_provision,
  infra_boot,
  infra_testbed_lost,
  infra_image,
  infra_net_dns,
  infra_net_connect,
  infra_net_proxy,
  infra_mirror_down,
  infra_mirror_hashsum,
  infra_mirror_stale,
  infra_mirror_skew,
  infra_disk_worker,
  infra_disk_testbed,
  infra_nfs,
  infra_mem_host,
  infra_worker_crash,
  infra_worker_lost,
  infra_timeout,  // of any phase but the test's own
  infra_store_upload,
  infra_store_inconsistent,
  infra_queue,
  infra_clock,
  infra_preempted,
  infra_service,
  infra_poison,
  infra_grid_bug,
  infra_unknown,
  // lifecycle
  cancelled,
  superseded,
  rejected,
  aborted_infra
};

enum class OutcomeClass : std::uint8_t { ran, untestable, infra, lifecycle };

OutcomeClass class_of(Outcome outcome);
// It ends a job: the test ran, or could not for a reason of the package's own.
bool is_verdict(Outcome outcome);
std::string_view text_of(Outcome outcome);  // "INFRA.MIRROR.SKEW"; stored and shown
std::optional<Outcome> parse_outcome(std::string_view text);

// The word of the peers' pages: pass, neutral, fail, tmpfail, error, denylisted. Source:
// autopkgtest 5.1.
std::string_view page_word_of(Outcome outcome);

// Who has to act. `detail` of a service or worker is kept beside it.
enum class Blame : std::uint8_t {
  package,
  trigger,
  archive,
  test_env,
  worker,
  service,
  oper,  // an operator; the word is taken by C++
  grid_bug,
  unknown
};

std::string_view text_of(Blame blame);
std::optional<Blame> parse_blame(std::string_view text);

}  // namespace sluice::adt
