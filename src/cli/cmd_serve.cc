#include "cli/cmd_serve.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "base/text.h"
#include "cli/amqp_doors.h"
#include "cli/console_log.h"
#include "cli/mirror_threads.h"
#include "cli/results_thread.h"
#include "cli/serve_config.h"
#include "cli/store_door.h"
#include "cli/tokens.h"
#include "flow/adopt_runs.h"
#include "flow/gate_loop.h"
#include "flow/keeper.h"
#include "flow/private_state.h"
#include "flow/rescan_turn.h"
#include "flow/results_feed.h"
#include "sys/http_server.h"
#include "sys/mail_transport.h"
#include "sys/processes.h"
#include "sys/secret.h"
#include "sys/signals.h"
#include "sys/waiter.h"
#include "web/site.h"
#include "web/swift_api.h"

namespace sluice::cli {
namespace {

// How often the loop looks whether something has changed, or somebody wants it to end.
constexpr std::chrono::milliseconds kTurn{500};
// And whether a result has come: the gate has a tenth of a second to decide what it changes.
constexpr std::chrono::milliseconds kGlance{10};
constexpr std::chrono::minutes kPublishPeriod{1};
constexpr std::string_view kResults = "/results";
// Readers wait, and the re-scan has its next turn.
constexpr results::SwiftPatience kPatience{.tries = 2, .first = std::chrono::milliseconds(1'000)};

bool is_of_results(std::string_view target) {
  return target == kResults || target.starts_with("/results/") || target.starts_with("/results?");
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

// As it stands in a URL.
std::string host_of(const std::string& address) {
  return address.contains(':') ? "[" + address + "]" : address;
}

// Results are read by everybody but for what is private; that opens for who has an address that
// was signed with the key.
web::ResultsDoor results_door(results::ResultStore& store, sys::Clock& clock,
                              const std::string& key) {
  const web::SwiftPlace place{.prefix = std::string(kResults), .temp_url_key = key};
  return [&store, &clock, place](const sys::ServerRequest& request) {
    return web::serve_swift({store, place}, request, {}, clock.now());
  };
}

// What is published for the peers' programs, and nothing else of the directory.
web::StaticDoor static_door(sys::FileSystem& files, const std::string& directory) {
  return [&files, directory](const std::string& name) -> sys::ServerResponse {
    const bool known = name == "autopkgtest.db" || name == "autopkgtest.db.sha256";
    auto bytes = known ? files.read(directory + "/" + name)
                       : base::Result<std::string>(base::fail(base::ErrorKind::not_found, name));
    if (!bytes) return web::problem(404, "nothing of this name is published");
    return {200, {{"Content-Type", "application/octet-stream"}}, std::move(*bytes)};
  };
}

class Server {
 public:
  Server(const ServeArguments& arguments, sys::FileSystem& files, sys::Clock& clock, base::Log& log)
      : arguments_(arguments),
        files_(files),
        clock_(clock),
        log_(log),
        tokens_(files, arguments.state + "/tokens"),
        place_(served_place(arguments.results, arguments.state)) {}

  base::Result<void> run() {
    auto signals = sys::posix_signals();
    if (auto opened = open(); !opened) return opened;
    (void)std::printf("listening on http://%s:%u\n", host_of(arguments_.address).c_str(),
                      http_->port());
    (void)std::fflush(stdout);
    loop(*signals);
    http_.reset();
    mirrors_.reset();
    amqp_.reset();
    adopt_->stop();
    if (rescan_) rescan_->stop();
    keeper_->stop();
    return {};
  }

 private:
  base::Result<void> open() {
    if (!place_) return std::unexpected(place_.error());
    if (auto made = files_.create_directories(arguments_.state); !made) return made;
    auto lock = files_.lock(arguments_.state + "/lock");
    if (!lock && lock.error().kind == base::ErrorKind::conflict)
      return base::fail_with(lock.error(), "another server has the state " + arguments_.state);
    if (!lock) return std::unexpected(lock.error());
    lock_ = std::move(*lock);
    if (tokens_.empty() && !is_loopback(arguments_.address))
      return base::fail(base::ErrorKind::denied,
                        "there is no token in " + arguments_.state +
                            "/tokens: without one only the loopback is listened on");
    base::Result<std::string> key;  // "" if no file is named
    if (!arguments_.temp_url_key.empty()) key = sys::read_key(files_, arguments_.temp_url_key);
    if (!key) return base::fail_with(key.error(), "temporary URLs");
    const auto database = arguments_.state + "/grid.db";
    if (auto closed = flow::make_state_private(files_, database); !closed) return closed;
    auto keeper = flow::Keeper::open(database, arguments_.limits, clock_, log_);
    if (!keeper) return std::unexpected(keeper.error());
    keeper_ = std::move(*keeper);
    keeper_->start();
    auto mirrors = MirrorThreads::open(arguments_, files_, clock_, log_);
    if (!mirrors) return std::unexpected(mirrors.error());
    mirrors_ = std::move(*mirrors);
    store_ = std::make_unique<StoreDoor>(*place_, files_, kPatience);
    auto door = results_door(store_->store(), clock_, *key);
    if (is_swift(*place_)) far_results_ = std::make_unique<ResultsThread>(std::exchange(door, {}));
    site_ = std::make_unique<web::Site>(
        *keeper_, [this](std::string_view token) { return tokens_.role_of(token); },
        std::move(door), static_door(files_, arguments_.state + "/public"),
        [mirrors = mirrors_.get()] { return mirrors->lines(); });
    auto http =
        sys::beast_http_server({.address = arguments_.address, .port = arguments_.port},
                               [this](sys::ServerRequest request, sys::HttpServer::Reply reply) {
                                 if (far_results_ && is_of_results(request.target))
                                   far_results_->answer(std::move(request), std::move(reply));
                                 else
                                   site_->answer(request, std::move(reply));
                               });
    if (!http) return std::unexpected(http.error());
    http_ = std::move(*http);
    if (!arguments_.releases.empty())
      if (auto opened = open_feed(); !opened) return opened;
    start_adopting();
    if (arguments_.rescan_minutes > 0) start_rescan();
    if (arguments_.amqp.url.empty()) return {};
    auto amqp = AmqpDoors::open(arguments_.amqp, *keeper_, log_);
    if (!amqp) return std::unexpected(amqp.error());
    amqp_ = std::move(*amqp);
    return {};
  }

  base::Result<void> open_feed() {
    std::set<std::string> releases(arguments_.releases.begin(), arguments_.releases.end());
    if (releases.contains("all")) releases.clear();
    if (auto matched = flow::match_releases(arguments_.state, releases, files_); !matched)
      return matched;
    auto feed = flow::ResultsFeed::open(arguments_.state, std::move(releases));
    if (!feed) return std::unexpected(feed.error());
    feed_.emplace(std::move(*feed));
    return {};
  }

  // With a store of its own, as the re-scan: each waits for it in its own thread.
  void start_adopting() {
    searched_ = std::make_unique<StoreDoor>(*place_, files_, kPatience);
    adopt_ = std::make_unique<flow::AdoptRuns>(searched_->store(), *keeper_, log_);
    adopt_->start();
  }

  void start_rescan() {
    scanned_ = std::make_unique<StoreDoor>(*place_, files_, kPatience);
    rescan_ = std::make_unique<flow::RescanTurn>(scanned_->store(), *keeper_, clock_, log_,
                                                 std::chrono::minutes(arguments_.rescan_minutes));
    rescan_->start();
  }

  void loop(sys::Signals& signals) {
    const auto waiter = sys::system_waiter();
    const auto client = sys::curl_http_client();
    const auto mail = sys::curl_mail_transport();
    const auto processes = sys::posix_processes();
    flow::GateLoopOptions options;
    options.config_path = arguments_.gate_config;
    options.interval = std::chrono::minutes(arguments_.interval_minutes);
    options.apply_command = arguments_.apply_command;
    options.state_dir = arguments_.state;
    options.parsed_cache = arguments_.state + "/indexes.cache";
    flow::GateLoop gate(options,
                        {*keeper_, files_, client.get(), mail.get(), *processes, clock_, log_});
    while (signals.seen().terminations == 0) {
      // A mirror's first look is waited for: until then there may be nothing to read.
      const bool readable = mirrors_->adopt();
      const auto seen = keeper_->test_news();
      if (readable && !arguments_.gate_config.empty()) gate.turn();
      publish(gate.engine());
      pause(*waiter, seen);
    }
    log_.info("serve: ends as asked");
  }

  // Between two turns. A result that has come since `seen` were there ends it.
  void pause(sys::Waiter& waiter, std::uint64_t seen) const {
    for (auto left = kTurn; left.count() > 0 && keeper_->test_news() == seen; left -= kGlance)
      waiter.wait(kGlance);
  }

  // Every minute, as the peers do.
  void publish(const flow::GateEngine* gate) {
    if (!feed_ || clock_.now() < published_ + kPublishPeriod) return;
    published_ = clock_.now();
    if (gate != nullptr && is_published(gate->series())) publish_versions(*gate);
    if (const auto done = feed_->turn(*keeper_, files_); !done)
      log_.error("serve: publishing autopkgtest.db: " + done.error().text());
  }

  bool is_published(std::string_view release) const {
    return std::ranges::any_of(arguments_.releases, [&](const std::string& published) {
      return published == release || published == "all";
    });
  }

  void publish_versions(const flow::GateEngine& gate) {
    const auto& snapshot = gate.engine().archive().snapshot;
    if (snapshot == versions_of_.lock()) return;
    versions_of_ = snapshot;
    const auto versions = flow::current_versions(*snapshot, gate.series());
    if (auto done = feed_->set_current(versions); !done)
      log_.error("serve: versions in autopkgtest.db: " + done.error().text());
  }

  const ServeArguments& arguments_;
  sys::FileSystem& files_;
  sys::Clock& clock_;
  base::Log& log_;
  Tokens tokens_;                        // the server's thread, after open()
  base::Result<StorePlace> place_;       // of the results
  std::unique_ptr<StoreDoor> store_;     // the server's thread, or that of far_results_
  std::unique_ptr<StoreDoor> scanned_;   // the re-scan's thread
  std::unique_ptr<StoreDoor> searched_;  // that of adopt_
  std::unique_ptr<sys::FileLock> lock_;
  std::unique_ptr<flow::Keeper> keeper_;
  std::unique_ptr<web::Site> site_;
  std::optional<flow::ResultsFeed> feed_;  // nothing if no release is published
  base::Instant published_{};
  std::weak_ptr<const deb::Snapshot> versions_of_;  // the archive that was published last
  std::unique_ptr<AmqpDoors> amqp_;                 // null without a broker
  std::unique_ptr<flow::AdoptRuns> adopt_;          // null until open() has come so far
  std::unique_ptr<flow::RescanTurn> rescan_;        // null if nobody wants it
  std::unique_ptr<MirrorThreads> mirrors_;
  std::unique_ptr<ResultsThread> far_results_;  // null where results are a directory
  std::unique_ptr<sys::HttpServer> http_;       // last: it stops first
};

}  // namespace

int run_serve(const ServeArguments& arguments, sys::FileSystem& files, sys::Clock& clock) {
  ConsoleLog log(wanted_level(arguments.verbosity, nullptr), clock, stderr);
  const auto complete = with_config(arguments, files);
  auto done = base::Result<void>();
  if (complete)
    done = Server(*complete, files, clock, log).run();
  else
    done = std::unexpected(complete.error());
  if (done) return 0;
  log.error("serve: " + done.error().text());
  return 1;
}

}  // namespace sluice::cli
