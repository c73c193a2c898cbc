#include "adt/outcome.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::adt {
namespace {

using enum Outcome;

constexpr std::array kOutcomes = {
    std::pair{pass, std::string_view("PASS")},
    std::pair{pass_partial, std::string_view("PASS_PARTIAL")},
    std::pair{fail, std::string_view("FAIL")},
    std::pair{fail_timeout, std::string_view("FAIL_TIMEOUT")},
    std::pair{neutral, std::string_view("NEUTRAL")},
    std::pair{untestable_deps, std::string_view("UNTESTABLE.DEPS")},
    std::pair{untestable_control, std::string_view("UNTESTABLE.CONTROL")},
    std::pair{untestable_build, std::string_view("UNTESTABLE.BUILD")},
    std::pair{excluded, std::string_view("EXCLUDED")},
    std::pair{infra_provision, std::string_view("INFRA.PROVISION")},
    std::pair{infra_boot, std::string_view("INFRA.BOOT")},
    std::pair{infra_testbed_lost, std::string_view("INFRA.TESTBED_LOST")},
    std::pair{infra_image, std::string_view("INFRA.IMAGE")},
    std::pair{infra_net_dns, std::string_view("INFRA.NET.DNS")},
    std::pair{infra_net_connect, std::string_view("INFRA.NET.CONNECT")},
    std::pair{infra_net_proxy, std::string_view("INFRA.NET.PROXY")},
    std::pair{infra_mirror_down, std::string_view("INFRA.MIRROR.DOWN")},
    std::pair{infra_mirror_hashsum, std::string_view("INFRA.MIRROR.HASHSUM")},
    std::pair{infra_mirror_stale, std::string_view("INFRA.MIRROR.STALE")},
    std::pair{infra_mirror_skew, std::string_view("INFRA.MIRROR.SKEW")},
    std::pair{infra_disk_worker, std::string_view("INFRA.DISK.WORKER")},
    std::pair{infra_disk_testbed, std::string_view("INFRA.DISK.TESTBED")},
    std::pair{infra_nfs, std::string_view("INFRA.NFS")},
    std::pair{infra_mem_host, std::string_view("INFRA.MEM.HOST")},
    std::pair{infra_worker_crash, std::string_view("INFRA.WORKER_CRASH")},
    std::pair{infra_worker_lost, std::string_view("INFRA.WORKER_LOST")},
    std::pair{infra_timeout, std::string_view("INFRA.TIMEOUT")},
    std::pair{infra_store_upload, std::string_view("INFRA.STORE.UPLOAD")},
    std::pair{infra_store_inconsistent, std::string_view("INFRA.STORE.INCONSISTENT")},
    std::pair{infra_queue, std::string_view("INFRA.QUEUE")},
    std::pair{infra_clock, std::string_view("INFRA.CLOCK")},
    std::pair{infra_preempted, std::string_view("INFRA.PREEMPTED")},
    std::pair{infra_service, std::string_view("INFRA.SERVICE")},
    std::pair{infra_poison, std::string_view("INFRA.POISON")},
    std::pair{infra_grid_bug, std::string_view("INFRA.GRID_BUG")},
    std::pair{infra_unknown, std::string_view("INFRA.UNKNOWN")},
    std::pair{cancelled, std::string_view("CANCELLED")},
    std::pair{superseded, std::string_view("SUPERSEDED")},
    std::pair{rejected, std::string_view("REJECTED")},
    std::pair{aborted_infra, std::string_view("ABORTED_INFRA")},
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

template <class Table, class Key>
std::string_view text_in(const Table& table, Key key) {
  return std::ranges::find(table, key, &Table::value_type::first)->second;
}

template <class Table>
auto find_in(const Table& table, std::string_view text)
    -> std::optional<typename Table::value_type::first_type> {
  const auto at = std::ranges::find(table, text, &Table::value_type::second);
  if (at == table.end()) return std::nullopt;
  return at->first;
}

}  // namespace

// By order of the enumerators: classes stand together there.
OutcomeClass class_of(Outcome outcome) {
  if (outcome <= neutral) return OutcomeClass::ran;
  if (outcome <= excluded) return OutcomeClass::untestable;
  if (outcome <= infra_unknown) return OutcomeClass::infra;
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
      if (outcome == pass || outcome == pass_partial) return "pass";
      return outcome == neutral ? "neutral" : "fail";
    case OutcomeClass::untestable: return outcome == excluded ? "denylisted" : "fail";
    case OutcomeClass::infra: return outcome == infra_grid_bug ? "error" : "tmpfail";
    case OutcomeClass::lifecycle: break;
  }
  return "";
}

std::string_view text_of(Blame blame) { return text_in(kBlames, blame); }

std::optional<Blame> parse_blame(std::string_view text) { return find_in(kBlames, text); }

}  // namespace sluice::adt
