#include "worker/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "worker/ppa.h"

namespace sluice::worker {
namespace {

using base::ErrorKind;
using base::Result;
using Words = std::vector<std::string>;

// Triggers that name no source. Source: autopkgtest 1.6.
constexpr std::array<std::string_view, 2> kNoSources = {"migration-reference", "qemu-efi-noacpi"};
constexpr std::string_view kKernelMeta = "linux-meta";

std::string source_of(const std::string& trigger) { return trigger.substr(0, trigger.find('/')); }

bool is_part_of_amd64(const CommandAsk& ask) {
  const auto& releases = ask.config.i386_on_amd64;
  return ask.queue.arch == "i386" &&
         std::ranges::find(releases, ask.queue.release) != releases.end();
}

// "linux-meta-aws" -> "aws"; nothing if no trigger is a kernel.
std::optional<std::string> kernel_flavour(const adt::RequestMessage& request) {
  for (const auto& trigger : request.triggers) {
    const auto source = source_of(trigger);
    if (source == kKernelMeta) return "generic";
    if (source.starts_with(std::string(kKernelMeta) + "-"))
      return source.substr(kKernelMeta.size() + 1);
  }
  return std::nullopt;
}

void add_words(Words& to, std::string_view text, const Variables& variables) {
  const auto filled = fill_variables(text, variables);
  for (const auto word : base::split_words(filled)) to.emplace_back(word);
}

class Builder {
 public:
  Builder(const CommandAsk& ask, Variables variables)
      : ask_(ask), variables_(std::move(variables)) {}

  Words build() {
    words_ = {ask_.program, "--output-dir", ask_.output_dir};
    if (ask_.queue.arch == "riscv64") words_.emplace_back("--needs-internet=skip");
    if (is_part_of_amd64(ask_)) words_.insert(words_.end(), {"-a", "i386"});
    add_words(words_, ask_.config.extra_args, variables_);
    add_setup_commands();
    add_ppas();
    add_pockets();
    if (!runs_on_worker(ask_.config, variables_)) words_.emplace_back("--apt-upgrade");
    add_tested();
    if (ask_.config.debug) words_.emplace_back("--debug");
    add_limits();
    add_environment();
    if (!ask_.request.testname.empty())
      words_.push_back(ask_.tool.test_name + "=" + ask_.request.testname);
    words_.emplace_back("--");
    add_words(words_, ask_.config.args, variables_);
    return std::move(words_);
  }

 private:
  void add_setup_commands() {
    const auto add = [&](const std::string& command) {
      if (command.empty()) return;
      words_.insert(words_.end(), {"--setup-commands", fill_variables(command, variables_)});
    };
    add(ask_.config.setup_command);
    add(ask_.config.setup_command2);
    if (const auto flavour = kernel_flavour(ask_.request)) {
      variables_["KERNELFLAVOUR"] = *flavour;
      add(ask_.config.kernel_setup_command);
    }
  }

  void add_ppas() {
    for (const auto& ppa : ask_.request.ppas)
      if (!needs_files(ppa, ask_.tool)) words_.push_back("--add-apt-source=ppa:" + ppa);
    for (const auto& [host, testbed] : ask_.copies)
      words_.push_back(fmt::format("--copy={}:{}", host, testbed));
  }

  // Which packages come from -proposed: all of them, the triggers' ones, or none.
  void add_pockets() {
    const auto& request = ask_.request;
    const bool wanted = !runs_on_worker(ask_.config, variables_) && request.test_git.empty() &&
                        (request.ppas.empty() || request.all_proposed);
    if (wanted && request.all_proposed) {
      words_.emplace_back("--apt-pocket=proposed");
    } else if (wanted) {
      Words sources;
      for (const auto& trigger : request.triggers)
        if (std::ranges::find(kNoSources, source_of(trigger)) == kNoSources.end())
          sources.push_back("src:" + source_of(trigger));
      if (!sources.empty()) words_.push_back("--apt-pocket=proposed=" + base::join(sources, ","));
    }
    for (const auto& [suite, packages] : request.pins)
      words_.push_back(fmt::format("--pin-packages={}={}", suite, base::join(packages, ",")));
  }

  void add_tested() {
    const auto& request = ask_.request;
    if (!request.test_git.empty())
      words_.insert(words_.end(), {"--no-built-binaries", request.test_git});
    else
      words_.push_back(request.build_git.empty() ? request.package : request.build_git);
  }

  void add_limits() {
    const auto limits = time_limits(ask_.config, ask_.traits, ask_.queue.arch);
    for (std::size_t i = 0; i < limits.size(); ++i)
      words_.push_back(fmt::format("--timeout-{}={}", kTimeLimitNames[i], limits[i].count()));
  }

  void add_environment() {
    for (const auto& variable : ask_.request.env) words_.push_back("--env=" + variable);
    if (!ask_.request.triggers.empty())
      words_.push_back("--env=ADT_TEST_TRIGGERS=" + base::join(ask_.request.triggers, " "));
  }

