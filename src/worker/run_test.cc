#include "worker/run_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "adt/classify.h"
#include "adt/run_path.h"
#include "adt/run_uuid.h"
#include "results/bundle.h"
#include "worker/collect.h"
#include "worker/command_line.h"
#include "worker/disk_watch.h"
#include "worker/lease_keeper.h"
#include "worker/names.h"
#include "worker/package_lists.h"
#include "worker/upload.h"

namespace sluice::worker {
namespace {

using base::ErrorKind;
using base::Result;

constexpr int kNeverRun = 99;  // exit code of results without a run. Source: autopkgtest 2.3
constexpr int kNotStarted = 20;
// A tool that is stopped takes its testbed down: a session, a container, a machine.
constexpr std::chrono::seconds kGrace{30};

// What there is to publish and to tell once nothing runs any more.
struct Attempt {
  codec::TarFiles files;
  int exit_code = kNotStarted;
  adt::Classification judged;
};

// Hears the tool while it runs.
class Watch final : public sys::GroupWatch {
 public:
  Watch(LeaseKeeper& keeper, LogTail& tail, DiskWatch& disk)
      : keeper_(keeper), tail_(tail), disk_(disk) {}
  void on_start(std::int64_t group) override { keeper_.measure(group); }
  void on_output(std::string_view bytes) override {
    tail_.add(bytes);
    see();
  }
  sys::Proceed tick() override {
    // What is below the floor once ends the run, also if there is room again while it ends.
    if (const auto shortage = disk_.look(); shortage && !short_) short_ = shortage;
    const bool wanted = keeper_.look(tail_, tail_.phase()) == Verdict::wanted;
    return wanted && !short_ ? sys::Proceed::go_on : sys::Proceed::stop;
  }
  const std::optional<adt::DiskShortage>& shortage() const { return short_; }
  const std::vector<adt::PhaseSeen>& seen() const { return seen_; }

 private:
  // One piece of the log may bring it past several; it was in each.
  void see() {
    while (seen_.back().phase < tail_.reached()) {
      const auto next = static_cast<adt::RunPhase>(std::to_underlying(seen_.back().phase) + 1);
      seen_.push_back({next, keeper_.duration()});
    }
  }

  LeaseKeeper& keeper_;
  LogTail& tail_;
  DiskWatch& disk_;
  std::optional<adt::DiskShortage> short_;
  std::vector<adt::PhaseSeen> seen_{{}};  // the first is that it is prepared
};

Attempt not_run(adt::Outcome outcome, adt::Blame blame, const std::string& why) {
  Attempt attempt;
  attempt.judged.outcome = outcome;
  attempt.judged.blame = blame;
  attempt.judged.detail = why;
  attempt.judged.proof.phase = adt::RunPhase::prepare;
  attempt.files["log"] = why + "\n";
  return attempt;
}

class TestRun {
 public:
  TestRun(const Settings& settings, const Slot& slot, const queue::Lease& lease, Doors& doors)
      : settings_(settings),
        slot_(slot),
        lease_(lease),
        doors_(doors),
        disk_(settings, doors.files),
        keeper_(lease, doors, disk_),
        directory_(settings.work_directory + "/" + slot.name) {}

  RunResult run() {
    auto attempt = attempt_run();
    if (attempt.judged.outcome == adt::Outcome::rejected) return reject(attempt.judged.detail);
    RunResult result{RunEnd::finished, attempt.judged.outcome, attempt.judged.blame};
    // The files to publish are in memory, and where they go may be on the same disk.
    if (result.outcome == adt::Outcome::infra_disk_worker) clean();
    switch (keeper_.look(tail_, queue::Phase::collecting)) {
      case Verdict::wanted: result.end = publish(std::move(attempt)); break;
      case Verdict::cancelled: result.end = confirm_cancelled(); break;
      case Verdict::lost: result.end = RunEnd::lost; break;
      case Verdict::stop_now: result.end = give_back(); break;
    }
    clean();
    return result;
  }

 private:
  void clean() {
    if (auto removed = doors_.files.remove_tree(directory_); !removed)
      doors_.log.warn("worker: " + removed.error().text());
  }

  // What the worker itself cannot do is no fault of the package and goes to another worker. On a
  // full disk it cannot do most of it, whatever the error is called.
  Attempt failed_here(const base::Error& error, std::optional<adt::DiskShortage> shortage = {}) {
    if (!shortage) shortage = disk_.look();
    if (!shortage) return not_run(adt::Outcome::infra_provision, adt::Blame::worker, error.text());
    auto attempt = not_run(adt::Outcome::infra_disk_worker, adt::Blame::worker,
                           fmt::format("{}; {}", error.text(), adt::text_of(*shortage)));
    attempt.judged.proof.evidence.push_back(
        {adt::EvidenceKind::disk, adt::EvidenceSource::worker, adt::EvidenceWeight::decides,
         adt::quoted(adt::text_of(*shortage)), keeper_.duration()});
    return attempt;
  }

