// Progress for people, on standard error: a bar on a terminal, plain lines otherwise.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::cli {

// bar: one line, drawn over; coloured_bar the same in colour; lines: a line per step and quarter.
enum class ProgressStyle : std::uint8_t { bar, coloured_bar, lines };

// What standard error can show. NO_COLOR, set to anything but nothing, switches colours off.
ProgressStyle progress_style();

class Progress {
 public:
  explicit Progress(ProgressStyle style) : style_(style) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  // `percent` is negative while it is not known.
  void show(std::string_view text, double percent);
  // Takes the bar away, so that other text can be written.
  void clear();

 private:
  ProgressStyle style_;
  bool drawn_ = false;
  int quarter_ = -1;  // of the last plain line with a percentage
};

// The bar of one line of at most `columns`, without the control characters around it.
std::string progress_bar(std::string_view text, double percent, int columns, ProgressStyle style);

}  // namespace sluice::cli
