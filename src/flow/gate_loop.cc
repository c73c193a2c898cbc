#include "flow/gate_loop.h"

#include <fmt/format.h>

#include <utility>

#include "codec/digest.h"

namespace sluice::flow {
namespace {

// After an error: it may pass by itself, as a state directory that somebody else uses does.
constexpr std::chrono::minutes kTryAgain{1};

std::string line_of(const GateWork& work, const BatchSummary& summary) {
  return fmt::format(
      "gate: {} results, {} items judged{}, {} requests sent: {} excuses, {} may migrate, {} do",
      work.results, work.engine.judged, work.engine.ran ? ", migration tried" : "", work.requests,
      summary.excuses, summary.candidates, summary.accepted);
}

}  // namespace

bool GateLoop::turn() {
  auto stamps = stamps_of(parties_.files, options_.config_path, config_ ? &*config_ : nullptr);
  if (must_begin(stamps)) {
    begin();
    return true;
  }
  if (!engine_) return false;
  const GateChanges changes{stamps.archive != stamps_.archive, stamps.hints != stamps_.hints,
                            stamps.facts != stamps_.facts};
  // Noted before they are read: what changes meanwhile is news again.
  stamps_ = std::move(stamps);
  const auto decided = engine_->turn(changes);
  if (!decided) {
    fail(decided.error());
    return true;
  }
  if (*decided) {
    follow();
  } else if (auto written = engine_->write_some(); !written) {
    fail(written.error());
  }
  return *decided;
}

bool GateLoop::must_begin(const GateStamps& now) const {
  const auto time = parties_.clock.now();
  if (!begun_ || time >= *begun_ + options_.interval) return true;
  if (engine_) return now.whole != stamps_.whole;
  return now != stamps_ || time >= *begun_ + kTryAgain;
}

// What stands in the files and in the grid decides, as for a run of its own.
void GateLoop::begin() {
  begun_ = parties_.clock.now();
  if (engine_)
    if (auto written = engine_->write_all(); !written)
      parties_.log.error("gate: " + written.error().text());
  engine_.reset();  // and with it the lock of the state directory
  britney::Overrides overrides;
  overrides.parsed_cache = options_.parsed_cache;
  auto read = britney::read_config(parties_.files, options_.config_path, overrides);
  if (read) config_ = std::move(read->value);
  stamps_ = stamps_of(parties_.files, options_.config_path, config_ ? &*config_ : nullptr);
  if (!read) return fail(read.error());
  for (const auto& message : read->messages) parties_.log.write(message.level, message.text);
  auto engine = GateEngine::open(*config_, {parties_.keeper, parties_.files, parties_.http,
                                            parties_.mail, parties_.clock, parties_.log});
  if (!engine) return fail(engine.error());
  engine_ = std::move(*engine);
  to_apply_ = true;
  follow();
}

// What comes after a decision.
void GateLoop::follow() {
  last_ = engine_->summary();
  parties_.log.info(line_of(engine_->last_work(), *last_));
  to_apply_ = engine_->take_new_heidi() || to_apply_;
  if (!to_apply_) return;
  if (auto done = apply(engine_->config()); !done)
    parties_.log.error("gate: " + done.error().text());
  else
    to_apply_ = false;
}

// The decision that was made last stays in the files.
void GateLoop::fail(const base::Error& error) {
  parties_.log.error("gate: " + error.text());
  begun_ = parties_.clock.now();
  engine_.reset();
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

}  // namespace sluice::flow