  // Another worker has the same trouble with it, or none: by the kind of the error. A request that
  // nobody can run is answered as one is that is wrong from the start. Source:
  // autopkgtest 1.4, 1.6.
  Attempt not_runnable(const base::Error& error) {
    switch (error.kind) {
      case ErrorKind::invalid:
      case ErrorKind::not_found:
        return not_run(adt::Outcome::rejected, adt::Blame::oper, error.text());
      case ErrorKind::unavailable:
        return not_run(adt::Outcome::infra_provision, adt::Blame::oper, error.text());
      case ErrorKind::conflict:
      case ErrorKind::denied:
      case ErrorKind::corrupt: break;
    }
    return failed_here(error);
  }

  Attempt attempt_run() {
    clean();  // of a worker that died
    if (auto made = doors_.files.create_directories(directory_); !made)
      return failed_here(made.error());
    const auto& queue = lease_.queue;
    const auto& unsupported = settings_.config.unsupported;
    if (std::ranges::find(unsupported, queue.release + "/" + queue.arch) != unsupported.end())
      return excluded("unknown",
                      fmt::format("{} is not supported on {}", queue.release, queue.arch));
    auto traits = read_traits(doors_.files, settings_.config.per_package_config_dir,
                              {lease_.request.package, queue.arch, queue.release});
    if (!traits) return failed_here(traits.error());
    for (const auto& problem : traits->problems) doors_.log.warn("worker: " + problem);
    if (traits->never_run)
      return excluded("blacklisted", "this package is on the list of those that are never run");
    return run_tool(*traits);
  }

  Attempt excluded(const std::string& version, const std::string& why) {
    auto attempt = not_run(adt::Outcome::excluded, adt::Blame::oper, why);
    attempt.exit_code = kNeverRun;
    attempt.files["testpkg-version"] = fmt::format("{} {}\n", lease_.request.package, version);
    return attempt;
  }

  Attempt run_tool(const PackageTraits& traits) {
    const auto rules = read_rules();
    if (!rules) return failed_here(rules.error());
    auto keys = find_keys();
    if (!keys) {
      const auto& error = keys.error();
      // A service that is down, or sends what is not wanted, is not the worker.
      if (error.kind == ErrorKind::invalid || error.kind == ErrorKind::not_found)
        return not_runnable(error);
      return not_run(adt::Outcome::infra_provision, adt::Blame::service, error.text());
    }
    const auto copies = write_ppa_files(*keys);
    if (!copies) return failed_here(copies.error());
    const auto variables = slot_variables();
    const auto output = directory_ + "/output";
    const auto argv = command_line({settings_.config, settings_.tool, traits, lease_.queue,
                                    lease_.request, variables, settings_.program, output, *copies});
    if (!argv) return not_runnable(argv.error());

    const auto console = directory_ + "/console";
    sys::GroupCommand command;
    command.command = {*argv, {{kMark, settings_.work_directory}}};
    command.output_file = console;
    command.grace = kGrace;
    command.limit =
        whole_limit(settings_.config, time_limits(settings_.config, traits, lease_.queue.arch));
    Watch watch(keeper_, tail_, disk_);
    const auto end = doors_.groups.run(command, watch);
    keeper_.measure({});  // the number may be another group's soon
    if (!end)
      return broken_off(end.error(), watch.shortage(), collect(doors_.files, output, console));
    return judge({*end, watch.shortage(), watch.seen()}, collect(doors_.files, output, console),
                 *rules);
  }

  // The run was ended because its output could not be kept. What there is of its log says more.
  Attempt broken_off(const base::Error& error, const std::optional<adt::DiskShortage>& shortage,
                     const RunOutput& left) {
    auto attempt = failed_here(error, shortage);
    attempt.judged.proof.phase = tail_.reached();
    auto& log = attempt.files["log"];
    log = left.files.at("log") + log;
    return attempt;
  }

  struct Watched {
    sys::GroupEnd end;
    std::optional<adt::DiskShortage> shortage;
    std::vector<adt::PhaseSeen> seen;
  };

