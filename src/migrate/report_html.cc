// excuses.html. Source: migration 4.7; Debian's lines: 4.8 "Text".
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "migrate/finding_text.h"
#include "migrate/reports.h"

namespace sluice::migrate {
namespace {

std::string age_line(double days, double required) {
  const auto age = static_cast<std::int64_t>(days);
  const auto needed = static_cast<std::int64_t>(required);
  if (needed == 0) return fmt::format("{} days old", age);
  if (days < required) return fmt::format("Too young, only {} of {} days old", age, needed);
  return fmt::format("{} days old (needed {} days)", age, needed);
}

// (name before any `/`, TYPE) -> every alternative of that pair is still considered.
using DependencyLines = std::map<std::pair<std::string, std::string_view>, bool>;

DependencyLines dependency_lines(const Excuse& excuse) {
  DependencyLines lines;
  for (const auto& dependency : excuse.dependencies) {
    const auto type = words_of(dependency.type).display;
    for (const auto& alternative : dependency.alternatives) {
      const auto name = alternative.item.substr(0, alternative.item.find('/'));
      const auto [at, is_new] = lines.emplace(std::pair(name, type), alternative.valid);
      if (!is_new) at->second = at->second && alternative.valid;
    }
  }
  return lines;
}

std::vector<std::string> debian_lines(const Excuse& excuse, const World& world) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("Migration status: {}", summary_of(excuse.verdict, RuleSet::debian)));
  if (!excuse.maintainer.empty()) lines.push_back("Maintainer: " + excuse.maintainer);
  if (excuse.section.find('/') != std::string::npos) lines.push_back("Section: " + excuse.section);
  if (excuse.days_old)
    lines.push_back(age_line(*excuse.days_old, excuse.required_days.value_or(0)));
  std::ranges::move(excuse_texts(excuse, world), std::back_inserter(lines));
  for (const auto& [key, valid] : dependency_lines(excuse)) {
    const auto& [name, type] = key;
    lines.push_back(fmt::format("{}: {} <a href=\"#{}\">{}</a>{}", type, excuse.uvname, name, name,
                                valid ? "" : " (not considered)"));
  }
  for (const auto& finding : excuse.findings)
    if (finding.kind == FindingKind::ignoring_break_arch_dependency)
      lines.push_back(text_of(finding, excuse, world));
  return lines;
}

std::string linked_version(std::string_view page, std::string_view version) {
  if (version == "-") return "-";
  return fmt::format("<a href=\"{}/{}\">{}</a>", page, version, version);
}

void append_head(std::string& out, const Excuse& excuse, const World& world) {
  const auto at = std::back_inserter(out);
  const auto& name = excuse.uvname;
  if (!world.settings.links_to_launchpad()) {
    fmt::format_to(at, "<li><a id=\"{}\" name=\"{}\">{}</a> ({} to {})\n", name, name, name,
                   excuse.old_version, excuse.new_version);
    return;
  }
  const auto page = fmt::format("https://launchpad.net/ubuntu/+source/{}",
                                world.snapshot.text(excuse.item.package));
  fmt::format_to(at, "<li><a id=\"{}\" name=\"{}\" href=\"{}\">{}</a> ({} to {})\n", name, name,
                 page, name, linked_version(page, excuse.old_version),
                 linked_version(page, excuse.new_version));
}

}  // namespace

std::vector<std::string> excuse_html_lines(const Excuse& excuse, const World& world) {
  return world.settings.rules == RuleSet::debian ? debian_lines(excuse, world)
                                                 : excuse_texts(excuse, world);
}

std::vector<const Excuse*> in_report_order(std::span<const Excuse> excuses) {
  std::vector<const Excuse*> order;
  order.reserve(excuses.size());
  for (const auto& excuse : excuses) order.push_back(&excuse);
  std::ranges::sort(order, {}, [](const Excuse* excuse) {
    return std::pair<double, std::string_view>(excuse->days_old.value_or(-1), excuse->uvname);
  });
  return order;
}

std::string excuses_html(std::span<const Excuse> excuses, const World& world, base::Instant now) {
  std::string out =
      "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" "
      "\"http://www.w3.org/TR/REC-html40/strict.dtd\">\n"
      "<html><head><title>excuses...</title><meta http-equiv=\"Content-Type\" "
      "content=\"text/html;charset=utf-8\"></head><body>\n";
  out += "<p>Generated: " + base::stamp_of(now) + "</p>\n<ul>\n";
  for (const auto* excuse : in_report_order(excuses)) {
    append_head(out, *excuse, world);
    out += "<ul>\n";
    for (const auto& line : excuse_html_lines(*excuse, world)) {
      out += "<li>";
      out += line;
      out += '\n';
    }
    out += "</ul>\n";
  }
  out += "</ul></body></html>\n";
  return out;
}

}  // namespace sluice::migrate
