#include "britney/static_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "base/text.h"
#include "deb/deb822.h"

namespace sluice::britney {
namespace {

std::string field_of(std::string_view stanza, std::string_view name, std::string_view unset) {
  return std::string(deb::find_field(stanza, name).value_or(unset));
}

// `#` in the first column is a comment wherever it stands; inside a field it would end that field.
std::string without_comments(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const auto line =
        text.substr(0, text.find('\n') + 1);  // npos + 1 == 0 stands for the last line
    const auto size = line.empty() ? text.size() : line.size();
    if (!text.starts_with('#')) kept += text.substr(0, size);
    text.remove_prefix(size);
  }
  return kept;
}

// One line of Package-List: "pkg" or "pkg [arch1 arch2]".
struct ListedPackage {
  std::string clause;
  std::optional<std::vector<std::string>> architectures;  // nothing: all
};

std::optional<ListedPackage> parse_listed(std::string_view line) {
  const auto open = line.find('[');
  if (open == std::string_view::npos) return ListedPackage{std::string(line), std::nullopt};
  const auto name = base::trim(line.substr(0, open));
  const auto inside = line.substr(open + 1, line.size() - open - 2);
  if (!line.ends_with(']') || name.empty() || inside.find_first_of("!,[]") != std::string::npos)
    return std::nullopt;
  const auto words = base::split_words(inside);
  return ListedPackage{std::string(name), std::vector<std::string>(words.begin(), words.end())};
}

bool applies(const ListedPackage& package, const std::string& arch) {
  return !package.architectures ||
         std::ranges::find(*package.architectures, arch) != package.architectures->end();
}

// Splits a constraint where its relations differ between architectures, and only there.
void add_constraint(std::vector<deb::FauxPackage>& to, const std::string& name,
                    const std::vector<ListedPackage>& listed,
                    const std::vector<std::string>& architectures) {
  std::map<std::string, std::vector<std::string>> archs_of_depends;
  for (const auto& arch : architectures) {
    std::vector<std::string> clauses;
    for (const auto& package : listed)
      if (applies(package, arch)) clauses.push_back(package.clause);
    archs_of_depends[base::join(clauses, ", ")].push_back(arch);
  }
  for (auto& [depends, archs] : archs_of_depends) {
    if (archs.size() == architectures.size()) archs.clear();  // all
    to.push_back({.name = name,
                  .version = "1",
                  .section = "faux",
                  .provides = {},
                  .depends = depends,
                  .multi_arch = {},
                  .architectures = std::move(archs)});
  }
}

class StaticReader {
 public:
  explicit StaticReader(const std::string& file) : file_(file) {}

  template <class Paragraph>
  void for_each_paragraph(std::string_view text, const Paragraph& read_paragraph) {
    const auto kept = without_comments(text);
    deb::StanzaReader stanzas(kept);
    while (const auto stanza = stanzas.next()) {
      ++number_;
      read_paragraph(*stanza);
    }
  }

  void read_faux(std::string_view stanza) {
    const auto name = field_of(stanza, "Package", "");
    if (!is_name(name)) return complain("Package", "the name of a package");
    const auto version = field_of(stanza, "Version", "1.0-1");
    if (base::split_words(version).size() != 1) return complain("Version", "one version");
    const auto component = field_of(stanza, "Component", "non-free");
    deb::FauxPackage package{.name = name,
                             .version = version,
                             .section = component == "main" ? "faux" : component + "/faux",
                             .provides = field_of(stanza, "Provides", ""),
                             .depends = {},
                             .multi_arch = field_of(stanza, "Multi-Arch", ""),
                             .architectures = {}};
    for (const auto arch : base::split_words(field_of(stanza, "Architecture", "")))
      package.architectures.emplace_back(arch);
    read_.value.packages.push_back(std::move(package));
  }

  void read_constraint(std::string_view stanza, const std::vector<std::string>& architectures) {
    const auto name = field_of(stanza, "Fake-Package-Name", "");
    if (!is_name(name)) return complain("Fake-Package-Name", "the name of a package");
    if (field_of(stanza, "Constraint", "") != "present-and-installable")
      return complain("Constraint", "\"present-and-installable\"");
    const auto list = deb::find_field(stanza, "Package-List");
    if (!list) return complain("Package-List", "a package on each line");
    std::vector<ListedPackage> listed;
    for (const auto raw : base::split(*list, '\n')) {
      const auto line = base::trim(raw);
      if (line.empty() || line.starts_with('#')) continue;
      if (auto package = parse_listed(line))
        listed.push_back(std::move(*package));
      else
        complain("Package-List", fmt::format("\"pkg\" or \"pkg [arch1 arch2]\", got \"{}\"", line));
    }
    add_constraint(read_.value.packages, name, listed, architectures);
    read_.value.must_stay_installable.push_back(name);
  }

  Read<StaticInput> take() {
    auto& names = read_.value.must_stay_installable;
    std::ranges::sort(names);
    const auto twice = std::ranges::unique(names);
    names.erase(twice.begin(), twice.end());
    return std::move(read_);
  }

 private:
  static bool is_name(std::string_view text) { return base::split_words(text).size() == 1; }

  void complain(std::string_view field, std::string_view expectation) {
    read_.messages.push_back(
        {base::Level::error, fmt::format("{}, paragraph {}: {}: expected {}, ignored", file_,
                                         number_, field, expectation)});
  }

  const std::string& file_;
  Read<StaticInput> read_;
  std::size_t number_ = 0;
};

}  // namespace

Read<StaticInput> parse_faux_packages(std::string_view text, const std::string& file) {
  StaticReader reader(file);
  reader.for_each_paragraph(text, [&](std::string_view stanza) { reader.read_faux(stanza); });
  return reader.take();
}

Read<StaticInput> parse_constraints(std::string_view text, const std::string& file,
                                    const std::vector<std::string>& architectures) {
  StaticReader reader(file);
  reader.for_each_paragraph(
      text, [&](std::string_view stanza) { reader.read_constraint(stanza, architectures); });
  return reader.take();
}

Read<StaticInput> read_static_input(sys::FileSystem& files, const std::string& directory,
                                    const std::vector<std::string>& architectures) {
  Read<StaticInput> all;
  if (directory.empty()) return all;
  const auto add = [&](const std::string& file, const auto& parse) {
    const auto view = files.open(file);
    if (!view && view.error().kind == base::ErrorKind::not_found) return;
    if (!view) return all.messages.push_back({base::Level::error, view.error().text()});
    auto read = parse((*view)->bytes(), file);
    std::ranges::move(read.value.packages, std::back_inserter(all.value.packages));
    std::ranges::move(read.value.must_stay_installable,
                      std::back_inserter(all.value.must_stay_installable));
    append(all.messages, std::move(read.messages));
  };
  add(directory + "/faux-packages", [](std::string_view text, const std::string& file) {
    return parse_faux_packages(text, file);
  });
  add(directory + "/constraints", [&](std::string_view text, const std::string& file) {
    return parse_constraints(text, file, architectures);
  });
  return all;
}

}  // namespace sluice::britney