  const CommandAsk& ask_;
  Variables variables_;
  Words words_;
};

Result<void> lack(const std::string& what) { return base::fail(ErrorKind::unavailable, what); }

// What this worker or this tool cannot do. Left out silently it would test something else. But
// `test-bzr` is left out, as today's workers do it: the package of that name is tested (1.6).
Result<void> check_means(const CommandAsk& ask) {
  const auto& request = ask.request;
  if (!request.testname.empty() && ask.tool.test_name.empty())
    return lack("this autopkgtest cannot run a single test");
  if (!request.pins.empty() && !ask.tool.pin_packages)
    return lack("this autopkgtest cannot pin packages to suites");
  if (is_part_of_amd64(ask) && !ask.tool.architecture)
    return lack("this autopkgtest has no -a, which i386 on an amd64 image needs");
  if (request.ppas.empty()) return {};
  if (runs_on_worker(ask.config, ask.variables))
    return lack("a PPA would become a source of the worker's own machine");
  const bool files = std::ranges::any_of(
      request.ppas, [&](const auto& ppa) { return needs_files(ppa, ask.tool); });
  if (files && !ask.tool.copy) return lack("this autopkgtest knows neither ppa: nor --copy");
  return {};
}

bool has_password(const std::string& url) {
  const auto begin = url.find("://");
  if (begin == std::string::npos) return false;
  const auto at = url.find('@', begin);
  return at != std::string::npos && at < url.find('/', begin + 3);
}

Result<void> check_secrets(const CommandAsk& ask, const Words& words) {
  constexpr const char* kShown = "a credential would stand on the command line of autopkgtest";
  const auto has = [&](const std::string& secret) {
    return std::ranges::any_of(words, [&](const auto& word) { return word.contains(secret); });
  };
  if (std::ranges::any_of(ask.config.secrets, has))
    return base::fail(ErrorKind::denied, fmt::format("worker.conf: {}", kShown));
  for (const auto& text : ask.request.ppas)
    if (const auto ppa = parse_ppa(text); ppa && !ppa->token.empty() && has(ppa->token))
      return base::fail(ErrorKind::invalid, kShown);
  for (const auto* url : {&ask.request.test_git, &ask.request.build_git})
    if (has_password(*url))
      return base::fail(ErrorKind::invalid,
                        "the password in the URL would stand on the command line of autopkgtest");
  return {};
}

}  // namespace

bool runs_on_worker(const WorkerConfig& config, const Variables& variables) {
  const auto args = fill_variables(config.args, variables);
  const auto words = base::split_words(args);
  return words.size() == 1 && (words[0] == "null" || words[0] == "autopkgtest-virt-null");
}

bool needs_files(const std::string& ppa, const ToolOptions& tool) {
  return !tool.ppa_sources || ppa.contains('@');
}

Variables run_variables(const CommandAsk& ask) {
  auto variables = ask.variables;
  variables["RELEASE"] = ask.queue.release;
  variables["ARCHITECTURE"] = is_part_of_amd64(ask) ? "amd64" : ask.queue.arch;
  variables["PACKAGENAME"] = ask.request.package;
  variables["UUID"] = ask.request.uuid;
  variables["VMOPT"] = ask.traits.vm ? "--vm" : "";
  variables["VMFLAG"] = ask.traits.vm ? "/vm" : "";
  const auto& config = ask.config;
  auto size = ask.traits.big ? config.package_size_big : config.package_size_default;
  // On s390x more than one processor makes containers fail.
  if (ask.queue.arch == "s390x") {
    constexpr std::string_view kCpu = "limits.cpu=";
    if (const auto at = size.find(kCpu); at != std::string::npos) {
      const auto begin = at + kCpu.size();
      size.replace(begin,
                   std::min(size.find_first_not_of("0123456789", begin), size.size()) - begin, "1");
    }
  }
  variables["PACKAGESIZE"] = size;
  return variables;
}

Result<std::vector<std::string>> command_line(const CommandAsk& ask) {
  if (auto checked = check_means(ask); !checked) return std::unexpected(checked.error());
  auto words = Builder(ask, run_variables(ask)).build();
  if (auto checked = check_secrets(ask, words); !checked)
    return std::unexpected(std::move(checked.error()));
  return words;
}

TimeLimits time_limits(const WorkerConfig& config, const PackageTraits& traits,
                       const std::string& arch) {
  auto limits = config.limits;
  if (arch == "riscv64")
    for (auto& limit : limits) limit *= 4;
  auto& test = limits[static_cast<std::size_t>(TimeLimit::test)];
  auto& build = limits[static_cast<std::size_t>(TimeLimit::build)];
  if (traits.long_tests) {
    test *= 4;
    build *= 2;
  } else if (traits.big) {
    test *= 2;
  }
  return limits;
}

std::chrono::seconds whole_limit(const WorkerConfig& config, const TimeLimits& limits) {
  if (config.run_limit.count() > 0) return config.run_limit;
  std::chrono::seconds sum{0};
  for (const auto limit : limits) sum += limit;
  return sum * 8;  // a package may have many tests, each with a limit of its own
}

}  // namespace sluice::worker
