#include "sweep/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "figure/chart.h"
#include "figure/legend.h"
#include "format/html.h"

namespace trm::sweep {
namespace {

using format::escaped_for_html;
using Group = Comparison::Group;

constexpr size_t kMostPoints = 120;  // of a curve: 3 pixels each

bool is_loss(const std::string& name) { return name.ends_with("loss"); }

std::string words_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

// "validation/exact_accuracy" -> "validation exact accuracy".
std::string title_of(const std::string& name) {
  const auto slash = name.find('/');
  return words_of(name.substr(0, slash)) + " " + words_of(name.substr(slash + 1));
}

// What curves are drawn against.
struct Against {
  std::string group;  // of the page's switch
  std::string label;
  double scale = 1;
};

double place_of(const Against& against, const LoggedValue& at, const Group& group) {
  if (against.group == "steps") return static_cast<double>(at.step);
  if (against.group == "seconds") return at.seconds * against.scale;
  return static_cast<double>(at.step) * *group.step_operations * against.scale;
}

template <class See>
void each_value(const Comparison& comparison, const See& see) {
  for (const auto& group : comparison.groups) {
    for (const auto& run : group.runs) {
      for (const auto& [name, values] : run.values) {
        for (const auto& value : values) see(group, value);
      }
    }
  }
}

std::vector<Against> axes_of(const Comparison& comparison) {
  double seconds = 0, operations = 0;
  each_value(comparison, [&](const Group& group, const LoggedValue& at) {
    seconds = std::max(seconds, at.seconds);
    operations =
        std::max(operations, static_cast<double>(at.step) * group.step_operations.value_or(0));
  });
  std::vector<Against> axes = {{"steps", "steps of training"}};
  if (seconds > 0) {
    axes.push_back(seconds < 600      ? Against{"seconds", "seconds of training"}
                   : seconds < 7200.0 ? Against{"seconds", "minutes of training", 1.0 / 60}
                                      : Against{"seconds", "hours of training", 1.0 / 3600});
  }
  if (operations > 0) {
    axes.push_back(operations < 1e13   ? Against{"arithmetic", "GFLOP of training", 1e-9}
                   : operations < 1e16 ? Against{"arithmetic", "TFLOP of training", 1e-12}
                                       : Against{"arithmetic", "PFLOP of training", 1e-15});
  }
  return axes;
}

// Names of the log that have a curve, in the order of the page.
std::vector<std::string> charted_names(const Comparison& comparison) {
  std::vector<std::string> wanted = {"lm_loss"};
  for (const auto& score : comparison.scores) {
    if (std::find(wanted.begin(), wanted.end(), score) == wanted.end()) wanted.push_back(score);
  }
  const auto longest = [&](const std::string& name) {
    size_t points = 0;
    for (const auto& group : comparison.groups) {
      for (const auto& run : group.runs) {
        const auto found = run.values.find(name);
        if (found != run.values.end()) points = std::max(points, found->second.size());
      }
    }
    return points;
  };
  std::vector<std::string> names;
  if (longest("train/lm_loss") > 0) names.emplace_back("train/lm_loss");
  for (const auto& score : wanted) {
    if (longest("validation/" + score) > 0) names.push_back("validation/" + score);
    // One test at the end is no curve.
    if (longest("test/" + score) > 1) names.push_back("test/" + score);
  }
  return names;
}

// "a; b; c and 9 more".
std::string few_of(std::vector<std::string> names) {
  constexpr size_t kFew = 3;
  const auto more = names.size() > kFew ? names.size() - kFew : 0;
  names.resize(names.size() - more);
  auto text = fmt::format("{}", fmt::join(names, "; "));
  return more > 0 ? fmt::format("{} and {} more", text, more) : text;
}

class PageBuilder {
 public:
  PageBuilder(const Comparison& comparison, const PageOptions& options)
      : comparison_(comparison), options_(options) {
    for (const auto& group : comparison.groups) {
      const bool drawn = std::any_of(group.runs.begin(), group.runs.end(),
                                     [](const auto& run) { return !run.values.empty(); });
      (drawn ? names_ : without_curve_).push_back(group.name);
      if (drawn) drawn_.push_back(&group);
    }
    labels_ = figure::short_names(names_);
  }

  std::string build() {
    std::string body = "<h1>" + escaped_for_html(comparison_.title) + "</h1>\n";
    body += figure::html_facts(comparison_.facts) + figure::html_flags(comparison_.flags);
    for (const auto& section : comparison_.results) body += section_text(section);
    body += learning_curves() + supervision_steps();
    for (const auto& section : comparison_.details) body += section_text(section);
    return figure::html_page(comparison_.title, body);
  }

 private:
  static std::string section_text(const Comparison::Section& section) {
    auto text = "<section>\n<h2>" + escaped_for_html(section.heading) + "</h2>\n";
    if (!section.table.rows.empty()) text += figure::html_table(section.table);
    for (const auto& note : section.notes) text += figure::html_note(note);
    return text + "</section>\n";
  }

