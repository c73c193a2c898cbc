#include "case_file.h"

#include <fmt/format.h>

#include "base/text.h"

namespace sluice::cases {
namespace {

constexpr std::string_view kHead = "[case ";

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {}

  base::Result<void> take(std::string_view line) {
    ++number_;
    const auto text = base::trim(line);
    if (text.empty() || text.starts_with('#')) return {};
    if (text.starts_with(kHead)) return open(text);
    if (cases_.empty()) return wrong("a line outside of a case; `[case NAME]` comes first");
    if (text == "expect") {
      if (in_expect_) return wrong("a second `expect`");
      in_expect_ = true;
      return {};
    }
    auto& current = cases_.back();
    const auto end = text.find_first_of(" \t");
    const auto rest = end == std::string_view::npos ? "" : base::trim(text.substr(end));
    (in_expect_ ? current.expect : current.given)
        .push_back({number_, std::string(text.substr(0, end)), std::string(rest)});
    return {};
  }

  base::Result<std::vector<Case>> finish() {
    if (auto done = close(); !done) return std::unexpected(done.error());
    return std::move(cases_);
  }

 private:
  base::Result<void> open(std::string_view text) {
    if (!text.ends_with(']')) return wrong("`[case NAME]` is expected");
    if (auto done = close(); !done) return done;
    text.remove_prefix(kHead.size());
    text.remove_suffix(1);
    cases_.push_back({file_, number_, std::string(base::trim(text)), {}, {}});
    in_expect_ = false;
    return {};
  }

  base::Result<void> close() const {
    if (!cases_.empty() && cases_.back().expect.empty())
      return wrong(fmt::format("the case '{}' expects nothing", cases_.back().name));
    return {};
  }

  std::unexpected<base::Error> wrong(std::string what) const {
    return base::fail_with({base::ErrorKind::invalid, std::move(what), {}},
                           fmt::format("{}:{}", file_, number_));
  }

  const std::string& file_;
  int number_ = 0;
  bool in_expect_ = false;
  std::vector<Case> cases_;
};

}  // namespace

base::Result<std::vector<Case>> parse_cases(std::string_view text, const std::string& file) {
  Parser parser(file);
  for (const auto line : base::split(text, '\n'))
    if (auto done = parser.take(line); !done) return std::unexpected(done.error());
  return parser.finish();
}

}  // namespace sluice::cases
