#include "archive/reader.h"

#include <algorithm>
#include <deque>

#include "archive/parsed_cache.h"
#include "archive/release_file.h"
#include "base/check.h"
#include "codec/compress.h"

namespace sluice::archive {
namespace {

using base::ErrorKind;

// Four times the largest index known; stops a decompression bomb.
constexpr std::uint64_t kReadBytesMax = 4ULL << 30U;

enum class Need : std::uint8_t { mandatory, optional };

struct SuiteFiles {
  std::vector<std::string> components;  // empty: flat layout
  std::vector<std::string> architectures;
  bool any_architecture = true;  // no Release file, or one without Architectures

  bool has(const std::string& arch) const {
    return any_architecture || std::ranges::find(architectures, arch) != architectures.end();
  }
};

// Loads the suites of one request. The texts live here, because the builder points into them.
class Loader {
 public:
  Loader(const ReadRequest& request, sys::FileSystem& files, base::Log& log)
      : request_(request), files_(files), log_(log) {}

  base::Result<std::shared_ptr<const deb::Snapshot>> load();

 private:
  base::Result<void> read_layout();
  base::Result<void> read_releases();
  base::Result<void> start_builder();
  base::Result<void> load_sources(deb::SuiteIndex suite);
  base::Result<void> load_packages(deb::SuiteIndex suite);
  base::Result<void> load_index_of_arch(deb::SuiteIndex suite, deb::ArchIndex arch);
  void add_faux();

  std::string path(deb::SuiteIndex suite, const std::string& rest) const;
  base::Result<std::string> find_file(const std::string& path, Need need);
  base::Result<std::string_view> open(const std::string& path);
  base::Result<void> add_sources(deb::SuiteIndex suite, const std::string& path);
  base::Result<void> add_packages(deb::SuiteIndex suite, deb::ArchIndex arch,
                                  const std::string& path, Need need);
  void report_problems(const std::string& path);

