/* The C interface between compiled networks and the runtime.
 *
 * Compiled code exports one symbol, `flexrt_program`. It imports what `calls.def` lists, and nothing else but memcpy
 * and memset. Nothing throws across this line. Sizes are counts, not bytes, unless the name says so; all arrays are
 * dense, row-major; reals are `dtype` of the network. */
#ifndef FLEXRT_ABI_FLEXRT_H
#define FLEXRT_ABI_FLEXRT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FLEXRT_ABI_MAGIC UINT64_C(0x0a786c66786c65ff)
#define FLEXRT_ABI_VERSION 9
#define FLEXRT_MAX_RANK 2     /* axes of a space */
#define FLEXRT_MAX_AXES 8     /* channel axes of a parameter */
#define FLEXRT_ALIGNMENT 64   /* bytes: of the arena, and of every parameter in the flat buffers */

typedef enum { FLEXRT_F32 = 0, FLEXRT_F64 = 1 } flexrt_dtype;
typedef enum { FLEXRT_SPACE_DATA = 0, FLEXRT_SPACE_TAPS = 1, FLEXRT_SPACE_ELEMENTS = 2 } flexrt_space_kind;

/* Ways to compute a convolution. Direct: the sums that define it, always possible. Spectral: Fourier transforms of whole
 * images and signals, where one is long enough. Library: the runtime's, through flexrt_correlate, always possible. Basis: spectral,
 * where taps are mixtures of a few signals; these are transformed, and mixed in the spectrum. */
#define FLEXRT_ALGORITHMS(X) /* X(name, text), in the order of their numbers */ \
  X(FLEXRT_DIRECT, "direct") X(FLEXRT_SPECTRAL, "spectral") X(FLEXRT_LIBRARY, "library") X(FLEXRT_BASIS, "basis")
#define FLEXRT_NAME(name, text) name,
typedef enum { FLEXRT_ALGORITHMS(FLEXRT_NAME) FLEXRT_ALGORITHM_COUNT } flexrt_algorithm;
#undef FLEXRT_NAME

/* Results that are wanted of a convolution: bits. */
typedef enum { FLEXRT_OUTPUT = 1, FLEXRT_INPUT_GRADIENT = 2, FLEXRT_TAPS_GRADIENT = 4 } flexrt_wanted;

/* Status of an entry point: 0, or an error; `message` in flexrt_run then points to static text. */
typedef int32_t flexrt_status;

/* A set of points whose sizes are run-time values; one flexrt_extent of the sizes table belongs to it. */
typedef struct flexrt_space {
  const char *name;
  int32_t kind;          /* flexrt_space_kind */
  int32_t rank;
} flexrt_space;

/* One axis is axis 0; the unused axis of a rank-1 space has size 1.
 * DATA: the runtime sets `size` and `trained` (the size it was trained at). TAPS: entry `sizes` sets all but `trained`.
 * ELEMENTS: the runtime sets size[0] to the count of the group's elements, padding included. */
typedef struct flexrt_extent {
  int64_t size[FLEXRT_MAX_RANK];    /* points evaluated (after the crop) */
  int64_t grid[FLEXRT_MAX_RANK];    /* points of the full grid */
  int64_t start[FLEXRT_MAX_RANK];   /* first grid point that is kept */
  int64_t trained[FLEXRT_MAX_RANK];
} flexrt_extent;

/* A trained value, or (in `states`) a value that the update commits. */
typedef struct flexrt_parameter {
  const char *path;          /* "blocks.1.conv2.kernel.gamma" */
  const char *authors;       /* name in other people's checkpoints, "" for none */
  const char *place;         /* "net.flex:12:5" */
  int32_t axes;
  int32_t group;             /* index of its optimiser; -1 for a state */
  int64_t shape[FLEXRT_MAX_AXES];
  int64_t count;
  int64_t offset;            /* of its first element in the flat buffer; a multiple of FLEXRT_ALIGNMENT / element size */
} flexrt_parameter;

typedef struct flexrt_setting {
  const char *name;
  const char *unit;          /* "real" "epochs" "steps" "size"; "runtime": provided, not set: "steps per epoch", "stalls" */
  const char *place;
  double value;              /* default, in that unit */
} flexrt_setting;

/* Parameters of one group are contiguous: [offset, offset + count) of the flat buffers, padding included. */
typedef struct flexrt_group {
  const char *name;
  int64_t offset;
  int64_t count;
  int32_t space;             /* index of its ELEMENTS space */
  int32_t moment_count;      /* buffers of `count` elements that its optimiser keeps, zero at the start */
  const char *const *moments;
} flexrt_group;

