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
  const auto config = britney::read_config(parties_.files, options_.config_path, overrides);
  if (!config) return std::unexpected(config.error());
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

// Names, sizes and times of every file that a run reads, but for its own state.
std::string GateLoop::stamp_of_inputs() {
  const auto config = britney::read_config(parties_.files, options_.config_path, {});
  std::string stamp;
  add_stamp(options_.config_path, 0, stamp);
  if (!config) return stamp;
  const auto& paths = config->value.paths;
  for (const auto& path : {paths.testing, paths.unstable, paths.pu, paths.tpu, paths.hints_dir,
                           paths.static_input_dir})
    if (!path.empty()) add_stamp(path, kDepthMax, stamp);
  return stamp;
}

void GateLoop::add_stamp(const std::string& path, int depth, std::string& stamp) {
  const auto status = parties_.files.status(path);
  if (!status) return;
  if (!status->directory) {
    stamp += path + " " + std::to_string(status->size) + " " + std::to_string(status->modified_ns) +
             " " + std::to_string(status->inode) + "\n";
    return;
  }
  const auto names = parties_.files.list(path);
  if (!names || depth == 0) return;
  for (const auto& name : *names) add_stamp(path + "/" + name, depth - 1, stamp);
}

}  // namespace sluice::flow