  Attempt judge(const Watched& watched, RunOutput output, const adt::FailureRules& rules) {
    const auto& end = watched.end;
    if (!output.problem.empty()) doors_.log.warn("worker: " + output.problem);
    const auto testbed = runs_on_worker(settings_.config, slot_variables())
                             ? adt::TestbedKind::this_machine
                             : adt::TestbedKind::isolated;
    auto evidence = evidence_of(output.files, end, lease_.request, testbed);
    (void)disk_.look();  // for the least: a run may be shorter than the time between two looks
    evidence.disk_free_bytes = disk_.least();
    if (end.ending == sys::GroupEnding::stopped) evidence.disk_short = watched.shortage;
    evidence.seen = watched.seen;
    evidence.duration = keeper_.duration();
    auto judged = adt::classify(evidence, rules);
    return {std::move(output.files), judged.exit_code, std::move(judged)};
  }

  // A file of the site that is wrong must not stop its tests: the program's own rules do.
  Result<adt::FailureRules> read_rules() {
    const auto& path = settings_.config.failure_rules;
    if (!path.empty()) {
      const auto text = doors_.files.read(path);
      auto rules = text ? adt::parse_failure_rules(*text)
                        : Result<adt::FailureRules>(std::unexpected(text.error()));
      if (rules) return rules;
      doors_.log.error(fmt::format("worker: {}: {}", path, rules.error().text()));
    }
    return adt::parse_failure_rules(adt::default_failure_rules());
  }

  struct KeyedPpa {
    Ppa ppa;
    std::string key;
    int number = 0;  // in the request, from 1
  };

  // Of the PPAs that go into the testbed as files. Errors: those of PpaKeys.
  Result<std::vector<KeyedPpa>> find_keys() {
    std::vector<KeyedPpa> found;
    int number = 0;
    for (const auto& text : lease_.request.ppas) {
      ++number;
      if (!needs_files(text, settings_.tool) || runs_on_worker(settings_.config, slot_variables()))
        continue;
      auto ppa = parse_ppa(text);
      if (!ppa) return std::unexpected(ppa.error());
      auto key = doors_.keys.key_of(*ppa);
      if (!key) return base::fail_with(key.error(), fmt::format("key of PPA {}", ppa->name));
      found.push_back({std::move(*ppa), std::move(*key), number});
    }
    return found;
  }

  Result<std::vector<std::pair<std::string, std::string>>> write_ppa_files(
      const std::vector<KeyedPpa>& ppas) {
    std::vector<std::pair<std::string, std::string>> copies;
    for (const auto& [ppa, key, number] : ppas) {
      for (const auto& file : ppa_files(ppa, key, number, lease_.queue.release, settings_.config)) {
        const auto path = directory_ + "/" + file.name;
        if (auto written = doors_.files.replace(path, file.bytes); !written)
          return std::unexpected(written.error());
        copies.emplace_back(path, file.testbed);
      }
    }
    return copies;
  }

  Variables slot_variables() const {
    auto variables = settings_.variables;
    variables["LXD_REMOTE"] = slot_.remote;
    variables["NAME"] = testbed_name(slot_.name);
    variables["HOSTNAME"] = settings_.host;
    variables["HOSTARCH"] = slot_.arch;
    variables["TIMESTAMP"] =
        std::to_string(static_cast<std::int64_t>(base::seconds_of(doors_.clock.now())));
    return variables;
  }

  RunEnd publish(Attempt attempt) {
    auto& judged = attempt.judged;
    const bool run_again = !judged.suspicion.empty() && lease_.suspect_reruns_left > 0;
    if (!judged.suspicion.empty())
      judged.detail += run_again ? "; put aside and run again" : "; it stands, no re-run is left";
    results::RunFacts facts{.request = lease_.request,
                            .exit_code = attempt.exit_code,
                            .outcome = judged.outcome,
                            .blame = judged.blame,
                            .detail = judged.detail,
                            .suspicion = judged.suspicion,
                            .proof = judged.proof,
                            .duration = keeper_.duration(),
                            .end = doors_.clock.now(),
                            .worker = slot_.name,
                            .lease = results::lease_name(lease_.job, lease_.epoch)};
    if (attempt.exit_code == kNeverRun) facts.duration = std::chrono::seconds(0);
    const auto run_id =
        adt::make_run_id(facts.end, adt::request_key(lease_.request, lease_.queue), lease_.epoch);
    const auto bundle = results::make_bundle(std::move(attempt.files), facts);
    queue::AttemptEnd end{.outcome = judged.outcome,
                          .blame = judged.blame,
                          .detail = judged.detail,
                          .exit_code = attempt.exit_code,
                          .version = bundle.version,
                          .duration = facts.duration,
                          .place = {},
                          .digest = bundle.digest,
                          .suspicion = judged.suspicion,
                          .run_again = run_again,
                          .proof = judged.proof};
    // Before it stands no reader of results may see it: some read the store and ask nobody.
    end.place = adt::place_of(lease_.request, lease_.queue, run_id, adt::kind_of_run(end));
    const auto stored = upload(doors_.store, doors_.waiter, lease_.request, end.place, bundle,
                               [this] { return is_wanted(); });
    if (!is_wanted()) return not_wanted();
    if (!stored) tell_not_stored(end, stored.error());
    return finish(end);
  }

