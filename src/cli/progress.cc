#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "sys/terminal.h"

namespace sluice::cli {
namespace {

constexpr int kBarCells = 24;

void write_progress(std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
  (void)std::fflush(stderr);
}

}  // namespace

ProgressStyle progress_style() {
  if (!sys::is_terminal(sys::Stream::error)) return ProgressStyle::lines;
  const char* no_color = std::getenv("NO_COLOR");
  return no_color != nullptr && *no_color != '\0' ? ProgressStyle::bar
                                                  : ProgressStyle::coloured_bar;
}

std::string progress_bar(std::string_view text, double percent, int columns, ProgressStyle style) {
  const auto room = static_cast<std::size_t>(std::max(columns - 1, 0));  // the last column wraps
  if (percent < 0) return std::string(text.substr(0, room));
  const double share = std::clamp(percent, 0.0, 100.0) / 100.0;
  const auto done = static_cast<std::size_t>(share * kBarCells);
  const std::string filled(done, '#'), open(kBarCells - done, '.');
  const auto tail = fmt::format(" {:3.0f}% {}", share * 100.0, text);
  const std::size_t bar_room = kBarCells + 2;
  const auto shown = tail.substr(0, room > bar_room ? room - bar_room : 0);
  if (style != ProgressStyle::coloured_bar) return "[" + filled + open + "]" + shown;
  return "[\x1b[32m" + filled + "\x1b[0m" + open + "]" + shown;
}

void Progress::show(std::string_view text, double percent) {
  if (style_ != ProgressStyle::lines) {
    write_progress("\r\x1b[K" + progress_bar(text, percent, sys::terminal_columns(), style_));
    drawn_ = true;
    return;
  }
  const int quarter = percent < 0 ? -1 : static_cast<int>(percent / 25);
  if (percent >= 0 && quarter == quarter_) return;
  quarter_ = quarter;
  write_progress(percent < 0 ? fmt::format("{}\n", text)
                             : fmt::format("{:3.0f}% {}\n", percent, text));
}

void Progress::clear() {
  if (drawn_) write_progress("\r\x1b[K");
  drawn_ = false;
}

}  // namespace sluice::cli
