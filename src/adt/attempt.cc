#include "adt/attempt.h"

#include <fmt/format.h>

#include <string_view>

#include "adt/exit_code.h"
#include "adt/run.h"

namespace sluice::adt {
namespace {

constexpr std::string_view kCameLate = "; it came late with ";
constexpr std::string_view kNoMatter = ", which does not count";

}  // namespace

bool stands(const AttemptEnd& end) { return is_verdict(end.outcome) && !end.run_again; }

std::string late_note(Outcome outcome) {
  return fmt::format("{}{}{}", kCameLate, text_of(outcome), kNoMatter);
}

std::optional<Outcome> late_outcome(const AttemptEnd& end) {
  std::string_view text = end.detail;
  if (end.place.directory.empty() || !text.ends_with(kNoMatter)) return std::nullopt;
  text.remove_suffix(kNoMatter.size());
  const auto at = text.rfind(kCameLate);
  if (at == std::string_view::npos) return std::nullopt;
  return parse_outcome(text.substr(at + kCameLate.size()));
}

base::Result<void> check_suspicion(const AttemptEnd& end) {
  if (end.suspicion.empty() && !end.run_again) return {};
  const bool is_failure = end.outcome == Outcome::fail || end.outcome == Outcome::fail_timeout;
  if (!is_failure)
    return base::fail(base::ErrorKind::invalid, "suspicion of an outcome that is no failure: " +
                                                    std::string(text_of(end.outcome)));
  if (end.suspicion.empty())
    return base::fail(base::ErrorKind::invalid, "a failure runs again only for a suspicion");
  return {};
}

base::Result<void> check_exit_code(const AttemptEnd& end) {
  const auto outcome = text_of(end.outcome);
  if (!can_mean(end.exit_code, end.outcome))
    return base::fail(base::ErrorKind::invalid,
                      fmt::format("outcome {} does not go with exit code {}, which stands for {}",
                                  outcome, end.exit_code, text_of(outcome_of_exit(end.exit_code))));
  if (class_of(end.outcome) == OutcomeClass::lifecycle && !end.place.directory.empty())
    return base::fail(base::ErrorKind::invalid, fmt::format("outcome {} is of no run: directory {}",
                                                            outcome, end.place.directory));
  return {};
}

base::Result<void> check_proof(const AttemptEnd& end) {
  // A neutral end may be one of tests that were skipped.
  const bool is_proven = end.outcome == Outcome::pass || end.outcome == Outcome::pass_partial ||
                         end.outcome == Outcome::fail || end.outcome == Outcome::fail_timeout;
  const auto phase = end.proof.phase.value_or(RunPhase::test_end);
  if (!is_proven || phase == RunPhase::test_end) return {};
  return base::fail(base::ErrorKind::invalid,
                    fmt::format("I1: outcome {} of a run that came only to {}",
                                text_of(end.outcome), text_of(phase)));
}

base::Result<void> check_source(const AttemptEnd& end, const RequestMessage& request) {
  const auto source = std::string_view(end.version).substr(0, end.version.find(' '));
  if (!is_verdict(end.outcome) || request.is_of_source(source)) return {};
  return base::fail(base::ErrorKind::invalid,
                    fmt::format("outcome {} of a run of source \"{}\": expected {}",
                                text_of(end.outcome), quoted(source), request.package));
}

RunKind kind_of_run(const AttemptEnd& end) {
  const bool is_infra = class_of(end.outcome) == OutcomeClass::infra;
  return is_infra || end.run_again ? RunKind::infra : RunKind::result;
}

base::Result<void> check_place(const AttemptEnd& end, const RequestMessage& request,
                               const QueueName& queue) {
  const auto& [container, directory] = end.place;
  if (directory.empty()) return {};
  const auto own = place_of(request, queue, "", kind_of_run(end));
  if (container != own.container)
    return base::fail(base::ErrorKind::invalid,
                      "container " + container + ": expected " + own.container);
  if (directory.starts_with(own.directory) &&
      is_run_id(std::string_view(directory).substr(own.directory.size())))
    return {};
  return base::fail(base::ErrorKind::invalid,
                    "directory " + directory + ": expected a run at " + own.directory);
}

}  // namespace sluice::adt
