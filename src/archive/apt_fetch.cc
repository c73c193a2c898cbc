#include "archive/apt_fetch.h"

#include <algorithm>

#include "base/text.h"
#include "deb/deb822.h"

namespace sluice::archive {
namespace {

using base::ErrorKind;

constexpr const char* kDebianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

std::string apt_directory(const FetchRequest& request) { return request.directory + "/apt"; }
std::string suite_directory(const FetchRequest& request, const std::string& suite) {
  return request.directory + "/suites/" + suite;
}

// Everything that the run needs. udebs are a component of their own for apt, without sources.
std::string sources_text(const FetchRequest& request, const AptArchive& archive,
                         const std::vector<std::string>& components,
                         const std::vector<std::string>& architectures) {
  const std::vector<std::string> suites{request.target, request.source};
  auto with_udebs = components;
  for (const auto& component : components) with_udebs.push_back(component + "/debian-installer");
  return to_deb822(archive, {"deb", suites, with_udebs, architectures}) +
         to_deb822(archive, {"deb-src", suites, components, {}});
}

std::string text_of_release(const AptArchive& archive, const ReleaseFile& release) {
  return "Origin: " + release.origin + "\nSuite: " + release.name + "\nDate: " + release.date +
         "\nComponents: " + base::join(release.components, " ") +
         "\nArchitectures: " + base::join(release.architectures, " ") +
         "\nX-Fetched-From: " + archive.uri + "\n";
}

// The words of `a` that are in `b` too, in the order of `a`.
std::vector<std::string> common(const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
  std::vector<std::string> both;
  for (const auto& word : a)
    if (std::ranges::find(b, word) != b.end()) both.push_back(word);
  return both;
}

}  // namespace

base::Result<FetchedArchive> AptFetch::fetch(const FetchRequest& request) {
  if (request.directory.find_first_of("\"\n") != std::string::npos)
    return base::fail(ErrorKind::invalid, "a directory without quotation marks expected");
  auto fetched = fetch_new(request);
  if (fetched || fetched.error().kind == ErrorKind::invalid) return fetched;
  return kept(request, fetched.error());
}

// Those components and architectures of the request that the archive has, or all. Errors: invalid.
base::Result<AptFetch::Extent> AptFetch::extent_of(const FetchRequest& request,
                                                   const Machine& machine, const Choice& choice) {
  const auto& [target, source] = choice.releases;
  const auto wanted =
      request.architectures.empty() ? std::vector{machine.architecture} : request.architectures;
  Extent extent;
  extent.architectures = common(wanted, common(target.architectures, source.architectures));
  if (extent.architectures.empty())
    return base::fail(ErrorKind::invalid, "none of the architectures " + base::join(wanted, " ") +
                                              " is in both suites of " + choice.archive.uri);
  extent.components = request.components.empty() ? target.components
                                                 : common(request.components, target.components);
  if (extent.components.empty())
    return base::fail(ErrorKind::invalid, "none of the components is in " + choice.archive.uri);
  return extent;
}

base::Result<FetchedArchive> AptFetch::fetch_new(const FetchRequest& request) {
  const auto machine = ask_machine();
  if (!machine) return std::unexpected(machine.error());
  if (auto done = prepare(request); !done) return std::unexpected(done.error());
  auto choice = choose(request, *machine);
  if (!choice) return std::unexpected(choice.error());
  const auto extent = extent_of(request, *machine, *choice);
  if (!extent) return std::unexpected(extent.error());

  const auto& archive = choice->archive;
  on_progress_(
      {"fetching " + request.target + " and " + request.source + " from " + archive.uri, -1});
  const auto sources = sources_text(request, archive, extent->components, extent->architectures);
  const auto configuration = apt_configuration(apt_directory(request), AptTask::fetch);
  if (auto done = update(request, sources, configuration); !done)
    return std::unexpected(done.error());
  auto releases = read_releases(request, archive);
  if (!releases) return std::unexpected(releases.error());
  for (auto* release : {&releases->target, &releases->source}) {
    release->components = extent->components;
    release->architectures = extent->architectures;
    const auto& suite = release == &releases->target ? request.target : request.source;
    if (auto done = lay_out(request, archive, suite, *release); !done)
      return std::unexpected(done.error());
  }
  return FetchedArchive{archive.uri,
                        releases->source.date,
                        extent->architectures,
                        suite_directory(request, request.target),
                        suite_directory(request, request.source),
                        Freshness::fetched,
                        std::move(choice->notes)};
}

void AptFetch::read_sources(const std::string& path, Machine& machine) {
  const auto text = files_.read(path);
  if (!text) return;  // like apt: what cannot be read names nothing
  auto sources =
      path.ends_with(".sources") ? parse_deb822_sources(*text) : parse_one_line_sources(*text);
  for (auto& archive : sources.archives) machine.archives.push_back(std::move(archive));
}

base::Result<AptFetch::Machine> AptFetch::ask_machine() {
  std::string output;
  const auto code =
      processes_.run({{"apt-config", "shell", "LIST", "Dir::Etc::sourcelist/f", "PARTS",
                       "Dir::Etc::sourceparts/d", "ARCH", "APT::Architecture"},
                      {}},
                     [&](std::string_view line) { (output += line) += '\n'; });
  if (!code) return base::fail_with(code.error(), "asking apt for its sources");
  if (*code != 0)
    return base::fail(ErrorKind::unavailable,
                      "apt-config failed: " + std::string(base::trim(output)));
  Machine machine;
  machine.architecture = shell_value(output, "ARCH");
  read_sources(shell_value(output, "LIST"), machine);
  const auto parts = shell_value(output, "PARTS");
  const auto names = files_.list(parts);
  if (names)
    for (const auto& name : *names)
      if (name.ends_with(".list") || name.ends_with(".sources"))
        read_sources(parts + "/" + name, machine);
  return machine;
}

base::Result<void> AptFetch::prepare(const FetchRequest& request) {
  for (const auto* name : {"/lists/partial", "/cache/archives/partial", "/sources"})
    if (auto done = files_.create_directories(apt_directory(request) + name); !done) return done;
  return {};
}

// The first archive that has both suites with Origin Debian; a mirror that the user names is not
// asked for its origin.
base::Result<AptFetch::Choice> AptFetch::choose(const FetchRequest& request,
                                                const Machine& machine) {
  std::vector<AptArchive> candidates = machine.archives;
  if (!request.mirror.empty()) {
    auto uri = request.mirror;
    while (uri.ends_with('/')) uri.pop_back();
    std::erase_if(candidates, [&](const AptArchive& archive) { return archive.uri != uri; });
    if (candidates.empty()) candidates.push_back({uri, {}});
  }
  Choice choice;
  std::vector<std::string> tried;
  for (auto& archive : candidates) {
    if (std::ranges::find(tried, archive.uri) != tried.end()) continue;
    tried.push_back(archive.uri);
    const bool names_key = std::ranges::any_of(
        archive.options, [](const auto& option) { return option.first == "Signed-By"; });
    if (!names_key && files_.exists(kDebianKeyring))
      archive.options.emplace_back("Signed-By", kDebianKeyring);
    auto releases = probe(request, archive);
    if (!releases) {
      choice.notes.push_back(archive.uri + ": " + releases.error().text());
    } else if (request.mirror.empty() && releases->target.origin != "Debian") {
      choice.notes.push_back(archive.uri + ": Origin is '" + releases->target.origin + "'");
    } else {
      choice.archive = archive;
      choice.releases = std::move(*releases);
      return choice;
    }
  }
  if (candidates.empty())
    return base::fail(ErrorKind::not_found, "the machine's apt sources name no archive");
  return base::fail(ErrorKind::not_found, "no archive has " + request.target + " and " +
                                              request.source +
                                              (request.mirror.empty() ? " of Debian" : "") + ": " +
                                              base::join(choice.notes, "; "));
}

base::Result<AptFetch::Releases> AptFetch::read_releases(const FetchRequest& request,
                                                         const AptArchive& archive) {
  auto target = read_release(request, archive, request.target);
  if (!target) return std::unexpected(target.error());
  auto source = read_release(request, archive, request.source);
  if (!source) return std::unexpected(source.error());
  return Releases{std::move(*target), std::move(*source)};
}

// What an earlier run knows of the archive is enough to choose it: the fetch brings news.
base::Result<AptFetch::Releases> AptFetch::probe(const FetchRequest& request,
                                                 const AptArchive& archive) {
  if (auto known = read_releases(request, archive)) return known;
  on_progress_({"asking " + archive.uri + " for its suites", -1});
  const auto sources = to_deb822(archive, {"deb", {request.target, request.source}, {"main"}, {}});
  const auto configuration = apt_configuration(apt_directory(request), AptTask::probe);
  if (auto done = update(request, sources, configuration); !done)
    return std::unexpected(done.error());
  return read_releases(request, archive);
}

base::Result<void> AptFetch::update(const FetchRequest& request, const std::string& sources,
                                    std::string_view configuration) {
  const auto apt = apt_directory(request);
  if (auto done = files_.replace(apt + "/sources/archive.sources", sources); !done) return done;
  if (auto done = files_.replace(apt + "/apt.conf", configuration); !done) return done;
  std::vector<std::string> said;
  const auto code = processes_.run(
      {{"apt-get", "-c", apt + "/apt.conf", "-o", "APT::Status-Fd=1", "-q", "update"},
       {{"LC_ALL", "C.UTF-8"}}},
      [&](std::string_view line) {
        if (const auto progress = parse_status_line(line)) return on_progress_(*progress);
        if (!line.empty()) said.emplace_back(line);
      });
  if (!code) return std::unexpected(code.error());
  if (auto done = files_.replace(apt + "/log", base::join(said, "\n") + "\n"); !done) return done;
  if (*code != 0)
    return base::fail(ErrorKind::unavailable, "apt-get update: " + complaint_of(said));
  return {};
}

base::Result<ReleaseFile> AptFetch::read_release(const FetchRequest& request,
                                                 const AptArchive& archive,
                                                 const std::string& suite) {
  base::Error last;
  for (const auto* name : {"InRelease", "Release"}) {
    const auto path = apt_directory(request) + "/lists/" + list_name(archive.uri, suite, name);
    const auto text = files_.read(path);
    if (text) return base::with_context(parse_release(strip_signature(*text)), "reading " + path);
    last = text.error();
  }
  return std::unexpected(last);
}

// An index that the archive does not have (an architecture without contrib) is an empty one.
base::Result<void> AptFetch::lay_out_index(const std::string& list, const std::string& path) {
  return files_.exists(list) ? files_.link(list, path) : files_.replace(path, "");
}

base::Result<void> AptFetch::lay_out(const FetchRequest& request, const AptArchive& archive,
                                     const std::string& suite, const ReleaseFile& release) {
  const auto lists = apt_directory(request) + "/lists/";
  const auto directory = suite_directory(request, suite) + "/";
  for (const auto& component : release.components) {
    const auto list_of = [&](const std::string& rest) {
      return lists + list_name(archive.uri, suite, rest);
    };
    const auto place = [&](const std::string& rest) {
      return lay_out_index(list_of(rest), directory + rest);
    };
    if (auto done = place(component + "/source/Sources"); !done) return done;
    for (const auto& arch : release.architectures) {
      const auto index = "/binary-" + arch + "/Packages";
      if (auto done = place(component + index); !done) return done;
      const auto udebs = component + "/debian-installer" + index;
      if (!files_.exists(list_of(udebs))) continue;
      if (auto done = place(udebs); !done) return done;
    }
  }
  // Last, so that a Release stands for a complete layout.
  return files_.replace(directory + "Release", text_of_release(archive, release));
}

base::Result<FetchedArchive> AptFetch::kept(const FetchRequest& request, const base::Error& why) {
  FetchedArchive out;
  out.freshness = Freshness::kept;
  out.target_directory = suite_directory(request, request.target);
  out.source_directory = suite_directory(request, request.source);
  const auto text = files_.read(out.source_directory + "/Release");
  if (!text || !files_.exists(out.target_directory + "/Release")) return std::unexpected(why);
  const auto release = parse_release(*text);
  if (!release) return std::unexpected(why);
  out.architectures = request.architectures.empty()
                          ? release->architectures
                          : common(request.architectures, release->architectures);
  if (out.architectures.empty()) return std::unexpected(why);
  // Links into an archive on disk point nowhere when it is gone.
  for (const auto* directory : {&out.target_directory, &out.source_directory})
    for (const auto& component : release->components)
      if (!files_.exists(*directory + "/" + component + "/source/Sources"))
        return std::unexpected(why);
  out.uri = std::string(deb::find_field(*text, "X-Fetched-From").value_or(""));
  out.date = release->date;
  out.notes.push_back(why.text());
  return out;
}

}  // namespace sluice::archive
