// What the subcommands of the grid were told. Source: testgrid 5.3.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "adt/message.h"
#include "archive/mirror_fetch.h"
#include "flow/job_desk.h"

namespace sluice::cli {

// Which controller a client speaks to.
struct ServerAddress {
  std::string url = "http://127.0.0.1:8300";
  std::string token_file;  // "" none
};

enum class AmqpMode : std::uint8_t { ingress, egress };

// A broker for foreign producers or foreign workers (decision 18).
struct AmqpArguments {
  std::string url;  // "" none
  AmqpMode mode = AmqpMode::ingress;
  std::vector<std::string> queues;
  std::map<std::string, adt::QueueName, std::less<>> named;  // queues of any name
  std::string listener = "sluice";
};

// A mirror that is fetched by ourselves. Format: docs/manual/mirrors.md.
struct MirrorPlace {
  std::string name;
  archive::MirrorRequest request;
  std::string directory;  // "": mirrors/NAME below the state
  int interval_minutes = 10;
};

struct ServeArguments {
  std::string config;  // file; "" none. What it says wins over the options.
  std::string state = "/var/lib/sluice";
  std::string results;  // "": "results" below the state
  std::string address = "127.0.0.1";
  std::uint16_t port = 8300;  // 0: any free one
  std::string gate_config;    // "" no gate
  int interval_minutes = 60;
  std::string apply_command;
  std::vector<std::string> releases;  // for autopkgtest.db; "all" alone; empty: not published
  int rescan_minutes = 5;             // between two looks for runs that no message told of; 0 none
  std::string temp_url_key;           // file with the key of temporary URLs; "" there are none
  flow::DeskLimits limits;            // as they come to the desk: nothing is copied on the way
  int verbosity = 0;
  AmqpArguments amqp;
  std::string mirrors_file;  // "" none
  std::vector<MirrorPlace> mirrors;
};

struct MirrorArguments {
  std::string action = "show";
  std::vector<std::string> names;  // empty: all
  ServeArguments serve;            // where the mirrors are named, and the state
};

struct RequestArguments {
  ServerAddress server;
  std::vector<std::string> packages;
  std::string release;
  std::vector<std::string> architectures, triggers, ppas, env, readable_by;
  std::string test_git, build_git, testname, requester;
  bool all_proposed = false, bulk = false, wait = false, json = false;
  int timeout_minutes = 0;  // of --wait; 0 none
};

struct QueueArguments {
  ServerAddress server;
  std::string state, release, arch, package;
  bool jobs = false, rejected = false, json = false;
};

struct JobArguments {
  ServerAddress server;
  std::string action = "show", id, by, reason, kind, ref;
  int hours = 0;
  bool json = false;
};

struct RetryArguments {
  ServerAddress server;
  std::string trigger, release, arch, package, by, state = "done";
  std::vector<std::string> outcomes{"FAIL", "FAIL_TIMEOUT"};  // of those that are done
  bool regressions = false;
  int min_age_hours = 0, max_age_hours = 0;  // 0 any
  bool dry_run = false;
};

struct LogArguments {
  ServerAddress server;
  std::string id;
  bool follow = false;
};

struct PauseArguments {
  ServerAddress server;
  std::string action = "list", id, scope, reason, by, mode = "soft", service;
  int hours = 0;
  bool json = false;
};

struct TokenArguments {
  std::string state = "/var/lib/sluice", role, name, file;
};

// Names are what the action takes: containers, CONTAINER/NAME, paths.
struct ResultsArguments {
  std::string action = "list";
  std::vector<std::string> names;
  std::string results;  // directory or address of a Swift store; "": as the environment says
  std::string state = "/var/lib/sluice", after, delimiter, reader, key, address;
  int hours = 24;
  bool restart = false, json = false;
};

using GridArguments =
    std::variant<ServeArguments, RequestArguments, QueueArguments, JobArguments, RetryArguments,
                 LogArguments, PauseArguments, TokenArguments, MirrorArguments, ResultsArguments>;

}  // namespace sluice::cli
