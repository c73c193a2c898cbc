#include "flow/gate_loop.h"

#include <algorithm>
#include <future>
#include <utility>

#include "codec/digest.h"
#include "flow/local_grid.h"

namespace sluice::flow {
namespace {

// Deeper lies no index: dists/SUITE/COMPONENT/binary-ARCH/Packages.
constexpr int kDepthMax = 5;

// Asks the keeper's thread.
std::uint64_t runs_entered(Keeper& keeper) {
  auto promise = std::make_shared<std::promise<std::uint64_t>>();
  auto answer = promise->get_future();
  keeper.post([promise](JobDesk& desk, base::Instant) -> Keeper::After {
    return [promise, count = desk.runs_entered()](const base::Result<void>&) {
      promise->set_value(count);
    };
  });
  return answer.get();
}

// Reports, and the state that policies keep beside the suites (migration 4.4, 4.5.11 to 4.5.14).
std::set<std::string> written_by_runs(const britney::Paths& paths) {
  std::set<std::string> written{paths.noninst_status,      paths.excuses_output,
                                paths.excuses_yaml_output, paths.upgrade_output,
                                paths.heidi_output,        paths.heidi_delta_output,
                                paths.state_dir,           paths.testing + "/Dates"};
  for (const auto* name :
       {"/SourcePPA", "/EmailCache", "/EmailCache.new", "/sru_regress_inform_state"})
    written.insert(paths.unstable + name);
  return written;
}

}  // namespace

bool GateLoop::turn() {
  const auto now = parties_.clock.now();
  const auto verdicts = runs_entered(parties_.keeper);
  auto stamp = stamp_of_inputs();
  const bool news = !last_run_ || verdicts != verdicts_ || stamp != stamp_;
  if (!news && now < *last_run_ + options_.interval) return false;
  // Noted before the run: what changes meanwhile makes another one.
  verdicts_ = verdicts;
  stamp_ = std::move(stamp);
  last_run_ = now;
  if (auto done = run(); !done) parties_.log.error("gate: " + done.error().text());
  return true;
}

base::Result<void> GateLoop::run() {
  britney::Overrides overrides;
  overrides.parsed_cache = options_.parsed_cache;
  auto config = britney::read_config(parties_.files, options_.config_path, overrides);
  if (!config) return std::unexpected(config.error());
  // The grid is asked for one package after the other, as Swift is, whatever the file names.
  config->value.settings.adt.source = migrate::ResultSource::swift;
  for (const auto& message : config->messages) parties_.log.write(message.level, message.text);
  LocalRequestQueue requests(parties_.keeper);
  BatchOptions options;
  options.http = parties_.http;
  options.mail = parties_.mail;
  options.requests = &requests;
  options.results = [this](const std::string& series) {
    return std::make_unique<LocalResults>(parties_.keeper, series);
  };
  auto summary =
      run_gate_batch(config->value, options, parties_.files, parties_.clock, parties_.log);
  if (!summary) return std::unexpected(summary.error());
  parties_.log.info("gate: " + std::to_string(summary->excuses) + " excuses, " +
                    std::to_string(summary->candidates) + " may migrate, " +
                    std::to_string(summary->accepted) + " do");
  last_ = std::move(*summary);
  return apply(config->value);
}

// The decision is applied again after a crash: whoever applies it must find it done already. What
// was applied is noted after that.
base::Result<void> GateLoop::apply(const britney::Config& config) {
  if (options_.apply_command.empty()) return {};
  const auto decided = parties_.files.read(config.paths.heidi_output);
  if (!decided) return std::unexpected(decided.error());
  const auto digest = codec::sha256_hex(*decided);
  const auto note = options_.state_dir + "/applied";
  if (const auto applied = parties_.files.read(note); applied && *applied == digest) return {};
  sys::Command command;
  command.argv = {options_.apply_command, config.paths.heidi_output,
                  config.paths.heidi_delta_output};
  const auto code = parties_.processes.run(
      command, [&](std::string_view line) { parties_.log.info("apply: " + std::string(line)); });
  if (!code) return std::unexpected(code.error());
  if (*code != 0)
    return base::fail(base::ErrorKind::unavailable,
                      options_.apply_command + " ended with " + std::to_string(*code) +
                          ": the decision is applied at the next run");
  return parties_.files.replace(note, digest);
}

// Names, sizes and times of every file that a run reads, but for those that it writes itself: each
// run would be the news for another one.
std::string GateLoop::stamp_of_inputs() {
  const auto config = britney::read_config(parties_.files, options_.config_path, {});
  std::string stamp;
  add_stamp(options_.config_path, 0, {}, stamp);
  if (!config) return stamp;
  const auto& paths = config->value.paths;
  const auto written = written_by_runs(paths);
  for (const auto& path : {paths.testing, paths.unstable, paths.pu, paths.tpu, paths.hints_dir,
                           paths.static_input_dir})
    if (!path.empty()) add_stamp(path, kDepthMax, written, stamp);
  return stamp;
}

void GateLoop::add_stamp(const std::string& path, int depth, const std::set<std::string>& written,
                         std::string& stamp) {
  if (written.contains(path)) return;
  const auto status = parties_.files.status(path);
  if (!status) return;
  if (!status->directory) {
    stamp += path + " " + std::to_string(status->size) + " " + std::to_string(status->modified_ns) +
             " " + std::to_string(status->inode) + "\n";
    return;
  }
  const auto names = parties_.files.list(path);
  if (!names || depth == 0) return;
  for (const auto& name : *names) add_stamp(path + "/" + name, depth - 1, written, stamp);
}

}  // namespace sluice::flow
