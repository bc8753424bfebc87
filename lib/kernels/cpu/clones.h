#pragma once

// One source, code for several instruction sets: the loader picks the best at start-up. Levels, not
// processor names: arch=haswell means that very processor, and others would get the slowest code.
// The one macro of the project, because an attribute has no other way to depend on the machine.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TRM_CLONES [[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
#else
#define TRM_CLONES
#endif