/* A convolution whose taps are sampled, for reports. */
typedef struct flexrt_layer {
  const char *path;
  const char *place;
  int32_t taps;              /* index of its space */
  int32_t data;              /* index of the space that it works on */
  int64_t in, out;
  const char *no_band;       /* why its kernel has no highest frequency, "" if it has one */
} flexrt_layer;

/* Convolutions of entry points, or gradients of some, that have all of this in common: one choice of algorithm is theirs.
 * Those that want the output are all that inference has. */
typedef struct flexrt_convolution {
  int32_t taps, data;        /* indices of spaces */
  int64_t in, out;
  int32_t causal;
  int32_t wanted;            /* of flexrt_wanted */
  int64_t hidden;            /* signals that taps are mixtures of, besides the one of the bias; 0: taps are given */
} flexrt_convolution;

/* What a convolution would take, for the sizes at hand. */
typedef struct flexrt_estimate {
  int64_t possible;          /* 0: the algorithm cannot do it; the rest is not set then */
  int64_t trial_bytes;       /* of the arena of entry `trial` */
  double multiply_adds;      /* of elements, as the vector units could do in the same time at their best */
  double bytes;              /* between caches and memory */
} flexrt_estimate;

typedef struct flexrt_requirement {
  const char *text;          /* "sigma > 0" */
  const char *path;
  const char *place;
} flexrt_requirement;

/* A value that an entry point keeps in memory, told right after the op that made it. */
typedef struct flexrt_observation {
  const char *path;              /* of what the op belongs to: "blocks.1.conv2" */
  const char *place;             /* "net.flex:12:5", "" where nothing of the source stands behind it */
  const char *operation;         /* "points", "correlate", "relayout", ...: the op's name in the flex dialect */
  const char *algorithm;         /* the way chosen to compute it, "" where there is one only */
  const void *data;              /* [channels][rows][stride] elements of which `valid` per row count */
  int64_t channels;              /* 0: the elements are shown elsewhere (changes of layout, results in a library's) */
  int64_t rows, stride, valid;
  int64_t backward;              /* 1: it serves gradients alone */
  /* What the op takes; 0 for all but the first of its results, and where nothing is known. */
  int64_t flops;                 /* arithmetic on elements, of a convolution as its definition has it */
  int64_t bytes;                 /* of the values that it reads and writes, each counted once */
} flexrt_observation;

/* Everything an entry point sees. The runtime fills what the entry point's comment names; the rest may be null. */
typedef struct flexrt_run {
  const void *parameters;        /* flat */
  const void *states;            /* flat */
  const void *input;             /* [N][C][size...] */
  const void *target;            /* class numbers as reals, [N] or [N][size...]; or reals, [N][C] or [N][C][size...] */
  const double *settings;        /* by index; durations in steps */
  const flexrt_extent *extents;  /* by space */
  const int32_t *algorithms;     /* flexrt_algorithm, by convolution: one that is possible */
  int64_t samples;               /* N */
  int64_t first_sample;          /* number of sample 0 in the whole (accumulated, distributed) batch */
  double now;                    /* optimiser steps done */
  uint64_t seed;
  void *arena;                   /* `workspace` bytes */
  int32_t keep_spectra;          /* 1: what is transformed for y serves the gradients too, and takes memory until then */
  int64_t near_bytes;            /* arrays up to this size are written through the caches, larger ones past them; changes no bit */
  /* results */
  void *output;                  /* [N][classes] or [N][classes][size...] */
  void *gradients;               /* flat; written, not added to */
  void *next_states;             /* flat */
  void *input_gradient;          /* [N][C][size...]; only where the network has one */
  double *scalars;               /* by descriptor's scalar_names: "loss", "metric", ... */
  const char *message;
  /* If set, called for every value that is kept in memory, in order of execution, on the calling thread. For finding
   * where a NaN came from, and for timing. */
  void (*observe)(void *observer, const flexrt_observation *observation);
  void *observer;
} flexrt_run;

typedef flexrt_status (*flexrt_entry)(flexrt_run *run);

/* One optimiser step over a group: weights, gradients and moments are pointers to the group's first element. */
typedef struct flexrt_update {
  void *weights;                 /* updated in place */
  const void *gradients;
  void *const *moments;          /* updated in place */
  const double *settings;
  const flexrt_extent *extents;
  double now;
} flexrt_update;
typedef flexrt_status (*flexrt_update_entry)(const flexrt_update *update);

