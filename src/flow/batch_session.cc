#include "flow/batch_session.h"

#include <algorithm>

#include "base/text.h"
#include "migrate/report_output.h"

namespace sluice::flow {
namespace {

constexpr std::size_t kCompletionsMax = 200;  // more than anybody reads

bool executes(migrate::HintType type) {
  return type == migrate::HintType::easy || type == migrate::HintType::hint ||
         type == migrate::HintType::force_hint;
}

}  // namespace

// The hint alone is run on the candidates that are left; what it moves stays moved.
std::vector<std::string> BatchSession::execute(const migrate::Hint& hint) {
  std::vector<std::string> lines;
  migrate::RunRequest request;
  request.must_stay = run_.must_stay_;
  request.candidates = run_.judgement_.candidates;
  request.cruft = run_.judgement_.cruft;
  const auto world = run_.world();
  auto result = migrate::run_hint(world, *run_.target_, hint, request, [&](const auto& event) {
    for (auto& line : migrate::output_lines(event, world, run_.state_.facts.now))
      lines.push_back(std::move(line.text));
  });
  moved_.insert(moved_.end(), result.accepted.begin(), result.accepted.end());
  forget_moved();
  return lines;
}

// What a hint moved in this session is no candidate any more, however often excuses are computed.
void BatchSession::forget_moved() {
  std::erase_if(run_.judgement_.candidates, [&](const migrate::Item& item) {
    return std::ranges::find(moved_, item) != moved_.end();
  });
}

std::vector<std::string> BatchSession::add(std::string_view line) {
  if (!added_.empty()) added_ += ';';
  added_ += line;
  const auto& given = run_.options_.hints;
  run_.load_hints(given.empty() ? added_ : given + ";" + added_);
  if (auto done = run_.judge_items(); !done) return {done.error().text()};
  forget_moved();
  if (auto done = run_.write_excuses(); !done) return {done.error().text()};
  return {"excuses computed again: " + std::to_string(run_.judgement_.candidates.size()) +
          " candidates"};
}

base::Result<std::vector<std::string>> BatchSession::apply(std::string_view hint_line) {
  const migrate::HintPermissions all{true, {}};
  auto parsed = migrate::parse_hints(hint_line, "hint-tester", "hint-tester", all,
                                     migrate::known_hints(run_.settings_), *run_.snapshot_);
  if (parsed.hints.empty())
    return base::fail(base::ErrorKind::invalid,
                      parsed.messages.empty() ? "a hint expected" : parsed.messages.front().text);
  if (executes(parsed.hints.front().type)) return execute(parsed.hints.front());
  return add(hint_line);
}

std::vector<std::string> BatchSession::complete_item(std::string_view prefix) {
  std::vector<std::string> names;
  for (const auto& item : run_.judgement_.candidates) {
    auto name = migrate::name_of(item, *run_.snapshot_);
    if (name.starts_with(prefix)) names.push_back(std::move(name));
    if (names.size() == kCompletionsMax) break;
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace sluice::flow
