#include "model/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/printable.h"
#include "core/random.h"
#include "kernels/layout.h"
#include "kernels/noise.h"
#include "nn/rotary.h"

namespace trm::model {
namespace {

std::string reference_name(const std::string& name) { return name.substr(name.find('.') + 1); }

}  // namespace

Model::Model(const ModelConfig& config, const GridSpec& spec, const Compute& compute, uint64_t seed)
    : Model(config, spec, compute, nn::Initializer(seed)) {
  refresh_weights();
}

Model::Model(const ModelConfig& config, const GridSpec& spec, const Compute& compute,
             nn::Initializer init)
    : config_(config), spec_(spec), compute_(compute), halting_(config.halting) {
  input_ = config.input.create<GridInput>(spec, config.width, init);
  head_ = config.head.create<TokenHead>(spec, config.width, init);
  const CoreShape shape{config.layers, {tokens(), config.width}};
  core_ = config.core.create<Core>(shape, init);
  register_module("input", input_);
  register_module("head", head_);
  register_module("core", core_);
  if (config.input.get<GridInput>().positions == "rotary") {
    positions_ = nn::rotary_tables(tokens(), core_->head_size());
    if (positions_.cos.defined()) {
      positions_ = {positions_.cos.to(compute.device), positions_.sin.to(compute.device)};
    }
  }
  to(compute.device);
  token_major_ = computes_token_major();
}

// Where every block mixes along the positions by plain products. Tiles have an order of their own,
// and attention wants a trajectory's tokens together.
bool Model::computes_token_major() const {
  bool all = true;
  for (const auto& part : core_->modules()) {
    if (const auto* block = part->as<nn::Block>())
      all = all && block->mixer().axis() == kernels::Axis::kPositions;
  }
  return all && !kernels::has_tiles(compute_.device, compute_.precision);
}

std::shared_ptr<Model> Model::replica() const {
  torch::NoGradGuard no_grad;
  std::shared_ptr<Model> other(new Model(config_, spec_, compute_, nn::Initializer::none()));
  const auto share = [](const auto& theirs, const auto& mine) {
    for (size_t i = 0; i < theirs.size(); ++i) theirs[i].set_data(mine[i].detach());
  };
  share(other->parameters(), parameters());
  share(other->buffers(), buffers());
  nn::share_shadows(*other, *this);
  return other;
}

Output Model::forward(LatentState& state, const Batch& data, const StepContext& context) {
  Encoded encoded{input_->encode(data, context.training(), compute_.precision), positions_};
  if (token_major_) {
    encoded.x = kernels::to_token_major(encoded.x);
    for (size_t i = 0; i < state.size(); ++i) state[i] = kernels::to_token_major(state[i]);
  }
  core_->step(state, encoded, context);
  return head_->read(core_->answer(state), input_->prefix());
}

LatentState Model::initial() const {
  std::vector<NamedTensor> tensors;
  const auto vectors = core_->initial();
  for (const auto& [name, value] : vectors.tensors()) {
    // Every trajectory starts alike: [T, D] of one vector.
    const auto row = value.to(compute_.precision);
    tensors.push_back({name, row.expand({1, tokens(), row.size(-1)}).contiguous()});
  }
  return LatentState(std::move(tensors));
}

LatentState Model::start(const StepContext& context) const {
  auto state = initial();
  if (!core_->motion(context).random_start) return state;
  for (size_t i = 0; i < state.size(); ++i) {
    const auto stream = context.training() ? "start/" : "evaluation/start/";
    const auto key = stream_key(context.seed, stream + state.tensors()[i].name);
    const auto shape = state[i].sizes().vec();
    state[i] = kernels::truncated_normal(key, context.step, context.rows, shape[1] * shape[2])
                   .view({-1, shape[1], shape[2]})
                   .to(compute_.precision);
  }
  return state;
}

std::vector<Core::Work> Model::forward_work(int64_t rows) const {
  auto work = core_->work(rows);
  work.push_back({head_->cost(rows, spec_.cells), 0, 1});
  return work;
}

std::vector<Core::Work> Model::work(int64_t rows) const {
  auto work = forward_work(rows);
  if (halting_.trains_continue()) {
    for (auto& part : work) part.without_gradient += part.without_gradient + part.with_gradient;
  }
  return work;
}

int64_t Model::parameter_count() const {
  int64_t count = 0;
  for (const auto& parameter : parameters()) count += parameter.numel();
  return count;
}

std::vector<NamedTensor> Model::named_weights() const {
  std::vector<NamedTensor> weights;
  for (const auto& item : named_parameters()) {
    weights.push_back({reference_name(item.key()), item.value()});
  }
  for (const auto& item : named_buffers()) {
    weights.push_back({reference_name(item.key()), item.value()});
  }
  return weights;
}

void load_weights(Model& model, const Archive& archive) {
  const auto own = model.named_weights();
  std::vector<std::string> missing, strange;
  for (const auto& [name, value] : own) {
    if (!archive.find(name)) missing.push_back(name);
  }
  for (const auto& [name, value] : archive.tensors) {
    const auto same = [&](const NamedTensor& mine) { return mine.name == name; };
    if (std::none_of(own.begin(), own.end(), same)) strange.push_back(name);
  }
  if (!missing.empty() || !strange.empty()) {
    const auto part = [](const char* what, const std::vector<std::string>& names) {
      return names.empty() ? "" : fmt::format("; {} {}: {}", names.size(), what, listed(names));
    };
    throw Error(archive.where + ": weights of another model" +
                part("that this one needs are missing", missing) +
                part("have no place in it", strange) + "; use the config that they were made with");
  }
  for (const auto& [name, value] : own) copy_checked(archive.at(name), value, archive.where, name);
  model.refresh_weights();
}

}  // namespace trm::model
