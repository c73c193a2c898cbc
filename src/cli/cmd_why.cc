#include "cli/cmd_why.h"

#include <cstdio>
#include <cstdlib>

#include "britney/config.h"
#include "cli/console_log.h"
#include "codec/json.h"

namespace sluice::cli {
namespace {

void write_out(const std::string& text) { (void)std::fwrite(text.data(), 1, text.size(), stdout); }

// Texts are paragraphs with a line between two answers; JSON is one object a line.
class Printer {
 public:
  explicit Printer(const WhyArguments& arguments) : arguments_(arguments) {}

  flow::ExplainListener listener() {
    return {[this](const auto& explanation, const auto& names, std::int64_t took) {
              print(explanation, names, took);
            },
            [this](const auto& breakage, const std::string& binary, const std::string& suite) {
              print(breakage, binary, suite);
            }};
  }

 private:
  void print(const migrate::Explanation& explanation, const migrate::WhyNames& names,
             std::int64_t took) {
    if (!arguments_.json) {
      paragraph(migrate::text_of(explanation, names));
      if (arguments_.timing) write_out("(" + std::to_string(took) + " microseconds)\n");
      return;
    }
    auto value = migrate::value_of(explanation, names);
    if (arguments_.timing) std::get<codec::Map>(value)["microseconds"] = took;
    line(value);
  }

  void print(const migrate::Breakage& breakage, const std::string& binary,
             const std::string& suite) {
    if (arguments_.json)
      line(migrate::value_of(breakage, binary, suite));
    else
      paragraph(migrate::text_of(breakage, binary, suite));
  }

  void paragraph(const std::string& text) {
    if (!first_) write_out("\n");
    first_ = false;
    write_out(text);
  }
  static void line(const codec::Value& value) {
    write_out(codec::to_json(value, codec::JsonStyle::compact) + "\n");
  }

  const WhyArguments& arguments_;
  bool first_ = true;
};

}  // namespace

int run_why(const WhyArguments& arguments, Machine machine) {
  // Standard output belongs to the answer: what the inputs lack is told on standard error.
  ConsoleLog log(wanted_level(arguments.verbosity, std::getenv("BRITNEY_DEBUG")), machine.clock,
                 stderr);
  const britney::Overrides overrides{arguments.architectures, arguments.series,
                                     arguments.distribution,  arguments.rules,
                                     arguments.parsed_cache,  arguments.coinst};
  const auto config = britney::read_config(machine.files, arguments.config, overrides);
  if (!config) {
    log.error(config.error().text());
    return 1;
  }
  const auto loaded =
      flow::load_engine(config->value, arguments.hints, machine.files, machine.clock, log);
  if (!loaded) {
    log.error(loaded.error().text());
    return 1;
  }
  Printer printer(arguments);
  const auto done =
      flow::explain_batch(arguments.request, printer.listener(), *loaded->engine, machine.clock);
  if (!done) log.error(done.error().text());
  return done ? 0 : 1;
}

}  // namespace sluice::cli
