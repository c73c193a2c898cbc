#include "codec/ini.h"

#include <fmt/format.h>

#include "base/text.h"

namespace sluice::codec {
namespace {

using base::ErrorKind;

class IniReader {
 public:
  base::Result<void> take(std::string_view line) {
    ++line_;
    const auto text = base::trim(line);
    if (text.empty()) {
      value_ = nullptr;  // a value does not go on over an empty line
      return {};
    }
    if (text.starts_with('#') || text.starts_with(';')) return {};
    const bool indented = line.front() == ' ' || line.front() == '\t';
    if (indented && value_ != nullptr) {
      value_->text += (value_->text.empty() ? "" : "\n") + std::string(text);
      return {};
    }
    return text.starts_with('[') ? open(text) : add(text);
  }

  IniFile file;

 private:
  base::Result<void> open(std::string_view text) {
    if (!text.ends_with(']') || text.size() < 3) return wrong("expected [section]");
    const auto [at, is_new] = file.try_emplace(std::string(text.substr(1, text.size() - 2)));
    if (!is_new) return wrong("section " + at->first + " stands there twice");
    section_ = &at->second;
    value_ = nullptr;
    return {};
  }

  base::Result<void> add(std::string_view text) {
    if (section_ == nullptr) return wrong("expected a [section] first");
    const auto end = text.find_first_of("=:");
    const auto key = base::to_lower(base::trim(text.substr(0, end)));
    if (end == std::string_view::npos || key.empty()) return wrong("expected key = value");
    const auto [at, is_new] =
        section_->try_emplace(key, IniValue{std::string(base::trim(text.substr(end + 1))), line_});
    if (!is_new) return wrong(key + " stands there twice");
    value_ = &at->second;
    return {};
  }

  base::Result<void> wrong(const std::string& what) const {
    return base::fail(ErrorKind::invalid, fmt::format("line {}: {}", line_, what));
  }

  IniSection* section_ = nullptr;
  IniValue* value_ = nullptr;  // that an indented line would go on with
  int line_ = 0;
};

}  // namespace

base::Result<IniFile> parse_ini(std::string_view text) {
  IniReader reader;
  for (const auto line : base::split(text, '\n'))
    if (auto taken = reader.take(line); !taken) return std::unexpected(std::move(taken.error()));
  return std::move(reader.file);
}

}  // namespace sluice::codec
