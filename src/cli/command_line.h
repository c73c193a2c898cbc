// The command line: words -> values. CLI11 stays in command_line.cc. Source: migration 1.1;
// docs/manual/reference.md and man/ describe the same options.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "cli/grid_arguments.h"
#include "flow/explain_batch.h"
#include "flow/gate_batch.h"
#include "flow/what_if.h"
#include "migrate/rules.h"

namespace sluice::cli {

struct MigrateArguments {
  std::string config = "/etc/britney.conf";
  int verbosity = 0;
  // Values that win over the configuration; nothing: not given.
  std::optional<std::string> architectures, series, distribution;
  std::optional<migrate::RuleSet> rules;
  std::optional<std::string> actions;
  std::string parsed_cache;  // "" none
  bool coinst = false;
  std::string hints;
  bool hint_tester = false;
  bool dry_run = false;
  bool nuninst_cache = false;
  bool print_uninst = false;
  bool compute_migrations = true;
  flow::Maximal maximal = flow::Maximal::off;
  bool stats = false;
};

struct ArchiveRunArguments {
  std::string directory;  // "": the user's cache directory
  std::string mirror;     // "": of the machine's apt sources
  std::string target = "testing", source = "unstable";
  std::vector<std::string> architectures, components;  // empty: apt's own, all
  migrate::RuleSet rules = migrate::RuleSet::debian;
  bool offline = false;
  bool json = false;
  int verbosity = 0;
};

struct WhatIfArguments {
  std::string config = "/etc/britney.conf";
  std::optional<std::string> architectures, series, distribution;
  std::optional<migrate::RuleSet> rules;
  std::string parsed_cache;  // "" none
  bool coinst = false;
  flow::Supposition supposition;
  bool json = false;
};

struct WhyArguments {
  std::string config = "/etc/britney.conf";
  int verbosity = 0;
  std::optional<std::string> architectures, series, distribution;
  std::optional<migrate::RuleSet> rules;
  std::string parsed_cache;  // "" none
  bool coinst = false;
  std::string hints;
  flow::ExplainRequest request;
  bool json = false;
  bool timing = false;
};

struct WorkerArguments {
  std::string config = "/etc/sluice/worker.conf";
  std::string arch;                    // "": this machine's, or every one of the remotes
  std::vector<std::string> variables;  // KEY=VALUE
  std::string server = "http://localhost:8300";
  std::string token;    // file; "" none
  std::string amqp;     // brokers to take requests from, without a server; "" none
  std::string results;  // directory or address of a Swift store; "": as the environment says
  std::string work_directory = "/var/lib/sluice/worker";
  std::string name;  // "": the host's, and a number that the work directory keeps
  int slots = 1;
  bool once = false;
  bool debug = false;
};

// The command line is answered already: help, version, or wrong usage (exit code 2).
struct Answer {
  int exit_code = 0;
  std::string out, error;  // for the two streams
};

using CommandLine = std::variant<MigrateArguments, ArchiveRunArguments, WhatIfArguments,
                                 WhyArguments, GridArguments, WorkerArguments, Answer>;

// `arguments`: without the program's name. `program` is argv[0]; called as `britney`, the
// subcommand is `migrate` unless one is named.
CommandLine parse_command_line(const std::string& program, std::span<const std::string> arguments);

}  // namespace sluice::cli