  // Charts below their legend, and what is to be said of them.
  std::string charts_text(const std::string& heading, const std::string& charts,
                          const std::string& note) const {
    return "<section class=\"switched\">\n<h2>" + escaped_for_html(heading) +
           "</h2>\n<div class=\"bar\">" + figure::legend(names_) + "</div>\n" +
           figure::html_note(note) + "<div class=\"charts\">\n" + charts + "</div>\n</section>\n";
  }

  std::string learning_curves() {
    const auto axes = axes_of(comparison_);
    std::string charts;
    for (const auto& name : charted_names(comparison_)) {
      for (const auto& against : axes) charts += figure::chart_figure(chart_of(name, against));
    }
    if (charts.empty())
      return section_text({"Learning curves", {}, {"No run has a line in its log yet."}});
    auto note = band_note();
    if (merged_ > 1)
      note += fmt::format(" Where a log has many lines, up to {} of them are one point.", merged_);
    if (some_without_arithmetic()) note += " The arithmetic of some is not known.";
    if (!without_curve_.empty())
      note += " Without a line in any log: " + few_of(without_curve_) + ".";
    return charts_text("Learning curves", charts, note);
  }

  std::string band_note() const {
    const bool several = std::any_of(drawn_.begin(), drawn_.end(),
                                     [](const auto* group) { return group->runs.size() > 1; });
    if (!several) return "One run a curve.";
    return "Mean over the runs of an arm; the band goes from the lowest to the highest. Dotted "
           "where fewer runs have come to a step than to others.";
  }

  bool some_without_arithmetic() const {
    return std::any_of(drawn_.begin(), drawn_.end(),
                       [](const auto* group) { return !group->step_operations; });
  }

  figure::Chart chart_of(const std::string& name, const Against& against) {
    const bool loss = is_loss(name);
    figure::Chart chart{
        .title = title_of(name) + " against " + against.group,
        .group = against.group,
        .x = {.label = against.label, .whole = against.group == "steps", .from_zero = true},
        .y = {.label = words_of(name.substr(name.find('/') + 1)),
              .unit = loss ? "" : " %",
              .logarithmic = loss && options_.logarithmic_losses},
        .curves = {}};
    if (!loss) chart.y.label += ", %";
    for (size_t i = 0; i < drawn_.size(); ++i) {
      const auto& group = *drawn_[i];
      if (against.group == "arithmetic" && !group.step_operations) continue;
      std::vector<std::vector<figure::Sample>> runs;
      for (const auto& run : group.runs) {
        const auto found = run.values.find(name);
        if (found == run.values.end()) continue;
        auto& samples = runs.emplace_back();
        for (const auto& at : found->second)
          samples.push_back({at.step, place_of(against, at, group), at.value * (loss ? 1 : 100)});
      }
      add_curve(chart, i, runs);
    }
    return chart;
  }

  void add_curve(figure::Chart& chart, size_t group,
                 const std::vector<std::vector<figure::Sample>>& runs) {
    auto band = figure::band_of(runs, kMostPoints);
    merged_ = std::max(merged_, band.steps_a_point);
    if (band.points.empty()) return;
    chart.curves.push_back({names_[group], labels_[group], group, std::move(band.points)});
  }

  std::string supervision_steps() {
    figure::Chart chart{.title = "test exact accuracy after each supervision step",
                        .group = "supervision steps",
                        .x = {.label = "supervision steps of a puzzle", .whole = true},
                        .y = {.label = "exact accuracy, %", .unit = " %"},
                        .curves = {}};
    for (size_t i = 0; i < drawn_.size(); ++i) {
      std::vector<std::vector<figure::Sample>> runs;
      for (const auto& run : drawn_[i]->runs) {
        auto& samples = runs.emplace_back();
        for (const auto share : run.by_supervision_step) {
          const auto step = static_cast<int64_t>(samples.size()) + 1;
          samples.push_back({step, static_cast<double>(step), 100 * share});
        }
      }
      add_curve(chart, i, runs);
    }
    const std::string heading = "Accuracy against supervision steps";
    if (chart.curves.empty())
      return section_text({heading, {}, {"No log has the scores of a test by supervision step."}});
    return charts_text(heading, figure::chart_figure(chart),
                       "Of the test at a run's end, of the weights that were chosen.");
  }

  const Comparison& comparison_;
  const PageOptions& options_;
  std::vector<const Group*> drawn_;          // those with a curve
  std::vector<std::string> names_, labels_;  // of these; labels_: at the ends of curves
  std::vector<std::string> without_curve_;
  size_t merged_ = 1;  // most lines of a log in one point
};

}  // namespace

std::string comparison_page(const Comparison& comparison, const PageOptions& options) {
  return PageBuilder(comparison, options).build();
}

}  // namespace trm::sweep
