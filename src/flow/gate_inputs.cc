#include "flow/gate_inputs.h"

#include "archive/reader.h"
#include "archive/release_file.h"
#include "britney/hint_files.h"
#include "britney/state_files.h"
#include "britney/static_input.h"
#include "flow/gate_tests.h"

namespace sluice::flow {
namespace {

// Suites in the order in which they are read.
std::vector<archive::SuiteInput> suite_inputs(const britney::Paths& paths) {
  using enum deb::SuiteClass;
  std::vector<archive::SuiteInput> suites = {{paths.testing, "testing", "", target},
                                             {paths.unstable, "unstable", "", primary}};
  if (!paths.pu.empty()) suites.push_back({paths.pu, "pu", "pu", additional});
  if (!paths.tpu.empty()) suites.push_back({paths.tpu, "tpu", "tpu", additional});
  return suites;
}

void note(const britney::Messages& messages, base::Log& log) {
  for (const auto& message : messages) log.write(message.level, message.text);
}

}  // namespace

base::Result<GateInputs> read_inputs(const britney::Config& config, sys::FileSystem& files,
                                     base::Log& log) {
  GateInputs inputs;
  inputs.settings = config.settings;
  auto& settings = inputs.settings;
  auto archs = settings.architectures;
  if (archs.empty())
    if (const auto release = files.read(config.paths.testing + "/Release"))
      if (const auto parsed = archive::parse_release(*release)) archs = parsed->architectures;
  auto extra = britney::read_static_input(files, config.paths.static_input_dir, archs);
  note(extra.messages, log);
  inputs.must_stay = extra.value.must_stay_installable;

  archive::ReadRequest request;
  request.suites = suite_inputs(config.paths);
  request.architectures = settings.architectures;
  request.components = config.components;
  if (settings.partial_unstable) request.unstable = archive::SuiteMerge::overlay;
  if (settings.rules == migrate::RuleSet::debian)
    request.build_relations = deb::BuildRelations::keep;
  request.faux = std::move(extra.value.packages);
  request.cache = config.paths.parsed_cache;
  auto snapshot = archive::read_archive(request, files, log);
  if (!snapshot) return std::unexpected(snapshot.error());
  inputs.snapshot = std::move(*snapshot);
  if (settings.architectures.empty())
    for (const auto& arch : inputs.snapshot->archs)
      settings.architectures.emplace_back(inputs.snapshot->text(arch.name));
  if (settings.series.empty()) settings.series = inputs.snapshot->suites[deb::kTarget].name;
  return inputs;
}

base::Result<LoadedEngine> load_engine(const britney::Config& config, const std::string& more_hints,
                                       sys::FileSystem& files, sys::Clock& clock, base::Log& log) {
  auto read = read_inputs(config, files, log);
  if (!read) return std::unexpected(read.error());
  LoadedEngine loaded;
  loaded.inputs = std::make_unique<GateInputs>(std::move(*read));
  const auto& inputs = *loaded.inputs;
  auto state = britney::load_state(files, config, *inputs.snapshot, clock.now());
  note(state.messages, log);
  if (inputs.settings.adt.enabled != migrate::Switch::off) {
    // What is known here and now; nobody is asked, because nothing may be written.
    auto tests =
        GateTests::open(config, inputs.settings, inputs.snapshot->suites[deb::kTarget].name,
                        TestMode::look, {files, nullptr, clock, log});
    if (!tests) return std::unexpected(tests.error());
    loaded.tests = std::move(*tests);
    state.value.facts.tests = loaded.tests->take_facts();
  }
  auto hints = britney::read_hints(files, config, more_hints, *inputs.snapshot);
  note(hints.messages, log);
  loaded.engine = std::make_unique<migrate::Engine>(
      migrate::Engine::Archive{inputs.snapshot, inputs.settings, inputs.must_stay},
      std::move(hints.value), std::move(state.value.facts));
  return loaded;
}

}  // namespace sluice::flow
