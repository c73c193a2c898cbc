// Judges and runs a case as `sluice migrate` does, without files.
#include "case_outcome.h"
#include "migrate/old_libraries.h"
#include "migrate/plan.h"
#include "migrate/report_output.h"
#include "migrate/reports.h"

namespace sluice::cases {
namespace {

void build_solvers(Outcome& outcome) {
  const auto& snapshot = outcome.snapshot();
  for (std::size_t i = 0; i < snapshot.archs.size(); ++i) {
    outcome.universes.push_back(
        std::make_unique<const solve::Universe>(snapshot, static_cast<deb::ArchIndex>(i)));
    std::vector<deb::PackageIndex> present;
    for (const auto package : snapshot.suites[deb::kTarget].binary_of_name[i])
      if (package.valid()) present.push_back(package);
    outcome.installability.push_back(
        std::make_unique<solve::Installability>(*outcome.universes.back(), present));
  }
}

void migrate_items(Outcome& outcome) {
  auto& world = *outcome.world;
  const auto now = outcome.input->facts.now;
  migrate::RunRequest request;
  request.candidates = outcome.judgement.candidates;
  request.cruft = migrate::old_libraries(world);
  request.must_stay = outcome.input->constraints;
  outcome.target = std::make_unique<migrate::TargetState>(
      outcome.snapshot(), outcome.input->settings, outcome.installability);
  outcome.noninst = migrate::noninst_status(*outcome.target, now);
  world.now = outcome.target.get();
  const auto listen = [&](const migrate::RunEvent& event) {
    for (auto& line : migrate::output_lines(event, world, now))
      outcome.output.push_back(std::move(line.text));
  };
  outcome.accepted =
      migrate::run_migration(world, *outcome.target, outcome.judgement.excuses, request, listen)
          .accepted;
}

}  // namespace

base::Result<std::unique_ptr<Outcome>> run(const Case& scenario) {
  auto input = read_input(scenario);
  if (!input) return std::unexpected(input.error());
  auto outcome = std::make_unique<Outcome>();
  outcome->input = std::move(*input);
  build_solvers(*outcome);
  outcome->world.emplace(migrate::World{outcome->snapshot(), outcome->input->settings,
                                        outcome->input->hints, outcome->universes,
                                        outcome->installability});
  outcome->judgement = migrate::judge(*outcome->world, outcome->input->facts);
  outcome->messages = outcome->input->messages;
  outcome->messages.insert(outcome->messages.end(), outcome->judgement.messages.begin(),
                           outcome->judgement.messages.end());
  migrate_items(*outcome);
  return outcome;
}

}  // namespace sluice::cases
