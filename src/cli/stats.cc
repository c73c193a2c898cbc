#include "cli/stats.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace sluice::cli {
namespace {

// Often enough for a run of one second, and too rare to show in its processor time.
constexpr auto kSamplePause = std::chrono::milliseconds(10);

double mebibytes(std::uint64_t bytes) { return static_cast<double>(bytes) / (1024.0 * 1024.0); }

}  // namespace

std::string stats_text(const sys::Usage& from, const sys::Usage& to) {
  return fmt::format("user_s={:.3f} system_s={:.3f} wall_s={:.3f} anon_mib={:.1f}",
                     to.user_seconds - from.user_seconds, to.system_seconds - from.system_seconds,
                     to.wall_seconds - from.wall_seconds, mebibytes(to.anonymous_bytes));
}

Stats::Stats()
    : start_(sys::usage_now()), last_(start_), sampler_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          const auto now = sys::usage_now().anonymous_bytes;
          peak_anonymous_ = std::max(peak_anonymous_.load(), now);
          std::this_thread::sleep_for(kSamplePause);
        }
      }) {}

void Stats::end_phase(std::string_view name) {
  const auto now = sys::usage_now();
  phases_.push_back(fmt::format("stats: phase={} {}", name, stats_text(last_, now)));
  last_ = now;
}

std::vector<std::string> Stats::lines() {
  sampler_.request_stop();
  sampler_.join();
  const auto now = sys::usage_now();
  const auto peak = std::max(peak_anonymous_.load(), now.anonymous_bytes);
  auto lines = phases_;
  lines.push_back(fmt::format("stats: total {} peak_anon_mib={:.1f} peak_rss_mib={:.1f}",
                              stats_text(start_, now), mebibytes(peak),
                              mebibytes(now.peak_resident_bytes)));
  return lines;
}

}  // namespace sluice::cli
