// TestRun: a TestWorld that is judged and decided; what a test looks at afterwards.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "migrate/old_libraries.h"
#include "migrate/plan.h"
#include "migrate/report_output.h"
#include "migrate/target.h"
#include "support/migrate_world.h"

namespace sluice::support {

class TestRun {
 public:
  // Judges and runs; `must_stay`: names of constraints.
  explicit TestRun(TestWorld& test, std::vector<std::string> must_stay = {}) : test_(test) {
    const auto before = test.world();
    judgement = migrate::judge(before, test.facts);
    target = std::make_unique<migrate::TargetState>(test.snapshot(), test.settings,
                                                    before.installability);
    auto world = before;
    world.now = target.get();
    migrate::RunRequest request;
    request.candidates = judgement.candidates;
    request.cruft = judgement.cruft;
    request.must_stay = std::move(must_stay);
    result =
        migrate::run_migration(world, *target, judgement.excuses, request, [&](const auto& event) {
          events.push_back(event);
          for (auto& line : migrate::output_lines(event, world, base::instant_of_seconds(0)))
            lines.push_back(std::move(line.text));
        });
  }

  // uvnames in order of acceptance.
  std::vector<std::string> accepted() const {
    std::vector<std::string> names;
    for (const auto& item : result.accepted)
      names.push_back(migrate::uvname(item, test_.snapshot()));
    return names;
  }
  bool has_line(const std::string& text) const {
    return std::ranges::find(lines, text) != lines.end();
  }
  // The version that the target has now; "" if none.
  std::string version(std::string_view name, std::string_view arch = "amd64") const {
    const auto at = *test_.snapshot().find_arch(arch);
    const auto package = target->binary(at, test_.snapshot().symbols.find_name(name));
    return package.valid()
               ? std::string(test_.snapshot().text(test_.snapshot().record(at, package).version))
               : "";
  }

  migrate::Judgement judgement;
  std::unique_ptr<migrate::TargetState> target;
  migrate::RunResult result;
  std::vector<migrate::RunEvent> events;
  std::vector<std::string> lines;

 private:
  TestWorld& test_;
};

}  // namespace sluice::support