  const ReadRequest& request_;
  sys::FileSystem& files_;
  base::Log& log_;
  std::vector<std::string> architectures_;
  std::vector<std::string> names_;
  std::vector<SuiteFiles> layout_;
  bool mirror_ = false;
  std::vector<std::unique_ptr<sys::FileView>> views_;
  std::deque<std::string> texts_;  // decompressed; a deque never moves them
  std::unique_ptr<ParsedCache> cache_;
  std::unique_ptr<deb::SnapshotBuilder> builder_;
};

std::string Loader::path(deb::SuiteIndex suite, const std::string& rest) const {
  return request_.suites[suite].directory + "/" + rest;
}

// Path of the file as it is there, compressed or not; "" if it is optional and missing.
base::Result<std::string> Loader::find_file(const std::string& path, Need need) {
  if (files_.exists(path)) return path;
  if (mirror_)
    for (const auto* suffix : {".gz", ".xz"})
      if (files_.exists(path + suffix)) return path + suffix;
  if (need == Need::optional) return std::string();
  return base::fail(ErrorKind::not_found,
                    "no index " + path + (mirror_ ? " (also not as .gz or .xz)" : ""));
}

base::Result<std::string_view> Loader::open(const std::string& path) {
  auto view = files_.open(path);
  if (!view) return base::fail_with(std::move(view.error()), "reading " + path);
  const auto bytes = (*view)->bytes();
  const auto compression = codec::compression_of_name(path);
  if (compression == codec::Compression::none) {
    views_.push_back(std::move(*view));
    return bytes;
  }
  // A mirror that was interrupted leaves an empty file or a page that says sorry: an index that is
  // not there, which is fatal (migration 2.1), and not one without packages.
  auto text = codec::decompress_as(compression, bytes, kReadBytesMax);
  if (!text) return base::fail_with(std::move(text.error()), "reading " + path);
  return std::string_view(texts_.emplace_back(std::move(*text)));
}

void Loader::report_problems(const std::string& path) {
  const auto problems = builder_->take_problems();
  for (std::size_t i = 0; i < std::min(problems.size(), kProblemsShown); ++i) {
    const bool warning = problems[i].severity == deb::Problem::Severity::warning;
    log_.write(warning ? base::Level::warning : base::Level::error, problems[i].text);
  }
  if (problems.size() > kProblemsShown)
    log_.error(path + ": " + std::to_string(problems.size() - kProblemsShown) +
               " more problems like these");
}

base::Result<void> Loader::add_sources(deb::SuiteIndex suite, const std::string& path) {
  const auto found = find_file(path, Need::mandatory);
  if (!found) return std::unexpected(found.error());
  log_.info("Loading source packages from " + *found);
  const auto text = open(*found);
  if (!text) return std::unexpected(text.error());
  builder_->add_sources(suite, *text, *found);
  report_problems(*found);
  return {};
}

base::Result<void> Loader::add_packages(deb::SuiteIndex suite, deb::ArchIndex arch,
                                        const std::string& path, Need need) {
  const auto found = find_file(path, need);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return {};
  log_.info("Loading binary packages from " + *found);
  const auto text = open(*found);
  if (!text) return std::unexpected(text.error());
  builder_->add_packages(suite, arch, *text, *found);
  report_problems(*found);
  return {};
}

base::Result<void> Loader::read_releases() {
  for (deb::SuiteIndex suite = 0; suite < request_.suites.size(); ++suite) {
    const auto file = path(suite, "Release");
    const auto text = files_.read(file);
    if (!text) return base::fail_with(text.error(), "reading " + file);
    auto release = base::with_context(parse_release(*text), "reading " + file);
    if (!release) return std::unexpected(release.error());
    if (release->components.empty())
      return base::fail(ErrorKind::invalid, "reading " + file + ": field Components expected");
    names_.push_back(release->name);
    layout_.push_back(
        {std::move(release->components), release->architectures, release->architectures.empty()});
  }
  return {};
}

// Which layout it is, and the names of the suites.
base::Result<void> Loader::read_layout() {
  base::check(!request_.suites.empty(), "a request names the target suite");
  mirror_ = files_.exists(path(deb::kTarget, "Release"));
  if (mirror_) return read_releases();
  mirror_ = request_.components.has_value();
  for (const auto& suite : request_.suites) {
    names_.push_back(suite.default_name);
    layout_.push_back({request_.components.value_or(std::vector<std::string>()), {}, true});
  }
  return {};
}

base::Result<void> Loader::start_builder() {
  architectures_ = request_.architectures;
  if (architectures_.empty()) {
    architectures_ = layout_[deb::kTarget].architectures;
    std::ranges::sort(architectures_);
  }
  if (architectures_.empty())
    return base::fail(ErrorKind::invalid,
                      "no architectures: neither configured nor in a Release file of the target");
  cache_ = std::make_unique<ParsedCache>(files_, request_.cache);
  builder_ = std::make_unique<deb::SnapshotBuilder>(
      deb::SnapshotOptions{architectures_, request_.build_relations, cache_->bytes()});
  for (std::size_t i = 0; i < request_.suites.size(); ++i)
    builder_->add_suite(names_[i], request_.suites[i].short_name, request_.suites[i].suite_class);
  return {};
}

// "main/" before what follows a component; nothing for the component without name.
std::string prefix_of(const std::string& component) {
  return component.empty() ? std::string() : component + "/";
}

base::Result<void> Loader::load_sources(deb::SuiteIndex suite) {
  if (!mirror_) return add_sources(suite, path(suite, "Sources"));
  for (const auto& component : layout_[suite].components)
    if (auto done = add_sources(suite, path(suite, prefix_of(component) + "source/Sources")); !done)
      return done;
  return {};
}

base::Result<void> Loader::load_index_of_arch(deb::SuiteIndex suite, deb::ArchIndex arch) {
  const auto& name = architectures_[arch];
  if (!mirror_) return add_packages(suite, arch, path(suite, "Packages_" + name), Need::mandatory);
  for (const auto& component : layout_[suite].components) {
    const auto directory = "binary-" + name + "/Packages";
    const auto debs = path(suite, prefix_of(component) + directory);
    const auto udebs = path(suite, prefix_of(component) + "debian-installer/" + directory);
    if (auto done = add_packages(suite, arch, debs, Need::mandatory); !done) return done;
    if (auto done = add_packages(suite, arch, udebs, Need::optional); !done) return done;
  }
  return {};
}

base::Result<void> Loader::load_packages(deb::SuiteIndex suite) {
  for (std::size_t arch = 0; arch < architectures_.size(); ++arch) {
    if (!layout_[suite].has(architectures_[arch])) continue;
    if (auto done = load_index_of_arch(suite, static_cast<deb::ArchIndex>(arch)); !done)
      return done;
  }
  return {};
}

void Loader::add_faux() {
  std::vector<deb::SuiteIndex> suites;
  for (std::size_t i = 0; i < request_.suites.size(); ++i)
    if (request_.suites[i].suite_class != deb::SuiteClass::additional)
      suites.push_back(static_cast<deb::SuiteIndex>(i));
  for (const auto& package : request_.faux) builder_->add_faux(package, suites);
  report_problems("faux packages");
}

base::Result<std::shared_ptr<const deb::Snapshot>> Loader::load() {
  if (auto done = read_layout(); !done) return std::unexpected(done.error());
  if (auto done = start_builder(); !done) return std::unexpected(done.error());
  const auto count = static_cast<deb::SuiteIndex>(request_.suites.size());
  for (deb::SuiteIndex suite = 0; suite < count; ++suite)
    if (auto done = load_sources(suite); !done) return std::unexpected(done.error());
  const bool overlay = request_.unstable == SuiteMerge::overlay;
  for (deb::SuiteIndex suite = 0; suite < count; ++suite) {
    const bool merges = overlay && request_.suites[suite].suite_class == deb::SuiteClass::primary;
    if (merges) builder_->overlay_sources(suite);
    if (auto done = load_packages(suite); !done) return std::unexpected(done.error());
    if (merges) builder_->overlay_packages(suite);
  }
  cache_->update(*builder_, log_);  // before what no index has
  add_faux();
  return builder_->finish();
}

}  // namespace

base::Result<std::shared_ptr<const deb::Snapshot>> read_archive(const ReadRequest& request,
                                                                sys::FileSystem& files,
                                                                base::Log& log) {
  return Loader(request, files, log).load();
}

}  // namespace sluice::archive
