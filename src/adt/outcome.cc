#include "adt/outcome.h"

#include <algorithm>
#include <array>
#include <utility>

#include "adt/word_table.h"

namespace sluice::adt {
namespace {

constexpr std::array kOutcomes = {
    std::pair{Outcome::pass, std::string_view("PASS")},
    std::pair{Outcome::pass_partial, std::string_view("PASS_PARTIAL")},
    std::pair{Outcome::fail, std::string_view("FAIL")},
    std::pair{Outcome::fail_timeout, std::string_view("FAIL_TIMEOUT")},
    std::pair{Outcome::neutral, std::string_view("NEUTRAL")},
    std::pair{Outcome::untestable_deps, std::string_view("UNTESTABLE.DEPS")},
    std::pair{Outcome::untestable_control, std::string_view("UNTESTABLE.CONTROL")},
    std::pair{Outcome::untestable_build, std::string_view("UNTESTABLE.BUILD")},
    std::pair{Outcome::excluded, std::string_view("EXCLUDED")},
    std::pair{Outcome::infra_provision, std::string_view("INFRA.PROVISION")},
    std::pair{Outcome::infra_boot, std::string_view("INFRA.BOOT")},
    std::pair{Outcome::infra_testbed_lost, std::string_view("INFRA.TESTBED_LOST")},
    std::pair{Outcome::infra_image, std::string_view("INFRA.IMAGE")},
    std::pair{Outcome::infra_net_dns, std::string_view("INFRA.NET.DNS")},
    std::pair{Outcome::infra_net_connect, std::string_view("INFRA.NET.CONNECT")},
    std::pair{Outcome::infra_net_proxy, std::string_view("INFRA.NET.PROXY")},
    std::pair{Outcome::infra_mirror_down, std::string_view("INFRA.MIRROR.DOWN")},
    std::pair{Outcome::infra_mirror_hashsum, std::string_view("INFRA.MIRROR.HASHSUM")},
    std::pair{Outcome::infra_mirror_stale, std::string_view("INFRA.MIRROR.STALE")},
    std::pair{Outcome::infra_mirror_skew, std::string_view("INFRA.MIRROR.SKEW")},
    std::pair{Outcome::infra_disk_worker, std::string_view("INFRA.DISK.WORKER")},
    std::pair{Outcome::infra_disk_testbed, std::string_view("INFRA.DISK.TESTBED")},
    std::pair{Outcome::infra_nfs, std::string_view("INFRA.NFS")},
    std::pair{Outcome::infra_mem_host, std::string_view("INFRA.MEM.HOST")},
    std::pair{Outcome::infra_worker_crash, std::string_view("INFRA.WORKER_CRASH")},
    std::pair{Outcome::infra_worker_lost, std::string_view("INFRA.WORKER_LOST")},
    std::pair{Outcome::infra_timeout, std::string_view("INFRA.TIMEOUT")},
    std::pair{Outcome::infra_store_upload, std::string_view("INFRA.STORE.UPLOAD")},
    std::pair{Outcome::infra_store_inconsistent, std::string_view("INFRA.STORE.INCONSISTENT")},
    std::pair{Outcome::infra_queue, std::string_view("INFRA.QUEUE")},
    std::pair{Outcome::infra_clock, std::string_view("INFRA.CLOCK")},
    std::pair{Outcome::infra_preempted, std::string_view("INFRA.PREEMPTED")},
    std::pair{Outcome::infra_service, std::string_view("INFRA.SERVICE")},
    std::pair{Outcome::infra_poison, std::string_view("INFRA.POISON")},
    std::pair{Outcome::infra_grid_bug, std::string_view("INFRA.GRID_BUG")},
    std::pair{Outcome::infra_unknown, std::string_view("INFRA.UNKNOWN")},
    std::pair{Outcome::cancelled, std::string_view("CANCELLED")},
    std::pair{Outcome::superseded, std::string_view("SUPERSEDED")},
    std::pair{Outcome::rejected, std::string_view("REJECTED")},
    std::pair{Outcome::aborted_infra, std::string_view("ABORTED_INFRA")},
};

constexpr std::array kBlames = {
    std::pair{Blame::package, std::string_view("package")},
    std::pair{Blame::trigger, std::string_view("trigger")},
    std::pair{Blame::archive, std::string_view("archive")},
    std::pair{Blame::test_env, std::string_view("test-env")},
    std::pair{Blame::worker, std::string_view("worker")},
    std::pair{Blame::service, std::string_view("service")},
    std::pair{Blame::oper, std::string_view("operator")},
    std::pair{Blame::grid_bug, std::string_view("grid-bug")},
    std::pair{Blame::unknown, std::string_view("unknown")},
};

}  // namespace

// By order of the enumerators: classes stand together there.
OutcomeClass class_of(Outcome outcome) {
  if (outcome <= Outcome::neutral) return OutcomeClass::ran;
  if (outcome <= Outcome::excluded) return OutcomeClass::untestable;
  if (outcome <= Outcome::infra_unknown) return OutcomeClass::infra;
  return OutcomeClass::lifecycle;
}

bool is_verdict(Outcome outcome) {
  const auto outcome_class = class_of(outcome);
  return outcome_class == OutcomeClass::ran || outcome_class == OutcomeClass::untestable;
}

std::string_view text_of(Outcome outcome) { return text_in(kOutcomes, outcome); }

std::optional<Outcome> parse_outcome(std::string_view text) { return find_in(kOutcomes, text); }

std::string_view page_word_of(Outcome outcome) {
  switch (class_of(outcome)) {
    case OutcomeClass::ran:
      if (outcome == Outcome::pass || outcome == Outcome::pass_partial) return "pass";
      return outcome == Outcome::neutral ? "neutral" : "fail";
    case OutcomeClass::untestable: return outcome == Outcome::excluded ? "denylisted" : "fail";
    case OutcomeClass::infra: return outcome == Outcome::infra_grid_bug ? "error" : "tmpfail";
    case OutcomeClass::lifecycle: break;
  }
  return "";
}

std::string_view text_of(Blame blame) { return text_in(kBlames, blame); }

std::optional<Blame> parse_blame(std::string_view text) { return find_in(kBlames, text); }

}  // namespace sluice::adt