  bool is_wanted() { return keeper_.look(tail_, queue::Phase::collecting) == Verdict::wanted; }

  RunEnd not_wanted() {
    switch (keeper_.look(tail_, queue::Phase::collecting)) {
      case Verdict::cancelled: return confirm_cancelled();
      case Verdict::stop_now: return give_back();
      case Verdict::wanted:
      case Verdict::lost: break;
    }
    return RunEnd::lost;
  }

  // The run itself may have been fine, but a result that nobody can read decides nothing.
  void tell_not_stored(queue::AttemptEnd& end, const base::Error& error) {
    doors_.log.error("worker: upload: " + error.text());
    end.outcome = error.kind == ErrorKind::corrupt ? adt::Outcome::infra_store_inconsistent
                                                   : adt::Outcome::infra_store_upload;
    end.blame = adt::Blame::service;
    end.detail = "upload: " + error.text();
    end.place = {};
    end.digest.clear();
    end.suspicion.clear();
    end.run_again = false;
    end.proof.rule.clear();
    end.proof.evidence.push_back({adt::EvidenceKind::store, adt::EvidenceSource::store,
                                  adt::EvidenceWeight::decides, adt::quoted(end.detail),
                                  keeper_.duration()});
  }

  // Until the queue has heard, or says that it is not ours to say.
  RunEnd finish(const queue::AttemptEnd& end) {
    for (int tries = 1;; ++tries) {
      const auto told = doors_.queue.finish(lease_, end);
      if (told) return RunEnd::finished;
      if (told.error().kind != ErrorKind::unavailable) {
        doors_.log.warn(fmt::format("worker: job {}: {}", lease_.job, told.error().text()));
        return RunEnd::lost;
      }
      doors_.waiter.wait(pause_after(tries));
      if (wish_of(doors_.signals.seen()) == Wish::stop_now) return give_back();
    }
  }

  // Nothing is published: readers of results have no word for it, and the queue shows the reason.
  RunResult reject(const std::string& why) {
    doors_.log.warn(fmt::format("worker: job {}: rejected: {}", lease_.job, why));
    queue::AttemptEnd end;
    end.outcome = adt::Outcome::rejected;
    end.blame = adt::Blame::oper;
    end.detail = why;
    end.exit_code = kNotStarted;
    end.version = lease_.request.package + " unknown";
    end.proof.phase = adt::RunPhase::prepare;
    const RunResult result{finish(end), end.outcome, end.blame};
    clean();
    return result;
  }

  RunEnd confirm_cancelled() {
    queue::AttemptEnd end;
    end.outcome = adt::Outcome::cancelled;
    end.blame = adt::Blame::oper;
    end.detail = "stopped as the queue wanted";
    end.exit_code = kNotStarted;
    end.version = lease_.request.package + " unknown";
    end.duration = keeper_.duration();
    end.proof.phase = tail_.reached();
    (void)finish(end);  // a job that is somebody else's needs no confirmation
    return RunEnd::lost;
  }

  RunEnd give_back() {
    const auto told = doors_.queue.give_back(lease_, "the worker was stopped");
    if (!told)  // the lease ends by itself
      doors_.log.warn(fmt::format("worker: job {}: {}", lease_.job, told.error().text()));
    return RunEnd::given_back;
  }

  const Settings& settings_;
  const Slot& slot_;
  const queue::Lease& lease_;
  Doors& doors_;
  DiskWatch disk_;
  LeaseKeeper keeper_;
  LogTail tail_;
  std::string directory_;
};

}  // namespace

RunResult run_test(const Settings& settings, const Slot& slot, const queue::Lease& lease,
                   Doors& doors) {
  // From here on it has a name, in variables, files and messages alike.
  auto named = lease;
  named.request.uuid = adt::lease_uuid(lease.request, lease.queue, {lease.job, lease.epoch});
  return TestRun(settings, slot, named, doors).run();
}

}  // namespace sluice::worker
