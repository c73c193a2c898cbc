#include "cli/progress.h"

#include <doctest/doctest.h>

using namespace sluice::cli;

TEST_CASE("progress: the bar shows the share that is done") {
  CHECK(progress_bar("files", 50, 80, ProgressStyle::bar) ==
        "[############............]  50% files");
  CHECK(progress_bar("files", 0, 80, ProgressStyle::bar) ==
        "[........................]   0% files");
  CHECK(progress_bar("files", 250, 80, ProgressStyle::bar) ==
        "[########################] 100% files");
}

TEST_CASE("progress: an unknown share is text only") {
  CHECK(progress_bar("asking", -1, 80, ProgressStyle::bar) == "asking");
}

TEST_CASE("progress: no line is wider than the terminal") {
  for (const int columns : {0, 1, 10, 26, 27, 40}) {
    CAPTURE(columns);
    const auto bar = progress_bar(std::string(200, 'x'), -1, columns, ProgressStyle::bar);
    CHECK(bar.size() <= static_cast<std::size_t>(columns));
  }
  CHECK(progress_bar(std::string(200, 'x'), 10, 40, ProgressStyle::bar).size() == 39);
}

TEST_CASE("progress: colours only where they are wanted") {
  CHECK(progress_bar("x", 50, 80, ProgressStyle::bar).find('\x1b') == std::string::npos);
  CHECK(progress_bar("x", 50, 80, ProgressStyle::coloured_bar).find('\x1b') != std::string::npos);
}
