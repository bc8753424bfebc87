#pragma once

#include <string>
#include <string_view>

namespace trm::dist {

// The first host of SLURM's node lists: "node03" of "node[03-05,9],login" or of "node03,node04";
// "r1c2" of "r[1-3]c[2,4]". Error where it is none; `name` says which variable it was in.
std::string first_node(std::string_view list, const std::string& name);

// How many tasks node number `node` of a step has: 2 of node 1 of "4,2(x3)". Error as above.
int tasks_of_node(std::string_view list, int node, const std::string& name);

}  // namespace trm::dist
