#include "results/debci_file.h"

#include <fmt/format.h>

#include <optional>

#include "adt/names.h"
#include "adt/run.h"
#include "codec/json_list.h"

namespace sluice::results {
namespace {

using codec::Value;

std::string_view text_at(const Value& record, std::string_view key) {
  const auto* value = record.find(key);
  return value == nullptr || value->string() == nullptr ? std::string_view() : *value->string();
}

bool is_null(const Value& record, std::string_view key) {
  const auto* value = record.find(key);
  return value == nullptr || std::holds_alternative<std::nullptr_t>(*value);
}

std::optional<adt::ResultCode> code_of(std::string_view status) {
  if (status == "pass") return adt::ResultCode::pass;
  if (status == "fail") return adt::ResultCode::fail;
  if (status == "neutral") return adt::ResultCode::neutral;
  return std::nullopt;
}

// "2018-10-04T11:18:00.000Z": the same digits as in the id of a run.
std::optional<std::int64_t> seen_of(std::string_view updated) {
  if (updated.size() < 19 || updated[4] != '-' || updated[7] != '-' || updated[10] != 'T' ||
      updated[13] != ':' || updated[16] != ':')
    return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) { return updated.substr(at, size); };
  return adt::seen_of_run(fmt::format("{}{}{}_{}{}{}", part(0, 4), part(5, 2), part(8, 2),
                                      part(11, 2), part(14, 2), part(17, 2)));
}

// Run ids are texts of digits; older files have numbers.
std::string run_id_of(const Value& record) {
  const auto* value = record.find("run_id");
  if (value == nullptr) return "";
  if (const auto* number = std::get_if<std::int64_t>(value)) return std::to_string(*number);
  return value->string() == nullptr ? "" : *value->string();
}

// "hurd-i386", too: no queue is asked about these.
bool is_arch(std::string_view text) {
  return adt::check_package(text) && !text.contains('.') && !text.contains('+');
}

class Reader {
 public:
  explicit Reader(std::string_view suite) : suite_(suite) {}

  void on_record(const Value& record) {
    ++number_;
    if (record.map() == nullptr) return tell("an object");
    if (is_of_other_suite(record)) return;
    if (is_null(record, "trigger")) return;
    const auto source = text_at(record, "package"), arch = text_at(record, "arch");
    // Unknown ones are kept, as by the peer: an item may come that asks for them.
    if (!adt::check_package(source) || !is_arch(arch)) return tell("\"package\" and \"arch\"");
    const auto triggers = adt::sound_triggers(adt::triggers_of(text_at(record, "trigger")));
    if (is_null(record, "status")) {
      for (const auto& trigger : triggers) read_.pending.add(trigger, source, arch);
      return;
    }
    if (text_at(record, "status") == "tmpfail") return;
    const auto code = code_of(text_at(record, "status"));
    if (!code) return tell("a status pass, fail, neutral, tmpfail or null");
    const auto seen = seen_of(text_at(record, "updated_at"));
    if (!seen) return tell("\"updated_at\" like 2018-10-04T11:18:00.000Z");
    if (triggers.empty()) return;
    const auto version =
        is_null(record, "version") ? std::string_view("blacklisted") : text_at(record, "version");
    if (!adt::check_version(version)) return tell("a version, or null");
    read_.news.push_back({triggers,
                          std::string(source),
                          std::string(arch),
                          {*code, std::string(version), run_id_of(record), *seen}});
  }

  DebciResults take() { return std::move(read_); }

 private:
  bool is_of_other_suite(const Value& record) const {
    return !suite_.empty() && !is_null(record, "suite") && text_at(record, "suite") != suite_;
  }

  void tell(std::string_view expected) {
    if (read_.problems.size() < kProblemsShown)
      read_.problems.push_back(fmt::format("result {}: expected {}", number_, expected));
  }

  std::string_view suite_;
  DebciResults read_;
  std::size_t number_ = 0;
};

}  // namespace

base::Result<DebciResults> parse_debci(std::string_view text, std::string_view suite) {
  Reader reader(suite);
  const auto read = codec::read_json_list(text, "results",
                                          [&](const Value& record) { reader.on_record(record); });
  if (!read) return std::unexpected(read.error());
  return reader.take();
}

base::Result<DebciResults> read_debci(sys::FileSystem& files, std::string_view url,
                                      std::string_view suite) {
  constexpr std::string_view kScheme = "file://";
  const std::string path(url.substr(url.starts_with(kScheme) ? kScheme.size() : 0));
  const auto view = files.open(path);
  if (!view) return std::unexpected(view.error());
  return base::with_context(parse_debci((*view)->bytes(), suite), path);
}

}  // namespace sluice::results
