#include "cli/cmd_mirror.h"

#include <algorithm>

#include "cli/console_log.h"
#include "cli/mirror_config.h"
#include "cli/serve_config.h"

namespace sluice::cli {
namespace {

base::Result<std::vector<flow::MirrorOptions>> chosen_mirrors(const MirrorArguments& arguments,
                                                              sys::FileSystem& files) {
  const auto serve = with_config(arguments.serve, files);
  if (!serve) return std::unexpected(serve.error());
  auto all = mirror_options(*serve, files);
  if (!all) return all;
  for (const auto& name : arguments.names)
    if (std::ranges::find(*all, name, &flow::MirrorOptions::name) == all->end())
      return base::fail(base::ErrorKind::not_found, "there is no mirror " + name);
  if (!arguments.names.empty())
    std::erase_if(*all, [&](const auto& mirror) {
      return std::ranges::find(arguments.names, mirror.name) == arguments.names.end();
    });
  if (all->empty())
    return base::fail(base::ErrorKind::invalid,
                      "no mirror is named: --mirrors FILE or --config FILE expected");
  return all;
}

void print_health(const MirrorMachine& machine, const flow::MirrorHealth& health) {
  (void)std::fprintf(machine.out, "%s\n", flow::text_of(health, machine.clock.now()).c_str());
}

// Reads without the lock, which a server may have.
bool show(const flow::MirrorOptions& options, const MirrorMachine& machine) {
  flow::MirrorHealth health;
  health.name = options.name;
  health.address = archive::shown_address(options.request.address);
  const auto set = archive::MirrorSets::read_current(machine.files, options.directory);
  if (set)
    for (const auto& suite : set->suites) health.suites.emplace_back(suite.suite, suite.date);
  print_health(machine, health);
  return set.has_value();
}

base::Result<void> fetch(const flow::MirrorOptions& options, const MirrorMachine& machine,
                         base::Log& log) {
  auto mirror = flow::MirrorTurn::open(options, {machine.http, machine.files, machine.processes,
                                                 machine.waiter, machine.clock, log});
  if (!mirror) return base::fail_with(mirror.error(), "mirror " + options.name);
  (*mirror)->turn();
  if ((*mirror)->adopt()) (*mirror)->tidy();
  const auto health = (*mirror)->health();
  print_health(machine, health);
  if (health.trouble.empty()) return {};
  return base::fail(base::ErrorKind::unavailable, "mirror " + options.name + ": " + health.trouble);
}

}  // namespace

int run_mirror(const MirrorArguments& arguments, const MirrorMachine& machine) {
  ConsoleLog log(wanted_level(arguments.serve.verbosity, nullptr), machine.clock, machine.error);
  const auto mirrors = chosen_mirrors(arguments, machine.files);
  if (!mirrors) {
    (void)std::fprintf(machine.error, "sluice: %s\n", mirrors.error().text().c_str());
    return 1;
  }
  int exit_code = 0;
  for (const auto& options : *mirrors) {
    if (arguments.action == "show") {
      if (!show(options, machine)) exit_code = 1;
      continue;
    }
    const auto done = fetch(options, machine, log);
    if (done) continue;
    (void)std::fprintf(machine.error, "sluice: %s\n", done.error().text().c_str());
    exit_code = 1;
  }
  return exit_code;
}

}  // namespace sluice::cli
