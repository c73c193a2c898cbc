// The case runner: every [case ...] of tests/case/migrate/*.case is a test case of this program.
// Format: docs/formats/case.md, whose example is run too.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "case_outcome.h"

namespace sluice::cases {
namespace {

// doctest knows test cases as functions without arguments: number N runs case N. Raise it when the
// last claim of this file says so.
constexpr std::size_t kCasesMax = 400;

struct CaseSet {
  std::vector<Case> cases;
  std::vector<std::string> errors;
};

std::string read_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The fenced example of the format's page.
std::string documented_case() {
  constexpr std::string_view kFence = "```case\n";
  const auto page = read_text("../docs/formats/case.md");
  const auto begin = page.find(kFence);
  if (begin == std::string::npos) return "";
  return page.substr(begin + kFence.size(), page.find("\n```", begin) - begin - kFence.size() + 1);
}

void add_cases(CaseSet& set, const std::string& text, const std::string& file) {
  auto cases = parse_cases(text, file);
  if (cases)
    std::ranges::move(*cases, std::back_inserter(set.cases));
  else
    set.errors.push_back(cases.error().text());
}

// ctest starts us in tests/.
CaseSet read_cases() {
  CaseSet set;
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("case/migrate", error))
    if (entry.path().extension() == ".case") paths.push_back(entry.path());
  std::ranges::sort(paths);
  for (const auto& path : paths) add_cases(set, read_text(path), path.string());
  add_cases(set, documented_case(), "docs/formats/case.md");
  return set;
}

const CaseSet& all_cases() {
  static const auto* set = new CaseSet(read_cases());  // lives as long as the program
  return *set;
}

template <std::size_t N>
void run_case() {
  const auto& scenario = all_cases().cases[N];
  const auto outcome = run(scenario);
  if (!outcome) FAIL(outcome.error().text());
  for (const auto& line : scenario.expect) {
    const auto found = complaint(**outcome, line);
    if (found)
      FAIL_CHECK(fmt::format("{}:{}: {} {}\n  {}", scenario.file, line.number, line.word, line.text,
                             *found));
    else
      CHECK(!found);
  }
}

template <std::size_t... N>
constexpr auto functions(std::index_sequence<N...>) {
  return std::array<void (*)(), sizeof...(N)>{run_case<N>...};
}

int register_cases() {
  static constexpr auto kFunctions = functions(std::make_index_sequence<kCasesMax>());
  const auto& cases = all_cases().cases;
  for (std::size_t i = 0; i < std::min(cases.size(), kCasesMax); ++i)
    doctest::detail::regTest(doctest::detail::TestCase(kFunctions[i], cases[i].file.c_str(),
                                                       static_cast<unsigned>(cases[i].line),
                                                       doctest::detail::TestSuite()) *
                             cases[i].name.c_str());
  return 0;
}

[[maybe_unused]] const int kRegistered = register_cases();

}  // namespace
}  // namespace sluice::cases

using namespace sluice::cases;

TEST_CASE("cases: every file can be read, and there is room for all") {
  for (const auto& error : all_cases().errors) FAIL_CHECK(error);
  CHECK(!all_cases().cases.empty());
  CHECK(all_cases().cases.size() <= kCasesMax);
}

TEST_CASE("cases: a file that breaks the format is refused with its line") {
  struct Row {
    const char *name, *text, *error;
  };
  const Row rows[] = {
      {"before any case", "archs amd64\n",
       "f:1: a line outside of a case; `[case NAME]` comes first"},
      {"open bracket", "[case x\n", "f:1: `[case NAME]` is expected"},
      {"nothing expected", "[case x]\ntesting\n", "f:3: the case 'x' expects nothing"},
      {"two expects", "[case x]\nexpect\nexpect\n", "f:3: a second `expect`"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto cases = parse_cases(row.text, "f");
    REQUIRE_FALSE(cases);
    CHECK(cases.error().text() == row.error);
  }
}

TEST_CASE("cases: unknown words are refused, they never pass in silence") {
  const auto error = [](const char* given) {
    const auto cases =
        parse_cases(std::string("[case x]\n") + given + "\nexpect\nmigrates a\n", "f");
    REQUIRE(cases);
    const auto outcome = run(cases->front());
    return outcome ? "accepted" : outcome.error().text();
  };
  CHECK(error("wizard foo") == "f:2: the word 'wizard' is unknown");
  CHECK(error("source foo 1") == "f:2: a suite's name comes before its packages");
  CHECK(error("rules fedora") == "f:2: ubuntu or debian is expected");
}
