#include "cli/mirror_threads.h"

#include "cli/mirror_config.h"

namespace sluice::cli {

// The order counts: the thread ends before what it uses.
struct MirrorThreads::Doors {
  std::unique_ptr<sys::HttpClient> http = sys::curl_http_client();
  std::unique_ptr<sys::Processes> processes = sys::posix_processes();
  std::unique_ptr<sys::Waiter> waiter = sys::system_waiter();
  std::unique_ptr<flow::MirrorTurn> mirror;
  flow::Turns turns;
};

MirrorThreads::MirrorThreads(sys::Clock& clock) : clock_(clock) {}

MirrorThreads::~MirrorThreads() {
  // All are told before one is waited for.
  for (const auto& doors : doors_) doors->mirror->stop();
}

base::Result<std::unique_ptr<MirrorThreads>> MirrorThreads::open(const ServeArguments& arguments,
                                                                 sys::FileSystem& files,
                                                                 sys::Clock& clock,
                                                                 base::Log& log) {
  auto options = mirror_options(arguments, files);
  if (!options) return std::unexpected(options.error());
  std::vector<std::unique_ptr<Doors>> all;
  for (auto& each : *options) {
    auto doors = std::make_unique<Doors>();
    const auto name = each.name;
    auto mirror = flow::MirrorTurn::open(
        std::move(each), {*doors->http, files, *doors->processes, *doors->waiter, clock, log});
    if (!mirror) return base::fail_with(mirror.error(), "mirror " + name);
    doors->mirror = std::move(*mirror);
    all.push_back(std::move(doors));
  }
  std::unique_ptr<MirrorThreads> threads(new MirrorThreads(clock));
  threads->doors_ = std::move(all);
  for (const auto& doors : threads->doors_)
    doors->turns.start([mirror = doors->mirror.get()] { return mirror->turn(); });
  return threads;
}

bool MirrorThreads::adopt() {
  bool settled = true;
  for (const auto& doors : doors_) {
    doors->mirror->adopt();
    settled = settled && doors->mirror->is_settled();
  }
  return settled;
}

std::vector<std::string> MirrorThreads::lines() const {
  std::vector<std::string> lines;
  for (const auto& doors : doors_)
    lines.push_back(flow::text_of(doors->mirror->health(), clock_.now()));
  return lines;
}

}  // namespace sluice::cli
