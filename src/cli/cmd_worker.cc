#include "cli/cmd_worker.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "base/text.h"
#include "cli/console_log.h"
#include "cli/worker_doors.h"
#include "sys/seed.h"
#include "sys/self.h"
#include "worker/loop.h"
#include "worker/names.h"

namespace sluice::cli {
namespace {

using base::ErrorKind;
using base::Result;

// What a program prints; its exit code does not count: `--help` of a foreign tool may have any.
Result<std::string> output_of(sys::Processes& processes, std::vector<std::string> argv) {
  std::string text;
  const auto code = processes.run({std::move(argv), {}},
                                  [&](std::string_view line) { text.append(line).append("\n"); });
  if (!code) return std::unexpected(code.error());
  return text;
}

// Files of systemd's LoadCredential, by their names.
Result<worker::Variables> read_credentials(sys::FileSystem& files) {
  worker::Variables credentials;
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) return credentials;
  const auto names = files.list(directory);
  if (!names) return std::unexpected(names.error());
  for (const auto& name : *names) {
    const auto text = files.read(std::string(directory) + "/" + name);
    if (!text) return std::unexpected(text.error());
    credentials.emplace(name, base::trim(*text));
  }
  return credentials;
}

Result<worker::WorkerConfig> read_config(const WorkerArguments& arguments, sys::FileSystem& files) {
  const auto credentials = read_credentials(files);
  if (!credentials) return std::unexpected(credentials.error());
  const auto text = files.read(arguments.config);
  if (!text) return std::unexpected(text.error());
  auto config = worker::parse_worker_config(*text, *credentials);
  if (!config) return base::fail_with(std::move(config.error()), arguments.config);
  if (config->releases.empty())
    return base::fail(ErrorKind::invalid, arguments.config + ": expected releases");
  return config;
}

Result<worker::Settings> read_settings(const WorkerArguments& arguments, SharedDoors& shared) {
  worker::Settings settings;
  auto config = read_config(arguments, shared.files);
  if (!config) return std::unexpected(std::move(config.error()));
  settings.config = std::move(*config);
  for (const auto& problem : settings.config.problems)
    shared.log.warn("worker: " + arguments.config + ": " + problem);
  for (const auto& text : arguments.variables) {
    auto variable = worker::parse_variable(text);
    if (!variable) return std::unexpected(std::move(variable.error()));
    settings.variables.insert(std::move(*variable));
  }
  if (!settings.config.checkout_dir.empty())
    settings.program = settings.config.checkout_dir + "/runner/autopkgtest";
  settings.work_directory = arguments.work_directory;
  if (const char* directory = std::getenv("TMPDIR"); directory != nullptr && *directory != '\0')
    settings.temporary_directory = directory;
  // The peers' $HOSTNAME has no domain.
  const auto host = sys::host_name();
  settings.host = host.substr(0, host.find('.'));
  const auto help = output_of(shared.processes, {settings.program, "--help"});
  if (!help) return std::unexpected(help.error());
  settings.tool = worker::parse_tool_help(*help);
  return settings;
}

Result<std::string> own_architecture(sys::Processes& processes) {
  const auto text = output_of(processes, {"dpkg", "--print-architecture"});
  if (!text) return text;
  return std::string(base::trim(*text));
}

Result<std::vector<worker::Slot>> find_slots(const WorkerArguments& arguments,
                                             const worker::WorkerConfig& config,
                                             const std::string& name, SharedDoors& shared) {
  if (config.remotes.empty()) {
    const auto arch = arguments.arch.empty() ? own_architecture(shared.processes)
                                             : Result<std::string>(arguments.arch);
    if (!arch) return std::unexpected(arch.error());
    return worker::local_slots(name, *arch, arguments.slots);
  }
  const auto text = shared.files.read(config.remotes);
  if (!text) return std::unexpected(text.error());
  const auto remotes = worker::parse_remotes(*text);
  if (!remotes) return base::fail_with(remotes.error(), config.remotes);
  auto slots = worker::remote_slots(name, *remotes, arguments.arch);
  if (slots.empty()) return base::fail(ErrorKind::invalid, config.remotes + ": no slots");
  return slots;
}

// The name that a worker has by itself, and what it is told from others of one --name by. Whoever
// calls it holds the work directory's lock.
Result<std::string> instance_of(const WorkerArguments& arguments, sys::FileSystem& files) {
  const auto id = worker::keep_id(files, arguments.work_directory, sys::random_seed());
  if (!id) return id;
  return worker::default_name(sys::host_name(), *id);
}

Result<std::string> read_token(const WorkerArguments& arguments, sys::FileSystem& files) {
  if (arguments.token.empty()) return "";
  const auto text = files.read(arguments.token);
  if (!text) return text;
  return std::string(base::trim(*text));
}

Result<Places> find_places(const WorkerArguments& arguments, sys::FileSystem& files) {
  const auto place = store_place(arguments.results);
  if (!place) return std::unexpected(place.error());
  const auto token = read_token(arguments, files);
  if (!token) return std::unexpected(token.error());
  Places places{arguments.server, *token, std::nullopt, *place};
  if (arguments.amqp.empty()) return places;
  auto brokers = queue::parse_amqp_brokers(arguments.amqp);
  if (!brokers) return std::unexpected(brokers.error());
  places.brokers = std::move(*brokers);
  return places;
}

// Until every slot has ended.
Result<void> serve(const WorkerArguments& arguments, SharedDoors& shared) {
  if (!arguments.name.empty())
    if (auto fine = worker::check_name(arguments.name); !fine) return fine;
  auto settings = read_settings(arguments, shared);
  if (!settings) return std::unexpected(settings.error());
  const auto places = find_places(arguments, shared.files);
  if (!places) return std::unexpected(places.error());
  const auto lock =
      worker::take_over(settings->work_directory, shared.files, shared.groups, shared.log);
  if (!lock) return std::unexpected(lock.error());
  const auto instance = instance_of(arguments, shared.files);
  if (!instance) return std::unexpected(instance.error());
  settings->instance = *instance;
  const auto& name = arguments.name.empty() ? *instance : arguments.name;
  const auto slots = find_slots(arguments, settings->config, name, shared);
  if (!slots) return std::unexpected(slots.error());

  std::vector<std::unique_ptr<SlotDoors>> all;
  for (const auto& slot : *slots)
    all.push_back(std::make_unique<SlotDoors>(shared, *settings, slot, *places));
  const auto rounds = arguments.once ? worker::Rounds::once : worker::Rounds::for_ever;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < slots->size(); ++i)
    threads.emplace_back([&, i] {
      auto doors = all[i]->doors();
      worker::serve_slot(*settings, (*slots)[i], doors, rounds);
    });
  threads.clear();  // waits for them
  return {};
}

}  // namespace

int run_worker(const WorkerArguments& arguments, Machine machine) {
  ConsoleLog log(arguments.debug ? base::Level::debug : base::Level::info, machine.clock, stderr);
  const auto signals = sys::posix_signals();
  const auto groups = sys::posix_process_groups();
  const auto gauge = sys::proc_host_gauge();
  const auto processes = sys::posix_processes();
  SharedDoors shared{machine.files, machine.clock, *signals, *groups, *gauge, *processes, log};
  const auto served = serve(arguments, shared);
  if (served) return worker::exit_code_of(signals->seen());
  log.error("worker: " + served.error().text());
  return 1;
}

}  // namespace sluice::cli