typedef struct flexrt_network {
  const char *name;              /* the experiment: "main" */
  const char *architecture;      /* "FlexNet" */
  const char *input;             /* YAML: {channels: 3, rank: 2} */
  const char *output;            /* YAML: {channels: 10, each_step: false} */
  const char *target;            /* the same of the target; a class number is one channel */
  const char *data;              /* YAML: {name: cifar10, ...} */
  const char *recipe;            /* YAML: {keep: ..., length: ..., batch: ...} */
  const char *const *scalar_names;
  const flexrt_space *spaces;
  const flexrt_parameter *parameters;
  const flexrt_parameter *states;
  const flexrt_setting *settings;
  const flexrt_group *groups;
  const flexrt_layer *layers;
  const flexrt_requirement *requirements;
  const flexrt_convolution *convolutions;
  int32_t scalar_count, space_count, parameter_count, state_count, setting_count, group_count, layer_count,
      requirement_count, convolution_count;
  int32_t dtype;
  int32_t lanes;                 /* samples are padded to multiples of it in the arena */
  int32_t has_input_gradient;    /* loss_and_grad writes input_gradient too */
  int64_t parameter_elements;    /* of the flat buffers, padding included */
  int64_t state_elements;

  /* parameters, extents of DATA spaces -> extents of TAPS spaces. Cast away const to write `extents`. */
  flexrt_entry sizes;
  /* bytes of arena that loss_and_grad / forward and evaluate need for `samples`, `extents` and `algorithms` */
  int64_t (*workspace)(const flexrt_run *run, int32_t training);
  flexrt_entry initialise;       /* seed -> parameters (cast away const), states (likewise) */
  flexrt_entry forward;          /* parameters, states, input -> output; inference mode */
  flexrt_entry evaluate;         /* parameters, states, input, target -> scalars, output; inference mode */
  flexrt_entry loss_and_grad;    /* parameters, states, input, target, seed, now -> gradients, next_states, scalars, output */
  flexrt_entry require;          /* parameters -> scalars: 1 where requirement i holds, else 0 */
  const flexrt_update_entry *updates;   /* by group */
  /* parameters, extents -> output: the taps of layer `samples` as [out][in][size...] */
  flexrt_entry sample_kernel;
  /* extents, samples -> what convolution number `convolution` would take, by algorithm */
  void (*estimate)(const flexrt_run *run, int64_t convolution, flexrt_estimate *estimates);
  /* extents, samples, algorithms -> nothing: does the convolution once on data in the arena, whatever that is */
  flexrt_status (*trial)(const flexrt_run *run, int64_t convolution);
  /* parameters, states, extents -> output: the highest frequency of the kernel of layer `samples` along each axis, in cycles per
   * unit length, two standard deviations of its windows' spectra counted. Null if no kernel has one. */
  flexrt_entry band_limit;
} flexrt_network;

typedef struct flexrt_program {
  uint64_t magic;
  int32_t version;               /* FLEXRT_ABI_VERSION */
  int32_t network_count;
  const char *source;            /* path of the .flex file */
  const char *source_hash;       /* hex */
  const char *compiler;          /* "flexc 0.1.0, LLVM 19.1.7" */
  const char *cpu;               /* "znver4" */
  const char *kernels;           /* names the code of convolutions: times measured of one are good for no other */
  const char *features;          /* CPU features the code needs, as /proc/cpuinfo names them, separated by spaces */
  const flexrt_network *const *networks;
  /* YAML: experiments of several stages by name, {main: {stages: [{name: low, row: 0, from: -1, trains: true, network:
   * main.low, keys: {seed: '1'}}, ...], rows: [{of: {seed: '1'}, columns: {accuracy: {stage: 0, of: metric}}}, ...]}}. A
   * column is a number, a scalar of a stage, or [add|sub|mul|div, column, column]. */
  const char *plans;
} flexrt_program;

/* A convolution for the runtime's library: one call works on a slice of samples, on one thread. */
typedef struct flexrt_correlation {
  int32_t dtype;
  int32_t rank;                  /* 1: causal; 2: centred */
  int64_t samples, in, out;
  int64_t size[FLEXRT_MAX_RANK]; /* of the data */
  int64_t taps[FLEXRT_MAX_RANK];
  int64_t tap_stride;            /* elements between the taps of one (out, in) pair and the next */
  const void *x;                 /* input:   [samples][size...][in]  (channels last) */
  const void *k;                 /* taps:    [out * in][tap_stride], of which the first taps[0] * taps[1] count */
  const void *y;                 /* result or its gradient: [samples][size...][out] */
} flexrt_correlation;

/* Calls from compiled code into the runtime. The runtime hides everything else. */
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif
#define FLEXRT_CALL(result, name, arguments) result name arguments;
#include "flexrt/abi/calls.def"
#undef FLEXRT_CALL
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif
#endif
