#include "results/left_run.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "adt/job_json.h"
#include "adt/run_path.h"
#include "codec/digest.h"
#include "codec/value.h"
#include "results/bundle.h"
#include "results/stored_run.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::Result;

// Run ids have the clock of the worker, leases that of the server; nobody's is wrong by more for
// long (INFRA.CLOCK).
constexpr std::chrono::hours kClocksApart{24};

constexpr std::array<std::string_view, 3> kProofKeys = {"evidence", "phase", "rule"};

std::unexpected<base::Error> not_this(std::string_view what, std::string_view is,
                                      std::string_view expected) {
  return base::fail(ErrorKind::invalid,
                    fmt::format("{} is \"{}\": expected \"{}\"", what, is, expected));
}

// A bundle says who made it, and for what.
Result<void> check_lease(const StoredRun& run, const LeftLease& lease) {
  const auto name = lease_name(lease.job, lease.epoch);
  if (run.info.text("lease") != name) return not_this("lease", run.info.text("lease"), name);
  if (const auto by = run.info.text("worker-unit"); by != lease.worker)
    return not_this("worker-unit", by, lease.worker);
  const auto& request = lease.request;
  if (run.report.triggers.value_or(std::vector<std::string>()) != request.triggers)
    return base::fail(ErrorKind::invalid, "the triggers are not those of the request");
  if (run.all_proposed != request.all_proposed || run.testname != request.testname)
    return base::fail(ErrorKind::invalid, "all-proposed or testname is not that of the request");
  return {};
}

// As the worker would have written it to the queue, so that the same parser looks at it.
codec::Value told_by(const StoredRun& run, const adt::RunPlace& place, std::string_view tar) {
  codec::Map map{{"outcome", run.info.text("outcome")},
                 {"blame", run.info.text("outcome-blame")},
                 {"detail", run.info.text("outcome-detail")},
                 {"exit_code", run.report.exit_code},
                 {"version", run.report.source + " " + run.report.version},
                 {"duration", static_cast<std::int64_t>(run.duration.count())},
                 {"container", place.container},
                 {"directory", place.directory},
                 {"digest", codec::sha256_hex(tar)}};
  if (!run.suspicion.empty()) map.emplace("suspicion", run.suspicion);
  for (const auto key : kProofKeys)
    if (const auto* value = run.info.find(fmt::format("outcome-{}", key))) map.emplace(key, *value);
  return map;
}

void say_how_found(adt::AttemptEnd& end) {
  const std::string how = "found in the store, its worker did not tell it";
  end.detail += (end.detail.empty() ? "" : "; ") + how;
  if (end.proof.evidence.size() < adt::kEvidenceMax)
    end.proof.evidence.push_back({adt::EvidenceKind::store, adt::EvidenceSource::store,
                                  adt::EvidenceWeight::supports, how, end.duration});
}

}  // namespace

Result<adt::AttemptEnd> parse_left_run(std::string_view tar, const LeftLease& lease,
                                       const adt::RunPlace& place) {
  const auto run = parse_stored_run(tar, lease.request.package);
  if (!run) return std::unexpected(run.error());
  if (auto own = check_lease(*run, lease); !own) return std::unexpected(std::move(own.error()));
  auto end = adt::parse_attempt_end(told_by(*run, place, tar));
  if (!end) return base::fail_with(std::move(end.error()), "testinfo.json");
  if (!adt::stands(*end))
    return base::fail(ErrorKind::invalid,
                      fmt::format("{} is no verdict", adt::text_of(end->outcome)));
  // I1. All who name the lease say it as well.
  if (!end->proof.phase)
    return base::fail(ErrorKind::invalid, "outcome-phase is missing: how far did it come?");
  for (const auto check : {&adt::check_suspicion, &adt::check_exit_code, &adt::check_proof})
    if (auto fits = check(*end); !fits) return std::unexpected(std::move(fits.error()));
  if (auto own = adt::check_place(*end, lease.request, lease.queue); !own)
    return std::unexpected(std::move(own.error()));
  say_how_found(*end);
  return end;
}

Result<LeftRun> find_left_run(ResultStore& store, const LeftLease& lease) {
  LeftRun left;
  const auto runs = adt::place_of(lease.request, lease.queue, "", adt::RunKind::result);
  const auto since = base::compact_time_of(lease.began - kClocksApart);
  const auto listed =
      store.list(runs.container,
                 {.prefix = runs.directory, .delimiter = '@', .marker = runs.directory + since});
  if (!listed) {
    // A container whose name no store takes was never there either.
    const auto kind = listed.error().kind;
    if (kind == ErrorKind::not_found || kind == ErrorKind::invalid) return left;
    return std::unexpected(listed.error());
  }
  const auto key = adt::request_key(lease.request, lease.queue);
  for (const auto& entry : *listed) {
    if (!entry.directory || !adt::is_run_of(entry.name, key, lease.epoch)) continue;
    const adt::RunPlace place{runs.container, entry.name};
    const auto object = store.get(place.container, place.directory + "/result.tar");
    const bool is_bad = !object && (object.error().kind == ErrorKind::not_found ||
                                    object.error().kind == ErrorKind::corrupt);
    if (!object && !is_bad) return std::unexpected(object.error());
    auto end =
        object ? parse_left_run(object->bytes, lease, place) : std::unexpected(object.error());
    if (end) {
      left.end = std::move(*end);
      return left;
    }
    left.passed_over.push_back(
        fmt::format("{}/{}: {}", place.container, place.directory, end.error().text()));
  }
  return left;
}

}  // namespace sluice::results
